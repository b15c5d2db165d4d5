//! Rules for clusters, task definitions and services.

mod cluster;
mod container;
mod logging;
mod rollout;
mod service;
mod task_definition;
#[cfg(test)]
mod testing;

use jeancloud_model::ecs::{Compatibility, TaskDefinition};

use super::Rule;

pub(super) const RULES: &[&Rule] = &[
    &cluster::PROVIDERS,
    &container::DEPENDENCIES,
    &container::HEALTH,
    &container::MOUNTS,
    &container::PORTS,
    &container::SIZE,
    &container::VARIABLES,
    &logging::DRIVER,
    &logging::OPTIONS,
    &rollout::PERCENT,
    &rollout::TASKS,
    &service::COMPUTE,
    &service::CONTAINER,
    &service::LISTENER,
    &service::NETWORK,
    &service::TARGET_TYPE,
    &service::VPC,
    &task_definition::CONTAINERS,
    &task_definition::EXECUTION_ROLE,
    &task_definition::FARGATE,
    &task_definition::VOLUMES,
    &task_definition::WINDOWS,
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
