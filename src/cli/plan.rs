//! `plan`: shows what apply would do, and keeps it in a file.

use std::{process::ExitCode, sync::Arc};

use jeancloud_stack::plan::{Plan, PlanReport, SavedPlanError};
use serde_json::{Value as Json, json};

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
        ref out,
        full,
        ref chosen,
    } = *arguments;
    if out.is_some() && (offline || !refresh) {
        return Err(SavedPlanError::NotAsked.into());
    }
    let goal = Goal::Stack(chosen.options());
    let planned = match offline {
        true => crate::session::offline(&context.stack, &goal)?,
        false => online(context, refresh, &goal).await?,
    };
    let Planned { plan, report, .. } = &planned;
    if json {
        report
            .warnings
            .iter()
            .for_each(|warning| context.screen.tell(&show::problem::brief(warning)));
        context
            .screen
            .result(&format!("{:#}\n", document(&planned)))?;
    } else {
        context
            .screen
            .page(&show::plan::plan(plan, report, &goal, full))?;
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
    if let Some(out) = out {
        planned.saved()?.write(out)?;
        let kept = format!(
            "kept in {0}: `apply {0}` does exactly this, with the same --set",
            out.display()
        );
        context.screen.tell(&paint(FAINT, kept).to_string());
    }
    Ok(exit_code(plan, detailed_exitcode))
}

async fn online(context: &Context, refresh: bool, goal: &Goal) -> Result<Planned, CliError> {
    let state = context.state()?;
    let view = Arc::new(context.stack.view());
    let reached = context.reach().await?;
    let stack = paint(STRONG, context.stack.identity());
    context
        .screen
        .tell(&format!("{stack} in {}\n", reached.name));
    let ground = match refresh {
        true => Ground::Asked(&*reached.provider),
        false => Ground::Remembered(&reached.account),
    };
    let planned = planned(&view, &state, ground, goal);
    Ok(context.waiting("asking AWS what there is", planned).await?)
}

/// The plan's document, and what stands beside the plan.
fn document(planned: &Planned) -> Json {
    let mut document = planned.plan.to_json();
    let PlanReport {
        warnings,
        drift,
        notes,
        losses,
        left_out,
        ..
    } = &planned.report;
    document["warnings"] = json!(warnings);
    document["drift"] = json!(drift);
    document["notes"] = json!(notes);
    document["losses"] = json!(losses);
    document["left_out"] = json!(left_out);
    document
}

fn exit_code(plan: &Plan, detailed: bool) -> ExitCode {
    match detailed && !plan.is_empty() {
        true => ExitCode::from(PENDING),
        false => ExitCode::SUCCESS,
    }
}
