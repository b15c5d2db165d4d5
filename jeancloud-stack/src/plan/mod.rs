//! Plans: every step that makes AWS what a stack asks for, its order and its reason.
//!
//! [`plan()`] is pure and deterministic: the same stack, state and observations give the same bytes.
//! It leaves nothing to decide: replacements are several actions, ids that AWS will choose are
//! references to the action that gets them.

mod action;
mod after;
mod by_aws;
mod compile;
mod conflict;
mod decide;
mod defaults;
mod destroy;
mod diff;
mod draft;
mod endings;
mod error;
mod forget;
mod goal;
mod handover;
mod ignore;
mod implicit;
mod inhabited;
mod json;
mod losses;
pub(crate) mod moves;
mod names;
mod needs;
mod observations;
mod options;
mod order;
mod pair;
mod place;
mod reason;
mod recorded;
mod renames;
mod replace;
mod report;
mod retag;
mod said;
mod saved;
mod secrets;
mod show;
mod stand_in;
mod step;
mod supposed;
mod targets;
#[cfg(test)]
mod testing;
mod waits;

pub use action::{Action, Op, Plan, PropertyChange, Retag, Summary, Work};
pub use compile::{drift, plan, plan_with};
pub use decide::generation_of;
pub use destroy::destroy;
pub use error::{NoSuchTarget, NotTargeted, PlanError, Protected};
pub use forget::forget;
pub use goal::Goal;
pub use json::name_of;
pub use observations::{Generation, Observations};
pub use options::PlanOptions;
pub use pair::{Candidate, Pairs, kept, pair, untold};
pub use recorded::recorded;
pub use report::{Drift, LeftOut, Loss, PlanReport};
pub use saved::{Basis, Ground, Moved, SavedPlan, SavedPlanError, What};
pub(crate) use secrets::secrets_in;
pub(crate) use show::mask;
pub use supposed::between;

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

/// A declaration's properties with the name that is generated for this generation of this address,
/// where one is.
pub(crate) fn named(
    view: &View,
    account: Option<&str>,
    declaration: &crate::Declaration,
    address: jeancloud_model::Address,
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
        address,
        generation,
    );
    properties
}
