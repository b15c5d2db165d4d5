//! The engine: looks at AWS ([`survey()`]), does what a plan says ([`apply()`]), and tells what
//! happens ([`Event`]).

mod adopt;
mod apply;
mod cancel;
mod create;
mod event;
mod group_rules;
mod outputs;
mod redact;
mod run;
mod skipped;
mod survey;

pub use adopt::{AdoptError, Match, Origin, Proposal, adopt, propose, propose_from_terraform};
pub use apply::{Completed, Failure, Options, Outcome, apply, follow_moves};
pub use cancel::Cancel;
pub use event::Event;
pub use skipped::Skipped;
pub use survey::survey;

#[cfg(test)]
mod tests;

use jeancloud_model::Address;
use thiserror::Error;

use crate::{
    plan::{PlanError, SavedPlanError},
    provider::{Account, Ownership, ProviderError},
    state::StateError,
};

/// Why the engine could not work.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// AWS could not be asked.
    #[error("asking AWS{}", .address.map(|address| format!(" about {address}")).unwrap_or_default())]
    Provider {
        /// About what.
        address: Option<Address>,
        /// What AWS answered.
        #[source]
        source: ProviderError,
    },
    /// The state could not be read or written.
    #[error("keeping the state")]
    State(#[from] StateError),
    /// The state belongs to another account or endpoint.
    #[error("the state is of {}, the credentials are of {}", .recorded, .present)]
    OtherAccount {
        /// Whose the state is.
        recorded: Account,
        /// Whose the credentials are.
        present: Account,
    },
    /// The state names what another stack has.
    #[error("the state says that {address} is {id}, which belongs to {} of the stack {}", .owner.address, .owner.stack)]
    NotOurs {
        /// Where the state has it.
        address: Address,
        /// Its physical id.
        id: String,
        /// Whose it is, by its tags.
        owner: Ownership,
    },
    /// Nothing could be planned.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A plan could not be saved, or not be applied as it was saved.
    #[error(transparent)]
    SavedPlan(#[from] SavedPlanError),
}
