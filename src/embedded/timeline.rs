//! [`Timeline`]: when each action of a run began and ended, and which of them it waited for.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jeancloud_model::Address;
use jeancloud_stack::{
    engine::Event,
    plan::{Op, Plan},
    time::SimulatedTime,
};

/// When what was done, in the time of an [`Embedded`](super::Embedded) AWS.
///
/// With [`realistic`](super::Embedded::realistic) calls it is what the same run takes on AWS, as far
/// as the emulator's table of durations knows: those that AWS documents, and usual ones where it
/// documents none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    steps: BTreeMap<usize, Step>,
}

/// An action that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// What was done.
    pub op: Op,
    /// To what.
    pub address: Address,
    /// When it began, counted from the beginning of the run.
    pub began: Duration,
    /// When it was done.
    pub ended: Duration,
    after: Vec<usize>,
}

impl Step {
    /// How long it took.
    pub fn took(&self) -> Duration {
        self.ended.saturating_sub(self.began)
    }
}

impl Timeline {
    /// Every step, by the number of its action.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.values()
    }

    /// How long all of it took.
    pub fn took(&self) -> Duration {
        let ends = self.steps.values().map(|step| step.ended);
        ends.max().unwrap_or_default()
    }

    /// The chain of steps that dictates how long it takes: the last one to end, before it the last
    /// one that it waited for, and so on.
    pub fn critical_path(&self) -> Vec<&Step> {
        let last = |steps: &mut dyn Iterator<Item = &'_ usize>| {
            let ended = |id: &usize| self.steps.get(id).map(|step| (step.ended, *id));
            Some(steps.filter_map(ended).max()?.1)
        };
        let mut path = Vec::new();
        let mut next = last(&mut self.steps.keys());
        while let Some(step) = next.and_then(|id| self.steps.get(&id)) {
            path.push(step);
            next = last(&mut step.after.iter());
        }
        path.reverse();
        path
    }
}

/// Hears events and keeps a [`Timeline`].
#[derive(Debug)]
pub struct Recorder {
    time: SimulatedTime,
    origin: Duration,
    after: Vec<Vec<usize>>,
    began: Mutex<BTreeMap<usize, Duration>>,
    done: Mutex<Timeline>,
}

impl Recorder {
    /// For a run of `plan` that begins now, in the time of an embedded AWS.
    pub fn of(plan: &Plan, time: &SimulatedTime) -> Self {
        Self {
            time: time.clone(),
            origin: time.now(),
            after: plan.actions.iter().map(|it| it.after.clone()).collect(),
            began: Mutex::default(),
            done: Mutex::default(),
        }
    }

    /// Something happened.
    pub fn event(&self, event: &Event) {
        let now = self.time.now().saturating_sub(self.origin);
        let mut began = self.began.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Started { action, .. } => {
                began.insert(*action, now);
            }
            Event::Done {
                action,
                op,
                address,
                ..
            } => {
                let step = Step {
                    op: *op,
                    address: *address,
                    began: began.get(action).copied().unwrap_or(now),
                    ended: now,
                    after: self.after.get(*action).cloned().unwrap_or_default(),
                };
                let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
                done.steps.insert(*action, step);
            }
            _ => {}
        }
    }

    /// What was heard.
    pub fn timeline(self) -> Timeline {
        self.done
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
