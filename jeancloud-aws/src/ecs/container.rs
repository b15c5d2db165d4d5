//! Containers and volumes of task definitions, as the SDK takes them.

use aws_sdk_ecs::types as sdk;
use jeancloud_model::ecs::{
    ContainerDefinition, ContainerDependency, ContainerHealthCheck, ContainerRestartPolicy,
    ContainerSecret, EfsAuthorizationConfig, EfsVolumeConfiguration, EnvironmentVariable,
    KernelCapabilities, LinuxParameters, LogConfiguration, MountPoint, PortMapping,
    RepositoryCredentials, TaskVolume, Ulimit,
};

use super::common::{built, copied, number, some, string, strings};

/// A container.
pub(super) fn definition(container: &ContainerDefinition) -> sdk::ContainerDefinition {
    let ContainerDefinition {
        name,
        image,
        essential,
        cpu,
        memory,
        memory_reservation,
        port_mappings,
        entry_point,
        command,
        working_directory,
        user,
        environment,
        secrets,
        log_configuration,
        health_check,
        mount_points,
        depends_on,
        readonly_root_filesystem,
        linux_parameters,
        ulimits,
        restart_policy,
        start_timeout,
        stop_timeout,
        repository_credentials,
        interactive,
        pseudo_terminal,
    } = container;
    let cpu = cpu
        .as_ref()
        .and_then(|cpu| i32::try_from(*cpu.value()).ok());
    sdk::ContainerDefinition::builder()
        .name(name.value().as_str())
        .image(image.value())
        .set_essential(copied(essential))
        .set_cpu(cpu)
        .set_memory(number(memory))
        .set_memory_reservation(number(memory_reservation))
        .set_port_mappings(some(port_mappings.iter().map(port)))
        .set_entry_point(strings(entry_point))
        .set_command(strings(command))
        .set_working_directory(string(working_directory))
        .set_user(string(user))
        .set_environment(some(environment.iter().map(variable)))
        .set_secrets(some(secrets.iter().map(secret)))
        .set_log_configuration(log_configuration.as_ref().map(log))
        .set_health_check(health_check.as_ref().map(health))
        .set_mount_points(some(mount_points.iter().map(mount)))
        .set_depends_on(some(depends_on.iter().map(dependency)))
        .set_readonly_root_filesystem(copied(readonly_root_filesystem))
        .set_linux_parameters(linux_parameters.as_ref().map(linux))
        .set_ulimits(some(ulimits.iter().map(ulimit)))
        .set_restart_policy(restart_policy.as_ref().map(restart))
        .set_start_timeout(number(start_timeout))
        .set_stop_timeout(number(stop_timeout))
        .set_repository_credentials(repository_credentials.as_ref().map(credentials))
        .set_interactive(copied(interactive))
        .set_pseudo_terminal(copied(pseudo_terminal))
        .build()
}

fn port(port: &PortMapping) -> sdk::PortMapping {
    let PortMapping {
        container_port,
        host_port,
        protocol,
        name,
        app_protocol,
    } = port;
    sdk::PortMapping::builder()
        .container_port(container_port.value().number().into())
        .set_host_port(host_port.as_ref().map(|port| port.value().number().into()))
        .set_protocol(copied(protocol).map(|protocol| protocol.as_str().into()))
        .set_name(string(name))
        .set_app_protocol(copied(app_protocol).map(|protocol| protocol.as_str().into()))
        .build()
}

fn variable(variable: &EnvironmentVariable) -> sdk::KeyValuePair {
    let EnvironmentVariable { name, value } = variable;
    sdk::KeyValuePair::builder()
        .name(name.value())
        .value(value.value())
        .build()
}

fn secret(secret: &ContainerSecret) -> sdk::Secret {
    let ContainerSecret { name, value_from } = secret;
    let secret = sdk::Secret::builder()
        .name(name.value())
        .value_from(value_from.value());
    built(secret.build())
}

fn log(log: &LogConfiguration) -> sdk::LogConfiguration {
    let LogConfiguration {
        log_driver,
        options,
        secret_options,
    } = log;
    let pair =
        |(key, value): (&String, &jeancloud_model::Text)| (key.clone(), value.value().to_owned());
    let options = (!options.is_empty()).then(|| options.iter().map(pair).collect());
    let log = sdk::LogConfiguration::builder()
        .log_driver(log_driver.value().as_str().into())
        .set_options(options)
        .set_secret_options(some(secret_options.iter().map(secret)));
    built(log.build())
}

