//! What a bucket is set to: one file for each of its subresources.

pub(super) mod accelerate;
pub(super) mod acl;
pub(super) mod cors;
pub(super) mod encryption;
pub(super) mod lifecycle;
pub(super) mod logging;
pub(super) mod notification;
pub(super) mod object_lock;
pub(super) mod ownership;
pub(super) mod policy;
pub(super) mod public_access;
pub(super) mod replication;
pub(super) mod request_payment;
pub(super) mod tagging;
pub(super) mod versioning;
pub(super) mod website;

use serde_json::{Value, json};

use super::bucket::{self, Bucket};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// What the input's bucket is set to, if it is.
fn stored<'c>(
    call: &'c Call<'_>,
    input: &Value,
    setting: &str,
) -> Result<Option<&'c Value>, AwsError> {
    Ok(bucket::find(call, input)?.settings.get(setting))
}

/// What the input's bucket is set to, or a status of 404 with this code and message.
fn required(
    call: &Call<'_>,
    input: &Value,
    setting: &str,
    absent: (&str, &str),
) -> Result<Value, AwsError> {
    let (code, message) = absent;
    let missing = || {
        let error = AwsError::new(code, message).status(404);
        error.with("BucketName", input.text("Bucket"))
    };
    stored(call, input, setting)?.cloned().ok_or_else(missing)
}

/// Sets the input's bucket, in the place of what was set.
fn store(call: &mut Call<'_>, input: &Value, setting: &str, value: Value) -> Outcome {
    bucket::find(call, input)?;
    if let Some(mut bucket) = call.table_mut::<Bucket>().get_mut(input.text("Bucket")) {
        bucket.settings.insert(setting.to_owned(), value);
    }
    Ok(json!({}))
}

/// Forgets a setting. What isn't set is deleted too.
fn forget(call: &mut Call<'_>, input: &Value, setting: &str) -> Outcome {
    bucket::find(call, input)?;
    if let Some(mut bucket) = call.table_mut::<Bucket>().get_mut(input.text("Bucket")) {
        bucket.settings.remove(setting);
    }
    call.reply.status = Some(204);
    Ok(json!({}))
}

/// A document without what its schema requires.
pub(super) fn malformed_xml() -> AwsError {
    let message = "The XML you provided was not well-formed or did not validate against our \
                   published schema";
    AwsError::new("MalformedXML", message)
}

fn invalid_argument(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidArgument", message)
}

fn invalid_request(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidRequest", message)
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use crate::testing::Aws;

    /// An AWS with the bucket `one`, in us-east-1.
    pub fn with_bucket() -> Aws {
        let aws = Aws::new().in_region("us-east-1");
        aws.ok("s3", "CreateBucket", json!({"Bucket": "one"}));
        aws
    }

    /// The bucket `one` with a member.
    pub fn one(member: &str, value: Value) -> Value {
        json!({"Bucket": "one", member: value})
    }

    pub fn bare() -> Value {
        json!({"Bucket": "one"})
    }

    /// What is put in comes out; what is deleted is gone, with this code, and may be deleted again.
    #[track_caller]
    pub fn round_trip(put: (&str, Value), get: &str, delete: &str, code: &str, out: Value) {
        let aws = with_bucket();
        let refusal = aws.refused("s3", get, bare());
        assert_eq!((refusal.status, refusal.code.as_str()), (404, code));
        assert_ne!(refusal.message, "");
        aws.ok("s3", put.0, put.1);
        assert_eq!(aws.ok("s3", get, bare()), out);
        aws.ok("s3", delete, bare());
        assert_eq!(aws.code("s3", get, bare()), code);
        aws.ok("s3", delete, bare());
    }

    #[test]
    fn a_bucket_that_is_not_there_has_no_settings() {
        let aws = Aws::new();
        for operation in [
            "GetBucketVersioning",
            "GetBucketEncryption",
            "GetBucketLogging",
            "DeleteBucketPolicy",
            "GetBucketTagging",
        ] {
            assert_eq!(aws.code("s3", operation, bare()), "NoSuchBucket");
        }
    }

    #[test]
    fn a_bucket_goes_with_its_settings() {
        let aws = with_bucket();
        let tags = json!({"TagSet": [{"Key": "a", "Value": "1"}]});
        aws.ok("s3", "PutBucketTagging", one("Tagging", tags));
        aws.ok("s3", "DeleteBucket", bare());
        aws.ok("s3", "CreateBucket", bare());
        assert_eq!(aws.code("s3", "GetBucketTagging", bare()), "NoSuchTagSet");
    }

    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html>
    #[test]
    fn the_owner_who_is_expected_is_compared() {
        let aws = with_bucket();
        let mine = one("ExpectedBucketOwner", "123456789012".into());
        assert_eq!(
            aws.ok("s3", "GetBucketLogging", mine),
            Value::Object(Map::new())
        );
        let other = one("ExpectedBucketOwner", "210987654321".into());
        assert_eq!(aws.refused("s3", "GetBucketLogging", other).status, 403);
    }
}
