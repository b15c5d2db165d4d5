//! [`Look`]: how progress is to look.

use std::time::Duration;

use jeancloud_stack::{engine::Event, time::SimulatedTime};

/// How progress is to look.
#[derive(Default)]
pub(crate) struct Look {
    /// One JSON event a line.
    pub(crate) json: bool,
    /// Whose time is shown, where it isn't ours.
    pub(crate) time: Option<SimulatedTime>,
    /// What was done in less is not named.
    pub(crate) worth_a_line: Duration,
}

impl Look {
    /// Whether an event is named when it is over.
    pub(super) fn names(&self, event: &Event) -> bool {
        match event {
            Event::Done { elapsed, .. } => *elapsed >= self.worth_a_line,
            _ => true,
        }
    }
}
