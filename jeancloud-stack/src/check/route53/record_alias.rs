//! Rules for aliases: what they point to.

use jeancloud_model::{
    Input,
    cloud_front::Distribution,
    elastic_load_balancing_v2::{IpAddressType, LoadBalancer},
    route53::{AliasTarget, HostedZone, RecordSet, RecordType},
};

use super::super::{Report, Rule};
use crate::View;

const ALIASES: &str = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias.html";
const ALIAS_TARGET: &str =
    "https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html";

/// The zone that AWS keeps CloudFront's names in, the same for all.
const CLOUD_FRONT_ZONE: &str = "Z2FDTNDATAQYW2";

pub(super) const ALIAS: Rule = Rule {
    name: "record-alias",
    check: aliases_are_of_a_type_that_their_target_has,
};
pub(super) const ZONE: Rule = Rule {
    name: "record-alias-zone",
    check: zones_are_those_of_the_targets,
};
pub(super) const TARGET: Rule = Rule {
    name: "record-alias-target",
    check: targets_in_the_zone_are_there,
};
pub(super) const ALIAS_ANSWERS: Rule = Rule {
    name: "record-alias-answers",
    check: targets_answer_to_the_name,
};

/// What an alias points to, as far as the stack says it.
enum Target<'v> {
    Balancer(crate::Declared<'v, LoadBalancer>),
    Distribution,
}

fn target<'v>(view: &'v View, alias: &AliasTarget) -> Option<Target<'v>> {
    if let Some(balancer) = view.target::<LoadBalancer>(&alias.dns_name) {
        return Some(Target::Balancer(balancer));
    }
    if view.target::<Distribution>(&alias.dns_name).is_some() {
        return Some(Target::Distribution);
    }
    let zone = alias.hosted_zone_id.known()?;
    (zone.as_str() == CLOUD_FRONT_ZONE).then_some(Target::Distribution)
}

fn aliases_are_of_a_type_that_their_target_has(view: &View, report: &mut Report) {
    for record in view.all::<RecordSet>() {
        let Some(alias) = &record.alias_target else {
            continue;
        };
        let (Some(target), Some(kind)) = (target(view, alias), record.record_type.known()) else {
            continue;
        };
        let (fits, types) = match target {
            Target::Balancer(_) => (
                matches!(kind, RecordType::A | RecordType::AAAA),
                "A or AAAA",
            ),
            Target::Distribution => {
                let fits = matches!(kind, RecordType::A | RecordType::AAAA | RecordType::HTTPS);
                (fits, "A, AAAA or HTTPS")
            }
        };
        if !fits {
            report
                .error(
                    record.declaration,
                    "Type",
                    format!("is {kind} for an alias"),
                )
                .rule(format!(
                    "an alias to this target is of type {types} (InvalidChangeBatch)"
                ))
                .hint("say `.record_type(RecordType::A)`")
                .document(ALIASES);
        }
        let evaluates = alias.evaluate_target_health.as_ref().and_then(Input::known) == Some(&true);
        if matches!(target, Target::Distribution) && evaluates {
            report
                .error(
                    record.declaration,
                    "AliasTarget/EvaluateTargetHealth",
                    "is true for CloudFront",
                )
                .rule("the health of a distribution can't be evaluated (InvalidChangeBatch)")
                .hint("leave it out")
                .document(ALIASES);
        }
    }
}

fn targets_answer_to_the_name(view: &View, report: &mut Report) {
    for record in view.all::<RecordSet>() {
        let Some(alias) = &record.alias_target else {
            continue;
        };
        match target(view, alias) {
            Some(Target::Balancer(balancer)) => {
                let v6 = match &balancer.ip_address_type {
                    None => Some(false),
                    Some(kind) => kind.known().map(|kind| *kind != IpAddressType::Ipv4),
                };
                if record.record_type.known() == Some(&RecordType::AAAA) && v6 == Some(false) {
                    let wrong = format!(
                        "is AAAA, and {} has IPv4 addresses only",
                        balancer.address()
                    );
                    report
                        .warning(record.declaration, "Type", wrong)
                        .rule("an alias answers with the addresses that its target has")
                        .hint("make the load balancer dualstack, or leave the record out")
                        .document(ALIASES);
                }
            }
            // Whether a distribution knows the name is one of CloudFront's rules.
            Some(Target::Distribution) => {
                let Some(distribution) = view.target::<Distribution>(&alias.dns_name) else {
                    continue;
                };
                let v6 = match &distribution.resource.distribution_config.ipv6_enabled {
                    None => Some(false),
                    Some(on) => on.known().copied(),
                };
                if record.record_type.known() == Some(&RecordType::AAAA) && v6 == Some(false) {
                    let wrong = format!(
                        "is AAAA, and {} has IPv4 addresses only",
                        distribution.address()
                    );
                    report
                        .warning(record.declaration, "Type", wrong)
                        .rule("an alias answers with the addresses that its target has")
                        .hint("add `.ipv6_enabled(true)` to the distribution, or leave the record out")
                        .document(ALIASES);
                }
            }
            None => {}
        }
    }
}

