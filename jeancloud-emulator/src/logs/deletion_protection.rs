//! Deletion protection of groups.

use serde_json::{Value, json};

use super::log_group;
use crate::{call::Call, error::Outcome, fields::Fields};

/// PutLogGroupDeletionProtection.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogGroupDeletionProtection.html>
pub(super) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut group = log_group::identified(call, input)?;
    group.view.take_over(input, &["deletionProtectionEnabled"]);
    Ok(json!({}))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn a_protected_group_stays_until_it_is_freed() {
        let aws = Aws::new();
        let protected = json!({"logGroupName": "a", "deletionProtectionEnabled": true});
        aws.ok("logs", "CreateLogGroup", protected);
        let name = json!({"logGroupName": "a"});
        assert_eq!(
            aws.code("logs", "DeleteLogGroup", name.clone()),
            "ValidationException"
        );
        let free = json!({"logGroupIdentifier": "a", "deletionProtectionEnabled": false});
        aws.ok("logs", "PutLogGroupDeletionProtection", free);
        aws.ok("logs", "DeleteLogGroup", name);
    }
}
