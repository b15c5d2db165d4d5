//! Rules for Elastic Load Balancing, version 2. One file per subject.

mod action;
mod certificate;
mod listener;
mod listener_rule;
mod load_balancer;
mod target_group;
#[cfg(test)]
mod testing;

use jeancloud_model::elastic_load_balancing_v2::Attributes;

use super::Rule;

pub(super) const RULES: &[&Rule] = &[
    &load_balancer::SUBNETS,
    &load_balancer::ZONES,
    &load_balancer::ONE_VPC,
    &load_balancer::GROUPS,
    &load_balancer::SETTINGS,
    &load_balancer::LOGS,
    &target_group::USED,
    &target_group::HEALTH_TIMES,
    &target_group::HEALTH_PROTOCOL,
    &target_group::HEALTH_OFF,
    &target_group::VERSION,
    &target_group::SETTINGS,
    &listener::PORT_ONCE,
    &listener::PROTOCOL,
    &listener::TARGETS,
    &certificate::NEEDED,
    &certificate::REGION,
    &certificate::POLICY,
    &action::ORDER,
    &action::REDIRECT,
    &listener_rule::PRIORITY_ONCE,
    &listener_rule::CONDITIONS,
];

/// Keys and values of settings, as far as they are known.
fn pairs<A: serde::Serialize>(settings: &Attributes<A>) -> Vec<(String, String)> {
    settings.resolved()
}
