//! What the rules of security groups share in both directions.
//!
//! CloudFormation's types have no tags; EC2's rules have, set in the call that makes them. So a rule
//! is found again by its tags. A rule that carries no stack's tags and stands in a group of ours is
//! found by what it says, where the stack declares it: something else made it before the group was
//! adopted, or somebody by hand. What nobody declares its group reports, and a plan takes it away.

use std::{
    collections::{BTreeMap, BTreeSet},
    marker::PhantomData,
};

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    Filter, IpPermission, IpRange, Ipv6Range, PrefixListId as SdkPrefixList, ResourceType,
    SecurityGroupRule as SdkRule, Tag, UserIdGroupPair,
};
use jeancloud_model::{
    Input, Resource,
    ec2::{Peer, SecurityGroupId, SecurityGroupRuleDescription, Traffic},
    lookup::PrefixListId,
};
use jeancloud_stack::provider::{ErrorKind, Found, Ownership, ProviderError, Wanted};

use super::common::{self, IDS_PER_CALL};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    taken, wait,
};

/// A rule: which group, which way, what, and who is on the other side. No two rules are equal in
/// this, whatever their descriptions.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Key {
    pub(super) group: String,
    pub(super) egress: bool,
    pub(super) traffic: Traffic,
    pub(super) peer: Peer,
}

/// A rule as EC2 has it.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) key: Key,
    pub(super) description: Option<String>,
    pub(super) tags: BTreeMap<String, String>,
}

impl Rule {
    /// The identity of the stack whose tags it carries.
    pub(super) fn stack(&self) -> Option<&str> {
        self.tags.get(Ownership::STACK_TAG).map(String::as_str)
    }

    fn ownership(&self) -> Option<Ownership> {
        Ownership::from_tags(self.tags.iter().map(|(k, v)| (k.as_str(), v.as_str())))
    }

    /// Its description as a rule inside its group has it.
    pub(super) fn described(&self) -> Option<Input<SecurityGroupRuleDescription>> {
        self.description
            .clone()
            .map(|text| Input::Known(text.into()))
    }
}

/// A resource type that is a rule of one direction.
pub(super) trait Directed: Resource {
    const EGRESS: bool;
    const PERMISSIONS: &'static [&'static str];

    fn key(&self) -> Key;

    fn description(&self) -> Option<&Input<SecurityGroupRuleDescription>>;

    fn of(key: Key, description: SecurityGroupRuleDescription) -> Self;
}

/// Handles the rules of one direction.
pub(super) struct RuleHandler<R>(pub(super) PhantomData<R>);

#[async_trait]
impl<R: Directed> Handler for RuleHandler<R> {
    type Resource = R;

    const PERMISSIONS: &'static [&'static str] = R::PERMISSIONS;

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<R>>> {
        let rules = rules(aws, "security-group-rule-id", ids).await?;
        let right = rules
            .into_iter()
            .filter(|rule| rule.key.egress == R::EGRESS);
        Ok(right.map(seen).collect())
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let rules = filtered(aws, common::owned_by(search.stack)).await?;
        let found = rules
            .into_iter()
            .filter(|rule| rule.key.egress == R::EGRESS)
            .filter_map(|rule| {
                Some(Found {
                    ownership: rule.ownership()?,
                    id: rule.id,
                })
            });
        let mut found: Vec<Found> = found.collect();
        let mut untagged = untagged::<R>(aws, search, &found).await?;
        found.append(&mut untagged);
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, R>) -> Result<String> {
        let key = new.resource.key();
        let description = text(new.resource.description());
        let id = match authorize(aws, new, &key, description).await {
            Err(error) if error.kind == ErrorKind::Conflict => {
                take_over(aws, new, &key, description, error).await?
            }
            answer => answer?,
        };
        Ok(id)
    }

    async fn finish(&self, aws: &Clients, _: &New<'_, R>, id: &str) -> Result<()> {
        let ids = [id.to_owned()];
        let visible = common::visible("DescribeSecurityGroupRules", "the rule");
        wait::until(visible, || async {
            Ok(self.observe(aws, &ids).await?.pop())
        })
        .await?;
        Ok(())
    }

    async fn update(&self, aws: &Clients, change: &Change<R>) -> Result<()> {
        if change.touches("Description") {
            describe(aws, &change.after.key(), text(change.after.description())).await?;
        }
        common::update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<R>) -> Result<()> {
        let group = old.resource.key().group;
        revoke(aws, &group, R::EGRESS, vec![old.id.clone()]).await
    }
}