/// Whether a name is kept in another zone than the alias says; where it is kept, for the hint.
fn stray(view: &View, alias: &AliasTarget) -> Option<&'static str> {
    const OF_CLOUD_FRONT: &str =
        "`HostedZoneId::new(\"Z2FDTNDATAQYW2\")`, or `.alias_target(&distribution)`";
    const OF_THE_BALANCER: &str =
        "the load balancer's CanonicalHostedZoneID: `.alias_target(&alb)`";
    let zone = &alias.hosted_zone_id;
    let cloud_fronts = zone
        .known()
        .is_some_and(|zone| zone.as_str() == CLOUD_FRONT_ZONE);
    let own = view.target::<HostedZone>(zone).is_some();
    if let Some(balancer) = view.target::<LoadBalancer>(&alias.dns_name) {
        let its = match zone {
            Input::Known(_) => !cloud_fronts,
            Input::Output(reference) => reference.address == balancer.address(),
        };
        return (!its).then_some(OF_THE_BALANCER);
    }
    let name = alias
        .dns_name
        .known()
        .map(|name| name.as_str().trim_end_matches('.'));
    let distribution = view.target::<Distribution>(&alias.dns_name).is_some()
        || name.is_some_and(|name| name.ends_with(".cloudfront.net"));
    if distribution {
        return (!cloud_fronts).then_some(OF_CLOUD_FRONT);
    }
    let balancer = name.is_some_and(|name| name.ends_with(".elb.amazonaws.com"));
    (balancer && (own || cloud_fronts)).then_some(OF_THE_BALANCER)
}

fn zones_are_those_of_the_targets(view: &View, report: &mut Report) {
    for record in view.all::<RecordSet>() {
        let Some(alias) = &record.resource.alias_target else {
            continue;
        };
        if let Some(right) = stray(view, alias) {
            report
                .error(
                    record.declaration,
                    "AliasTarget/HostedZoneId",
                    "is another zone than the one that AWS keeps the target's name in",
                )
                .rule("an alias names the zone of its target, not that of the record (InvalidChangeBatch: the alias target name does not lie within the target zone)")
                .hint(format!("write {right}"))
                .document(ALIAS_TARGET);
        }
    }
}

