//! What the types of Elastic Load Balancing share: reading in bulk, tags, names that are taken.

use std::{collections::BTreeMap, future::Future};

use aws_sdk_elasticloadbalancingv2::types::{LoadBalancer, Tag};
use jeancloud_model::{Bounded, Input, Resource, Text};
use jeancloud_stack::provider::{ErrorKind, Found, Ownership, ProviderError};

use crate::{
    Clients, error,
    handler::{Change, New, Result, Search},
    taken,
};

/// The most ARNs that one call takes: `DescribeTags` and `DescribeLoadBalancers` say 20.
const ARNS_PER_CALL: usize = 20;

/// Tags by ARN.
pub(super) type TagsByArn = BTreeMap<String, BTreeMap<String, String>>;

/// Reads many by ARN, twenty a call. One that is gone fails the whole call, so then each is asked
/// for alone.
pub(super) async fn in_bulk<T, L, F>(arns: &[String], describe: L) -> Result<Vec<T>>
where
    L: Fn(Vec<String>) -> F + Send + Sync,
    F: Future<Output = Result<Vec<T>>> + Send,
    T: Send,
{
    let mut all = Vec::new();
    for chunk in arns.chunks(ARNS_PER_CALL) {
        match describe(chunk.to_vec()).await {
            Ok(found) => all.extend(found),
            Err(error) if error.kind == ErrorKind::NotFound && chunk.len() == 1 => {}
            Err(error) if error.kind == ErrorKind::NotFound => {
                for arn in chunk {
                    let alone = error::if_there(describe(vec![arn.clone()]).await)?;
                    all.extend(alone.into_iter().flatten());
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// The tags of these ARNs; what is gone has none.
pub(super) async fn tags_of(aws: &Clients, arns: &[String]) -> Result<TagsByArn> {
    let described = in_bulk(arns, |arns| async {
        let call = aws.elb().describe_tags().set_resource_arns(Some(arns));
        let answer = call.send().await.map_err(error::of("DescribeTags"))?;
        Ok(answer.tag_descriptions().to_vec())
    });
    let tags = described.await?.into_iter().map(|description| {
        let pair = |tag: &Tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or("").to_owned()));
        let tags = description.tags().iter().filter_map(pair).collect();
        (
            description.resource_arn().unwrap_or_default().to_owned(),
            tags,
        )
    });
    Ok(tags.collect())
}

/// Those of `arns` that the stack's tags say are its own.
pub(super) async fn owned(
    aws: &Clients,
    search: &Search<'_>,
    arns: &[String],
) -> Result<Vec<Found>> {
    let tags = tags_of(aws, arns).await?;
    let found = tags.iter().filter_map(|(arn, tags)| {
        search.owned(
            arn,
            tags.iter()
                .map(|(key, value)| (key.as_str(), value.as_str())),
        )
    });
    Ok(found.collect())
}

/// All load balancers of the region.
pub(super) async fn all_load_balancers(aws: &Clients) -> Result<Vec<LoadBalancer>> {
    let mut pages = aws.elb().describe_load_balancers().into_paginator().send();
    let mut all = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(error::of("DescribeLoadBalancers"))?;
        all.extend(page.load_balancers().iter().cloned());
    }
    Ok(all)
}

/// The listeners that may be the stack's: those of its own load balancers, and of the ones that
/// the wanted properties name.
pub(super) async fn listeners_of_stack(
    aws: &Clients,
    search: &Search<'_>,
    named: impl IntoIterator<Item = String>,
) -> Result<Vec<String>> {
    let balancers = all_load_balancers(aws).await?;
    let there: Vec<String> = balancers
        .iter()
        .filter_map(|balancer| balancer.load_balancer_arn().map(str::to_owned))
        .collect();
    let mut parents: Vec<String> = owned(aws, search, &there)
        .await?
        .into_iter()
        .map(|found| found.id)
        .collect();
    parents.extend(named.into_iter().filter(|arn| there.contains(arn)));
    parents.sort();
    parents.dedup();
    let mut listeners = Vec::new();
    for parent in parents {
        let call = aws.elb().describe_listeners().load_balancer_arn(parent);
        let mut pages = call.into_paginator().send();
        while let Some(page) = pages.next().await {
            // The load balancer may be deleted meanwhile; then it has no listeners.
            let Some(page) = error::if_there(page.map_err(error::of("DescribeListeners")))? else {
                break;
            };
            listeners.extend(
                page.listeners()
                    .iter()
                    .filter_map(|l| l.listener_arn().map(str::to_owned)),
            );
        }
    }
    Ok(listeners)
}

/// The tags of a creating call.
pub(super) fn tags<R: Resource>(new: &New<'_, R>) -> Vec<Tag> {
    new.tags()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect()
}

/// Sets and removes the tags that change.
pub(super) async fn update_tags<R: Resource>(aws: &Clients, change: &Change<R>) -> Result<()> {
    let set = change.tags_to_set();
    if !set.is_empty() {
        let tags = set
            .into_iter()
            .map(|(key, value)| Tag::builder().key(key).value(value).build());
        let call = aws
            .elb()
            .add_tags()
            .resource_arns(&change.id)
            .set_tags(Some(tags.collect()));
        call.send().await.map_err(error::of("AddTags"))?;
    }
    let removed = change.tags_to_remove();
    if !removed.is_empty() {
        let call = aws
            .elb()
            .remove_tags()
            .resource_arns(&change.id)
            .set_tag_keys(Some(removed));
        call.send().await.map_err(error::of("RemoveTags"))?;
    }
    Ok(())
}

/// What to do about something that has the wanted name or place already: it is this very resource
/// (an earlier call's answer was lost), or somebody else's and not to be touched.
///
/// ELBv2's creating calls are idempotent by name and settings: without this look they would give
/// us somebody else's.
pub(super) async fn ours<R: Resource>(
    aws: &Clients,
    new: &New<'_, R>,
    arn: &str,
    what: &str,
) -> Result<()> {
    let tags = tags_of(aws, &[arn.to_owned()]).await?;
    let pairs = tags
        .values()
        .flatten()
        .map(|(key, value)| (key.as_str(), value.as_str()));
    let owner = Ownership::from_tags(pairs);
    if owner.as_ref() == Some(new.ownership) {
        return Ok(());
    }
    let whose = match &owner {
        Some(owner) => format!("belongs to {} of the stack {}", owner.address, owner.stack),
        None => "was not made by jeancloud".to_owned(),
    };
    let message = format!("{what} exists and {whose}");
    let hint = taken::way_out(owner.as_ref(), new.ownership);
    Err(ProviderError::new(ErrorKind::Conflict, "", message).with_hint(hint))
}

/// An answer of AWS that has no place in the model.
pub(super) fn strange(operation: &'static str, what: impl Into<String>) -> ProviderError {
    ProviderError::new(ErrorKind::Other, operation, what)
}

/// A number of AWS's as a property.
pub(super) fn number<const MIN: u32, const MAX: u32>(
    number: Option<i32>,
) -> Option<Input<Bounded<MIN, MAX>>> {
    let number = u32::try_from(number?).ok()?;
    Some(Input::Known(Bounded::new(number)))
}

/// A text of AWS's as a property.
pub(super) fn text(text: Option<&str>) -> Option<Text> {
    text.map(Text::known)
}

/// A property's text, as AWS takes it.
pub(super) fn sent(text: &Option<Text>) -> Option<String> {
    text.as_ref().map(|text| text.value().to_owned())
}

/// The part of an ARN after the first `marker`: `app/name/id` of `…:loadbalancer/app/name/id`.
pub(super) fn after<'a>(arn: &'a str, marker: &str) -> Option<&'a str> {
    arn.split_once(marker).map(|(_, rest)| rest)
}
