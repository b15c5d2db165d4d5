//! [`Tour`]: where the tour is, and what each of its chapters does.

use std::time::{Duration, Instant};

use jeancloud_stack::{
    Stack,
    engine::{Event, Options, Outcome},
    state::{MemoryStore, State},
};

use super::estimate;
use crate::cli::{
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
    Planned, Session,
    embedded::{Embedded, Recorder, Timeline},
    session::Goal,
};

/// Seconds of AWS's time in a second of the tour.
const SPEED: f64 = 120.0;

/// What takes AWS less than this is not named: it would be most of the lines, and say the least.
const WORTH_A_LINE: Duration = Duration::from_secs(20);

/// Where the tour is.
pub(super) struct Tour {
    pub(super) screen: Screen,
    pub(super) aws: Embedded,
    pub(super) state: State,
    chapter: usize,
}

impl Tour {
    /// At its beginning, on an empty AWS.
    pub(super) fn of(stack: &Stack, screen: Screen) -> Self {
        Self {
            screen,
            aws: Embedded::new().realistic().paced(SPEED),
            state: State::empty(stack.identity()),
            chapter: 0,
        }
    }

    /// What this is.
    pub(super) fn welcome(&self, stack: &Stack) -> Result<(), CliError> {
        let name = paint(STRONG, stack.identity());
        self.screen.page(&format!(
            "A tour: the stack {name} on an AWS inside this process.\n\
             No credentials, no network, no bill. Real SDK, real handlers, real durations:\n\
             only time runs {SPEED} times as fast.\n",
        ))
    }

    /// A new chapter.
    pub(super) fn chapter(&mut self, title: &str) -> Result<(), CliError> {
        self.chapter += 1;
        let title = paint(HEADING, format!("{}. {title}", self.chapter));
        self.screen.page(&format!("\n{title}\n"))
    }

    /// Something that belongs to the chapter.
    pub(super) fn say(&self, text: &str) -> Result<(), CliError> {
        self.screen.page(&format!("{}\n", text.trim_end()))
    }

    fn session(&self, stack: &Stack) -> Session {
        let store = MemoryStore::from(self.state.clone());
        Session::new(stack, self.aws.clone(), store)
    }

    /// Asks AWS and plans.
    pub(super) async fn plan(&self, stack: &Stack) -> Result<Planned, CliError> {
        let mut session = self.session(stack);
        interruptible(async { Ok(session.plan().await?) }).await
    }

    /// Applies, and remembers what was done.
    pub(super) async fn apply(
        &mut self,
        stack: &Stack,
        planned: &Planned,
    ) -> Result<Timeline, CliError> {
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
            self.screen.tell(
                "Interrupted: the tour ends here, and its AWS with it; no other was touched.\n",
            );
            return Err(CliError::Halted);
        }
        if !outcome.is_complete() {
            self.screen.tell(&show::outcome::text(outcome, Some(took)));
            return Err(CliError::Told);
        }
        self.say(&format!(
            "{} {} in {} of AWS's time, {} of yours.",
            paint(show::style::CREATE, "Done:"),
            counted(outcome.done, "action"),
            paint(STRONG, duration(outcome.elapsed)),
            duration(took),
        ))
    }

    /// The first three chapters: planned, applied, and nothing left to do.
    pub(super) async fn made(&mut self, stack: &Stack) -> Result<(), CliError> {
        self.chapter("Plan")?;
        let planned = self.plan(stack).await?;
        let plan = &planned.plan;
        self.say(&show::plan::overview(plan))?;
        self.say(&show::plan::summary(plan, &planned.report, &Goal::stack()))?;
        self.say(&faint(
            "Every step, its order and its reason are in it: nothing is left to decide later.",
        ))?;

        self.chapter("Apply")?;
        let timeline = self.apply(stack, &planned).await?;
        self.say(&estimate::text(&timeline))?;

        self.chapter("Plan again")?;
        let Planned { plan, report, .. } = self.plan(stack).await?;
        self.say(&show::plan::summary(&plan, &report, &Goal::stack()))
    }
}

/// What is only said beside.
pub(super) fn faint(text: &str) -> String {
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
