//! The end of keys, which takes a week at least.

use std::time::Duration;

use serde_json::{Value, json};

use super::key;
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

const DAY: Duration = Duration::from_secs(86_400);

/// The default is 30 days; see API_ScheduleKeyDeletion.
const DAYS: i64 = 30;

/// ScheduleKeyDeletion.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html>
pub(super) fn schedule(call: &mut Call<'_>, input: &Value) -> Outcome {
    let days = input.int("PendingWindowInDays").unwrap_or(DAYS);
    if !(7..=30).contains(&days) {
        let message = "PendingWindowInDays must be between 7 and 30 days";
        return Err(AwsError::new("ValidationException", message));
    }
    let date = call
        .now
        .after(DAY * u32::try_from(days).unwrap_or_default());
    let mut key = key::alive(call, input)?;
    key.view["DeletionDate"] = date.into();
    key.view["Enabled"] = false.into();
    key.view["KeyState"] = "PendingDeletion".into();
    Ok(json!({
        "DeletionDate": date,
        "KeyId": key.view["Arn"],
        "KeyState": "PendingDeletion",
        "PendingWindowInDays": days,
    }))
}

/// CancelKeyDeletion: "the KMS key … is disabled".
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html>
pub(super) fn cancel(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut key = key::find_mut(call, input)?;
    if key.view.text("KeyState") != "PendingDeletion" {
        let message = format!("{} is not pending deletion.", key.view.text("Arn"));
        return Err(AwsError::new("KMSInvalidStateException", message));
    }
    key.view.clear("DeletionDate");
    key.view["KeyState"] = "Disabled".into();
    Ok(json!({"KeyId": key.view["Arn"]}))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::key::tests::{id, key};
    use crate::testing::Aws;

    #[test]
    fn a_key_waits_for_its_deletion_and_may_be_kept() {
        let aws = Aws::new();
        let key = key(&aws);
        let soon = json!({"KeyId": key, "PendingWindowInDays": 7});
        let answer = aws.ok("kms", "ScheduleKeyDeletion", soon.clone());
        assert_eq!(answer["PendingWindowInDays"], 7);
        let told = aws.ok("kms", "DescribeKey", id(&key))["KeyMetadata"].clone();
        assert_eq!(told["KeyState"], "PendingDeletion");
        assert_eq!(told["DeletionDate"], answer["DeletionDate"]);
        for operation in ["ScheduleKeyDeletion", "EnableKey", "DisableKey"] {
            let code = aws.code("kms", operation, id(&key));
            assert_eq!(code, "KMSInvalidStateException", "{operation}");
        }
        aws.ok("kms", "CancelKeyDeletion", id(&key));
        let told = aws.ok("kms", "DescribeKey", id(&key))["KeyMetadata"].clone();
        assert_eq!(
            (&told["KeyState"], told.get("DeletionDate")),
            (&json!("Disabled"), None)
        );
        aws.ok("kms", "ScheduleKeyDeletion", soon);
        aws.emulator().advance(super::DAY * 8);
        assert_eq!(
            aws.code("kms", "DescribeKey", id(&key)),
            "NotFoundException"
        );
    }
}
