//! Rules for load balancers.

use std::collections::BTreeMap;

use jeancloud_model::{
    Input,
    ec2::{SecurityGroup, Subnet, SubnetId},
    elastic_load_balancing_v2::{LoadBalancer, LoadBalancerType},
};

use super::super::{Report, Rule};
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
pub(super) const LOGS: Rule = Rule {
    name: "load-balancer-logs",
    check: logs_have_a_bucket,
};

/// Whether a load balancer is a network load balancer; `None` where that is known later.
pub(super) fn is_network(balancer: &LoadBalancer) -> Option<bool> {
    match &balancer.load_balancer_type {
        None => Some(false),
        Some(kind) => kind.known().map(|kind| *kind == LoadBalancerType::Network),
    }
}

fn subnet_ids(balancer: &LoadBalancer) -> impl Iterator<Item = &Input<SubnetId>> {
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
        for id in subnet_ids(&balancer) {
            let Some(subnet) = view.target::<Subnet>(id) else {
                continue;
            };
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
            .filter(|subnet| differ(&subnet.vpc_id, &first.vpc_id))
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
            .filter(|group| differ(&group.vpc_id, &first.vpc_id))
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

/// Whether two inputs certainly name different things.
pub(super) fn differ<T: jeancloud_model::Value>(one: &Input<T>, other: &Input<T>) -> bool {
    match (one, other) {
        (Input::Known(one), Input::Known(other)) => one != other,
        (Input::Output(one), Input::Output(other)) => {
            one.output == other.output && one.address != other.address
        }
        _ => false,
    }
}

fn an_application_balancer_has_groups(view: &View, report: &mut Report) {
    for balancer in view.all::<LoadBalancer>() {
        if is_network(&balancer) == Some(false) && balancer.security_groups.is_empty() {
            report
                .warning(balancer.declaration, "SecurityGroups", "is empty, so that the VPC's default group holds")
                .rule("an application load balancer without groups gets the default group, which lets in only its own members")
                .hint("give it a group of its own: `.security_groups([&group])`, and say who may come: `scope.allow(tcp(80).from(Anywhere).to(&group))`")
                .document(CREATE);
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

fn logs_have_a_bucket(view: &View, report: &mut Report) {
    for balancer in view.all::<LoadBalancer>() {
        let Some(settings) = balancer.load_balancer_attributes.as_ref().map(|all| &all.0) else {
            continue;
        };
        let logs = [
            (
                "access_logs",
                &settings.access_logs_s3_enabled,
                &settings.access_logs_s3_bucket,
            ),
            (
                "connection_logs",
                &settings.connection_logs_s3_enabled,
                &settings.connection_logs_s3_bucket,
            ),
        ];
        for (what, enabled, bucket) in logs {
            let on = enabled.as_ref().and_then(Input::known) == Some(&true);
            if on && bucket.is_none() {
                let property = format!("LoadBalancerAttributes/{what}.s3.enabled");
                report
                    .error(
                        balancer.declaration,
                        property,
                        "is on, and there is no bucket to write to",
                    )
                    .rule("logs that are enabled have a bucket (InvalidConfigurationRequest)")
                    .hint(format!(
                        "name it: `.{what}_s3_bucket(bucket.bucket_name())`"
                    ))
                    .document(ATTRIBUTES);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Az, cidr,
        ec2::{SecurityGroup, Subnet, Vpc},
        elastic_load_balancing_v2::{
            LoadBalancer, LoadBalancerAttributes, LoadBalancerType, Scheme,
        },
    };

    use super::super::testing::group;
    use crate::check::testing::{broken, healthy};

    #[test]
    fn a_balancer_in_two_zones_is_healthy() {
        healthy(|h| {
            h.scope.add(
                "alb",
                LoadBalancer::builder()
                    .scheme(Scheme::Internal)
                    .subnets([&h.subnets[0], &h.subnets[1]])
                    .security_groups([group(h)])
                    .build(),
            );
        });
    }

    #[test]
    fn subnets_are_named_in_one_way() {
        assert_snapshot!(broken("load-balancer-subnets", |h| {
            h.scope.add("alb", LoadBalancer::builder().scheme(Scheme::Internal)
                .security_groups([group(h)]).build());
        }), @"
        error: main/alb: Subnets is empty, and so is SubnetMappings
          rule: a load balancer has either Subnets or SubnetMappings (ValidationError)
          hint: name its subnets: `.subnets([&public_a, &public_b])`
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
        ");
    }

    #[test]
    fn an_application_balancer_has_two_zones() {
        assert_snapshot!(broken("load-balancer-zones", |h| {
            h.scope.add("alb", LoadBalancer::builder().scheme(Scheme::Internal)
                .subnets([&h.subnets[0]]).security_groups([group(h)]).build());
        }), @"
        error: main/alb: Subnets names one subnet
          rule: an application load balancer has subnets in two zones at least (InvalidSubnet)
          hint: add a subnet of another zone
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
        ");
    }

    #[test]
    fn a_zone_has_one_subnet() {
        assert_snapshot!(broken("load-balancer-zones", |h| {
            let again = h.scope.add("again", Subnet::builder().vpc_id(&h.vpc)
                .cidr_block(cidr!("10.0.9.0/24")).availability_zone(Az::A).build());
            h.scope.add("alb", LoadBalancer::builder().scheme(Scheme::Internal)
                .subnets([&h.subnets[0], &again]).security_groups([group(h)]).build());
        }), @"
        error: main/alb: Subnets main/subnet-a and main/again are both in eu-west-3a
          rule: a load balancer has one subnet a zone (InvalidConfigurationRequest)
          hint: name one subnet of each zone
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
        ");
    }

    #[test]
    fn groups_are_of_the_subnets_vpc() {
        assert_snapshot!(broken("load-balancer-one-vpc", |h| {
            let other = h.scope.add("other", Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build());
            let stranger = h.scope.add("stranger", SecurityGroup::builder().vpc_id(&other)
                .group_description("of another VPC").build());
            h.scope.add("alb", LoadBalancer::builder().scheme(Scheme::Internal)
                .subnets([&h.subnets[0], &h.subnets[1]]).security_groups([&stranger]).build());
        }), @"
        error: main/alb: SecurityGroups main/stranger is in another VPC than main/subnet-a
          rule: a load balancer's subnets and groups are of one VPC (InvalidConfigurationRequest, InvalidSecurityGroup)
          hint: take them from one VPC
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
        ");
    }

    #[test]
    fn the_default_group_is_a_doubt() {
        assert_snapshot!(broken("load-balancer-groups", |h| {
            h.scope.add("alb", LoadBalancer::builder().scheme(Scheme::Internal)
                .subnets([&h.subnets[0], &h.subnets[1]]).build());
        }), @"
        warning: main/alb: SecurityGroups is empty, so that the VPC's default group holds
          rule: an application load balancer without groups gets the default group, which lets in only its own members
          hint: give it a group of its own: `.security_groups([&group])`, and say who may come: `scope.allow(tcp(80).from(Anywhere).to(&group))`
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
        ");
    }

    #[test]
    fn a_network_balancer_has_no_settings_of_http() {
        assert_snapshot!(broken("load-balancer-settings", |h| {
            h.scope.add("nlb", LoadBalancer::builder().scheme(Scheme::Internal)
                .load_balancer_type(LoadBalancerType::Network)
                .subnets([&h.subnets[0]])
                .load_balancer_attributes(LoadBalancerAttributes::builder().idle_timeout_seconds(30).build())
                .build());
        }), @"
        error: main/nlb: LoadBalancerAttributes/idle_timeout.timeout_seconds is a setting of application load balancers
          rule: each type of load balancer has settings of its own (InvalidConfigurationRequest)
          hint: leave the setting out
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
        ");
    }

    #[test]
    fn logs_have_a_bucket() {
        assert_snapshot!(broken("load-balancer-logs", |h| {
            h.scope.add("alb", LoadBalancer::builder().scheme(Scheme::Internal)
                .subnets([&h.subnets[0], &h.subnets[1]]).security_groups([group(h)])
                .load_balancer_attributes(LoadBalancerAttributes::builder().access_logs_s3_enabled(true).build())
                .build());
        }), @"
        error: main/alb: LoadBalancerAttributes/access_logs.s3.enabled is on, and there is no bucket to write to
          rule: logs that are enabled have a bucket (InvalidConfigurationRequest)
          hint: name it: `.access_logs_s3_bucket(bucket.bucket_name())`
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
        ");
    }
}
