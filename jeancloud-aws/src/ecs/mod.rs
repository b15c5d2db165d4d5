//! Handlers of Amazon ECS: clusters, task definitions, services.

mod cluster;
mod common;
mod container;
mod container_read;
mod deployment;
mod service;
mod service_read;
mod service_settings;
mod task_definition;

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(cluster::ClusterHandler);
    registry.add(task_definition::TaskDefinitionHandler);
    registry.add(service::ServiceHandler);
}
