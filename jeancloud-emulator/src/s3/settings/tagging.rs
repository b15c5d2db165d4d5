//! A bucket's tags, and the rules that objects' tags share.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{forget, required, store};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// "up to 50 tags", "Using cost allocation S3 bucket tags", Amazon S3 User Guide.
const MOST: usize = 50;

/// PutBucketTagging: all tags at once.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html>
pub(crate) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let tags = input["Tagging"].items("TagSet");
    check(tags)?;
    if tags.len() > MOST {
        let message = "Bucket tag count cannot be greater than 50";
        return Err(AwsError::new("BadRequest", message));
    }
    let tags = tags.to_vec().into();
    store(call, input, "tags", tags)?;
    call.reply.status = Some(204);
    Ok(json!({}))
}

/// GetBucketTagging.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html>
pub(crate) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let absent = ("NoSuchTagSet", "The TagSet does not exist");
    let tags = required(call, input, "tags", absent)?;
    Ok(json!({"TagSet": tags}))
}

/// DeleteBucketTagging.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketTagging.html>
pub(crate) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    forget(call, input, "tags")
}

/// The rules of keys and values, the same documents.
pub(crate) fn check(tags: &[Value]) -> Result<(), AwsError> {
    let mut keys = BTreeSet::new();
    let wrong = tags.iter().find_map(|tag| {
        let (key, value) = (tag.text("Key"), tag.text("Value"));
        if key.to_ascii_lowercase().starts_with("aws:") {
            Some("System tags cannot be added/updated by requester")
        } else if key.is_empty() || key.chars().count() > 128 {
            Some("The TagKey you have provided is invalid")
        } else if value.chars().count() > 256 {
            Some("The TagValue you have provided is invalid")
        } else if !keys.insert(key) {
            Some("Cannot provide multiple Tags with the same key")
        } else {
            None
        }
    });
    match wrong {
        Some(message) => Err(AwsError::new("InvalidTag", message)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::{one, round_trip, with_bucket};

    #[test]
    fn tags_come_back() {
        let tags = json!({"TagSet": [{"Key": "b", "Value": "1"}, {"Key": "a", "Value": ""}]});
        round_trip(
            ("PutBucketTagging", one("Tagging", tags.clone())),
            "GetBucketTagging",
            "DeleteBucketTagging",
            "NoSuchTagSet",
            tags,
        );
    }

    #[test]
    fn tags_follow_the_rules_of_tags() {
        let aws = with_bucket();
        let code = |tags: Value| {
            let put = one("Tagging", json!({"TagSet": tags}));
            aws.code("s3", "PutBucketTagging", put)
        };
        let twice = json!([{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]);
        assert_eq!(code(twice), "InvalidTag");
        assert_eq!(code(json!([{"Key": "aws:a", "Value": "1"}])), "InvalidTag");
        let many: Vec<Value> = (0..51)
            .map(|at| json!({"Key": format!("k{at}"), "Value": ""}))
            .collect();
        assert_eq!(code(many.into()), "BadRequest");
    }
}
