//! Amazon Elastic Container Registry.

mod lifecycle_policy;
mod replication_configuration;
mod repository;

pub use lifecycle_policy::{ImageLimit, ImageSelection, LifecyclePolicy, LifecycleRule};
pub use replication_configuration::{
    FilterType, RegistryId, ReplicationConfiguration, ReplicationDestination, ReplicationRule,
    ReplicationRules, RepositoryFilter,
};
pub use repository::{
    EncryptionConfiguration, EncryptionType, ImageScanningConfiguration, ImageTag,
    ImageTagMutability, ImageTagMutabilityExclusionFilter, ImageTagMutabilityExclusionFilterType,
    Repository, RepositoryName, RepositoryUri,
};
