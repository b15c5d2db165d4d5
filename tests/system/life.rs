//! The system's life: made, planned again, given an image, destroyed.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use jeancloud::{
    Session,
    engine::{Cancel, EngineError, Event, Options, Outcome},
    plan::{Op, Plan, PlanOptions},
    prelude::*,
    state::FileStore,
};
use jeancloud_aws::Aws;
use jeancloud_emulator::Emulator;
use tempfile::TempDir;

use super::{leftovers, system};
use crate::{
    gaps,
    harness::{Cloud, On},
};

/// The parameters of a system that leaves nothing behind. moto can't replicate backups: see
/// [`gaps::BACKUPS_STAY_IN_THEIR_REGION`].
pub(super) fn parameters(on: On) -> Vec<(&'static str, &'static str)> {
    let replicated = match on == gaps::BACKUPS_STAY_IN_THEIR_REGION.lacks {
        true => "false",
        false => "true",
    };
    vec![("disposable", "true"), ("backup_replication", replicated)]
}

/// The system in an account of its own.
pub(super) struct Life {
    pub(super) cloud: Cloud,
    pub(super) aws: Arc<Aws>,
    folder: TempDir,
}

impl Life {
    pub(super) async fn begin(on: On, test: &str) -> Self {
        Self::of(Cloud::new(on, test).await)
    }

    pub(super) fn of(cloud: Cloud) -> Self {
        let aws = cloud.aws();
        Self::through(cloud, aws)
    }

    /// In `cloud`, which is reached in a way of one's own.
    pub(super) fn through(cloud: Cloud, aws: Aws) -> Self {
        Self {
            cloud,
            aws: Arc::new(aws),
            folder: new_folder(),
        }
    }

    /// From here on, AWS is reached in this way.
    pub(super) fn goes_on_through(&mut self, aws: Aws) {
        self.aws = Arc::new(aws);
    }

    /// From here on, nothing goes wrong.
    pub(super) fn recovers(&mut self) {
        self.goes_on_through(self.cloud.aws());
    }

    /// Forgets everything that was done.
    pub(super) fn lose_state(&mut self) {
        self.folder = new_folder();
    }

    /// What a person does between making the system and deploying it; ECR replicates the image. moto
    /// runs tasks without images, see [`gaps::ANY_IMAGE_RUNS`].
    pub(super) fn push_image(&self, tag: &str) {
        let Some(emulator) = self.cloud.emulator() else {
            assert_eq!(self.cloud.on(), gaps::ANY_IMAGE_RUNS.lacks);
            return;
        };
        let registry = format!("{}.dkr.ecr.eu-west-3.amazonaws.com", self.cloud.number());
        let pushed = emulator.push_image(&format!("{registry}/jeancloud-backend"), tag);
        pushed.expect("the system has this repository");
    }

    /// That nothing is left in the account.
    pub(super) async fn expect_nothing_left(&self) {
        assert_eq!(leftovers::of(&self.aws).await, [""; 0]);
    }

    /// Plans with what is asked of this one plan, and does what is planned.
    ///
    /// # Errors
    /// What kept it from being planned, or done.
    pub(super) async fn try_apply(
        &self,
        stack: &Stack,
        options: PlanOptions,
    ) -> Result<Plan, String> {
        let mut session = self.session(stack);
        let planned = session.plan_with(options).await;
        let planned = planned.map_err(|error| format!("it can't be planned: {error:#?}"))?;
        let outcome = session.apply(&planned, &Default::default(), &|_| {}).await;
        let outcome = outcome.map_err(|error| format!("it can't be applied: {error:#?}"))?;
        match outcome.is_complete() {
            true => Ok(planned.plan),
            false => Err(format!(
                "not everything was done: {:#?} of {:#?}",
                outcome.failed,
                steps(&planned.plan)
            )),
        }
    }

    /// The state of what was done.
    pub(super) fn store(&self, stack: &Stack) -> FileStore {
        let store = FileStore::open(self.folder.path(), &stack.identity());
        store.expect("a new folder can hold a state")
    }

    fn session(&self, stack: &Stack) -> Session {
        Session::shared(stack, self.aws.clone(), Box::new(self.store(stack)))
    }

    pub(super) async fn plan(&self, stack: &Stack) -> Plan {
        let planned = self.session(stack).plan().await;
        planned.expect("the system can be planned").plan
    }

    /// Why there is no plan.
    pub(super) async fn refused(&self, stack: &Stack) -> EngineError {
        let planned = self.session(stack).plan().await;
        planned.expect_err("the system can't be planned")
    }

    pub(super) async fn apply(&self, stack: &Stack) -> Plan {
        let (planned, outcome) = self.run(stack, Goal::Stack).await.expect("it can be run");
        assert!(
            outcome.is_complete(),
            "not everything was done: {outcome:#?}"
        );
        planned
    }

