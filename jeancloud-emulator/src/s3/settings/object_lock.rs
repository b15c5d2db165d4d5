//! Object Lock.

use serde_json::{Value, json};

use super::{required, store, stored};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// PutObjectLockConfiguration: you can enable Object Lock on new or existing buckets, which must
/// have versions.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html>
pub(crate) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let versioning = stored(call, input, "versioning")?;
    if versioning.is_none_or(|it| it.text("Status") != "Enabled") {
        let message = "Versioning must be 'Enabled' on the bucket to apply a Object Lock \
                       configuration";
        return Err(AwsError::new("InvalidBucketState", message).status(409));
    }
    let mut lock = input["ObjectLockConfiguration"].clone();
    if !lock.is_object() {
        lock = json!({});
    }
    lock["ObjectLockEnabled"] = "Enabled".into();
    store(call, input, "object-lock", lock)
}

/// GetObjectLockConfiguration.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html>
pub(crate) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let absent = (
        "ObjectLockConfigurationNotFoundError",
        "Object Lock configuration does not exist for this bucket",
    );
    let lock = required(call, input, "object-lock", absent)?;
    Ok(json!({"ObjectLockConfiguration": lock}))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{bare, one, with_bucket};

    #[test]
    fn a_lock_needs_versions() {
        let aws = with_bucket();
        let refusal = aws.refused("s3", "GetObjectLockConfiguration", bare());
        let expected = (404, "ObjectLockConfigurationNotFoundError");
        assert_eq!((refusal.status, refusal.code.as_str()), expected);
        let lock = json!({
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
        });
        let put = one("ObjectLockConfiguration", lock.clone());
        let code = aws.code("s3", "PutObjectLockConfiguration", put.clone());
        assert_eq!(code, "InvalidBucketState");
        let enabled = one("VersioningConfiguration", json!({"Status": "Enabled"}));
        aws.ok("s3", "PutBucketVersioning", enabled);
        aws.ok("s3", "PutObjectLockConfiguration", put);
        let got = aws.ok("s3", "GetObjectLockConfiguration", bare());
        assert_eq!(got, json!({"ObjectLockConfiguration": lock}));
    }
}
