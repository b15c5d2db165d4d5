//! Policies of keys. There is one, called `default`.

use serde_json::{Value, json};

use super::key::{self, PAGE};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// The only valid value is default; see API_GetKeyPolicy.
const NAME: &str = "default";

/// PutKeyPolicy.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html>
pub(super) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    check_name(input)?;
    let mut key = key::alive(call, input)?;
    key.policy = checked(input.text("Policy"))?;
    Ok(json!({}))
}

/// GetKeyPolicy.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    check_name(input)?;
    let key = key::find(call, input)?;
    Ok(json!({"Policy": key.policy, "PolicyName": NAME}))
}

/// ListKeyPolicies.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyPolicies.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    key::find(call, input)?;
    let names = [(NAME.to_owned(), NAME)];
    let mut output = call.page(input, PAGE, names, Value::from)?;
    key::truncation(&mut output);
    Ok(output)
}

/// A policy, if it is one.
pub(super) fn checked(document: &str) -> Result<String, AwsError> {
    let policy = serde_json::from_str::<Value>(document).unwrap_or_default();
    if policy.at("Statement").is_none() {
        let message = "Policy contains invalid json";
        return Err(AwsError::new("MalformedPolicyDocumentException", message));
    }
    Ok(document.to_owned())
}

/// What a key has that says nothing, as KMS spells it: "Default key policy", KMS Developer Guide.
pub(super) fn of_new(call: &Call<'_>) -> String {
    let root = call.global_arn("iam", "root");
    format!(
        r#"{{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {{
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "{root}"
    }},
    "Action" : "kms:*",
    "Resource" : "*"
  }} ]
}}"#
    )
}

fn check_name(input: &Value) -> Result<(), AwsError> {
    match input.some_text("PolicyName") {
        None | Some(NAME) => Ok(()),
        Some(_) => Err(AwsError::new("NotFoundException", "No such policy exists")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::key::tests::{id, key};
    use crate::testing::Aws;

    #[test]
    fn a_key_has_a_policy_from_the_start() {
        let aws = Aws::new();
        let key = key(&aws);
        let told = || aws.ok("kms", "GetKeyPolicy", id(&key))["Policy"].clone();
        let first: Value = serde_json::from_str(told().as_str().unwrap()).unwrap();
        assert_eq!(
            first["Statement"][0]["Principal"],
            json!({"AWS": "arn:aws:iam::123456789012:root"})
        );
        let put = |policy: &str| json!({"KeyId": key, "Policy": policy});
        let code = aws.code("kms", "PutKeyPolicy", put("{"));
        assert_eq!(code, "MalformedPolicyDocumentException");
        let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
        aws.ok("kms", "PutKeyPolicy", put(policy));
        assert_eq!(told(), policy);
        let names = aws.ok("kms", "ListKeyPolicies", id(&key));
        assert_eq!(names["PolicyNames"], json!(["default"]));
        let other = json!({"KeyId": key, "PolicyName": "other"});
        assert_eq!(aws.code("kms", "GetKeyPolicy", other), "NotFoundException");
    }
}
