//! Distributions. Found again by tags, which the creating call sets; its caller reference is a token
//! of the intent, so that a repeated call makes nothing twice. One that replaces another is made without
//! that one's domain names, and takes them over in an update: [`alias`].

use std::{collections::BTreeSet, time::Duration};

use async_trait::async_trait;
use aws_sdk_cloudfront::{
    operation::get_distribution::GetDistributionOutput,
    types::{
        Distribution as SdkDistribution, DistributionConfig as SdkConfig,
        DistributionConfigWithTags, DistributionSummary, Tag, TagKeys, Tags as SdkTags,
    },
};
use futures_util::future::try_join_all;
use jeancloud_model::{DnsName, Input, Tags, cloud_front::Distribution};
use jeancloud_stack::provider::{ErrorKind, Found, Ownership, ProviderError};

use super::{alias, common::built, config};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    wait::{self, Wait},
};

pub(super) struct DistributionHandler;

/// How many distributions are asked at once: the list tells neither tags nor the root object.
const AT_ONCE: usize = 5;

/// How often a change is tried that somebody else's change overtook.
const TRIES: usize = 3;

/// How long a change may take to reach all edge locations.
///
/// AWS's own waiter `DistributionDeployed` looks 35 times, once a minute.
const DEPLOYED: Wait = Wait {
    operation: "GetDistribution",
    what: "the distribution at all edge locations",
    at_most: Duration::from_secs(35 * 60),
    pause: Duration::from_secs(20),
};

#[async_trait]
impl Handler for DistributionHandler {
    type Resource = Distribution;

    const PERMISSIONS: &'static [&'static str] = &[
        "cloudfront:AssociateAlias",
        "cloudfront:CreateDistribution",
        "cloudfront:DeleteDistribution",
        "cloudfront:GetDistribution",
        "cloudfront:GetDistributionConfig",
        "cloudfront:ListDistributions",
        "cloudfront:ListTagsForResource",
        "cloudfront:TagResource",
        "cloudfront:UntagResource",
        "cloudfront:UpdateDistribution",
        "route53:ChangeResourceRecordSets",
        "route53:GetChange",
        "route53:ListHostedZones",
        "route53:ListResourceRecordSets",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<Distribution>>> {
        let mut seen = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let read = try_join_all(ids.iter().map(|id| read(aws, id))).await?;
            seen.extend(read.into_iter().flatten());
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        for some in all(aws).await?.chunks(AT_ONCE) {
            let tags = try_join_all(some.iter().map(|it| tags(aws, it.arn()))).await?;
            let owned = some.iter().zip(&tags);
            found.extend(owned.filter_map(|(it, tags)| search.owned(it.id(), pairs(tags))));
        }
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, Distribution>) -> Result<String> {
        let tags = new.tags().map(|(key, value)| tag(key, value)).collect();
        let with_tags = DistributionConfigWithTags::builder()
            .distribution_config(config::new(&new.resource.distribution_config, new.token))
            .tags(SdkTags::builder().set_items(Some(tags)).build())
            .build();
        let call = aws.cloud_front().create_distribution_with_tags();
        let call = call.distribution_config_with_tags(with_tags).send().await;
        let id = match call.map_err(error::of("CreateDistributionWithTags")) {
            Ok(answer) => answer.distribution.map(|it| it.id).unwrap_or_default(),
            Err(error) if error.code.as_deref() == Some("DistributionAlreadyExists") => {
                made_before(self, aws, new.ownership).await?.ok_or(error)?
            }
            Err(error) => return Err(certificate_may_be_new(error)),
        };
        Ok(id)
    }

    async fn finish(&self, aws: &Clients, _: &New<'_, Distribution>, id: &str) -> Result<()> {
        deployed(aws, id).await.map(drop)
    }

    async fn update(&self, aws: &Clients, change: &Change<Distribution>) -> Result<()> {
        if change.touches("DistributionConfig") {
            let after = &change.after.distribution_config;
            match write(aws, &change.id, |current| config::changed(current, after)).await {
                Err(error) if alias::is_taken(&error) => take_over(aws, change, error).await?,
                written => written?,
            }
            deployed(aws, &change.id).await?;
        }
        let (set, removed) = (change.tags_to_set(), change.tags_to_remove());
        let arn = format!(
            "arn:{}:cloudfront::{}:distribution/{}",
            aws.partition(),
            aws.account(),
            change.id
        );
        if !set.is_empty() {
            let tags = set.iter().map(|(key, value)| tag(key, value)).collect();
            let tags = SdkTags::builder().set_items(Some(tags)).build();
            let call = aws.cloud_front().tag_resource().resource(&arn).tags(tags);
            call.send().await.map_err(error::of("TagResource"))?;
        }
        if !removed.is_empty() {
            let keys = TagKeys::builder().set_items(Some(removed)).build();
            let call = aws
                .cloud_front()
                .untag_resource()
                .resource(&arn)
                .tag_keys(keys);
            call.send().await.map_err(error::of("UntagResource"))?;
        }
        Ok(())
    }

    /// Only a distribution that is switched off everywhere can be deleted.
    async fn delete(&self, aws: &Clients, old: &Old<Distribution>) -> Result<()> {
        let Some((current, _)) = current(aws, &old.id).await? else {
            return Ok(());
        };
        if current.enabled {
            let off = write(aws, &old.id, |mut current: SdkConfig| {
                current.enabled = false;
                current
            });
            error::or_gone(off.await)?;
        }
        let Some(deployed) = error::if_there(deployed(aws, &old.id).await)? else {
            return Ok(());
        };
        let host = deployed.distribution().map(|it| it.domain_name());
        alias::forget_proofs(aws, &old.ownership, host.unwrap_or_default()).await?;
        let call = aws
            .cloud_front()
            .delete_distribution()
            .id(&old.id)
            .set_if_match(deployed.e_tag);
        error::or_gone(call.send().await.map_err(error::of("DeleteDistribution")))
    }
}

