//! Hosted zones. `CreateHostedZone` takes no tags: a zone is found again by its tags, and before it
//! has them by its caller reference, which begins with a digest of its stack and address.

use async_trait::async_trait;
use aws_sdk_route53::{
    operation::get_hosted_zone::GetHostedZoneOutput,
    types::{
        HostedZone as SdkZone, HostedZoneConfig as SdkConfig, Tag, TagResourceType, Vpc, VpcRegion,
    },
};
use jeancloud_model::{
    Input, Tags, Text,
    ec2::VpcId,
    route53::{DelegationSetId, HostedZone, HostedZoneConfig, HostedZoneVpc, ZoneName},
};
use jeancloud_stack::provider::{ErrorKind, Found, Ownership, ProviderError};
use serde_json::Value as Json;

use super::common::{bare_id, bare_name, in_sync, tags_of};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
};

pub(super) struct HostedZoneHandler;

/// The most tags that one call sets or removes.
const TAGS_PER_CALL: usize = 10;

#[async_trait]
impl Handler for HostedZoneHandler {
    type Resource = HostedZone;

    const PERMISSIONS: &'static [&'static str] = &[
        "ec2:DescribeVpcs",
        "route53:AssociateVPCWithHostedZone",
        "route53:ChangeTagsForResource",
        "route53:CreateHostedZone",
        "route53:DeleteHostedZone",
        "route53:DisassociateVPCFromHostedZone",
        "route53:GetChange",
        "route53:GetHostedZone",
        "route53:ListHostedZones",
        "route53:ListTagsForResources",
        "route53:UpdateHostedZoneComment",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<HostedZone>>> {
        let mut seen = Vec::new();
        for id in ids {
            let call = aws.route53().get_hosted_zone().id(id).send().await;
            let zone = error::if_there(call.map_err(error::of("GetHostedZone")))?;
            seen.extend(zone.as_ref().and_then(read));
        }
        let there: Vec<String> = seen.iter().map(|zone| zone.id.clone()).collect();
        let mut tags = tags_of(aws, &there).await?;
        let tagged = seen.into_iter().map(|zone| {
            let tags = tags.remove(&zone.id).unwrap_or_default();
            zone.tagged(tags)
        });
        Ok(tagged.collect())
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let zones = all(aws).await?;
        let ids: Vec<String> = zones
            .iter()
            .map(|zone| bare_id(zone.id()).to_owned())
            .collect();
        let tags = tags_of(aws, &ids).await?;
        let found = zones.iter().filter_map(|zone| {
            let id = bare_id(zone.id());
            let tags = tags.get(id).into_iter().flatten();
            let pairs = tags.map(|(key, value)| (key.as_str(), value.as_str()));
            search.owned(id, pairs).or_else(|| {
                let is_its = |ownership: &Ownership| {
                    zone.caller_reference()
                        .starts_with(&reference_of(ownership))
                };
                let wanted = search
                    .wanted
                    .iter()
                    .find(|wanted| is_its(&wanted.ownership))?;
                Some(Found {
                    ownership: wanted.ownership.clone(),
                    id: id.to_owned(),
                })
            })
        });
        Ok(found.collect())
    }

    async fn create(&self, aws: &Clients, new: &New<'_, HostedZone>) -> Result<String> {
        let zone = &new.resource;
        let reference: String = format!("{}{}", reference_of(new.ownership), new.token)
            .chars()
            .take(128)
            .collect();
        let config = SdkConfig::builder()
            .set_comment(comment(zone))
            .private_zone(!zone.vpcs.is_empty())
            .build();
        let call = aws
            .route53_once()
            .create_hosted_zone()
            .name(zone.name.value().as_str())
            .caller_reference(&reference)
            .hosted_zone_config(config)
            .set_vpc(zone.vpcs.first().map(vpc))
            .set_delegation_set_id(
                zone.delegation_set_id
                    .as_ref()
                    .map(|id| id.value().to_string()),
            );
        match call.send().await.map_err(error::of("CreateHostedZone")) {
            Ok(answer) => {
                in_sync(aws, answer.change_info()).await?;
                let made = answer.hosted_zone().map(|zone| bare_id(zone.id()));
                Ok(made.unwrap_or_default().to_owned())
            }
            // The reference is this intent's own: an earlier call made the zone.
            Err(error) if error.code.as_deref() == Some("HostedZoneAlreadyExists") => {
                let zones = all(aws).await?;
                let made = zones
                    .iter()
                    .find(|zone| zone.caller_reference() == reference);
                let Some(made) = made else { return Err(error) };
                Ok(bare_id(made.id()).to_owned())
            }
            Err(error) => Err(error),
        }
    }

    async fn finish(&self, aws: &Clients, new: &New<'_, HostedZone>, id: &str) -> Result<()> {
        let tags = new
            .tags()
            .map(|(key, value)| (key.to_owned(), value.to_owned()));
        set_tags(aws, id, tags.collect()).await?;
        // The creating call takes one VPC; associating one twice is refused.
        if new.resource.vpcs.len() > 1 {
            let ids = [id.to_owned()];
            let there = self.observe(aws, &ids).await?.pop();
            let there = there.map(|zone| zone.resource.vpcs).unwrap_or_default();
            for further in new.resource.vpcs.iter().filter(|vpc| !there.contains(vpc)) {
                associate(aws, id, further).await?;
            }
        }
        Ok(())
    }

    async fn update(&self, aws: &Clients, change: &Change<HostedZone>) -> Result<()> {
        if change.touches("HostedZoneConfig") {
            let comment = comment(&change.after).unwrap_or_default();
            let call = aws.route53().update_hosted_zone_comment().id(&change.id);
            let call = call.comment(comment).send().await;
            call.map_err(error::of("UpdateHostedZoneComment"))?;
        }
        if change.touches("VPCs") {
            let (before, after) = (&change.before.vpcs, &change.after.vpcs);
            // New ones first: a private zone keeps at least one.
            for vpc in after.iter().filter(|vpc| !before.contains(vpc)) {
                associate(aws, &change.id, vpc).await?;
            }
            for old in before.iter().filter(|vpc| !after.contains(vpc)) {
                let call = aws.route53().disassociate_vpc_from_hosted_zone();
                let call = call.hosted_zone_id(&change.id).vpc(vpc(old)).send().await;
                let answer = call.map_err(error::of("DisassociateVPCFromHostedZone"))?;
                in_sync(aws, answer.change_info()).await?;
            }
        }
        // A zone that was found by its caller reference has no ownership tags yet.
        let mut set = change.tags_to_set();
        if !change.let_go {
            let ours = change.ownership.tags();
            set.extend(ours.map(|(key, value)| (key.to_owned(), value)));
        }
        set_tags(aws, &change.id, set).await?;
        for keys in change.tags_to_remove().chunks(TAGS_PER_CALL) {
            let call = aws
                .route53()
                .change_tags_for_resource()
                .resource_type(TagResourceType::Hostedzone)
                .resource_id(&change.id)
                .set_remove_tag_keys(Some(keys.to_vec()));
            call.send()
                .await
                .map_err(error::of("ChangeTagsForResource"))?;
        }
        Ok(())
    }

    async fn delete(&self, aws: &Clients, old: &Old<HostedZone>) -> Result<()> {
        let call = aws.route53().delete_hosted_zone().id(&old.id).send().await;
        match call.map_err(error::of("DeleteHostedZone")) {
            // Trying again later doesn't help: the stack's own records are gone already.
            Err(error) if error.kind == ErrorKind::Dependency => Err(ProviderError {
                kind: ErrorKind::Invalid,
                hint: Some(
                    "delete the zone's records that the stack does not declare, first".to_owned(),
                ),
                ..error
            }),
            answer => error::or_gone(answer),
        }
    }
}

