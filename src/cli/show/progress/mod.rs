//! What is seen while a plan is applied: redrawn lines on a terminal, plain lines elsewhere, JSON
//! for programs.

mod json;
mod lines;
mod live;
mod look;
mod spinner;

pub(crate) use look::Look;
pub(crate) use spinner::Spinner;

use jeancloud_model::Address;
use jeancloud_stack::{
    engine::Event,
    plan::{Op, Plan},
};

use super::style::{CREATE, DELETE, ERROR, FAINT, HINT, READ, UPDATE, duration, paint};
use crate::cli::screen::Screen;

/// Shows events.
pub(crate) trait Progress: Send + Sync {
    /// Something happened.
    fn event(&self, event: &Event);

    /// Time has passed: called several times a second.
    fn tick(&self);

    /// Somebody pressed Ctrl-C, and the terminal may show it.
    fn interrupted(&self) {}

    /// Something else is to be said in between.
    fn say(&self, text: &str);

    /// Nothing more comes.
    fn end(&self);
}

/// The progress of `plan`, as fits where it is shown.
pub(crate) fn of(plan: &Plan, screen: Screen, look: Look) -> Box<dyn Progress> {
    match (look.json, screen.is_live()) {
        (true, _) => Box::new(json::Json::new(screen)),
        (false, true) => Box::new(live::Live::new(plan, screen, look)),
        (false, false) => Box::new(lines::Lines::new(screen, look)),
    }
}

fn doing(op: Op) -> &'static str {
    match op {
        Op::Read => "reading",
        Op::Create => "creating",
        Op::Update => "updating",
        Op::Delete => "deleting",
        Op::Forget => "letting go of",
    }
}

/// What is said when an event is over and done with; nothing while it goes on.
fn line(event: &Event) -> Option<String> {
    match event {
        Event::Done {
            op,
            address,
            elapsed,
            ..
        } => {
            let (style, verb) = match op {
                Op::Read => (READ, "read"),
                Op::Create => (CREATE, "created"),
                Op::Update => (UPDATE, "updated"),
                Op::Delete => (DELETE, "deleted"),
                Op::Forget => (UPDATE, "let go of"),
            };
            let elapsed = paint(FAINT, format!("({})", duration(*elapsed)));
            Some(format!("{} {address} {elapsed}", paint(style, verb)))
        }
        Event::Failed {
            op,
            address,
            error,
            hint,
            ..
        } => {
            let mut text = failed(*op, *address, error);
            if let Some(hint) = hint {
                text += &format!("\n  {} {hint}", paint(HINT, "hint:"));
            }
            Some(text)
        }
        _ => None,
    }
}

fn failed(op: Op, address: Address, error: &str) -> String {
    format!(
        "{} {} {address}: {error}",
        paint(ERROR, "failed"),
        doing(op)
    )
}