/// Takes over what other generations of the same address have, when all else is as it is to be. `refused`
/// is what AWS said to having all at once, which stands where somebody else has a name.
async fn take_over(
    aws: &Clients,
    change: &Change<Distribution>,
    refused: ProviderError,
) -> Result<()> {
    let after = &change.after.distribution_config;
    let name = |alias: &Input<DnsName>| alias.value().to_string();
    let wanted: BTreeSet<String> = after.aliases.iter().map(name).collect();
    let mut held = alias::held_beside(aws, &change.ownership).await?;
    held.retain(|name, _| wanted.contains(name));
    if held.is_empty() {
        return Err(refused);
    }
    let mut meanwhile = after.clone();
    meanwhile
        .aliases
        .retain(|alias| !held.contains_key(&name(alias)));
    // Each new configuration takes minutes until it is everywhere.
    if !alias::has_all(&change.before.distribution_config, &meanwhile) {
        write(aws, &change.id, |current| {
            config::changed(current, &meanwhile)
        })
        .await?;
    }
    let deployed = deployed(aws, &change.id).await?;
    let host = deployed.distribution().map(|it| it.domain_name());
    alias::take_over(aws, &change.id, host.unwrap_or_default(), &held).await
}

/// The distribution whose creating call's answer was lost.
async fn made_before(
    handler: &DistributionHandler,
    aws: &Clients,
    ownership: &Ownership,
) -> Result<Option<String>> {
    let search = Search {
        stack: &ownership.stack,
        wanted: &[],
    };
    let found = handler.find(aws, &search).await?;
    Ok(found
        .into_iter()
        .find(|found| found.ownership == *ownership)
        .map(|found| found.id))
}

/// CloudFront needs a while to know a certificate that was just issued.
fn certificate_may_be_new(mut error: ProviderError) -> ProviderError {
    if error.code.as_deref() != Some("InvalidViewerCertificate") {
        return error;
    }
    error.kind = ErrorKind::NotYetConsistent;
    error.with_hint("the certificate has to be issued, in us-east-1, and for all aliases")
}

