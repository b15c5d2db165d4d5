//! Target groups. Found again by tags, which `CreateTargetGroup` sets.

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    Matcher as SdkMatcher, ProtocolEnum, TargetGroup as SdkTargetGroup, TargetGroupAttribute,
    TargetGroupIpAddressTypeEnum, TargetTypeEnum,
};
use jeancloud_model::{
    Input, Port, Tags,
    ec2::VpcId,
    elastic_load_balancing_v2::{
        Attributes, HealthCheckPath, HealthCheckPort, HealthCheckProtocol, Matcher, Protocol,
        ProtocolVersion, TargetGroup, TargetGroupIpAddressType, TargetGroupName, TargetType,
    },
};
use jeancloud_stack::provider::Found;

use super::{
    attributes,
    common::{self, number, sent, strange, text},
};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
};

pub(super) struct TargetGroupHandler;

/// What `ModifyTargetGroup` changes.
const HEALTH_CHECK: &[&str] = &[
    "HealthCheckEnabled",
    "HealthCheckProtocol",
    "HealthCheckPort",
    "HealthCheckPath",
    "HealthCheckIntervalSeconds",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "UnhealthyThresholdCount",
    "Matcher",
];

#[async_trait]
impl Handler for TargetGroupHandler {
    type Resource = TargetGroup;

    const PERMISSIONS: &'static [&'static str] = &[
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:CreateTargetGroup",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:DescribeTargetGroupAttributes",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:ModifyTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
        "elasticloadbalancing:RemoveTags",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<TargetGroup>>> {
        let groups = common::in_bulk(ids, |arns| async {
            let call = aws
                .elb()
                .describe_target_groups()
                .set_target_group_arns(Some(arns));
            let answer = call
                .send()
                .await
                .map_err(error::of("DescribeTargetGroups"))?;
            Ok(answer.target_groups().to_vec())
        });
        let groups = groups.await?;
        let tags = common::tags_of(aws, ids).await?;
        let mut seen = Vec::new();
        for group in &groups {
            let arn = group.target_group_arn().unwrap_or_default();
            if let Some(attributes) = attributes::of_target_group(aws, arn).await? {
                let read = read(group, &attributes)?;
                seen.push(read.tagged(tags.get(arn).cloned().unwrap_or_default()));
            }
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let mut arns = Vec::new();
        let mut pages = aws.elb().describe_target_groups().into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(error::of("DescribeTargetGroups"))?;
            let groups = page.target_groups().iter();
            arns.extend(groups.filter_map(|group| group.target_group_arn().map(str::to_owned)));
        }
        common::owned(aws, search, &arns).await
    }

    async fn create(&self, aws: &Clients, new: &New<'_, TargetGroup>) -> Result<String> {
        let name = new
            .resource
            .name
            .as_ref()
            .map(|name| name.value().as_str().to_owned());
        let existing = match &name {
            Some(name) => named(aws, name).await?,
            None => None,
        };
        let arn = match existing {
            Some(arn) => {
                let what = format!("a target group {}", name.as_deref().unwrap_or_default());
                common::ours(aws, new, &arn, &what).await?;
                arn
            }
            None => make(aws, new, name).await?,
        };
        Ok(arn)
    }

    async fn finish(&self, aws: &Clients, new: &New<'_, TargetGroup>, arn: &str) -> Result<()> {
        match &new.resource.target_group_attributes {
            Some(attributes) => attributes::set_of_target_group(aws, arn, attributes).await,
            None => Ok(()),
        }
    }

    async fn update(&self, aws: &Clients, change: &Change<TargetGroup>) -> Result<()> {
        let after = &change.after;
        if change.touches_any(HEALTH_CHECK) {
            let http = asks_http(after);
            let call = aws
                .elb()
                .modify_target_group()
                .target_group_arn(&change.id)
                .set_health_check_enabled(after.health_check_enabled.as_ref().map(|on| *on.value()))
                .set_health_check_protocol(health_protocol(after))
                .set_health_check_port(health_port(after))
                .set_health_check_path(health_path(after).filter(|_| http))
                .set_health_check_interval_seconds(
                    after
                        .health_check_interval_seconds
                        .as_ref()
                        .map(|n| n.value().to_i32()),
                )
                .set_health_check_timeout_seconds(
                    after
                        .health_check_timeout_seconds
                        .as_ref()
                        .map(|n| n.value().to_i32()),
                )
                .set_healthy_threshold_count(
                    after
                        .healthy_threshold_count
                        .as_ref()
                        .map(|n| n.value().to_i32()),
                )
                .set_unhealthy_threshold_count(
                    after
                        .unhealthy_threshold_count
                        .as_ref()
                        .map(|n| n.value().to_i32()),
                )
                .set_matcher(matcher(after).filter(|_| http));
            call.send().await.map_err(error::of("ModifyTargetGroup"))?;
        }
        let attributes = after.target_group_attributes.as_ref();
        if let (true, Some(attributes)) = (change.touches("TargetGroupAttributes"), attributes) {
            attributes::set_of_target_group(aws, &change.id, attributes).await?;
        }
        common::update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<TargetGroup>) -> Result<()> {
        let call = aws
            .elb()
            .delete_target_group()
            .target_group_arn(&old.id)
            .send()
            .await;
        error::or_gone(call.map_err(error::of("DeleteTargetGroup")))
    }
}

