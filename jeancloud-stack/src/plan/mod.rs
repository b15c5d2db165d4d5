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
mod endings;
mod error;
mod forget;
mod goal;
mod ignore;
mod implicit;
mod json;
pub(crate) mod moves;
mod names;
mod needs;
mod observations;
mod options;
mod order;
mod pair;
mod reason;
mod renames;
mod replace;
mod report;
mod retag;
mod saved;
mod show;
mod supposed;
mod targets;
#[cfg(test)]
mod testing;

pub use action::{Action, Op, Plan, PropertyChange, Summary, Work};
pub use decide::generation_of;
pub use destroy::destroy;
pub use error::{NoSuchTarget, PlanError, Protected};
pub use forget::forget;
pub use goal::Goal;
pub use observations::{Generation, Observations};
pub use options::PlanOptions;
pub use pair::{Candidate, Pairs, kept, pair};
pub use report::{Drift, LeftOut, PlanReport};
pub use saved::{Basis, Ground, Moved, SavedPlan, SavedPlanError, What};
pub(crate) use show::mask;
pub use supposed::between;

use crate::{Problem, Severity, View, check, state::State};
use decide::Decided;
use draft::Draft;
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

/// A declaration's properties with the name that is generated for this generation of this address,
/// where one is.
pub(crate) fn named(
    view: &View,
    declaration: &crate::Declaration,
    address: jeancloud_model::Address,
    generation: u32,
) -> serde_json::Value {
    let mut properties = declaration.properties.clone();
    let (facts, stack) = (declaration.facts, view.stack());
    names::fill(&mut properties, facts, stack, address, generation);
    properties
}

/// Compiles a stack to the actions that make AWS so.
///
/// # Errors
/// All mistakes that the checks find, at once; warnings stop nothing and are in the report. All
/// resources that would be deleted and are protected, at once.
pub fn plan(input: PlanInput<'_>) -> Result<(Plan, PlanReport), PlanError> {
    plan_with(input, &PlanOptions::default())
}

/// The same, with what a person asks of this one plan.
///
/// # Errors
/// As [`plan()`]; and all targets that name nothing, at once.
pub fn plan_with(
    input: PlanInput<'_>,
    options: &PlanOptions,
) -> Result<(Plan, PlanReport), PlanError> {
    let doubts = mistakes_stop(input.view)?;
    let moves = moves::of(input.view, input.state);
    let state = moves::applied(input.state, &moves);
    let observed = moves::observed(input.view, input.observed);
    let input = PlanInput {
        state: &state,
        observed: &observed,
        ..input
    };
    let targets = targets::named(input, &options.targets)?;
    let asked = targets::named(input, &options.replace)?;
    let needs = Needs::new(input.view);
    let Decided {
        mut drafts,
        unchanged,
        mut report,
        found,
    } = decide::all(input, &needs, &asked)?;
    report.notes.extend(renames::hints(&drafts));
    report.warnings = doubts;
    let mut actions = compile(input, &needs, &mut drafts, &mut report)?;
    if !targets.is_empty() {
        report.left_out = targets::keep(&targets, &actions, &mut drafts);
        actions = compile(input, &needs, &mut drafts, &mut PlanReport::default())?;
    }
    let protected = endings::refused(input, &drafts, &replace::claims(&drafts));
    if !protected.is_empty() {
        return Err(PlanError::Protected(protected));
    }
    let plan = Plan::new(input.view.stack(), actions, unchanged, found, moves);
    Ok((plan, report))
}

/// The doubts of the checks; their mistakes stop everything.
fn mistakes_stop(view: &View) -> Result<Vec<Problem>, PlanError> {
    let problems = check::all(view);
    let (mistakes, doubts): (Vec<_>, Vec<_>) = problems
        .into_iter()
        .partition(|problem| problem.severity == Severity::Error);
    match mistakes.is_empty() {
        true => Ok(doubts),
        false => Err(PlanError::Problems(mistakes)),
    }
}

/// Puts the drafts in order.
fn compile(
    input: PlanInput<'_>,
    needs: &Needs,
    drafts: &mut [Draft],
    report: &mut PlanReport,
) -> Result<Vec<Action>, PlanError> {
    endings::settle(input, drafts);
    let dependents = Dependents::new(input, needs, drafts);
    let claims = replace::claims(drafts);
    let first = replace::spread(drafts, &dependents, &claims);
    report.notes.extend(first);
    order::by_dependency(input, needs, &dependents, &claims, drafts.to_vec())
}
