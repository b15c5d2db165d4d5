//! VPCs. Found again by tags, which `CreateVpc` sets.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    AttributeBooleanValue, Filter, NetworkAcl, ResourceType, SecurityGroup, Tenancy, Vpc as SdkVpc,
    VpcAttributeName,
};
use jeancloud_model::{
    Input, Tags,
    ec2::{InstanceTenancy, Vpc},
};
use jeancloud_stack::provider::{Found, ProviderError};

use super::common::{self, IDS_PER_CALL};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    wait,
};

pub(super) struct VpcHandler;

#[async_trait]
impl Handler for VpcHandler {
    type Resource = Vpc;

    const PERMISSIONS: &'static [&'static str] = &[
        "ec2:CreateTags",
        "ec2:CreateVpc",
        "ec2:DeleteTags",
        "ec2:DeleteVpc",
        "ec2:DescribeNetworkAcls",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeVpcAttribute",
        "ec2:DescribeVpcs",
        "ec2:ModifyVpcAttribute",
        "ec2:ModifyVpcTenancy",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<Vpc>>> {
        let mut seen = Vec::new();
        for ids in ids.chunks(IDS_PER_CALL) {
            let mut vpcs = Vec::new();
            // A filter, not `VpcIds`: one id that is gone must not fail the others.
            let call = aws.ec2().describe_vpcs().filters(by_vpc(ids));
            let mut pages = call.into_paginator().send();
            while let Some(page) = pages.next().await {
                let page = page.map_err(error::of("DescribeVpcs"))?;
                vpcs.extend(page.vpcs.unwrap_or_default());
            }
            if vpcs.is_empty() {
                continue;
            }
            let made = MadeWithVpc::of(aws, ids).await?;
            for vpc in &vpcs {
                seen.extend(read(aws, vpc, &made).await?);
            }
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        let call = aws
            .ec2()
            .describe_vpcs()
            .filters(common::owned_by(search.stack));
        let mut pages = call.into_paginator().send();
        while let Some(page) = pages.next().await {
            for vpc in page.map_err(error::of("DescribeVpcs"))?.vpcs() {
                let owned = |id: &str| search.owned(id, common::pairs(vpc.tags()));
                found.extend(vpc.vpc_id().and_then(owned));
            }
        }
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, Vpc>) -> Result<String> {
        let vpc = &new.resource;
        let call = aws
            .ec2_once()
            .create_vpc()
            .cidr_block(vpc.cidr_block.value().to_string())
            .set_instance_tenancy(
                vpc.instance_tenancy
                    .as_ref()
                    .map(|tenancy| sdk_tenancy(tenancy.value())),
            )
            .tag_specifications(common::tags(ResourceType::Vpc, new));
        let answer = call.send().await.map_err(error::of("CreateVpc"))?;
        let id = answer
            .vpc()
            .and_then(|vpc| vpc.vpc_id())
            .unwrap_or_default()
            .to_owned();
        Ok(id)
    }

    async fn finish(&self, aws: &Clients, new: &New<'_, Vpc>, id: &str) -> Result<()> {
        let ids = [id.to_owned()];
        let visible = common::visible("DescribeVpcs", "the VPC");
        wait::until(visible, || async {
            Ok(self.observe(aws, &ids).await?.pop())
        })
        .await?;
        set_attributes(aws, id, &new.resource, true, true).await
    }

    async fn update(&self, aws: &Clients, change: &Change<Vpc>) -> Result<()> {
        let (support, hostnames) = (
            change.touches("EnableDnsSupport"),
            change.touches("EnableDnsHostnames"),
        );
        set_attributes(aws, &change.id, &change.after, support, hostnames).await?;
        if change.touches("InstanceTenancy") {
            let call = aws.ec2().modify_vpc_tenancy().vpc_id(&change.id);
            let call = call.instance_tenancy(aws_sdk_ec2::types::VpcTenancy::Default);
            call.send().await.map_err(error::of("ModifyVpcTenancy"))?;
        }
        common::update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<Vpc>) -> Result<()> {
        let call = aws.ec2().delete_vpc().vpc_id(&old.id).send().await;
        error::or_gone(call.map_err(error::of("DeleteVpc")))
    }
}

/// Sets the attributes that `CreateVpc` does not take, one a call as `ModifyVpcAttribute` wants it:
/// DNS names after DNS support, which they need.
async fn set_attributes(
    aws: &Clients,
    id: &str,
    vpc: &Vpc,
    support: bool,
    hostnames: bool,
) -> Result<()> {
    let value = |on: &Input<bool>| AttributeBooleanValue::builder().value(*on.value()).build();
    if let Some(on) = vpc.enable_dns_support.as_ref().filter(|_| support) {
        let call = aws
            .ec2()
            .modify_vpc_attribute()
            .vpc_id(id)
            .enable_dns_support(value(on));
        call.send().await.map_err(error::of("ModifyVpcAttribute"))?;
    }
    if let Some(on) = vpc.enable_dns_hostnames.as_ref().filter(|_| hostnames) {
        let call = aws
            .ec2()
            .modify_vpc_attribute()
            .vpc_id(id)
            .enable_dns_hostnames(value(on));
        call.send().await.map_err(error::of("ModifyVpcAttribute"))?;
    }
    Ok(())
}

/// `DescribeVpcs` does not tell the DNS attributes: two calls a VPC do. One that is deleted
/// meanwhile is none.
async fn read(aws: &Clients, vpc: &SdkVpc, made: &MadeWithVpc) -> Result<Option<Seen<Vpc>>> {
    let id = vpc.vpc_id().unwrap_or_default();
    let attribute = |name: VpcAttributeName| async {
        let call = aws
            .ec2()
            .describe_vpc_attribute()
            .vpc_id(id)
            .attribute(name);
        error::if_there(call.send().await.map_err(error::of("DescribeVpcAttribute")))
    };
    let support = attribute(VpcAttributeName::EnableDnsSupport).await?;
    let hostnames = attribute(VpcAttributeName::EnableDnsHostnames).await?;
    let (Some(support), Some(hostnames)) = (support, hostnames) else {
        return Ok(None);
    };
    let value = |value: Option<&AttributeBooleanValue>| Some(Input::Known(value?.value()?));
    let Ok(cidr_block) = vpc.cidr_block().unwrap_or_default().parse() else {
        return Err(ProviderError::new(
            jeancloud_stack::provider::ErrorKind::Other,
            "DescribeVpcs",
            format!("AWS says that {id} has the block {:?}", vpc.cidr_block()),
        ));
    };
    let resource = Vpc {
        cidr_block: Input::Known(cidr_block),
        enable_dns_support: value(support.enable_dns_support()),
        enable_dns_hostnames: value(hostnames.enable_dns_hostnames()),
        instance_tenancy: vpc
            .instance_tenancy()
            .and_then(|tenancy| InstanceTenancy::from_aws(tenancy.as_str()))
            .map(Input::Known),
        tags: Tags::new(),
    };
    let seen = Seen::new(id, resource)
        .output_text("CidrBlock", vpc.cidr_block())
        .output_text(
            "DefaultSecurityGroup",
            made.groups.get(id).map(String::as_str),
        )
        .output_text("DefaultNetworkAcl", made.acls.get(id).map(String::as_str))
        .tagged(common::pairs(vpc.tags()));
    Ok(Some(seen))
}

/// What AWS makes with each VPC, by the VPC's id.
struct MadeWithVpc {
    groups: BTreeMap<String, String>,
    acls: BTreeMap<String, String>,
}

impl MadeWithVpc {
    async fn of(aws: &Clients, vpcs: &[String]) -> Result<Self> {
        let (mut groups, mut acls) = (BTreeMap::new(), BTreeMap::new());
        let call = aws
            .ec2()
            .describe_security_groups()
            .filters(by_vpc(vpcs))
            .filters(common::filter("group-name", ["default"]));
        let mut pages = call.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(error::of("DescribeSecurityGroups"))?;
            let pair = |group: &SecurityGroup| {
                Some((group.vpc_id()?.to_owned(), group.group_id()?.to_owned()))
            };
            groups.extend(page.security_groups().iter().filter_map(pair));
        }
        let call = aws
            .ec2()
            .describe_network_acls()
            .filters(by_vpc(vpcs))
            .filters(common::filter("default", ["true"]));
        let mut pages = call.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(error::of("DescribeNetworkAcls"))?;
            let pair = |acl: &NetworkAcl| {
                Some((acl.vpc_id()?.to_owned(), acl.network_acl_id()?.to_owned()))
            };
            acls.extend(page.network_acls().iter().filter_map(pair));
        }
        Ok(Self { groups, acls })
    }
}

fn by_vpc(ids: &[String]) -> Filter {
    common::filter("vpc-id", ids.iter().cloned())
}

fn sdk_tenancy(tenancy: &InstanceTenancy) -> Tenancy {
    Tenancy::from(tenancy.as_str())
}
