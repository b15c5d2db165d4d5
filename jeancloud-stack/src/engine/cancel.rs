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

    /// What is wished from now on; none of it is missed.
    pub(super) fn wishes(&self) -> Wishes {
        Wishes {
            wish: self.0.subscribe(),
            _alive: self.0.clone(),
        }
    }

    fn raise(&self, wish: Wish) {
        self.0.send_if_modified(|now| {
            let raised = wish > *now;
            *now = wish.max(*now);
            raised
        });
    }
}

/// Wishes that a run listens to.
pub(super) struct Wishes {
    wish: watch::Receiver<Wish>,
    // As long as one sender lives, waiting for a wish does not end without one.
    _alive: watch::Sender<Wish>,
}

impl Wishes {
    /// Waits until something more is wished than when this was last asked.
    pub(super) async fn changed(&mut self) {
        let _ = self.wish.changed().await;
    }
}
