//! Containers and volumes of task definitions, as AWS tells them.
//!
//! AWS fills in what the author left out (a container's `essential`, a port's `hostPort` and
//! `protocol`); it stays, since only what the author set is compared.

use aws_sdk_ecs::types as sdk;
use jeancloud_model::{
    Arn, Input, Port, Text,
    ecs::{
        AppProtocol, Capability, ContainerCondition, ContainerDefinition, ContainerDependency,
        ContainerHealthCheck, ContainerName, ContainerRestartPolicy, ContainerSecret,
        EfsAuthorizationConfig, EfsIam, EfsTransitEncryption, EfsVolumeConfiguration,
        EnvironmentVariable, KernelCapabilities, LinuxParameters, LogConfiguration, LogDriver,
        MountPoint, PortMapping, RepositoryCredentials, TaskVolume, TransportProtocol, Ulimit,
        UlimitName,
    },
};

use super::common::{bounded, text, texts};

/// A container.
pub(super) fn definition(container: &sdk::ContainerDefinition) -> ContainerDefinition {
    let name = container.name().unwrap_or_default();
    ContainerDefinition {
        name: Input::Known(ContainerName::new(name.to_owned())),
        image: Text::known(container.image().unwrap_or_default()),
        essential: container.essential().map(Input::Known),
        cpu: u32::try_from(container.cpu()).ok().map(Input::Known),
        memory: bounded(container.memory()),
        memory_reservation: bounded(container.memory_reservation()),
        port_mappings: container.port_mappings().iter().filter_map(port).collect(),
        entry_point: texts(container.entry_point()),
        command: texts(container.command()),
        working_directory: text(container.working_directory()),
        user: text(container.user()),
        environment: container.environment().iter().map(variable).collect(),
        secrets: container.secrets().iter().map(secret).collect(),
        log_configuration: container.log_configuration().and_then(log),
        health_check: container.health_check().map(health),
        mount_points: container.mount_points().iter().map(mount).collect(),
        depends_on: container
            .depends_on()
            .iter()
            .filter_map(dependency)
            .collect(),
        readonly_root_filesystem: container.readonly_root_filesystem().map(Input::Known),
        linux_parameters: container.linux_parameters().map(linux),
        ulimits: container.ulimits().iter().filter_map(ulimit).collect(),
        restart_policy: container.restart_policy().map(restart),
        start_timeout: bounded(container.start_timeout()),
        stop_timeout: bounded(container.stop_timeout()),
        repository_credentials: container.repository_credentials().map(|credentials| {
            let arn = credentials.credentials_parameter().to_owned();
            RepositoryCredentials {
                credentials_parameter: Input::Known(Arn::new(arn)),
            }
        }),
        interactive: container.interactive().map(Input::Known),
        pseudo_terminal: container.pseudo_terminal().map(Input::Known),
    }
}

fn port(mapping: &sdk::PortMapping) -> Option<PortMapping> {
    let port = |port: i32| Some(Input::Known(Port::new(u16::try_from(port).ok()?)));
    Some(PortMapping {
        container_port: port(mapping.container_port()?)?,
        host_port: mapping.host_port().and_then(port),
        protocol: (mapping.protocol())
            .and_then(|protocol| TransportProtocol::from_aws(protocol.as_str()))
            .map(Input::Known),
        name: text(mapping.name()),
        app_protocol: (mapping.app_protocol())
            .and_then(|protocol| AppProtocol::from_aws(protocol.as_str()))
            .map(Input::Known),
    })
}

fn variable(variable: &sdk::KeyValuePair) -> EnvironmentVariable {
    EnvironmentVariable {
        name: Text::known(variable.name().unwrap_or_default()),
        value: Text::known(variable.value().unwrap_or_default()),
    }
}

fn secret(secret: &sdk::Secret) -> ContainerSecret {
    ContainerSecret {
        name: Text::known(secret.name()),
        value_from: Text::known(secret.value_from()),
    }
}

