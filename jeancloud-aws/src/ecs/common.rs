//! What ECS's types share: tags, request parts, conversions of properties.

use aws_sdk_ecs::{error::BuildError, types::Tag};
use jeancloud_model::{Bounded, Input, Resource, Text, Value};

use crate::{
    Clients, error,
    handler::{Change, New, Result},
};

/// A request part of which everything required is set.
pub(super) fn built<T>(part: std::result::Result<T, BuildError>) -> T {
    part.unwrap_or_else(|error| panic!("broken invariant: a required part is not set: {error}"))
}

/// The tags of a creating call.
pub(super) fn tags<R: Resource>(new: &New<'_, R>) -> Vec<Tag> {
    let tag = |(key, value)| Tag::builder().key(key).value(value).build();
    new.tags().map(tag).collect()
}

/// An SDK tag list as pairs.
pub(super) fn pairs(tags: &[Tag]) -> impl Iterator<Item = (&str, &str)> {
    tags.iter()
        .filter_map(|tag| Some((tag.key()?, tag.value()?)))
}

/// Sets and removes the tags that change.
pub(super) async fn update_tags<R: Resource>(
    aws: &Clients,
    arn: &str,
    change: &Change<R>,
) -> Result<()> {
    let set = change.tags_to_set();
    if !set.is_empty() {
        let tags = set
            .into_iter()
            .map(|(key, value)| Tag::builder().key(key).value(value).build());
        let call = aws
            .ecs()
            .tag_resource()
            .resource_arn(arn)
            .set_tags(Some(tags.collect()));
        call.send().await.map_err(error::of("TagResource"))?;
    }
    let removed = change.tags_to_remove();
    if !removed.is_empty() {
        let call = aws
            .ecs()
            .untag_resource()
            .resource_arn(arn)
            .set_tag_keys(Some(removed));
        call.send().await.map_err(error::of("UntagResource"))?;
    }
    Ok(())
}

/// The last part of an ARN: `name` of `…:cluster/name`.
pub(super) fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// A bounded number, as the SDK takes it.
pub(super) fn number<const MIN: u32, const MAX: u32>(
    value: &Option<Input<Bounded<MIN, MAX>>>,
) -> Option<i32> {
    value.as_ref().map(|value| value.value().to_i32())
}

/// A number of the SDK's, as a bounded one.
pub(super) fn bounded<const MIN: u32, const MAX: u32>(
    value: Option<i32>,
) -> Option<Input<Bounded<MIN, MAX>>> {
    let number = u32::try_from(value?).ok()?;
    Some(Input::Known(Bounded::new(number)))
}

/// A copy of a known value.
pub(super) fn copied<T: Copy + Value>(value: &Option<Input<T>>) -> Option<T> {
    value.as_ref().map(|value| *value.value())
}

/// An optional text, as the SDK takes it.
pub(super) fn string(text: &Option<Text>) -> Option<String> {
    text.as_ref().map(|text| text.value().to_owned())
}

/// An optional text of the SDK's.
pub(super) fn text(text: Option<&str>) -> Option<Text> {
    text.map(Text::known)
}

/// Texts, as the SDK takes them; `None` for no texts, which leaves the property out.
pub(super) fn strings(texts: &[Text]) -> Option<Vec<String>> {
    let all = || texts.iter().map(|text| text.value().to_owned()).collect();
    (!texts.is_empty()).then(all)
}

/// Texts of the SDK's.
pub(super) fn texts(texts: &[String]) -> Vec<Text> {
    texts.iter().map(Text::known).collect()
}

/// A list, or nothing where it is empty: a list that the author left out is left out.
pub(super) fn some<T>(list: impl IntoIterator<Item = T>) -> Option<Vec<T>> {
    let list: Vec<T> = list.into_iter().collect();
    (!list.is_empty()).then_some(list)
}