/// An alias inside its own zone points to a record set of the same type that is there.
fn targets_in_the_zone_are_there(view: &View, report: &mut Report) {
    for record in view.all::<RecordSet>() {
        let Some(alias) = &record.resource.alias_target else {
            continue;
        };
        let inside = view.same(&alias.hosted_zone_id, &record.resource.hosted_zone_id);
        let own = view
            .target::<HostedZone>(&record.resource.hosted_zone_id)
            .is_some();
        let (Some(name), Some(kind), true, true) = (
            alias.dns_name.known(),
            record.resource.record_type.known(),
            inside,
            own,
        ) else {
            continue;
        };
        let name = name.as_str().trim_end_matches('.');
        let there = view.all::<RecordSet>().any(|other| {
            other.address() != record.address()
                && view.same(
                    &other.resource.hosted_zone_id,
                    &record.resource.hosted_zone_id,
                )
                && other
                    .resource
                    .name
                    .known()
                    .is_none_or(|it| it.as_str().eq_ignore_ascii_case(name))
                && other
                    .resource
                    .record_type
                    .known()
                    .is_none_or(|it| it == kind)
        });
        if !there && stray(view, alias).is_none() {
            report
                .error(
                    record.declaration,
                    "AliasTarget/DNSName",
                    format!("is {name}, of which the zone has no record of type {kind}"),
                )
                .rule("an alias inside its zone points to a record set of its own type that is there (InvalidChangeBatch: the alias target name was not found)")
                .hint(format!("declare {name} with the type {kind}, or make this one a CNAME"))
                .document(ALIASES);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Handle,
        elastic_load_balancing_v2::{LoadBalancer, LoadBalancerType, Scheme},
        route53::{AliasTarget, HostedZone, HostedZoneId, RecordSet, RecordType},
    };

    use crate::check::testing::{Healthy, broken};

    fn zone(h: &Healthy<'_>) -> Handle<HostedZone> {
        h.stack
            .global()
            .add("zone", HostedZone::builder().name("example.com").build())
    }

    fn cloud_front() -> AliasTarget {
        AliasTarget::new("d1.cloudfront.net", HostedZoneId::new("Z2FDTNDATAQYW2"))
    }

    #[test]
    fn an_alias_to_cloudfront_is_no_cname() {
        assert_snapshot!(broken("record-alias", |h| {
            h.stack.global().add("www", RecordSet::builder().hosted_zone_id(&zone(h))
                .name("www.example.com").record_type(RecordType::CNAME)
                .alias_target(cloud_front()).build());
        }), @"
        error: global/www: Type is CNAME for an alias
          rule: an alias to this target is of type A, AAAA or HTTPS (InvalidChangeBatch)
          hint: say `.record_type(RecordType::A)`
          see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias.html
        ");
    }

    #[test]
    fn cloudfront_s_health_is_not_evaluated() {
        assert_snapshot!(broken("record-alias", |h| {
            h.stack.global().add("www", RecordSet::builder().hosted_zone_id(&zone(h))
                .name("www.example.com").record_type(RecordType::A)
                .alias_target(cloud_front().evaluate_target_health(true)).build());
        }), @"
        error: global/www: AliasTarget/EvaluateTargetHealth is true for CloudFront
          rule: the health of a distribution can't be evaluated (InvalidChangeBatch)
          hint: leave it out
          see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias.html
        ");
    }

    #[test]
    fn a_balancer_without_ipv6_answers_no_aaaa() {
        assert_snapshot!(broken("record-alias-answers", |h| {
            let balancer = LoadBalancer::builder().scheme(Scheme::Internal)
                .load_balancer_type(LoadBalancerType::Network).subnets([&h.subnets[0]]);
            let balancer = h.scope.add("nlb", balancer.build());
            h.stack.global().add("api", RecordSet::builder().hosted_zone_id(&zone(h))
                .name("api.example.com").record_type(RecordType::AAAA)
                .alias_target(&balancer).build());
        }), @"
        warning: global/api: Type is AAAA, and main/nlb has IPv4 addresses only
          rule: an alias answers with the addresses that its target has
          hint: make the load balancer dualstack, or leave the record out
          see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias.html
        ");
    }

    #[test]
    fn an_alias_names_the_zone_of_its_target() {
        assert_snapshot!(broken("record-alias-zone", |h| {
            let zone = zone(h);
            let alias = AliasTarget::new("d1.cloudfront.net", &zone);
            h.stack.global().add("www", RecordSet::builder().hosted_zone_id(&zone)
                .name("www.example.com").record_type(RecordType::A).alias_target(alias).build());
        }), @r#"
        error: global/www: AliasTarget/HostedZoneId is another zone than the one that AWS keeps the target's name in
          rule: an alias names the zone of its target, not that of the record (InvalidChangeBatch: the alias target name does not lie within the target zone)
          hint: write `HostedZoneId::new("Z2FDTNDATAQYW2")`, or `.alias_target(&distribution)`
          see: https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
        "#);
    }

    #[test]
    fn an_alias_inside_its_zone_points_to_a_record() {
        assert_snapshot!(broken("record-alias-target", |h| {
            let zone = zone(h);
            let alias = AliasTarget::new("api.example.com", &zone);
            h.stack.global().add("www", RecordSet::builder().hosted_zone_id(&zone)
                .name("www.example.com").record_type(RecordType::A).alias_target(alias).build());
        }), @"
        error: global/www: AliasTarget/DNSName is api.example.com, of which the zone has no record of type A
          rule: an alias inside its zone points to a record set of its own type that is there (InvalidChangeBatch: the alias target name was not found)
          hint: declare api.example.com with the type A, or make this one a CNAME
          see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-alias.html
        ");
    }
}
