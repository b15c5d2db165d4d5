//! [`TaskDefinition`]: `AWS::ECS::TaskDefinition`, what a task is made of.

use crate::{Arn, Bounded, Facts, choice, id_value, outputs, properties, resource, text_value};

use super::{ContainerDefinition, FargateSize, TaskVolume};

id_value! {
    /// The ARN of one revision, as `arn:aws:ecs:eu-west-3:123456789012:task-definition/name:7`.
    TaskDefinitionArn starts "arn:",
}

text_value! {
    /// The name that all revisions of a task definition share.
    Family {
        rule: "a family's name has 1 to 255 letters, digits, underscores and hyphens",
        document: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html",
        check: |text| super::name_fault(text),
    },
}

choice! {
    /// On what a task definition may run; AWS checks it against that.
    Compatibility {
        /// Servers that AWS runs.
        Fargate = "FARGATE",
        /// EC2 instances of one's own.
        Ec2 = "EC2",
        /// Machines outside of AWS.
        External = "EXTERNAL",
        /// Instances that ECS manages.
        ManagedInstances = "MANAGED_INSTANCES",
    }
    /// How a task's containers reach the network.
    NetworkMode {
        /// The task has a network interface of its own. The only one on Fargate.
        AwsVpc = "awsvpc",
        /// Docker's own network on the host.
        Bridge = "bridge",
        /// The host's network.
        Host = "host",
        /// None.
        None = "none",
    }
    /// For which processor the images are built.
    CpuArchitecture {
        /// Intel's and AMD's. AWS's default.
        X86_64 = "X86_64",
        /// Graviton.
        Arm64 = "ARM64",
    }
    /// For which system the images are built.
    OperatingSystemFamily {
        /// Linux. AWS's default.
        Linux = "LINUX",
        /// Windows Server 2019, whole.
        WindowsServer2019Full = "WINDOWS_SERVER_2019_FULL",
        /// Windows Server 2019, without desktop.
        WindowsServer2019Core = "WINDOWS_SERVER_2019_CORE",
        /// Windows Server 2022, whole.
        WindowsServer2022Full = "WINDOWS_SERVER_2022_FULL",
        /// Windows Server 2022, without desktop.
        WindowsServer2022Core = "WINDOWS_SERVER_2022_CORE",
        /// Windows Server 2025, whole.
        WindowsServer2025Full = "WINDOWS_SERVER_2025_FULL",
        /// Windows Server 2025, without desktop.
        WindowsServer2025Core = "WINDOWS_SERVER_2025_CORE",
    }
    /// Whose processes a task's containers see.
    PidMode {
        /// Those of all containers of the task. The only one on Fargate.
        Task = "task",
        /// Those of the host.
        Host = "host",
    }
}

properties! {
    /// For what a task's images are built.
    RuntimePlatform;
    /// The processor. Left out: x86-64.
    opt cpu_architecture "CpuArchitecture": CpuArchitecture,
    /// The operating system. Left out: Linux.
    opt operating_system_family "OperatingSystemFamily": OperatingSystemFamily,
}

impl RuntimePlatform {
    /// Linux on Graviton: cheaper, where the images are built for it.
    pub fn linux_arm64() -> Self {
        Self::builder()
            .cpu_architecture(CpuArchitecture::Arm64)
            .operating_system_family(OperatingSystemFamily::Linux)
            .build()
    }
}

properties! {
    /// The disk of a Fargate task, gone with it.
    EphemeralStorage;
    /// Its size. Left out altogether, a task has 20 GiB.
    one size_in_gib "SizeInGiB": Bounded<21, 200>,
}

