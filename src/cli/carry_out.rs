//! What `apply` and `destroy` share: plan, ask, do, and say how it ended.

use std::{
    io::{self, IsTerminal},
    pin::pin,
    process::ExitCode,
    time::{Duration, Instant},
};

use jeancloud_stack::{
    engine::{Cancel, Options, Outcome},
    plan::{Plan, SavedPlan, Summary},
    time::SimulatedTime,
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
        progress::{self, Look, Progress},
        style::{STRONG, WARNING, counted, paint},
    },
};
use crate::session::{Goal, Planned, Session};

/// What is to be carried out.
pub(super) enum Wish {
    /// What is planned now.
    New(Goal),
    /// What was planned and kept.
    Saved(Box<SavedPlan>),
}

impl Wish {
    fn goal(&self) -> &Goal {
        match self {
            Self::New(goal) => goal,
            Self::Saved(saved) => saved.goal(),
        }
    }
}

pub(super) async fn carry_out(
    context: &Context,
    wish: &Wish,
    run: &Run,
) -> Result<ExitCode, CliError> {
    let goal = wish.goal();
    let Prepared {
        mut session,
        planned,
        time,
    } = interruptible(prepare(context, wish, run)).await?;
    let look = Look {
        json: run.json,
        time: time.clone(),
        ..Look::default()
    };
    let progress = progress::of(&planned.plan, context.screen, look);
    let options = Options {
        parallelism: Some(run.parallelism.into()),
        cancel: Cancel::new(),
    };
    let began = Instant::now();
    let outcome = watched(&mut session, &planned, &options, &*progress).await;
    progress.end();
    let took = time.map(|_| began.elapsed());
    finish(context, goal, run, &planned.plan, &outcome?, took)
}

/// What is about to be done.
struct Prepared {
    session: Session,
    planned: Planned,
    /// Whose time it takes.
    time: Option<SimulatedTime>,
}

/// Everything before the first change: the plan, and the consent to it.
async fn prepare(context: &Context, wish: &Wish, run: &Run) -> Result<Prepared, CliError> {
    let goal = wish.goal();
    let store = context.store()?;
    let reached = context.reach().await?;
    let (name, time) = (reached.name.clone(), reached.time().cloned());
    let mut session = Session::shared(&context.stack, reached.provider, store);
    let planning = async {
        match wish {
            Wish::New(goal) => session.plan_to(goal).await,
            Wish::Saved(saved) => session.plan_again(saved).await,
        }
    };
    let planned = context
        .waiting("asking AWS what there is", planning)
        .await?;
    let plan = &planned.plan;
    let page = shown(&planned, goal, run);
    let stack = paint(STRONG, context.stack.identity());
    context.screen.tell(&format!("{stack} in {name}\n\n{page}"));
    if !plan.is_empty() && !run.yes {
        consent(context, goal, plan.summary, &name).await?;
    }
    Ok(Prepared {
        session,
        planned,
        time,
    })
}

/// What is shown before anything is done, and before anybody is asked. Who reads JSON and asks nothing
/// back has no use for the actions, and is told what stands beside them.
fn shown(planned: &Planned, goal: &Goal, run: &Run) -> String {
    let Planned { plan, report, .. } = planned;
    match run.json && run.yes {
        true => show::plan::beside(report, run.full) + &show::plan::summary(plan, report, goal),
        false => show::plan::plan(plan, report, goal, run.full),
    }
}

/// Asks whether to go on.
async fn consent(
    context: &Context,
    goal: &Goal,
    sum: Summary,
    place: &str,
) -> Result<(), CliError> {
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
    agreed(context, &format!("{what} {preposition} {place}?")).await
}

/// Asks a question that only "yes" answers.
pub(super) async fn agreed(context: &Context, question: &str) -> Result<(), CliError> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(CliError::Usage {
            wrong: "there is no terminal to ask on whether to go on".to_owned(),
            hint: "say --yes to go on without being asked".to_owned(),
        });
    }
    let question = format!("\n{question} Only \"yes\" goes on:");
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
pub(super) async fn watched(
    session: &mut Session,
    planned: &Planned,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Outcome, CliError> {
    let events = |event: &_| progress.event(event);
    let mut applying = pin!(session.apply(planned, options, &events));
    let mut interrupts = Interrupts::new()?;
    let mut ticks = time::interval(Duration::from_millis(100));
    loop {
        tokio::select! {
            outcome = &mut applying => return Ok(outcome?),
            () = interrupts.next() => interrupted(&options.cancel, progress),
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
    took: Option<Duration>,
) -> Result<ExitCode, CliError> {
    if !plan.is_empty() || !outcome.is_complete() {
        context.screen.tell(&show::outcome::text(outcome, took));
    }
    let shows_outputs = matches!(goal, Goal::Stack(_)) && !run.json;
    if shows_outputs && !outcome.outputs.is_empty() {
        context.screen.tell("");
        context
            .screen
            .result(&show::outcome::outputs(&outcome.outputs))?;
    }
    if shows_outputs && !outcome.left_out.is_empty() {
        context
            .screen
            .tell(&format!("\n{}", show::left_out::outputs(outcome)));
    }
    match outcome {
        outcome if outcome.interrupted => Err(CliError::Halted),
        outcome if outcome.is_complete() => Ok(ExitCode::SUCCESS),
        _ => Err(CliError::Told),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::show::style::plain, *};
    use crate::{maps::Maps, prelude::*, state::MemoryStore};

    #[tokio::test]
    async fn what_is_lost_is_shown_before_anything_is_done_asked_or_not() {
        let stack = Stack::new("s");
        let france = stack.region("france", Region::EuWest3);
        france.add("logs", LogGroup::builder().build());
        let store = MemoryStore::new(stack.identity());
        let mut session = Session::new(&stack, Maps::default(), store);
        let planned = session.plan().await.expect("it can be planned");
        let applied = session.apply(&planned, &Options::default(), &|_| {}).await;
        assert!(applied.expect("the state can be kept").is_complete());
        let end = session.plan_destruction().await.expect("it can be planned");
        for (yes, json) in [(false, false), (true, false), (true, true)] {
            let run = Run {
                yes,
                json,
                full: false,
                parallelism: 1,
            };
            let page = plain(&shown(&end, &Goal::Nothing, &run));
            let last = "note: france/logs: its log events are deleted with it\n\nPlan: ";
            assert!(page.contains(last), "{page}");
        }
    }
}
