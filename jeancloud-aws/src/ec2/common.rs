//! What EC2's types share: tags in creating calls, filters by our tags, tag changes.

use std::time::Duration;

use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagSpecification};
use jeancloud_model::Resource;
use jeancloud_stack::provider::Ownership;

use crate::{
    Clients, error,
    handler::{Change, New, Result},
    wait::Wait,
};

/// The most ids that one `Describe…` filter takes: EC2's limit of 200 values a filter.
pub(super) const IDS_PER_CALL: usize = 200;

/// How long something that EC2 just made may stay unknown to `Describe…` calls.
///
/// EC2's "Eventual consistency" names no bound; five minutes of retries is its advice.
pub(super) fn visible(operation: &'static str, what: &'static str) -> Wait {
    Wait {
        operation,
        what,
        at_most: Duration::from_secs(300),
        pause: Duration::from_secs(2),
    }
}

/// The tags of a creating call.
pub(super) fn tags<R: Resource>(kind: ResourceType, new: &New<'_, R>) -> TagSpecification {
    let tags = new
        .tags()
        .map(|(key, value)| Tag::builder().key(key).value(value).build());
    TagSpecification::builder()
        .resource_type(kind)
        .set_tags(Some(tags.collect()))
        .build()
}

/// The filter that finds what a stack owns.
pub(super) fn owned_by(stack: &str) -> Filter {
    filter(&format!("tag:{}", Ownership::STACK_TAG), [stack])
}

/// A filter by name and values.
pub(super) fn filter<V: Into<String>>(name: &str, values: impl IntoIterator<Item = V>) -> Filter {
    let values = values.into_iter().map(Into::into).collect();
    Filter::builder()
        .name(name)
        .set_values(Some(values))
        .build()
}

/// An SDK tag list as pairs.
pub(super) fn pairs(tags: &[Tag]) -> impl Iterator<Item = (&str, &str)> {
    tags.iter()
        .filter_map(|tag| Some((tag.key()?, tag.value()?)))
}

/// Sets and removes the tags that change.
pub(super) async fn update_tags<R: Resource>(aws: &Clients, change: &Change<R>) -> Result<()> {
    update_tags_of(aws, &change.id, change).await
}

/// The same, where EC2's id of what carries the tags is not the physical id.
pub(super) async fn update_tags_of<R: Resource>(
    aws: &Clients,
    id: &str,
    change: &Change<R>,
) -> Result<()> {
    let set = change.tags_to_set();
    if !set.is_empty() {
        let tags = set
            .into_iter()
            .map(|(key, value)| Tag::builder().key(key).value(value).build());
        let call = aws
            .ec2()
            .create_tags()
            .resources(id)
            .set_tags(Some(tags.collect()));
        call.send().await.map_err(error::of("CreateTags"))?;
    }
    let removed = change.tags_to_remove();
    if !removed.is_empty() {
        let tags = removed
            .into_iter()
            .map(|key| Tag::builder().key(key).build());
        let call = aws
            .ec2()
            .delete_tags()
            .resources(id)
            .set_tags(Some(tags.collect()));
        call.send().await.map_err(error::of("DeleteTags"))?;
    }
    Ok(())
}
