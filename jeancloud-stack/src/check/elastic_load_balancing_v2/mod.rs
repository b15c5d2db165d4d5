//! Rules for Elastic Load Balancing, version 2. One file per subject.

mod action;
mod certificate;
mod internet;
mod listener;
mod listener_rule;
mod listener_settings;
mod load_balancer;
mod logs;
mod matcher;
mod redirect;
mod target_group;
mod target_group_use;
#[cfg(test)]
pub(in crate::check) mod testing;

use jeancloud_model::elastic_load_balancing_v2::Attributes;

use super::Rule;

pub(super) const RULES: &[&Rule] = &[
    &load_balancer::SUBNETS,
    &load_balancer::ZONES,
    &load_balancer::ONE_VPC,
    &load_balancer::GROUPS,
    &load_balancer::SETTINGS,
    &load_balancer::SIZE,
    &internet::INTERNET,
    &internet::IPV6,
    &internet::MAPPED,
    &logs::LOGS,
    &logs::BUCKET,
    &target_group::USED,
    &target_group::HEALTH_TIMES,
    &target_group::HEALTH_PROTOCOL,
    &target_group::HEALTH_OFF,
    &target_group::VERSION,
    &target_group::SETTINGS,
    &target_group_use::KIND,
    &target_group_use::LISTENER,
    &target_group_use::ONE_BALANCER,
    &matcher::CODES,
    &listener::PORT_ONCE,
    &listener::PROTOCOL,
    &listener::TARGETS,
    &listener_settings::CLIENTS,
    &listener_settings::SETTINGS,
    &certificate::NEEDED,
    &certificate::REGION,
    &certificate::POLICY,
    &action::ORDER,
    &action::PARTS,
    &action::REDIRECT,
    &redirect::LANDING,
    &listener_rule::PRIORITY_ONCE,
    &listener_rule::CONDITIONS,
];

/// Keys and values of settings, as far as they are known.
fn pairs<A: serde::Serialize>(settings: &Attributes<A>) -> Vec<(String, String)> {
    settings.resolved()
}
