//! A task and a service that nothing is wrong with, to break.

use jeancloud_model::{
    Handle,
    ec2::SecurityGroupId,
    ecs::{
        Cluster, ContainerDefinition, FargateSize, NetworkConfiguration, Service, TaskDefinition,
    },
};

use crate::check::testing::Healthy;

/// A container that listens on port 8000.
pub(super) fn container() -> ContainerDefinition {
    ContainerDefinition::builder()
        .name("app")
        .image("public.ecr.aws/app:1")
        .port_mappings([8000])
        .build()
}

/// A task of these containers.
pub(super) fn task(containers: impl IntoIterator<Item = ContainerDefinition>) -> TaskDefinition {
    TaskDefinition::builder()
        .family("app")
        .size(FargateSize::Cpu256Mb512)
        .container_definitions(containers)
        .build()
}

/// Declares a cluster, and a service of a task in its subnets, after `change`.
pub(super) fn add_service(h: &Healthy<'_>, change: impl FnOnce(&mut Service)) -> Handle<Service> {
    add_service_of(h, |_| (), change)
}

/// The same, after `change_task` to the task.
pub(super) fn add_service_of(
    h: &Healthy<'_>,
    change_task: impl FnOnce(&mut TaskDefinition),
    change: impl FnOnce(&mut Service),
) -> Handle<Service> {
    let cluster = h.scope.add("cluster", Cluster::builder().build());
    let mut whole = task([container()]);
    change_task(&mut whole);
    let task = h.scope.add("task", whole);
    let mut service = Service::builder()
        .cluster(&cluster)
        .task_definition(&task)
        .desired_count(2)
        .network_configuration(NetworkConfiguration::private(
            h.subnets,
            Vec::<SecurityGroupId>::new(),
        ))
        .build();
    change(&mut service);
    h.scope.add("service", service)
}
