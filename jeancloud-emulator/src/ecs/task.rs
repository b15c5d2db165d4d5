//! Tasks. They run nothing: after a while they are `RUNNING`, or couldn't start.

use serde_json::{Value, json};

use super::{common, definition::Definition, deployment, service::Service};
use crate::{
    call::Call,
    durations::{STOPPED_TASK_SHOWN, TASK_FAILED, TASK_RUNNING},
    ec2::subnet::Subnet,
    ecr,
    elbv2::target,
    error::{AwsError, Outcome},
    fields::Fields,
    iam::role::Role,
    interfaces, world,
};

/// "up to 100 results", API_ListTasks.
const PAGE: usize = 100;

pub(super) const RUNNING: world::Task = world::Task {
    service: "ecs",
    name: "task/running",
    run: running,
};

pub(super) const FAILED: world::Task = world::Task {
    service: "ecs",
    name: "task/failed",
    run: failed,
};

pub(super) const FORGOTTEN: world::Task = world::Task {
    service: "ecs",
    name: "task/forgotten",
    run: |call, id| {
        call.table_mut::<Task>().remove(id);
    },
};

world::resource! {
    /// A task, by the last part of its ARN.
    pub(crate) struct Task: "ecs/task" in Region {
        cluster: String,
        /// The service's key, "" for a task that was run by hand.
        service: String,
        interface: String,
        address: String,
        /// Why it can't start, if so.
        obstacle: Option<String>,
    }
    found by |task: &Task| {
        let started = task.view.text("startedBy");
        vec![
            format!("cluster/{}", task.cluster),
            format!("service/{}", task.service),
            format!("started/{started}"),
        ]
    }
}

impl Task {
    pub fn of_cluster<'c>(call: &'c Call<'_>, cluster: &str) -> Vec<(&'c str, &'c Self)> {
        call.table().with(&format!("cluster/{cluster}")).collect()
    }

    pub fn of_service<'c>(call: &'c Call<'_>, service: &str) -> Vec<(&'c str, &'c Self)> {
        call.table().with(&format!("service/{service}")).collect()
    }

    /// Whether it is meant to run.
    pub fn wanted(&self) -> bool {
        self.view.text("desiredStatus") == "RUNNING"
    }
}

/// What a task is started from: members of RunTask, or of a service's deployment.
pub(super) struct Start<'a> {
    pub cluster: &'a str,
    pub service: &'a str,
    pub definition: &'a str,
    pub group: String,
    pub started_by: &'a str,
    pub settings: &'a Value,
    pub tags: Value,
    /// Which of the subnets.
    pub turn: usize,
}

