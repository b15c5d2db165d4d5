//! Deployments: tasks are started, become steady, or fail and are rolled back.

use serde_json::{Value, json};

use super::{
    service::Service,
    service_deployment as record,
    task::{self, Start, Task},
};
use crate::{
    call::Call,
    durations::{SERVICE_LOOK, SERVICE_STEADY},
    fields::Fields,
    world,
};

/// The service scheduler incrementally slows down the restart attempts of tasks that fail; here it
/// leaves off. "Amazon ECS service throttle logic".
const TRIES: i64 = 20;

/// The scheduler looks at a service, by its key.
pub(super) const LOOK: world::Task = world::Task {
    service: "ecs",
    name: "service/look",
    run: look,
};

/// A deployment, as `SERVICE|ID`, has run all its tasks for a while.
pub(super) const STEADY: world::Task = world::Task {
    service: "ecs",
    name: "service/steady",
    run: steady,
};

/// Begins a deployment of what a service's view says now.
pub(super) fn begin(call: &mut Call<'_>, key: &str, reason: Option<&str>) {
    let id = format!("ecs-svc/{}", call.draw("deployment").text("123456789", 19));
    let now = call.now;
    let view = {
        let Some(mut service) = call.table_mut::<Service>().get_mut(key) else {
            return;
        };
        let view = &mut service.view;
        let in_progress = format!("ECS deployment {id} in progress.");
        let mut deployment = json!({
            "createdAt": now,
            "desiredCount": view["desiredCount"],
            "failedTasks": 0,
            "id": id,
            "pendingCount": 0,
            "rolloutState": "IN_PROGRESS",
            "rolloutStateReason": reason.unwrap_or(&in_progress),
            "runningCount": 0,
            "status": "PRIMARY",
            "updatedAt": now,
        });
        let members = [
            "capacityProviderStrategy",
            "launchType",
            "networkConfiguration",
            "platformFamily",
            "platformVersion",
            "taskDefinition",
        ];
        deployment.take_over(view, &members);
        let mut all = vec![deployment];
        for old in view.items("deployments") {
            let mut old = old.clone();
            old["status"] = "ACTIVE".into();
            all.push(old);
        }
        view["deployments"] = all.into();
        view.clone()
    };
    record::began(call, key, &id, &view);
    call.after(SERVICE_LOOK, &LOOK, key);
}

/// Lets the scheduler look at a service, if it is one.
pub(super) fn look_again(call: &mut Call<'_>, key: &str) {
    if !key.is_empty() {
        call.after(SERVICE_LOOK, &LOOK, key);
    }
}

fn look(call: &mut Call<'_>, key: &str) {
    let Some(view) = active(call, key) else {
        return;
    };
    let primary = &view["deployments"][0];
    let id = primary.text("id");
    let tasks = Task::of_service(call, key).into_iter();
    let ours = tasks.filter(|(_, it)| it.wanted() && it.view.text("startedBy") == id);
    let ours: Vec<String> = ours.map(|(id, _)| id.to_owned()).collect();
    let desired = usize::try_from(view.int("desiredCount").unwrap_or(0)).unwrap_or(0);
    for extra in ours.iter().skip(desired) {
        let reason = format!("Scaling activity initiated by (deployment {id})");
        task::stop(call, extra, &reason, "ServiceSchedulerInitiated");
    }
    let (cluster, name) = key.split_once('/').unwrap_or_default();
    let failed = primary.text("rolloutState") == "FAILED";
    let missing = if failed {
        0
    } else {
        desired.saturating_sub(ours.len())
    };
    let mut started = Vec::new();
    for turn in 0..missing {
        let start = Start {
            cluster,
            service: key,
            definition: primary.text("taskDefinition"),
            group: format!("service:{name}"),
            started_by: id,
            settings: &view,
            tags: propagated(&view),
            turn: ours.len() + turn,
        };
        match task::start(call, &start) {
            Ok(id) => started.push(format!("(task {id})")),
            Err(error) => {
                let message = format!("was unable to place a task: {}", error.message);
                event(call, key, &message);
                break;
            }
        }
    }
    if !started.is_empty() {
        let message = format!(
            "has started {} tasks: {}.",
            started.len(),
            started.join(" ")
        );
        event(call, key, &message);
    }
    progress(call, key);
}

