//! Services. Found again by tags, which `CreateService` sets, among the services of their clusters.
//!
//! The physical id is `arn|cluster`. A service is made or changed when AWS says that its deployment
//! has completed; see [`deployment`](super::deployment).

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use async_trait::async_trait;
use aws_sdk_ecs::types::Service as SdkService;
use jeancloud_model::ecs::{Compute, SchedulingStrategy, Service};
use jeancloud_stack::provider::{ErrorKind, Found, ProviderError};

use super::{
    cluster,
    common::{self, copied, number, some},
    deployment,
    service_read::{ServiceId, describe, describe_all, id_of, list, raw, read},
    service_settings as settings,
};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    taken,
    wait::{self, Wait},
};

pub(super) struct ServiceHandler;

/// How long a new service may stay unknown. ECS names no bound; a minute is plenty.
const VISIBLE: Wait = Wait {
    operation: "DescribeServices",
    what: "the service",
    at_most: Duration::from_secs(60),
    pause: Duration::from_secs(2),
};

/// How long a deleted service may drain.
///
/// A target group lets connections end for up to an hour (`deregistration_delay`, 5 min by
/// default), a container for up to 2 min. Terraform waits 20 min.
const DRAINED: Wait = Wait {
    operation: "DescribeServices",
    what: "the end of the service",
    at_most: Duration::from_secs(4000),
    pause: Duration::from_secs(10),
};

#[async_trait]
impl Handler for ServiceHandler {
    type Resource = Service;

