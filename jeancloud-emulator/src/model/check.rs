//! [`check`]: the constraints that a model states: required, enumerated, bounded, patterned.

use serde_json::Value;

use super::{Kind, Model, Operation, Protocol, ShapeId};
use crate::error::AwsError;

/// AWS names no more than a few mistakes at once.
const MOST: usize = 10;

/// Checks an operation's input and answers as the service would.
pub(crate) fn check(model: &Model, operation: &Operation, input: &Value) -> Result<(), AwsError> {
    let Some(shape) = operation.input else {
        return Ok(());
    };
    let mut found = Vec::new();
    look(model, shape, input, &mut Path::default(), &mut found);
    if found.is_empty() {
        return Ok(());
    }
    Err(answer(model, &found))
}

/// A value that breaks a rule.
struct Violation {
    path: String,
    value: Option<String>,
    rule: Rule,
}

enum Rule {
    Required,
    OneOf(Vec<String>),
    Pattern(String),
    Bound {
        /// What is bounded: `value` or `length`.
        what: &'static str,
        most: bool,
        bound: f64,
    },
}

/// Where a value stands: cheap to extend and to shorten.
#[derive(Default)]
struct Path(Vec<String>);

impl Path {
    fn with(&self, name: &str) -> String {
        let mut path = String::new();
        for part in self.0.iter().map(String::as_str).chain([name]) {
            if !path.is_empty() && !part.is_empty() {
                path.push('.');
            }
            path.push_str(part);
        }
        path
    }

    fn here(&self) -> String {
        self.with("")
    }
}

fn look(model: &Model, shape: ShapeId, value: &Value, path: &mut Path, found: &mut Vec<Violation>) {
    if found.len() >= MOST {
        return;
    }
    let shape = model.shape(shape);
    match (&shape.kind, value) {
        (Kind::Structure(structure), Value::Object(object)) => {
            for (at, member) in structure.members.iter().enumerate() {
                let name = spelt(model, &member.name, member.wire.as_deref());
                match object.get(&member.name) {
                    Some(value) => {
                        path.0.push(name);
                        look(model, member.shape, value, path, found);
                        path.0.pop();
                    }
                    // A streamed body is not part of the tree.
                    None if member.required && structure.payload != Some(at) => {
                        found.push(Violation {
                            path: path.with(&name),
                            value: None,
                            rule: Rule::Required,
                        });
                    }
                    None => {}
                }
            }
        }
        (Kind::List { member, .. }, Value::Array(list)) => {
            bound(
                shape.min,
                shape.max,
                list.len() as f64,
                "length",
                path,
                value,
                found,
            );
            for (at, item) in list.iter().enumerate() {
                path.0.push(format!("{}.member", at + 1));
                look(model, member.shape, item, path, found);
                path.0.pop();
            }
        }
        (Kind::Map { value: member, .. }, Value::Object(object)) => {
            bound(
                shape.min,
                shape.max,
                object.len() as f64,
                "length",
                path,
                value,
                found,
            );
            for (key, item) in object {
                path.0.push(key.clone());
                look(model, member.shape, item, path, found);
                path.0.pop();
            }
        }
        (Kind::String { choices, pattern }, Value::String(text)) => {
            if !choices.is_empty() && !choices.contains(text) {
                found.push(Violation {
                    path: path.here(),
                    value: Some(text.clone()),
                    rule: Rule::OneOf(choices.clone()),
                });
                return;
            }
            let length = text.chars().count() as f64;
            bound(shape.min, shape.max, length, "length", path, value, found);
            if let Some(pattern) = pattern
                && !pattern.matches(text)
            {
                found.push(Violation {
                    path: path.here(),
                    value: Some(text.clone()),
                    rule: Rule::Pattern(pattern.source().to_owned()),
                });
            }
        }
        (Kind::Blob, Value::String(base64)) => {
            let digits = base64.trim_end_matches('=').len();
            let length = (digits * 3 / 4) as f64;
            bound(shape.min, shape.max, length, "length", path, value, found);
        }
        (Kind::Integer | Kind::Float, Value::Number(number)) => {
            let number = number.as_f64().unwrap_or_default();
            bound(shape.min, shape.max, number, "value", path, value, found);
        }
        _ => {}
    }
}

fn bound(
    min: Option<f64>,
    max: Option<f64>,
    is: f64,
    what: &'static str,
    path: &Path,
    value: &Value,
    found: &mut Vec<Violation>,
) {
    let (bound, most) = match (min, max) {
        (Some(min), _) if is < min => (min, false),
        (_, Some(max)) if is > max => (max, true),
        _ => return,
    };
    found.push(Violation {
        path: path.here(),
        value: Some(match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }),
        rule: Rule::Bound { what, most, bound },
    });
}

