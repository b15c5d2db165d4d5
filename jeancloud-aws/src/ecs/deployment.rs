//! Waiting for a service's deployment: done when AWS says `COMPLETED`, failed when the circuit
//! breaker gave up, with what ECS and the stopped tasks say about it.

use std::time::Duration;

use aws_sdk_ecs::types::{
    Deployment, DeploymentRolloutState, DesiredStatus, Service as SdkService, Task,
};
use jeancloud_stack::provider::{ErrorKind, ProviderError};

use super::service_read::{self, ServiceId};
use crate::{
    Clients, error,
    handler::Result,
    wait::{self, Wait},
};

/// How long a deployment may take.
///
/// ECS sets no bound; its circuit breaker gives up after 3 to 200 failed tasks. CloudFormation
/// waits 3 h, Terraform 20 min. Pulling a large image and passing health checks takes minutes, so
/// half an hour.
const DEPLOYED: Wait = Wait {
    operation: "DescribeServices",
    what: "the service's deployment",
    at_most: Duration::from_secs(1800),
    pause: Duration::from_secs(10),
};

/// How far a deployment is.
enum Rollout {
    Going,
    Done,
    Failed(String),
}

/// Waits for the deployment that a call began: the primary one of its answer.
pub(super) async fn completed(
    aws: &Clients,
    id: &ServiceId,
    answer: Option<&SdkService>,
) -> Result<()> {
    let Some(begun) = answer.and_then(primary).and_then(Deployment::id) else {
        // Another deployment controller than ECS: it has no such deployments.
        return Ok(());
    };
    let failed = wait::until(DEPLOYED, || async {
        let Some(service) = service_read::describe(aws, id).await? else {
            return Ok(None);
        };
        Ok(match rollout(&service, begun) {
            Rollout::Going => None,
            Rollout::Done => Some(None),
            Rollout::Failed(reason) => Some(Some((reason, service.running_count()))),
        })
    })
    .await;
    match failed {
        Ok(None) => Ok(()),
        Ok(Some((reason, running))) => Err(failure(aws, id, begun, reason, running).await),
        Err(error) if error.kind == ErrorKind::TimedOut => {
            Err(unended(aws, id, begun, error).await)
        }
        Err(error) => Err(error),
    }
}

/// Whether the circuit breaker ended the newest deployment, and nothing has begun since.
pub(super) fn was_given_up(service: &SdkService) -> bool {
    let state = primary(service).and_then(Deployment::rollout_state);
    state == Some(&DeploymentRolloutState::Failed)
}

/// Begins a new deployment of the same.
pub(super) async fn again(aws: &Clients, id: &ServiceId) -> Result<Option<SdkService>> {
    let call = aws.ecs().update_service();
    let call = call.cluster(&id.cluster).service(&id.arn);
    let answer = call.force_new_deployment(true).send().await;
    Ok(answer.map_err(error::of("UpdateService"))?.service)
}

fn primary(service: &SdkService) -> Option<&Deployment> {
    let mut deployments = service.deployments().iter();
    deployments.find(|deployment| deployment.status() == Some("PRIMARY"))
}

fn rollout(service: &SdkService, begun: &str) -> Rollout {
    let mut deployments = service.deployments().iter();
    let ours = deployments.find(|deployment| deployment.id() == Some(begun));
    let reason = |deployment: &Deployment| {
        let reason = deployment.rollout_state_reason();
        reason.unwrap_or("ECS gave no reason").to_owned()
    };
    match ours.map(|ours| (ours, ours.rollout_state())) {
        Some((_, Some(DeploymentRolloutState::Completed) | None)) => Rollout::Done,
        Some((ours, Some(DeploymentRolloutState::Failed))) => Rollout::Failed(reason(ours)),
        Some(_) => Rollout::Going,
        // Rolled back, or replaced by what somebody else began: the primary one says which.
        None => Rollout::Failed(match primary(service) {
            Some(other) => format!("another deployment took its place: {}", reason(other)),
            None => "the service has no deployment".to_owned(),
        }),
    }
}

/// A deployment that nobody ends: without a circuit breaker ECS goes on starting tasks.
async fn unended(
    aws: &Clients,
    id: &ServiceId,
    begun: &str,
    mut error: ProviderError,
) -> ProviderError {
    let service = service_read::describe(aws, id).await.unwrap_or_default();
    let state = service.as_ref().and_then(primary);
    if let Some(reason) = state.and_then(Deployment::rollout_state_reason) {
        error.message.push_str(": ");
        error.message.push_str(reason);
    }
    error.message.push_str(&stopped(aws, id, begun).await);
    error.with_hint("mend the cause and apply again, which goes on from here; a deployment circuit breaker (`deployment_configuration`) ends such a deployment within minutes")
}