async fn named(aws: &Clients, name: &str) -> Result<Option<String>> {
    let call = aws.elb().describe_target_groups().names(name);
    let answer = error::if_there(call.send().await.map_err(error::of("DescribeTargetGroups")))?;
    let first = answer
        .as_ref()
        .and_then(|answer| answer.target_groups().first());
    Ok(first
        .and_then(|group| group.target_group_arn())
        .map(str::to_owned))
}

async fn make(aws: &Clients, new: &New<'_, TargetGroup>, name: Option<String>) -> Result<String> {
    let group = &new.resource;
    let version = group.protocol_version.as_ref();
    let call = aws
        .elb_once()
        .create_target_group()
        .set_name(name)
        .vpc_id(group.vpc_id.value().as_str())
        .port(group.port.value().number().into())
        .protocol(ProtocolEnum::from(group.protocol.value().as_str()))
        .set_protocol_version(version.map(|version| version.value().as_str().to_owned()))
        .set_target_type(
            group
                .target_type
                .as_ref()
                .map(|kind| TargetTypeEnum::from(kind.value().as_str())),
        )
        .set_ip_address_type(
            group
                .ip_address_type
                .as_ref()
                .map(|kind| TargetGroupIpAddressTypeEnum::from(kind.value().as_str())),
        )
        .set_health_check_enabled(group.health_check_enabled.as_ref().map(|on| *on.value()))
        .set_health_check_protocol(health_protocol(group))
        .set_health_check_port(health_port(group))
        .set_health_check_path(health_path(group))
        .set_health_check_interval_seconds(
            group
                .health_check_interval_seconds
                .as_ref()
                .map(|n| n.value().to_i32()),
        )
        .set_health_check_timeout_seconds(
            group
                .health_check_timeout_seconds
                .as_ref()
                .map(|n| n.value().to_i32()),
        )
        .set_healthy_threshold_count(
            group
                .healthy_threshold_count
                .as_ref()
                .map(|n| n.value().to_i32()),
        )
        .set_unhealthy_threshold_count(
            group
                .unhealthy_threshold_count
                .as_ref()
                .map(|n| n.value().to_i32()),
        )
        .set_matcher(matcher(group))
        .set_tags(Some(common::tags(new)));
    let answer = call.send().await.map_err(error::of("CreateTargetGroup"))?;
    let arn = answer
        .target_groups()
        .first()
        .and_then(|group| group.target_group_arn());
    Ok(arn.unwrap_or_default().to_owned())
}

/// Whether its health check speaks HTTP: AWS takes a path and codes only then.
fn asks_http(group: &TargetGroup) -> bool {
    match group.health_check_protocol.as_ref().map(Input::value) {
        Some(protocol) => *protocol != HealthCheckProtocol::Tcp,
        None => matches!(group.protocol.value(), Protocol::Http | Protocol::Https),
    }
}

