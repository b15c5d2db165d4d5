//! Rules for listeners: ports, protocols, and the groups that they forward to.

use jeancloud_model::elastic_load_balancing_v2::{
    Action, Listener, ListenerRule, LoadBalancer, Protocol, TargetGroup,
};

use super::{
    super::{Report, Rule, ec2::traffic::are_other_vpcs},
    load_balancer::{is_network, subnet_ids},
};
use crate::{Declaration, Declared, View};

const CREATE: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html";

pub(super) const PORT_ONCE: Rule = Rule {
    name: "listener-port-once",
    check: a_port_has_one_listener,
};
pub(super) const PROTOCOL: Rule = Rule {
    name: "listener-protocol",
    check: the_protocol_is_of_the_balancer_s_type,
};
pub(super) const TARGETS: Rule = Rule {
    name: "listener-targets",
    check: target_groups_fit_their_listener,
};

fn a_port_has_one_listener(view: &View, report: &mut Report) {
    let listeners: Vec<_> = view.all::<Listener>().collect();
    for (index, listener) in listeners.iter().enumerate() {
        let Some(port) = listener.port.known() else {
            continue;
        };
        let earlier = listeners[..index].iter().find(|earlier| {
            earlier.port.known() == Some(port)
                && view.same(&earlier.load_balancer_arn, &listener.load_balancer_arn)
        });
        if let Some(earlier) = earlier {
            let wrong = format!("{port} is the port of {} too", earlier.address());
            report
                .error(listener.declaration, "Port", wrong)
                .rule("a load balancer has one listener a port (DuplicateListener)")
                .hint("give one of them another port, or make it a rule of the other")
                .document(CREATE);
        }
    }
}

fn the_protocol_is_of_the_balancer_s_type(view: &View, report: &mut Report) {
    for listener in view.all::<Listener>() {
        let balancer = view.target::<LoadBalancer>(&listener.load_balancer_arn);
        let network = balancer.and_then(|balancer| is_network(&balancer));
        let (Some(network), Some(protocol)) = (network, listener.protocol.known()) else {
            continue;
        };
        let http = matches!(protocol, Protocol::Http | Protocol::Https);
        if http == network {
            let (kind, taken) = match network {
                true => ("a network", "TCP, UDP, TCP_UDP and TLS"),
                false => ("an application", "HTTP and HTTPS"),
            };
            report
                .error(
                    listener.declaration,
                    "Protocol",
                    format!("is {protocol} on {kind} load balancer"),
                )
                .rule(format!(
                    "{kind} load balancer speaks {taken} (ValidationError)"
                ))
                .hint(format!(
                    "take one of {taken}, or the other type of load balancer"
                ))
                .document(CREATE);
        }
    }
}

fn target_groups_fit_their_listener(view: &View, report: &mut Report) {
    for listener in view.all::<Listener>() {
        let at = (listener.declaration, "DefaultActions");
        fit(view, report, &listener, at, &listener.default_actions.0);
    }
    for rule in view.all::<ListenerRule>() {
        if let Some(listener) = view.target::<Listener>(&rule.listener_arn) {
            fit(
                view,
                report,
                &listener,
                (rule.declaration, "Actions"),
                &rule.actions.0,
            );
        }
    }
}

fn fit(
    view: &View,
    report: &mut Report,
    listener: &Declared<'_, Listener>,
    (declaration, property): (&Declaration, &str),
    actions: &[Action],
) {
    let tuples = actions.iter().flat_map(|action| match action {
        Action::Forward { config } => &config.target_groups[..],
        _ => &[],
    });
    for group in tuples.filter_map(|tuple| view.target::<TargetGroup>(&tuple.target_group_arn)) {
        let spoken = (listener.protocol.known(), group.protocol.known());
        if let (Some(outside), Some(inside)) = spoken
            && !goes_with(*outside, *inside)
        {
            let wrong = format!(
                "forward {outside} to {}, which takes {inside}",
                group.address()
            );
            report
                .error(declaration, property, wrong)
                .rule("HTTP and HTTPS go to either of the two, TLS to TCP or TLS, TCP to TCP or TCP_UDP, UDP to UDP or TCP_UDP, TCP_UDP to TCP_UDP (ValidationError)")
                .hint("change the protocol of the group or of the listener")
                .document("https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html");
        }
        let Some(balancer) = view.target::<LoadBalancer>(&listener.load_balancer_arn) else {
            continue;
        };
        let subnet = subnet_ids(balancer.resource).next();
        let subnet = subnet.and_then(|id| view.target::<jeancloud_model::ec2::Subnet>(id));
        if subnet.is_some_and(|subnet| are_other_vpcs(view, &subnet.vpc_id, &group.vpc_id)) {
            let wrong = format!("forward to {}, which is in another VPC", group.address());
            report
                .error(declaration, property, wrong)
                .rule("a load balancer forwards to target groups of its own VPC (InvalidConfigurationRequest)")
                .hint("declare the group in the VPC of the load balancer's subnets")
                .document(CREATE);
        }
    }
}