fn propagated(view: &Value) -> Value {
    match view.text("propagateTags") {
        "SERVICE" => view["tags"].clone(),
        _ => json!([]),
    }
}

fn active(call: &Call<'_>, key: &str) -> Option<Value> {
    let service = call.get::<Service>(key)?;
    let active = service.view.text("status") == "ACTIVE";
    active.then(|| service.view.clone())
}

/// Counts tasks. Once all of the primary deployment run, those of others stop.
pub(super) fn progress(call: &mut Call<'_>, key: &str) {
    let Some(view) = active(call, key) else {
        return;
    };
    let primary = &view["deployments"][0];
    let id = primary.text("id");
    let (running, _) = counts(call, key, id);
    let whole = Some(running) == view.int("desiredCount");
    if whole {
        let tasks = Task::of_service(call, key).into_iter();
        let others = tasks.filter(|(_, it)| it.wanted() && it.view.text("startedBy") != id);
        let others: Vec<String> = others.map(|(id, _)| id.to_owned()).collect();
        for other in others {
            let reason = format!("Scaling activity initiated by (deployment {id})");
            task::stop(call, &other, &reason, "ServiceSchedulerInitiated");
        }
        if primary.text("rolloutState") == "IN_PROGRESS" {
            call.after(SERVICE_STEADY, &STEADY, &format!("{key}|{id}"));
        }
    }
    count(call, key, whole);
}

/// Running and pending tasks of a deployment.
fn counts(call: &Call<'_>, key: &str, deployment: &str) -> (i64, i64) {
    let tasks = Task::of_service(call, key).into_iter();
    let ours = tasks.filter(|(_, it)| it.wanted() && it.view.text("startedBy") == deployment);
    let mut counts = (0, 0);
    for (_, task) in ours {
        match task.view.text("lastStatus") {
            "RUNNING" => counts.0 += 1,
            _ => counts.1 += 1,
        }
    }
    counts
}

/// Writes the counts into a service's view; deployments that ended and run nothing go.
pub(super) fn count(call: &mut Call<'_>, key: &str, only_primary: bool) {
    let Some(mut view) = call.get::<Service>(key).map(|it| it.view.clone()) else {
        return;
    };
    let (mut running, mut pending) = (0, 0);
    let desired = view["desiredCount"].clone();
    let mut kept = Vec::new();
    for deployment in view.items("deployments") {
        let mut deployment = deployment.clone();
        let counts = counts(call, key, deployment.text("id"));
        running += counts.0;
        pending += counts.1;
        deployment["runningCount"] = counts.0.into();
        deployment["pendingCount"] = counts.1.into();
        deployment["updatedAt"] = call.now.into();
        if deployment.text("status") == "PRIMARY" {
            deployment["desiredCount"] = desired.clone();
        } else if only_primary {
            continue;
        }
        kept.push(deployment);
    }
    view["deployments"] = kept.into();
    view["runningCount"] = running.into();
    view["pendingCount"] = pending.into();
    if let Some(mut service) = call.table_mut::<Service>().get_mut(key) {
        service.view = view;
    }
}

fn steady(call: &mut Call<'_>, id: &str) {
    let (key, id) = id.split_once('|').unwrap_or_default();
    let Some(view) = active(call, key) else {
        return;
    };
    let primary = &view["deployments"][0];
    let current = primary.text("id") == id && primary.text("rolloutState") == "IN_PROGRESS";
    if !current || Some(counts(call, key, id).0) != view.int("desiredCount") {
        return;
    }
    if let Some(mut service) = call.table_mut::<Service>().get_mut(key) {
        let primary = &mut service.view["deployments"][0];
        primary["rolloutState"] = "COMPLETED".into();
        primary["rolloutStateReason"] = format!("ECS deployment {id} completed.").into();
        service.stable = Some(service.view["deployments"][0].clone());
    }
    record::ended(
        call,
        id,
        "SUCCESSFUL",
        &format!("ECS deployment {id} completed."),
    );
    event(
        call,
        key,
        &format!("(deployment {id}) deployment completed."),
    );
    event(call, key, "has reached a steady state.");
}

