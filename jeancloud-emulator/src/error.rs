//! [`AwsError`]: how an operation says no.

use std::collections::BTreeMap;

use serde_json::Value;

/// An error as AWS answers it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AwsError {
    /// AWS's code, as `DependencyViolation`.
    pub code: String,
    pub message: String,
    /// The HTTP status, where the model doesn't say it.
    pub status: Option<u16>,
    /// More members of the error's shape.
    pub members: BTreeMap<&'static str, Value>,
}

impl AwsError {
    /// An error with the status that the model gives it, or 400.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            status: None,
            members: BTreeMap::new(),
        }
    }

    /// With an HTTP status that the model doesn't name.
    pub fn status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// With another member of the error's shape.
    pub fn with(mut self, member: &'static str, value: impl Into<Value>) -> Self {
        self.members.insert(member, value.into());
        self
    }

    /// An operation that the emulator doesn't know: the reader is a person, so it says what to do.
    pub fn unknown_operation(service: &str, operation: &str) -> Self {
        let message = format!("jeancloud-emulator doesn't answer {service} {operation}");
        Self::new("NotImplemented", message).status(501)
    }

    /// A mistake of the emulator's own.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new("InternalFailure", message).status(500)
    }
}

/// What an operation answers: members of its output, by their names in the model.
pub(crate) type Outcome = Result<Value, AwsError>;
