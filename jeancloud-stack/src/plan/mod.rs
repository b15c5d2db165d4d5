//! Plans: every step that makes AWS what a stack asks for, its order and its reason.
//!
//! [`plan()`] is pure and deterministic: the same stack, state and observations give the same bytes.
//! It leaves nothing to decide: replacements are several actions, ids that AWS will choose are
//! references to the action that gets them.

mod action;
mod decide;
mod destroy;
mod diff;
mod implicit;
mod names;
mod order;
mod report;

pub use action::{Action, Op, Plan, PropertyChange, Summary, Work};
pub use decide::generation_of;
pub(crate) use decide::mask;
pub use destroy::destroy;
pub use report::{Drift, PlanReport};

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::Address;
use thiserror::Error;

use crate::{Problem, Severity, View, check, provider::Observed, state::State};

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

/// What AWS has of a stack, by address.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observations {
    /// Every generation of every address, the newest last.
    pub resources: BTreeMap<Address, Vec<Generation>>,
    /// The answers to lookups that could be asked.
    pub lookups: BTreeMap<Address, Observed>,
    /// False: nothing was asked (`--offline`), so nothing is known to exist.
    pub asked: bool,
}

impl Observations {
    /// What the state says that AWS has, without asking AWS (`--refresh=false`).
    pub fn from_state(state: &State) -> Self {
        let mut observations = Self::default();
        let retired = state
            .retired
            .iter()
            .map(|(address, record)| (address, record));
        for (address, record) in retired.chain(&state.resources) {
            observations
                .resources
                .entry(*address)
                .or_default()
                .push(Generation {
                    number: record.generation,
                    type_name: record.type_name.clone(),
                    region: record.region,
                    observed: Observed {
                        id: record.id.clone(),
                        properties: record.properties.clone(),
                        outputs: record.outputs.clone(),
                        ownership: None,
                    },
                });
        }
        observations
    }
}

/// One generation of an address, as AWS has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Generation {
    /// 1, and one more with each replacement.
    pub number: u32,
    /// CloudFormation's name of its type.
    pub type_name: String,
    /// Where it is.
    pub region: jeancloud_model::Region,
    /// What AWS has.
    pub observed: Observed,
}

/// Why nothing was planned.
#[derive(Debug, Error)]
pub enum PlanError {
    /// The stack has mistakes.
    #[error("the stack has {} to mend before it can be planned", counted(.0.len(), "mistake"))]
    Problems(Vec<Problem>),
    /// AWS protects these from deletion: addresses, and the property that says so.
    #[error("{} protected from deletion: {}", if .0.len() == 1 { "1 resource is".to_owned() } else { format!("{} resources are", .0.len()) }, listed(.0))]
    Protected(Vec<(Address, &'static str)>),
    /// What the references leave no order for.
    #[error("these wait for each other: {}", .0.join(" -> "))]
    Cycle(Vec<String>),
}

fn listed(protected: &[(Address, &'static str)]) -> String {
    let one = |(address, property): &(Address, &str)| format!("{address} ({property})");
    protected.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn counted(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
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
    let edges = implicit::edges(input.view);
    let decided = decide::all(input, &edges)?;
    let actions = order::by_dependency(input, &edges, decided.drafts)?;
    let plan = Plan::new(
        input.view.stack(),
        actions,
        decided.unchanged,
        decided.found,
    );
    let report = PlanReport {
        warnings: doubts,
        ..decided.report
    };
    Ok((plan, report))
}
