//! Plans: every step that makes AWS what a stack asks for, its order and its reason.
//!
//! [`plan()`] is pure and deterministic: the same stack, state and observations give the same bytes.
//! It leaves nothing to decide: replacements are several actions, ids that AWS will choose are
//! references to the action that gets them.

mod action;
mod after;
mod compile;
mod conflict;
mod decide;
mod defaults;
mod destroy;
mod diff;
mod draft;
mod error;
mod implicit;
mod json;
mod names;
mod needs;
mod observations;
mod order;
mod place;
mod replace;
mod report;
mod show;
mod stand_in;
mod step;
#[cfg(test)]
mod testing;
mod waits;
#[cfg(test)]
mod worked_examples;

pub use action::{Action, Op, Plan, PropertyChange, Summary, Work};
pub use compile::plan;
pub use decide::generation_of;
pub use destroy::destroy;
pub use error::PlanError;
pub use observations::{Generation, Observations};
pub use report::{Drift, PlanReport};
pub(crate) use show::mask;

use crate::{View, state::State};
use names::Owner;

/// What the planner looks at.
#[derive(Clone, Copy)]
pub struct PlanInput<'a> {
    /// What is wanted.
    pub view: &'a View,
    /// What was done before.
    pub state: &'a State,
    /// What AWS has.
    pub observed: &'a Observations,
}

/// A declaration's properties with the name that is generated for this generation, where one is.
pub(crate) fn named(
    view: &View,
    account: Option<&str>,
    declaration: &crate::Declaration,
    generation: u32,
) -> serde_json::Value {
    let mut properties = declaration.properties.clone();
    let owner = Owner {
        stack: view.stack(),
        account,
    };
    names::fill(
        &mut properties,
        declaration.facts,
        owner,
        declaration.address,
        generation,
    );
    properties
}
