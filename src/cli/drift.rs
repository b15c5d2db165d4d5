//! `drift`: what AWS has that the last apply didn't leave there.

use std::{process::ExitCode, sync::Arc};

use serde_json::json;

use super::{arguments, context::Context, error::CliError, show};
use crate::session::drifted;

pub(super) async fn run(
    context: &Context,
    arguments: &arguments::Json,
) -> Result<ExitCode, CliError> {
    let state = context.state()?;
    let view = Arc::new(context.stack.view());
    let reached = context.reach().await?;
    let asking = drifted(&view, &state, &*reached.provider);
    let drift = context.waiting("asking AWS what there is", asking).await?;
    let page = match (arguments.json, drift.is_empty()) {
        (true, _) => format!(
            "{:#}\n",
            json!({"version": 1, "stack": view.stack(), "drift": drift})
        ),
        (false, true) if state.resources.is_empty() => {
            "The state knows of no apply, so that nothing can have drifted since; `plan` tells what differs.\n".to_owned()
        }
        (false, true) => "No drift: AWS has what the last apply left there.\n".to_owned(),
        (false, false) => show::drift::page(&drift),
    };
    context.screen.result(&page)?;
    Ok(ExitCode::SUCCESS)
}
