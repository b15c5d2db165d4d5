//! JSON documents as ECR gives them back: read and written again.

use serde_json::Value;

/// Members in the order in which ECR writes them; others follow by name.
const ORDER: [&str; 21] = [
    "Version",
    "Id",
    "Statement",
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "Condition",
    "rules",
    "rulePriority",
    "description",
    "selection",
    "tagStatus",
    "tagPrefixList",
    "countType",
    "countUnit",
    "countNumber",
    "action",
];

/// With spaces and line ends, as in the answers that API_SetRepositoryPolicy shows.
pub(super) fn spread(document: &Value) -> String {
    let mut text = String::new();
    write(document, Some(0), &mut text);
    text
}

/// Without spaces, as in the answers that API_GetLifecyclePolicy shows.
pub(super) fn dense(document: &Value) -> String {
    let mut text = String::new();
    write(document, None, &mut text);
    text
}

fn write(value: &Value, depth: Option<usize>, text: &mut String) {
    match value {
        Value::Object(object) => {
            let mut members: Vec<_> = object.iter().collect();
            members.sort_by_key(|(name, _)| {
                let place = ORDER.iter().position(|it| it == name);
                (place.unwrap_or(ORDER.len()), (*name).clone())
            });
            text.push('{');
            for (at, (name, value)) in members.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                line(depth.map(|depth| depth + 1), text);
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push_str(if depth.is_some() { " : " } else { ":" });
                write(value, depth.map(|depth| depth + 1), text);
            }
            line(depth, text);
            text.push('}');
        }
        Value::Array(list) => {
            let space = if depth.is_some() { " " } else { "" };
            text.push('[');
            text.push_str(space);
            for (at, value) in list.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                    text.push_str(space);
                }
                write(value, depth, text);
            }
            text.push_str(space);
            text.push(']');
        }
        other => text.push_str(&other.to_string()),
    }
}

fn line(depth: Option<usize>, text: &mut String) {
    if let Some(depth) = depth {
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn documents_are_written_in_the_services_order() {
        let policy = json!({
            "Statement": [{"Action": ["ecr:BatchGetImage", "ecr:PutImage"], "Effect": "Allow"}],
            "Version": "2012-10-17",
        });
        assert_eq!(
            spread(&policy),
            "{\n  \"Version\" : \"2012-10-17\",\n  \"Statement\" : [ {\n    \"Effect\" : \
             \"Allow\",\n    \"Action\" : [ \"ecr:BatchGetImage\", \"ecr:PutImage\" ]\n  } ]\n}"
        );
        let rule = json!({"action": {"type": "expire"}, "rulePriority": 1});
        assert_eq!(
            dense(&json!({"rules": [rule]})),
            r#"{"rules":[{"rulePriority":1,"action":{"type":"expire"}}]}"#
        );
    }
}