/// Waits until the newest configuration is everywhere, and returns how it is then.
async fn deployed(aws: &Clients, id: &str) -> Result<GetDistributionOutput> {
    wait::until(DEPLOYED, || async {
        let call = aws.cloud_front().get_distribution().id(id).send().await;
        let answer = call.map_err(error::of("GetDistribution"))?;
        let done = answer
            .distribution()
            .is_some_and(|it| it.status() == "Deployed");
        Ok(done.then_some(answer))
    })
    .await
}

pub(super) async fn current(
    aws: &Clients,
    id: &str,
) -> Result<Option<(SdkConfig, Option<String>)>> {
    let call = aws
        .cloud_front()
        .get_distribution_config()
        .id(id)
        .send()
        .await;
    let answer = error::if_there(call.map_err(error::of("GetDistributionConfig")))?;
    Ok(answer.and_then(|answer| Some((answer.distribution_config?, answer.e_tag))))
}

/// Writes what `change` makes of the current configuration, anew where somebody else's change came
/// between reading and writing.
async fn write(aws: &Clients, id: &str, change: impl Fn(SdkConfig) -> SdkConfig) -> Result<()> {
    let mut tries = 0;
    loop {
        tries += 1;
        let Some((current, tag)) = current(aws, id).await? else {
            let wrong = format!("the distribution {id} is gone");
            return Err(ProviderError::new(
                ErrorKind::NotFound,
                "GetDistributionConfig",
                wrong,
            ));
        };
        let call = aws
            .cloud_front()
            .update_distribution()
            .id(id)
            .set_if_match(tag);
        let call = call.distribution_config(change(current)).send().await;
        match call.map_err(error::of("UpdateDistribution")) {
            Ok(_) => return Ok(()),
            Err(error) if is_overtaken(&error) && tries < TRIES => {}
            Err(error) => return Err(certificate_may_be_new(error)),
        }
    }
}

fn is_overtaken(error: &ProviderError) -> bool {
    matches!(
        error.code.as_deref(),
        Some("PreconditionFailed" | "InvalidIfMatchVersion")
    )
}

async fn read(aws: &Clients, id: &str) -> Result<Option<Seen<Distribution>>> {
    let call = aws.cloud_front().get_distribution().id(id).send().await;
    let answer = error::if_there(call.map_err(error::of("GetDistribution")))?;
    let Some(distribution) = answer.and_then(|answer| answer.distribution) else {
        return Ok(None);
    };
    let tags = tags(aws, distribution.arn()).await?;
    Ok(seen(&distribution).map(|seen| seen.tagged(tags)))
}

fn seen(distribution: &SdkDistribution) -> Option<Seen<Distribution>> {
    let resource = Distribution {
        distribution_config: config::read(distribution.distribution_config()?)?,
        tags: Tags::new(),
    };
    let seen = Seen::new(distribution.id(), resource)
        .output_text("Arn", Some(distribution.arn()))
        .output_text("DomainName", Some(distribution.domain_name()));
    Some(seen)
}

pub(super) async fn all(aws: &Clients) -> Result<Vec<DistributionSummary>> {
    let mut all = Vec::new();
    let mut pages = aws
        .cloud_front()
        .list_distributions()
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(error::of("ListDistributions"))?;
        all.extend(
            page.distribution_list
                .and_then(|list| list.items)
                .unwrap_or_default(),
        );
    }
    Ok(all)
}

pub(super) async fn tags(aws: &Clients, arn: &str) -> Result<Vec<(String, String)>> {
    let call = aws
        .cloud_front()
        .list_tags_for_resource()
        .resource(arn)
        .send()
        .await;
    let answer = error::if_there(call.map_err(error::of("ListTagsForResource")))?;
    let tags = answer
        .and_then(|answer| answer.tags)
        .and_then(|tags| tags.items);
    let pair = |tag: Tag| (tag.key, tag.value.unwrap_or_default());
    Ok(tags.unwrap_or_default().into_iter().map(pair).collect())
}

pub(super) fn pairs(tags: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    tags.iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
}

fn tag(key: &str, value: &str) -> Tag {
    built(Tag::builder().key(key).value(value).build())
}
