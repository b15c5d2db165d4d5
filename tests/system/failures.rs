//! Runs that fail in part, on the AWS in the process: what doesn't depend on a failure is done, the
//! failure says its reason and a way out, and the next run goes on.

use std::time::Duration;

use jeancloud::{Session, embedded::Embedded, prelude::*};
use jeancloud_stack::{
    engine::{Options, Outcome},
    provider::ErrorKind,
    state::FileStore,
};
use serde_json::json;
use tempfile::TempDir;

use super::system;

/// An AWS in the process and a state.
struct World {
    aws: Embedded,
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        Self {
            aws: Embedded::new(),
            folder: TempDir::new().expect("a temporary folder can be made"),
        }
    }

    fn session(&self, stack: &Stack) -> Session {
        let store = FileStore::open(self.folder.path(), &stack.identity());
        Session::new(stack, self.aws.clone(), store.expect("a state can be kept"))
    }

    async fn apply(&self, stack: &Stack) -> Outcome {
        let mut session = self.session(stack);
        let planned = session.plan().await.expect("it can be planned");
        let options = Options::default();
        let outcome = session.apply(&planned, &options, &|_| {}).await;
        outcome.expect("the state can be kept")
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
    let pushed = world.aws.emulator().push_image(repository, "v1");
    pushed.expect("the repository is there");
    let outcome = world.apply(&stack).await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert!(world.has_nothing_to_do(&stack).await);
}

#[tokio::test]
async fn a_deployment_that_fails_is_taken_back_by_the_program_without_it() {
    let without = system(&[("disposable", "true")]);
    let with = system(&[("disposable", "true"), ("image", "v1")]);
    for begin_with_image in [true, false] {
        let world = World::new();
        if !begin_with_image {
            assert!(world.apply(&without).await.is_complete());
        }
        let outcome = world.apply(&with).await;
        assert!(!outcome.failed.is_empty(), "{outcome:#?}");

        let planned = world.session(&without).plan().await;
        let plan = planned.expect("it can be planned").plan;
        let service = plan.at("france/service").next().expect("it is planned");
        let mut changes = service.changes.iter();
        let count = changes.find(|change| change.path == "/DesiredCount");
        let count = count.unwrap_or_else(|| panic!("{service:#?}"));
        assert_eq!((&count.before, &count.after), (&json!(2), &json!(0)));
        let outcome = world.apply(&without).await;
        assert!(outcome.is_complete(), "{outcome:#?}");
        assert!(world.has_nothing_to_do(&without).await);
    }
}

#[tokio::test]
async fn a_certificate_whose_records_nobody_sees_ends_within_its_bound_and_is_waited_for_again() {
    let world = World::new();
    let version = |validated: bool| {
        let stack = Stack::new("system");
        let (france, global) = (stack.region("france", Region::EuWest3), stack.global());
        let domain = "api.example.com";
        let asked = Certificate::builder().domain_name(domain).build();
        let asked = france.add("certificate", asked);
        let mut issued = CertificateIssued::builder().certificate_arn(&asked).build();
        if validated {
            let zone = HostedZone::builder().name("example.com").build();
            let zone = global.add("zone", zone);
            let record = RecordSet::validating(&asked, domain, &zone);
            issued = CertificateIssued::of(&asked, [&global.add("record", record)]);
        }
        france.add("issued", issued);
        france.add("logs", LogGroup::builder().log_group_name("/app").build());
        stack
    };
    let outcome = world.apply(&version(false)).await;
    let [failure] = &outcome.failed[..] else {
        panic!("{outcome:#?}")
    };
    assert_eq!(failure.address.as_str(), "france/issued");
    assert_eq!(failure.error.kind, ErrorKind::TimedOut);
    let hint = failure.error.hint.as_deref().unwrap_or_default();
    assert!(hint.contains("Not seen yet: _"), "{hint}");
    // It ends where the next look would come after the bound.
    let (bound, minute) = (Duration::from_secs(75 * 60), Duration::from_secs(60));
    let near = bound - minute..bound + minute;
    assert!(near.contains(&outcome.elapsed), "{outcome:#?}");
    assert_eq!(outcome.done, 2);

    assert!(!world.has_nothing_to_do(&version(false)).await);
    let outcome = world.apply(&version(true)).await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    assert!(world.has_nothing_to_do(&version(true)).await);
}

#[tokio::test]
async fn a_bucket_that_is_not_empty_stays_and_says_how_to_empty_it() {
    let world = World::new();
    let stack = Stack::new("system");
    let france = stack.region("france", Region::EuWest3);
    france.add("bucket", Bucket::builder().bucket_name("full").build());
    france.add("logs", LogGroup::builder().log_group_name("/app").build());
    assert!(world.apply(&stack).await.is_complete());
    let clients = world.aws.clients().clients(Region::EuWest3).await;
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
