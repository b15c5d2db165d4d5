//! The one reporter: an error, its causes, and a way out.

use std::error::Error;

use jeancloud_stack::{
    Problem, ProviderError,
    plan::{PlanError, Protected, SavedPlanError},
};

use super::{
    moved, problem,
    style::{ERROR, FAINT, HINT, indented, paint},
};
use crate::cli::error::CliError;

/// `error: …`, then each cause, then each hint. The mistakes of a stack come first, one by one.
pub(crate) fn text(error: &CliError) -> String {
    let mut text = String::new();
    if let CliError::Plan(PlanError::Problems(problems)) = error {
        text += &mistakes(problems);
    }
    if let CliError::SavedPlan(SavedPlanError::Moved(moved)) = error {
        text += &moved::page(moved);
    }
    if let CliError::Plan(PlanError::Protected(protected)) = error {
        return protections(protected);
    }
    text += &format!("{} {error}\n", paint(ERROR, "error:"));
    let causes = match error {
        // It says nothing that is not told already.
        CliError::SavedPlan(SavedPlanError::Moved(_)) => Vec::new(),
        error => causes(error),
    };
    for cause in &causes {
        let cause = indented(cause, 2);
        text += &format!("  {} {cause}\n", paint(FAINT, "because:"));
    }
    let planning = match error {
        CliError::Plan(error) => error.hints(),
        _ => Vec::new(),
    };
    let hints = hints(error).into_iter().chain(error.hint()).chain(planning);
    for hint in hints {
        text += &format!("  {} {hint}\n", paint(HINT, "hint:"));
    }
    text
}

/// Each protected resource, with the line that declares it, why it is protected and the way out.
fn protections(protected: &[Protected]) -> String {
    let mut text = String::new();
    for one in protected {
        let (label, why) = (paint(ERROR, "error:"), &one.why);
        text += &format!("{label} {}: must not be deleted: {why}\n", one.address);
        if let Some(at) = &one.declared_at {
            text += &format!("  {} {at}\n", paint(FAINT, "at:"));
        }
        text += &format!("  {} {}\n", paint(HINT, "hint:"), one.hint);
    }
    text
}

/// What lies behind an error, layer by layer. A layer that says nothing new is left out.
pub(crate) fn causes(error: &dyn Error) -> Vec<String> {
    /// What the SDK's layers call themselves, and no more.
    const EMPTY: [&str; 5] = [
        "dispatch failure",
        "service error",
        "io error",
        "other",
        "timeout",
    ];
    let mut said = error.to_string();
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(next) = cause {
        let words = next.to_string();
        if !said.contains(&words) && !EMPTY.contains(&words.as_str()) {
            said += &words;
            causes.push(words);
        }
        cause = next.source();
    }
    causes
}

/// The ways out that the layers behind an error know.
fn hints(error: &dyn Error) -> Vec<String> {
    let mut hints = Vec::new();
    let mut cause = error.source();
    while let Some(layer) = cause {
        hints.extend(
            layer
                .downcast_ref::<ProviderError>()
                .and_then(|error| error.hint.clone()),
        );
        cause = layer.source();
    }
    hints
}

/// Each problem, an empty line after each.
pub(crate) fn mistakes(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|problem| format!("{}\n\n", problem::text(problem)))
        .collect()
}
