//! [`Clock`]: what time it is in the emulated AWS.

use std::time::Duration;

use tokio::time::Instant;

use super::Time;

/// Runs with tokio's time, so that a test that pauses tokio's time pauses AWS too; or stands still
/// until it is advanced.
#[derive(Debug)]
pub(crate) struct Clock {
    start: Time,
    origin: Option<Instant>,
}

impl Clock {
    /// A clock that shows `start` now.
    pub fn starting_at(start: Time) -> Self {
        Self {
            start,
            origin: Some(Instant::now()),
        }
    }

    /// A clock that shows `start` until it is advanced.
    pub fn standing_at(start: Time) -> Self {
        Self {
            start,
            origin: None,
        }
    }

    /// The same clock at another time.
    pub fn set(&mut self, time: Time) {
        self.start = time;
        self.origin = self.origin.map(|_| Instant::now());
    }

    pub fn now(&self) -> Time {
        let elapsed = self.origin.map(|origin| origin.elapsed());
        self.start.after(elapsed.unwrap_or_default())
    }

    /// Lets time pass at once.
    pub fn advance(&mut self, duration: Duration) {
        self.start = self.start.after(duration);
    }
}
