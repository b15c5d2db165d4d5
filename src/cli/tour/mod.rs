//! No command: a tour. The stack on an AWS inside this process: planned, applied, planned again,
//! changed behind its back, given an image. Nobody needs credentials for it, or a network.

mod estimate;
mod image;
mod next;
mod trouble;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use jeancloud_stack::{
    Stack,
    engine::{Event, Options, Outcome},
    state::{MemoryStore, State},
};

use super::{
    carry_out::watched,
    error::CliError,
    main::interruptible,
    screen::Screen,
    show::{
        self,
        progress::{self, Look, Progress},
        style::{FAINT, HEADING, STRONG, counted, duration, paint},
    },
};
use crate::{
    Params, Planned, Session,
    embedded::{Embedded, Recorder, Timeline},
    session::Goal,
};

/// Seconds of AWS's time in a second of the tour.
const SPEED: f64 = 120.0;

/// What takes AWS less than this is not named: it would be most of the lines, and say the least.
const WORTH_A_LINE: Duration = Duration::from_secs(20);

/// Makes the stack with these parameters beside those that were given.
pub(super) type Make<'m> = &'m dyn Fn(&[(&str, &str)]) -> Result<(Stack, Params), CliError>;

/// The whole tour.
pub(super) async fn run(make: Make<'_>, screen: Screen) -> Result<ExitCode, CliError> {
    let (stack, params) = make(&[])?;
    let image = image::parameter(&params)?;
    let mut tour = Tour {
        screen,
        aws: Embedded::new().realistic().paced(SPEED),
        state: State::empty(stack.identity()),
        chapter: 0,
    };
    tour.welcome(&stack)?;
    tour.made(&stack).await?;
    trouble::drift(&mut tour, &stack).await?;
    trouble::lost_state(&mut tour, &stack).await?;
    image::deployed(&mut tour, make, image).await?;
    trouble::mistake(&mut tour)?;
    next::steps(&tour)?;
    Ok(ExitCode::SUCCESS)
}

/// Where the tour is.
struct Tour {
    screen: Screen,
    aws: Embedded,
    state: State,
    chapter: usize,
}

impl Tour {
    fn welcome(&self, stack: &Stack) -> Result<(), CliError> {
        let name = paint(STRONG, stack.identity());
        self.screen.page(&format!(
            "A tour of {name} on an AWS that lives in this process: no credentials, no network, no\n\
             bill. The AWS SDK, the handlers and the durations are the real ones; time runs {SPEED}\n\
             times as fast.\n",
        ))
    }

    /// A new chapter.
    fn chapter(&mut self, title: &str) -> Result<(), CliError> {
        self.chapter += 1;
        let title = paint(HEADING, format!("{}. {title}", self.chapter));
        self.screen.page(&format!("\n{title}\n"))
    }

    fn say(&self, text: &str) -> Result<(), CliError> {
        self.screen.page(&format!("{}\n", text.trim_end()))
    }

    fn session(&self, stack: &Stack) -> Session {
        let store = MemoryStore::from(self.state.clone());
        Session::new(stack, self.aws.clone(), store)
    }

    async fn plan(&self, stack: &Stack) -> Result<Planned, CliError> {
        let mut session = self.session(stack);
        interruptible(async { Ok(session.plan().await?) }).await
    }

    /// Applies, and remembers what was done.
    async fn apply(&mut self, stack: &Stack, planned: &Planned) -> Result<Timeline, CliError> {
        let mut session = self.session(stack);
        let time = self.aws.clock().clone();
        let look = Look {
            json: false,
            time: Some(time.clone()),
            worth_a_line: WORTH_A_LINE,
        };
        let heard = Heard {
            progress: progress::of(&planned.plan, self.screen, look),
            recorder: Recorder::of(&planned.plan, &time),
        };
        let began = Instant::now();
        let outcome = watched(&mut session, planned, &Options::default(), &heard).await;
        heard.progress.end();
        let outcome = outcome?;
        self.state = session.state().clone();
        self.ended(&outcome, began.elapsed())?;
        Ok(heard.recorder.timeline())
    }

    fn ended(&self, outcome: &Outcome, took: Duration) -> Result<(), CliError> {
        if outcome.interrupted {
            return Err(CliError::Interrupted);
        }
        if !outcome.is_complete() {
            self.screen.tell(&show::outcome::text(outcome, Some(took)));
            return Err(CliError::Told);
        }
        self.say(&format!(
            "{} {}: {} of AWS's time, {} of yours.",
            paint(show::style::CREATE, "Done:"),
            counted(outcome.done, "action"),
            paint(STRONG, duration(outcome.elapsed)),
            duration(took),
        ))
    }

    /// The first three chapters: planned, applied, and nothing left to do.
    async fn made(&mut self, stack: &Stack) -> Result<(), CliError> {
        self.chapter("Plan")?;
        let planned = self.plan(stack).await?;
        let plan = &planned.plan;
        self.say(&show::plan::overview(plan))?;
        self.say(&show::plan::summary(plan, Goal::Stack))?;
        self.say(&faint(
            "Every step, its order and its reason are in it: nothing is left to decide later.",
        ))?;

        self.chapter("Apply")?;
        let timeline = self.apply(stack, &planned).await?;
        self.say(&estimate::text(&timeline))?;

        self.chapter("Plan again")?;
        let again = self.plan(stack).await?.plan;
        self.say(&show::plan::summary(&again, Goal::Stack))
    }
}

/// What is only said beside.
fn faint(text: &str) -> String {
    paint(FAINT, text).to_string()
}

/// Shows what happens, and remembers when.
struct Heard {
    progress: Box<dyn Progress>,
    recorder: Recorder,
}

impl Progress for Heard {
    fn event(&self, event: &Event) {
        self.recorder.event(event);
        self.progress.event(event);
    }

    fn tick(&self) {
        self.progress.tick();
    }

    fn interrupted(&self) {
        self.progress.interrupted();
    }

    fn say(&self, text: &str) {
        self.progress.say(text);
    }

    fn end(&self) {
        self.progress.end();
    }
}
