//! [`Cancel`]: stopping a run, gently or at once.

use tokio::sync::watch;

/// Stops a run. Clones stop the same run.
#[derive(Clone, Debug)]
pub struct Cancel(watch::Sender<Wish>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wish {
    GoOn,
    Finish,
    Stop,
}

impl Default for Cancel {
    fn default() -> Self {
        Self::new()
    }
}

impl Cancel {
    /// Nothing stopped yet.
    pub fn new() -> Self {
        Self(watch::Sender::new(Wish::GoOn))
    }

    /// Start nothing more, and finish what runs.
    pub fn request(&self) {
        self.raise(Wish::Finish);
    }

    /// Stop at once: what runs is dropped, and found again by the next run.
    pub fn stop(&self) {
        self.raise(Wish::Stop);
    }

    /// Whether nothing more is to be started.
    pub fn is_requested(&self) -> bool {
        *self.0.borrow() >= Wish::Finish
    }

    /// Whether everything is to stop at once.
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow() >= Wish::Stop
    }

    /// Waits until something is wished.
    pub(super) async fn changed(&self) {
        let mut wish = self.0.subscribe();
        // The sender lives as long as `self`.
        let _ = wish.changed().await;
    }

    fn raise(&self, wish: Wish) {
        self.0.send_if_modified(|now| {
            let raised = wish > *now;
            *now = wish.max(*now);
            raised
        });
    }
}
