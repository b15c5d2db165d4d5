//! Plain lines on stderr, for logs: what is done, and a sign of life of what takes long.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use jeancloud_model::Address;
use jeancloud_stack::{engine::Event, plan::Op};

use super::{Look, Progress, doing, line};
use crate::cli::{screen::Screen, show::style::duration};

/// How often an action that takes long is named.
const SIGN_OF_LIFE: Duration = Duration::from_secs(30);

pub(super) struct Lines {
    screen: Screen,
    look: Look,
    running: Mutex<BTreeMap<usize, Running>>,
}

struct Running {
    op: Op,
    address: Address,
    since: Instant,
    /// When it was last named.
    named: Instant,
    /// Why it was tried again, last.
    retried: Option<String>,
}

impl Lines {
    pub(super) fn new(screen: Screen, look: Look) -> Self {
        Self {
            screen,
            look,
            running: Mutex::default(),
        }
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<usize, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress for Lines {
    fn event(&self, event: &Event) {
        match event {
            Event::Started {
                action,
                op,
                address,
                ..
            } => {
                let now = Instant::now();
                let running = Running {
                    op: *op,
                    address: *address,
                    since: now,
                    named: now,
                    retried: None,
                };
                self.running().insert(*action, running);
            }
            Event::Retrying {
                action,
                address,
                reason,
            } => {
                let mut running = self.running();
                let Some(running) = running.get_mut(action) else {
                    return;
                };
                // The same reason again is no news.
                if running.retried.as_ref() != Some(reason) {
                    self.screen
                        .tell(&format!("{address}: trying again: {reason}"));
                    running.retried = Some(reason.clone());
                }
            }
            Event::Done { action, .. } | Event::Failed { action, .. } => {
                self.running().remove(action);
            }
            _ => {}
        }
        if let Some(line) = line(event).filter(|_| self.look.names(event)) {
            self.screen.tell(&line);
        }
    }

    fn tick(&self) {
        for running in self.running().values_mut() {
            if running.named.elapsed() >= SIGN_OF_LIFE {
                running.named = Instant::now();
                let (verb, elapsed) = (doing(running.op), duration(running.since.elapsed()));
                self.screen
                    .tell(&format!("still {verb} {} ({elapsed})", running.address));
            }
        }
    }

    fn say(&self, text: &str) {
        self.screen.tell(text);
    }

    fn end(&self) {}
}
