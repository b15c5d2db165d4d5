//! [`Applied`]: what came of an apply.

use jeancloud_stack::{
    engine::{Event, Outcome},
    plan::{Plan, PlanReport},
};

use crate::embedded::{Step, Timeline};

/// What came of an apply: what was planned, what happened, and how it ended.
#[derive(Debug)]
#[must_use = "whether all of it was done is for the test to say: `assert_complete`"]
#[non_exhaustive]
pub struct Applied {
    /// What was planned.
    pub plan: Plan,
    /// Drift, warnings and notes beside the plan.
    pub report: PlanReport,
    /// How it ended.
    pub outcome: Outcome,
    /// What happened, in its order.
    pub events: Vec<Event>,
    /// What was done when, in AWS's time: durations, and the critical path.
    pub timeline: Timeline,
}

impl Applied {
    /// Every action was done.
    ///
    /// # Panics
    /// If not: it says what failed and why, and what was skipped.
    #[track_caller]
    pub fn assert_complete(&self) {
        if self.outcome.is_complete() {
            return;
        }
        let mut text = String::from("not everything was done");
        for failure in &self.outcome.failed {
            text += &format!("\n  failed: {}: {}", failure.address, failure.error);
        }
        for skipped in &self.outcome.skipped {
            text += &format!("\n  skipped: {}: {}", skipped.address, skipped.reason);
        }
        panic!("{text}");
    }

    /// `first` was done before `then` began.
    ///
    /// # Panics
    /// If not, or if one of them was not done.
    #[track_caller]
    pub fn assert_order(&self, first: &str, then: &str) {
        let (one, other) = (self.step(first), self.step(then));
        let (ended, began) = (self.position(one, true), self.position(other, false));
        assert!(
            ended < began,
            "{then} began at {:?}, before {first} was done at {:?}",
            other.began,
            one.ended
        );
    }

    /// When something was done, and how long it took.
    ///
    /// # Panics
    /// If it was not done.
    #[track_caller]
    pub fn step(&self, address: &str) -> &Step {
        let mut steps = self.timeline.steps();
        let step = steps.find(|step| step.address.as_str() == address);
        step.unwrap_or_else(|| {
            let done = self.timeline.steps().map(|step| step.address.as_str());
            let done: Vec<_> = done.collect();
            panic!("nothing was done to {address}, but to {}", done.join(", "))
        })
    }

    /// Where in the events a step began or ended.
    fn position(&self, step: &Step, ended: bool) -> Option<usize> {
        self.events.iter().position(|event| match event {
            Event::Started { address, op, .. } => {
                !ended && (*address, *op) == (step.address, step.op)
            }
            Event::Done { address, op, .. } => ended && (*address, *op) == (step.address, step.op),
            _ => false,
        })
    }
}
