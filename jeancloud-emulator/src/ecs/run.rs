//! Tasks without a service.

use serde_json::{Value, json};

use super::{
    common, service_checks,
    task::{self, Start, Task},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// RunTask.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html>
pub(super) fn run(call: &mut Call<'_>, input: &Value) -> Outcome {
    let cluster = common::cluster(call, input)?;
    let count = input.int("count").unwrap_or(1);
    if !(1..=10).contains(&count) {
        return Err(common::invalid("count should be in range [1, 10]"));
    }
    let id = service_checks::definition(call, input.text("taskDefinition"))?;
    service_checks::network(call, &id, input)?;
    let family = id.split(':').next().unwrap_or_default().to_owned();
    let mut tasks = Vec::new();
    for turn in 0..usize::try_from(count).unwrap_or(1) {
        let start = Start {
            cluster: &cluster,
            service: "",
            definition: &id,
            group: input
                .some_text("group")
                .map_or_else(|| format!("family:{family}"), str::to_owned),
            started_by: input.text("startedBy"),
            settings: input,
            tags: common::merged(&[], input.items("tags"))?,
            turn,
        };
        let id = task::start(call, &start)?;
        tasks.extend(call.get::<Task>(&id).map(|it| it.view.clone()));
    }
    Ok(json!({"tasks": tasks, "failures": []}))
}

/// StopTask.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopTask.html>
pub(super) fn stop(call: &mut Call<'_>, input: &Value) -> Outcome {
    let cluster = common::cluster(call, input)?;
    let id = common::name_of(input.text("task"));
    let task = call.get::<Task>(id).filter(|it| it.cluster == cluster);
    let Some(service) = task.map(|it| it.service.clone()) else {
        return Err(common::invalid("The referenced task was not found."));
    };
    let reason = input.some_text("reason").unwrap_or("Task stopped by user");
    task::stop(call, id, reason, "UserInitiated");
    super::deployment::look_again(call, &service);
    match call.get::<Task>(id) {
        Some(task) => Ok(json!({"task": task.view})),
        None => Err(AwsError::internal("a task went during a call")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::service::tests::Net;

    #[test]
    fn a_task_runs_until_it_is_stopped() {
        let net = Net::new();
        let run = json!({
            "cluster": "main", "taskDefinition": "app", "launchType": "FARGATE",
            "networkConfiguration": net.network(),
        });
        let made = net.aws.ok("ecs", "RunTask", run);
        let arn = &made["tasks"][0]["taskArn"];
        let named = json!({"cluster": "main", "tasks": [arn]});
        let told = net.aws.ok("ecs", "DescribeTasks", named.clone());
        assert_eq!(told["tasks"][0]["lastStatus"], "RUNNING");
        assert_eq!(told["tasks"][0]["group"], "family:app");
        net.aws.ok(
            "ecs",
            "StopTask",
            json!({"cluster": "main", "task": arn, "reason": "enough"}),
        );
        let listed = net.aws.ok("ecs", "ListTasks", json!({"cluster": "main"}));
        assert_eq!(listed["taskArns"], json!([]));
    }

    #[test]
    fn a_task_without_an_interface_stops_too() {
        let net = Net::new();
        let plain = json!({
            "family": "plain",
            "containerDefinitions": [{"name": "a", "image": "nginx", "memory": 64}],
        });
        net.aws.ok("ecs", "RegisterTaskDefinition", plain);
        let run = json!({"cluster": "main", "taskDefinition": "plain"});
        let made = net.aws.ok("ecs", "RunTask", run);
        let stop = json!({"cluster": "main", "task": made["tasks"][0]["taskArn"]});
        let stopped = net.aws.ok("ecs", "StopTask", stop);
        assert_eq!(stopped["task"]["lastStatus"], "STOPPED");
    }
}
