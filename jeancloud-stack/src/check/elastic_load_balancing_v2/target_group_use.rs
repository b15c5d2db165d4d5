//! Rules for which load balancers a target group goes with.

use std::collections::BTreeSet;

use jeancloud_model::{
    Address, Input,
    elastic_load_balancing_v2::{
        IpAddressType, Listener, ListenerRule, LoadBalancer, Protocol, ProtocolVersion,
        TargetGroup, TargetGroupIpAddressType, TargetType,
    },
    reference,
};

use super::super::{Report, Rule};
use crate::{Declaration, Declared, View};

const GROUPS: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html";

pub(super) const ONE_BALANCER: Rule = Rule {
    name: "target-group-one-balancer",
    check: a_target_group_has_one_balancer,
};
pub(super) const KIND: Rule = Rule {
    name: "target-group-kind",
    check: what_targets_are_fits_what_is_spoken,
};
pub(super) const LISTENER: Rule = Rule {
    name: "target-group-listener",
    check: listeners_speak_what_the_group_needs,
};

/// The listeners that forward to a target group, themselves or by a rule.
fn listeners_of<'v>(view: &'v View, group: Address) -> Vec<Declared<'v, Listener>> {
    let names = |declaration: &Declaration| {
        let mut found = false;
        reference::each(&declaration.properties, &mut |address, _| {
            found |= address == group.as_str()
        });
        found
    };
    let own = view
        .all::<Listener>()
        .filter(|listener| names(listener.declaration));
    let rules = view
        .all::<ListenerRule>()
        .filter(|rule| names(rule.declaration));
    let by_rule = rules.filter_map(|rule| view.target::<Listener>(&rule.resource.listener_arn));
    own.chain(by_rule).collect()
}

fn a_target_group_has_one_balancer(view: &View, report: &mut Report) {
    for group in view.all::<TargetGroup>() {
        let listeners = listeners_of(view, group.address());
        let balancers: BTreeSet<&str> = listeners
            .iter()
            .filter_map(|listener| {
                view.target::<LoadBalancer>(&listener.resource.load_balancer_arn)
            })
            .map(|balancer| balancer.address().as_str())
            .collect();
        if balancers.len() > 1 {
            let balancers: Vec<&str> = balancers.into_iter().collect();
            report
                .error(
                    group.declaration,
                    "",
                    format!("gets requests of {}", balancers.join(" and ")),
                )
                .rule("a target group belongs to one load balancer (TargetGroupAssociationLimit)")
                .hint("declare a target group for each; a service takes several")
                .document(GROUPS);
        }
    }
}

fn what_targets_are_fits_what_is_spoken(view: &View, report: &mut Report) {
    for group in view.all::<TargetGroup>() {
        let kind = group.target_type.as_ref().and_then(Input::known);
        let protocol = group.protocol.known();
        let (property, wrong, hint) = match (kind, protocol) {
            (Some(TargetType::Alb), Some(protocol)) if *protocol != Protocol::Tcp => (
                "Protocol",
                format!("is {protocol} for a group of a load balancer"),
                "`.protocol(Protocol::Tcp)`",
            ),
            (Some(TargetType::Alb), _) if is_ipv6(&group) => (
                "IpAddressType",
                "is ipv6 for a group of a load balancer".to_owned(),
                "leave it out",
            ),
            _ => continue,
        };
        report
            .error(group.declaration, property, wrong)
            .rule("an application load balancer is a target over TCP and IPv4 (ValidationError)")
            .hint(hint)
            .document("https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html");
    }
}

fn is_ipv6(group: &TargetGroup) -> bool {
    let kind = group.ip_address_type.as_ref();
    kind.and_then(Input::known) == Some(&TargetGroupIpAddressType::Ipv6)
}

