//! How a run ended: what failed and why, what was skipped, how many were done; and the outputs.

use std::{collections::BTreeMap, time::Duration};

use jeancloud_stack::{
    engine::{Completed, Failure, Outcome, Skipped},
    plan::Op,
};
use serde_json::Value as Json;

use super::{
    error::causes,
    fold,
    style::{
        CREATE, ERROR, FAINT, HINT, STRONG, WARNING, counted, duration, indented, padded, paint,
        width,
    },
    value::Values,
};

/// The end of a run, for stderr: where it is not complete, what was done, what failed and why, and
/// what was not begun for it. `took` is the machine's time, where the outcome has another one.
pub(crate) fn text(outcome: &Outcome, took: Option<Duration>) -> String {
    let mut text = String::new();
    if !outcome.is_complete() && outcome.done > 0 {
        text += &done(&outcome.completed);
    }
    if !outcome.failed.is_empty() {
        let failed = format!("{} failed", counted(outcome.failed.len(), "action"));
        text += &format!("\n{} {failed}\n", paint(ERROR, "error:"));
        outcome
            .failed
            .iter()
            .for_each(|failure| text += &failed_one(failure));
    }
    if !outcome.skipped.is_empty() {
        text += &skipped(outcome);
    }
    text += &format!("\n{}\n", summary(outcome, took));
    text
}

/// What is done and stays done, by what was done.
fn done(completed: &[Completed]) -> String {
    let mut text = format!(
        "\n{} {}\n",
        paint(CREATE, "done:"),
        counted(completed.len(), "action")
    );
    for (op, past) in [
        (Op::Create, "created"),
        (Op::Update, "updated"),
        (Op::Delete, "deleted"),
        (Op::Forget, "let go of"),
    ] {
        let names = completed.iter().filter(|one| one.op == op);
        let names: Vec<String> = names.map(|one| one.address.to_string()).collect();
        if !names.is_empty() {
            text += &format!("  {} {}\n", paint(FAINT, past), some(names));
        }
    }
    text
}

/// A few names, and how many more there are.
fn some(mut names: Vec<String>) -> String {
    // Of one that is replaced, both halves.
    names.dedup();
    let hidden = fold::beyond(&mut names, false);
    if hidden > 0 {
        names.push(fold::more(hidden, "resource"));
    }
    names.join(", ")
}

/// Address, operation, AWS's code, message and request id, and a hint.
fn failed_one(failure: &Failure) -> String {
    let error = &failure.error;
    let op = match failure.op {
        Op::Read => "read",
        Op::Create => "create",
        Op::Update => "update",
        Op::Delete => "delete",
        Op::Forget => "forget",
    };
    let mut text = format!(
        "  {} {}\n",
        paint(STRONG, failure.address),
        paint(FAINT, format!("({op})"))
    );
    let below = |text: &str| indented(text, 4);
    text += &format!("    {}\n", below(&error.to_string()));
    for cause in causes(error) {
        text += &format!("    {} {}\n", paint(FAINT, "because:"), below(&cause));
    }
    if let Some(hint) = &error.hint {
        text += &format!("    {} {}\n", paint(HINT, "hint:"), below(hint));
    }
    text
}

/// Those that wait for something that failed, under what failed; after an interruption the number
/// will do.
fn skipped(outcome: &Outcome) -> String {
    let heading = format!("{} not begun", counted(outcome.skipped.len(), "action"));
    let mut text = format!("\n{} {heading}\n", paint(WARNING, "skipped:"));
    for failure in &outcome.failed {
        let waiting = |skipped: &&Skipped| skipped.because == Some(failure.action);
        let waiting = outcome.skipped.iter().filter(waiting);
        let names: Vec<String> = waiting.map(|one| one.address.to_string()).collect();
        if !names.is_empty() {
            let why = format!("since {} failed:", failure.address);
            text += &format!("  {} {}\n", paint(FAINT, why), some(names));
        }
    }
    text
}

fn summary(outcome: &Outcome, took: Option<Duration>) -> String {
    let mut elapsed = duration(outcome.elapsed);
    if let Some(took) = took {
        elapsed += &format!(" of AWS's time, which took {} here", duration(took));
    }
    let done = counted(outcome.done, "action");
    if outcome.is_complete() {
        return format!("{} {done} in {elapsed}.", paint(CREATE, "Done:"));
    }
    let (word, way_out) = match outcome.interrupted {
        true => ("Interrupted:", "The next run goes on from here."),
        false => (
            "Incomplete:",
            "What is done stays done: mend what failed and run it again.",
        ),
    };
    let (failed, skipped) = (outcome.failed.len(), outcome.skipped.len());
    format!(
        "{} {done} done, {failed} failed, {skipped} skipped in {elapsed}. {way_out}",
        paint(WARNING, word)
    )
}

/// The members of a list, one a line.
pub(crate) fn lines(members: &[Json]) -> Vec<String> {
    let line = |member: &Json| Values::known().inline(member);
    members.iter().map(line).collect()
}

/// The outputs, for stdout: `name = value`, the members of a list below each other.
pub(crate) fn outputs(outputs: &BTreeMap<String, Json>) -> String {
    let names = outputs
        .keys()
        .map(|name| width(name))
        .max()
        .unwrap_or_default();
    let line = |(name, value): (&String, &Json)| {
        let value = match value {
            Json::Array(members) => lines(members).join("\n"),
            value => Values::known().inline(value),
        };
        let value = indented(&value, names + 3);
        format!("{} = {value}\n", padded(name, names))
    };
    outputs.iter().map(line).collect()
}
