//! No command: what the stack would make, and how to go on.

use std::{env, path::Path, process::ExitCode};

use super::{
    context::Context,
    error::CliError,
    show::{
        self,
        style::{FAINT, STRONG, padded, paint},
    },
};
use crate::session::{Goal, Planned};

pub(super) fn run(context: &Context) -> Result<ExitCode, CliError> {
    let Planned { plan, report, .. } = crate::plan_offline(&context.stack)?;
    let program = env::args().next().unwrap_or_default();
    let program = Path::new(&program)
        .file_name()
        .map_or("stack".into(), |name| name.to_string_lossy());
    let mut page = format!(
        "The stack {}, planned from nothing; AWS was not asked.\n\n",
        paint(STRONG, context.stack.identity())
    );
    page += &show::plan::overview(&plan);
    page += &format!("\n{}\n", show::plan::summary(&plan, &Goal::stack()));
    if !report.warnings.is_empty() {
        page += &format!(
            "{} of the checks: `{program} check` shows them.\n\n",
            show::style::counted(report.warnings.len(), "warning")
        );
    }
    for (command, does) in [
        (
            "plan --offline",
            "every action with every property, without AWS",
        ),
        ("plan", "what differs from what your AWS account has"),
        ("apply", "plans, asks, and does it"),
        ("destroy", "deletes all of it again, after asking"),
        (
            "--help",
            "the other commands, and the parameters of this stack",
        ),
    ] {
        page += &format!(
            "  {}  {}\n",
            padded(&format!("{program} {command}"), program.len() + 16),
            paint(FAINT, does)
        );
    }
    page += "\nAWS is reached the standard way: AWS_PROFILE, AWS_ENDPOINT_URL and the like.\n";
    context.screen.page(&page)?;
    Ok(ExitCode::SUCCESS)
}