/// A task couldn't start: the circuit breaker gives up after some.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html>
pub(super) fn task_failed(call: &mut Call<'_>, key: &str, deployment: &str, task: &str, why: &str) {
    let Some(view) = active(call, key) else {
        return;
    };
    event(call, key, &format!("(task {task}) failed to start: {why}"));
    if view["deployments"][0].text("id") != deployment {
        return;
    }
    let failures = view["deployments"][0].int("failedTasks").unwrap_or(0) + 1;
    if let Some(mut service) = call.table_mut::<Service>().get_mut(key) {
        service.view["deployments"][0]["failedTasks"] = failures.into();
    }
    // "0.5 * desired task count", at least 3 and at most 200, the same.
    let desired = view.int("desiredCount").unwrap_or(0);
    let threshold = ((desired + 1) / 2).clamp(3, 200);
    let breaker = &view["deploymentConfiguration"]["deploymentCircuitBreaker"];
    if breaker.flag("enable") && failures >= threshold {
        give_up(call, key, deployment, breaker.flag("rollback"));
    } else if failures < TRIES {
        call.after(SERVICE_LOOK, &LOOK, key);
    } else {
        event(
            call,
            key,
            "is unable to consistently start tasks successfully.",
        );
    }
    count(call, key, false);
}

fn give_up(call: &mut Call<'_>, key: &str, deployment: &str, rollback: bool) {
    let why = "ECS deployment circuit breaker: tasks failed to start.";
    let pending = Task::of_service(call, key).into_iter();
    let pending = pending.filter(|(_, it)| it.wanted() && it.view.text("startedBy") == deployment);
    let pending: Vec<String> = pending.map(|(id, _)| id.to_owned()).collect();
    for id in pending {
        task::stop(call, &id, "Deployment failed.", "ServiceSchedulerInitiated");
    }
    let stable = {
        let Some(mut service) = call.table_mut::<Service>().get_mut(key) else {
            return;
        };
        let primary = &mut service.view["deployments"][0];
        primary["rolloutState"] = "FAILED".into();
        primary["rolloutStateReason"] = why.into();
        service.stable.clone().filter(|_| rollback)
    };
    event(
        call,
        key,
        &format!("(deployment {deployment}) deployment failed: tasks failed to start."),
    );
    let Some(stable) = stable else {
        record::ended(call, deployment, "STOPPED", why);
        return;
    };
    record::ended(call, deployment, "ROLLBACK_SUCCESSFUL", why);
    let back = stable.text("id");
    event(call, key, &format!("rolling back to deployment {back}."));
    if let Some(mut service) = call.table_mut::<Service>().get_mut(key) {
        let members = ["networkConfiguration", "platformVersion", "taskDefinition"];
        service.view.take_over(&stable, &members);
    }
    let reason = format!("ECS deployment circuit breaker: rolling back to deploymentId {back}.");
    begin(call, key, Some(&reason));
}

/// Adds an event, newest first: The most recent 100 events; see API_Service.
pub(super) fn event(call: &mut Call<'_>, key: &str, message: &str) {
    let now = call.now;
    let id = call.draw("service-event").uuid();
    let name = key.split_once('/').map_or("", |(_, name)| name);
    if let Some(mut service) = call.table_mut::<Service>().get_mut(key)
        && let Some(events) = service.view["events"].as_array_mut()
    {
        let message = format!("(service {name}) {message}");
        events.insert(0, json!({"createdAt": now, "id": id, "message": message}));
        events.truncate(100);
    }
}
