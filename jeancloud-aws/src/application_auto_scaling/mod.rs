//! Handlers of Application Auto Scaling: scalable targets and scaling policies.

mod scalable_target;
mod scaling_policy;

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(scalable_target::ScalableTargetHandler);
    registry.add(scaling_policy::ScalingPolicyHandler);
}

/// What identifies a target: its parts, which its physical id joins with `|`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct TargetId {
    resource: String,
    dimension: String,
    namespace: String,
}

impl TargetId {
    fn of(physical: &str) -> Option<Self> {
        let mut parts = physical.split('|').map(str::to_owned);
        Some(Self {
            resource: parts.next()?,
            dimension: parts.next()?,
            namespace: parts.next()?,
        })
    }

    fn physical(&self) -> String {
        format!("{}|{}|{}", self.resource, self.dimension, self.namespace)
    }
}
