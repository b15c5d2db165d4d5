//! Tags of groups.

use serde_json::{Value, json};

use super::log_group;
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// The maximum number of tags for a log group is 50; see API_TagResource.
const MOST: usize = 50;

/// TagResource.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html>
pub(super) fn tag(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut group = log_group::identified(call, input)?;
    let mut tags = group.tags.clone();
    for (key, value) in input["tags"].as_object().into_iter().flatten() {
        tags.insert(key.clone(), value.as_str().unwrap_or_default().to_owned());
    }
    if tags.len() > MOST {
        let message = "The resource has too many tags";
        return Err(AwsError::new("TooManyTagsException", message));
    }
    group.tags = tags;
    Ok(json!({}))
}

/// UntagResource.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html>
pub(super) fn untag(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut group = log_group::identified(call, input)?;
    for key in input.texts("tagKeys") {
        group.tags.remove(key);
    }
    Ok(json!({}))
}

/// UntagLogGroup: of former times.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagLogGroup.html>
pub(super) fn untag_first(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut group = log_group::identified(call, input)?;
    for key in input.texts("tags") {
        group.tags.remove(key);
    }
    Ok(json!({}))
}

/// ListTagsForResource.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let group = log_group::identified(call, input)?;
    Ok(json!({"tags": group.tags}))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn tags_are_set_and_removed_by_arn() {
        let aws = Aws::new();
        let group = json!({"logGroupName": "a", "tags": {"one": "1"}});
        aws.ok("logs", "CreateLogGroup", group);
        let arn = "arn:aws:logs:eu-west-3:123456789012:log-group:a";
        let more = json!({"resourceArn": arn, "tags": {"two": "2"}});
        aws.ok("logs", "TagResource", more);
        let fewer = json!({"resourceArn": arn, "tagKeys": ["one"]});
        aws.ok("logs", "UntagResource", fewer);
        let told = aws.ok("logs", "ListTagsForResource", json!({"resourceArn": arn}));
        assert_eq!(told, json!({"tags": {"two": "2"}}));
    }
}
