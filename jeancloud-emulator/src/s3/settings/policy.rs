//! Bucket policies.

use serde_json::{Value, json};

use super::{forget, required, store, stored};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

const ABSENT: (&str, &str) = ("NoSuchBucketPolicy", "The bucket policy does not exist");

/// Bucket policies are limited to 20 KB in size; see "Bucket policies for Amazon S3".
const MOST: usize = 20 * 1024;

/// PutBucketPolicy.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html>
pub(crate) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let text = input.text("Policy");
    let block = stored(call, input, "public-access")?;
    let blocked = block.is_some_and(|it| it.flag("BlockPublicPolicy"));
    let mut policy: Value = match serde_json::from_str(text) {
        Ok(policy @ Value::Object(_)) if text.starts_with('{') => policy,
        _ => {
            return Err(malformed(
                "Policies must be valid JSON and the first byte must be '{'",
            ));
        }
    };
    if text.len() > MOST {
        return Err(malformed(
            "Policy exceeds the maximum allowed document size.",
        ));
    }
    check(&policy, input.text("Bucket"))?;
    if blocked && is_public(&policy) {
        let message = "User is not authorized to perform: s3:PutBucketPolicy because public \
                       policies are prevented by the BlockPublicPolicy setting in S3 Block Public \
                       Access.";
        return Err(AwsError::new("AccessDenied", message).status(403));
    }
    respell(&mut policy, call.partition());
    store(call, input, "policy", policy.to_string().into())?;
    call.reply.status = Some(204);
    Ok(json!({}))
}

/// GetBucketPolicy.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html>
pub(crate) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let policy = required(call, input, "policy", ABSENT)?;
    Ok(json!({"Policy": policy}))
}

/// GetBucketPolicyStatus.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicyStatus.html>
pub(crate) fn status(call: &mut Call<'_>, input: &Value) -> Outcome {
    let policy = required(call, input, "policy", ABSENT)?;
    let policy = serde_json::from_str(policy.as_str().unwrap_or_default()).unwrap_or_default();
    Ok(json!({"PolicyStatus": {"IsPublic": is_public(&policy)}}))
}

/// DeleteBucketPolicy.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketPolicy.html>
pub(crate) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    forget(call, input, "policy")
}

fn check(policy: &Value, bucket: &str) -> Result<(), AwsError> {
    let statements = each(&policy["Statement"]);
    if statements.is_empty() {
        return Err(malformed("Could not parse the policy: Statement is empty!"));
    }
    for statement in statements {
        for (field, other) in [
            ("Effect", "Effect"),
            ("Principal", "NotPrincipal"),
            ("Action", "NotAction"),
            ("Resource", "NotResource"),
        ] {
            if statement.at(field).is_none() && statement.at(other).is_none() {
                return Err(malformed(format!("Missing required field {field}")));
            }
        }
        let inside = |arn: &str| {
            let name = arn.splitn(6, ':').nth(5).unwrap_or_default();
            let name = name.split('/').next().unwrap_or_default();
            name == bucket || name.contains(['*', '?'])
        };
        let mut resources = each(&statement["Resource"]).iter();
        if resources.any(|it| !it.as_str().is_some_and(inside)) {
            return Err(malformed("Policy has invalid resource"));
        }
    }
    Ok(())
}

/// Whether a policy lets everyone in: grants access to an AWS principal `*` without a condition
/// that narrows it. "The meaning of public", Amazon S3 User Guide.
fn is_public(policy: &Value) -> bool {
    each(&policy["Statement"]).iter().any(|statement| {
        let principal = &statement["Principal"];
        let everyone = principal == "*" || each(&principal["AWS"]).iter().any(|it| it == "*");
        statement.text("Effect") == "Allow" && everyone && statement.at("Condition").is_none()
    })
}

