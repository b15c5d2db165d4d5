//! Amazon Elastic Container Service.

mod cluster;
mod compute;
mod container;
mod container_options;
mod deployment;
mod fargate_size;
mod log_configuration;
mod service;
mod service_network;
mod task_definition;
mod volume;

pub use cluster::{
    Cluster, ClusterConfiguration, ClusterName, ClusterSetting, ClusterSettingName,
    ContainerInsights, ExecuteCommandConfiguration, ExecuteCommandLogConfiguration,
    ExecuteCommandLogging,
};
pub use compute::{CapacityProvider, CapacityProviderStrategyItem, Compute, LaunchType};
pub use container::{
    AppProtocol, ContainerDefinition, ContainerName, ContainerSecret, EnvironmentVariable,
    PortMapping, TransportProtocol, env, secret, secret_key,
};
pub use container_options::{
    Capability, ContainerCondition, ContainerDependency, ContainerHealthCheck,
    ContainerRestartPolicy, KernelCapabilities, LinuxParameters, RepositoryCredentials, Ulimit,
    UlimitName,
};
pub use deployment::{
    DeploymentAlarms, DeploymentCircuitBreaker, DeploymentConfiguration, DeploymentController,
    DeploymentControllerType,
};
pub use fargate_size::FargateSize;
pub use log_configuration::{LogConfiguration, LogDriver};
pub use service::{
    AvailabilityZoneRebalancing, PlatformVersion, PropagateTags, SchedulingStrategy, Service,
    ServiceArn, ServiceName,
};
pub use service_network::{
    AssignPublicIp, AwsVpcConfiguration, NetworkConfiguration, ServiceLoadBalancer, ServiceRegistry,
};
pub use task_definition::{
    Compatibility, CpuArchitecture, EphemeralStorage, Family, NetworkMode, OperatingSystemFamily,
    PidMode, RuntimePlatform, TaskDefinition, TaskDefinitionArn,
};
pub use volume::{
    EfsAuthorizationConfig, EfsIam, EfsTransitEncryption, EfsVolumeConfiguration, MountPoint,
    TaskVolume,
};

/// What is wrong with an ECS name of up to 255 letters, digits, underscores and hyphens.
fn name_fault(text: &str) -> Option<&'static str> {
    match text.len() {
        0 => return Some("is empty"),
        1..=255 => {}
        _ => return Some("has more than 255 characters"),
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    (!text.bytes().all(allowed)).then_some("holds something else than letters, digits, _ and -")
}
