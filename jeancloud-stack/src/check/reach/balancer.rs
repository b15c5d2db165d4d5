//! What load balancers have to reach, and who has to reach them.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{
    Address, Input, Port, Resource,
    ec2::{IntoPorts, SecurityGroup, SecurityGroupId, Traffic},
    ecs::{Service, TaskDefinition},
    elastic_load_balancing_v2::{
        Listener, ListenerRule, LoadBalancer, LoadBalancerType, Protocol, TargetGroup,
    },
    reference,
};

use super::{
    super::{Report, Rule, ec2::traffic},
    place::{self, Place},
};
use crate::{Declaration, Declared, View};

const BALANCER_GROUPS: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html";

pub(super) const TARGETS: Rule = Rule {
    name: "reach-targets",
    check: a_balancer_reaches_the_tasks,
};
pub(super) const HEALTH_PORT: Rule = Rule {
    name: "reach-health-port",
    check: somebody_answers_health_checks,
};
pub(super) const LISTENERS: Rule = Rule {
    name: "reach-listener",
    check: a_listener_can_be_reached,
};

fn a_balancer_reaches_the_tasks(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        let Some(place) = Place::of(view, service.resource) else {
            continue;
        };
        for target in &service.resource.load_balancers {
            let group = view.target::<TargetGroup>(&target.target_group_arn);
            let (Some(group), Some(port)) = (group, target.container_port.known()) else {
                continue;
            };
            for balancer in balancers_of(view, group.address()).into_values() {
                for (traffic, what) in asked(group.resource, *port) {
                    let Some(between) = closed(view, &balancer, &place, traffic) else {
                        continue;
                    };
                    let wrong = format!(
                        "hides its tasks from {}: {between} no rules let {what} pass",
                        balancer.address(),
                    );
                    report
                        .error(service.declaration, "NetworkConfiguration", wrong)
                        .rule("a load balancer sends requests and health checks to its targets' port: its groups let them out, the targets' groups let them in")
                        .hint(way_in(&balancer, traffic))
                        .document(BALANCER_GROUPS);
                }
            }
        }
    }
}

/// What a load balancer sends to the tasks of a target group: requests, and health checks where
/// they go elsewhere.
fn asked(group: &TargetGroup, port: Port) -> Vec<(Traffic, String)> {
    let mut all = Vec::new();
    match group.protocol.known() {
        Some(Protocol::Udp) => all.push((udp(port), format!("port {port} of UDP"))),
        Some(Protocol::TcpUdp) => {
            all.push((to(port), format!("port {port}")));
            all.push((udp(port), format!("port {port} of UDP")));
        }
        _ => all.push((to(port), format!("port {port}"))),
    }
    if let Some(other) = health_port(group).filter(|other| *other != port) {
        all.push((to(other), format!("port {other} of its health checks")));
    }
    all
}

/// The port that health checks ask, where it is a number.
fn health_port(group: &TargetGroup) -> Option<Port> {
    let port = group.health_check_port.as_ref()?.known()?;
    port.as_str().parse().ok().map(Port::new)
}

/// Between what no rules let the traffic pass, if none do.
fn closed(
    view: &View,
    balancer: &Declared<'_, LoadBalancer>,
    place: &Place<'_>,
    traffic: Traffic,
) -> Option<String> {
    let tasks = place.group_names();
    if is_bare(balancer) {
        let mut groups = place.groups.iter();
        let open = groups.any(|group| traffic::may_enter_from_addresses(view, group, traffic));
        return (!open).then(|| format!("it has no groups, and into {tasks}, from addresses,"));
    }
    let groups = declared_groups(view, balancer)?;
    let open = traffic::may_reach(view, groups, place.groups, traffic);
    let balancer = place::names(view, groups);
    (!open).then(|| format!("between {balancer} and {tasks}"))
}

/// Whether a load balancer has no groups, so that its targets see addresses: its own, or clients'.
fn is_bare(balancer: &LoadBalancer) -> bool {
    let kind = balancer.load_balancer_type.as_ref();
    kind.and_then(Input::known) == Some(&LoadBalancerType::Network)
        && balancer.security_groups.is_empty()
}

