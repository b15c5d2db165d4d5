//! Services.

use serde_json::{Value, json};

use super::{
    capacity_provider,
    cluster::Cluster,
    common, deployment, service_checks as checks,
    task::{self, Task},
};
use crate::{
    call::Call,
    durations::SERVICE_DRAINED,
    error::{AwsError, Outcome},
    fields::Fields,
    world,
};

/// "up to 10 results", API_ListServices.
const PAGE: usize = 10;

/// A deleted service, by its key, has no tasks any more.
pub(super) const DRAINED: world::Task = world::Task {
    service: "ecs",
    name: "service/drained",
    run: |call, key| {
        if let Some(mut service) = call.table_mut::<Service>().get_mut(key)
            && service.view.text("status") == "DRAINING"
        {
            service.view["status"] = "INACTIVE".into();
            service.view["deployments"] = json!([]);
            // What it named may go now.
            service.view["loadBalancers"] = json!([]);
            service.view.clear("networkConfiguration");
        }
    },
};

world::resource! {
    /// A service, as `CLUSTER/NAME`. One that was deleted stays, `INACTIVE`.
    pub(crate) struct Service: "ecs/service" in Region {
        /// What it was asked for.
        input: Value,
        /// The last deployment that completed.
        stable: Option<Value>,
    }
}

/// Whether `service/CLUSTER/NAME` is an active service.
pub(crate) fn exists(call: &Call<'_>, resource: &str) -> bool {
    let service = resource.strip_prefix("service/");
    let service = service.and_then(|key| call.get::<Service>(key));
    service.is_some_and(|it| it.view.text("status") == "ACTIVE")
}

/// CreateService: idempotent by its settings.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let cluster = common::cluster(call, input)?;
    let name = input.text("serviceName");
    common::check_name("The service name", name)?;
    let key = format!("{cluster}/{name}");
    if let Some(there) = call.get::<Service>(&key) {
        match there.view.text("status") {
            "ACTIVE" if there.input == *input => return Ok(json!({"service": there.view})),
            "ACTIVE" => return Err(common::invalid("Creation of service was not idempotent.")),
            "DRAINING" => {
                let message = "Unable to Start a service that is still Draining.";
                return Err(common::invalid(message));
            }
            _ => {}
        }
    }
    let definition = checks::definition(call, input.text("taskDefinition"))?;
    checks::network(call, &definition, input)?;
    checks::load_balancers(call, &definition, input)?;
    checks::count(input)?;
    if input.at("launchType").is_some() && !input.items("capacityProviderStrategy").is_empty() {
        let message = "Specifying both a launch type and capacity provider strategy is not \
                       supported. Remove one and try again.";
        return Err(common::invalid(message));
    }
    let daemon = input.text("schedulingStrategy") == "DAEMON";
    if !daemon && input.int("desiredCount").is_none() {
        let message = "Service desiredCount is required for the REPLICA scheduling strategy.";
        return Err(common::invalid(message));
    }
    let view = filled(call, input, &cluster, &definition)?;
    let service = Service {
        view,
        input: input.clone(),
        stable: None,
    };
    call.insert(key.as_str(), service);
    deployment::begin(call, &key, None);
    shown(call, &key)
}

fn shown(call: &Call<'_>, key: &str) -> Outcome {
    match call.get::<Service>(key) {
        Some(service) => Ok(json!({"service": service.view})),
        None => Err(AwsError::internal("a service went during a call")),
    }
}

