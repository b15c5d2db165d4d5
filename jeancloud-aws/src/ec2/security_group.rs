//! Security groups. Found again by tags, which `CreateSecurityGroup` sets.
//!
//! AWS gives a new group a rule that lets everything out: finishing it takes that away. A rule that
//! the stack does not declare, somebody's or AWS's, is shown and taken away by the next plan.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ec2::types::{ResourceType, SecurityGroup as SdkGroup};
use jeancloud_model::{
    Input, Tags,
    ec2::{EgressRule, IngressRule, Peer, SecurityGroup, Traffic, VpcId},
};
use jeancloud_stack::provider::{ErrorKind, Found, Ownership, ProviderError};

use super::{
    common::{self, IDS_PER_CALL},
    rule::{self, Rule},
};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    taken, wait,
};

pub(super) struct SecurityGroupHandler;

#[async_trait]
impl Handler for SecurityGroupHandler {
    type Resource = SecurityGroup;

    const PERMISSIONS: &'static [&'static str] = &[
        "ec2:CreateSecurityGroup",
        "ec2:CreateTags",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteTags",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroups",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<SecurityGroup>>> {
        let mut rules: BTreeMap<String, Vec<Rule>> = BTreeMap::new();
        for rule in rule::rules(aws, "group-id", ids).await? {
            rules.entry(rule.key.group.clone()).or_default().push(rule);
        }
        let mut seen = Vec::new();
        for ids in ids.chunks(IDS_PER_CALL) {
            let filter = common::filter("group-id", ids.iter().cloned());
            let call = aws.ec2().describe_security_groups().filters(filter);
            let mut pages = call.into_paginator().send();
            while let Some(page) = pages.next().await {
                let page = page.map_err(error::of("DescribeSecurityGroups"))?;
                seen.extend(page.security_groups().iter().filter_map(|group| {
                    let rules = rules.get(group.group_id()?).map_or(&[][..], Vec::as_slice);
                    read(group, rules)
                }));
            }
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        let call = aws
            .ec2()
            .describe_security_groups()
            .filters(common::owned_by(search.stack));
        let mut pages = call.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(error::of("DescribeSecurityGroups"))?;
            for group in page.security_groups() {
                let owned = |id: &str| search.owned(id, common::pairs(group.tags()));
                found.extend(group.group_id().and_then(owned));
            }
        }
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, SecurityGroup>) -> Result<String> {
        let group = &new.resource;
        let name = group.group_name.as_ref().map(|name| name.value().as_str());
        let call = aws
            .ec2_once()
            .create_security_group()
            .description(group.group_description.value().as_str())
            .vpc_id(group.vpc_id.value().as_str())
            .set_group_name(name.map(str::to_owned))
            .tag_specifications(common::tags(ResourceType::SecurityGroup, new));
        let answer = match call.send().await.map_err(error::of("CreateSecurityGroup")) {
            Err(error) if error.kind == ErrorKind::Conflict => {
                return Err(taken(aws, new, error).await?);
            }
            answer => answer?,
        };
        Ok(answer.group_id().unwrap_or_default().to_owned())
    }

    async fn finish(&self, aws: &Clients, new: &New<'_, SecurityGroup>, id: &str) -> Result<()> {
        let visible = common::visible("DescribeSecurityGroups", "the group");
        let group = wait::until(visible, || described(aws, id)).await?;
        // AWS's own rule comes with the group, but may be listed later than it.
        if group.ip_permissions_egress().is_empty() {
            return Ok(());
        }
        let visible = common::visible("DescribeSecurityGroupRules", "the group's first rule");
        let ids = [id.to_owned()];
        let mut rules = wait::until(visible, || async {
            let rules = rule::rules(aws, "group-id", &ids).await?;
            Ok((!rules.is_empty()).then_some(rules))
        })
        .await?;
        rules.retain(|rule| rule.stack() != Some(&new.ownership.stack));
        revoke(aws, id, &rules).await
    }

    async fn update(&self, aws: &Clients, change: &Change<SecurityGroup>) -> Result<()> {
        if change.touches_any(&["SecurityGroupIngress", "SecurityGroupEgress"]) {
            let planned = planned_to_go(change);
            let mut rules = rule::rules(aws, "group-id", std::slice::from_ref(&change.id)).await?;
            rules.retain(|rule| {
                let this = (rule.key.egress, rule.key.traffic, rule.key.peer.clone());
                rule.stack() != Some(&change.ownership.stack) && planned.contains(&this)
            });
            revoke(aws, &change.id, &rules).await?;
        }
        common::update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<SecurityGroup>) -> Result<()> {
        let call = aws.ec2().delete_security_group().group_id(&old.id).send();
        error::or_gone(call.await.map_err(error::of("DeleteSecurityGroup")))
    }
}

