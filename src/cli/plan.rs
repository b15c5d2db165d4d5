//! `plan`: shows what apply would do, and keeps it in a file.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use jeancloud_stack::plan::{Plan, PlanReport, SavedPlan, SavedPlanError};
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
    let (planned, folder) = match offline {
        true => (crate::session::offline(&context.stack, &goal)?, None),
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
        let saved = planned.saved()?;
        let saved = saved.with_parameters(context.parameters.clone(), &context.stack.view());
        let saved = saved.in_folder(folder);
        saved.write(out)?;
        let kept = paint(FAINT, kept(&saved, out)).to_string();
        context.screen.tell(&kept);
    }
    Ok(exit_code(plan, detailed_exitcode))
}

/// How it is applied.
fn kept(saved: &SavedPlan, out: &Path) -> String {
    let secrets: Vec<&str> = saved
        .secret_parameters()
        .iter()
        .map(String::as_str)
        .collect();
    let again = match secrets.is_empty() {
        true => String::new(),
        false => format!("; it keeps no secret: give {} again", secrets.join(", ")),
    };
    format!(
        "kept in {0}: `apply {0}` does exactly this{again}",
        out.display()
    )
}

/// Planned with what AWS tells, or the state; and the folder of an AWS in the process.
async fn online(
    context: &Context,
    refresh: bool,
    goal: &Goal,
) -> Result<(Planned, Option<PathBuf>), CliError> {
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
    let planned = context.waiting("asking AWS what there is", planned).await?;
    Ok((planned, reached.folder))
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
