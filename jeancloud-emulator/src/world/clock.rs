//! [`Clock`]: what time it is in the emulated AWS.

use std::time::Duration;

use tokio::time::Instant;

use super::Time;

/// Runs with tokio's time, so that a test that pauses tokio's time pauses AWS too.
#[derive(Debug)]
pub(crate) struct Clock {
    start: Time,
    origin: Instant,
}

impl Clock {
    /// A clock that shows `start` now.
    pub fn starting_at(start: Time) -> Self {
        Self {
            start,
            origin: Instant::now(),
        }
    }

    pub fn now(&self) -> Time {
        self.start.after(self.origin.elapsed())
    }

    /// Lets time pass at once.
    pub fn advance(&mut self, duration: Duration) {
        self.start = self.start.after(duration);
    }
}
