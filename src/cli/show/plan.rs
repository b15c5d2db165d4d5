//! A plan on a terminal: by scope, then the warnings, then one line that sums it up.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{Address, Region};
use jeancloud_stack::plan::{Plan, PlanReport};

use super::{
    compact, drift,
    entry::{Entry, Kind, entries},
    problem,
    style::{FAINT, HEADING, counted, paint},
    value::Values,
};
use crate::session::Goal;

/// From this many actions on, creations and lookups are listed by type instead of one by one.
const MANY: usize = 200;

/// The whole plan: what drifted, what is done scope by scope, notes, warnings, and the sum.
pub(crate) fn plan(plan: &Plan, report: &PlanReport, goal: &Goal) -> String {
    let mut page = String::new();
    if !report.drift.is_empty() {
        page += &drift::brief(&report.drift);
        page.push('\n');
    }
    page += &actions(plan);
    for note in &report.notes {
        page += &format!("{} {note}\n", paint(FAINT, "note:"));
    }
    if !report.notes.is_empty() {
        page.push('\n');
    }
    page += &warnings(report);
    page += &left_out(report);
    page += &summary(plan, goal);
    page
}

/// How many actions no target asks for, and the first of their addresses.
fn left_out(report: &PlanReport) -> String {
    const NAMED: usize = 5;
    let left = &report.left_out;
    if left.is_empty() {
        return String::new();
    }
    let mut names: Vec<&str> = left
        .iter()
        .take(NAMED)
        .map(|left| left.address.as_str())
        .collect();
    if left.len() > NAMED {
        names.push("…");
    }
    let count = counted(left.len(), "action");
    let text = format!(
        "left out, since no target asks for it: {count} at {}",
        names.join(", ")
    );
    format!("{}\n\n", paint(FAINT, text))
}

/// The actions, scope by scope in the order of the plan.
pub(crate) fn actions(plan: &Plan) -> String {
    let values = Values::of(plan);
    let many = plan.actions.len() > MANY;
    let mut page = String::new();
    for (scope, entries) in scopes(plan) {
        page += &format!("{}\n", scope.heading(&entries));
        let (folded, full) = entries.into_iter().partition::<Vec<_>, _>(|entry| {
            many && matches!(entry.kind, Kind::Create | Kind::Read)
        });
        for line in compact::lines(&folded) {
            page += &format!("  {line}\n");
        }
        for entry in full {
            page += &format!("  {}\n", entry.heading());
            for line in entry.body(values) {
                page += &format!("      {line}\n");
            }
        }
        page.push('\n');
    }
    if many {
        page += &format!(
            "{}\n\n",
            paint(
                FAINT,
                "More than 200 actions: creations are listed by type. `plan --json` has every property."
            )
        );
    }
    page
}

/// How many of each kind, scope by scope.
pub(crate) fn overview(plan: &Plan) -> String {
    let line =
        |(scope, entries): &(Scope, Vec<Entry<'_>>)| format!("  {}\n", scope.heading(entries));
    scopes(plan).iter().map(line).collect()
}

/// `Plan: 72 to create, 0 to update, 0 to replace, 0 to delete, 3 to read`.
pub(crate) fn summary(plan: &Plan, goal: &Goal) -> String {
    let sum = plan.summary;
    if plan.is_empty() {
        return match goal {
            Goal::Nothing => "Nothing to delete: AWS has nothing of this stack.\n".to_owned(),
            Goal::Stack(_) | Goal::Forget(_) => format!(
                "Nothing to do: AWS has what the stack declares ({}).\n",
                counted(sum.unchanged, "resource")
            ),
        };
    }
    let reads = entries(plan)
        .iter()
        .filter(|entry| entry.kind == Kind::Read)
        .count();
    let counts = [
        (Kind::Create, sum.create),
        (Kind::Update, sum.update),
        (Kind::Replace, sum.replace),
        (Kind::Delete, sum.delete),
        (Kind::Read, reads),
    ];
    let mut counted = counts.map(|(kind, number)| count(kind, number)).to_vec();
    if sum.forget > 0 {
        counted.push(count(Kind::Forget, sum.forget));
    }
    let unchanged = match sum.unchanged {
        0 => String::new(),
        number => format!(" ({number} unchanged)"),
    };
    format!("Plan: {}{unchanged}\n", counted.join(", "))
}

/// The warnings of the checks, each with its way out.
pub(crate) fn warnings(report: &PlanReport) -> String {
    let mut page = String::new();
    for warning in &report.warnings {
        page += &format!("{}\n", problem::brief(warning));
    }
    if !page.is_empty() {
        page += &format!(
            "{}\n\n",
            paint(FAINT, "`check` says the rules behind the warnings")
        );
    }
    page
}

fn count(kind: Kind, number: usize) -> String {
    let text = format!("{number} to {}", kind.verb());
    match number {
        0 => text,
        _ => paint(kind.style(), text).to_string(),
    }
}

/// A scope and the region that it is in.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Scope {
    name: &'static str,
    region: Region,
}

impl Scope {
    fn of(address: Address, region: Region) -> Self {
        Self {
            name: address.scope(),
            region,
        }
    }

    /// `France (eu-west-3): 40 to create, 2 to read`.
    fn heading(self, entries: &[Entry<'_>]) -> String {
        let mut letters = self.name.chars();
        let first = letters
            .next()
            .map(|letter| letter.to_uppercase().to_string());
        let title = first.unwrap_or_default() + letters.as_str();
        let region = match self.region {
            Region::Global => String::new(),
            region => format!(" ({region})"),
        };
        // What something stands in for is done twice, and counts once.
        let mut counts: BTreeMap<Kind, BTreeSet<Address>> = BTreeMap::new();
        for entry in entries {
            counts
                .entry(entry.kind)
                .or_default()
                .insert(entry.action.address);
        }
        let counted: Vec<_> = counts
            .iter()
            .map(|(kind, addresses)| count(*kind, addresses.len()))
            .collect();
        format!(
            "{}: {}",
            paint(HEADING, title + &region),
            counted.join(", ")
        )
    }
}

fn scopes(plan: &Plan) -> Vec<(Scope, Vec<Entry<'_>>)> {
    let mut scopes: Vec<(Scope, Vec<Entry<'_>>)> = Vec::new();
    for entry in entries(plan) {
        let scope = Scope::of(entry.action.address, entry.action.region);
        match scopes.iter_mut().find(|(known, _)| *known == scope) {
            Some((_, entries)) => entries.push(entry),
            None => scopes.push((scope, vec![entry])),
        }
    }
    scopes
}
