//! Tags of repositories.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{errors, repository::Repository};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::Edit,
};

/// The maximum number of tags per resource is 50; see "Tag a private repository in Amazon ECR".
const MOST: usize = 50;

/// TagResource.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_TagResource.html>
pub(super) fn tag(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut repository = by_arn(call, input)?;
    repository.tags = merged(&repository.tags, input.items("tags"))?;
    Ok(json!({}))
}

/// UntagResource.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UntagResource.html>
pub(super) fn untag(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut repository = by_arn(call, input)?;
    for key in input.texts("tagKeys") {
        repository.tags.remove(key);
    }
    Ok(json!({}))
}

/// ListTagsForResource.
///
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListTagsForResource.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let repository = by_arn(call, input)?;
    let tags = repository.tags.iter();
    let tags: Vec<Value> = tags
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect();
    Ok(json!({"tags": tags}))
}

/// Tags with new ones, in the place of those with the same keys.
pub(super) fn merged(
    old: &BTreeMap<String, String>,
    new: &[Value],
) -> Result<BTreeMap<String, String>, AwsError> {
    let mut tags = old.clone();
    for tag in new {
        let key = tag.text("Key");
        if key.to_ascii_lowercase().starts_with("aws:") {
            let message = "Tag keys with the prefix 'aws:' are reserved";
            return Err(AwsError::new("InvalidTagParameterException", message));
        }
        tags.insert(key.to_owned(), tag.text("Value").to_owned());
    }
    if tags.len() > MOST {
        let message = "The number of tags exceeds the limit of 50";
        return Err(AwsError::new("TooManyTagsException", message));
    }
    Ok(tags)
}

fn by_arn<'c>(call: &'c mut Call<'_>, input: &Value) -> Result<Edit<'c, Repository>, AwsError> {
    let arn = input.text("resourceArn");
    let name = arn.split_once(":repository/").map(|(_, name)| name);
    let Some(name) = name.filter(|_| arn.starts_with("arn:")) else {
        return Err(errors::invalid("resourceArn", "Invalid ARN"));
    };
    let here = call.arn("ecr", &format!("repository/{name}"));
    if here != arn || !call.table::<Repository>().contains(name) {
        return Err(errors::no_repository(call, name));
    }
    let found = call.table_mut().get_mut(name);
    found.ok_or_else(|| AwsError::internal("a repository went during a call"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn tags_are_set_and_removed() {
        let aws = Aws::new();
        let tags = json!([{"Key": "a", "Value": "1"}]);
        let made = json!({"repositoryName": "app", "tags": tags});
        let made = aws.ok("ecr", "CreateRepository", made);
        let arn = &made["repository"]["repositoryArn"];
        let more = json!({"resourceArn": arn, "tags": [{"Key": "b", "Value": "2"}]});
        aws.ok("ecr", "TagResource", more);
        let fewer = json!({"resourceArn": arn, "tagKeys": ["a"]});
        aws.ok("ecr", "UntagResource", fewer);
        let told = aws.ok("ecr", "ListTagsForResource", json!({"resourceArn": arn}));
        assert_eq!(told, json!({"tags": [{"Key": "b", "Value": "2"}]}));
    }
}