resource! {
    /// What a task is made of: its containers, their images, and what they may use.
    ///
    /// Follows [`AWS::ECS::TaskDefinition`] and ECS's [`RegisterTaskDefinition`]. AWS can't change
    /// one: whatever changes beside the tags is a new revision, to which services move before the
    /// old one is deregistered.
    ///
    /// [`AWS::ECS::TaskDefinition`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-taskdefinition.html
    /// [`RegisterTaskDefinition`]: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
    TaskDefinition = "AWS::ECS::TaskDefinition", id "TaskDefinitionArn": TaskDefinitionArn,
    facts Facts {
        create_only: &[
            "Family", "ContainerDefinitions", "Cpu", "Memory", "NetworkMode", "RequiresCompatibilities",
            "ExecutionRoleArn", "TaskRoleArn", "Volumes", "EphemeralStorage", "RuntimePlatform", "PidMode",
            "EnableFaultInjection",
        ],
        outputs: &["Family"],
        unordered: &[
            "RequiresCompatibilities", "ContainerDefinitions/*/Environment", "ContainerDefinitions/*/Secrets",
            "ContainerDefinitions/*/LogConfiguration/SecretOptions", "ContainerDefinitions/*/Ulimits", "Volumes",
            "ContainerDefinitions/*/LinuxParameters/Capabilities/Add",
            "ContainerDefinitions/*/LinuxParameters/Capabilities/Drop",
        ],
        // A revision is registered whole: what the author takes out of it is out of the next one.
        defaults: &[
            ("ContainerDefinitions/*/Command", "[]"),
            ("ContainerDefinitions/*/Cpu", "0"),
            ("ContainerDefinitions/*/DependsOn", "[]"),
            ("ContainerDefinitions/*/EntryPoint", "[]"),
            ("ContainerDefinitions/*/Environment", "[]"),
            ("ContainerDefinitions/*/Essential", "true"),
            ("ContainerDefinitions/*/HealthCheck", "null"),
            ("ContainerDefinitions/*/HealthCheck/Interval", "30"),
            ("ContainerDefinitions/*/HealthCheck/Retries", "3"),
            ("ContainerDefinitions/*/HealthCheck/StartPeriod", "0"),
            ("ContainerDefinitions/*/HealthCheck/Timeout", "5"),
            ("ContainerDefinitions/*/Interactive", "false"),
            ("ContainerDefinitions/*/LinuxParameters", "null"),
            ("ContainerDefinitions/*/LogConfiguration", "null"),
            ("ContainerDefinitions/*/LogConfiguration/Options/*", "null"),
            ("ContainerDefinitions/*/LogConfiguration/SecretOptions", "[]"),
            ("ContainerDefinitions/*/Memory", "null"),
            ("ContainerDefinitions/*/MemoryReservation", "null"),
            ("ContainerDefinitions/*/MountPoints", "[]"),
            ("ContainerDefinitions/*/PortMappings", "[]"),
            ("ContainerDefinitions/*/PseudoTerminal", "false"),
            ("ContainerDefinitions/*/ReadonlyRootFilesystem", "false"),
            ("ContainerDefinitions/*/RepositoryCredentials", "null"),
            ("ContainerDefinitions/*/RestartPolicy", "null"),
            ("ContainerDefinitions/*/Secrets", "[]"),
            ("ContainerDefinitions/*/StartTimeout", "null"),
            ("ContainerDefinitions/*/StopTimeout", "null"),
            ("ContainerDefinitions/*/Ulimits", "[]"),
            ("ContainerDefinitions/*/User", "null"),
            ("ContainerDefinitions/*/WorkingDirectory", "null"),
            ("EnableFaultInjection", "false"),
            ("EphemeralStorage", "null"),
            ("ExecutionRoleArn", "null"),
            ("PidMode", "null"),
            ("RuntimePlatform", "null"),
            ("TaskRoleArn", "null"),
            ("Volumes", "[]"),
        ],
        ..Facts::DEFAULT
    };

    /// The name that all its revisions share.
    one family "Family": Family,
    /// Its containers, one at least and ten at most.
    plain_list container_definitions "ContainerDefinitions": ContainerDefinition,
    /// What a task gets of CPU and memory, and costs by the second.
    flat size ["Cpu", "Memory"]: FargateSize,
    /// How its containers reach the network.
    opt network_mode "NetworkMode": NetworkMode = NetworkMode::AwsVpc,
    /// On what it may run; AWS checks it against that.
    plain requires_compatibilities "RequiresCompatibilities": Vec<Compatibility> = vec![Compatibility::Fargate],
    /// The role with which ECS pulls images, reads secrets and writes logs.
    opt execution_role_arn "ExecutionRoleArn": Arn,
    /// The role that the program in the containers has.
    opt task_role_arn "TaskRoleArn": Arn,
    /// The volumes that its containers may mount.
    plain_list volumes "Volumes": TaskVolume,
    /// Its disk, where 20 GiB are too few.
    opt_plain ephemeral_storage "EphemeralStorage": EphemeralStorage,
    /// For what its images are built. Left out: Linux on x86-64.
    opt_plain runtime_platform "RuntimePlatform": RuntimePlatform,
    /// Whose processes its containers see. Left out: each its own.
    opt pid_mode "PidMode": PidMode,
    /// Whether its containers may ask for faults, to test what they do. AWS's default: false.
    opt enable_fault_injection "EnableFaultInjection": bool,
    tags,
}

outputs! { TaskDefinition {
    /// The ARN of this revision.
    task_definition_arn "TaskDefinitionArn": TaskDefinitionArn,
    /// The name that all revisions share.
    family "Family": Family,
} }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Resource, Value};

    fn smallest() -> TaskDefinition {
        let container = ContainerDefinition::builder()
            .name("app")
            .image("app:1")
            .build();
        TaskDefinition::builder()
            .family("app")
            .container_definitions([container])
            .size(FargateSize::Cpu256Mb512)
            .build()
    }

    #[test]
    fn the_size_becomes_two_properties_and_comes_back() {
        let json = serde_json::to_value(smallest()).unwrap();
        assert_eq!(
            (&json["Cpu"], &json["Memory"]),
            (&"256".into(), &"512".into())
        );
        assert!(TaskDefinition::PROPERTIES.contains(&"Memory"));
        assert_eq!(
            serde_json::from_value::<TaskDefinition>(json).unwrap(),
            smallest()
        );
    }

    #[test]
    fn families_follow_awss_rule() {
        assert!(Family::new("jeancloud-backend").check().is_ok());
        assert!(Family::new("jeancloud/backend").check().is_err());
    }
}
