//! [`PlanReport`]: what a person should know beside the plan.

use std::fmt::{self, Display, Formatter};

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
    /// What goes with what the plan deletes, by address.
    pub losses: Vec<Loss>,
    /// What is to be done and was not asked for: it is at no target, and no target waits for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
    /// AWS was not asked: what it has is taken from the state, or from nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unasked: bool,
}

/// What becomes of the data of a resource that is deleted, or that is made anew: whether it is lost, for
/// how long it can be had back, or that AWS refuses to delete it as long as there is any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Loss {
    /// Which one.
    pub address: Address,
    /// In words, as `its log events are deleted with it`: the same for all that end so.
    pub text: String,
    /// What is this one's alone, as `the snapshot is web-db-final-abc123`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// `main/logs: its log events are deleted with it`.
impl Display for Loss {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self {
            address,
            text,
            detail,
        } = self;
        write!(f, "{address}: {text}")?;
        match detail {
            Some(detail) => write!(f, " ({detail})"),
            None => Ok(()),
        }
    }
}

/// A note on its way into the report.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Note {
    /// What it is about: a plan that leaves some of it out leaves it out too.
    pub(super) about: Vec<Address>,
    pub(super) text: String,
}

impl Note {
    /// `main/vpc: …`.
    pub(super) fn new(address: Address, text: impl Display) -> Self {
        Self {
            about: vec![address],
            text: format!("{address}: {text}"),
        }
    }
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
