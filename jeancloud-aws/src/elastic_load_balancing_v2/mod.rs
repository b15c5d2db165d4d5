//! Handlers for Elastic Load Balancing, version 2.

mod common;

mod action;
mod attributes;
mod condition;
mod listener;
mod listener_rule;
mod load_balancer;
mod target_group;

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(listener::ListenerHandler);
    registry.add(listener_rule::ListenerRuleHandler);
    registry.add(load_balancer::LoadBalancerHandler);
    registry.add(target_group::TargetGroupHandler);
}
