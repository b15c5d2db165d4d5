//! Load balancers. Found again by tags, which `CreateLoadBalancer` sets.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_ec2::types::Filter;
use aws_sdk_elasticloadbalancingv2::types::{
    EnforceSecurityGroupInboundRulesOnPrivateLinkTrafficEnum as Enforce, IpAddressType as SdkIp,
    LoadBalancer as SdkLoadBalancer, LoadBalancerAttribute, LoadBalancerSchemeEnum,
    LoadBalancerStateEnum, LoadBalancerTypeEnum, SubnetMapping as SdkMapping,
};
use jeancloud_model::{
    Input, Tags,
    ec2::{SecurityGroupId, SubnetId},
    elastic_load_balancing_v2::{
        Attributes, IpAddressType, LoadBalancer, LoadBalancerName, LoadBalancerType, OnOff, Scheme,
        SubnetMapping,
    },
};
use jeancloud_stack::provider::{ErrorKind, Found, ProviderError};

use super::{
    attributes,
    common::{self, sent, text},
};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    wait::{self, Wait},
};

pub(super) struct LoadBalancerHandler;

/// How long a load balancer may take to become active. AWS names no bound; Terraform waits 10 min.
const ACTIVE: Wait = Wait {
    operation: "DescribeLoadBalancers",
    what: "the load balancer",
    at_most: Duration::from_secs(600),
    pause: Duration::from_secs(10),
};

/// How long a deleted load balancer may keep its network interfaces, which hold on to its subnets
/// and groups. AWS names no bound; usually it takes two minutes.
const GONE: Wait = Wait {
    operation: "DescribeNetworkInterfaces",
    what: "the end of the load balancer's network interfaces",
    at_most: Duration::from_secs(600),
    pause: Duration::from_secs(10),
};

#[async_trait]
impl Handler for LoadBalancerHandler {
    type Resource = LoadBalancer;

