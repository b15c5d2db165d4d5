//! What `apply` and `destroy` share: plan, ask, do, and say how it ended.

use std::{
    io::{self, IsTerminal},
    pin::pin,
    process::ExitCode,
    time::Duration,
};

use jeancloud_stack::{
    engine::{Cancel, Options, Outcome},
    plan::{Plan, Summary},
    provider::Account,
};
use tokio::{sync::oneshot, time};

use super::{
    arguments::Run,
    context::Context,
    error::CliError,
    main::{Interrupts, interruptible},
    screen::Screen,
    show::{
        self,
        progress::{self, Progress},
        style::{STRONG, WARNING, counted, paint},
    },
};
use crate::session::{Goal, Planned, Session};

pub(super) async fn carry_out(
    context: &Context,
    goal: &Goal,
    run: &Run,
) -> Result<ExitCode, CliError> {
    let (mut session, planned) = interruptible(prepare(context, goal, run)).await?;
    let progress = progress::of(&planned.plan, context.screen, run.json);
    let outcome = watched(&mut session, &planned, run, &*progress).await;
    progress.end();
    finish(context, goal, run, &planned.plan, &outcome?)
}

/// Everything before the first change: the plan, and the consent to it.
async fn prepare(
    context: &Context,
    goal: &Goal,
    run: &Run,
) -> Result<(Session, Planned), CliError> {
    let store = Box::new(context.store()?);
    let reached = context.reach().await?;
    let account = reached.account;
    let mut session = Session::shared(&context.stack, reached.provider, store);
    let planning = session.plan_to(goal);
    let planned = context
        .waiting("asking AWS what there is", planning)
        .await?;
    let Planned { plan, report, .. } = &planned;
    // Who reads JSON and asks nothing back has no use for pages of text.
    let page = match run.json && run.yes {
        true => show::plan::warnings(report) + &show::plan::summary(plan, goal),
        false => show::plan::plan(plan, report, goal),
    };
    let stack = paint(STRONG, context.stack.identity());
    context
        .screen
        .tell(&format!("{stack} in {account}\n\n{page}"));
    if !plan.is_empty() && !run.yes {
        consent(context, goal, plan.summary, &account).await?;
    }
    Ok((session, planned))
}

/// Asks whether to go on.
async fn consent(
    context: &Context,
    goal: &Goal,
    sum: Summary,
    account: &Account,
) -> Result<(), CliError> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(CliError::Usage {
            wrong: "there is no terminal to ask on whether to go on".to_owned(),
            hint: "say --yes to go on without being asked".to_owned(),
        });
    }
    let changes = sum.create + sum.update + sum.replace + sum.delete + sum.forget;
    let what = match goal {
        Goal::Stack(_) if changes == 1 => "Apply this change".to_owned(),
        Goal::Stack(_) => format!("Apply these {}", counted(changes, "change")),
        Goal::Nothing if changes == 1 => {
            "Delete this resource for good, its data with it".to_owned()
        }
        Goal::Nothing => {
            format!("Delete these {changes} resources for good, their data with them,")
        }
        Goal::Forget(_) => format!("Let go of {}", counted(changes, "resource")),
    };
    let preposition = match goal {
        Goal::Stack(_) => "to",
        Goal::Nothing | Goal::Forget(_) => "in",
    };
    let question = format!("\n{what} {preposition} {account}? Only \"yes\" goes on:");
    context.screen.ask(&paint(STRONG, question).to_string());
    let mut line = OpenLine(Some(context.screen));
    let answer = answer().await?;
    if answer.ends_with('\n') {
        line.0 = None;
    }
    match answer.trim() {
        "yes" => Ok(()),
        _ => Err(CliError::Declined),
    }
}

/// A question whose line nobody has ended: what comes next, after Ctrl-C or Ctrl-D, begins a new one.
struct OpenLine(Option<Screen>);

impl Drop for OpenLine {
    fn drop(&mut self) {
        if let Some(screen) = self.0 {
            screen.tell("");
        }
    }
}

/// A line from stdin, on a thread that nobody has to wait for.
async fn answer() -> Result<String, CliError> {
    let (told, heard) = oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = told.send(io::stdin().read_line(&mut line).map(|_| line));
    });
    let gone = |_| CliError::Input(io::ErrorKind::BrokenPipe.into());
    heard.await.map_err(gone)?.map_err(CliError::Input)
}

/// Applies, and looks after the screen and the signals meanwhile.
async fn watched(
    session: &mut Session,
    planned: &Planned,
    run: &Run,
    progress: &dyn Progress,
) -> Result<Outcome, CliError> {
    let cancel = Cancel::new();
    let options = Options {
        parallelism: Some(run.parallelism.into()),
        cancel: cancel.clone(),
    };
    let events = |event: &_| progress.event(event);
    let mut applying = pin!(session.apply(planned, &options, &events));
    let mut interrupts = Interrupts::new()?;
    let mut ticks = time::interval(Duration::from_millis(100));
    loop {
        tokio::select! {
            outcome = &mut applying => return Ok(outcome?),
            () = interrupts.next() => interrupted(&cancel, progress),
            _ = ticks.tick() => progress.tick(),
        }
    }
}

/// The first time gently, the second time at once.
fn interrupted(cancel: &Cancel, progress: &dyn Progress) {
    let text = match cancel.is_requested() {
        false => "starting nothing more, and finishing what runs; Ctrl-C again stops at once",
        true => "stopping at once: the next run finds what was begun",
    };
    match cancel.is_requested() {
        false => cancel.request(),
        true => cancel.stop(),
    }
    progress.interrupted();
    progress.say(&format!("{} {text}", paint(WARNING, "interrupted:")));
}

fn finish(
    context: &Context,
    goal: &Goal,
    run: &Run,
    plan: &Plan,
    outcome: &Outcome,
) -> Result<ExitCode, CliError> {
    if !plan.is_empty() || !outcome.is_complete() {
        context.screen.tell(&show::outcome::text(outcome));
    }
    if matches!(goal, Goal::Stack(_)) && !run.json && !outcome.outputs.is_empty() {
        context.screen.tell("");
        context
            .screen
            .result(&show::outcome::outputs(&outcome.outputs))?;
    }
    match outcome {
        outcome if outcome.interrupted => Err(CliError::Halted),
        outcome if outcome.is_complete() => Ok(ExitCode::SUCCESS),
        _ => Err(CliError::Told),
    }
}
