//! Versions and their stages.

use serde_json::{Value, json};

use super::secret::{self, Secret};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// ListSecretVersionIds: those without a stage only where they are asked for.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = secret::find(call, input)?;
    let secret = call.get::<Secret>(&name).ok_or_else(secret::not_found)?;
    let all = input.flag("IncludeDeprecated");
    let versions = secret.versions.values();
    let versions = versions
        .filter(|version| all || !version.stages.is_empty())
        .map(|version| {
            json!({
                "CreatedDate": version.created,
                "VersionId": version.id,
                "VersionStages": version.stages,
            })
        });
    let versions: Vec<Value> = versions.collect();
    Ok(json!({"ARN": secret.view["ARN"], "Name": name, "Versions": versions}))
}

/// UpdateSecretVersionStage: "If the staging label is already attached to a different version …
/// you must specify" which one.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html>
pub(super) fn update_stage(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = secret::usable(call, input)?;
    let stage = input.text("VersionStage");
    let (from, to) = (
        input.some_text("RemoveFromVersionId"),
        input.some_text("MoveToVersionId"),
    );
    let secret = call.get::<Secret>(&name).ok_or_else(secret::not_found)?;
    let has_it = secret.in_stage(stage).map(|version| version.id.as_str());
    for id in from.into_iter().chain(to) {
        if !secret.versions.contains_key(id) {
            let message = format!("Secrets Manager can't find the version {id} of the secret.");
            return Err(AwsError::new("ResourceNotFoundException", message));
        }
    }
    if has_it.is_some() && has_it != from && has_it != to {
        let message = format!(
            "The parameter RemoveFromVersionId can't be empty. Staging label {stage} is \
             currently attached to version {}, so you must explicitly reference that version in \
             RemoveFromVersionId.",
            has_it.unwrap_or_default()
        );
        return Err(AwsError::new("InvalidParameterException", message));
    }
    secret::change(call, &name, |secret| secret.move_stage(stage, to));
    let secret = call.get::<Secret>(&name).ok_or_else(secret::not_found)?;
    Ok(json!({"ARN": secret.view["ARN"], "Name": name}))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::secret::tests::with_secret;

    const SERVICE: &str = "secretsmanager";

    #[test]
    fn a_stage_is_moved_from_where_it_is() {
        let aws = with_secret();
        let put = json!({"SecretId": "db/password", "SecretString": "two"});
        let new = aws.ok(SERVICE, "PutSecretValue", put)["VersionId"].clone();
        let previous = json!({"SecretId": "db/password", "VersionStage": "AWSPREVIOUS"});
        let old = aws.ok(SERVICE, "GetSecretValue", previous)["VersionId"].clone();
        let mut back = json!({
            "SecretId": "db/password",
            "VersionStage": "AWSCURRENT",
            "MoveToVersionId": old,
        });
        let code = aws.code(SERVICE, "UpdateSecretVersionStage", back.clone());
        assert_eq!(code, "InvalidParameterException");
        back["RemoveFromVersionId"] = new.clone();
        aws.ok(SERVICE, "UpdateSecretVersionStage", back);
        let told = aws.ok(
            SERVICE,
            "DescribeSecret",
            json!({"SecretId": "db/password"}),
        );
        let stages = &told["VersionIdsToStages"];
        assert_eq!(stages[old.as_str().unwrap()], json!(["AWSCURRENT"]));
        assert_eq!(stages[new.as_str().unwrap()], json!(["AWSPREVIOUS"]));
    }

    #[test]
    fn versions_without_a_stage_are_deprecated() {
        let aws = with_secret();
        for value in ["two", "three"] {
            let put = json!({"SecretId": "db/password", "SecretString": value});
            aws.ok(SERVICE, "PutSecretValue", put);
        }
        let count = |all: bool| {
            let input = json!({"SecretId": "db/password", "IncludeDeprecated": all});
            let told = aws.ok(SERVICE, "ListSecretVersionIds", input);
            told["Versions"].as_array().unwrap().len()
        };
        assert_eq!((count(false), count(true)), (2, 3));
    }
}
