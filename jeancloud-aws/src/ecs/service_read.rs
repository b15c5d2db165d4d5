//! Services as AWS tells them: how they are named, listed and read.

use aws_sdk_ecs::types::{Service as SdkService, ServiceField};
use jeancloud_model::{
    Input, Tags,
    ecs::{
        AvailabilityZoneRebalancing, PropagateTags, SchedulingStrategy, Service, TaskDefinitionArn,
    },
};

use super::{
    common,
    service_settings::{self as settings, choice, known},
};
use crate::{
    Clients, error,
    handler::{Result, Seen},
};

/// The most services of one `DescribeServices` call, by its API reference.
const SERVICES_PER_CALL: usize = 10;

/// How a service is named in calls.
pub(super) struct ServiceId {
    pub(super) arn: String,
    pub(super) cluster: String,
}

impl ServiceId {
    /// What a physical id says: `arn|cluster`, or an ARN alone.
    pub(super) fn of(physical: &str) -> Self {
        let (arn, cluster) = match physical.split_once('|') {
            Some((arn, cluster)) => (arn, cluster),
            // An ARN of today's form names its cluster: `…:service/cluster/name`.
            None => (physical, physical.rsplit('/').nth(1).unwrap_or("default")),
        };
        Self {
            arn: arn.to_owned(),
            cluster: common::last_part(cluster).to_owned(),
        }
    }

    /// The service's name.
    pub(super) fn name(&self) -> &str {
        common::last_part(&self.arn)
    }

    /// The physical id.
    pub(super) fn physical(&self) -> String {
        format!("{}|{}", self.arn, self.cluster)
    }
}

/// The ARNs of a cluster's services; none where there is no such cluster.
pub(super) async fn list(aws: &Clients, cluster: &str) -> Result<Vec<String>> {
    let mut arns = Vec::new();
    let mut pages = aws
        .ecs()
        .list_services()
        .cluster(cluster)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        let Some(page) = error::if_there(page.map_err(error::of("ListServices")))? else {
            break;
        };
        arns.extend_from_slice(page.service_arns());
    }
    Ok(arns)
}

/// One service, if it exists.
pub(super) async fn describe(aws: &Clients, id: &ServiceId) -> Result<Option<SdkService>> {
    let there = describe_all(aws, &id.cluster, std::slice::from_ref(&id.arn)).await?;
    Ok(there.into_iter().next())
}

/// Those of a cluster's services, by name or ARN, that exist and are not on their way out.
pub(super) async fn describe_all(
    aws: &Clients,
    cluster: &str,
    services: &[String],
) -> Result<Vec<SdkService>> {
    let mut there = raw(aws, cluster, services).await?;
    there.retain(|service| service.status() == Some("ACTIVE"));
    Ok(there)
}

/// Those of a cluster's services that AWS tells of, whatever their status.
pub(super) async fn raw(
    aws: &Clients,
    cluster: &str,
    services: &[String],
) -> Result<Vec<SdkService>> {
    let mut all = Vec::new();
    for services in services.chunks(SERVICES_PER_CALL) {
        let call = aws
            .ecs()
            .describe_services()
            .cluster(cluster)
            .set_services(Some(services.to_vec()))
            .include(ServiceField::Tags);
        let answer = call.send().await.map_err(error::of("DescribeServices"));
        // The cluster is gone, and its services with it.
        let Some(answer) = error::if_there(answer)? else {
            break;
        };
        all.extend(answer.services.unwrap_or_default());
    }
    Ok(all)
}

/// How AWS's answer names a service.
pub(super) fn id_of(service: &SdkService) -> Option<ServiceId> {
    Some(ServiceId {
        arn: service.service_arn()?.to_owned(),
        cluster: common::last_part(service.cluster_arn()?).to_owned(),
    })
}

/// A service as AWS tells it.
pub(super) fn read(service: &SdkService) -> Option<Seen<Service>> {
    let id = id_of(service)?;
    let definition = service.task_definition().unwrap_or_default().to_owned();
    let platform = service.platform_version();
    let rebalancing = service.availability_zone_rebalancing();
    let resource = Service {
        service_name: known(service.service_name()),
        cluster: Input::Known(id.cluster.clone().into()),
        task_definition: Input::Known(TaskDefinitionArn::new(definition)),
        desired_count: common::bounded(Some(service.desired_count())),
        compute: settings::read_compute(service),
        platform_version: known(platform.filter(|version| !version.is_empty())),
        network_configuration: service
            .network_configuration()
            .and_then(settings::read_network),
        load_balancers: (service.load_balancers().iter())
            .filter_map(settings::read_load_balancer)
            .collect(),
        health_check_grace_period_seconds: common::bounded(
            service.health_check_grace_period_seconds(),
        ),
        deployment_configuration: service
            .deployment_configuration()
            .map(settings::read_deployment),
        deployment_controller: (service.deployment_controller())
            .and_then(settings::read_controller),
        scheduling_strategy: choice(
            service.scheduling_strategy().map(|one| one.as_str()),
            SchedulingStrategy::from_aws,
        ),
        enable_execute_command: Some(Input::Known(service.enable_execute_command())),
        enable_ecs_managed_tags: Some(Input::Known(service.enable_ecs_managed_tags())),
        propagate_tags: choice(
            service.propagate_tags().map(|one| one.as_str()),
            PropagateTags::from_aws,
        ),
        availability_zone_rebalancing: choice(
            rebalancing.map(|one| one.as_str()),
            AvailabilityZoneRebalancing::from_aws,
        ),
        service_registries: (service.service_registries().iter())
            .filter_map(settings::read_registry)
            .collect(),
        tags: Tags::new(),
    };
    let seen = Seen::new(id.physical(), resource)
        .output_text("ServiceArn", Some(&id.arn))
        .output_text("Name", service.service_name())
        .output_text("Cluster", Some(&id.cluster))
        .tagged(common::pairs(service.tags()));
    Some(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_the_service_and_its_cluster() {
        let arn = "arn:aws:ecs:eu-west-3:123456789012:service/main/app";
        let id = ServiceId::of(&format!("{arn}|main"));
        assert_eq!((id.cluster.as_str(), id.name()), ("main", "app"));
        assert_eq!(ServiceId::of(arn).physical(), format!("{arn}|main"));
    }
}
