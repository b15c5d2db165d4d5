//! [`Provider`]: how the engine talks to AWS, and [`ProviderError`]: what AWS answers instead.
//!
//! `jeancloud-aws` implements it over the SDK clients; tests implement it over a map. Properties
//! cross this border resolved: JSON in CloudFormation's shape, without markers.

use std::{collections::BTreeMap, error::Error, fmt, time::Duration};

use async_trait::async_trait;
use jeancloud_model::Region;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

pub use crate::ownership::{Marks, Ownership};
use crate::time::SimulatedTime;

/// Who a stack talks to: state and saved plans are refused under another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// `aws`, `aws-cn` or `aws-us-gov`.
    pub partition: String,
    /// The twelve digits.
    pub id: String,
    /// The endpoint, where it is not AWS's own.
    pub endpoint: Option<String>,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "account {} ({})", self.id, self.partition)?;
        match &self.endpoint {
            Some(endpoint) => write!(f, " at {endpoint}"),
            None => Ok(()),
        }
    }
}

/// A type in a region: what a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place<'a> {
    /// CloudFormation's name of the type.
    pub type_name: &'a str,
    /// Where.
    pub region: Region,
}

/// What AWS has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// Its physical id.
    pub id: String,
    /// Its properties in CloudFormation's shape and jeancloud's spelling, without the ownership
    /// tags.
    pub properties: Json,
    /// Its outputs, by CloudFormation's attribute name.
    pub outputs: BTreeMap<String, Json>,
    /// What its ownership tags say; `None` where it has none, or its type can't carry tags.
    pub ownership: Option<Ownership>,
    /// AWS is deleting it, which takes a while: it is in the way until then, and of no use.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub going: bool,
}

/// Something to look for by its identity.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Where it is declared, which generation, by which stack.
    pub ownership: Ownership,
    /// Its properties, resolved as far as they are known: what can't be known has markers.
    pub properties: Json,
}

/// Something found by its identity.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Whose it is: from its tags, or from the one wanted where it is known by parent and key.
    pub ownership: Ownership,
    /// Its physical id.
    pub id: String,
}

/// What to create.
#[derive(Clone, Debug, PartialEq)]
pub struct Create {
    /// Whose it will be.
    pub ownership: Ownership,
    /// Its properties, resolved.
    pub properties: Json,
    /// A token of this very intent, for calls that take a client token or caller reference: a
    /// repeated call with the same token makes nothing twice.
    pub token: String,
    /// How long AWS may take, where the author says it; otherwise as long as each wait says.
    pub timeout: Option<Duration>,
}

/// What to change.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// Whose it is.
    pub ownership: Ownership,
    /// Its physical id.
    pub id: String,
    /// Its properties before: observed, or as last applied.
    pub before: Json,
    /// Its properties after, resolved; what was removed stands with AWS's default.
    pub after: Json,
    /// The properties that change, by top-level name.
    pub changed: Vec<String>,
    /// How long AWS may take, where the author says it; otherwise as long as each wait says.
    pub timeout: Option<Duration>,
}

/// Whose something is from now on.
#[derive(Clone, Debug, PartialEq)]
pub struct Own {
    /// Its physical id.
    pub id: String,
    /// Its properties: they stay as they are.
    pub properties: Json,
    /// Whose it is, by its tags; `None`: no stack's.
    pub before: Option<Ownership>,
    /// Whose it will be; `None`: nobody's, jeancloud lets go of it.
    pub after: Option<Ownership>,
}

/// What to delete.
#[derive(Clone, Debug, PartialEq)]
pub struct Delete {
    /// Whose it is.
    pub ownership: Ownership,
    /// Its physical id.
    pub id: String,
    /// Its properties as last applied or observed.
    pub properties: Json,
    /// How long AWS may take, where the author says it; otherwise as long as each wait says.
    pub timeout: Option<Duration>,
}