    /// Applies until so many actions are done, and cancels then.
    pub(super) async fn apply_until(
        &self,
        stack: &Stack,
        done: usize,
        cancel: fn(&Cancel),
    ) -> Outcome {
        let mut session = self.session(stack);
        let planned = session.plan().await.expect("the system can be planned");
        let options = Options::default();
        let so_far = AtomicUsize::new(0);
        let events = |event: &Event| {
            let is_done = matches!(event, Event::Done { .. });
            if is_done && so_far.fetch_add(1, Ordering::Relaxed) + 1 == done {
                cancel(&options.cancel);
            }
        };
        let outcome = session.apply(&planned, &options, &events).await;
        outcome.expect("the state can be kept")
    }

    pub(super) async fn destroy(&self, stack: &Stack) {
        let (_, outcome) = self.run(stack, Goal::Nothing).await.expect("it can be run");
        assert!(
            outcome.is_complete(),
            "not everything was deleted: {outcome:#?}"
        );
    }

    /// Plans and does what is planned, again and again until everything is done, `times` at most.
    pub(super) async fn run_until_done(&self, stack: &Stack, goal: Goal, times: usize) {
        let mut ends = Vec::new();
        for _ in 0..times {
            match self.run(stack, goal).await {
                Ok((_, outcome)) if outcome.is_complete() => return,
                Ok((_, outcome)) => ends.push(format!("{outcome:#?}")),
                Err(error) => ends.push(format!("{error:?}")),
            }
        }
        panic!("{goal:?} is not reached: {}", ends.join("\n"));
    }

    async fn run(&self, stack: &Stack, goal: Goal) -> Result<(Plan, Outcome), EngineError> {
        let mut session = self.session(stack);
        let planned = match goal {
            Goal::Stack => session.plan().await?,
            Goal::Nothing => session.plan_destruction().await?,
        };
        let outcome = session.apply(&planned, &Default::default(), &|_| {}).await;
        Ok((planned.plan, outcome?))
    }
}

/// Where a run leads to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Goal {
    Stack,
    Nothing,
}

/// Everything that a plan would do, as `update france/service`.
pub(super) fn steps(plan: &Plan) -> Vec<String> {
    let actions = plan.actions.iter().filter(|action| action.op != Op::Read);
    let mut steps: Vec<String> = actions
        .map(|action| format!("{:?} {}", action.op, action.address).to_lowercase())
        .collect();
    steps.sort();
    steps
}

on_each!(the_system_is_made_deployed_and_destroyed);

async fn the_system_is_made_deployed_and_destroyed(on: On) {
    let life = Life::begin(on, "the system").await;
    live(&life).await;
}

/// A whole life: made, nothing left to do, deployed, nothing left to do, destroyed.
pub(super) async fn live(life: &Life) {
    let mut parameters = parameters(life.cloud.on());
    let first = system(&parameters);
    let _ = life.apply(&first).await;
    assert_eq!(
        steps(&life.plan(&first).await),
        [""; 0],
        "nothing is left to do"
    );

    life.push_image("v1");
    parameters.push(("image", "v1"));
    let deployed = system(&parameters);
    let deploy = life.apply(&deployed).await;
    let steps_of_deploying = [
        "create france/task",
        "create germany/task",
        "delete france/task",
        "delete germany/task",
        "update france/service",
        "update germany/service",
    ];
    assert_eq!(steps(&deploy), steps_of_deploying);
    assert_eq!(
        steps(&life.plan(&deployed).await),
        [""; 0],
        "nothing is left to do"
    );

    life.destroy(&deployed).await;
    life.expect_nothing_left().await;
}

/// Durations shrink to a fiftieth, so that the engine has to wait for all that takes time, and to look
/// again for what AWS doesn't show yet.
#[tokio::test]
async fn the_system_lives_where_everything_takes_time() {
    let slow = Emulator::builder()
        .time_factor(0.02)
        .eventually_consistent(true);
    let life = Life::of(Cloud::of(&slow.build(), "111122223333"));
    live(&life).await;
}

on_each!(the_system_is_found_again_without_its_state);

async fn the_system_is_found_again_without_its_state(on: On) {
    let mut life = Life::begin(on, "the system without state").await;
    // Buckets' names are the whole world's, on moto too.
    let mut parameters = parameters(on);
    parameters.push(("bucket", "jeancloud-frontend-found-again"));
    let stack = system(&parameters);
    let _ = life.apply(&stack).await;
    life.lose_state();
    let again = steps(&life.plan(&stack).await);
    let doubled: Vec<&String> = again
        .iter()
        .filter(|step| step.starts_with("create") || step.starts_with("delete"))
        .collect();
    assert!(
        doubled.is_empty(),
        "these are not found again: {doubled:#?}"
    );
    life.destroy(&stack).await;
    life.expect_nothing_left().await;
}

fn new_folder() -> TempDir {
    TempDir::new().expect("a temporary folder can be made")
}