/// Why tasks stopped, a line each. The failure is the news; what can't be asked about it beside is
/// left out.
async fn stopped(aws: &Clients, id: &ServiceId, begun: &str) -> String {
    let reasons = stopped_tasks(aws, id, begun).await.unwrap_or_default();
    let line = |reason: &String| format!("\n  a task stopped: {reason}");
    reasons.iter().map(line).collect()
}

/// A deployment that failed, where so many tasks of the service run.
async fn failure(
    aws: &Clients,
    id: &ServiceId,
    begun: &str,
    reason: String,
    running: i32,
) -> ProviderError {
    let hint = match running {
        0 => "mend the cause and apply again; no task of the service runs now",
        _ => {
            "mend the cause and apply again; the service runs what worked before, where its circuit breaker rolls back"
        }
    };
    let mut message = format!("the deployment failed: {reason}");
    message.push_str(&stopped(aws, id, begun).await);
    ProviderError::new(ErrorKind::Failed, "UpdateService", message).with_hint(hint)
}

/// Why tasks of a deployment stopped: each reason once, three at most.
async fn stopped_tasks(aws: &Clients, id: &ServiceId, begun: &str) -> Result<Vec<String>> {
    let call = aws
        .ecs()
        .list_tasks()
        .cluster(&id.cluster)
        .service_name(id.name())
        .desired_status(DesiredStatus::Stopped);
    let tasks = call.send().await.map_err(error::of("ListTasks"))?;
    // `DescribeTasks` takes so many.
    let arns: Vec<String> = tasks.task_arns().iter().take(100).cloned().collect();
    if arns.is_empty() {
        return Ok(Vec::new());
    }
    let call = aws
        .ecs()
        .describe_tasks()
        .cluster(&id.cluster)
        .set_tasks(Some(arns));
    let answer = call.send().await.map_err(error::of("DescribeTasks"))?;
    let mut reasons: Vec<String> = Vec::new();
    // Those of earlier deployments stopped for reasons of their own.
    let ours = |task: &&Task| task.started_by() == Some(begun);
    for task in answer.tasks().iter().filter(ours) {
        let of_containers = task.containers().iter().filter_map(|container| {
            let reason = container.reason().map(str::to_owned);
            let code = container.exit_code().filter(|code| *code != 0);
            reason.or_else(|| {
                let name = container.name().unwrap_or("a container");
                code.map(|code| format!("{name} ended with exit code {code}"))
            })
        });
        reasons.extend(task.stopped_reason().map(str::to_owned));
        reasons.extend(of_containers);
    }
    reasons.sort();
    reasons.dedup();
    reasons.truncate(3);
    Ok(reasons)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(deployments: &[(&str, &str, DeploymentRolloutState)]) -> SdkService {
        let deployments = deployments.iter().map(|(id, status, state)| {
            Deployment::builder()
                .id(*id)
                .status(*status)
                .rollout_state(state.clone())
                .rollout_state_reason(format!("{id} {}", state.as_str()))
                .build()
        });
        SdkService::builder()
            .set_deployments(Some(deployments.collect()))
            .build()
    }

    #[test]
    fn a_deployment_that_rolled_back_has_failed_with_its_reason() {
        use DeploymentRolloutState::{Completed, Failed, InProgress};
        let going = service(&[("new", "PRIMARY", InProgress), ("old", "ACTIVE", Completed)]);
        assert!(matches!(rollout(&going, "new"), Rollout::Going) && !was_given_up(&going));
        assert!(was_given_up(&service(&[("new", "PRIMARY", Failed)])));
        let done = service(&[("new", "PRIMARY", Completed)]);
        assert!(matches!(rollout(&done, "new"), Rollout::Done));
        let failed = service(&[("back", "PRIMARY", InProgress), ("new", "ACTIVE", Failed)]);
        assert!(
            matches!(rollout(&failed, "new"), Rollout::Failed(reason) if reason == "new FAILED")
        );
        let rolled_back = service(&[("back", "PRIMARY", Completed)]);
        let Rollout::Failed(reason) = rollout(&rolled_back, "new") else {
            panic!("the deployment is gone, so it did not complete");
        };
        assert_eq!(reason, "another deployment took its place: back COMPLETED");
    }
}
