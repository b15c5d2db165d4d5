//! Rules for clusters, task definitions and services.

mod cluster;
mod compute;
mod container;
mod image;
mod logging;
mod roles;
mod rollout;
mod service;
mod task_definition;
#[cfg(test)]
mod testing;
mod volumes;

use jeancloud_model::ecs::{Compatibility, TaskDefinition};

use super::Rule;

pub(super) const RULES: &[&Rule] = &[
    &cluster::DEFAULT,
    &cluster::EXECUTE,
    &cluster::PROVIDERS,
    &compute::CLUSTER,
    &compute::COMPATIBLE,
    &compute::ONLY,
    &compute::SHARES,
    &container::DEPENDENCIES,
    &container::HEALTH,
    &container::LIMITS,
    &container::MOUNTS,
    &container::PORTS,
    &container::SIZE,
    &container::VARIABLES,
    &image::NAME,
    &logging::DRIVER,
    &logging::MODE,
    &logging::OPTIONS,
    &logging::REGION,
    &logging::ROUTER,
    &roles::PERMISSIONS,
    &roles::TRUST,
    &rollout::CONTROLLER,
    &rollout::GRACE,
    &rollout::PERCENT,
    &rollout::REBALANCING,
    &rollout::TASKS,
    &service::CONTAINER,
    &service::EXECUTE,
    &service::LISTENER,
    &service::NETWORK,
    &service::TARGET_TYPE,
    &service::VPC,
    &task_definition::CONTAINERS,
    &task_definition::EXECUTION_ROLE,
    &task_definition::FARGATE,
    &task_definition::WINDOWS,
    &volumes::DISK,
    &volumes::FOLDER,
    &volumes::NAMES,
    &volumes::VOLUMES,
];

const TASK_DEFINITION: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html";
const CREATE_SERVICE: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html";
const FARGATE: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html";

fn is_fargate(task: &TaskDefinition) -> bool {
    task.requires_compatibilities
        .contains(&Compatibility::Fargate)
}
