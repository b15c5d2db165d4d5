//! Tags of distributions.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::distribution::Distribution;
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::Edit,
};

/// Maximum number of tags per resource – 50; see "Tag restrictions", Amazon CloudFront Developer
/// Guide.
const MOST: usize = 50;

/// TagResource.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_TagResource.html>
pub(super) fn tag(call: &mut Call<'_>, input: &Value) -> Outcome {
    call.reply.status = Some(204);
    let mut found = named(call, input)?;
    let tags = merged(&found.tags, &input["Tags"])?;
    found.tags = tags;
    Ok(json!({}))
}

/// UntagResource.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UntagResource.html>
pub(super) fn untag(call: &mut Call<'_>, input: &Value) -> Outcome {
    call.reply.status = Some(204);
    let mut found = named(call, input)?;
    for key in input["TagKeys"].texts("Items") {
        found.tags.remove(key);
    }
    Ok(json!({}))
}

/// ListTagsForResource.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListTagsForResource.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let found = named(call, input)?;
    let tags = found.tags.iter();
    let tags = tags.map(|(key, value)| json!({"Key": key, "Value": value}));
    Ok(json!({"Tags": {"Items": tags.collect::<Vec<_>>()}}))
}

/// `old` with `new` in their places.
pub(super) fn merged(
    old: &BTreeMap<String, String>,
    new: &Value,
) -> Result<BTreeMap<String, String>, AwsError> {
    let mut tags = old.clone();
    for tag in new.items("Items") {
        tags.insert(tag.text("Key").to_owned(), tag.text("Value").to_owned());
    }
    if tags.len() > MOST || tags.keys().any(|key| key.starts_with("aws:")) {
        let message = "The tagging specified is not valid.";
        return Err(AwsError::new("InvalidTagging", message));
    }
    Ok(tags)
}

fn named<'c>(call: &'c mut Call<'_>, input: &Value) -> Result<Edit<'c, Distribution>, AwsError> {
    let arn = input.text("Resource");
    let id = arn.rsplit("distribution/").next().unwrap_or(arn);
    let found = call.table_mut::<Distribution>().get_mut(id);
    found
        .filter(|it| it.view.text("ARN") == arn)
        .ok_or_else(|| {
            let message = "The specified resource does not exist.";
            AwsError::new("NoSuchResource", message)
        })
}