fn health_protocol(group: &TargetGroup) -> Option<ProtocolEnum> {
    let protocol = group.health_check_protocol.as_ref()?;
    Some(ProtocolEnum::from(protocol.value().as_str()))
}

fn health_port(group: &TargetGroup) -> Option<String> {
    Some(
        group
            .health_check_port
            .as_ref()?
            .value()
            .as_str()
            .to_owned(),
    )
}

fn health_path(group: &TargetGroup) -> Option<String> {
    Some(
        group
            .health_check_path
            .as_ref()?
            .value()
            .as_str()
            .to_owned(),
    )
}

fn matcher(group: &TargetGroup) -> Option<SdkMatcher> {
    let Matcher {
        http_code,
        grpc_code,
    } = group.matcher.as_ref()?;
    let matcher = SdkMatcher::builder();
    Some(
        matcher
            .set_http_code(sent(http_code))
            .set_grpc_code(sent(grpc_code))
            .build(),
    )
}

fn read(group: &SdkTargetGroup, attributes: &[TargetGroupAttribute]) -> Result<Seen<TargetGroup>> {
    let arn = group.target_group_arn().unwrap_or_default();
    let pairs = attributes
        .iter()
        .filter_map(|a| Some((a.key()?, a.value().unwrap_or(""))));
    let protocol = group
        .protocol()
        .and_then(|protocol| Protocol::from_aws(protocol.as_str()));
    let port = group.port().and_then(|port| u16::try_from(port).ok());
    let (Some(protocol), Some(port), Some(vpc)) = (protocol, port, group.vpc_id()) else {
        let what = format!("AWS says that {arn} has no port, no VPC or another protocol");
        return Err(strange("DescribeTargetGroups", what));
    };
    let health = group.health_check_protocol();
    let resource = TargetGroup {
        name: group
            .target_group_name()
            .map(|name| Input::Known(TargetGroupName::new(name.to_owned()))),
        vpc_id: Input::Known(VpcId::new(vpc.to_owned())),
        port: Input::Known(Port::new(port)),
        protocol: Input::Known(protocol),
        protocol_version: group
            .protocol_version()
            .and_then(ProtocolVersion::from_aws)
            .map(Input::Known),
        target_type: group
            .target_type()
            .and_then(|kind| TargetType::from_aws(kind.as_str()))
            .map(Input::Known),
        ip_address_type: group
            .ip_address_type()
            .and_then(|kind| TargetGroupIpAddressType::from_aws(kind.as_str()))
            .map(Input::Known),
        health_check_enabled: group.health_check_enabled().map(Input::Known),
        health_check_protocol: health
            .and_then(|protocol| HealthCheckProtocol::from_aws(protocol.as_str()))
            .map(Input::Known),
        health_check_port: group
            .health_check_port()
            .map(|port| Input::Known(HealthCheckPort::new(port.to_owned()))),
        health_check_path: group
            .health_check_path()
            .map(|path| Input::Known(HealthCheckPath::new(path.to_owned()))),
        health_check_interval_seconds: number(group.health_check_interval_seconds()),
        health_check_timeout_seconds: number(group.health_check_timeout_seconds()),
        healthy_threshold_count: number(group.healthy_threshold_count()),
        unhealthy_threshold_count: number(group.unhealthy_threshold_count()),
        matcher: group.matcher().map(|matcher| Matcher {
            http_code: text(matcher.http_code()),
            grpc_code: text(matcher.grpc_code()),
        }),
        target_group_attributes: Some(Attributes::read(pairs)),
        tags: Tags::new(),
    };
    let full_name = arn
        .rsplit(':')
        .next()
        .filter(|name| name.starts_with("targetgroup/"));
    let seen = Seen::new(arn, resource)
        .output_text("TargetGroupFullName", full_name)
        .output_text("TargetGroupName", group.target_group_name());
    Ok(seen)
}