fn log(log: &sdk::LogConfiguration) -> Option<LogConfiguration> {
    let options = log.options().into_iter().flatten();
    Some(LogConfiguration {
        log_driver: Input::Known(LogDriver::from_aws(log.log_driver().as_str())?),
        options: options
            .map(|(key, value)| (key.clone(), Text::known(value)))
            .collect(),
        secret_options: log.secret_options().iter().map(secret).collect(),
    })
}

fn health(health: &sdk::HealthCheck) -> ContainerHealthCheck {
    ContainerHealthCheck {
        command: texts(health.command()),
        interval: bounded(health.interval()),
        timeout: bounded(health.timeout()),
        retries: bounded(health.retries()),
        start_period: bounded(health.start_period()),
    }
}

fn mount(mount: &sdk::MountPoint) -> MountPoint {
    MountPoint {
        source_volume: Text::known(mount.source_volume().unwrap_or_default()),
        container_path: Text::known(mount.container_path().unwrap_or_default()),
        read_only: mount.read_only().map(Input::Known),
    }
}

fn dependency(dependency: &sdk::ContainerDependency) -> Option<ContainerDependency> {
    let condition = ContainerCondition::from_aws(dependency.condition().as_str())?;
    let name = dependency.container_name().to_owned();
    Some(ContainerDependency {
        container_name: Input::Known(ContainerName::new(name)),
        condition: Input::Known(condition),
    })
}

fn linux(linux: &sdk::LinuxParameters) -> LinuxParameters {
    let capabilities = |names: &[String]| {
        let known = names.iter().filter_map(|name| Capability::from_aws(name));
        known.map(Input::Known).collect()
    };
    LinuxParameters {
        init_process_enabled: linux.init_process_enabled().map(Input::Known),
        capabilities: linux.capabilities().map(|all| KernelCapabilities {
            add: capabilities(all.add()),
            drop: capabilities(all.drop()),
        }),
    }
}

fn ulimit(ulimit: &sdk::Ulimit) -> Option<Ulimit> {
    Some(Ulimit {
        name: Input::Known(UlimitName::from_aws(ulimit.name().as_str())?),
        hard_limit: Input::Known(u32::try_from(ulimit.hard_limit()).ok()?),
        soft_limit: Input::Known(u32::try_from(ulimit.soft_limit()).ok()?),
    })
}

fn restart(policy: &sdk::ContainerRestartPolicy) -> ContainerRestartPolicy {
    let codes = policy.ignored_exit_codes().iter();
    ContainerRestartPolicy {
        enabled: Input::Known(policy.enabled()),
        ignored_exit_codes: codes
            .filter_map(|code| u32::try_from(*code).ok())
            .map(Input::Known)
            .collect(),
        restart_attempt_period: bounded(policy.restart_attempt_period()),
    }
}

/// A volume of a task.
pub(super) fn volume(volume: &sdk::Volume) -> TaskVolume {
    TaskVolume {
        name: Text::known(volume.name().unwrap_or_default()),
        efs_volume_configuration: volume.efs_volume_configuration().map(efs),
    }
}

fn efs(efs: &sdk::EfsVolumeConfiguration) -> EfsVolumeConfiguration {
    EfsVolumeConfiguration {
        filesystem_id: Text::known(efs.file_system_id()),
        root_directory: text(efs.root_directory()),
        transit_encryption: (efs.transit_encryption())
            .and_then(|one| EfsTransitEncryption::from_aws(one.as_str()))
            .map(Input::Known),
        transit_encryption_port: bounded(efs.transit_encryption_port()),
        authorization_config: (efs.authorization_config()).map(|authorization| {
            EfsAuthorizationConfig {
                access_point_id: text(authorization.access_point_id()),
                iam: (authorization.iam())
                    .and_then(|iam| EfsIam::from_aws(iam.as_str()))
                    .map(Input::Known),
            }
        }),
    }
}
