//! What only one can have at a time: a name, a block of addresses, a target group. Who takes it waits
//! until whoever had it is gone.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{
    Address, Cidr, Facts, Resource, Unique, catalogue, cloud_front, ec2, ecr,
    elastic_load_balancing_v2 as elb, reference,
};
use serde_json::Value as Json;

use super::{Op, draft::Draft, handover};

/// A creation that takes what something else still has, and the deletion that frees it, by their
/// indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) creation: usize,
    pub(super) deletion: usize,
}

/// What the creations among `new` take from the deletions among `old`.
pub(super) fn claims(new: &[Draft], old: &[Draft]) -> Vec<Claim> {
    let mut held: BTreeMap<String, Vec<(usize, Hold)>> = BTreeMap::new();
    for (index, draft) in of_op(old, Op::Delete) {
        for (what, hold) in holds(draft) {
            held.entry(what).or_default().push((index, hold));
        }
    }
    let mut claims = Vec::new();
    for (creation, draft) in of_op(new, Op::Create) {
        let mut deletions = BTreeSet::new();
        for (what, wanted) in holds(draft) {
            let holders = held.get(&what).into_iter().flatten();
            let clashing = holders.filter(|(_, hold)| wanted.clashes(hold));
            deletions.extend(clashing.map(|(deletion, _)| *deletion));
        }
        claims.extend(
            deletions
                .into_iter()
                .map(|deletion| Claim { creation, deletion }),
        );
    }
    claims
}

pub(super) fn of_op(drafts: &[Draft], op: Op) -> impl Iterator<Item = (usize, &Draft)> {
    let drafts = drafts.iter().enumerate();
    drafts.filter(move |(_, draft)| draft.op == op)
}

/// How something is had.
enum Hold {
    /// Alone.
    Alone,
    /// Beside others whose blocks of addresses don't overlap.
    Block(Cidr),
    /// Together with others under the same parent.
    Under(Json),
    /// Alone; handed over between the generations of the same address.
    Within(Address),
}

impl Hold {
    fn clashes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Block(one), Self::Block(other)) => one.overlaps(*other),
            (Self::Under(one), Self::Under(other)) => one != other,
            (Self::Within(one), Self::Within(other)) => one != other,
            _ => true,
        }
    }
}

/// What a draft's resource has that only one can have; not what is known later.
fn holds(draft: &Draft) -> Vec<(String, Hold)> {
    let properties = &draft.work.properties;
    let mut holds = Vec::new();
    if let Some(block) = block(draft) {
        let vpc = format!(
            "{} {} {}",
            draft.type_name, draft.region, properties["VpcId"]
        );
        holds.push((vpc, Hold::Block(block)));
    } else if let Some(unique) = unique(&draft.type_name)
        && let Some(name) = name(&unique, properties)
    {
        let name = format!("{} {} {name}", draft.type_name, draft.region);
        holds.push((name, Hold::Alone));
    }
    // "CNAMEAlreadyExists": a domain name leads to one distribution.
    if draft.type_name == cloud_front::Distribution::TYPE {
        let aliases = handover::aliases(properties).into_iter();
        let hold = |alias| (format!("alias {alias}"), Hold::Within(draft.address));
        holds.extend(aliases.map(hold));
    }
    // A registry has one configuration, of which the rules are taken away that the old one had.
    if draft.type_name == ecr::ReplicationConfiguration::TYPE {
        holds.push((format!("replication of {}", draft.region), Hold::Alone));
    }
    // "Resource.AlreadyAssociated": a VPC has one internet gateway. That a gateway has one VPC, its name
    // says above.
    let vpc = &properties["VpcId"];
    if draft.type_name == ec2::VpcGatewayAttachment::TYPE && !reference::is_unknown(vpc) {
        holds.push((format!("internet gateway of {vpc}"), Hold::Alone));
    }
    if draft.type_name == ec2::VpcEndpoint::TYPE {
        let ways = ways_of_an_endpoint(properties).into_iter();
        holds.extend(ways.map(|way| (way, Hold::Alone)));
    }
    // "TargetGroupAssociationLimit": a target group serves one load balancer. A rule stands under a
    // listener, whose load balancer is the same for as long as it is.
    let parent = match draft.type_name.as_str() {
        elb::Listener::TYPE => "LoadBalancerArn",
        elb::ListenerRule::TYPE => "ListenerArn",
        _ => return holds,
    };
    let parent = properties.get(parent).cloned().unwrap_or(Json::Null);
    for group in target_groups(properties) {
        let group = format!("{} {group}", elb::TargetGroup::TYPE);
        holds.push((group, Hold::Under(parent.clone())));
    }
    holds
}

/// What leads to an endpoint: the service's own name in its VPC ("private-dns-enabled cannot be set because
/// there is already a conflicting DNS domain"), or a route in each of its tables ("RouteAlreadyExists").
fn ways_of_an_endpoint(properties: &Json) -> Vec<String> {
    let service = &properties["ServiceName"];
    let way = |from: &Json| format!("way from {from} to {service}");
    let from = match properties["VpcEndpointType"].as_str() {
        // EC2's default is true.
        Some("Interface") if properties["PrivateDnsEnabled"] != Json::Bool(false) => {
            vec![&properties["VpcId"]]
        }
        Some("Gateway") => {
            let tables = properties["RouteTableIds"].as_array();
            tables.into_iter().flatten().collect()
        }
        _ => Vec::new(),
    };
    let known = from.into_iter().filter(|from| !reference::is_unknown(from));
    known.map(way).collect()
}

fn block(draft: &Draft) -> Option<Cidr> {
    let properties = &draft.work.properties;
    let in_a_known_vpc = properties
        .get("VpcId")
        .is_some_and(|vpc| !reference::is_unknown(vpc));
    let block = properties.get("CidrBlock").and_then(Json::as_str);
    let is_subnet = draft.type_name == ec2::Subnet::TYPE;
    block.filter(|_| is_subnet && in_a_known_vpc)?.parse().ok()
}

/// The known target groups that actions forward to.
fn target_groups(value: &Json) -> BTreeSet<&str> {
    match value {
        Json::Array(items) => items.iter().flat_map(target_groups).collect(),
        Json::Object(members) => members
            .iter()
            .flat_map(|(name, member)| match (name.as_str(), member) {
                ("TargetGroupArn", Json::String(group)) => BTreeSet::from([group.as_str()]),
                (_, member) => target_groups(member),
            })
            .collect(),
        _ => BTreeSet::new(),
    }
}

/// What is known of a type.
pub(super) fn facts(type_name: &str) -> Option<&'static Facts> {
    let mut types = catalogue::types().iter();
    let info = types.find(|info| info.type_name == type_name);
    info.map(|info| &info.facts)
}

/// What of a type's properties no second one may have.
pub(super) fn unique(type_name: &str) -> Option<Unique> {
    facts(type_name)?.name
}

/// The name with everything that it is unique in; `None` where it is not known or there is none.
fn name(unique: &Unique, properties: &Json) -> Option<String> {
    let mut path = unique.property.split('/');
    let first = path.try_fold(properties, |inside, part| inside.get(part))?;
    let rest = unique.within.iter();
    let rest = rest.map(|property| properties.get(*property).unwrap_or(&Json::Null));
    let parts: Vec<&Json> = std::iter::once(first).chain(rest).collect();
    if parts.iter().any(|part| reference::is_unknown(part)) {
        return None;
    }
    Some(serde_json::json!(parts).to_string())
}
