//! Policies that let other services write.

use serde_json::{Value, json};

use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

/// How many an account has in a region at most: resource policies in the table of quotas.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
const MOST: usize = 10;
/// A page of DescribeResourcePolicies without `limit`.
const PAGE: usize = 50;

resource! {
    /// A policy of the region, by its name.
    pub(crate) struct ResourcePolicy: "logs/resource-policy" in Region {}
}

/// PutResourcePolicy: in the place of the one that has the name.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html>
pub(super) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("policyName");
    if name.is_empty() {
        return Err(invalid("PolicyName is required"));
    }
    let document = input.text("policyDocument");
    let policy: Value = serde_json::from_str(document).unwrap_or_default();
    if policy.at("Statement").is_none() {
        return Err(invalid("PolicyDocument is not a valid policy"));
    }
    let policies = call.table::<ResourcePolicy>();
    if !policies.contains(name) && policies.iter().count() == MOST {
        let message = "Resource limit exceeded.";
        return Err(AwsError::new("LimitExceededException", message));
    }
    // In milliseconds, and a number of its own in the model.
    let view = json!({
        "lastUpdatedTime": call.now.0,
        "policyDocument": document,
        "policyName": name,
    });
    call.insert(name, ResourcePolicy { view: view.clone() });
    Ok(json!({"resourcePolicy": view}))
}

/// DescribeResourcePolicies.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeResourcePolicies.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let policies = call.table::<ResourcePolicy>().iter();
    let policies = policies.map(|(name, policy)| (name.to_owned(), policy.view.clone()));
    call.page(input, PAGE, policies, |view| view)
}

/// DeleteResourcePolicy.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteResourcePolicy.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("policyName");
    match call.table_mut::<ResourcePolicy>().remove(name) {
        Some(_) => Ok(json!({})),
        None => {
            let message = format!("Policy with name [{name}] does not exist");
            Err(AwsError::new("ResourceNotFoundException", message))
        }
    }
}

fn invalid(message: &str) -> AwsError {
    AwsError::new("InvalidParameterException", message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
    #[test]
    fn a_region_has_ten_policies_at_most() {
        let aws = Aws::new();
        let policy =
            |name: &str| json!({"policyName": name, "policyDocument": r#"{"Statement":[]}"#});
        for number in 0..10 {
            aws.ok("logs", "PutResourcePolicy", policy(&number.to_string()));
        }
        aws.ok("logs", "PutResourcePolicy", policy("0"));
        let code = aws.code("logs", "PutResourcePolicy", policy("10"));
        assert_eq!(code, "LimitExceededException");
        aws.ok("logs", "DeleteResourcePolicy", json!({"policyName": "0"}));
        let code = aws.code("logs", "DeleteResourcePolicy", json!({"policyName": "0"}));
        assert_eq!(code, "ResourceNotFoundException");
        let broken = json!({"policyName": "a", "policyDocument": "{"});
        let code = aws.code("logs", "PutResourcePolicy", broken);
        assert_eq!(code, "InvalidParameterException");
    }
}