/// The wanted rules that are in groups of the stack's and carry nobody's tags.
async fn untagged<R: Directed>(
    aws: &Clients,
    search: &Search<'_>,
    tagged: &[Found],
) -> Result<Vec<Found>> {
    let is_tagged = |address| {
        tagged
            .iter()
            .any(|found| found.ownership.address == address)
    };
    let wanted: Vec<(&Wanted, Key)> = search
        .known::<R>()
        .filter(|(wanted, _)| !is_tagged(wanted.ownership.address))
        .map(|(wanted, rule)| (wanted, rule.key()))
        .collect();
    let groups: BTreeSet<String> = wanted.iter().map(|(_, key)| key.group.clone()).collect();
    let groups: Vec<String> = groups.into_iter().collect();
    let ours = owners(aws, &groups).await?;
    let mut rules = rules(aws, "group-id", &groups).await?;
    rules.retain(|rule| {
        let owner = ours.get(&rule.key.group).map(String::as_str);
        rule.stack().is_none() && owner == Some(search.stack)
    });
    let found = wanted.into_iter().filter_map(|(wanted, key)| {
        let rule = rules.iter().find(|rule| rule.key == key)?;
        Some(Found {
            ownership: wanted.ownership.clone(),
            id: rule.id.clone(),
        })
    });
    Ok(found.collect())
}

/// Rules by a filter's values: ids of rules, ids of groups.
pub(super) async fn rules(aws: &Clients, filter: &str, values: &[String]) -> Result<Vec<Rule>> {
    let mut all = Vec::new();
    for values in values.chunks(IDS_PER_CALL) {
        let filter = common::filter(filter, values.iter().cloned());
        all.append(&mut filtered(aws, filter).await?);
    }
    Ok(all)
}

/// Takes rules away; of those that are gone, that is true already.
pub(super) async fn revoke(
    aws: &Clients,
    group: &str,
    egress: bool,
    ids: Vec<String>,
) -> Result<()> {
    if egress {
        let call = aws.ec2().revoke_security_group_egress().group_id(group);
        let call = call.set_security_group_rule_ids(Some(ids)).send().await;
        error::or_gone(call.map_err(error::of("RevokeSecurityGroupEgress")))
    } else {
        let call = aws.ec2().revoke_security_group_ingress().group_id(group);
        let call = call.set_security_group_rule_ids(Some(ids)).send().await;
        error::or_gone(call.map_err(error::of("RevokeSecurityGroupIngress")))
    }
}

async fn filtered(aws: &Clients, filter: Filter) -> Result<Vec<Rule>> {
    let mut all = Vec::new();
    let call = aws.ec2().describe_security_group_rules().filters(filter);
    let mut pages = call.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(error::of("DescribeSecurityGroupRules"))?;
        for rule in page.security_group_rules() {
            all.push(read(rule)?);
        }
    }
    Ok(all)
}