fn goes_with(outside: Protocol, inside: Protocol) -> bool {
    use Protocol::{Http, Https, Tcp, TcpUdp, Tls, Udp};
    match outside {
        Http | Https => matches!(inside, Http | Https),
        Tls => matches!(inside, Tcp | Tls),
        Tcp => matches!(inside, Tcp | TcpUdp),
        Udp => matches!(inside, Udp | TcpUdp),
        TcpUdp => inside == TcpUdp,
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        cidr,
        ec2::Vpc,
        elastic_load_balancing_v2::{
            Action, Listener, LoadBalancer, LoadBalancerType, Protocol, Scheme, TargetGroup,
        },
    };

    use super::super::testing::{balancer, listener, targets};
    use crate::check::testing::{broken, healthy};

    #[test]
    fn a_listener_that_forwards_is_healthy() {
        healthy(|h| {
            listener(h, &balancer(h), &targets(h));
        });
    }

    #[test]
    fn a_port_has_one_listener() {
        assert_snapshot!(broken("listener-port-once", |h| {
            let balancer = balancer(h);
            listener(h, &balancer, &targets(h));
            h.scope.add("again", Listener::builder().load_balancer_arn(&balancer).port(80)
                .protocol(Protocol::Http).default_actions(Action::fixed_response(404, "no")).build());
        }), @"
        error: main/again: Port 80 is the port of main/listener too
          rule: a load balancer has one listener a port (DuplicateListener)
          hint: give one of them another port, or make it a rule of the other
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
        ");
    }

    #[test]
    fn an_application_balancer_speaks_http() {
        assert_snapshot!(broken("listener-protocol", |h| {
            h.scope.add("tcp", Listener::builder().load_balancer_arn(balancer(h)).port(80)
                .protocol(Protocol::Tcp).default_actions(Action::fixed_response(404, "no")).build());
        }), @"
        error: main/tcp: Protocol is TCP on an application load balancer
          rule: an application load balancer speaks HTTP and HTTPS (ValidationError)
          hint: take one of HTTP and HTTPS, or the other type of load balancer
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
        ");
    }

    #[test]
    fn tcp_does_not_go_to_http() {
        assert_snapshot!(broken("listener-targets", |h| {
            let balancer = h.scope.add("nlb", LoadBalancer::builder().scheme(Scheme::Internal)
                .load_balancer_type(LoadBalancerType::Network).subnets([&h.subnets[0]]).build());
            h.scope.add("tcp", Listener::builder().load_balancer_arn(&balancer).port(80)
                .protocol(Protocol::Tcp).default_actions(Action::forward(&targets(h))).build());
        }), @"
        error: main/tcp: DefaultActions forward TCP to main/targets, which takes HTTP
          rule: HTTP and HTTPS go to either of the two, TLS to TCP or TLS, TCP to TCP or TCP_UDP, UDP to UDP or TCP_UDP, TCP_UDP to TCP_UDP (ValidationError)
          hint: change the protocol of the group or of the listener
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html
        ");
    }

    #[test]
    fn targets_are_in_the_balancer_s_vpc() {
        assert_snapshot!(broken("listener-targets", |h| {
            let other = h.scope.add("other", Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build());
            let targets = h.scope.add("targets", TargetGroup::builder().vpc_id(&other).port(80)
                .protocol(Protocol::Http).build());
            listener(h, &balancer(h), &targets);
        }), @"
        error: main/listener: DefaultActions forward to main/targets, which is in another VPC
          rule: a load balancer forwards to target groups of its own VPC (InvalidConfigurationRequest)
          hint: declare the group in the VPC of the load balancer's subnets
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
        ");
    }
}
