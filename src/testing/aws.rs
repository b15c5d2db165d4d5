//! [`Aws`]: an emulated AWS and the state of what a test did in it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jeancloud_stack::{
    Stack,
    engine::{EngineError, Event, Options},
    plan::{Plan, PlanError},
    state::{MemoryStore, State},
};

use super::{Applied, Faults, Item, LoggedCall, blocking::wait};
use crate::{
    Planned, Session,
    embedded::{Embedded, Recorder},
    session::Goal,
};

/// An AWS for a test, and the states of the stacks in it.
///
/// ```
/// use jeancloud::{prelude::*, testing::Aws};
///
/// let aws = Aws::new();
/// let stack = Stack::new("logs");
/// let france = stack.region("france", Region::EuWest3);
/// france.add("logs", LogGroup::builder().log_group_name("/app").build());
/// aws.apply(&stack).assert_complete();
/// assert_eq!(aws.inventory()[0].id, "/app");
/// aws.destroy(&stack).assert_complete();
/// assert!(aws.inventory().is_empty());
/// ```
#[derive(Debug)]
pub struct Aws {
    embedded: Embedded,
    states: Mutex<Vec<State>>,
}

impl Aws {
    /// An empty AWS.
    pub fn new() -> Self {
        Self::on(Embedded::new())
    }

    /// One with rules of its own, or one that others use too.
    pub fn on(embedded: Embedded) -> Self {
        Self {
            embedded,
            states: Mutex::default(),
        }
    }

    /// The same AWS, and the same states so far, for somebody whose calls meet faults.
    ///
    /// ```
    /// use jeancloud::{prelude::*, testing::{Aws, Effect, Fault, Faults, assert_empty}};
    ///
    /// let stack = Stack::new("web");
    /// let france = stack.region("france", Region::EuWest3);
    /// france.add("vpc", Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build());
    ///
    /// // AWS makes the VPC, and its answer gets lost: the VPC is found again, not made twice.
    /// let aws = Aws::new();
    /// let lost = Faults::default().nth("ec2:CreateVpc", 1, Fault::Lost(Effect::With));
    /// aws.with_faults(lost).apply(&stack).assert_complete();
    /// assert_eq!(aws.called("ec2:CreateVpc"), 1);
    /// ```
    #[must_use]
    pub fn with_faults(&self, faults: Faults) -> Self {
        Self {
            embedded: self.embedded.with_faults(faults),
            states: Mutex::new(self.states().clone()),
        }
    }

    /// What the next apply would do.
    ///
    /// # Panics
    /// If the stack has mistakes: it says them all. [`Stack::check`] gives them as data.
    #[track_caller]
    pub fn plan(&self, stack: &Stack) -> Plan {
        self.planned(stack, Goal::stack()).plan
    }

    /// Plans and applies. Whether all of it was done is for the test to say:
    /// [`Applied::assert_complete`].
    ///
    /// # Panics
    /// If the stack has mistakes.
    #[track_caller]
    pub fn apply(&self, stack: &Stack) -> Applied {
        self.to(stack, Goal::stack())
    }

    /// Deletes what the stack has in AWS.
    ///
    /// # Panics
    /// If something is protected from deletion.
    #[track_caller]
    pub fn destroy(&self, stack: &Stack) -> Applied {
        self.to(stack, Goal::Nothing)
    }

    /// What is on record of a stack.
    pub fn state(&self, stack: &Stack) -> State {
        let identity = stack.identity();
        let states = self.states();
        let known = states.iter().find(|state| state.stack == identity);
        known.cloned().unwrap_or_else(|| State::empty(identity))
    }

    /// Forgets what was done, as a deleted state file does. AWS has it still.
    pub fn lose_state(&self) {
        self.states().clear();
    }

    /// Everything that AWS has and a new account doesn't, by region, kind and id.
    pub fn inventory(&self) -> Vec<Item> {
        self.embedded.emulator().inventory()
    }

    /// How many there are of a kind: `ec2/vpc`, `s3/bucket`, as [`Item::kind`] has it.
    pub fn count(&self, kind: &str) -> usize {
        let all = self.inventory();
        all.iter().filter(|item| item.kind == kind).count()
    }

    /// The calls that arrived at AWS.
    pub fn calls(&self) -> Vec<LoggedCall> {
        self.embedded.emulator().calls()
    }

    /// How often an operation was called, as `ec2:CreateVpc`.
    pub fn called(&self, operation: &str) -> usize {
        let same = |call: &&LoggedCall| format!("{}:{}", call.service, call.operation) == operation;
        self.calls().iter().filter(same).count()
    }

    /// The AWS itself: its clients, to change things behind jeancloud's back, its clock, snapshots.
    pub fn embedded(&self) -> &Embedded {
        &self.embedded
    }

    #[track_caller]
    fn planned(&self, stack: &Stack, goal: Goal) -> Planned {
        let planned = wait(self.session(stack).plan_to(&goal));
        planned.unwrap_or_else(|error| panic!("{}", refused(&error)))
    }

    #[track_caller]
    fn to(&self, stack: &Stack, goal: Goal) -> Applied {
        let planned = self.planned(stack, goal);
        let recorder = Recorder::of(&planned.plan, self.embedded.clock());
        let events = Mutex::new(Vec::new());
        let hear = |event: &Event| {
            recorder.event(event);
            let mut events = events.lock().unwrap_or_else(PoisonError::into_inner);
            events.push(event.clone());
        };
        let mut session = self.session(stack);
        let outcome = wait(session.apply(&planned, &Options::default(), &hear));
        let outcome = outcome.unwrap_or_else(|error| panic!("{}", refused(&error)));
        self.remember(session.state().clone());
        Applied {
            plan: planned.plan,
            report: planned.report,
            outcome,
            events: events.into_inner().unwrap_or_else(PoisonError::into_inner),
            timeline: recorder.timeline(),
        }
    }

    fn session(&self, stack: &Stack) -> Session {
        let store = MemoryStore::from(self.state(stack));
        Session::new(stack, self.embedded.clone(), store)
    }

    fn remember(&self, state: State) {
        let mut states = self.states();
        states.retain(|known| known.stack != state.stack);
        states.push(state);
    }

    fn states(&self) -> MutexGuard<'_, Vec<State>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Aws {
    fn default() -> Self {
        Self::new()
    }
}

/// An error with its causes, and of mistakes each one.
fn refused(error: &EngineError) -> String {
    if let EngineError::Plan(PlanError::Problems(problems)) = error {
        let problems = problems.iter().map(|problem| format!("\n  {problem}"));
        return format!("the stack has mistakes:{}", problems.collect::<String>());
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(layer) = cause {
        text += &format!("\n  because: {layer}");
        cause = layer.source();
    }
    text
}
