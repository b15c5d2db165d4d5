//! Rules for scalable targets and scaling policies.

mod metric;
mod policy;
mod target;

use super::Rule;

pub(super) const RULES: &[&Rule] = &[
    &metric::LABEL,
    &metric::PERCENT,
    &policy::METRIC,
    &policy::METRIC_ONCE,
    &target::DAEMON,
    &target::ONCE,
    &target::RANGE,
    &target::REGION,
    &target::START,
    &target::WHAT,
];

const TARGET: &str = "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html";
const POLICY: &str =
    "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html";

use jeancloud_model::{application_auto_scaling::ScalableTarget, ecs::Service};

use crate::{Declared, View};

/// The declared service that a target scales.
fn service_of<'v>(view: &'v View, target: &ScalableTarget) -> Option<Declared<'v, Service>> {
    let mut services = target.resource_id.references();
    services.find_map(|reference| view.referred::<Service>(reference))
}
