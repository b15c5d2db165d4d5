//! What the tests of these rules share.

use jeancloud_model::{
    Handle,
    ec2::{Anywhere, SecurityGroup, tcp},
    elastic_load_balancing_v2::{
        Action, Listener, LoadBalancer, Protocol, Scheme, TargetGroup, TargetType,
    },
};

use crate::check::testing::Healthy;

/// A security group of the healthy VPC that lets clients in.
pub(in crate::check) fn group(h: &Healthy<'_>) -> Handle<SecurityGroup> {
    let group = SecurityGroup::builder()
        .vpc_id(&h.vpc)
        .group_description("of the load balancer");
    let group = h.scope.add("group", group.build());
    for port in [80u16, 443] {
        h.scope.allow(tcp(port).from(Anywhere).to(&group));
    }
    group
}

/// A healthy internal load balancer.
pub(in crate::check) fn balancer(h: &Healthy<'_>) -> Handle<LoadBalancer> {
    let balancer = LoadBalancer::builder()
        .scheme(Scheme::Internal)
        .subnets([&h.subnets[0], &h.subnets[1]])
        .security_groups([group(h)]);
    h.scope.add("alb", balancer.build())
}

/// A healthy target group.
pub(in crate::check) fn targets(h: &Healthy<'_>) -> Handle<TargetGroup> {
    let targets = TargetGroup::builder()
        .vpc_id(&h.vpc)
        .port(8000)
        .protocol(Protocol::Http)
        .target_type(TargetType::Ip);
    h.scope.add("targets", targets.build())
}

/// A healthy listener on port 80 that forwards to `targets`.
pub(in crate::check) fn listener(
    h: &Healthy<'_>,
    balancer: &Handle<LoadBalancer>,
    targets: &Handle<TargetGroup>,
) -> Handle<Listener> {
    let listener = Listener::builder()
        .load_balancer_arn(balancer)
        .port(80)
        .protocol(Protocol::Http)
        .default_actions(Action::forward(targets));
    h.scope.add("listener", listener.build())
}