/// A rule that can't be read is an error: left out, it would be one that nobody takes away.
fn read(rule: &SdkRule) -> Result<Rule> {
    let peer = || {
        let group = rule
            .referenced_group_info()
            .and_then(|group| group.group_id());
        Some(
            match (
                rule.cidr_ipv4(),
                rule.cidr_ipv6(),
                rule.prefix_list_id(),
                group,
            ) {
                (Some(block), ..) => Peer::Ipv4(Input::Known(block.parse().ok()?)),
                (_, Some(block), ..) => Peer::Ipv6(Input::Known(block.parse().ok()?)),
                (_, _, Some(id), _) => {
                    Peer::PrefixList(Input::Known(PrefixListId::new(id.to_owned())))
                }
                (.., Some(id)) => Peer::Group(Input::Known(SecurityGroupId::new(id.to_owned()))),
                (None, None, None, None) => return None,
            },
        )
    };
    let protocol = rule.ip_protocol().unwrap_or_default();
    let traffic = Traffic::from_aws(protocol, rule.from_port(), rule.to_port());
    let (Ok(traffic), Some(peer), Some(id), Some(group)) = (
        traffic,
        peer(),
        rule.security_group_rule_id(),
        rule.group_id(),
    ) else {
        let wrong = format!("AWS describes a rule that can't be read: {rule:?}");
        return Err(ProviderError::new(
            ErrorKind::Other,
            "DescribeSecurityGroupRules",
            wrong,
        ));
    };
    let pair = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
    Ok(Rule {
        id: id.to_owned(),
        key: Key {
            group: group.to_owned(),
            egress: rule.is_egress().unwrap_or_default(),
            traffic,
            peer,
        },
        description: rule.description().map(str::to_owned),
        tags: common::pairs(rule.tags()).map(pair).collect(),
    })
}

/// A rule as a resource. One without a description has an empty one: the default to go back to.
fn seen<R: Directed>(rule: Rule) -> Seen<R> {
    let description = rule.description.unwrap_or_default().into();
    Seen::new(rule.id, R::of(rule.key, description)).tagged(rule.tags)
}

fn text(description: Option<&Input<SecurityGroupRuleDescription>>) -> Option<&str> {
    description
        .map(|description| description.value().as_str())
        .filter(|text| !text.is_empty())
}

fn permission(key: &Key, description: Option<&str>) -> IpPermission {
    let (protocol, from, to) = key.traffic.to_aws();
    let of = IpPermission::builder()
        .ip_protocol(protocol)
        .set_from_port(from)
        .set_to_port(to);
    let description = description.map(str::to_owned);
    match &key.peer {
        Peer::Ipv4(block) => {
            let range = IpRange::builder().cidr_ip(block.value().to_string());
            of.ip_ranges(range.set_description(description).build())
        }
        Peer::Ipv6(block) => {
            let range = Ipv6Range::builder().cidr_ipv6(block.value().to_string());
            of.ipv6_ranges(range.set_description(description).build())
        }
        Peer::PrefixList(list) => {
            let list = SdkPrefixList::builder().prefix_list_id(list.value().as_str());
            of.prefix_list_ids(list.set_description(description).build())
        }
        Peer::Group(group) => {
            let pair = UserIdGroupPair::builder().group_id(group.value().as_str());
            of.user_id_group_pairs(pair.set_description(description).build())
        }
    }
    .build()
}

async fn authorize<R: Directed>(
    aws: &Clients,
    new: &New<'_, R>,
    key: &Key,
    description: Option<&str>,
) -> Result<String> {
    let tags = common::tags(ResourceType::SecurityGroupRule, new);
    let permission = permission(key, description);
    let (operation, rules) = if key.egress {
        let call = aws.ec2_once().authorize_security_group_egress();
        let call = call.group_id(&key.group).ip_permissions(permission);
        let call = call.tag_specifications(tags).send().await;
        let answer = call.map_err(error::of("AuthorizeSecurityGroupEgress"))?;
        ("AuthorizeSecurityGroupEgress", answer.security_group_rules)
    } else {
        let call = aws.ec2_once().authorize_security_group_ingress();
        let call = call.group_id(&key.group).ip_permissions(permission);
        let call = call.tag_specifications(tags).send().await;
        let answer = call.map_err(error::of("AuthorizeSecurityGroupIngress"))?;
        ("AuthorizeSecurityGroupIngress", answer.security_group_rules)
    };
    let made = rules.unwrap_or_default().into_iter().next();
    made.and_then(|rule| rule.security_group_rule_id)
        .ok_or_else(|| ProviderError::new(ErrorKind::Other, operation, "AWS named no rule"))
}

