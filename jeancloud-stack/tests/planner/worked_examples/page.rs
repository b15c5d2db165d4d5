//! How the document writes what the planner and the engine say.

use std::fmt::Write;

use jeancloud_stack::{
    engine::Outcome,
    plan::{Action, Op, Plan, PlanError, PlanReport, PropertyChange},
};
use serde_json::Value as Json;

/// A plan, an action a line: its number, what is done and to what, why, and what it waits for.
pub fn steps(plan: &Plan) -> String {
    page(plan, |_| false)
}

/// The same, with what changes below each update and each replacement.
pub fn changes(plan: &Plan) -> String {
    page(plan, |action| action.op == Op::Update || action.replacement)
}

/// The same, and what somebody changed in AWS.
pub fn changes_and_drift(plan: &Plan, report: &PlanReport) -> String {
    let mut page = changes(plan);
    for drift in &report.drift {
        let address = drift.address;
        if drift.gone {
            write!(page, "\ndrift: {address} is gone").expect("a text takes it");
        }
        for change in &drift.changes {
            let change = values(change);
            write!(page, "\ndrift: {address} {change}").expect("a text takes it");
        }
    }
    page
}

/// Why nothing is planned, with the way out.
pub fn refusal<T>(planned: Result<T, PlanError>) -> String {
    match planned {
        Ok(_) => panic!("it is not refused"),
        Err(PlanError::Protected(refused)) => {
            let refused = refused.iter().map(|one| {
                let (address, why, hint) = (one.address, &one.why, &one.hint);
                format!("error: {address}: must not be deleted: {why}\n  hint: {hint}")
            });
            refused.collect::<Vec<_>>().join("\n")
        }
        Err(PlanError::Problems(problems)) => {
            let problem = problems[0].to_string();
            let (text, _) = problem.rsplit_once("\n  at ").expect("it names a line");
            text.to_owned()
        }
        Err(error) => {
            let hints = error.hints();
            let hints = hints.iter().map(|hint| format!("\n  hint: {hint}"));
            format!("error: {error}{}", hints.collect::<String>())
        }
    }
}

/// How a run ended, an action a line, in the order of the plan.
pub fn outcome(plan: &Plan, outcome: &Outcome) -> String {
    let width = width(plan.actions.iter());
    let line = |action: &Action| {
        let (id, op, address) = (action.id, word(action.op), action.address.as_str());
        let of_this = |id: &usize| *id == action.id;
        let mut skipped = outcome.skipped.iter();
        let how = match skipped.find(|one| of_this(&one.action)) {
            Some(skipped) => format!("skipped: {}", skipped.reason),
            None if outcome.failed.iter().any(|one| of_this(&one.action)) => "failed".to_owned(),
            None if outcome.completed.iter().any(|one| of_this(&one.action)) => "done".to_owned(),
            None => panic!("nothing is known of {action:#?}"),
        };
        format!("{id:>2} {op:<6} {address:<width$}  {how}")
    };
    joined(plan.actions.iter().map(line))
}

fn page(plan: &Plan, shows_changes: impl Fn(&Action) -> bool) -> String {
    if plan.actions.is_empty() {
        return "nothing to do".to_owned();
    }
    let width = width(plan.actions.iter());
    let line = |action: &Action| {
        let (id, address, reason) = (action.id, action.address.as_str(), &action.reason);
        let op = word(action.op);
        let after = match &action.after[..] {
            [] => String::new(),
            some => format!("  after {}", listed(some)),
        };
        let mut line = format!("{id:>2} {op:<6} {address:<width$}  {reason}{after}");
        for change in action.changes.iter().filter(|_| shows_changes(action)) {
            write!(line, "\n     {}", one(change)).expect("a text takes it");
        }
        line
    };
    joined(plan.actions.iter().map(line))
}

fn one(change: &PropertyChange) -> String {
    let note = match (change.forces_replacement, change.drifted) {
        (true, _) => "  forces replacement",
        (false, true) => "  changed in AWS by somebody else",
        (false, false) => "",
    };
    format!("{}{note}", values(change))
}

fn values(change: &PropertyChange) -> String {
    let name = change.path.trim_start_matches('/');
    let (before, after) = (value(&change.before), value(&change.after));
    format!("{name}  {before} → {after}")
}

fn value(value: &Json) -> String {
    match value {
        Json::Null => "nothing".to_owned(),
        value => value.to_string(),
    }
}

fn word(op: Op) -> String {
    format!("{op:?}").to_lowercase()
}

fn width<'a>(actions: impl Iterator<Item = &'a Action>) -> usize {
    let widths = actions.map(|action| action.address.as_str().len());
    widths.max().unwrap_or_default()
}

fn joined(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

fn listed(numbers: &[usize]) -> String {
    let numbers = numbers.iter().map(usize::to_string);
    numbers.collect::<Vec<_>>().join(", ")
}
