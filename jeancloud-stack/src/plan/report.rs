//! [`PlanReport`]: what a person should know beside the plan.

use jeancloud_model::Address;
use serde::Serialize;

use super::{Op, PropertyChange};
use crate::Problem;

/// What a person should know beside the plan itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[must_use = "it says what drifted and what was left alone"]
#[non_exhaustive]
pub struct PlanReport {
    /// What deploys and then does less than it seems to.
    pub warnings: Vec<Problem>,
    /// What AWS has that the last apply didn't leave there.
    pub drift: Vec<Drift>,
    /// What was left alone on purpose, each as one sentence.
    pub notes: Vec<String>,
    /// What is to be done and was not asked for: it is at no target, and no target waits for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
}

/// An action that is in no plan, since it was not asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LeftOut {
    /// What would be done.
    pub op: Op,
    /// To what.
    pub address: Address,
}

/// A resource that is not as the last apply left it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drift {
    /// Which one.
    pub address: Address,
    /// Whether it is gone altogether.
    pub gone: bool,
    /// What differs: `before` as applied, `after` as AWS has it now.
    pub changes: Vec<PropertyChange>,
}

impl Drift {
    /// Somebody deleted it.
    pub(super) fn gone(address: Address) -> Self {
        Self {
            address,
            gone: true,
            changes: Vec::new(),
        }
    }
}