fn way_in(balancer: &LoadBalancer, traffic: Traffic) -> String {
    let what = match traffic {
        Traffic::Udp(ports) => format!("udp({ports})"),
        Traffic::Tcp(ports) => format!("tcp({ports})"),
        other => other.to_string(),
    };
    match is_bare(balancer) {
        true => format!(
            "`scope.allow({what}.from(vpc_block).to(&tasks))`, and from the clients' blocks where their addresses are kept"
        ),
        false => format!("`scope.allow({what}.from(&balancer).to(&tasks))`"),
    }
}

fn somebody_answers_health_checks(view: &View, report: &mut Report) {
    for service in view.all::<Service>() {
        let Some(task) = view.target::<TaskDefinition>(&service.resource.task_definition) else {
            continue;
        };
        for target in &service.resource.load_balancers {
            let Some(group) = view.target::<TargetGroup>(&target.target_group_arn) else {
                continue;
            };
            let Some(port) = health_port(group.resource) else {
                continue;
            };
            let mappings = task.resource.container_definitions.iter();
            let mut mappings = mappings.flat_map(|container| &container.port_mappings);
            if mappings.any(|mapping| {
                mapping
                    .container_port
                    .known()
                    .is_none_or(|own| *own == port)
            }) {
                continue;
            }
            let wrong = format!(
                "asks port {port}, which is no port mapping of {}",
                task.address()
            );
            report
                .warning(group.declaration, "HealthCheckPort", wrong)
                .rule("a task whose health checks nobody answers is stopped and started again, for ever")
                .hint("leave it out: health checks then ask the port that gets the requests")
                .document("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html");
        }
    }
}

fn a_listener_can_be_reached(view: &View, report: &mut Report) {
    for listener in view.all::<Listener>() {
        let balancer = view.target::<LoadBalancer>(&listener.load_balancer_arn);
        let (Some(balancer), Some(port)) = (balancer, listener.port.known()) else {
            continue;
        };
        let Some(groups) = declared_groups(view, &balancer) else {
            continue;
        };
        let ways = match listener.protocol.known() {
            Some(Protocol::Udp) => vec![udp(*port)],
            Some(Protocol::TcpUdp) | None => vec![to(*port), udp(*port)],
            _ => vec![to(*port)],
        };
        let open = |group| {
            let mut ways = ways.iter();
            ways.any(|traffic| traffic::may_pass(view, group, false, *traffic, None))
        };
        if !groups.iter().any(open) {
            let wrong = format!(
                "is {port}, where {} lets nobody in",
                place::names(view, groups)
            );
            report
                .error(listener.declaration, "Port", wrong)
                .rule("a listener is reached by whom the groups of its load balancer let in on its port")
                .hint(format!("`scope.allow(tcp({port}).from(Anywhere).to(&balancer))`"))
                .document(BALANCER_GROUPS);
        }
    }
}

fn to(port: Port) -> Traffic {
    Traffic::Tcp(port.into_ports())
}

fn udp(port: Port) -> Traffic {
    Traffic::Udp(port.into_ports())
}

/// A load balancer's groups, where it has some and all are declared.
fn declared_groups<'v>(
    view: &View,
    balancer: &Declared<'v, LoadBalancer>,
) -> Option<&'v [Input<SecurityGroupId>]> {
    let groups = &balancer.resource.security_groups[..];
    let declared = |group| view.target::<SecurityGroup>(group).is_some();
    (!groups.is_empty() && groups.iter().all(declared)).then_some(groups)
}

/// The load balancers whose listeners or rules forward to a target group.
fn balancers_of<'v>(
    view: &'v View,
    target_group: Address,
) -> BTreeMap<Address, Declared<'v, LoadBalancer>> {
    let forwards =
        |declaration: &Declaration| named::<TargetGroup>(view, declaration).contains(&target_group);
    let rules = view
        .all::<ListenerRule>()
        .filter(|rule| forwards(rule.declaration));
    let by_rules = rules.filter_map(|rule| view.target::<Listener>(&rule.resource.listener_arn));
    let listeners = view
        .all::<Listener>()
        .filter(|listener| forwards(listener.declaration));
    listeners
        .chain(by_rules)
        .filter_map(|listener| view.target::<LoadBalancer>(&listener.resource.load_balancer_arn))
        .map(|balancer| (balancer.address(), balancer))
        .collect()
}

