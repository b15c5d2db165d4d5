//! A plan on a terminal: by scope, then what a person has to know of it, then one line that sums it
//! up.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{Address, Region};
use jeancloud_stack::plan::{Goal, Plan, PlanReport};

use super::{
    compact, drift,
    entry::{Entry, Kind, entries},
    fold, left_out, losses, problem,
    style::{FAINT, HEADING, counted, padded, paint, width},
    value::Values,
};

/// From this many actions on, those that are alike are shown together.
const MANY: usize = 200;

/// Notes and warnings, beyond which the rest is counted.
const TOLD: usize = 12;

/// The whole plan: what is done scope by scope, and then, where the eye falls: notes, warnings, what
/// drifted, and the sum. Where not `full`, what is long is folded.
pub(crate) fn plan(plan: &Plan, report: &PlanReport, goal: &Goal, full: bool) -> String {
    let mut page = actions(plan, full);
    if !full && page != actions(plan, true) {
        let hint = "What is long is folded: --full shows all of it.";
        page += &format!("{}\n\n", paint(FAINT, hint));
    }
    page += &beside(report, full);
    page += &summary(plan, report, goal);
    page
}

/// What a person has to know of a plan; last, what it loses.
pub(crate) fn beside(report: &PlanReport, full: bool) -> String {
    let mut page = notes(report, full);
    page += &warnings(report, full);
    page += &left_out::resources(report);
    if !report.drift.is_empty() {
        page += &drift::brief(&report.drift, full);
        page.push('\n');
    }
    page += &losses::lines(&report.losses, full);
    page
}

/// The actions, scope by scope in the order of the plan.
pub(crate) fn actions(plan: &Plan, full: bool) -> String {
    let values = Values::of(plan, full);
    let together = !full && plan.actions.len() > MANY;
    let mut page = String::new();
    for (scope, entries) in scopes(plan) {
        page += &format!("{}\n", scope.heading(&entries));
        let lines = match together {
            true => compact::lines(&entries, values),
            false => entries
                .iter()
                .flat_map(|entry| entry.lines(values))
                .collect(),
        };
        for line in lines {
            page += &format!("  {line}\n");
        }
        page.push('\n');
    }
    page
}

/// A line for each change: its sign, its address and its type.
pub(crate) fn brief(plan: &Plan) -> String {
    let entries = entries(plan);
    let changes: Vec<&Entry<'_>> = entries
        .iter()
        .filter(|entry| entry.kind != Kind::Read)
        .collect();
    let addresses = changes
        .iter()
        .map(|entry| width(entry.action.address.as_str()));
    let widest = addresses.max().unwrap_or_default();
    let line = |entry: &&Entry<'_>| {
        let sign = paint(entry.kind.style(), entry.kind.sign());
        let address = padded(entry.action.address.as_str(), widest);
        let type_name = paint(FAINT, &entry.action.type_name);
        format!("  {sign} {address}  {type_name}\n")
    };
    changes.iter().map(line).collect()
}

/// How many of each kind, scope by scope.
pub(crate) fn overview(plan: &Plan) -> String {
    let line =
        |(scope, entries): &(Scope, Vec<Entry<'_>>)| format!("  {}\n", scope.heading(entries));
    scopes(plan).iter().map(line).collect()
}

/// `Plan: 72 to create, 0 to update, 0 to replace, 0 to delete, 3 to read`.
pub(crate) fn summary(plan: &Plan, report: &PlanReport, goal: &Goal) -> String {
    let sum = plan.summary;
    if plan.is_empty() {
        return match goal {
            _ if left_out::is_any(report) => {
                "Nothing to do at these targets: AWS has what the stack declares there.\n"
                    .to_owned()
            }
            Goal::Nothing => "Nothing to delete: AWS has nothing of this stack.\n".to_owned(),
            Goal::Stack(_) | Goal::Forget(_) if report.unasked => format!(
                "Nothing to do by the state ({}); AWS was not asked.\n",
                counted(sum.unchanged, "resource")
            ),
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
fn warnings(report: &PlanReport, full: bool) -> String {
    let mut told: Vec<String> = report.warnings.iter().map(problem::brief).collect();
    let hidden = fold::beyond_of(&mut told, TOLD, full);
    if told.is_empty() {
        return String::new();
    }
    let rules = match hidden {
        0 => "`check` says the rules behind the warnings".to_owned(),
        _ => format!("… and {hidden} more: `check` says all, and the rules behind them"),
    };
    format!("{}\n{}\n\n", told.join("\n"), paint(FAINT, rules))
}

/// What was left alone, or goes another way than one might think.
fn notes(report: &PlanReport, full: bool) -> String {
    let note = |note: &String| format!("{} {note}", paint(FAINT, "note:"));
    let mut told: Vec<String> = report.notes.iter().map(note).collect();
    let hidden = fold::beyond_of(&mut told, TOLD, full);
    if hidden > 0 {
        told.push(fold::more(hidden, "note"));
    }
    match told.is_empty() {
        true => String::new(),
        false => format!("{}\n\n", told.join("\n")),
    }
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
        // What something stands in for is done twice, and counts once; so does what is made and then takes
        // over from the old one. Of what is left of an address, each generation counts.
        let made = entries
            .iter()
            .filter(|entry| matches!(entry.kind, Kind::Create | Kind::Replace));
        let made: BTreeSet<Address> = made.map(|entry| entry.action.address).collect();
        let again =
            |entry: &&Entry<'_>| entry.kind == Kind::Update && made.contains(&entry.action.address);
        let mut counts: BTreeMap<Kind, BTreeSet<(Address, u32)>> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| !again(entry)) {
            let generation = match entry.kind {
                Kind::Delete | Kind::Forget => entry.action.work.generation,
                _ => 0,
            };
            counts
                .entry(entry.kind)
                .or_default()
                .insert((entry.action.address, generation));
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
