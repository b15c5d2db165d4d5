//! How a run ended: what failed and why, what was skipped, how many were done; and the outputs.

use std::collections::BTreeMap;

use jeancloud_stack::{
    engine::{Failure, Outcome},
    plan::Op,
};
use serde_json::Value as Json;

use super::{
    error::causes,
    style::{CREATE, ERROR, FAINT, HINT, STRONG, WARNING, counted, duration, padded, paint, width},
    value::Values,
};

/// Skipped actions beyond this many are counted.
const SKIPPED: usize = 20;

/// The end of a run, for stderr.
pub(crate) fn text(outcome: &Outcome) -> String {
    let mut text = String::new();
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
    text += &format!("\n{}\n", summary(outcome));
    text
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
    text += &format!("    {error}\n");
    for cause in causes(error) {
        text += &format!("    {} {cause}\n", paint(FAINT, "because:"));
    }
    if let Some(hint) = &error.hint {
        text += &format!("    {} {hint}\n", paint(HINT, "hint:"));
    }
    text
}

/// Those that wait for something that failed are named; after an interruption the number will do.
fn skipped(outcome: &Outcome) -> String {
    let number = outcome.skipped.len();
    let heading = format!("{} not begun", counted(number, "action"));
    let mut text = format!("\n{} {heading}\n", paint(WARNING, "skipped:"));
    if outcome.interrupted {
        return text;
    }
    for (_, address, reason) in outcome.skipped.iter().take(SKIPPED) {
        text += &format!("  {address}: {}\n", paint(FAINT, reason));
    }
    if number > SKIPPED {
        text += &format!("  … and {} more\n", number - SKIPPED);
    }
    text
}

fn summary(outcome: &Outcome) -> String {
    let elapsed = duration(outcome.elapsed);
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

/// The outputs, for stdout: `name = value`.
pub(crate) fn outputs(outputs: &BTreeMap<String, Json>) -> String {
    let names = outputs
        .keys()
        .map(|name| width(name))
        .max()
        .unwrap_or_default();
    let line = |(name, value): (&String, &Json)| {
        format!(
            "{} = {}\n",
            padded(name, names),
            Values::known().inline(value)
        )
    };
    outputs.iter().map(line).collect()
}
