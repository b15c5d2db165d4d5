//! Rules for load balancers.

use std::collections::BTreeMap;

use jeancloud_model::{
    Input,
    ec2::{SecurityGroup, SecurityGroupIngress, Subnet, SubnetId, Vpc},
    elastic_load_balancing_v2::{LoadBalancer, LoadBalancerType, Scheme},
};

use super::super::{Report, Rule, ec2::traffic::are_other_vpcs};
use crate::{Declared, View};

const CREATE: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html";
const ATTRIBUTES: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html";

pub(super) const SUBNETS: Rule = Rule {
    name: "load-balancer-subnets",
    check: subnets_are_named_in_one_way,
};
pub(super) const ZONES: Rule = Rule {
    name: "load-balancer-zones",
    check: subnets_are_in_enough_zones,
};
pub(super) const ONE_VPC: Rule = Rule {
    name: "load-balancer-one-vpc",
    check: subnets_and_groups_are_of_one_vpc,
};
pub(super) const GROUPS: Rule = Rule {
    name: "load-balancer-groups",
    check: an_application_balancer_has_groups,
};
pub(super) const SETTINGS: Rule = Rule {
    name: "load-balancer-settings",
    check: settings_are_of_its_type,
};
pub(super) const SIZE: Rule = Rule {
    name: "load-balancer-subnet-size",
    check: subnets_have_room_for_an_application_balancer,
};

/// Whether a load balancer is a network load balancer; `None` where that is known later.
pub(super) fn is_network(balancer: &LoadBalancer) -> Option<bool> {
    match &balancer.load_balancer_type {
        None => Some(false),
        Some(kind) => kind.known().map(|kind| *kind == LoadBalancerType::Network),
    }
}

pub(super) fn subnet_ids(balancer: &LoadBalancer) -> impl Iterator<Item = &Input<SubnetId>> {
    let mapped = balancer
        .subnet_mappings
        .iter()
        .map(|mapping| &mapping.subnet_id);
    balancer.subnets.iter().chain(mapped)
}

fn subnets_are_named_in_one_way(view: &View, report: &mut Report) {
    for balancer in view.all::<LoadBalancer>() {
        let (plain, mapped) = (&balancer.subnets, &balancer.subnet_mappings);
        if plain.is_empty() == mapped.is_empty() {
            let wrong = match plain.is_empty() {
                true => "is empty, and so is SubnetMappings",
                false => "and SubnetMappings are both set",
            };
            report
                .error(balancer.declaration, "Subnets", wrong)
                .rule("a load balancer has either Subnets or SubnetMappings (ValidationError)")
                .hint("name its subnets: `.subnets([&public_a, &public_b])`")
                .document(CREATE);
        }
        let with_address = mapped.iter().any(|mapping| {
            mapping.allocation_id.is_some()
                || mapping.private_ipv4_address.is_some()
                || mapping.ipv6_address.is_some()
        });
        if with_address && is_network(&balancer) == Some(false) {
            report
                .error(
                    balancer.declaration,
                    "SubnetMappings",
                    "give an application load balancer addresses",
                )
                .rule("only a network load balancer has addresses of its owner's choice")
                .hint("leave the addresses out, or make it a network load balancer")
                .document(CREATE);
        }
    }
}

fn subnets_are_in_enough_zones(view: &View, report: &mut Report) {
    for balancer in view.all::<LoadBalancer>() {
        let count = subnet_ids(&balancer).count();
        let mut zones: BTreeMap<String, Declared<'_, Subnet>> = BTreeMap::new();
        let mut seen = Vec::new();
        for id in subnet_ids(&balancer) {
            let Some(subnet) = view.target::<Subnet>(id) else {
                continue;
            };
            if seen.contains(&subnet.address()) {
                let wrong = format!("name {} twice", subnet.address());
                report
                    .error(balancer.declaration, "Subnets", wrong)
                    .rule("a load balancer has one subnet a zone (InvalidConfigurationRequest)")
                    .hint("name one subnet of each zone")
                    .document(CREATE);
                continue;
            }
            seen.push(subnet.address());
            let zone = subnet.availability_zone.as_ref().and_then(Input::known);
            let Some(zone) = zone.map(|zone| zone.name_in(subnet.declaration.region)) else {
                continue;
            };
            if let Some(first) = zones.insert(zone.clone(), subnet) {
                let wrong = format!(
                    "{} and {} are both in {zone}",
                    first.address(),
                    subnet.address()
                );
                report
                    .error(balancer.declaration, "Subnets", wrong)
                    .rule("a load balancer has one subnet a zone (InvalidConfigurationRequest)")
                    .hint("name one subnet of each zone")
                    .document(CREATE);
            }
        }
        if count == 1 && is_network(&balancer) == Some(false) {
            report
                .error(balancer.declaration, "Subnets", "names one subnet")
                .rule("an application load balancer has subnets in two zones at least (InvalidSubnet)")
                .hint("add a subnet of another zone")
                .document(CREATE);
        }
    }
}