/// A member's name as error messages spell it: with a small letter first.
fn spelt(model: &Model, name: &str, wire: Option<&str>) -> String {
    let name = match model.protocol {
        Protocol::Ec2 => wire.unwrap_or(name),
        _ => name,
    };
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

fn answer(model: &Model, found: &[Violation]) -> AwsError {
    let first = &found[0];
    if model.protocol == Protocol::Ec2 {
        let (path, value) = (&first.path, first.value.as_deref().unwrap_or_default());
        return match first.rule {
            Rule::Required => AwsError::new(
                "MissingParameter",
                format!("The request must contain the parameter {path}"),
            ),
            _ => AwsError::new(
                "InvalidParameterValue",
                format!(
                    "Value ({value}) for parameter {path} is invalid. {}",
                    first.rule
                ),
            ),
        };
    }
    AwsError::new(code(model.service), message(found))
}

/// What a service calls an input that its model rejects.
fn code(service: &str) -> &'static str {
    match service {
        "ecr" | "ecs" | "logs" => "InvalidParameterException",
        "secretsmanager" | "kms" | "acm" | "application-autoscaling" => "ValidationException",
        "s3" => "MalformedXML",
        "cloudfront" => "InvalidArgument",
        "route53" => "InvalidInput",
        _ => "ValidationError",
    }
}

fn message(found: &[Violation]) -> String {
    let count = found.len();
    let plural = if count == 1 { "" } else { "s" };
    let list: Vec<String> = found.iter().map(ToString::to_string).collect();
    format!(
        "{count} validation error{plural} detected: {}",
        list.join("; ")
    )
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { path, value, rule } = self;
        match value {
            Some(value) => write!(f, "Value '{value}' at '{path}'")?,
            None => write!(f, "Value null at '{path}'")?,
        }
        write!(f, " failed to satisfy constraint: {rule}")
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Required => write!(f, "Member must not be null"),
            Self::OneOf(choices) => write!(
                f,
                "Member must satisfy enum value set: [{}]",
                choices.join(", ")
            ),
            Self::Pattern(pattern) => {
                write!(
                    f,
                    "Member must satisfy regular expression pattern: {pattern}"
                )
            }
            Self::Bound { what, most, bound } => {
                let than = if *most { "less" } else { "greater" };
                write!(f, "Member must have {what} {than} than or equal to {bound}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{Aws, Refusal};

    fn refused(service: &str, operation: &str, input: Value) -> (String, String) {
        let Refusal { code, message, .. } = Aws::new().refused(service, operation, input);
        (code, message)
    }

    /// API_CreateLogGroup, "Required: Yes".
    #[test]
    fn what_is_required_has_to_be_there() {
        let (code, message) = refused("logs", "CreateLogGroup", json!({}));
        assert_eq!(code, "InvalidParameterException");
        assert_eq!(
            message,
            "1 validation error detected: Value null at 'logGroupName' failed to satisfy \
             constraint: Member must not be null"
        );
        let (code, message) = refused("ec2", "DeleteVpc", json!({}));
        assert_eq!(code, "MissingParameter");
        assert_eq!(message, "The request must contain the parameter vpcId");
    }

    /// API_CreateTargetGroup, "Valid Values" and "Valid Range" of Protocol and Port.
    #[test]
    fn choices_and_numbers_are_bounded() {
        let group = json!({"Name": "a", "Protocol": "http", "Port": 0});
        let (code, message) = refused("elbv2", "CreateTargetGroup", group);
        assert_eq!(code, "ValidationError");
        assert!(
            message.starts_with("2 validation errors detected: "),
            "{message}"
        );
        let port = "Value '0' at 'port' failed to satisfy constraint: \
                    Member must have value greater than or equal to 1";
        assert!(message.contains(port), "{message}");
        let protocol = "Value 'http' at 'protocol' failed to satisfy constraint: \
                        Member must satisfy enum value set: [";
        assert!(message.contains(protocol), "{message}");
    }

    /// API_CreateLogGroup, "Length Constraints" and "Pattern" of logGroupName and of tags' keys.
    #[test]
    fn texts_have_lengths_and_patterns() {
        let long = json!({"logGroupName": "a".repeat(513)});
        let (_, message) = refused("logs", "CreateLogGroup", long);
        let length = "Member must have length less than or equal to 512";
        assert!(message.ends_with(length), "{message}");
        let odd = json!({"logGroupName": "a b"});
        let (_, message) = refused("logs", "CreateLogGroup", odd);
        let pattern = "Member must satisfy regular expression pattern: ";
        assert!(message.contains(pattern), "{message}");
    }

    /// API_Encrypt, "Length Constraints" of Plaintext: they count bytes, not the base64 around them.
    #[test]
    fn bytes_have_lengths() {
        let plain = |length: usize| {
            let text = base64_simd::STANDARD.encode_to_string("a".repeat(length));
            json!({"KeyId": "alias/a", "Plaintext": text})
        };
        let (code, _) = refused("kms", "Encrypt", plain(4096));
        assert_eq!(code, "NotFoundException");
        let (code, message) = refused("kms", "Encrypt", plain(4097));
        assert_eq!(code, "ValidationException");
        let length = "at 'plaintext' failed to satisfy constraint: \
                      Member must have length less than or equal to 4096";
        assert!(message.ends_with(length), "{message}");
    }

    /// A mistake inside lists and structures is told with its place.
    #[test]
    fn mistakes_have_a_path() {
        let definition = json!({"family": "a", "containerDefinitions": [
            {"name": "a", "image": "a", "dependsOn": [{"containerName": "b", "condition": "UP"}]},
        ]});
        let (_, message) = refused("ecs", "RegisterTaskDefinition", definition);
        let path = "at 'containerDefinitions.1.member.dependsOn.1.member.condition'";
        assert!(message.contains(path), "{message}");
    }
}
