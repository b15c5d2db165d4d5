//! [`Service`]: `AWS::ECS::Service`, tasks that are kept running.

use crate::{
    Bounded, Conditional, Facts, GeneratedName, MovedByAws, Unique, change, choice, id_value,
    outputs, resource, text_value,
};

use super::{
    ClusterName, Compute, DeploymentConfiguration, DeploymentController, LaunchType,
    NetworkConfiguration, ServiceLoadBalancer, ServiceRegistry, TaskDefinitionArn,
};

id_value! {
    /// The ARN of a service, as `arn:aws:ecs:eu-west-3:123456789012:service/cluster/name`.
    ServiceArn starts "arn:",
}

text_value! {
    /// The name of a service in its cluster.
    ServiceName {
        rule: "a service's name has 1 to 255 letters, digits, underscores and hyphens",
        document: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html",
        check: |text| super::name_fault(text),
    },
    /// A version of Fargate, as `1.4.0`, or `LATEST`.
    PlatformVersion {
        rule: "a platform version is LATEST or three numbers, as 1.4.0",
        document: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html",
        check: |text| {
            let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            let version = text.split('.').count() == 3 && text.split('.').all(number);
            (text != "LATEST" && !version).then_some("is no platform version")
        },
    },
}

choice! {
    /// How many tasks a service keeps running.
    SchedulingStrategy {
        /// The desired count. AWS's default.
        Replica = "REPLICA",
        /// One on each container instance; not on Fargate.
        Daemon = "DAEMON",
    }
    /// Whose tags a service's tasks get.
    PropagateTags {
        /// The service's.
        Service = "SERVICE",
        /// The task definition's.
        TaskDefinition = "TASK_DEFINITION",
        /// Nobody's. AWS's default.
        None = "NONE",
    }
    /// Whether ECS moves tasks so that each availability zone has as many.
    AvailabilityZoneRebalancing {
        /// It does. AWS's default for a new service.
        Enabled = "ENABLED",
        /// It does not.
        Disabled = "DISABLED",
    }
}

