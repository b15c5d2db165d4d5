//! What load balancers have to reach, and who has to reach them.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{
    Address, Input, Port, Resource,
    ec2::{IntoPorts, SecurityGroup, SecurityGroupId, Traffic},
    ecs::Service,
    elastic_load_balancing_v2::{Listener, ListenerRule, LoadBalancer, TargetGroup},
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
                let Some(groups) = declared_groups(view, &balancer) else {
                    continue;
                };
                if traffic::may_reach(view, groups, place.groups, to(*port)) {
                    continue;
                }
                let wrong = format!(
                    "hides its tasks from {}: between {} and {} no rules let port {port} pass",
                    balancer.address(),
                    place::names(view, groups),
                    place.group_names(),
                );
                report
                    .error(service.declaration, "NetworkConfiguration", wrong)
                    .rule("a load balancer sends requests and health checks to its targets' port: its groups let them out, the targets' groups let them in")
                    .hint(format!("`scope.allow(tcp({port}).from(&balancer).to(&tasks))`"))
                    .document(BALANCER_GROUPS);
            }
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
        let open = |group| {
            [to(*port), Traffic::Udp(port.into_ports())]
                .into_iter()
                .any(|traffic| traffic::may_pass(view, group, false, traffic, None))
        };
        if !groups.iter().any(open) {
            let wrong = format!(
                "is {port}, where {} lets nobody in",
                place::names(view, groups)
            );
            report
                .warning(listener.declaration, "Port", wrong)
                .rule("a listener is reached by whom the groups of its load balancer let in on its port")
                .hint(format!("`scope.allow(tcp({port}).from(Anywhere).to(&balancer))`"))
                .document(BALANCER_GROUPS);
        }
    }
}

fn to(port: Port) -> Traffic {
    Traffic::Tcp(port.into_ports())
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

    use super::super::testing::{System, system};
    use crate::check::testing::broken;

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
        warning: main/app/listener: Port is 80, where main/app/sg-balancer lets nobody in
          rule: a listener is reached by whom the groups of its load balancer let in on its port
          hint: `scope.allow(tcp(80).from(Anywhere).to(&balancer))`
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html
        "#);
    }
}
