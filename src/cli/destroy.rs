//! `destroy`: deletes everything that the stack has in AWS.

use std::process::ExitCode;

use super::{
    arguments,
    carry_out::{Wish, carry_out},
    context::Context,
    error::CliError,
};
use crate::session::Goal;

pub(super) async fn run(
    context: &Context,
    arguments: &arguments::Destroy,
) -> Result<ExitCode, CliError> {
    carry_out(context, &Wish::New(Goal::Nothing), &arguments.run).await
}
