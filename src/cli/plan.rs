//! `plan`: shows what apply would do.

use std::process::ExitCode;

use jeancloud_stack::plan::Plan;

use super::{
    arguments,
    context::Context,
    error::CliError,
    show::{
        self,
        style::{FAINT, STRONG, paint},
    },
};
use crate::session::{Goal, Ground, Planned, planned};

/// The exit code of `--detailed-exitcode` where something is to be done.
const PENDING: u8 = 2;

pub(super) async fn run(
    context: &Context,
    arguments: &arguments::Plan,
) -> Result<ExitCode, CliError> {
    let arguments::Plan {
        json,
        detailed_exitcode,
        refresh,
        offline,
        ref chosen,
    } = *arguments;
    let goal = Goal::Stack(chosen.options());
    let Planned { plan, report, .. } = match offline {
        true => crate::session::offline(&context.stack, &goal)?,
        false => online(context, refresh, &goal).await?,
    };
    if json {
        report
            .warnings
            .iter()
            .for_each(|warning| context.screen.tell(&show::problem::brief(warning)));
        context.screen.result(&format!("{:#}\n", plan.to_json()))?;
    } else {
        context
            .screen
            .page(&show::plan::plan(&plan, &report, &goal))?;
    }
    if offline {
        context.screen.tell(
            &paint(
                FAINT,
                "offline: AWS was not asked; this is planned from nothing",
            )
            .to_string(),
        );
    }
    Ok(exit_code(&plan, detailed_exitcode))
}

async fn online(context: &Context, refresh: bool, goal: &Goal) -> Result<Planned, CliError> {
    let state = context.state()?;
    let view = context.stack.view();
    let reached = context.reach().await?;
    let stack = paint(STRONG, context.stack.identity());
    context
        .screen
        .tell(&format!("{stack} in {}\n", reached.account));
    let ground = match refresh {
        true => Ground::Asked(&*reached.provider),
        false => Ground::Remembered(&reached.account),
    };
    let planned = planned(&view, &state, ground, goal);
    Ok(context.waiting("asking AWS what there is", planned).await?)
}

fn exit_code(plan: &Plan, detailed: bool) -> ExitCode {
    match detailed && !plan.is_empty() {
        true => ExitCode::from(PENDING),
        false => ExitCode::SUCCESS,
    }
}