/// EC2 has this rule already. In a group of ours it becomes ours, since a group's rules are its
/// owner's; in another's it is never touched.
async fn take_over<R: Directed>(
    aws: &Clients,
    new: &New<'_, R>,
    key: &Key,
    description: Option<&str>,
    duplicate: ProviderError,
) -> Result<String> {
    let there = rules(aws, "group-id", std::slice::from_ref(&key.group)).await?;
    let Some(rule) = there.into_iter().find(|rule| rule.key == *key) else {
        return Err(duplicate);
    };
    match rule.ownership() {
        Some(owner) if owner == *new.ownership => return Ok(rule.id),
        // Two addresses for one rule: it was renamed, and its old address is about to be deleted.
        // Later it works.
        Some(owner) if owner.stack == new.ownership.stack => {
            let wrong = format!(
                "this rule is {}, which belongs to {}",
                rule.id, owner.address
            );
            let error = ProviderError::new(ErrorKind::NotYetConsistent, duplicate.operation, wrong);
            return Err(error);
        }
        _ => {}
    }
    let owners = owners(aws, std::slice::from_ref(&key.group)).await?;
    if owners.get(&key.group) != Some(&new.ownership.stack) {
        let wrong = format!("{} has this rule already: {}", key.group, rule.id);
        let error = ProviderError::new(ErrorKind::Conflict, duplicate.operation, wrong);
        let hint = taken::tags_that_give_it(new.ownership);
        return Err(error.with_hint(hint));
    }
    let tag = |(key, value): (&str, &str)| Tag::builder().key(key).value(value).build();
    let call = aws.ec2().create_tags().resources(&rule.id);
    let call = call.set_tags(Some(new.tags().map(tag).collect()));
    call.send().await.map_err(error::of("CreateTags"))?;
    if rule.description.as_deref() != description {
        describe(aws, key, description).await?;
    }
    Ok(rule.id)
}

/// The identities of the stacks that own these groups, by group.
async fn owners(aws: &Clients, groups: &[String]) -> Result<BTreeMap<String, String>> {
    let mut owners = BTreeMap::new();
    for groups in groups.chunks(IDS_PER_CALL) {
        let filter = common::filter("group-id", groups.iter().cloned());
        let call = aws.ec2().describe_security_groups().filters(filter);
        let mut pages = call.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(error::of("DescribeSecurityGroups"))?;
            owners.extend(page.security_groups().iter().filter_map(|group| {
                let mut tags = common::pairs(group.tags());
                let (_, stack) = tags.find(|(key, _)| *key == Ownership::STACK_TAG)?;
                Some((group.group_id()?.to_owned(), stack.to_owned()))
            }));
        }
    }
    Ok(owners)
}

/// Sets a rule's description; without one, AWS takes the present one away.
async fn describe(aws: &Clients, key: &Key, description: Option<&str>) -> Result<()> {
    let permission = permission(key, description);
    if key.egress {
        let call = aws.ec2().update_security_group_rule_descriptions_egress();
        let call = call.group_id(&key.group).ip_permissions(permission).send();
        call.await
            .map_err(error::of("UpdateSecurityGroupRuleDescriptionsEgress"))?;
    } else {
        let call = aws.ec2().update_security_group_rule_descriptions_ingress();
        let call = call.group_id(&key.group).ip_permissions(permission).send();
        call.await
            .map_err(error::of("UpdateSecurityGroupRuleDescriptionsIngress"))?;
    }
    Ok(())
}
