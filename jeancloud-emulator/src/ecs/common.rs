//! What ECS's operations have in common.

use serde_json::{Value, json};

use super::cluster::Cluster;
use crate::{call::Call, error::AwsError, fields::Fields};

pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameterException", message)
}

pub(super) fn client(message: impl Into<String>) -> AwsError {
    AwsError::new("ClientException", message)
}

/// The part of a name or an ARN that is a name.
pub(super) fn name_of(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or(text)
}

/// "Up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens are allowed", of
/// clusters, services and families. `what` begins a sentence.
pub(super) fn check_name(what: &str, name: &str) -> Result<(), AwsError> {
    let plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_');
    if name.is_empty() || name.len() > 255 || !name.bytes().all(plain) {
        let code = if what == "Family" { client } else { invalid };
        return Err(code(format!("{what} contains invalid characters.")));
    }
    Ok(())
}

/// The name of the active cluster that an input means: without a name, `default`.
pub(super) fn cluster(call: &Call<'_>, input: &Value) -> Result<String, AwsError> {
    let name = name_of(input.some_text("cluster").unwrap_or("default"));
    let found = call.get::<Cluster>(name);
    match found.filter(|it| it.view.text("status") == "ACTIVE") {
        Some(_) => Ok(name.to_owned()),
        None => Err(AwsError::new(
            "ClusterNotFoundException",
            "Cluster not found.",
        )),
    }
}

/// Tags with new ones, in the place of those with the same keys.
pub(super) fn merged(old: &[Value], new: &[Value]) -> Result<Value, AwsError> {
    let mut tags = old.to_vec();
    for tag in new {
        let key = tag.text("key");
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid("Tags cannot begin with aws: prefix."));
        }
        tags.retain(|it| it.text("key") != key);
        tags.push(json!({"key": key, "value": tag.text("value")}));
    }
    if tags.len() > 50 {
        return Err(invalid("Too many tags. The maximum number of tags is 50."));
    }
    Ok(tags.into())
}

/// What Describe… says of something that isn't there.
pub(super) fn missing(arn: &str) -> Value {
    json!({"arn": arn, "reason": "MISSING"})
}

/// Whether a describing input asks for more, as `TAGS`.
pub(super) fn includes(input: &Value, what: &str) -> bool {
    input.texts("include").any(|it| it == what)
}
