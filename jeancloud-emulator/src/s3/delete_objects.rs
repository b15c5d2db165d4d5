//! Many objects deleted at once.

use serde_json::{Value, json};

use super::{bucket, version};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// "The request can contain a list of up to 1,000 keys", API_DeleteObjects.
const MOST: usize = 1000;

/// DeleteObjects.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    bucket::find(call, input)?;
    let keys = input["Delete"].items("Objects");
    if keys.is_empty() || keys.len() > MOST {
        let message = "The XML you provided was not well-formed or did not validate against our \
                       published schema";
        return Err(AwsError::new("MalformedXML", message));
    }
    let bucket = input.text("Bucket");
    let deleted: Vec<Value> = keys
        .iter()
        .map(|key| {
            let version = key.some_text("VersionId");
            let gone = version::delete(call, bucket, key.text("Key"), version);
            let mut deleted = json!({"Key": key["Key"], "VersionId": version});
            if gone.marker {
                deleted["DeleteMarker"] = true.into();
                deleted["DeleteMarkerVersionId"] = gone.version.into();
            }
            deleted
        })
        .collect();
    if input["Delete"].flag("Quiet") {
        return Ok(json!({}));
    }
    Ok(json!({"Deleted": deleted}))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn many_objects_go_at_once() {
        let aws = Aws::new().in_region("us-east-1");
        aws.ok("s3", "CreateBucket", json!({"Bucket": "one"}));
        for key in ["a", "b & c"] {
            aws.ok(
                "s3",
                "PutObject",
                json!({"Bucket": "one", "Key": key, "Body": ""}),
            );
        }
        let objects = json!([{"Key": "a"}, {"Key": "b & c"}, {"Key": "absent"}]);
        let input = json!({"Bucket": "one", "Delete": {"Objects": objects}});
        let deleted = aws.ok("s3", "DeleteObjects", input);
        assert_eq!(deleted["Deleted"], objects);
        aws.ok("s3", "DeleteBucket", json!({"Bucket": "one"}));
    }
}
