//! [`Event`]: what the engine tells while it works. The engine only emits; showing is others' work.

use std::time::Duration;

use jeancloud_model::Address;
use serde::Serialize;

use crate::plan::Op;

/// What happened, one a line of `apply --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// An action began.
    Started {
        /// The action's number.
        action: usize,
        /// What is done.
        op: Op,
        /// To what.
        address: Address,
        /// CloudFormation's name of the type.
        #[serde(rename = "type")]
        type_name: String,
    },
    /// A new resource has its physical id; it may not be ready yet.
    Born {
        /// The action's number.
        action: usize,
        /// Of what.
        address: Address,
        /// The physical id.
        id: String,
    },
    /// An action is tried again.
    Retrying {
        /// The action's number.
        action: usize,
        /// Of what.
        address: Address,
        /// Why.
        reason: String,
    },
    /// An action is done.
    Done {
        /// The action's number.
        action: usize,
        /// What was done.
        op: Op,
        /// To what.
        address: Address,
        /// How long it took, in milliseconds.
        #[serde(rename = "milliseconds", serialize_with = "milliseconds")]
        elapsed: Duration,
    },
    /// An action failed.
    Failed {
        /// The action's number.
        action: usize,
        /// What was to be done.
        op: Op,
        /// To what.
        address: Address,
        /// Why: operation, AWS's code, message and request id.
        error: String,
        /// A way out.
        hint: Option<String>,
    },
    /// An action was not begun, since one that it waits for failed, or the run was interrupted.
    Skipped {
        /// The action's number.
        action: usize,
        /// What was to be done.
        op: Op,
        /// To what.
        address: Address,
        /// Why.
        reason: String,
    },
    /// The end.
    Finished {
        /// How many actions were done.
        done: usize,
        /// How many failed.
        failed: usize,
        /// How many were skipped.
        skipped: usize,
        /// Whether the run was stopped from outside, as by Ctrl-C: the next one goes on from here.
        interrupted: bool,
        /// How long all took, in milliseconds.
        #[serde(rename = "milliseconds", serialize_with = "milliseconds")]
        elapsed: Duration,
    },
}

fn milliseconds<S: serde::Serializer>(
    elapsed: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(elapsed.as_millis().try_into().unwrap_or(u64::MAX))
}