    const PERMISSIONS: &'static [&'static str] = &[
        "ecs:CreateService",
        "ecs:DeleteService",
        "ecs:DescribeServices",
        "ecs:DescribeTasks",
        "ecs:ListServices",
        "ecs:ListTasks",
        "ecs:TagResource",
        "ecs:UntagResource",
        "ecs:UpdateService",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<Service>>> {
        let mut by_cluster: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for id in ids {
            let id = ServiceId::of(id);
            by_cluster.entry(id.cluster).or_default().push(id.arn);
        }
        let mut seen = Vec::new();
        for (cluster, services) in by_cluster {
            let there = describe_all(aws, &cluster, &services).await?;
            seen.extend(there.iter().filter_map(read));
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let clusters: BTreeSet<String> = (search.keyed(&["Cluster"]))
            .filter_map(|(_, keys)| Some(keys.get("Cluster")?.as_str()?.to_owned()))
            .collect();
        let mut found = Vec::new();
        for cluster in clusters {
            let services = list(aws, &cluster).await?;
            for service in describe_all(aws, &cluster, &services).await? {
                let owned =
                    |id: ServiceId| search.owned(id.physical(), common::pairs(service.tags()));
                found.extend(id_of(&service).and_then(owned));
            }
        }
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, Service>) -> Result<String> {
        let service = &new.resource;
        let name = taken::name(service.service_name.as_ref(), "ServiceName")?.to_string();
        let cluster = service.cluster.value().to_string();
        if let Some(there) = describe_all(aws, &cluster, std::slice::from_ref(&name))
            .await?
            .pop()
        {
            let exists = ProviderError::new(ErrorKind::Conflict, "CreateService", "it exists");
            let what = format!("the service {name} in {cluster}");
            taken::ours(exists, &what, new.ownership, common::pairs(there.tags()))?;
            let id = id_of(&there);
            let id = id.unwrap_or_else(|| ServiceId::of(there.service_arn().unwrap_or_default()));
            return Ok(id.physical());
        }
        let answer = match create(aws, new, &cluster, &name).await {
            // One of this name was deleted a moment ago.
            Err(error) if is_draining(&error) => {
                drained(aws, &cluster, &name).await?;
                create(aws, new, &cluster, &name).await?
            }
            answer => answer?,
        };
        let id = answer
            .as_ref()
            .and_then(id_of)
            .unwrap_or_else(|| ServiceId {
                arn: aws.arn("ecs", &format!("service/{cluster}/{name}")),
                cluster,
            });
        Ok(id.physical())
    }

    async fn finish(&self, aws: &Clients, new: &New<'_, Service>, id: &str) -> Result<()> {
        let id = ServiceId::of(id);
        let there = wait::until(VISIBLE, || describe(aws, &id)).await?;
        let there = match lost_settings(&new.resource, &there) {
            true => complete(aws, &new.resource, &id).await?,
            false => Some(there),
        };
        // What an earlier run began and ECS gave up is tried once more.
        let there = match there.as_ref().is_some_and(deployment::was_given_up) {
            true => deployment::again(aws, &id).await?,
            false => there,
        };
        deployment::completed(aws, &id, there.as_ref()).await
    }

    async fn update(&self, aws: &Clients, change: &Change<Service>) -> Result<()> {
        let id = ServiceId::of(&change.id);
        // Tags first: those that the service passes on are read when its tasks start.
        common::update_tags(aws, &id.arn, change).await?;
        if SETTINGS.iter().any(|setting| change.touches(setting)) {
            let answer = update(aws, &id, &change.after, |setting| change.touches(setting)).await?;
            deployment::completed(aws, &id, answer.as_ref()).await?;
        }
        Ok(())
    }

    async fn delete(&self, aws: &Clients, old: &Old<Service>) -> Result<()> {
        let id = ServiceId::of(&old.id);
        // `force` stops its tasks too; without it AWS wants the count to be zero first.
        let call = aws
            .ecs()
            .delete_service()
            .cluster(&id.cluster)
            .service(&id.arn)
            .force(true);
        let answer = call.send().await.map_err(error::of("DeleteService"));
        match answer {
            // Deleted already, and still to be seen.
            Err(error) if error.code.as_deref() == Some("ServiceNotActiveException") => {}
            other => error::or_gone(other)?,
        }
        drained(aws, &id.cluster, &id.arn).await
    }
}

/// Waits until a deleted service, by its ARN or its name, has drained.
async fn drained(aws: &Clients, cluster: &str, service: &str) -> Result<()> {
    let service = [service.to_owned()];
    wait::until(DRAINED, || async {
        let left = raw(aws, cluster, &service).await?;
        let gone = left
            .iter()
            .all(|service| service.status() == Some("INACTIVE"));
        Ok(gone.then_some(()))
    })
    .await
}

/// "Unable to Start a service that is still Draining.": ECS has no code of its own for that.
fn is_draining(error: &ProviderError) -> bool {
    error.operation == "CreateService" && error.message.contains("still Draining")
}

/// What `UpdateService` can change.
const SETTINGS: &[&str] = &[
    "TaskDefinition",
    "DesiredCount",
    "LaunchType",
    "CapacityProviderStrategy",
    "PlatformVersion",
    "NetworkConfiguration",
    "LoadBalancers",
    "HealthCheckGracePeriodSeconds",
    "DeploymentConfiguration",
    "DeploymentController",
    "EnableExecuteCommand",
    "EnableECSManagedTags",
    "PropagateTags",
    "AvailabilityZoneRebalancing",
    "ServiceRegistries",
];

async fn create(
    aws: &Clients,
    new: &New<'_, Service>,
    cluster: &str,
    name: &str,
) -> Result<Option<SdkService>> {
    let Service {
        service_name: _,
        cluster: _,
        task_definition,
        desired_count,
        compute,
        platform_version,
        network_configuration,
        load_balancers,
        health_check_grace_period_seconds,
        deployment_configuration,
        deployment_controller,
        scheduling_strategy,
        enable_execute_command,
        enable_ecs_managed_tags,
        propagate_tags,
        availability_zone_rebalancing,
        service_registries,
        tags: _,
    } = &new.resource;
    // A daemon runs on each instance; AWS refuses a count beside it.
    let daemon = copied(scheduling_strategy) == Some(SchedulingStrategy::Daemon);
    let count = number(desired_count).or((!daemon).then_some(1));
    let call = aws
        .ecs()
        .create_service()
        .client_token(new.token)
        .cluster(cluster)
        .service_name(name)
        .task_definition(task_definition.value().as_str())
        .set_desired_count(count)
        .set_launch_type(compute.launch_type().map(|one| one.as_str().into()))
        .set_capacity_provider_strategy(some(compute.strategy().iter().map(cluster::item)))
        .set_platform_version(platform_version.as_ref().map(|one| one.value().to_string()))
        .set_network_configuration(network_configuration.as_ref().map(settings::network))
        .set_load_balancers(some(load_balancers.iter().map(settings::load_balancer)))
        .set_health_check_grace_period_seconds(number(health_check_grace_period_seconds))
        .set_deployment_configuration(deployment_configuration.as_ref().map(settings::deployment))
        .set_deployment_controller(deployment_controller.as_ref().map(settings::controller))
        .set_scheduling_strategy(copied(scheduling_strategy).map(|one| one.as_str().into()))
        .set_enable_execute_command(copied(enable_execute_command))
        .set_enable_ecs_managed_tags(copied(enable_ecs_managed_tags))
        .set_propagate_tags(copied(propagate_tags).map(|one| one.as_str().into()))
        .set_availability_zone_rebalancing(
            copied(availability_zone_rebalancing).map(|one| one.as_str().into()),
        )
        .set_service_registries(some(service_registries.iter().map(settings::registry)))
        .set_tags(Some(common::tags(new)));
    let answer = call.send().await.map_err(error::of("CreateService"))?;
    Ok(answer.service)
}

/// Whether an endpoint took a creating call and not all that was in it, as emulators do.
fn lost_settings(service: &Service, answer: &SdkService) -> bool {
    service.deployment_configuration.is_some() && answer.deployment_configuration().is_none()
}

/// Writes the settings that a creating call lost.
async fn complete(aws: &Clients, service: &Service, id: &ServiceId) -> Result<Option<SdkService>> {
    const LOST: &[&str] = &[
        "HealthCheckGracePeriodSeconds",
        "DeploymentConfiguration",
        "EnableExecuteCommand",
        "EnableECSManagedTags",
        "AvailabilityZoneRebalancing",
        "CapacityProviderStrategy",
    ];
    update(aws, id, service, |setting| LOST.contains(&setting)).await
}

/// Sends the settings that change, and no others: each one sent may begin a deployment.
async fn update(
    aws: &Clients,
    id: &ServiceId,
    service: &Service,
    touches: impl Fn(&str) -> bool,
) -> Result<Option<SdkService>> {
    let mut call = aws
        .ecs()
        .update_service()
        .cluster(&id.cluster)
        .service(&id.arn);
    if touches("TaskDefinition") {
        call = call.task_definition(service.task_definition.value().as_str());
    }
    if touches("DesiredCount") {
        call = call.set_desired_count(number(&service.desired_count));
    }
    if touches("CapacityProviderStrategy") || touches("LaunchType") {
        call = compute(call, &service.compute, touches("LaunchType"));
    }
    if touches("PlatformVersion") {
        let version = service.platform_version.as_ref();
        call = call.set_platform_version(version.map(|version| version.value().to_string()));
    }
    if touches("NetworkConfiguration") {
        let network = service.network_configuration.as_ref();
        call = call.set_network_configuration(network.map(settings::network));
    }
    if touches("LoadBalancers") {
        let groups = service.load_balancers.iter().map(settings::load_balancer);
        call = call.set_load_balancers(Some(groups.collect()));
    }
    if touches("HealthCheckGracePeriodSeconds") {
        call = call.set_health_check_grace_period_seconds(number(
            &service.health_check_grace_period_seconds,
        ));
    }
    if touches("DeploymentConfiguration") {
        let deployment = service.deployment_configuration.as_ref();
        call = call.set_deployment_configuration(deployment.map(settings::deployment));
    }
    if touches("DeploymentController") {
        let controller = service.deployment_controller.as_ref();
        call = call.set_deployment_controller(controller.map(settings::controller));
    }
    if touches("EnableExecuteCommand") {
        call = call.set_enable_execute_command(copied(&service.enable_execute_command));
    }
    if touches("EnableECSManagedTags") {
        call = call.set_enable_ecs_managed_tags(copied(&service.enable_ecs_managed_tags));
    }
    if touches("PropagateTags") {
        let whose = copied(&service.propagate_tags);
        call = call.set_propagate_tags(whose.map(|whose| whose.as_str().into()));
    }
    if touches("AvailabilityZoneRebalancing") {
        let rebalancing = copied(&service.availability_zone_rebalancing);
        call = call.set_availability_zone_rebalancing(rebalancing.map(|one| one.as_str().into()));
    }
    if touches("ServiceRegistries") {
        let registries = service.service_registries.iter().map(settings::registry);
        call = call.set_service_registries(Some(registries.collect()));
    }
    let answer = call.send().await.map_err(error::of("UpdateService"))?;
    Ok(answer.service)
}

type Update = aws_sdk_ecs::operation::update_service::builders::UpdateServiceFluentBuilder;

/// `UpdateService` takes no launch type: an empty strategy goes back to it. Tasks move only with a
/// new deployment, which a strategy alone does not begin.
fn compute(call: Update, compute: &Compute, moves: bool) -> Update {
    let items = compute.strategy();
    if items.is_empty() && !moves {
        return call;
    }
    call.set_capacity_provider_strategy(Some(items.iter().map(cluster::item).collect()))
        .force_new_deployment(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_of_the_same_name_that_still_drains_is_told_from_other_refusals() {
        let refused =
            |message: &str| error::told("CreateService", "InvalidParameterException", message);
        assert!(is_draining(&refused(
            "Unable to Start a service that is still Draining."
        )));
        assert!(!is_draining(&refused(
            "Creation of service was not idempotent."
        )));
    }
}
