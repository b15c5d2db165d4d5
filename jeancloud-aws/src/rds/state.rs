//! The states of a database instance: which are the end of a wait, and which can't be.

use std::time::Duration;

use aws_sdk_rds::types::{DbInstance as SdkInstance, PendingModifiedValues};
use jeancloud_stack::provider::{ErrorKind, ProviderError};

use crate::{
    Clients, error,
    handler::Result,
    wait::{self, Wait},
};

const fn bound(what: &'static str, minutes: u64) -> Wait {
    Wait {
        operation: "DescribeDBInstances",
        what,
        at_most: Duration::from_secs(minutes * 60),
        pause: Duration::from_secs(15),
    }
}

/// How long a new instance may take. AWS documents no bound; Terraform waits 40 min.
pub(super) const AVAILABLE: Wait = bound("the database", 40);

/// How long a change may take. AWS documents no bound; Terraform waits 80 min.
pub(super) const CHANGED: Wait = bound("the change of the database", 80);

/// How long a deletion may take, with its final snapshot. AWS documents no bound; Terraform waits
/// 60 min.
pub(super) const GONE: Wait = bound("the end of the database", 60);

/// States that no waiting ends: "Viewing Amazon RDS DB instance status" of the RDS User Guide.
const FAILED: &[&str] = &[
    "failed",
    "inaccessible-encryption-credentials",
    "inaccessible-encryption-credentials-recoverable",
    "incompatible-credentials",
    "incompatible-network",
    "incompatible-option-group",
    "incompatible-parameters",
    "incompatible-restore",
    "insufficient-capacity",
    "restore-error",
    "storage-full",
];

/// States in which an instance is ready. Storage may go on being optimised for hours while it
/// serves.
const READY: &[&str] = &[
    "available",
    "storage-optimization",
    "storage-initialization",
];

/// The instance of this name.
pub(super) async fn get(aws: &Clients, name: &str) -> Result<Option<SdkInstance>> {
    let call = aws
        .rds()
        .describe_db_instances()
        .db_instance_identifier(name);
    let answer = call.send().await.map_err(error::of("DescribeDBInstances"));
    let instances = error::if_there(answer)?.and_then(|answer| answer.db_instances);
    Ok(instances.unwrap_or_default().pop())
}

/// Waits until the instance is ready and, where `settled`, nothing of it is about to change.
pub(super) async fn until_ready(
    aws: &Clients,
    name: &str,
    wait: Wait,
    settled: bool,
) -> Result<SdkInstance> {
    wait::until(wait, || async {
        let Some(instance) = get(aws, name).await? else {
            return Ok(None);
        };
        let status = instance.db_instance_status().unwrap_or_default();
        if FAILED.contains(&status) {
            let message = format!("{name} is {status}");
            let operation = wait.operation;
            let hint = "its events say more: `aws rds describe-events --source-type db-instance`";
            return Err(ProviderError::new(ErrorKind::Failed, operation, message).with_hint(hint));
        }
        let pending = settled && is_pending(&instance);
        Ok((READY.contains(&status) && !pending).then_some(instance))
    })
    .await
}

/// Waits until the instance is gone.
pub(super) async fn until_gone(aws: &Clients, name: &str) -> Result<()> {
    wait::until(GONE, || async {
        Ok(get(aws, name).await?.is_none().then_some(()))
    })
    .await
}

fn is_pending(instance: &SdkInstance) -> bool {
    let none = PendingModifiedValues::builder().build();
    instance
        .pending_modified_values()
        .is_some_and(|pending| *pending != none)
}

/// In a state that passes by (`creating`, `backing-up`, `modifying`), RDS refuses most calls: later
/// they work.
pub(super) fn may_pass(error: ProviderError) -> ProviderError {
    match error.code.as_deref() {
        Some("InvalidDBInstanceState" | "InvalidDBInstanceStateFault") => ProviderError {
            kind: ErrorKind::NotYetConsistent,
            ..error
        },
        _ => error,
    }
}
