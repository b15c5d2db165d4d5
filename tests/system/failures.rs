//! Runs that fail in part, on the AWS in the process: what doesn't depend on a failure is done, the
//! failure says its reason and a way out, and the next run goes on.

use std::sync::Arc;

use aws_config::{BehaviorVersion, Region as SdkRegion, SdkConfig};
use aws_sdk_sts::config::{Credentials, SharedCredentialsProvider};
use jeancloud::{Session, prelude::*};
use jeancloud_aws::Aws;
use jeancloud_emulator::Emulator;
use jeancloud_stack::{
    engine::{Options, Outcome},
    provider::ErrorKind,
    state::FileStore,
};
use tempfile::TempDir;

use super::system;

/// An AWS where nothing takes time, and a state.
struct World {
    emulator: Emulator,
    aws: Arc<Aws>,
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        let emulator = Emulator::builder().time_factor(0.0).build();
        let credentials = Credentials::new("123456789012", "secret", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(SdkRegion::from_static("us-east-1"))
            .http_client(emulator.client())
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        Self {
            aws: Arc::new(Aws::with_config(config)),
            folder: TempDir::new().expect("a temporary folder can be made"),
            emulator,
        }
    }

    fn session(&self, stack: &Stack) -> Session {
        let store = FileStore::open(self.folder.path(), &stack.identity());
        let store = store.expect("a state can be kept");
        Session::shared(stack, self.aws.clone(), Box::new(store))
    }

    async fn apply(&self, stack: &Stack) -> Outcome {
        let mut session = self.session(stack);
        let planned = session.plan().await.expect("it can be planned");
        let outcome = session.apply(&planned, &Options::default(), &|_| {});
        outcome.await.expect("the state can be kept")
    }

    async fn has_nothing_to_do(&self, stack: &Stack) -> bool {
        let planned = self.session(stack).plan().await;
        planned.expect("it can be planned").plan.is_empty()
    }
}

/// What was not begun for a failure.
fn skipped_for(outcome: &Outcome, action: usize) -> Vec<&'static str> {
    let skipped = outcome.skipped.iter();
    let skipped = skipped.filter(|one| one.because == Some(action));
    skipped.map(|one| one.address.as_str()).collect()
}

#[tokio::test]
async fn a_deployment_without_its_image_fails_with_the_tasks_reason_and_is_tried_again() {
    let world = World::new();
    let stack = system(&[("disposable", "true"), ("image", "v1")]);
    let outcome = world.apply(&stack).await;
    let [failure] = &outcome.failed[..] else {
        panic!("{outcome:#?}")
    };
    assert_eq!(failure.address.as_str(), "france/service");
    assert_eq!(failure.error.kind, ErrorKind::Failed);
    let message = failure.error.to_string();
    assert!(message.contains("the deployment failed: "), "{message}");
    assert!(message.contains("CannotPullContainerError"), "{message}");
    let hint = failure.error.hint.as_deref().unwrap_or_default();
    assert!(hint.contains("mend the cause and apply again"), "{hint}");
    // What scales the service waits for it, and nothing else does.
    let skipped = skipped_for(&outcome, failure.action);
    assert_eq!(skipped.len(), outcome.skipped.len(), "{outcome:#?}");
    assert!(
        skipped.iter().all(|address| address.starts_with("france/")),
        "{skipped:?}"
    );
    let done = outcome.completed.iter().map(|one| one.address.as_str());
    let done: Vec<_> = done.collect();
    assert!(
        done.contains(&"global/cdn") && done.contains(&"france/db"),
        "{done:?}"
    );

    // AWS has the service as declared, and still there is something to do about it.
    assert!(!world.has_nothing_to_do(&stack).await);
    let again = world.apply(&stack).await;
    let failed: Vec<_> = again
        .failed
        .iter()
        .map(|one| one.address.as_str())
        .collect();
    assert_eq!(failed, ["france/service"]);

    let repository = &again.outputs["repository"];
    let repository = repository.as_str().expect("it is known");
    let pushed = world.emulator.push_image(repository, "v1");
    pushed.expect("the repository is there");
    let outcome = world.apply(&stack).await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert!(world.has_nothing_to_do(&stack).await);
}

#[tokio::test]
async fn a_bucket_that_is_not_empty_stays_and_says_how_to_empty_it() {
    let world = World::new();
    let stack = Stack::new("system");
    let france = stack.region("france", Region::EuWest3);
    france.add("bucket", Bucket::builder().bucket_name("full").build());
    france.add("logs", LogGroup::builder().log_group_name("/app").build());
    assert!(world.apply(&stack).await.is_complete());
    let clients = world.aws.clients(Region::EuWest3).await;
    let s3 = clients.expect("there is every region").s3();
    let put = s3.put_object().bucket("full").key("kept").send().await;
    put.expect("there is the bucket");

    let nothing = Stack::new("system");
    let outcome = world.apply(&nothing).await;
    let [failure] = &outcome.failed[..] else {
        panic!("{outcome:#?}")
    };
    assert_eq!(failure.address.as_str(), "france/bucket");
    assert!(failure.error.to_string().contains("BucketNotEmpty"));
    let hint = failure.error.hint.as_deref().unwrap_or_default();
    assert!(hint.contains("aws s3 rm s3://full --recursive"), "{hint}");
    let done: Vec<_> = outcome
        .completed
        .iter()
        .map(|one| one.address.as_str())
        .collect();
    assert_eq!(done, ["france/logs"]);

    let removed = s3.delete_object().bucket("full").key("kept").send().await;
    removed.expect("there is the object");
    assert!(world.apply(&nothing).await.is_complete());
    assert!(world.has_nothing_to_do(&nothing).await);
}
