//! `apply`: plans, asks, and does it; `apply FILE` does what was planned and kept.

use std::process::ExitCode;

use jeancloud_stack::plan::SavedPlan;

use super::{
    arguments,
    carry_out::{Wish, carry_out},
    context::Context,
    error::CliError,
};
use crate::session::Goal;

pub(super) async fn run(
    context: &Context,
    arguments: &arguments::Apply,
    saved: Option<SavedPlan>,
) -> Result<ExitCode, CliError> {
    let wish = match saved {
        None => Wish::New(Goal::Stack(arguments.chosen.options())),
        Some(saved) => Wish::Saved(Box::new(saved)),
    };
    carry_out(context, &wish, &arguments.run).await
}
