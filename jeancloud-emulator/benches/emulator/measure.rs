//! [`times`]: the same thing many times.

use std::time::{Duration, Instant};

/// What many calls took, in rising order.
pub struct Times(Vec<Duration>);

/// Calls so many times; `call` is told how often before.
pub fn times(count: usize, mut call: impl FnMut(usize)) -> Times {
    let mut all: Vec<Duration> = (0..count)
        .map(|at| {
            let before = Instant::now();
            call(at);
            before.elapsed()
        })
        .collect();
    all.sort_unstable();
    Times(all)
}

impl Times {
    pub fn median(&self) -> Duration {
        self.0[self.0.len() / 2]
    }

    /// What 99 of 100 calls stay under.
    pub fn slow(&self) -> Duration {
        self.0[self.0.len() * 99 / 100]
    }
}

/// As `12.3 µs`, in a column.
pub fn micros(duration: Duration) -> String {
    format!("{:>8.1} µs", duration.as_secs_f64() * 1e6)
}