/// The rules that were there when the plan was made and are not wanted. One that came since is for
/// the next plan to show.
fn planned_to_go(change: &Change<SecurityGroup>) -> Vec<(bool, Traffic, Peer)> {
    let (before, after) = (&change.before, &change.after);
    let ingress = before.undeclared_ingress.rules().iter();
    let ingress = ingress
        .filter(|rule| !after.undeclared_ingress.rules().contains(rule))
        .map(|rule| (false, rule.traffic, rule.source.clone().into()));
    let egress = before.undeclared_egress.rules().iter();
    let egress = egress
        .filter(|rule| !after.undeclared_egress.rules().contains(rule))
        .map(|rule| (true, rule.traffic, rule.destination.clone().into()));
    ingress.chain(egress).collect()
}

async fn revoke(aws: &Clients, group: &str, rules: &[Rule]) -> Result<()> {
    for egress in [false, true] {
        let these = rules.iter().filter(|rule| rule.key.egress == egress);
        let ids: Vec<String> = these.map(|rule| rule.id.clone()).collect();
        if !ids.is_empty() {
            rule::revoke(aws, group, egress, ids).await?;
        }
    }
    Ok(())
}

async fn described(aws: &Clients, id: &str) -> Result<Option<SdkGroup>> {
    let call = aws
        .ec2()
        .describe_security_groups()
        .filters(common::filter("group-id", [id]));
    let answer = call.send().await;
    let answer = answer.map_err(error::of("DescribeSecurityGroups"))?;
    Ok(answer.security_groups.unwrap_or_default().pop())
}

/// Who has the name that AWS says is taken.
async fn taken(
    aws: &Clients,
    new: &New<'_, SecurityGroup>,
    mut error: ProviderError,
) -> Result<ProviderError> {
    let group = &new.resource;
    let name = group
        .group_name
        .as_ref()
        .map_or("", |name| name.value().as_str());
    let vpc = group.vpc_id.value();
    let call = aws
        .ec2()
        .describe_security_groups()
        .filters(common::filter("group-name", [name]))
        .filters(common::filter("vpc-id", [vpc.as_str()]));
    let answer = call
        .send()
        .await
        .map_err(error::of("DescribeSecurityGroups"))?;
    if let Some(there) = answer.security_groups().first() {
        let id = there.group_id().unwrap_or_default();
        let owner = Ownership::from_tags(common::pairs(there.tags()));
        let whose = match &owner {
            Some(owner) => format!("belongs to {} of the stack {}", owner.address, owner.stack),
            None => "was not made by jeancloud".to_owned(),
        };
        error.message = format!("the name `{name}` in {vpc} is that of {id}, which {whose}");
        error.hint = Some(taken::way_out(owner.as_ref(), new.ownership));
    }
    Ok(error)
}

fn read(group: &SdkGroup, rules: &[Rule]) -> Option<Seen<SecurityGroup>> {
    let stack = common::pairs(group.tags())
        .find(|(key, _)| *key == Ownership::STACK_TAG)
        .map(|(_, stack)| stack);
    let undeclared = |egress: bool| {
        rules.iter().filter(move |rule| {
            rule.key.egress == egress && (stack.is_none() || rule.stack() != stack)
        })
    };
    let resource = SecurityGroup {
        group_description: Input::Known(group.description()?.into()),
        group_name: group.group_name().map(|name| Input::Known(name.into())),
        vpc_id: Input::Known(VpcId::new(group.vpc_id()?.to_owned())),
        undeclared_ingress: undeclared(false).map(ingress).collect(),
        undeclared_egress: undeclared(true).map(egress).collect(),
        tags: Tags::new(),
    };
    Some(Seen::new(group.group_id()?, resource).tagged(common::pairs(group.tags())))
}

fn ingress(rule: &Rule) -> IngressRule {
    IngressRule {
        traffic: rule.key.traffic,
        source: rule.key.peer.clone().into(),
        description: rule.described(),
    }
}

fn egress(rule: &Rule) -> EgressRule {
    EgressRule {
        traffic: rule.key.traffic,
        destination: rule.key.peer.clone().into(),
        description: rule.described(),
    }
}
