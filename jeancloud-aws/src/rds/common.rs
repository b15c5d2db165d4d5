//! What RDS's types share: tags.

use aws_sdk_rds::types::Tag;
use jeancloud_model::Resource;

use crate::{
    Clients, error,
    handler::{Change, New, Result},
};

/// The tags of a creating call.
pub(super) fn tags<R: Resource>(new: &New<'_, R>) -> Option<Vec<Tag>> {
    Some(new.tags().map(|(key, value)| tag(key, value)).collect())
}

/// An SDK tag list as pairs.
pub(super) fn pairs(tags: &[Tag]) -> impl Iterator<Item = (&str, &str)> {
    tags.iter()
        .filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default())))
}

/// Sets and removes the tags that change on what has this ARN.
pub(super) async fn update_tags<R: Resource>(
    aws: &Clients,
    arn: &str,
    change: &Change<R>,
) -> Result<()> {
    let set = change.tags_to_set();
    if !set.is_empty() {
        let tags = set.iter().map(|(key, value)| tag(key, value)).collect();
        let call = aws.rds().add_tags_to_resource().resource_name(arn);
        let answer = call.set_tags(Some(tags)).send().await;
        answer.map_err(error::of("AddTagsToResource"))?;
    }
    let removed = change.tags_to_remove();
    if !removed.is_empty() {
        let call = aws.rds().remove_tags_from_resource().resource_name(arn);
        let answer = call.set_tag_keys(Some(removed)).send().await;
        answer.map_err(error::of("RemoveTagsFromResource"))?;
    }
    Ok(())
}

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build()
}
