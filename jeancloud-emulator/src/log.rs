//! [`LoggedCall`]: what was asked.

use std::collections::VecDeque;

use serde_json::Value;

/// Calls that are kept; the oldest go first.
const MOST: usize = 10_000;

/// A call that reached the emulator.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedCall {
    /// The account of the credentials.
    pub account: String,
    /// The region that the call was for.
    pub region: String,
    /// The service, by botocore's name, as `elbv2`.
    pub service: String,
    /// The operation, as `CreateVpc`.
    pub operation: String,
    /// The input by the model's names; null if it couldn't be read.
    pub input: Value,
    /// AWS's error code, if it said no.
    pub error: Option<String>,
    /// Whether the client was answered.
    pub answered: bool,
}

/// The last calls.
#[derive(Debug, Default)]
pub(crate) struct Log(VecDeque<LoggedCall>);

impl Log {
    pub fn add(&mut self, call: LoggedCall) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(call);
    }

    pub fn all(&self) -> Vec<LoggedCall> {
        self.0.iter().cloned().collect()
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }
}
