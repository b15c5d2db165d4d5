//! Waiting for AWS: quick at first, then slower, and never without a bound.

use std::{future::Future, time::Duration};

use jeancloud_stack::{
    provider::{ErrorKind, ProviderError},
    time::{Instant, sleep},
};

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

/// How long a wait outlasts a network that is gone, and an AWS that answers with nothing but errors
/// of its own.
const OUTAGE: Duration = Duration::from_secs(120);

tokio::task_local! {
    /// When a call began and how long its waits may take, where the author said so.
    static BOUND: Option<(Instant, Duration)>;
}

/// Does `work`; its waits end together after `timeout`, in place of their own bounds.
pub(crate) async fn within<F: Future>(timeout: Option<Duration>, work: F) -> F::Output {
    let bound = timeout.map(|timeout| (Instant::now(), timeout));
    BOUND.scope(bound, work).await
}

/// How long a wait that begins now may take.
fn bound(wait: Wait) -> Duration {
    let bound = BOUND.try_with(|bound| *bound).ok().flatten();
    bound.map_or(wait.at_most, |(began, timeout)| {
        timeout.saturating_sub(began.elapsed())
    })
}

/// Looks again and again until `look` gives something. What AWS refuses ends the wait; what may be
/// better the next time does not, for a while.
///
/// The bound is `wait.at_most`, or what is left of the time that the author gave the whole call
/// (`.create_timeout(…)` and its like).
///
/// Pauses begin at 50 ms and double up to `wait.pause`.
pub async fn until<T, F, L>(wait: Wait, mut look: L) -> Result<T>
where
    L: FnMut() -> F + Send,
    F: Future<Output = Result<Option<T>>> + Send,
{
    let began = Instant::now();
    let at_most = bound(wait);
    let mut pause = Duration::from_millis(50).min(wait.pause);
    let mut failing = None;
    loop {
        match look().await {
            Ok(Some(there)) => return Ok(there),
            Ok(None) => failing = None,
            Err(error) => {
                let passes = matches!(error.kind, ErrorKind::Unknown | ErrorKind::Throttled);
                let since = failing.get_or_insert_with(Instant::now);
                if !passes || since.elapsed() > OUTAGE.min(at_most) {
                    return Err(error);
                }
            }
        }
        if began.elapsed() + pause > at_most {
            return Err(ProviderError::timed_out(wait.operation, wait.what, at_most));
        }
        sleep(pause).await;
        pause = (pause * 2).min(wait.pause);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const QUICK: Wait = Wait {
        operation: "DescribeThings",
        what: "the thing",
        at_most: Duration::from_secs(60),
        pause: Duration::from_millis(1),
    };

    async fn answers(kind: ErrorKind) -> (Result<&'static str>, usize) {
        let asked = AtomicUsize::new(0);
        let found = until(QUICK, || async {
            match asked.fetch_add(1, Ordering::Relaxed) {
                0 => Ok(None),
                1 => Err(ProviderError::new(kind, "DescribeThings", "no")),
                _ => Ok(Some("there")),
            }
        });
        (found.await, asked.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn the_authors_bound_takes_the_place_of_a_waits_own() {
        for (own, timeout, at_least) in
            [(40, None, 20), (40, Some(150), 100), (9_000, Some(40), 20)]
        {
            let began = Instant::now();
            let wait = Wait {
                at_most: Duration::from_millis(own),
                ..QUICK
            };
            let nothing = until(wait, || async { Ok(None::<()>) });
            let timeout = timeout.map(Duration::from_millis);
            let error = within(timeout, nothing).await.unwrap_err();
            assert_eq!(error.kind, ErrorKind::TimedOut);
            let elapsed = began.elapsed();
            assert!(elapsed >= Duration::from_millis(at_least), "{elapsed:?}");
            assert!(elapsed < Duration::from_secs(5), "{elapsed:?}");
        }
    }

    #[tokio::test]
    async fn a_lost_answer_does_not_end_a_wait_and_a_refusal_does() {
        let (found, asked) = answers(ErrorKind::Unknown).await;
        assert_eq!((found.unwrap(), asked), ("there", 3));
        let (found, asked) = answers(ErrorKind::Denied).await;
        assert_eq!((found.unwrap_err().kind, asked), (ErrorKind::Denied, 2));
    }
}
