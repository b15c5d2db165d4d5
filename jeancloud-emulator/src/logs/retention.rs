//! How long a group keeps its events.

use serde_json::{Value, json};

use super::log_group;
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// Numbers of days that can be chosen, API_PutRetentionPolicy.
const DAYS: [i64; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
];

/// PutRetentionPolicy.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
pub(super) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let days = input.int("retentionInDays").unwrap_or_default();
    if !DAYS.contains(&days) {
        let message = format!("{days} is not a valid retention in days");
        return Err(AwsError::new("InvalidParameterException", message));
    }
    let mut group = log_group::identified(call, input)?;
    group.view["retentionInDays"] = days.into();
    Ok(json!({}))
}

/// DeleteRetentionPolicy: events are kept for ever.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    log_group::identified(call, input)?
        .view
        .clear("retentionInDays");
    Ok(json!({}))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn retention_is_one_of_the_documented_numbers() {
        let aws = Aws::new();
        aws.ok("logs", "CreateLogGroup", json!({"logGroupName": "a"}));
        let days = |days: i64| json!({"logGroupName": "a", "retentionInDays": days});
        aws.ok("logs", "PutRetentionPolicy", days(30));
        let told = aws.ok("logs", "DescribeLogGroups", json!({}));
        assert_eq!(told["logGroups"][0]["retentionInDays"], 30);
        for wrong in [0, 2, 31] {
            let code = aws.code("logs", "PutRetentionPolicy", days(wrong));
            assert_eq!(code, "InvalidParameterException", "{wrong}");
        }
        aws.ok(
            "logs",
            "DeleteRetentionPolicy",
            json!({"logGroupName": "a"}),
        );
        let told = aws.ok("logs", "DescribeLogGroups", json!({}));
        assert_eq!(told["logGroups"][0].get("retentionInDays"), None);
    }
}
