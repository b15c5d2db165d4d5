//! How the planner is tested: a stack that was applied in thought, and a newer version of it.

use std::collections::BTreeMap;

use jeancloud_model::{Address, ResourceKind, reference};
use serde_json::{Value as Json, json};

use super::{
    Generation, Observations, Op, Plan, PlanError, PlanInput, PlanReport, needs::Needs, order, plan,
};
use crate::{
    Stack, View,
    provider::Observed,
    state::{Record, State},
};

/// What the state and AWS hold after `stack` was applied: every output is its address and its name.
pub(super) fn applied(stack: &Stack) -> (State, Observations) {
    let view = View::new(stack);
    let needs = Needs::new(&view);
    let mut state = State::empty(view.stack());
    let mut observed = Observations {
        asked: true,
        ..Observations::default()
    };
    let mut known: BTreeMap<Address, BTreeMap<String, Json>> = BTreeMap::new();
    for declaration in order::declarations(&view, &needs).expect("no cycle") {
        let address = declaration.address;
        let properties = super::named(&view, None, declaration, 1);
        let properties = reference::resolve(&properties, declaration.region, &|at, output| {
            known.get(&Address::new(at))?.get(output).cloned()
        });
        let names = declaration.facts.outputs.iter().chain([&declaration.id]);
        let output = |name: &&str| {
            let repeated = properties.get(*name).cloned();
            let made = json!(format!("{address}.{name}"));
            ((*name).to_owned(), repeated.unwrap_or(made))
        };
        let outputs: BTreeMap<String, Json> = names.map(output).collect();
        known.insert(address, outputs.clone());
        let id = outputs.get(declaration.id).and_then(Json::as_str);
        let id = id.map_or_else(|| address.to_string(), str::to_owned);
        let told = Observed {
            id: id.clone(),
            properties: properties.clone(),
            outputs: outputs.clone(),
            ownership: None,
        };
        if declaration.kind == ResourceKind::Lookup {
            observed.lookups.insert(address, told);
            continue;
        }
        state.resources.insert(
            address,
            Record {
                type_name: declaration.type_name.to_owned(),
                region: declaration.region,
                id,
                generation: 1,
                properties,
                outputs,
                depends_on: needs.of(address).collect(),
            },
        );
        let generation = Generation {
            number: 1,
            type_name: declaration.type_name.to_owned(),
            region: declaration.region,
            observed: told,
        };
        observed.resources.insert(address, vec![generation]);
    }
    (state, observed)
}

/// The plan from one version of a stack to another.
pub(super) fn try_changing(
    before: impl FnOnce(&Stack),
    after: impl FnOnce(&Stack),
) -> Result<(Plan, PlanReport), PlanError> {
    let [old, new] = [Stack::new("test"), Stack::new("test")];
    before(&old);
    after(&new);
    let (state, observed) = applied(&old);
    plan(PlanInput {
        view: &View::new(&new),
        state: &state,
        observed: &observed,
    })
}

/// The same, of a change that can be planned.
#[track_caller]
pub(super) fn changing(
    before: impl FnOnce(&Stack),
    after: impl FnOnce(&Stack),
) -> (Plan, PlanReport) {
    match try_changing(before, after) {
        Ok(planned) => planned,
        Err(PlanError::Problems(problems)) => panic!("{problems:#?}"),
        Err(error) => panic!("{error}"),
    }
}

/// A plan's actions in its order, a line each: `create main/vpc`.
pub(super) fn lines(plan: &Plan) -> Vec<String> {
    let line = |action: &super::Action| {
        let op = match action.op {
            Op::Read => "read",
            Op::Create => "create",
            Op::Update => "update",
            Op::Delete => "delete",
        };
        format!("{op} {}", action.address)
    };
    plan.actions.iter().map(line).collect()
}

/// A plan as the documents write it: number, what is done, what it waits for, and why.
pub(super) fn page(plan: &Plan) -> String {
    let width = plan
        .actions
        .iter()
        .map(|action| action.address.as_str().len());
    let width = width.max().unwrap_or_default();
    let line = |action: &super::Action| {
        let (id, address, reason) = (action.id, action.address.as_str(), &action.reason);
        let op = format!("{:?}", action.op).to_lowercase();
        let after = match &action.after[..] {
            [] => String::new(),
            some => format!("  after {}", listed(some)),
        };
        format!("{id:>2} {op:<6} {address:<width$}  {reason}{after}")
    };
    plan.actions.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn listed(numbers: &[usize]) -> String {
    numbers
        .iter()
        .map(usize::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Whether the action on the line `later` waits for that on the line `earlier`, if only through
/// others.
#[track_caller]
pub(super) fn waits(plan: &Plan, later: &str, earlier: &str) -> bool {
    let lines = lines(plan);
    let at = |wanted: &str| {
        let found = lines.iter().position(|line| line == wanted);
        found.unwrap_or_else(|| panic!("no action `{wanted}` in {lines:#?}"))
    };
    let (later, earlier) = (at(later), at(earlier));
    let mut left = vec![later];
    while let Some(id) = left.pop() {
        if id == earlier {
            return true;
        }
        left.extend(&plan.actions[id].after);
    }
    false
}
