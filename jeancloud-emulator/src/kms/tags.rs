//! Tags of keys.

use serde_json::{Value, json};

use super::key::{self, PAGE};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// Each KMS key can have up to 50 user created tags; see "Tags in AWS KMS".
const MOST: usize = 50;

/// TagResource.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html>
pub(super) fn tag(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut key = key::alive(call, input)?;
    key.tags = merged(&key.tags, input.items("Tags"))?;
    Ok(json!({}))
}

/// UntagResource.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_UntagResource.html>
pub(super) fn untag(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut key = key::alive(call, input)?;
    key.tags
        .retain(|tag| !input.texts("TagKeys").any(|key| key == tag.text("TagKey")));
    Ok(json!({}))
}

/// ListResourceTags.
///
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let key = key::find(call, input)?;
    let tags = key
        .tags
        .iter()
        .map(|tag| (tag.text("TagKey").to_owned(), tag));
    let mut output = call.page(input, PAGE, tags, Value::clone)?;
    key::truncation(&mut output);
    Ok(output)
}

/// `old` with `new` in their places, by key.
pub(super) fn merged(old: &[Value], new: &[Value]) -> Result<Vec<Value>, AwsError> {
    let kept = old
        .iter()
        .filter(|tag| !new.iter().any(|it| it["TagKey"] == tag["TagKey"]));
    let mut tags: Vec<Value> = kept.chain(new).cloned().collect();
    tags.sort_by(|one, other| one.text("TagKey").cmp(other.text("TagKey")));
    let twice = tags
        .windows(2)
        .any(|pair| pair[0]["TagKey"] == pair[1]["TagKey"]);
    let reserved = |tag: &Value| tag.text("TagKey").starts_with("aws:");
    if twice || tags.iter().any(reserved) {
        return Err(AwsError::new(
            "TagException",
            "Duplicate or reserved tag keys",
        ));
    }
    if tags.len() > MOST {
        return Err(AwsError::new("LimitExceededException", "Too many tags"));
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::key::tests::{id, key};
    use crate::testing::Aws;

    #[test]
    fn tags_are_set_replaced_and_removed() {
        let aws = Aws::new();
        let key = key(&aws);
        for value in ["1", "2"] {
            let tags = json!([
                {"TagKey": "a", "TagValue": value},
                {"TagKey": "b", "TagValue": ""},
            ]);
            aws.ok("kms", "TagResource", json!({"KeyId": key, "Tags": tags}));
        }
        aws.ok(
            "kms",
            "UntagResource",
            json!({"KeyId": key, "TagKeys": ["b"]}),
        );
        let told = aws.ok("kms", "ListResourceTags", id(&key));
        assert_eq!(told["Tags"], json!([{"TagKey": "a", "TagValue": "2"}]));
    }
}
