//! Subnets. Found again by tags, which `CreateSubnet` sets.

use async_trait::async_trait;
use aws_sdk_ec2::types::{AttributeBooleanValue, ResourceType, Subnet as SdkSubnet};
use jeancloud_model::{
    AvailabilityZone, Input, Tags,
    ec2::{Subnet, VpcId},
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
        "ec2:CreateSubnet",
        "ec2:CreateTags",
        "ec2:DeleteSubnet",
        "ec2:DeleteTags",
        "ec2:DescribeSubnets",
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
            .tag_specifications(common::tags(ResourceType::Subnet, new));
        let answer = call.send().await.map_err(error::of("CreateSubnet"))?;
        let id = answer
            .subnet()
            .and_then(|subnet| subnet.subnet_id())
            .unwrap_or_default()
            .to_owned();
        new.born(&id);
        wait::until(common::visible("DescribeSubnets", "the subnet"), || async {
            Ok(self.observe(aws, std::slice::from_ref(&id)).await?.pop())
        })
        .await?;
        if let Some(on) = &subnet.map_public_ip_on_launch {
            map_public_ips(aws, &id, *on.value()).await?;
        }
        Ok(id)
    }

    async fn update(&self, aws: &Clients, change: &Change<Subnet>) -> Result<()> {
        if change.touches("MapPublicIpOnLaunch") {
            let on = change
                .after
                .map_public_ip_on_launch
                .as_ref()
                .is_some_and(|on| *on.value());
            map_public_ips(aws, &change.id, on).await?;
        }
        common::update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<Subnet>) -> Result<()> {
        let call = aws.ec2().delete_subnet().subnet_id(&old.id).send().await;
        error::or_gone(call.map_err(error::of("DeleteSubnet")))
    }
}

async fn map_public_ips(aws: &Clients, id: &str, on: bool) -> Result<()> {
    let value = AttributeBooleanValue::builder().value(on).build();
    let call = aws
        .ec2()
        .modify_subnet_attribute()
        .subnet_id(id)
        .map_public_ip_on_launch(value);
    call.send()
        .await
        .map_err(error::of("ModifySubnetAttribute"))?;
    Ok(())
}

fn read(subnet: &SdkSubnet) -> Option<Seen<Subnet>> {
    let resource = Subnet {
        vpc_id: Input::Known(VpcId::new(subnet.vpc_id()?.to_owned())),
        cidr_block: Input::Known(subnet.cidr_block()?.parse().ok()?),
        availability_zone: subnet
            .availability_zone()
            .map(|zone| Input::Known(AvailabilityZone::named(zone))),
        map_public_ip_on_launch: subnet.map_public_ip_on_launch().map(Input::Known),
        tags: Tags::new(),
    };
    let seen = Seen::new(subnet.subnet_id()?, resource)
        .output_text("AvailabilityZone", subnet.availability_zone())
        .output_text("CidrBlock", subnet.cidr_block())
        .output_text("VpcId", subnet.vpc_id())
        .tagged(common::pairs(subnet.tags()));
    Some(seen)
}
