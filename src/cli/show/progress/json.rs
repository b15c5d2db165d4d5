//! One JSON event a line on stdout.

use jeancloud_stack::engine::Event;

use super::Progress;
use crate::cli::screen::Screen;

pub(super) struct Json {
    screen: Screen,
}

impl Json {
    pub(super) fn new(screen: Screen) -> Self {
        Self { screen }
    }
}

impl Progress for Json {
    fn event(&self, event: &Event) {
        let line = serde_json::to_string(event).unwrap_or_else(|error| {
            panic!("broken invariant: an event does not serialise: {error}")
        });
        // A reader that went away must not stop what is under way.
        let _ = self.screen.result(&format!("{line}\n"));
    }

    fn tick(&self) {}

    fn say(&self, text: &str) {
        self.screen.tell(text);
    }

    fn end(&self) {}
}