fn listeners_speak_what_the_group_needs(view: &View, report: &mut Report) {
    for group in view.all::<TargetGroup>() {
        let grpc =
            group.protocol_version.as_ref().and_then(Input::known) == Some(&ProtocolVersion::Grpc);
        for listener in listeners_of(view, group.address()) {
            let plain = listener.resource.protocol.known() == Some(&Protocol::Http);
            let balancer = view.target::<LoadBalancer>(&listener.resource.load_balancer_arn);
            let ipv4 = balancer.is_some_and(|balancer| {
                let kind = balancer.resource.ip_address_type.as_ref().map(Input::known);
                matches!(kind, None | Some(Some(IpAddressType::Ipv4)))
            });
            let (property, wrong, hint) = if grpc && plain {
                (
                    "ProtocolVersion",
                    format!("is GRPC, and {} speaks HTTP", listener.address()),
                    "`.protocol(Protocol::Https)` on the listener, with a certificate",
                )
            } else if is_ipv6(&group) && ipv4 {
                (
                    "IpAddressType",
                    format!(
                        "is ipv6, and {} is a listener of a load balancer of IPv4",
                        listener.address()
                    ),
                    "`.ip_address_type(IpAddressType::Dualstack)` on the load balancer",
                )
            } else {
                continue;
            };
            report
                .error(group.declaration, property, wrong)
                .rule("gRPC comes in over HTTPS; targets of IPv6 stand behind load balancers of both families (InvalidConfigurationRequest)")
                .hint(hint)
                .document(GROUPS);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::elastic_load_balancing_v2::{
        LoadBalancer, Protocol, ProtocolVersion, Scheme, TargetGroup, TargetGroupIpAddressType,
        TargetType,
    };

    use super::super::testing::{balancer, listener, targets};
    use crate::check::testing::{Healthy, broken};

    fn used(h: &Healthy<'_>, group: TargetGroup) {
        let group = h.scope.add("targets", group);
        listener(h, &balancer(h), &group);
    }

    #[test]
    fn a_target_group_has_one_balancer() {
        assert_snapshot!(broken("target-group-one-balancer", |h| {
            let (first, targets) = (balancer(h), targets(h));
            listener(h, &first, &targets);
            let group = jeancloud_model::Handle::declared(h.scope.address().join("group"));
            let second = LoadBalancer::builder().scheme(Scheme::Internal).subnets(h.subnets).security_groups([&group]);
            let second = h.scope.add("alb-2", second.build());
            listener(&Healthy { scope: h.scope.component("second"), ..*h }, &second, &targets);
        }), @"
        error: main/targets: gets requests of main/alb and main/alb-2
          rule: a target group belongs to one load balancer (TargetGroupAssociationLimit)
          hint: declare a target group for each; a service takes several
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
        ");
    }

    #[test]
    fn a_balancer_is_a_target_over_tcp() {
        assert_snapshot!(broken("target-group-kind", |h| {
            used(h, TargetGroup::builder().vpc_id(&h.vpc).port(80).protocol(Protocol::Http)
                .target_type(TargetType::Alb).build());
        }), @"
        error: main/targets: Protocol is HTTP for a group of a load balancer
          rule: an application load balancer is a target over TCP and IPv4 (ValidationError)
          hint: `.protocol(Protocol::Tcp)`
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
        ");
    }

    #[test]
    fn grpc_comes_in_over_https() {
        assert_snapshot!(broken("target-group-listener", |h| {
            used(h, TargetGroup::builder().vpc_id(&h.vpc).port(80).protocol(Protocol::Http)
                .protocol_version(ProtocolVersion::Grpc).target_type(TargetType::Ip).build());
        }), @"
        error: main/targets: ProtocolVersion is GRPC, and main/listener speaks HTTP
          rule: gRPC comes in over HTTPS; targets of IPv6 stand behind load balancers of both families (InvalidConfigurationRequest)
          hint: `.protocol(Protocol::Https)` on the listener, with a certificate
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
        ");
    }

    #[test]
    fn targets_of_ipv6_stand_behind_both_families() {
        assert_snapshot!(broken("target-group-listener", |h| {
            used(h, TargetGroup::builder().vpc_id(&h.vpc).port(80).protocol(Protocol::Http)
                .ip_address_type(TargetGroupIpAddressType::Ipv6).target_type(TargetType::Ip).build());
        }), @"
        error: main/targets: IpAddressType is ipv6, and main/listener is a listener of a load balancer of IPv4
          rule: gRPC comes in over HTTPS; targets of IPv6 stand behind load balancers of both families (InvalidConfigurationRequest)
          hint: `.ip_address_type(IpAddressType::Dualstack)` on the load balancer
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
        ");
    }
}
