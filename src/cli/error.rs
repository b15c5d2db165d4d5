//! [`CliError`]: why a command did not do its work, and with which exit code it ends.

use std::{error::Error, io, process::ExitCode};

use jeancloud_stack::{
    engine::EngineError,
    plan::{Ground, PlanError, SavedPlanError},
    provider::ProviderError,
    state::StateError,
};
use thiserror::Error;

use crate::ParamsError;

/// Why a command ended early.
#[derive(Debug, Error)]
pub(crate) enum CliError {
    /// The arguments make no sense together.
    #[error("{wrong}")]
    Usage {
        /// What is wrong.
        wrong: String,
        /// A way out.
        hint: String,
    },
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// The stack function failed.
    #[error("the stack could not be put together")]
    Stack(#[source] Box<dyn Error + Send + Sync>),
    #[error(transparent)]
    Plan(PlanError),
    #[error(transparent)]
    Engine(EngineError),
    #[error("asking AWS whose credentials these are")]
    Account(#[source] ProviderError),
    /// The AWS in the process can't be had.
    #[error("{attempted}")]
    Embedded {
        /// What was tried.
        attempted: String,
        #[source]
        source: Box<dyn Error + Send + Sync>,
        /// A way out.
        hint: String,
    },
    #[error(transparent)]
    State(#[from] StateError),
    #[error("{}", saved(.0))]
    SavedPlan(#[source] SavedPlanError),
    /// The asynchronous runtime did not start.
    #[error("starting")]
    Start(#[source] io::Error),
    /// stdout is gone.
    #[error("writing the result")]
    Output(#[source] io::Error),
    /// stdin is gone.
    #[error("reading the answer")]
    Input(#[source] io::Error),
    /// It was asked, and the answer was no.
    #[error("nothing was changed: the answer was not \"yes\"")]
    Declined,
    /// What went wrong is told already.
    #[error("not everything was done")]
    Told,
    /// Ctrl-C, before anything was changed.
    #[error("interrupted: nothing was changed")]
    Interrupted,
    /// Ctrl-C during a run; what that left is told already.
    #[error("interrupted")]
    Halted,
}

impl From<EngineError> for CliError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Plan(error) => Self::Plan(error),
            EngineError::SavedPlan(error) => Self::SavedPlan(error),
            other => Self::Engine(other),
        }
    }
}

impl From<SavedPlanError> for CliError {
    fn from(error: SavedPlanError) -> Self {
        Self::SavedPlan(error)
    }
}

impl From<PlanError> for CliError {
    fn from(error: PlanError) -> Self {
        Self::Plan(error)
    }
}

impl CliError {
    /// 1 for errors, 130 for an interruption. A reader that went away is none.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Interrupted | Self::Halted => ExitCode::from(130),
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Self::Usage { .. }
            | Self::Params(_)
            | Self::Stack(_)
            | Self::Plan(_)
            | Self::Engine(_)
            | Self::Account(_)
            | Self::Embedded { .. }
            | Self::State(_)
            | Self::SavedPlan(_)
            | Self::Start(_)
            | Self::Output(_)
            | Self::Input(_)
            | Self::Declined
            | Self::Told => ExitCode::from(1),
        }
    }

    /// Whether there is nothing left to say.
    pub(crate) fn is_told(&self) -> bool {
        match self {
            Self::Told | Self::Halted => true,
            Self::Output(error) => error.kind() == io::ErrorKind::BrokenPipe,
            _ => false,
        }
    }

    /// A way out, where one is known that the causes don't name.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. } | Self::Embedded { hint, .. } => Some(hint.clone()),
            Self::Engine(EngineError::OtherAccount { .. }) => Some(
                "use the credentials and the endpoint that it was applied with, or keep another state with --state file:PATH".to_owned(),
            ),
            Self::Account(_) => Some("`plan --offline` shows the plan without asking AWS".to_owned()),
            Self::SavedPlan(error) => way_out(error),
            Self::State(StateError::Locked { .. }) => Some(
                "wait until it is done; the lock goes with its process".to_owned(),
            ),
            Self::State(StateError::Malformed { .. }) => Some(
                "`state rebuild` puts the file aside and makes the state anew from what AWS has".to_owned(),
            ),
            Self::Engine(EngineError::NotOurs { .. }) => Some(
                "the state was changed by hand, or the resource was given away: move the state away, and `state rebuild` makes it anew".to_owned(),
            ),
            Self::State(StateError::OtherStack { .. }) => {
                Some("give each stack a state of its own: --state file:PATH".to_owned())
            }
            _ => None,
        }
    }
}

/// What moved is told one by one before it.
fn saved(error: &SavedPlanError) -> String {
    match error {
        SavedPlanError::Moved(_) => {
            "the plan can't be applied as it was shown: nothing was changed".to_owned()
        }
        error => error.to_string(),
    }
}

fn way_out(error: &SavedPlanError) -> Option<String> {
    let hint = match error {
        SavedPlanError::NotAsked => {
            "leave out --offline and --refresh=false: a kept plan has to know what AWS has, to notice whether that has changed"
        }
        SavedPlanError::NoFile(_) | SavedPlanError::Io { .. } => return None,
        SavedPlanError::Malformed { .. } | SavedPlanError::OtherFormat { .. } => {
            "make it again with `plan --out FILE`"
        }
        SavedPlanError::OtherStack { .. } => "apply it with the program that made it",
        SavedPlanError::OtherAccount { .. } => {
            "use the credentials and the endpoint that it was made with"
        }
        SavedPlanError::Moved(moved) => {
            match moved.iter().any(|moved| moved.ground == Ground::Stack) {
                true => {
                    "plan again with `plan --out FILE`; or leave out what is set now (--set and the environment) and was not then"
                }
                false => "plan again with `plan --out FILE`",
            }
        }
        _ => return None,
    };
    Some(hint.to_owned())
}
