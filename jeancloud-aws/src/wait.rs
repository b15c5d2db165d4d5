//! Waiting for AWS: quick at first, then slower, and never without a bound.

use std::{future::Future, time::Duration};

use jeancloud_stack::provider::ProviderError;
use tokio::time::{Instant, sleep};

use crate::handler::Result;

/// How long to wait for something, and where the bound comes from.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// The operation that asks, for the message.
    pub operation: &'static str,
    /// What is waited for, as a fragment: `the VPC`.
    pub what: &'static str,
    /// The bound.
    pub at_most: Duration,
    /// The longest pause between two looks.
    pub pause: Duration,
}

/// Looks again and again until `look` gives something; an error of `look` ends the wait.
///
/// Pauses begin at 50 ms and double up to `wait.pause`.
pub async fn until<T, F, L>(wait: Wait, mut look: L) -> Result<T>
where
    L: FnMut() -> F + Send,
    F: Future<Output = Result<Option<T>>> + Send,
{
    let began = Instant::now();
    let mut pause = Duration::from_millis(50).min(wait.pause);
    loop {
        if let Some(there) = look().await? {
            return Ok(there);
        }
        if began.elapsed() + pause > wait.at_most {
            return Err(ProviderError::timed_out(
                wait.operation,
                wait.what,
                wait.at_most,
            ));
        }
        sleep(pause).await;
        pause = (pause * 2).min(wait.pause);
    }
}