fn subnets_and_groups_are_of_one_vpc(view: &View, report: &mut Report) {
    for balancer in view.all::<LoadBalancer>() {
        let subnets: Vec<_> = subnet_ids(&balancer)
            .filter_map(|id| view.target::<Subnet>(id))
            .collect();
        let Some(first) = subnets.first() else {
            continue;
        };
        let subnet_strangers = subnets
            .iter()
            .filter(|subnet| are_other_vpcs(view, &subnet.vpc_id, &first.vpc_id))
            .map(|subnet| {
                (
                    "Subnets",
                    format!(
                        "{} is in another VPC than {}",
                        subnet.address(),
                        first.address()
                    ),
                )
            });
        let groups = balancer
            .security_groups
            .iter()
            .filter_map(|id| view.target::<SecurityGroup>(id));
        let group_strangers = groups
            .filter(|group| are_other_vpcs(view, &group.vpc_id, &first.vpc_id))
            .map(|group| {
                let wrong = format!(
                    "{} is in another VPC than {}",
                    group.address(),
                    first.address()
                );
                ("SecurityGroups", wrong)
            });
        let strangers: Vec<_> = subnet_strangers.chain(group_strangers).collect();
        for (property, wrong) in strangers {
            report
                .error(balancer.declaration, property, wrong)
                .rule("a load balancer's subnets and groups are of one VPC (InvalidConfigurationRequest, InvalidSecurityGroup)")
                .hint("take them from one VPC")
                .document(CREATE);
        }
    }
}

fn an_application_balancer_has_groups(view: &View, report: &mut Report) {
    for balancer in view.all::<LoadBalancer>() {
        if is_network(&balancer) == Some(false) && balancer.security_groups.is_empty() {
            const WRONG: &str = "is empty, so that the VPC's default group holds";
            let problem = match opens_the_default_group(view, &balancer) {
                Some(false) => report.error(balancer.declaration, "SecurityGroups", WRONG),
                _ => report.warning(balancer.declaration, "SecurityGroups", WRONG),
            };
            problem
                .rule("an application load balancer without groups gets the default group, which lets in only its own members")
                .hint("give it a group of its own: `.security_groups([&group])`, and say who may come: `scope.allow(tcp(80).from(Anywhere).to(&group))`")
                .document(CREATE);
        }
    }
}

/// Whether a rule of the stack lets clients of an internet-facing load balancer into its VPC's
/// default group; `None` where others may reach it or the VPC is not declared.
fn opens_the_default_group(view: &View, balancer: &LoadBalancer) -> Option<bool> {
    let scheme = balancer.scheme.as_ref().map(Input::known);
    let faces_the_internet = matches!(scheme, None | Some(Some(Scheme::InternetFacing)));
    let subnet = view.target::<Subnet>(subnet_ids(balancer).next()?)?;
    let vpc = view
        .target::<Vpc>(&subnet.resource.vpc_id)
        .filter(|_| faces_the_internet)?;
    let opens = view.all::<SecurityGroupIngress>().any(|rule| {
        let group = rule.resource.group_id.reference();
        group.is_none_or(|group| group.address == vpc.address())
    });
    Some(opens)
}

fn subnets_have_room_for_an_application_balancer(view: &View, report: &mut Report) {
    for balancer in view.all::<LoadBalancer>() {
        if is_network(&balancer) != Some(false) {
            continue;
        }
        for subnet in subnet_ids(&balancer).filter_map(|id| view.target::<Subnet>(id)) {
            let block = subnet.cidr_block.known();
            if let Some(block) = block.filter(|block| block.prefix() > 27) {
                let wrong = format!("{} is a /{}", subnet.address(), block.prefix());
                report
                    .warning(balancer.declaration, "Subnets", wrong)
                    .rule("an application load balancer wants subnets of /27 at least with 8 free addresses: it has more nodes when there is more to do")
                    .hint("take a /27 or larger")
                    .document("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer");
            }
        }
    }
}

/// Settings that only one type of load balancer has, by what their keys begin with.
const APPLICATION_ONLY: &[&str] = &[
    "idle_timeout.",
    "client_keep_alive.",
    "connection_logs.",
    "routing.http",
    "waf.",
];

fn settings_are_of_its_type(view: &View, report: &mut Report) {
    for balancer in view.all::<LoadBalancer>() {
        let Some(settings) = &balancer.load_balancer_attributes else {
            continue;
        };
        for (key, value) in super::pairs(settings) {
            let application = APPLICATION_ONLY.iter().any(|start| key.starts_with(start));
            let wrong = match is_network(&balancer) {
                Some(true) if application => "is a setting of application load balancers",
                Some(false) if key == "load_balancing.cross_zone.enabled" && value == "false" => {
                    "can't be switched off for an application load balancer"
                }
                _ => continue,
            };
            let property = format!("LoadBalancerAttributes/{key}");
            report
                .error(balancer.declaration, property, wrong)
                .rule("each type of load balancer has settings of its own (InvalidConfigurationRequest)")
                .hint("leave the setting out")
                .document(ATTRIBUTES);
        }
    }
}

#[cfg(test)]
#[path = "load_balancer_tests.rs"]
mod tests;
