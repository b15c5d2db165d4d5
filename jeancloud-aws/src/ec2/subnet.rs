//! Subnets. Found again by tags, which `CreateSubnet` sets.

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    AttributeBooleanValue, PrivateDnsNameOptionsOnLaunch as SdkPrivateDnsNames, ResourceType,
    Subnet as SdkSubnet, SubnetCidrBlockStateCode, SubnetIpv6CidrBlockAssociation,
};
use jeancloud_model::{
    AvailabilityZone, Input, Tags,
    ec2::{AvailabilityZoneId, HostnameType, PrivateDnsNameOptions, Subnet, VpcId},
};
use jeancloud_stack::provider::Found;

use super::common::{self, IDS_PER_CALL};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    wait,
};

pub(super) struct SubnetHandler;

#[async_trait]
impl Handler for SubnetHandler {
    type Resource = Subnet;

    const PERMISSIONS: &'static [&'static str] = &[
        "ec2:AssociateSubnetCidrBlock",
        "ec2:CreateSubnet",
        "ec2:CreateTags",
        "ec2:DeleteSubnet",
        "ec2:DeleteTags",
        "ec2:DescribeSubnets",
        "ec2:DisassociateSubnetCidrBlock",
        "ec2:ModifySubnetAttribute",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<Subnet>>> {
        let mut seen = Vec::new();
        for ids in ids.chunks(IDS_PER_CALL) {
            let filter = common::filter("subnet-id", ids.iter().cloned());
            let mut pages = aws
                .ec2()
                .describe_subnets()
                .filters(filter)
                .into_paginator()
                .send();
            while let Some(page) = pages.next().await {
                let page = page.map_err(error::of("DescribeSubnets"))?;
                seen.extend(page.subnets().iter().filter_map(read));
            }
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        let call = aws
            .ec2()
            .describe_subnets()
            .filters(common::owned_by(search.stack));
        let mut pages = call.into_paginator().send();
        while let Some(page) = pages.next().await {
            for subnet in page.map_err(error::of("DescribeSubnets"))?.subnets() {
                let owned = |id: &str| search.owned(id, common::pairs(subnet.tags()));
                found.extend(subnet.subnet_id().and_then(owned));
            }
        }
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, Subnet>) -> Result<String> {
        let subnet = &new.resource;
        let zone = subnet
            .availability_zone
            .as_ref()
            .map(|zone| zone.value().name_in(aws.region()));
        let call = aws
            .ec2_once()
            .create_subnet()
            .vpc_id(subnet.vpc_id.value().as_str())
            .cidr_block(subnet.cidr_block.value().to_string())
            .set_availability_zone(zone)
            .set_availability_zone_id(
                subnet
                    .availability_zone_id
                    .as_ref()
                    .map(|id| id.value().to_string()),
            )
            .set_ipv6_cidr_block(
                subnet
                    .ipv6_cidr_block
                    .as_ref()
                    .map(|block| block.value().to_string()),
            )
            .tag_specifications(common::tags(ResourceType::Subnet, new));
        let answer = call.send().await.map_err(error::of("CreateSubnet"))?;
        let id = answer
            .subnet()
            .and_then(|subnet| subnet.subnet_id())
            .unwrap_or_default()
            .to_owned();
        Ok(id)
    }

    async fn finish(&self, aws: &Clients, new: &New<'_, Subnet>, id: &str) -> Result<()> {
        let ids = [id.to_owned()];
        let visible = common::visible("DescribeSubnets", "the subnet");
        wait::until(visible, || async {
            Ok(self.observe(aws, &ids).await?.pop())
        })
        .await?;
        set_attributes(aws, id, &new.resource, |_| true).await
    }

    async fn update(&self, aws: &Clients, change: &Change<Subnet>) -> Result<()> {
        if change.touches("Ipv6CidrBlock") {
            replace_ipv6_block(aws, &change.id, &change.after).await?;
        }
        let touches = |property: &str| change.touches(property);
        set_attributes(aws, &change.id, &change.after, touches).await?;
        common::update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<Subnet>) -> Result<()> {
        let call = aws.ec2().delete_subnet().subnet_id(&old.id).send().await;
        error::or_gone(call.map_err(error::of("DeleteSubnet")))
    }
}

/// Sets those attributes that the author gave and `wanted` names, one a call as
/// `ModifySubnetAttribute` wants it.
async fn set_attributes(
    aws: &Clients,
    id: &str,
    subnet: &Subnet,
    wanted: impl Fn(&str) -> bool,
) -> Result<()> {
    let value = |on: &Input<bool>| AttributeBooleanValue::builder().value(*on.value()).build();
    let call = || aws.ec2().modify_subnet_attribute().subnet_id(id);
    let mut calls = Vec::new();
    let on = subnet.map_public_ip_on_launch.as_ref();
    if let Some(on) = on.filter(|_| wanted("MapPublicIpOnLaunch")) {
        calls.push(call().map_public_ip_on_launch(value(on)));
    }
    let on = subnet.assign_ipv6_address_on_creation.as_ref();
    if let Some(on) = on.filter(|_| wanted("AssignIpv6AddressOnCreation")) {
        calls.push(call().assign_ipv6_address_on_creation(value(on)));
    }
    let on = subnet.enable_dns64.as_ref();
    if let Some(on) = on.filter(|_| wanted("EnableDns64")) {
        calls.push(call().enable_dns64(value(on)));
    }
    let names = subnet.private_dns_name_options_on_launch.as_ref();
    if let Some(names) = names.filter(|_| wanted("PrivateDnsNameOptionsOnLaunch")) {
        calls.extend(
            names.hostname_type.as_ref().map(|kind| {
                call().private_dns_hostname_type_on_launch(kind.value().as_str().into())
            }),
        );
        let a = names.enable_resource_name_dns_a_record.as_ref();
        calls.extend(a.map(|on| call().enable_resource_name_dns_a_record_on_launch(value(on))));
        let aaaa = names.enable_resource_name_dns_aaaa_record.as_ref();
        calls.extend(
            aaaa.map(|on| call().enable_resource_name_dns_aaaa_record_on_launch(value(on))),
        );
    }
    for call in calls {
        call.send()
            .await
            .map_err(error::of("ModifySubnetAttribute"))?;
    }
    Ok(())
}

/// A subnet has one IPv6 block: the old one goes before the new one comes.
async fn replace_ipv6_block(aws: &Clients, id: &str, subnet: &Subnet) -> Result<()> {
    for association in ipv6_blocks(aws, id).await? {
        let call = aws.ec2().disassociate_subnet_cidr_block();
        let call = call.set_association_id(association.association_id);
        let answer = call.send().await;
        error::or_gone(answer.map_err(error::of("DisassociateSubnetCidrBlock")))?;
    }
    let gone = common::visible("DescribeSubnets", "the end of the subnet's IPv6 block");
    wait::until(gone, || async {
        Ok(ipv6_blocks(aws, id).await?.is_empty().then_some(()))
    })
    .await?;
    let Some(block) = &subnet.ipv6_cidr_block else {
        return Ok(());
    };
    let call = aws.ec2().associate_subnet_cidr_block().subnet_id(id);
    let call = call.ipv6_cidr_block(block.value().to_string());
    let answer = call.send().await;
    answer.map_err(error::of("AssociateSubnetCidrBlock"))?;
    let there = common::visible("DescribeSubnets", "the subnet's IPv6 block");
    wait::until(there, || async {
        let blocks = ipv6_blocks(aws, id).await?;
        let associated = SubnetCidrBlockStateCode::Associated;
        Ok(blocks
            .iter()
            .any(|block| state(block) == Some(&associated))
            .then_some(()))
    })
    .await
}

/// The IPv6 blocks that the subnet has or is getting or losing.
async fn ipv6_blocks(aws: &Clients, id: &str) -> Result<Vec<SubnetIpv6CidrBlockAssociation>> {
    let call = aws.ec2().describe_subnets().subnet_ids(id).send().await;
    let answer = error::if_there(call.map_err(error::of("DescribeSubnets")))?;
    let blocks = answer
        .iter()
        .flat_map(|answer| answer.subnets())
        .flat_map(|subnet| subnet.ipv6_cidr_block_association_set())
        .filter(|block| has_or_changes(block));
    Ok(blocks.cloned().collect())
}

fn has_or_changes(block: &SubnetIpv6CidrBlockAssociation) -> bool {
    use SubnetCidrBlockStateCode::{Associated, Associating, Disassociating};
    matches!(
        state(block),
        Some(Associated | Associating | Disassociating)
    )
}

fn state(block: &SubnetIpv6CidrBlockAssociation) -> Option<&SubnetCidrBlockStateCode> {
    block.ipv6_cidr_block_state()?.state()
}

fn read(subnet: &SdkSubnet) -> Option<Seen<Subnet>> {
    let resource = Subnet {
        vpc_id: Input::Known(VpcId::new(subnet.vpc_id()?.to_owned())),
        cidr_block: Input::Known(subnet.cidr_block()?.parse().ok()?),
        availability_zone: subnet
            .availability_zone()
            .map(|zone| Input::Known(AvailabilityZone::named(zone))),
        availability_zone_id: subnet
            .availability_zone_id()
            .map(|id| Input::Known(AvailabilityZoneId::new(id.to_owned()))),
        map_public_ip_on_launch: subnet.map_public_ip_on_launch().map(Input::Known),
        ipv6_cidr_block: subnet
            .ipv6_cidr_block_association_set()
            .iter()
            .find(|block| state(block) == Some(&SubnetCidrBlockStateCode::Associated))
            .and_then(|block| block.ipv6_cidr_block()?.parse().ok())
            .map(Input::Known),
        assign_ipv6_address_on_creation: subnet.assign_ipv6_address_on_creation().map(Input::Known),
        enable_dns64: subnet.enable_dns64().map(Input::Known),
        private_dns_name_options_on_launch: subnet
            .private_dns_name_options_on_launch()
            .map(private_dns_names),
        tags: Tags::new(),
    };
    let seen = Seen::new(subnet.subnet_id()?, resource)
        .output_text("AvailabilityZone", subnet.availability_zone())
        .output_text("AvailabilityZoneId", subnet.availability_zone_id())
        .output_text("CidrBlock", subnet.cidr_block())
        .output_text("VpcId", subnet.vpc_id())
        .tagged(common::pairs(subnet.tags()));
    Some(seen)
}

fn private_dns_names(names: &SdkPrivateDnsNames) -> PrivateDnsNameOptions {
    PrivateDnsNameOptions {
        hostname_type: names
            .hostname_type()
            .and_then(|kind| HostnameType::from_aws(kind.as_str()))
            .map(Input::Known),
        enable_resource_name_dns_a_record: names
            .enable_resource_name_dns_a_record()
            .map(Input::Known),
        enable_resource_name_dns_aaaa_record: names
            .enable_resource_name_dns_aaaa_record()
            .map(Input::Known),
    }
}
