//! [`ContainerDefinition`]: one container of a task, with its ports, environment and secrets.

use crate::{Bounded, IntoText, Port, Text, choice, properties, text, text_value};

use super::{
    ContainerDependency, ContainerHealthCheck, ContainerRestartPolicy, LinuxParameters,
    LogConfiguration, MountPoint, RepositoryCredentials, Ulimit,
};

text_value! {
    /// The name of a container in its task.
    ContainerName {
        rule: "a container's name has 1 to 255 letters, digits, underscores and hyphens",
        document: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html",
        check: |text| super::name_fault(text),
    },
}

choice! {
    /// What a port speaks.
    TransportProtocol {
        /// TCP.
        Tcp = "tcp",
        /// UDP.
        Udp = "udp",
    }
    /// What Service Connect reads in a port's traffic.
    AppProtocol {
        /// HTTP/1.1.
        Http = "http",
        /// HTTP/2.
        Http2 = "http2",
        /// gRPC.
        Grpc = "grpc",
    }
}

properties! {
    /// A port on which a container listens.
    PortMapping;
    /// The port on which the container listens.
    one container_port "ContainerPort": Port,
    /// The port on the host; under `awsvpc` it is the container's own. AWS's default there: that.
    opt host_port "HostPort": Port,
    /// What it speaks. AWS's default: TCP.
    opt protocol "Protocol": TransportProtocol,
    /// The name by which Service Connect knows it.
    opt_text name "Name",
    /// What Service Connect reads in its traffic.
    opt app_protocol "AppProtocol": AppProtocol,
}

impl From<Port> for PortMapping {
    fn from(port: Port) -> Self {
        Self::builder().container_port(port).build()
    }
}

impl From<u16> for PortMapping {
    fn from(port: u16) -> Self {
        Port::new(port).into()
    }
}

properties! {
    /// A variable of a container's environment. Everybody who may describe the task definition can
    /// read it: what is secret is a [`ContainerSecret`].
    EnvironmentVariable;
    /// Its name.
    text name "Name",
    /// Its value.
    text value "Value",
}

/// A variable of a container's environment: `env("DATABASE_HOST", database.endpoint_address())`.
pub fn env(name: impl IntoText, value: impl IntoText) -> EnvironmentVariable {
    EnvironmentVariable {
        name: name.into_text(),
        value: value.into_text(),
    }
}

properties! {
    /// A variable whose value ECS reads from Secrets Manager or Parameter Store when a task starts,
    /// with the task's execution role. The definition holds only where it is.
    ContainerSecret;
    /// The variable's name.
    text name "Name",
    /// The secret's ARN, with `:key:stage:version` for a part of it; or a parameter's ARN or name.
    text value_from "ValueFrom",
}

/// A variable that holds a whole secret: `secret("TOKEN", token.arn())`.
pub fn secret(name: impl IntoText, arn: impl IntoText) -> ContainerSecret {
    ContainerSecret {
        name: name.into_text(),
        value_from: arn.into_text(),
    }
}

/// A variable that holds the value under `key` of a secret that is a JSON object:
/// `secret_key("DATABASE_PASSWORD", database.master_user_secret_arn(), "password")`.
pub fn secret_key(name: impl IntoText, arn: impl IntoText, key: &str) -> ContainerSecret {
    let arn: Text = arn.into_text();
    secret(name, text!("{}:{key}::", arn))
}

properties! {
    /// One container of a task.
    ///
    /// Follows [`AWS::ECS::TaskDefinition ContainerDefinition`] and ECS's [`ContainerDefinition`].
    ///
    /// [`AWS::ECS::TaskDefinition ContainerDefinition`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-taskdefinition-containerdefinition.html
    /// [`ContainerDefinition`]: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
    ContainerDefinition;
    /// Its name in the task.
    one name "Name": ContainerName,
    /// The image to run: `text!("{}:{tag}", repository.repository_uri())`.
    text image "Image",
    /// Whether the task stops when it stops; one container at least has to be. AWS's default: true.
    opt essential "Essential": bool,
    /// The CPU units that it is given, of the task's.
    opt cpu "Cpu": u32,
    /// The memory, in MiB, beyond which it is killed; at most the task's.
    opt memory "Memory": Bounded<4, 1_000_000>,
    /// The memory, in MiB, that is kept for it; less than `memory`.
    opt memory_reservation "MemoryReservation": Bounded<4, 1_000_000>,
    /// The ports on which it listens: `[8000]`.
    plain_list port_mappings "PortMappings": PortMapping,
    /// What stands before its command, instead of the image's.
    texts entry_point "EntryPoint",
    /// Its command, instead of the image's.
    texts command "Command",
    /// The folder in which its command runs, instead of the image's.
    opt_text working_directory "WorkingDirectory",
    /// The user that runs it, instead of the image's: `user`, `user:group`, `uid:gid`.
    opt_text user "User",
    /// Its environment; see [`env()`]. What is secret belongs into `secrets`.
    plain_list environment "Environment": EnvironmentVariable,
    /// The variables whose values are secret; see [`secret`].
    plain_list secrets "Secrets": ContainerSecret,
    /// Where its output goes: [`LogConfiguration::awslogs`].
    opt_plain log_configuration "LogConfiguration": LogConfiguration,
    /// How ECS sees whether it is healthy. The image's own `HEALTHCHECK` is not used.
    opt_plain health_check "HealthCheck": ContainerHealthCheck,
    /// The volumes of the task that it sees.
    plain_list mount_points "MountPoints": MountPoint,
    /// The containers that it waits for.
    plain_list depends_on "DependsOn": ContainerDependency,
    /// Whether its own file system can't be written. AWS's default: false.
    opt readonly_root_filesystem "ReadonlyRootFilesystem": bool,
    /// What the kernel grants it, and whether an init process runs.
    opt_plain linux_parameters "LinuxParameters": LinuxParameters,
    /// Limits of its processes. AWS's default on Fargate: 65535 open files, the system's otherwise.
    plain_list ulimits "Ulimits": Ulimit,
    /// Whether ECS starts it again without a new task.
    opt_plain restart_policy "RestartPolicy": ContainerRestartPolicy,
    /// How long the containers that it depends on may take, in seconds.
    opt start_timeout "StartTimeout": Bounded<2, 120>,
    /// How long it may take to stop before it is killed, in seconds. AWS's default: 30.
    opt stop_timeout "StopTimeout": Bounded<2, 120>,
    /// The secret with the user name and password of the image's registry, where it asks for them.
    opt_plain repository_credentials "RepositoryCredentials": RepositoryCredentials,
    /// Whether it has a standard input. AWS's default: false.
    opt interactive "Interactive": bool,
    /// Whether it has a terminal. AWS's default: false.
    opt pseudo_terminal "PseudoTerminal": bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_a_secret_is_named_after_its_arn() {
        let variable = secret_key("PASSWORD", "arn:aws:x", "password");
        assert_eq!(variable.value_from.as_known(), Some("arn:aws:x:password::"));
    }

    #[test]
    fn a_number_is_a_port_mapping() {
        let container = ContainerDefinition::builder()
            .name("django")
            .image("django:1")
            .port_mappings([8000])
            .environment([env("A", "1")])
            .build();
        assert_eq!(
            serde_json::to_value(container).unwrap(),
            serde_json::json!({
                "Name": "django", "Image": "django:1", "PortMappings": [{"ContainerPort": 8000}],
                "Environment": [{"Name": "A", "Value": "1"}],
            })
        );
    }
}