fn health(health: &ContainerHealthCheck) -> sdk::HealthCheck {
    let ContainerHealthCheck {
        command,
        interval,
        timeout,
        retries,
        start_period,
    } = health;
    let health = sdk::HealthCheck::builder()
        .set_command(Some(strings(command).unwrap_or_default()))
        .set_interval(number(interval))
        .set_timeout(number(timeout))
        .set_retries(number(retries))
        .set_start_period(number(start_period));
    built(health.build())
}

fn mount(mount: &MountPoint) -> sdk::MountPoint {
    let MountPoint {
        source_volume,
        container_path,
        read_only,
    } = mount;
    sdk::MountPoint::builder()
        .source_volume(source_volume.value())
        .container_path(container_path.value())
        .set_read_only(copied(read_only))
        .build()
}

fn dependency(dependency: &ContainerDependency) -> sdk::ContainerDependency {
    let ContainerDependency {
        container_name,
        condition,
    } = dependency;
    let dependency = sdk::ContainerDependency::builder()
        .container_name(container_name.value().as_str())
        .condition(condition.value().as_str().into());
    built(dependency.build())
}

fn linux(linux: &LinuxParameters) -> sdk::LinuxParameters {
    let LinuxParameters {
        init_process_enabled,
        capabilities,
    } = linux;
    let capabilities = capabilities.as_ref().map(|capabilities| {
        let KernelCapabilities { add, drop } = capabilities;
        sdk::KernelCapabilities::builder()
            .set_add(some(add.iter().map(|one| one.value().to_string())))
            .set_drop(some(drop.iter().map(|one| one.value().to_string())))
            .build()
    });
    sdk::LinuxParameters::builder()
        .set_init_process_enabled(copied(init_process_enabled))
        .set_capabilities(capabilities)
        .build()
}

fn ulimit(ulimit: &Ulimit) -> sdk::Ulimit {
    let Ulimit {
        name,
        hard_limit,
        soft_limit,
    } = ulimit;
    let limit = |limit: u32| i32::try_from(limit).unwrap_or(i32::MAX);
    let ulimit = sdk::Ulimit::builder()
        .name(name.value().as_str().into())
        .hard_limit(limit(*hard_limit.value()))
        .soft_limit(limit(*soft_limit.value()));
    built(ulimit.build())
}

fn restart(policy: &ContainerRestartPolicy) -> sdk::ContainerRestartPolicy {
    let ContainerRestartPolicy {
        enabled,
        ignored_exit_codes,
        restart_attempt_period,
    } = policy;
    let codes = ignored_exit_codes.iter();
    let codes = codes.filter_map(|code| i32::try_from(*code.value()).ok());
    let policy = sdk::ContainerRestartPolicy::builder()
        .enabled(*enabled.value())
        .set_ignored_exit_codes(some(codes))
        .set_restart_attempt_period(number(restart_attempt_period));
    built(policy.build())
}

fn credentials(credentials: &RepositoryCredentials) -> sdk::RepositoryCredentials {
    let RepositoryCredentials {
        credentials_parameter,
    } = credentials;
    let credentials = sdk::RepositoryCredentials::builder()
        .credentials_parameter(credentials_parameter.value().as_str());
    built(credentials.build())
}

/// A volume of a task.
pub(super) fn volume(volume: &TaskVolume) -> sdk::Volume {
    let TaskVolume {
        name,
        efs_volume_configuration,
    } = volume;
    sdk::Volume::builder()
        .name(name.value())
        .set_efs_volume_configuration(efs_volume_configuration.as_ref().map(efs))
        .build()
}

fn efs(efs: &EfsVolumeConfiguration) -> sdk::EfsVolumeConfiguration {
    let EfsVolumeConfiguration {
        filesystem_id,
        root_directory,
        transit_encryption,
        transit_encryption_port,
        authorization_config,
    } = efs;
    let authorization = authorization_config.as_ref().map(|authorization| {
        let EfsAuthorizationConfig {
            access_point_id,
            iam,
        } = authorization;
        sdk::EfsAuthorizationConfig::builder()
            .set_access_point_id(string(access_point_id))
            .set_iam(copied(iam).map(|iam| iam.as_str().into()))
            .build()
    });
    let efs = sdk::EfsVolumeConfiguration::builder()
        .file_system_id(filesystem_id.value())
        .set_root_directory(string(root_directory))
        .set_transit_encryption(copied(transit_encryption).map(|one| one.as_str().into()))
        .set_transit_encryption_port(number(transit_encryption_port))
        .set_authorization_config(authorization);
    built(efs.build())
}
