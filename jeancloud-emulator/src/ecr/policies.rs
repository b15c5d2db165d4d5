//! Who may use a repository, and when its images go.

use serde_json::{Value, json};

use super::{encoding, errors, repository};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// SetRepositoryPolicy.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html>
pub(super) fn set(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut policy: Value = serde_json::from_str(input.text("policyText")).unwrap_or_default();
    let statements = match policy.get_mut("Statement") {
        Some(Value::Array(list)) if !list.is_empty() => list,
        Some(one @ Value::Object(_)) => {
            // AWS gives a lone statement back as a list of one.
            *one = json!([one.take()]);
            one.as_array_mut().expect("it is one")
        }
        _ => {
            let rule = "Invalid repository policy provided";
            return Err(errors::invalid("PolicyText", rule));
        }
    };
    for statement in statements {
        if let Some(principals) = statement.pointer_mut("/Principal/AWS") {
            roots(call.partition(), principals);
        }
    }
    let text = encoding::spread(&policy);
    let mut repository = repository::named(call, input)?;
    repository.policy = Some(text.clone());
    Ok(answer(&repository.view, "policyText", &text))
}

/// An account as a principal is its root user: arn:aws:iam::account-ID:root or account-ID; see "AWS
/// JSON policy elements: Principal".
fn roots(partition: &str, principals: &mut Value) {
    match principals {
        Value::String(text) if text.len() == 12 && text.bytes().all(|it| it.is_ascii_digit()) => {
            *text = format!("arn:{partition}:iam::{text}:root");
        }
        Value::Array(list) => list.iter_mut().for_each(|it| roots(partition, it)),
        _ => {}
    }
}

/// GetRepositoryPolicy.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRepositoryPolicy.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let repository = repository::named(call, input)?;
    match &repository.policy {
        Some(text) => Ok(answer(&repository.view, "policyText", text)),
        None => Err(no_policy(&repository.view)),
    }
}

/// DeleteRepositoryPolicy.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepositoryPolicy.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut repository = repository::named(call, input)?;
    match repository.policy.take() {
        Some(text) => Ok(answer(&repository.view, "policyText", &text)),
        None => Err(no_policy(&repository.view)),
    }
}

fn no_policy(repository: &Value) -> AwsError {
    missing(
        "RepositoryPolicyNotFoundException",
        "Repository",
        repository,
    )
}

/// PutLifecyclePolicy.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html>
pub(super) fn put_lifecycle(call: &mut Call<'_>, input: &Value) -> Outcome {
    let policy: Value = serde_json::from_str(input.text("lifecyclePolicyText")).unwrap_or_default();
    check_rules(policy.items("rules")).map_err(|why| {
        let rule = format!("Lifecycle policy validation failure: {why}");
        errors::invalid("LifecyclePolicyText", &rule)
    })?;
    let text = encoding::dense(&policy);
    let now = call.now;
    let mut repository = repository::named(call, input)?;
    repository.lifecycle = Some(text.clone());
    repository.evaluated = Some(now);
    Ok(answer(&repository.view, "lifecyclePolicyText", &text))
}

/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html>
fn check_rules(rules: &[Value]) -> Result<(), String> {
    if rules.is_empty() {
        return Err("object has missing required properties ([\"rules\"])".to_owned());
    }
    let mut priorities: Vec<i64> = Vec::new();
    for rule in rules {
        let Some(priority) = rule.int("rulePriority").filter(|it| *it > 0) else {
            return Err("rulePriority must be a positive integer".to_owned());
        };
        if priorities.contains(&priority) {
            return Err("rulePriority must be unique for each rule".to_owned());
        }
        priorities.push(priority);
        let selection = &rule["selection"];
        let status = selection.text("tagStatus");
        let lists = ["tagPrefixList", "tagPatternList"];
        let listed = lists.iter().any(|it| !selection.items(it).is_empty());
        match status {
            "tagged" if !listed => {
                return Err("tagged rules need a tagPrefixList or tagPatternList".to_owned());
            }
            "tagged" => {}
            "untagged" | "any" if !listed => {}
            "untagged" | "any" => {
                return Err(format!("{status} rules have no list of tags"));
            }
            _ => return Err("tagStatus must be tagged, untagged or any".to_owned()),
        }
        let any_before_last = status == "any"
            && rules
                .iter()
                .any(|it| it.int("rulePriority") > Some(priority));
        if any_before_last {
            return Err("a rule with tagStatus any must have the highest rulePriority".to_owned());
        }
        let unit = selection.some_text("countUnit");
        match (selection.text("countType"), unit) {
            ("imageCountMoreThan", None) | ("sinceImagePushed", Some("days")) => {}
            ("imageCountMoreThan", Some(_)) => {
                return Err("countUnit is only for sinceImagePushed".to_owned());
            }
            ("sinceImagePushed", _) => return Err("countUnit must be days".to_owned()),
            _ => return Err("countType is not known".to_owned()),
        }
        if selection.int("countNumber").is_none_or(|number| number < 1) {
            return Err("countNumber must be a positive integer".to_owned());
        }
        if rule["action"].text("type") != "expire" {
            return Err("the action's type must be expire".to_owned());
        }
    }
    Ok(())
}

