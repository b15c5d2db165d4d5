//! [`Goal`]: where a plan leads to.

use serde::{Deserialize, Serialize};

use super::PlanOptions;

/// Where a plan leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Goal {
    /// To what the stack declares, with what is asked of this one plan.
    Stack(PlanOptions),
    /// To nothing.
    Nothing,
    /// To a state without what is at these addresses; it stays in AWS.
    Forget(Vec<String>),
}

impl Goal {
    /// What the stack declares, whole.
    pub fn stack() -> Self {
        Self::Stack(PlanOptions::default())
    }
}
