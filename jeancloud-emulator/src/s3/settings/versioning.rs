//! Whether objects have versions.

use serde_json::{Value, json};

use super::{malformed_xml, store, stored};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// PutBucketVersioning.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html>
pub(crate) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let versioning = input["VersioningConfiguration"].clone();
    let Some(status) = versioning.some_text("Status") else {
        let message = "The Versioning element must be specified";
        return Err(match versioning.at("MFADelete") {
            Some(_) => malformed_xml(),
            None => AwsError::new("IllegalVersioningConfigurationException", message),
        });
    };
    // If you have an object lock configuration, versioning can't be suspended; see "Locking
    // objects with Object Lock", and the same of replication, Amazon S3 User Guide.
    for (setting, what) in [
        ("object-lock", "An Object Lock configuration"),
        ("replication", "A replication configuration"),
    ] {
        if status == "Suspended" && stored(call, input, setting)?.is_some() {
            let message = format!(
                "{what} is present on this bucket, so the versioning state cannot be changed."
            );
            return Err(AwsError::new("InvalidBucketState", message).status(409));
        }
    }
    store(call, input, "versioning", versioning)
}

/// GetBucketVersioning: nothing if you have never enabled (or suspended) versioning on a bucket,
/// and of MFA delete only if it "has been configured".
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html>
pub(crate) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let found = stored(call, input, "versioning")?;
    Ok(found.cloned().unwrap_or_else(|| json!({})))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{bare, one, with_bucket};

    #[test]
    fn versioning_has_no_status_until_it_is_set() {
        let aws = with_bucket();
        let get = || aws.ok("s3", "GetBucketVersioning", bare());
        assert_eq!(get(), json!({}));
        for status in ["Enabled", "Suspended"] {
            let put = one("VersioningConfiguration", json!({"Status": status}));
            aws.ok("s3", "PutBucketVersioning", put);
            assert_eq!(get(), json!({"Status": status}));
        }
    }

    #[test]
    fn what_needs_versions_keeps_them() {
        let aws = with_bucket();
        let locked = json!({"Bucket": "two", "ObjectLockEnabledForBucket": true});
        aws.ok("s3", "CreateBucket", locked);
        let suspended = json!({"Status": "Suspended"});
        let put = json!({"Bucket": "two", "VersioningConfiguration": suspended});
        let refusal = aws.refused("s3", "PutBucketVersioning", put);
        assert_eq!(
            (refusal.status, refusal.code.as_str()),
            (409, "InvalidBucketState")
        );
    }
}
