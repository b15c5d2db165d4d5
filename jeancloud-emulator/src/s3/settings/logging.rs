//! Access logs.

use serde_json::{Value, json};

use super::{
    super::bucket::{self, Bucket},
    store, stored,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// PutBucketLogging: the source bucket and the destination bucket must be in the same AWS Region
/// and owned by the same account; an empty status turns logging off.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLogging.html>
pub(crate) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    bucket::find(call, input)?;
    let status = input["BucketLoggingStatus"].clone();
    if let Some(enabled) = status.at("LoggingEnabled") {
        let target = call.get::<Bucket>(enabled.text("TargetBucket"));
        let mine = target.filter(|it| it.owner == call.account);
        let message = match mine.map(|it| it.view.text("BucketRegion") == call.region) {
            Some(true) => None,
            Some(false) => Some("The target bucket for logging must be in the same region"),
            None => Some("The target bucket for logging does not exist"),
        };
        if let Some(message) = message {
            let error = AwsError::new("InvalidTargetBucketForLogging", message);
            return Err(error.with("TargetBucket", enabled.text("TargetBucket")));
        }
    }
    store(call, input, "logging", status)
}

/// GetBucketLogging.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLogging.html>
pub(crate) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let found = stored(call, input, "logging")?;
    Ok(found.cloned().unwrap_or_else(|| json!({})))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{bare, one, with_bucket};

    #[test]
    fn logs_go_to_a_bucket_that_is_there() {
        let aws = with_bucket();
        assert_eq!(aws.ok("s3", "GetBucketLogging", bare()), json!({}));
        let target =
            |name: &str| json!({"LoggingEnabled": {"TargetBucket": name, "TargetPrefix": "a/"}});
        let put = |status| one("BucketLoggingStatus", status);
        let code = aws.code("s3", "PutBucketLogging", put(target("two")));
        assert_eq!(code, "InvalidTargetBucketForLogging");
        aws.ok("s3", "PutBucketLogging", put(target("one")));
        assert_eq!(aws.ok("s3", "GetBucketLogging", bare()), target("one"));
        aws.ok("s3", "PutBucketLogging", put(json!({})));
        assert_eq!(aws.ok("s3", "GetBucketLogging", bare()), json!({}));
    }
}
