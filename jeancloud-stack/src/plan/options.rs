//! [`PlanOptions`]: what a person asks of one plan, beside what the stack declares.

use serde::{Deserialize, Serialize};

/// What a person asks of one plan, beside what the stack declares.
///
/// Addresses are patterns: `*` stands for any text, `?` for one character, so that `france/*` is
/// everything in France.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PlanOptions {
    /// Only these addresses, with all that has to be done before (`--target`); none: everything.
    pub targets: Vec<String>,
    /// These are made anew, whether they changed or not (`--replace`).
    pub replace: Vec<String>,
}

impl PlanOptions {
    /// With one more address to plan for.
    #[must_use]
    pub fn target(mut self, pattern: impl Into<String>) -> Self {
        self.targets.push(pattern.into());
        self
    }

    /// With one more address to make anew.
    #[must_use]
    pub fn replace(mut self, pattern: impl Into<String>) -> Self {
        self.replace.push(pattern.into());
        self
    }
}