/// Starts a task and answers its id.
pub(super) fn start(call: &mut Call<'_>, start: &Start<'_>) -> Result<String, AwsError> {
    let definition = common::name_of(start.definition);
    let definition = call.get::<Definition>(definition).map(|it| it.view.clone());
    let definition = definition.ok_or_else(|| common::client("TaskDefinition not found."))?;
    let id = call.draw("ecs-task").hex(32);
    let cluster = start.cluster;
    let arn = call.arn("ecs", &format!("task/{cluster}/{id}"));
    let network = &start.settings["networkConfiguration"]["awsvpcConfiguration"];
    let subnets = network.items("subnets");
    let (mut interface, mut address, mut zone) = (String::new(), String::new(), Value::Null);
    let mut attachments = json!([]);
    if !subnets.is_empty() {
        let subnet = subnets[start.turn % subnets.len()]
            .as_str()
            .unwrap_or_default();
        let groups: Vec<&str> = network.texts("securityGroups").collect();
        let description = call.arn("ecs", &format!("attachment/{id}"));
        (interface, address) =
            interfaces::attach(call, subnet, &groups, &description, interfaces::FARGATE)?;
        let there = call.get::<Subnet>(subnet);
        zone = there.map_or(Value::Null, |it| it.view["AvailabilityZone"].clone());
        attachments = json!([{
            "details": [
                {"name": "subnetId", "value": subnet},
                {"name": "networkInterfaceId", "value": interface},
                {"name": "privateIPv4Address", "value": address},
            ],
            "id": call.draw("ecs-attachment").uuid(),
            "status": "ATTACHED",
            "type": "ElasticNetworkInterface",
        }]);
    }
    let (mut containers, mut obstacle) = (Vec::new(), role_obstacle(call, &definition));
    for container in definition.items("containerDefinitions") {
        let image = container.text("image");
        let mut told = json!({
            "containerArn": format!("{arn}/{}", call.draw("ecs-container").uuid()),
            "cpu": container.int("cpu").unwrap_or(0).to_string(),
            "image": image,
            "lastStatus": "PENDING",
            "name": container["name"],
            "networkBindings": [],
            "networkInterfaces": [],
            "taskArn": arn,
        });
        match ecr::has_image(call, image) {
            Ok(Some(digest)) => told["imageDigest"] = digest.into(),
            Ok(None) => {}
            Err(why) => {
                let why = format!(
                    "CannotPullContainerError: pull image manifest has been retried 1 time(s): {why}"
                );
                told["reason"] = why.as_str().into();
                obstacle = obstacle.or(Some(why));
            }
        }
        containers.push(told);
    }
    let mut view = json!({
        "attachments": attachments,
        "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}],
        "availabilityZone": zone,
        "clusterArn": call.arn("ecs", &format!("cluster/{cluster}")),
        "containers": containers,
        "cpu": definition["cpu"],
        "createdAt": call.now,
        "desiredStatus": "RUNNING",
        "enableExecuteCommand": start.settings.flag("enableExecuteCommand"),
        "group": start.group,
        "healthStatus": "UNKNOWN",
        "lastStatus": "PENDING",
        "launchType": start.settings.some_text("launchType").unwrap_or("FARGATE"),
        "memory": definition["memory"],
        "overrides": {"containerOverrides": [], "inferenceAcceleratorOverrides": []},
        "platformFamily": "Linux",
        "platformVersion": "1.4.0",
        "tags": start.tags,
        "taskArn": arn,
        "taskDefinitionArn": definition["taskDefinitionArn"],
        "version": 1,
    });
    if !start.started_by.is_empty() {
        view["startedBy"] = start.started_by.into();
    }
    let fails = obstacle.is_some();
    let task = Task {
        view,
        cluster: cluster.to_owned(),
        service: start.service.to_owned(),
        interface,
        address,
        obstacle,
    };
    call.insert(id.as_str(), task);
    if fails {
        call.after(TASK_FAILED, &FAILED, &id);
    } else {
        call.after(TASK_RUNNING, &RUNNING, &id);
    }
    Ok(id)
}

/// ECS was unable to assume the role; see "Stopped tasks error messages".
fn role_obstacle(call: &Call<'_>, definition: &Value) -> Option<String> {
    let roles = ["executionRoleArn", "taskRoleArn"];
    let mut named = roles.iter().filter_map(|role| definition.some_text(role));
    let absent = named.find(|arn| call.get::<Role>(common::name_of(arn)).is_none())?;
    Some(format!(
        "TaskFailedToStart: ECS was unable to assume the role '{absent}' that was provided for this \
         task. Please verify that the role being passed has the proper trust relationship and \
         permissions and that your IAM user has permissions to pass this role."
    ))
}

fn running(call: &mut Call<'_>, id: &str) {
    let now = call.now;
    let (service, address) = {
        let Some(mut task) = call.table_mut::<Task>().get_mut(id) else {
            return;
        };
        if !task.wanted() {
            return;
        }
        let view = &mut task.view;
        view["lastStatus"] = "RUNNING".into();
        for moment in [
            "connectivityAt",
            "pullStartedAt",
            "pullStoppedAt",
            "startedAt",
        ] {
            view[moment] = now.into();
        }
        view["connectivity"] = "CONNECTED".into();
        view["version"] = 3.into();
        for container in view["containers"].as_array_mut().into_iter().flatten() {
            container["lastStatus"] = "RUNNING".into();
        }
        (task.service.clone(), task.address.clone())
    };
    for (group, port) in targets(call, &service) {
        target::add(call, &group, &address, port, None);
    }
    deployment::progress(call, &service);
}