/// As S3 answers a policy: lists of one are a text, and an account is its root. See
/// "AWS JSON policy elements: Principal", IAM User Guide.
fn respell(policy: &mut Value, partition: &str) {
    let Some(statements) = policy["Statement"].as_array_mut() else {
        return;
    };
    for statement in statements {
        for field in ["Action", "NotAction", "Resource", "NotResource"] {
            if let Some(value) = statement.get_mut(field) {
                unwrap(value);
            }
        }
        for field in ["Principal", "NotPrincipal"] {
            let principals = statement.get_mut(field).and_then(Value::as_object_mut);
            for (kind, value) in principals.into_iter().flatten() {
                unwrap(value);
                let names: Vec<&mut Value> = match value {
                    Value::Array(list) => list.iter_mut().collect(),
                    one => vec![one],
                };
                for name in names {
                    let text = name.as_str().unwrap_or_default();
                    if kind == "AWS"
                        && text.len() == 12
                        && text.bytes().all(|it| it.is_ascii_digit())
                    {
                        *name = format!("arn:{partition}:iam::{text}:root").into();
                    }
                }
            }
        }
    }
}

fn unwrap(value: &mut Value) {
    if let Value::Array(list) = value
        && let [one] = &mut list[..]
    {
        *value = one.take();
    }
}

/// A list, or one value as a list.
fn each(value: &Value) -> &[Value] {
    match value {
        Value::Array(list) => list,
        Value::Null => &[],
        one => std::slice::from_ref(one),
    }
}

fn malformed(message: impl Into<String>) -> AwsError {
    AwsError::new("MalformedPolicy", message)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::{bare, one, with_bucket};

    fn policy(principal: Value, resource: &str) -> Value {
        let statement = json!({
            "Effect": "Allow",
            "Principal": principal,
            "Action": ["s3:GetObject"],
            "Resource": [resource],
        });
        let policy = json!({"Version": "2012-10-17", "Statement": [statement]});
        one("Policy", policy.to_string().into())
    }

    #[test]
    fn a_policy_comes_back_as_s3_spells_it() {
        let aws = with_bucket();
        let refusal = aws.refused("s3", "GetBucketPolicy", bare());
        assert_eq!(
            (refusal.status, refusal.code.as_str()),
            (404, "NoSuchBucketPolicy")
        );
        let put = policy(json!({"AWS": ["123456789012"]}), "arn:aws:s3:::one/*");
        aws.ok("s3", "PutBucketPolicy", put);
        let got = aws.ok("s3", "GetBucketPolicy", bare());
        let got: Value = serde_json::from_str(got["Policy"].as_str().unwrap()).unwrap();
        assert_eq!(
            got["Statement"],
            json!([{
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::one/*",
            }])
        );
        aws.ok("s3", "DeleteBucketPolicy", bare());
        assert_eq!(
            aws.code("s3", "GetBucketPolicy", bare()),
            "NoSuchBucketPolicy"
        );
    }

    #[test]
    fn a_policy_is_about_its_bucket() {
        let aws = with_bucket();
        let other = policy(json!({"AWS": "123456789012"}), "arn:aws:s3:::two/*");
        let refusal = aws.refused("s3", "PutBucketPolicy", other);
        assert_eq!(refusal.code, "MalformedPolicy");
        assert_eq!(refusal.message, "Policy has invalid resource");
        for text in ["", "[]", "{}", r#"{"Statement":[{"Effect":"Allow"}]}"#] {
            let put = one("Policy", text.into());
            let code = aws.code("s3", "PutBucketPolicy", put);
            assert!(
                matches!(code.as_str(), "MalformedPolicy" | "MissingRequestBodyError"),
                "{code}"
            );
        }
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>
    #[test]
    fn public_policies_are_blocked() {
        let aws = with_bucket();
        let public = policy("*".into(), "arn:aws:s3:::one/*");
        assert_eq!(
            aws.refused("s3", "PutBucketPolicy", public.clone()).status,
            403
        );
        aws.ok("s3", "DeletePublicAccessBlock", bare());
        aws.ok("s3", "PutBucketPolicy", public);
        let status = aws.ok("s3", "GetBucketPolicyStatus", bare());
        assert_eq!(status["PolicyStatus"]["IsPublic"], true);
    }
}
