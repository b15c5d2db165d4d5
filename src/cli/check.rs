//! `check`: looks for mistakes in the stack, without AWS.

use std::process::ExitCode;

use jeancloud_stack::{Problem, Severity};
use serde_json::json;

use super::{
    arguments,
    context::Context,
    error::CliError,
    show::{self, style::counted},
};

pub(super) fn run(context: &Context, arguments: &arguments::Json) -> Result<ExitCode, CliError> {
    let problems = context.stack.check();
    let number = |severity| {
        problems
            .iter()
            .filter(|problem| problem.severity == severity)
            .count()
    };
    let (errors, warnings) = (number(Severity::Error), number(Severity::Warning));
    match arguments.json {
        true => context.screen.result(&document(context, &problems))?,
        false => context.screen.page(&show::error::mistakes(&problems))?,
    }
    let declared = counted(context.stack.declarations().len(), "declaration");
    let found = format!(
        "{}, {}",
        counted(errors, "error"),
        counted(warnings, "warning")
    );
    context.screen.tell(&format!("{declared}: {found}"));
    Ok(ExitCode::from(u8::from(errors > 0)))
}

fn document(context: &Context, problems: &[Problem]) -> String {
    let document = json!({"version": 1, "stack": context.stack.identity(), "problems": problems});
    format!("{document:#}\n")
}