/// A service's view with what AWS adds.
fn filled(
    call: &Call<'_>,
    input: &Value,
    cluster: &str,
    definition: &str,
) -> Result<Value, AwsError> {
    let name = input.text("serviceName");
    let mut view = call.keep("Service", input);
    let strategy = if view.items("capacityProviderStrategy").is_empty() {
        let default = call.get::<Cluster>(cluster);
        default.map(|it| it.view.items("defaultCapacityProviderStrategy").to_vec())
    } else {
        Some(view.items("capacityProviderStrategy").to_vec())
    };
    let strategy = strategy.filter(|it| !it.is_empty() && input.at("launchType").is_none());
    match strategy {
        Some(strategy) => {
            view["capacityProviderStrategy"] = capacity_provider::strategy(&strategy);
        }
        None => {
            view.clear("capacityProviderStrategy");
            view["launchType"] = input.some_text("launchType").unwrap_or("EC2").into();
        }
    }
    let fargate =
        view.text("launchType") == "FARGATE" || view.at("capacityProviderStrategy").is_some();
    if fargate {
        view["platformFamily"] = "Linux".into();
        if view.at("platformVersion").is_none() {
            view["platformVersion"] = "LATEST".into();
        }
    }
    let mut defaults = vec![
        ("availabilityZoneRebalancing", json!("ENABLED")),
        ("deploymentController", json!({"type": "ECS"})),
        ("desiredCount", json!(0)),
        ("enableECSManagedTags", json!(false)),
        ("enableExecuteCommand", json!(false)),
        ("loadBalancers", json!([])),
        ("placementConstraints", json!([])),
        ("placementStrategy", json!([])),
        ("propagateTags", json!("NONE")),
        ("schedulingStrategy", json!("REPLICA")),
        ("serviceRegistries", json!([])),
    ];
    if !input.items("loadBalancers").is_empty() {
        let role = "role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS";
        defaults.push(("healthCheckGracePeriodSeconds", json!(0)));
        defaults.push(("roleArn", call.global_arn("iam", role).into()));
    }
    for (member, default) in defaults {
        if view.at(member).is_none() {
            view[member] = default;
        }
    }
    fill_network(&mut view);
    fill_deployment(&mut view);
    for (member, value) in [
        (
            "clusterArn",
            call.arn("ecs", &format!("cluster/{cluster}")).into(),
        ),
        ("createdAt", call.now.into()),
        ("createdBy", call.global_arn("iam", "root").into()),
        ("deployments", json!([])),
        ("events", json!([])),
        ("pendingCount", json!(0)),
        ("runningCount", json!(0)),
        (
            "serviceArn",
            call.arn("ecs", &format!("service/{cluster}/{name}")).into(),
        ),
        ("serviceName", name.into()),
        ("status", "ACTIVE".into()),
        ("tags", common::merged(&[], input.items("tags"))?),
        (
            "taskDefinition",
            call.arn("ecs", &format!("task-definition/{definition}"))
                .into(),
        ),
    ] {
        view[member] = value;
    }
    Ok(view)
}

fn fill_network(view: &mut Value) {
    let network = view.pointer_mut("/networkConfiguration/awsvpcConfiguration");
    if let Some(network) = network.filter(|it| it.is_object()) {
        if network.at("assignPublicIp").is_none() {
            network["assignPublicIp"] = "DISABLED".into();
        }
        if network.at("securityGroups").is_none() {
            network["securityGroups"] = json!([]);
        }
    }
}

fn fill_deployment(view: &mut Value) {
    let daemon = view.text("schedulingStrategy") == "DAEMON";
    let (most, least) = if daemon { (100, 0) } else { (200, 100) };
    for (member, default) in [
        ("bakeTimeInMinutes", json!(0)),
        (
            "deploymentCircuitBreaker",
            json!({"enable": false, "rollback": false}),
        ),
        ("maximumPercent", most.into()),
        ("minimumHealthyPercent", least.into()),
        ("strategy", "ROLLING".into()),
    ] {
        if view["deploymentConfiguration"].at(member).is_none() {
            view["deploymentConfiguration"][member] = default;
        }
    }
}

/// UpdateService: what isn't given stays. A deployment begins if tasks have to be others.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html>
pub(super) fn update(call: &mut Call<'_>, input: &Value) -> Outcome {
    let key = named(call, input)?;
    let Some(before) = call.get::<Service>(&key).map(|it| it.view.clone()) else {
        return Err(AwsError::internal("a service went during a call"));
    };
    if before.text("status") != "ACTIVE" {
        return Err(AwsError::new(
            "ServiceNotActiveException",
            "Service was not ACTIVE.",
        ));
    }
    checks::count(input)?;
    let mut view = before.clone();
    let kept = call.keep("Service", input);
    for (member, value) in kept.as_object().into_iter().flatten() {
        // Settings of the deployment that aren't given stay.
        if member == "deploymentConfiguration" {
            for (name, value) in value.as_object().into_iter().flatten() {
                view[member][name] = value.clone();
            }
        } else {
            view[member] = value.clone();
        }
    }
    if let Some(given) = input.some_text("taskDefinition") {
        let id = checks::definition(call, given)?;
        view["taskDefinition"] = call.arn("ecs", &format!("task-definition/{id}")).into();
    }
    if let Some(given) = input.at("capacityProviderStrategy") {
        let items = given.as_array().map_or(&[][..], Vec::as_slice);
        if items.is_empty() {
            // "Update the … capacity provider back to the launch type. Pass an empty list":
            // UpdateService. Only Fargate's tasks have a platform.
            let fargate = before.at("platformFamily").is_some();
            view.clear("capacityProviderStrategy");
            view["launchType"] = if fargate { "FARGATE" } else { "EC2" }.into();
        } else {
            view["capacityProviderStrategy"] = capacity_provider::strategy(items);
            view.clear("launchType");
        }
    }
    let definition = common::name_of(view.text("taskDefinition")).to_owned();
    checks::network(call, &definition, &view)?;
    checks::load_balancers(call, &definition, &view)?;
    fill_network(&mut view);
    fill_deployment(&mut view);
    let of_tasks = [
        "capacityProviderStrategy",
        "loadBalancers",
        "networkConfiguration",
        "platformVersion",
        "serviceRegistries",
        "taskDefinition",
    ];
    let others = of_tasks.iter().any(|it| before.get(it) != view.get(it));
    if let Some(mut service) = call.table_mut::<Service>().get_mut(&key) {
        service.view = view;
    }
    if others || input.flag("forceNewDeployment") {
        deployment::begin(call, &key, None);
    } else {
        deployment::count(call, &key, false);
        deployment::look_again(call, &key);
    }
    shown(call, &key)
}

