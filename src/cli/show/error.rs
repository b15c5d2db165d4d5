//! The one reporter: an error, its causes, and a way out.

use std::error::Error;

use jeancloud_stack::{Problem, ProviderError, plan::PlanError};

use super::{
    problem,
    style::{ERROR, FAINT, HINT, paint},
};
use crate::cli::error::CliError;

/// `error: …`, then each cause, then each hint. The mistakes of a stack come first, one by one.
pub(crate) fn text(error: &CliError) -> String {
    let mut text = String::new();
    if let CliError::Plan(PlanError::Problems(problems)) = error {
        text += &mistakes(problems);
    }
    text += &format!("{} {error}\n", paint(ERROR, "error:"));
    let mut hints: Vec<String> = error.hint().into_iter().collect();
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let words = next.to_string();
        // A layer that says nothing new is left out.
        if !said.contains(&words) {
            text += &format!("  {} {words}\n", paint(FAINT, "because:"));
            said = words;
        }
        hints.extend(
            next.downcast_ref::<ProviderError>()
                .and_then(|error| error.hint.clone()),
        );
        cause = next.source();
    }
    for hint in hints {
        text += &format!("  {} {hint}\n", paint(HINT, "hint:"));
    }
    text
}

/// Each problem, an empty line after each.
pub(crate) fn mistakes(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|problem| format!("{}\n\n", problem::text(problem)))
        .collect()
}
