//! Transfer acceleration.

use serde_json::{Value, json};

use super::{invalid_request, store, stored};
use crate::{call::Call, error::Outcome, fields::Fields};

/// PutBucketAccelerateConfiguration.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAccelerateConfiguration.html>
pub(crate) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    // "The name of the bucket used for Transfer Acceleration must … not contain periods."
    if input.text("Bucket").contains('.') {
        let message = "S3 Transfer Acceleration is not supported for buckets with periods (.) in \
                       their names";
        return Err(invalid_request(message));
    }
    let accelerate = input["AccelerateConfiguration"].clone();
    store(call, input, "accelerate", accelerate)
}

/// GetBucketAccelerateConfiguration: does not return a value if a transfer acceleration state has
/// never been set.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAccelerateConfiguration.html>
pub(crate) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let found = stored(call, input, "accelerate")?;
    Ok(found.cloned().unwrap_or_else(|| json!({})))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{bare, one, with_bucket};

    #[test]
    fn acceleration_has_no_state_until_it_is_set() {
        let aws = with_bucket();
        let get = || aws.ok("s3", "GetBucketAccelerateConfiguration", bare());
        assert_eq!(get(), json!({}));
        let enabled = json!({"Status": "Enabled"});
        let put = one("AccelerateConfiguration", enabled.clone());
        aws.ok("s3", "PutBucketAccelerateConfiguration", put);
        assert_eq!(get(), enabled);
    }

    #[test]
    fn a_name_with_periods_is_not_accelerated() {
        let aws = with_bucket();
        aws.ok("s3", "CreateBucket", json!({"Bucket": "a.b.c"}));
        let put = json!({
            "Bucket": "a.b.c",
            "AccelerateConfiguration": {"Status": "Enabled"},
        });
        let code = aws.code("s3", "PutBucketAccelerateConfiguration", put);
        assert_eq!(code, "InvalidRequest");
    }
}
