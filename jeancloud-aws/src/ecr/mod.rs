//! Handlers of Amazon ECR: repositories, and our part of a registry's replication.

mod replication_configuration;
mod repository;
mod repository_policies;

use aws_sdk_ecr::error::BuildError;

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(replication_configuration::ReplicationConfigurationHandler);
    registry.add(repository::RepositoryHandler);
}

/// A request part of which everything required is set.
fn built<T>(part: Result<T, BuildError>) -> T {
    part.unwrap_or_else(|error| panic!("broken invariant: a required part is not set: {error}"))
}
