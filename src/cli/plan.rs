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
    } = *arguments;
    let Planned { plan, report, .. } = match offline {
        true => crate::plan_offline(&context.stack)?,
        false => online(context, refresh).await?,
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
            .page(&show::plan::plan(&plan, &report, Goal::Stack))?;
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

async fn online(context: &Context, refresh: bool) -> Result<Planned, CliError> {
    let state = context.state()?;
    let view = context.stack.view();
    let reached = context.reach().await?;
    let stack = paint(STRONG, context.stack.identity());
    context
        .screen
        .tell(&format!("{stack} in {}\n", reached.name));
    let ground = match refresh {
        true => Ground::Asked(&*reached.provider),
        false => Ground::Remembered(&reached.account),
    };
    let planned = planned(&view, &state, ground, Goal::Stack);
    Ok(context.waiting("asking AWS what there is", planned).await?)
}

fn exit_code(plan: &Plan, detailed: bool) -> ExitCode {
    match detailed && !plan.is_empty() {
        true => ExitCode::from(PENDING),
        false => ExitCode::SUCCESS,
    }
}