/// AWS, as the engine sees it.
///
/// `observe` only reads and `find` only looks. `delete` of something gone succeeds. A call returns
/// when AWS says that it is done, within a documented bound.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Who is talked to.
    async fn account(&self) -> Result<Account, ProviderError>;

    /// Reads many resources by id, in as few calls as AWS allows. What is gone is not in the
    /// answer.
    async fn observe(
        &self,
        place: Place<'_>,
        ids: &[String],
    ) -> Result<Vec<Observed>, ProviderError>;

    /// Looks for resources by identity, without the state.
    async fn find(&self, place: Place<'_>, wanted: &[Wanted]) -> Result<Vec<Found>, ProviderError>;

    /// Makes the creating call and returns the physical id as soon as AWS gave it, so that the
    /// journal knows it. What follows is [`finish`](Self::finish)'s.
    async fn create(&self, place: Place<'_>, create: &Create) -> Result<String, ProviderError>;

    /// Does what follows the creating call of `id`: what that call does not take, and waiting until
    /// AWS says that it is ready. Called after `create`, and again for what an interrupted run or a
    /// lost answer left behind, so doing it twice does no harm.
    async fn finish(
        &self,
        place: Place<'_>,
        create: &Create,
        id: &str,
    ) -> Result<(), ProviderError>;

    /// Changes one in place.
    async fn update(&self, place: Place<'_>, update: &Update) -> Result<(), ProviderError>;

    /// Writes other ownership tags, or takes them away, and touches nothing else. A type without
    /// tags has nothing to write.
    async fn own(&self, place: Place<'_>, own: &Own) -> Result<(), ProviderError>;

    /// Deletes one and returns when it is gone.
    async fn delete(&self, place: Place<'_>, delete: &Delete) -> Result<(), ProviderError>;

    /// Answers a lookup: its properties are the question, its outputs the answer.
    async fn read(&self, place: Place<'_>, properties: &Json) -> Result<Observed, ProviderError>;

    /// The IAM actions that jeancloud needs for a type.
    fn permissions(&self, type_name: &str) -> &'static [&'static str];

    /// How many calls about a service may run at once.
    fn parallelism(&self, _service: &str) -> usize {
        8
    }

    /// The time that it lives in, where it isn't the machine's.
    fn time(&self) -> Option<&SimulatedTime> {
        None
    }
}

/// Why AWS did not do what was asked, sorted by what can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// It does not exist.
    NotFound,
    /// Something of this name or key exists and is not ours.
    Conflict,
    /// Too many calls: later it works.
    Throttled,
    /// Something just made is not yet known everywhere: later it works.
    NotYetConsistent,
    /// Something else still uses it: later it may work.
    Dependency,
    /// The credentials may not do this.
    Denied,
    /// There are no credentials, or they have expired.
    Credentials,
    /// A quota of the account is used up.
    Quota,
    /// AWS refuses the input.
    Invalid,
    /// The call's answer was lost: it may have taken effect.
    Unknown,
    /// AWS took it and then it failed: a deployment that rolled back, an instance that did not
    /// start.
    Failed,
    /// It did not get done within its bound.
    TimedOut,
    /// Anything else.
    Other,
}

/// What AWS answered instead: operation, code, message and request id, with a hint where one is
/// known.
#[derive(Debug)]
pub struct ProviderError {
    /// What can be done about it.
    pub kind: ErrorKind,
    /// The API operation, as `CreateVpc`; empty where none was called.
    pub operation: &'static str,
    /// AWS's error code, as `VpcLimitExceeded`.
    pub code: Option<String>,
    /// AWS's message, or ours.
    pub message: String,
    /// AWS's id of the request, which its support asks for.
    pub request_id: Option<String>,
    /// A way out.
    pub hint: Option<String>,
    /// Before AWS answered.
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

impl ProviderError {
    /// An error of our own making.
    pub fn new(kind: ErrorKind, operation: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            operation,
            code: None,
            message: message.into(),
            request_id: None,
            hint: None,
            source: None,
        }
    }

    /// With a way out.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// That something did not get done in time.
    pub fn timed_out(operation: &'static str, what: &str, bound: Duration) -> Self {
        let message = format!("{what} is not there after {} s", bound.as_secs());
        Self::new(ErrorKind::TimedOut, operation, message)
    }

    /// Whether the same call may work later.
    pub fn is_transient(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Throttled | ErrorKind::NotYetConsistent
        )
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.operation.is_empty() {
            write!(f, "{}: ", self.operation)?;
        }
        if let Some(code) = &self.code {
            write!(f, "{code}: ")?;
        }
        write!(f, "{}", self.message)?;
        if let Some(id) = &self.request_id {
            write!(f, " (request {id})")?;
        }
        Ok(())
    }
}

impl Error for ProviderError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}