/// Groups and ports in which a service's tasks are registered.
fn targets(call: &Call<'_>, service: &str) -> Vec<(String, Option<i64>)> {
    let service = call.get::<Service>(service);
    let balancers = service.map(|it| it.view.items("loadBalancers"));
    let balancers = balancers.unwrap_or_default().iter();
    balancers
        .map(|it| {
            (
                it.text("targetGroupArn").to_owned(),
                it.int("containerPort"),
            )
        })
        .collect()
}

fn failed(call: &mut Call<'_>, id: &str) {
    let Some(task) = call.get::<Task>(id).filter(|it| it.wanted()).cloned() else {
        return;
    };
    let why = task.obstacle.unwrap_or_default();
    stop(call, id, &why, "TaskFailedToStart");
    deployment::task_failed(call, &task.service, task.view.text("startedBy"), id, &why);
}

/// Ends a task, at once.
pub(super) fn stop(call: &mut Call<'_>, id: &str, reason: &str, code: &str) {
    let now = call.now;
    let task = {
        let Some(mut task) = call.table_mut::<Task>().get_mut(id) else {
            return;
        };
        if task.view.text("lastStatus") == "STOPPED" {
            return;
        }
        let view = &mut task.view;
        for (member, value) in [
            ("desiredStatus", json!("STOPPED")),
            ("executionStoppedAt", now.into()),
            ("lastStatus", json!("STOPPED")),
            ("stopCode", json!(code)),
            ("stoppedAt", now.into()),
            ("stoppedReason", json!(reason)),
            ("stoppingAt", now.into()),
        ] {
            view[member] = value;
        }
        for container in view["containers"].as_array_mut().into_iter().flatten() {
            container["lastStatus"] = "STOPPED".into();
        }
        for attachment in view["attachments"].as_array_mut().into_iter().flatten() {
            attachment["status"] = "DELETED".into();
            // The interface is gone: nothing is to be found by it.
            attachment.clear("details");
        }
        task.clone()
    };
    for (group, port) in targets(call, &task.service) {
        target::remove(call, &group, &task.address, port);
    }
    interfaces::remove(call, &task.interface);
    call.after(STOPPED_TASK_SHOWN, &FORGOTTEN, id);
}

/// ListTasks: those that are meant to run, unless stopped ones are asked for.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let cluster = common::cluster(call, input)?;
    let status = input.some_text("desiredStatus").unwrap_or("RUNNING");
    let service = input.some_text("serviceName").map(common::name_of);
    let service = service.map(|name| format!("{cluster}/{name}"));
    if service
        .as_ref()
        .is_some_and(|key| call.get::<Service>(key).is_none())
    {
        return Err(AwsError::new(
            "ServiceNotFoundException",
            "Service not found.",
        ));
    }
    let rows = Task::of_cluster(call, &cluster).into_iter();
    let rows = rows
        .filter(|(_, it)| it.view.text("desiredStatus") == status)
        .filter(|(_, it)| service.as_ref().is_none_or(|key| it.service == *key))
        .filter(|(_, it)| {
            let started = input.some_text("startedBy");
            started.is_none_or(|by| it.view.text("startedBy") == by)
        })
        .filter(|(_, it)| {
            let family = common::name_of(it.view.text("taskDefinitionArn"));
            let family = family.split(':').next();
            input
                .some_text("family")
                .is_none_or(|name| family == Some(name))
        })
        .map(|(id, it)| (id.to_owned(), it.view["taskArn"].clone()));
    call.page(input, PAGE, rows, |arn| arn)
}

/// DescribeTasks.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let cluster = common::cluster(call, input)?;
    let (mut tasks, mut failures) = (Vec::new(), Vec::new());
    for given in input.texts("tasks") {
        let id = common::name_of(given);
        match call.get::<Task>(id).filter(|it| it.cluster == cluster) {
            Some(task) => {
                let mut view = task.view.clone();
                if !common::includes(input, "TAGS") {
                    view["tags"] = json!([]);
                }
                tasks.push(view);
            }
            None => failures.push(common::missing(
                &call.arn("ecs", &format!("task/{cluster}/{id}")),
            )),
        }
    }
    Ok(json!({"tasks": tasks, "failures": failures}))
}
