//! Who owns the objects that others put.

use serde_json::{Value, json};

use super::{forget, malformed_xml, required, store};
use crate::{call::Call, error::Outcome, fields::Fields};

/// PutBucketOwnershipControls.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketOwnershipControls.html>
pub(crate) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let controls = input["OwnershipControls"].clone();
    if controls.items("Rules").len() != 1 {
        return Err(malformed_xml());
    }
    store(call, input, "ownership", controls)
}

/// GetBucketOwnershipControls.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketOwnershipControls.html>
pub(crate) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let absent = (
        "OwnershipControlsNotFoundError",
        "The bucket ownership controls were not found",
    );
    let controls = required(call, input, "ownership", absent)?;
    Ok(json!({"OwnershipControls": controls}))
}

/// DeleteBucketOwnershipControls.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketOwnershipControls.html>
pub(crate) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    forget(call, input, "ownership")
}

/// What a new bucket has: By default, Object Ownership is set to the Bucket owner enforced
/// setting; see "Controlling ownership of objects", Amazon S3 User Guide.
pub(crate) fn of_new(input: &Value) -> Value {
    let ownership = input.some_text("ObjectOwnership");
    json!({"Rules": [{"ObjectOwnership": ownership.unwrap_or("BucketOwnerEnforced")}]})
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{bare, one, with_bucket};

    #[test]
    fn a_buckets_owner_owns_all_objects_until_it_says_otherwise() {
        let aws = with_bucket();
        let get = || {
            let got = aws.ok("s3", "GetBucketOwnershipControls", bare());
            got["OwnershipControls"]["Rules"][0]["ObjectOwnership"].clone()
        };
        assert_eq!(get(), "BucketOwnerEnforced");
        let rules = json!({"Rules": [{"ObjectOwnership": "ObjectWriter"}]});
        aws.ok(
            "s3",
            "PutBucketOwnershipControls",
            one("OwnershipControls", rules),
        );
        assert_eq!(get(), "ObjectWriter");
        aws.ok("s3", "DeleteBucketOwnershipControls", bare());
        let refusal = aws.refused("s3", "GetBucketOwnershipControls", bare());
        let expected = (404, "OwnershipControlsNotFoundError");
        assert_eq!((refusal.status, refusal.code.as_str()), expected);
    }
}