/// The key of the service that an input names.
fn named(call: &Call<'_>, input: &Value) -> Result<String, AwsError> {
    let cluster = common::cluster(call, input)?;
    let key = format!("{cluster}/{}", common::name_of(input.text("service")));
    if call.table::<Service>().contains(&key) {
        return Ok(key);
    }
    Err(AwsError::new(
        "ServiceNotFoundException",
        "Service not found.",
    ))
}

/// DeleteService: it drains, and stays to be described.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let key = named(call, input)?;
    {
        let Some(mut service) = call.table_mut::<Service>().get_mut(&key) else {
            return Err(AwsError::internal("a service went during a call"));
        };
        if service.view.text("status") != "ACTIVE" {
            return Err(AwsError::new(
                "ServiceNotActiveException",
                "Service was not ACTIVE.",
            ));
        }
        let scaled = service.view.int("desiredCount") > Some(0);
        if scaled && !input.flag("force") && service.view.text("schedulingStrategy") == "REPLICA" {
            let message = "The service cannot be stopped while it is scaled above 0.";
            return Err(common::invalid(message));
        }
        service.view["desiredCount"] = 0.into();
    }
    let tasks = Task::of_service(call, &key).into_iter();
    let tasks: Vec<String> = tasks.map(|(id, _)| id.to_owned()).collect();
    for id in tasks {
        task::stop(call, &id, "Service deleted.", "ServiceSchedulerInitiated");
    }
    deployment::count(call, &key, false);
    if let Some(mut service) = call.table_mut::<Service>().get_mut(&key) {
        service.view["status"] = "DRAINING".into();
    }
    call.after(SERVICE_DRAINED, &DRAINED, &key);
    shown(call, &key)
}

/// DescribeServices.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let cluster = common::cluster(call, input)?;
    if input.items("services").len() > 10 {
        return Err(common::invalid(
            "Services cannot have more than 10 elements.",
        ));
    }
    let (mut services, mut failures) = (Vec::new(), Vec::new());
    for given in input.texts("services") {
        let key = format!("{cluster}/{}", common::name_of(given));
        let Some(service) = call.get::<Service>(&key) else {
            failures.push(common::missing(&call.arn("ecs", &format!("service/{key}"))));
            continue;
        };
        let mut view = service.view.clone();
        if !common::includes(input, "TAGS") {
            view.clear("tags");
        }
        services.push(view);
    }
    Ok(json!({"services": services, "failures": failures}))
}

/// ListServices.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let prefix = format!("{}/", common::cluster(call, input)?);
    let launch = input.some_text("launchType");
    let strategy = input.some_text("schedulingStrategy");
    let rows = call.table::<Service>().from(&prefix);
    let rows = rows
        .take_while(|(key, _)| key.starts_with(&prefix))
        .filter(|(_, it)| it.view.text("status") != "INACTIVE")
        .filter(|(_, it)| launch.is_none_or(|one| it.view.text("launchType") == one))
        .filter(|(_, it)| strategy.is_none_or(|one| it.view.text("schedulingStrategy") == one))
        .map(|(key, it)| (key.to_owned(), it.view["serviceArn"].clone()));
    call.page(input, PAGE, rows, |arn| arn)
}

#[cfg(test)]
#[path = "service_tests.rs"]
pub(super) mod tests;
