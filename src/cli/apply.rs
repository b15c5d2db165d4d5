//! `apply`: plans, asks, and does it.

use std::process::ExitCode;

use super::{arguments, carry_out::carry_out, context::Context, error::CliError};
use crate::session::Goal;

pub(super) async fn run(
    context: &Context,
    arguments: &arguments::Apply,
) -> Result<ExitCode, CliError> {
    carry_out(
        context,
        &Goal::Stack(arguments.chosen.options()),
        &arguments.run,
    )
    .await
}
