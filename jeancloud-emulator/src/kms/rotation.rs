//! Rotation of keys.

use std::time::Duration;

use serde_json::{Value, json};

use super::key::{self, Key};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::Time,
};

const DAY: Duration = Duration::from_secs(86_400);

/// "If no value is specified, the default value is 365 days", API_EnableKeyRotation.
const DAYS: i64 = 365;

/// EnableKeyRotation: symmetric keys with material of KMS's own.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html>
pub(super) fn enable(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut key = usable(call, input)?;
    let days = input.int("RotationPeriodInDays").unwrap_or(DAYS);
    key.rotation = Some(days);
    Ok(json!({}))
}

/// DisableKeyRotation.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKeyRotation.html>
pub(super) fn disable(call: &mut Call<'_>, input: &Value) -> Outcome {
    usable(call, input)?.rotation = None;
    Ok(json!({}))
}

/// GetKeyRotationStatus.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let key = key::find(call, input)?;
    let mut status = json!({
        "KeyId": key.view["KeyId"],
        "KeyRotationEnabled": key.rotation.is_some(),
    });
    if let Some(days) = key.rotation {
        let since = Time::from_seconds(key.view["CreationDate"].as_f64().unwrap_or_default());
        let next = since.after(DAY * u32::try_from(days).unwrap_or_default());
        status["NextRotationDate"] = next.into();
        status["RotationPeriodInDays"] = days.into();
    }
    Ok(status)
}

fn usable<'c>(
    call: &'c mut Call<'_>,
    input: &Value,
) -> Result<crate::world::Edit<'c, Key>, AwsError> {
    let key = key::alive(call, input)?;
    let arn = key.view.text("Arn");
    if key.view.text("KeySpec") != "SYMMETRIC_DEFAULT" || key.view.text("Origin") != "AWS_KMS" {
        let message = format!("{arn} is not a symmetric encryption key with AWS_KMS origin.");
        return Err(AwsError::new("UnsupportedOperationException", message));
    }
    if key.view.text("KeyState") == "Disabled" {
        let message = format!("{arn} is disabled.");
        return Err(AwsError::new("DisabledException", message));
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::key::tests::{id, key};
    use crate::testing::Aws;

    #[test]
    fn a_key_rotates_every_year_or_as_it_is_told() {
        let aws = Aws::new();
        let key = key(&aws);
        let told = || aws.ok("kms", "GetKeyRotationStatus", id(&key));
        assert_eq!(told()["KeyRotationEnabled"], false);
        aws.ok("kms", "EnableKeyRotation", id(&key));
        assert_eq!(told()["RotationPeriodInDays"], 365);
        let often = json!({"KeyId": key, "RotationPeriodInDays": 90});
        aws.ok("kms", "EnableKeyRotation", often);
        assert_eq!(told()["RotationPeriodInDays"], 90);
        aws.ok("kms", "DisableKeyRotation", id(&key));
        assert_eq!(told()["KeyRotationEnabled"], false);
    }

    #[test]
    fn an_asymmetric_key_does_not_rotate() {
        let aws = Aws::new();
        let spec = json!({"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"});
        let made = aws.ok("kms", "CreateKey", spec)["KeyMetadata"]["KeyId"].clone();
        let code = aws.code("kms", "EnableKeyRotation", id(&made));
        assert_eq!(code, "UnsupportedOperationException");
    }
}
