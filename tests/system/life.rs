//! The system's life on moto: made, planned again, given an image, destroyed.

use std::sync::Arc;

use jeancloud::{
    Session,
    plan::{Op, Plan},
    prelude::*,
    state::FileStore,
};
use jeancloud_aws::Aws;
use tempfile::TempDir;

use super::{leftovers, system};
use crate::harness::{account, lossy};

/// What moto can't do is switched off: it answers 500 to the replication of automated backups.
pub(super) const ON_MOTO: [(&str, &str); 2] =
    [("disposable", "true"), ("backup_replication", "false")];

/// The system in an account of its own.
pub(super) struct Life {
    pub(super) aws: Arc<Aws>,
    folder: TempDir,
}

impl Life {
    pub(super) async fn begin(test: &str) -> Self {
        let config = account::of_test(test, lossy::client()).await;
        Self {
            aws: Arc::new(Aws::with_config(config)),
            folder: TempDir::new().expect("a temporary folder can be made"),
        }
    }

    fn session(&self, stack: &Stack) -> Session {
        let store = FileStore::open(self.folder.path(), &stack.identity());
        let store = store.expect("a new folder can hold a state");
        Session::shared(stack, self.aws.clone(), Box::new(store))
    }

    pub(super) async fn plan(&self, stack: &Stack) -> Plan {
        let planned = self.session(stack).plan().await;
        planned.expect("the system can be planned").plan
    }

    pub(super) async fn apply(&self, stack: &Stack) -> Plan {
        let mut session = self.session(stack);
        let planned = session.plan().await.expect("the system can be planned");
        let outcome = session.apply(&planned, &Default::default(), &|_| {}).await;
        let outcome = outcome.expect("the state can be kept");
        assert!(
            outcome.is_complete(),
            "not everything was done: {outcome:#?}"
        );
        planned.plan
    }

    pub(super) async fn destroy(&self, stack: &Stack) {
        let mut session = self.session(stack);
        let planned = session.plan_destruction().await;
        let planned = planned.expect("a disposable system is not protected");
        let outcome = session.apply(&planned, &Default::default(), &|_| {}).await;
        let outcome = outcome.expect("the state can be kept");
        assert!(
            outcome.is_complete(),
            "not everything was deleted: {outcome:#?}"
        );
    }
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

#[tokio::test]
async fn the_system_is_made_deployed_and_destroyed() {
    let life = Life::begin("the system").await;
    let first = system(&ON_MOTO);
    let _ = life.apply(&first).await;
    assert_eq!(
        steps(&life.plan(&first).await),
        [""; 0],
        "nothing is left to do"
    );

    let mut with_image = ON_MOTO.to_vec();
    with_image.push(("image", "v1"));
    let deployed = system(&with_image);
    let deploy = life.apply(&deployed).await;
    insta::assert_snapshot!(steps(&deploy).join("\n"), @"
    create france/task
    create germany/task
    delete france/task
    delete germany/task
    update france/service
    update germany/service
    ");
    assert_eq!(
        steps(&life.plan(&deployed).await),
        [""; 0],
        "nothing is left to do"
    );

    life.destroy(&deployed).await;
    assert_eq!(leftovers::of(&life.aws).await, [""; 0], "moto is empty");
}

#[tokio::test]
async fn the_system_is_found_again_without_its_state() {
    let mut life = Life::begin("the system without state").await;
    // Buckets' names are the whole world's, on moto too.
    let mut parameters = ON_MOTO.to_vec();
    parameters.push(("bucket", "jeancloud-frontend-found-again"));
    let stack = system(&parameters);
    let _ = life.apply(&stack).await;
    life.folder = TempDir::new().expect("a temporary folder can be made");
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
    assert_eq!(leftovers::of(&life.aws).await, [""; 0], "moto is empty");
}