resource! {
    /// Tasks of one definition that are kept running, replaced when they fail and moved over when
    /// the definition changes.
    ///
    /// Follows [`AWS::ECS::Service`] and ECS's [`CreateService`]. It is made or updated when AWS
    /// says that its deployment has completed; one that the circuit breaker rolled back has failed.
    ///
    /// [`AWS::ECS::Service`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html
    /// [`CreateService`]: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
    Service = "AWS::ECS::Service", id "ServiceArn": ServiceArn,
    facts Facts {
        create_only: &["Cluster", "ServiceName", "SchedulingStrategy"],
        conditional: &[Conditional {
            property: "LaunchType",
            rule: "a service leaves its launch type for capacity providers and comes back to it, and takes no other",
            document: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html",
            replaces: |before, after| change::is_something(before) && change::is_something(after),
        }],
        outputs: &["Name", "Cluster"],
        unordered: &[
            "LoadBalancers", "ServiceRegistries", "CapacityProviderStrategy", "DeploymentConfiguration/Alarms/AlarmNames",
            "NetworkConfiguration/AwsvpcConfiguration/Subnets",
            "NetworkConfiguration/AwsvpcConfiguration/SecurityGroups",
        ],
        defaults: &[
            ("LoadBalancers", "[]"),
            ("ServiceRegistries", "[]"),
            ("CapacityProviderStrategy", "[]"),
            ("HealthCheckGracePeriodSeconds", "0"),
            ("EnableExecuteCommand", "false"),
            ("EnableECSManagedTags", "false"),
            ("PropagateTags", "\"NONE\""),
            ("PlatformVersion", "\"LATEST\""),
            ("AvailabilityZoneRebalancing", "\"ENABLED\""),
            ("DeploymentController", "{\"Type\":\"ECS\"}"),
            ("DeploymentConfiguration/Alarms", "{\"AlarmNames\":[],\"Enable\":false,\"Rollback\":false}"),
            ("DeploymentConfiguration/Alarms/AlarmNames", "[]"),
            ("DeploymentConfiguration/MaximumPercent", "200"),
            ("DeploymentConfiguration/MinimumHealthyPercent", "100"),
            ("DeploymentConfiguration/DeploymentCircuitBreaker", "{\"Enable\":false,\"Rollback\":false}"),
            ("NetworkConfiguration/AwsvpcConfiguration/AssignPublicIp", "\"DISABLED\""),
        ],
        moved_by_aws: &[MovedByAws {
            property: "DesiredCount",
            under: Some("AWS::ApplicationAutoScaling::ScalableTarget"),
        }],
        name: Some(Unique {
            property: "ServiceName",
            within: &["Cluster"],
            generated: Some(GeneratedName { max: 255, lower_case: false }),
        }),
        ..Facts::DEFAULT
    };

    /// Its name in the cluster; another one replaces it. Left out: a generated one.
    opt service_name "ServiceName": ServiceName,
    /// The cluster that it runs in; another one replaces it.
    one cluster "Cluster": ClusterName,
    /// What its tasks are made of. Another revision is rolled out in place.
    one task_definition "TaskDefinition": TaskDefinitionArn,
    /// How many tasks are to run. Under a scalable target it is where the service starts, and
    /// counts again when the author changes it. Left out: AWS starts with 1.
    opt desired_count "DesiredCount": Bounded<0, 5000>,
    /// On what its tasks run: a launch type or capacity providers. Left out: Fargate.
    flat compute ["LaunchType", "CapacityProviderStrategy"]: Compute = Compute::Launch(LaunchType::Fargate),
    /// The version of Fargate. AWS's default: LATEST.
    opt platform_version "PlatformVersion": PlatformVersion,
    /// Where its tasks are in the network; needed on Fargate.
    opt_plain network_configuration "NetworkConfiguration": NetworkConfiguration,
    /// The target groups that send it requests: five at most. Each has to be behind a listener
    /// before the service is made.
    plain_list load_balancers "LoadBalancers": ServiceLoadBalancer,
    /// How long failed health checks don't count after a task's start, in seconds.
    /// AWS's default: 0.
    opt health_check_grace_period_seconds "HealthCheckGracePeriodSeconds": Bounded<0, 2_147_483_647>,
    /// How it moves from old tasks to new ones. Left out: AWS's percentages, and the circuit
    /// breaker on, with rollback.
    opt_plain deployment_configuration "DeploymentConfiguration": DeploymentConfiguration
        = DeploymentConfiguration::default(),
    /// What moves it. AWS's default: ECS itself.
    opt_plain deployment_controller "DeploymentController": DeploymentController,
    /// How many tasks it keeps running. AWS's default: the desired count.
    opt scheduling_strategy "SchedulingStrategy": SchedulingStrategy,
    /// Whether commands may be executed in its containers. AWS's default: false.
    opt enable_execute_command "EnableExecuteCommand": bool,
    /// Whether its tasks get ECS's own tags (cluster and service name). AWS's default: false.
    opt enable_ecs_managed_tags "EnableECSManagedTags": bool,
    /// Whose tags its tasks get. AWS's default: nobody's.
    opt propagate_tags "PropagateTags": PropagateTags,
    /// Whether ECS evens tasks out over availability zones.
    opt availability_zone_rebalancing "AvailabilityZoneRebalancing": AvailabilityZoneRebalancing,
    /// The Cloud Map services in which its tasks are listed.
    plain_list service_registries "ServiceRegistries": ServiceRegistry,
    tags,
}

outputs! { Service {
    /// The service's ARN.
    service_arn "ServiceArn": ServiceArn,
    /// The service's name.
    name "Name": ServiceName,
    /// The name of its cluster.
    cluster "Cluster": ClusterName,
} }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn a_service_runs_on_fargate_with_the_circuit_breaker_unless_told_otherwise() {
        let service = Service::builder()
            .cluster("main")
            .task_definition(TaskDefinitionArn::new(
                "arn:aws:ecs:x:1:task-definition/a:1",
            ))
            .build();
        let json = serde_json::to_value(&service).unwrap();
        assert_eq!(json["LaunchType"], "FARGATE");
        let breaker = &json["DeploymentConfiguration"]["DeploymentCircuitBreaker"];
        assert_eq!(
            breaker,
            &serde_json::json!({"Enable": true, "Rollback": true})
        );
        assert_eq!(serde_json::from_value::<Service>(json).unwrap(), service);
    }

    #[test]
    fn platform_versions_follow_awss_rule() {
        assert!(PlatformVersion::new("LATEST").check().is_ok());
        assert!(PlatformVersion::new("1.4.0").check().is_ok());
        assert!(PlatformVersion::new("1.4").check().is_err());
    }
}
