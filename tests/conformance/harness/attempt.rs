//! [`attempt`]: trying what may be known not to work.

use super::Difference;

tokio::task_local! {
    /// Whether this test is expected to fail: then the first refusal is enough.
    static FAILS: bool;
}

/// Does `work`, which has to fail where one AWS lacks something for it, so that nobody keeps a gap
/// that is closed.
pub async fn attempt(gap: Option<Difference>, work: impl Future<Output = ()> + Send + 'static) {
    let tried = tokio::spawn(FAILS.scope(gap.is_some(), work));
    match (tried.await.err(), gap) {
        (None, None) | (Some(_), Some(_)) => {}
        (Some(failure), None) => std::panic::resume_unwind(failure.into_panic()),
        (None, Some(gap)) => panic!(
            "{:?} can do it now, so {} is no gap: see docs/emulator-and-moto.md",
            gap.lacks, gap.name
        ),
    }
}

/// Whether the test that asks is expected to fail, so that nobody has to be patient in it.
pub fn is_expected_to_fail() -> bool {
    FAILS.try_with(|fails| *fails).unwrap_or(false)
}