/// All zones of the account.
pub(super) async fn all(aws: &Clients) -> Result<Vec<SdkZone>> {
    let mut zones = Vec::new();
    let mut pages = aws.route53().list_hosted_zones().into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(error::of("ListHostedZones"))?;
        zones.extend(page.hosted_zones().iter().cloned());
    }
    Ok(zones)
}

/// What the caller reference of a zone begins with: a digest, because AWS takes 128 characters.
fn reference_of(ownership: &Ownership) -> String {
    let Ownership {
        stack,
        address,
        generation,
        marks: _,
    } = ownership;
    let digest = digest(&format!("{stack}\n{address}"));
    format!("jeancloud-{digest:016x}-{generation}-")
}

/// FNV-1a, 64 bits: the same on every machine and with every compiler.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |digest, byte| {
        (digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

async fn set_tags(aws: &Clients, id: &str, tags: Vec<(String, String)>) -> Result<()> {
    for tags in tags.chunks(TAGS_PER_CALL) {
        let tags = tags
            .iter()
            .map(|(key, value)| Tag::builder().key(key).value(value).build());
        let call = aws
            .route53()
            .change_tags_for_resource()
            .resource_type(TagResourceType::Hostedzone)
            .resource_id(id)
            .set_add_tags(Some(tags.collect()));
        call.send()
            .await
            .map_err(error::of("ChangeTagsForResource"))?;
    }
    Ok(())
}

async fn associate(aws: &Clients, id: &str, with: &HostedZoneVpc) -> Result<()> {
    let call = aws
        .route53()
        .associate_vpc_with_hosted_zone()
        .hosted_zone_id(id)
        .vpc(vpc(with));
    let answer = call
        .send()
        .await
        .map_err(error::of("AssociateVPCWithHostedZone"))?;
    in_sync(aws, answer.change_info()).await
}

fn vpc(vpc: &HostedZoneVpc) -> Vpc {
    let region = VpcRegion::from(vpc.vpc_region.value());
    Vpc::builder()
        .vpc_id(vpc.vpc_id.value().as_str())
        .vpc_region(region)
        .build()
}

fn comment(zone: &HostedZone) -> Option<String> {
    let config = zone.hosted_zone_config.as_ref()?;
    Some(config.comment.value().to_owned())
}

fn read(answer: &GetHostedZoneOutput) -> Option<Seen<HostedZone>> {
    let zone = answer.hosted_zone()?;
    let name = bare_name(zone.name());
    let comment = zone
        .config()
        .and_then(|config| config.comment())
        .unwrap_or_default();
    let delegation = answer.delegation_set();
    let vpcs = answer.vpcs().iter().filter_map(|vpc| {
        Some(HostedZoneVpc {
            vpc_id: Input::Known(VpcId::new(vpc.vpc_id()?.to_owned())),
            vpc_region: Text::known(vpc.vpc_region()?.as_str()),
        })
    });
    let resource = HostedZone {
        name: Input::Known(ZoneName::new(name.clone())),
        hosted_zone_config: Some(HostedZoneConfig {
            comment: Text::known(comment),
        }),
        vpcs: vpcs.collect(),
        delegation_set_id: delegation
            .and_then(|set| set.id())
            .filter(|id| !id.is_empty())
            .map(|id| Input::Known(DelegationSetId::new(bare_id(id).to_owned()))),
        tags: Tags::new(),
    };
    let servers = delegation.map(|set| Json::from(set.name_servers()));
    let seen = Seen::new(bare_id(zone.id()), resource)
        .output_text("Name", Some(&name))
        .output(
            "NameServers",
            Some(servers.unwrap_or_else(|| Json::Array(Vec::new()))),
        );
    Some(seen)
}

#[cfg(test)]
mod tests {
    use jeancloud_model::Address;
    use jeancloud_stack::provider::Marks;

    use super::*;

    #[test]
    fn a_caller_reference_tells_generations_and_addresses_apart() {
        let ownership = |address: &str, generation| Ownership {
            stack: "jeancloud".to_owned(),
            address: Address::new(address),
            generation,
            marks: Marks::default(),
        };
        let one = reference_of(&ownership("global/zone", 1));
        assert_eq!(one, reference_of(&ownership("global/zone", 1)));
        assert!(!reference_of(&ownership("global/zone", 11)).starts_with(&one));
        assert!(!reference_of(&ownership("global/zone2", 1)).starts_with(&one));
        assert_eq!(digest(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(digest("a"), 0xaf63_dc4c_8601_ec8c);
    }
}