    const PERMISSIONS: &'static [&'static str] = &[
        "ec2:DescribeNetworkInterfaces",
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:CreateLoadBalancer",
        "elasticloadbalancing:DeleteLoadBalancer",
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:RemoveTags",
        "elasticloadbalancing:SetIpAddressType",
        "elasticloadbalancing:SetSecurityGroups",
        "elasticloadbalancing:SetSubnets",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<LoadBalancer>>> {
        let balancers = describe(aws, ids).await?;
        let tags = common::tags_of(aws, ids).await?;
        let mut seen = Vec::new();
        for balancer in &balancers {
            let arn = balancer.load_balancer_arn().unwrap_or_default();
            if let Some(attributes) = attributes::of_load_balancer(aws, arn).await? {
                let read = read(balancer, attributes)?;
                seen.push(read.tagged(tags.get(arn).cloned().unwrap_or_default()));
            }
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let all = common::all_load_balancers(aws).await?;
        let arns: Vec<String> = all
            .iter()
            .filter_map(|balancer| balancer.load_balancer_arn().map(str::to_owned))
            .collect();
        common::owned(aws, search, &arns).await
    }

    async fn create(&self, aws: &Clients, new: &New<'_, LoadBalancer>) -> Result<String> {
        let balancer = &new.resource;
        let name = balancer
            .name
            .as_ref()
            .map(|name| name.value().as_str().to_owned());
        let existing = match &name {
            Some(name) => named(aws, name).await?,
            None => None,
        };
        let arn = match existing {
            Some(arn) => {
                let what = format!("a load balancer {}", name.as_deref().unwrap_or_default());
                common::ours(aws, new, &arn, &what).await?;
                arn
            }
            None => make(aws, new, name).await?,
        };
        Ok(arn)
    }

    async fn finish(&self, aws: &Clients, new: &New<'_, LoadBalancer>, arn: &str) -> Result<()> {
        let balancer = &new.resource;
        wait::until(ACTIVE, || active(aws, arn)).await?;
        if balancer
            .enforce_security_group_inbound_rules_on_private_link_traffic
            .is_some()
        {
            // The creating call does not take this one.
            set_security_groups(aws, arn, balancer).await?;
        }
        if let Some(attributes) = &balancer.load_balancer_attributes {
            attributes::set_of_load_balancer(aws, arn, attributes).await?;
        }
        Ok(())
    }

    async fn update(&self, aws: &Clients, change: &Change<LoadBalancer>) -> Result<()> {
        let (arn, after) = (&change.id, &change.after);
        if change.touches_any(&["Subnets", "SubnetMappings"]) {
            let call = aws.elb().set_subnets().load_balancer_arn(arn);
            let call = call
                .set_subnets(subnets(after))
                .set_subnet_mappings(mappings(after));
            call.send().await.map_err(error::of("SetSubnets"))?;
        }
        if let (true, Some(kind)) = (change.touches("IpAddressType"), &after.ip_address_type) {
            let kind = SdkIp::from(kind.value().as_str());
            let call = aws
                .elb()
                .set_ip_address_type()
                .load_balancer_arn(arn)
                .ip_address_type(kind);
            call.send().await.map_err(error::of("SetIpAddressType"))?;
        }
        let groups = [
            "SecurityGroups",
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
        ];
        if change.touches_any(&groups) {
            set_security_groups(aws, arn, after).await?;
        }
        let attributes = after.load_balancer_attributes.as_ref();
        if let (true, Some(attributes)) = (change.touches("LoadBalancerAttributes"), attributes) {
            attributes::set_of_load_balancer(aws, arn, attributes).await?;
        }
        common::update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<LoadBalancer>) -> Result<()> {
        let call = aws.elb().delete_load_balancer().load_balancer_arn(&old.id);
        error::or_gone(call.send().await.map_err(error::of("DeleteLoadBalancer")))?;
        wait::until(GONE, || no_interfaces(aws, &old.id)).await
    }
}

async fn describe(aws: &Clients, arns: &[String]) -> Result<Vec<SdkLoadBalancer>> {
    common::in_bulk(arns, |arns| async {
        let call = aws
            .elb()
            .describe_load_balancers()
            .set_load_balancer_arns(Some(arns));
        let answer = call
            .send()
            .await
            .map_err(error::of("DescribeLoadBalancers"))?;
        Ok(answer.load_balancers().to_vec())
    })
    .await
}

async fn named(aws: &Clients, name: &str) -> Result<Option<String>> {
    let call = aws.elb().describe_load_balancers().names(name);
    let answer = error::if_there(
        call.send()
            .await
            .map_err(error::of("DescribeLoadBalancers")),
    )?;
    let first = answer
        .as_ref()
        .and_then(|answer| answer.load_balancers().first());
    Ok(first
        .and_then(|balancer| balancer.load_balancer_arn())
        .map(str::to_owned))
}

async fn make(aws: &Clients, new: &New<'_, LoadBalancer>, name: Option<String>) -> Result<String> {
    let balancer = &new.resource;
    let kind = balancer.load_balancer_type.as_ref();
    let call = aws
        .elb_once()
        .create_load_balancer()
        .set_name(name)
        .set_subnets(subnets(balancer))
        .set_subnet_mappings(mappings(balancer))
        .set_security_groups(Some(security_groups(balancer)).filter(|groups| !groups.is_empty()))
        .set_scheme(
            balancer
                .scheme
                .as_ref()
                .map(|s| LoadBalancerSchemeEnum::from(s.value().as_str())),
        )
        .set_type(kind.map(|kind| LoadBalancerTypeEnum::from(kind.value().as_str())))
        .set_ip_address_type(
            balancer
                .ip_address_type
                .as_ref()
                .map(|kind| SdkIp::from(kind.value().as_str())),
        )
        .set_tags(Some(common::tags(new)));
    let answer = call.send().await.map_err(error::of("CreateLoadBalancer"))?;
    let arn = answer
        .load_balancers()
        .first()
        .and_then(|balancer| balancer.load_balancer_arn());
    Ok(arn.unwrap_or_default().to_owned())
}

async fn set_security_groups(aws: &Clients, arn: &str, balancer: &LoadBalancer) -> Result<()> {
    let enforce = &balancer.enforce_security_group_inbound_rules_on_private_link_traffic;
    let enforce = enforce.as_ref();
    let call = aws
        .elb()
        .set_security_groups()
        .load_balancer_arn(arn)
        .set_security_groups(Some(security_groups(balancer)))
        .set_enforce_security_group_inbound_rules_on_private_link_traffic(
            enforce.map(|on| Enforce::from(on.value().as_str())),
        );
    let answer = call.send().await;
    answer.map(drop).map_err(error::of("SetSecurityGroups"))
}

/// `Some` once it is active; an error where AWS gave up.
async fn active(aws: &Clients, arn: &str) -> Result<Option<()>> {
    let there = describe(aws, &[arn.to_owned()]).await?;
    let Some(state) = there.first().and_then(|balancer| balancer.state()) else {
        return Ok(None);
    };
    match state.code() {
        // An impaired one works, on less than AWS wants.
        Some(LoadBalancerStateEnum::Active | LoadBalancerStateEnum::ActiveImpaired) => Ok(Some(())),
        Some(LoadBalancerStateEnum::Failed) => Err(ProviderError::new(
            ErrorKind::Failed,
            "CreateLoadBalancer",
            format!(
                "the load balancer failed: {}",
                state.reason().unwrap_or("AWS gave no reason")
            ),
        )),
        _ => Ok(None),
    }
}

/// `Some` once no network interface is left: they are described as `ELB app/name/id`.
async fn no_interfaces(aws: &Clients, arn: &str) -> Result<Option<()>> {
    let Some(name) = common::after(arn, ":loadbalancer/") else {
        return Ok(Some(()));
    };
    let filter = Filter::builder()
        .name("description")
        .values(format!("ELB {name}"))
        .build();
    let answer = aws
        .ec2()
        .describe_network_interfaces()
        .filters(filter)
        .send()
        .await;
    let answer = answer.map_err(error::of("DescribeNetworkInterfaces"))?;
    Ok(answer.network_interfaces().is_empty().then_some(()))
}

fn subnets(balancer: &LoadBalancer) -> Option<Vec<String>> {
    let ids = balancer
        .subnets
        .iter()
        .map(|id| id.value().as_str().to_owned());
    Some(ids.collect()).filter(|ids: &Vec<_>| !ids.is_empty())
}

fn mappings(balancer: &LoadBalancer) -> Option<Vec<SdkMapping>> {
    let mappings = balancer.subnet_mappings.iter().map(|mapping| {
        SdkMapping::builder()
            .subnet_id(mapping.subnet_id.value().as_str())
            .set_allocation_id(sent(&mapping.allocation_id))
            .set_private_ipv4_address(sent(&mapping.private_ipv4_address))
            .set_ipv6_address(sent(&mapping.ipv6_address))
            .build()
    });
    Some(mappings.collect()).filter(|mappings: &Vec<_>| !mappings.is_empty())
}

fn security_groups(balancer: &LoadBalancer) -> Vec<String> {
    let groups = balancer.security_groups.iter();
    groups.map(|id| id.value().as_str().to_owned()).collect()
}

fn read(
    balancer: &SdkLoadBalancer,
    attributes: Vec<LoadBalancerAttribute>,
) -> Result<Seen<LoadBalancer>> {
    let arn = balancer.load_balancer_arn().unwrap_or_default();
    let pairs = attributes
        .iter()
        .filter_map(|a| Some((a.key()?, a.value().unwrap_or(""))));
    let zones = balancer.availability_zones();
    let mapping = zones.iter().filter_map(|zone| {
        let addresses = zone.load_balancer_addresses();
        let first = |get: fn(
            &aws_sdk_elasticloadbalancingv2::types::LoadBalancerAddress,
        ) -> Option<&str>| { text(addresses.iter().find_map(get)) };
        Some(SubnetMapping {
            subnet_id: Input::Known(SubnetId::new(zone.subnet_id()?.to_owned())),
            allocation_id: first(|address| address.allocation_id()),
            private_ipv4_address: first(|address| address.private_ipv4_address()),
            ipv6_address: first(|address| address.ipv6_address()),
        })
    });
    let subnet_ids = zones.iter().filter_map(|zone| zone.subnet_id());
    let groups = balancer.security_groups().iter();
    let enforce = balancer.enforce_security_group_inbound_rules_on_private_link_traffic();
    let resource = LoadBalancer {
        name: balancer
            .load_balancer_name()
            .map(|name| Input::Known(LoadBalancerName::new(name.to_owned()))),
        load_balancer_type: balancer
            .r#type()
            .and_then(|kind| LoadBalancerType::from_aws(kind.as_str()))
            .map(Input::Known),
        scheme: balancer
            .scheme()
            .and_then(|scheme| Scheme::from_aws(scheme.as_str()))
            .map(Input::Known),
        subnets: subnet_ids
            .map(|id| Input::Known(SubnetId::new(id.to_owned())))
            .collect(),
        subnet_mappings: mapping.collect(),
        security_groups: groups
            .map(|id| Input::Known(SecurityGroupId::new(id.clone())))
            .collect(),
        ip_address_type: balancer
            .ip_address_type()
            .and_then(|kind| IpAddressType::from_aws(kind.as_str()))
            .map(Input::Known),
        enforce_security_group_inbound_rules_on_private_link_traffic: enforce
            .and_then(OnOff::from_aws)
            .map(Input::Known),
        load_balancer_attributes: Some(Attributes::read(pairs)),
        tags: Tags::new(),
    };
    // DNS has no case, and Route 53 gives alias targets back in lower case.
    let dns_name = balancer.dns_name().map(str::to_ascii_lowercase);
    let seen = Seen::new(arn, resource)
        .output_text("CanonicalHostedZoneID", balancer.canonical_hosted_zone_id())
        .output_text("DNSName", dns_name.as_deref())
        .output_text("LoadBalancerFullName", common::after(arn, ":loadbalancer/"))
        .output_text("LoadBalancerName", balancer.load_balancer_name());
    Ok(seen)
}