/// GetLifecyclePolicy.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetLifecyclePolicy.html>
pub(super) fn get_lifecycle(call: &mut Call<'_>, input: &Value) -> Outcome {
    let repository = repository::named(call, input)?;
    let Some(text) = &repository.lifecycle else {
        return Err(no_lifecycle(&repository.view));
    };
    let mut answer = answer(&repository.view, "lifecyclePolicyText", text);
    answer["lastEvaluatedAt"] = json!(repository.evaluated);
    Ok(answer)
}

/// DeleteLifecyclePolicy.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteLifecyclePolicy.html>
pub(super) fn delete_lifecycle(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut repository = repository::named(call, input)?;
    let Some(text) = repository.lifecycle.take() else {
        return Err(no_lifecycle(&repository.view));
    };
    let mut answer = answer(&repository.view, "lifecyclePolicyText", &text);
    answer["lastEvaluatedAt"] = json!(repository.evaluated.take());
    Ok(answer)
}

fn no_lifecycle(repository: &Value) -> AwsError {
    missing("LifecyclePolicyNotFoundException", "Lifecycle", repository)
}

fn missing(code: &str, what: &str, repository: &Value) -> AwsError {
    let message = format!(
        "{what} policy does not exist for the repository with name '{}' in the registry with id \
         '{}'",
        repository.text("repositoryName"),
        repository.text("registryId")
    );
    AwsError::new(code, message)
}

fn answer(repository: &Value, member: &str, text: &str) -> Value {
    let mut answer = json!({});
    answer.take_over(repository, &["registryId", "repositoryName"]);
    answer[member] = text.into();
    answer
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn aws() -> Aws {
        let aws = Aws::new();
        aws.ok("ecr", "CreateRepository", json!({"repositoryName": "app"}));
        aws
    }

    fn name() -> Value {
        json!({"repositoryName": "app"})
    }

    #[test]
    fn a_policy_is_written_anew() {
        let aws = aws();
        let code = aws.code("ecr", "GetRepositoryPolicy", name());
        assert_eq!(code, "RepositoryPolicyNotFoundException");
        let policy = r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"210987654321"},
            "Action":"ecr:BatchGetImage"},"Version":"2012-10-17"}"#;
        let set = json!({"repositoryName": "app", "policyText": policy});
        aws.ok("ecr", "SetRepositoryPolicy", set);
        let told = aws.ok("ecr", "GetRepositoryPolicy", name());
        let text = told["policyText"].as_str().unwrap();
        let head = "{\n  \"Version\" : \"2012-10-17\",\n  \"Statement\" : [ {";
        assert!(text.starts_with(head), "{text}");
        assert!(text.contains("arn:aws:iam::210987654321:root"), "{text}");
        aws.ok("ecr", "DeleteRepositoryPolicy", name());
        let code = aws.code("ecr", "DeleteRepositoryPolicy", name());
        assert_eq!(code, "RepositoryPolicyNotFoundException");
        let bad = json!({"repositoryName": "app", "policyText": "{}"});
        let code = aws.code("ecr", "SetRepositoryPolicy", bad);
        assert_eq!(code, "InvalidParameterException");
    }

    fn lifecycle(rules: Value) -> Value {
        let text = json!({"rules": rules}).to_string();
        json!({"repositoryName": "app", "lifecyclePolicyText": text})
    }

    fn rule(priority: i64, status: &str) -> Value {
        json!({
            "action": {"type": "expire"},
            "rulePriority": priority,
            "selection": {"countType": "imageCountMoreThan", "countNumber": 3, "tagStatus": status},
        })
    }

    /// "lifecycle policy properties", the user guide, names every rule tried here.
    #[test]
    fn lifecycle_rules_are_checked() {
        let aws = aws();
        let twice = json!([rule(1, "untagged"), rule(1, "any")]);
        let early = json!([rule(1, "any"), rule(2, "untagged")]);
        for bad in [json!([]), twice, early, json!([rule(1, "tagged")])] {
            let code = aws.code("ecr", "PutLifecyclePolicy", lifecycle(bad.clone()));
            assert_eq!(code, "InvalidParameterException", "{bad}");
        }
        let code = aws.code("ecr", "GetLifecyclePolicy", name());
        assert_eq!(code, "LifecyclePolicyNotFoundException");
        aws.ok(
            "ecr",
            "PutLifecyclePolicy",
            lifecycle(json!([rule(1, "any")])),
        );
        let told = aws.ok("ecr", "GetLifecyclePolicy", name());
        assert_eq!(
            told["lifecyclePolicyText"],
            r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":3},"action":{"type":"expire"}}]}"#
        );
        aws.ok("ecr", "DeleteLifecyclePolicy", name());
        let code = aws.code("ecr", "DeleteLifecyclePolicy", name());
        assert_eq!(code, "LifecyclePolicyNotFoundException");
    }
}