/// The declared resources of a type that a declaration refers to.
fn named<R: Resource>(view: &View, declaration: &Declaration) -> BTreeSet<Address> {
    let mut found = BTreeSet::new();
    reference::each(&declaration.properties, &mut |address, _| {
        let target = view.get(Address::new(address));
        found.extend(
            target
                .filter(|target| target.type_name == R::TYPE)
                .map(|target| target.address),
        );
    });
    found
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Handle,
        ec2::{Anywhere, SecurityGroup, tcp},
    };

    use super::super::testing::{System, system};
    use crate::check::testing::{broken, healthy};

    #[test]
    fn a_balancer_reaches_the_tasks() {
        assert_snapshot!(broken("reach-targets", |h| {
            system(h, System { from_balancer: false, ..System::default() });
        }), @r#"
        error: main/app/service: NetworkConfiguration hides its tasks from main/app/alb: between main/app/sg-balancer and main/app/sg-tasks no rules let port 8000 pass
          rule: a load balancer sends requests and health checks to its targets' port: its groups let them out, the targets' groups let them in
          hint: `scope.allow(tcp(8000).from(&balancer).to(&tasks))`
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html
        "#);
    }

    #[test]
    fn a_listener_can_be_reached() {
        assert_snapshot!(broken("reach-listener", |h| {
            system(h, System { from_clients: false, ..System::default() });
        }), @r#"
        error: main/app/listener: Port is 80, where main/app/sg-balancer lets nobody in
          rule: a listener is reached by whom the groups of its load balancer let in on its port
          hint: `scope.allow(tcp(80).from(Anywhere).to(&balancer))`
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html
        "#);
    }

    #[test]
    fn health_checks_reach_the_tasks() {
        assert_snapshot!(broken("reach-targets", |h| {
            system(h, System { health_port: Some(9000), ..System::default() });
        }), @"
        error: main/app/service: NetworkConfiguration hides its tasks from main/app/alb: between main/app/sg-balancer and main/app/sg-tasks no rules let port 9000 of its health checks pass
          rule: a load balancer sends requests and health checks to its targets' port: its groups let them out, the targets' groups let them in
          hint: `scope.allow(tcp(9000).from(&balancer).to(&tasks))`
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html
        ");
    }

    #[test]
    fn somebody_answers_health_checks() {
        assert_snapshot!(broken("reach-health-port", |h| {
            system(h, System { health_port: Some(9000), ..System::default() });
            let group = |name| Handle::<SecurityGroup>::declared(h.scope.address().join("app").join(name));
            h.scope.allow(tcp(9000).from(&group("sg-balancer")).to(&group("sg-tasks")));
        }), @"
        warning: main/app/targets: HealthCheckPort asks port 9000, which is no port mapping of main/app/task
          rule: a task whose health checks nobody answers is stopped and started again, for ever
          hint: leave it out: health checks then ask the port that gets the requests
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
        ");
    }

    #[test]
    fn a_network_balancer_without_groups_comes_from_addresses() {
        assert_snapshot!(broken("reach-targets", |h| {
            system(h, System { network: true, ..System::default() });
        }), @"
        error: main/app/service: NetworkConfiguration hides its tasks from main/app/alb: it has no groups, and into main/app/sg-tasks, from addresses, no rules let port 8000 pass
          rule: a load balancer sends requests and health checks to its targets' port: its groups let them out, the targets' groups let them in
          hint: `scope.allow(tcp(8000).from(vpc_block).to(&tasks))`, and from the clients' blocks where their addresses are kept
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html
        ");
        healthy(|h| {
            system(
                h,
                System {
                    network: true,
                    ..System::default()
                },
            );
            let tasks = h.scope.address().join("app").join("sg-tasks");
            let tasks = Handle::<SecurityGroup>::declared(tasks);
            h.scope.allow(tcp(8000).from(Anywhere).to(&tasks));
        });
    }
}
