//! Plans: every step that makes AWS what a stack asks for, its order and its reason.
//!
//! [`plan()`] is pure and deterministic: the same stack, state and observations give the same bytes.
//! It leaves nothing to decide: replacements are several actions, ids that AWS will choose are
//! references to the action that gets them.

mod action;
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
mod reason;
mod replace;
mod report;
mod saved;
mod show;
#[cfg(test)]
mod testing;

pub use action::{Action, Op, Plan, PropertyChange, Summary, Work};
pub use decide::generation_of;
pub use destroy::destroy;
pub use error::PlanError;
pub use observations::{Generation, Observations};
pub use report::{Drift, PlanReport};
pub use saved::{Basis, Goal, Ground, Moved, SavedPlan, SavedPlanError, What};
pub(crate) use show::mask;

use crate::{Severity, View, check, state::State};
use decide::Decided;
use needs::{Dependents, Needs};

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
    declaration: &crate::Declaration,
    generation: u32,
) -> serde_json::Value {
    let mut properties = declaration.properties.clone();
    names::fill(
        &mut properties,
        declaration.facts,
        view.stack(),
        declaration.address,
        generation,
    );
    properties
}

/// Compiles a stack to the actions that make AWS so.
///
/// # Errors
/// All mistakes that the checks find, at once; warnings stop nothing and are in the report.
pub fn plan(input: PlanInput<'_>) -> Result<(Plan, PlanReport), PlanError> {
    let problems = check::all(input.view);
    let (mistakes, doubts): (Vec<_>, Vec<_>) = problems
        .into_iter()
        .partition(|problem| problem.severity == Severity::Error);
    if !mistakes.is_empty() {
        return Err(PlanError::Problems(mistakes));
    }
    let needs = Needs::new(input.view);
    let Decided {
        mut drafts,
        unchanged,
        mut report,
        found,
    } = decide::all(input, &needs)?;
    let dependents = Dependents::new(input, &needs, &drafts);
    let claims = replace::claims(&drafts);
    let first = replace::spread(&mut drafts, &dependents, &claims);
    report.notes.extend(first);
    report.warnings = doubts;
    let actions = order::by_dependency(input, &needs, &dependents, &claims, drafts)?;
    let plan = Plan::new(input.view.stack(), actions, unchanged, found);
    Ok((plan, report))
}
