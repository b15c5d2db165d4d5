//! Policies of secrets.

use serde_json::{Value, json};

use super::secret::{self, Secret};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// PutResourcePolicy.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html>
pub(super) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = secret::usable(call, input)?;
    let policy = input.text("ResourcePolicy");
    let parsed = serde_json::from_str::<Value>(policy).unwrap_or_default();
    if parsed.at("Statement").is_none() {
        let message = "This resource policy contains a syntax error.";
        return Err(AwsError::new("MalformedPolicyDocumentException", message));
    }
    secret::change(call, &name, |secret| {
        secret.policy = Some(policy.to_owned())
    });
    told(call, &name, false)
}

/// GetResourcePolicy.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetResourcePolicy.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = secret::find(call, input)?;
    told(call, &name, true)
}

/// DeleteResourcePolicy.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteResourcePolicy.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = secret::usable(call, input)?;
    secret::change(call, &name, |secret| secret.policy = None);
    told(call, &name, false)
}

fn told(call: &Call<'_>, name: &str, with_policy: bool) -> Outcome {
    let secret = call.get::<Secret>(name).ok_or_else(secret::not_found)?;
    let mut told = json!({"ARN": secret.view["ARN"], "Name": name});
    if with_policy {
        told["ResourcePolicy"] = json!(secret.policy);
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::secret::tests::with_secret;

    const SERVICE: &str = "secretsmanager";

    #[test]
    fn a_policy_comes_back() {
        let aws = with_secret();
        let id = json!({"SecretId": "db/password"});
        let get = || {
            let told = aws.ok(SERVICE, "GetResourcePolicy", id.clone());
            told.get("ResourcePolicy").cloned()
        };
        assert_eq!(get(), None);
        let put = |policy: &str| json!({"SecretId": "db/password", "ResourcePolicy": policy});
        let code = aws.code(SERVICE, "PutResourcePolicy", put("{"));
        assert_eq!(code, "MalformedPolicyDocumentException");
        let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
        aws.ok(SERVICE, "PutResourcePolicy", put(policy));
        assert_eq!(get(), Some(policy.into()));
        aws.ok(SERVICE, "DeleteResourcePolicy", id.clone());
        assert_eq!(get(), None);
    }
}
