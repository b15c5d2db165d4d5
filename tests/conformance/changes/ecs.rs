//! Every property of clusters and services, and of what scales them.

use jeancloud_model::{
    Arn, Az, Bounded, Handle, Input, Port, Region,
    application_auto_scaling::{
        CustomizedMetricSpecification, MetricDimension, MetricStatistic, PredefinedMetric,
        PredefinedMetricSpecification, ScalableTarget, ScalingPolicy, SuspendedState,
        TargetTracking,
    },
    cidr,
    ec2::{SecurityGroup, Subnet, Vpc},
    ecs::{
        AssignPublicIp, AvailabilityZoneRebalancing, AwsVpcConfiguration, CapacityProvider,
        CapacityProviderStrategyItem, Cluster, ClusterConfiguration, Compute, ContainerDefinition,
        DeploymentAlarms, DeploymentCircuitBreaker, DeploymentConfiguration,
        ExecuteCommandConfiguration, ExecuteCommandLogConfiguration, ExecuteCommandLogging,
        FargateSize, NetworkConfiguration, PropagateTags, Service, ServiceLoadBalancer,
        ServiceRegistry, TaskDefinition,
    },
    elastic_load_balancing_v2::{
        Action, Listener, LoadBalancer, Protocol, Scheme, TargetGroup, TargetType,
    },
    iam::{Principal, Role, Statement},
};
use jeancloud_stack::{Scope, Stack};

use crate::harness::Case;

changes! {
    configuration_of_a_cluster: Case {
        type_name: "AWS::ECS::Cluster",
        address: "main/cluster",
        base: |stack| cluster(stack, None, []),
        updates: &[
            ("set", |stack| cluster(stack, Some(commands(true)), [item(CapacityProvider::FARGATE, Some(1))])),
            ("change", |stack| cluster(stack, Some(commands(false)), [item(CapacityProvider::FARGATE_SPOT, Some(2))])),
            ("less", |stack| cluster(stack, Some(ExecuteCommandConfiguration::builder()
                .logging(ExecuteCommandLogging::Override)
                .log_configuration(ExecuteCommandLogConfiguration::builder().s3_bucket_name("commands").build())
                .build()), [item(CapacityProvider::FARGATE_SPOT, None)])),
            ("other", |stack| cluster(stack, Some(ExecuteCommandConfiguration::builder()
                .logging(ExecuteCommandLogging::Override)
                .log_configuration(ExecuteCommandLogConfiguration::builder().cloud_watch_log_group_name("/commands").build())
                .build()), [item(CapacityProvider::FARGATE_SPOT, None)])),
            ("no logs", |stack| cluster(stack, Some(ExecuteCommandConfiguration::builder()
                .logging(ExecuteCommandLogging::None)
                .build()), [])),
            ("least", |stack| cluster(stack, Some(ExecuteCommandConfiguration::builder()
                .kms_key_id("1234abcd-12ab-34cd-56ef-1234567890ab")
                .build()), [])),
            ("clear", |stack| cluster(stack, None, [])),
        ],
        replaced: None,
        gaps: &[],
    },
    settings_of_a_service: Case {
        type_name: "AWS::ECS::Service",
        address: "main/service",
        base: |stack| service(stack, |_, service| service),
        updates: &[
            ("set", |stack| service(stack, |ground, service| filled(ground, service, true))),
            ("change", |stack| service(stack, |ground, service| filled(ground, service, false))),
            ("less", |stack| service(stack, |_, mut service| {
                service.deployment_configuration = Some(DeploymentConfiguration::builder()
                    .deployment_circuit_breaker(DeploymentCircuitBreaker::off())
                    .build());
                service
            })),
            ("clear", |stack| service(stack, |_, service| service)),
        ],
        replaced: None,
        gaps: &[],
    },
    network_of_a_service: Case {
        type_name: "AWS::ECS::Service",
        address: "main/service",
        base: |stack| service(stack, |_, service| service),
        updates: &[
            ("set", |stack| service(stack, |ground, service| placed(ground, service, 0, Some(AssignPublicIp::Enabled)))),
            ("change", |stack| service(stack, |ground, service| placed(ground, service, 1, Some(AssignPublicIp::Disabled)))),
            ("set again", |stack| service(stack, |ground, service| placed(ground, service, 0, Some(AssignPublicIp::Enabled)))),
            ("less", |stack| service(stack, |ground, service| placed(ground, service, 0, None))),
            ("public again", |stack| service(stack, |ground, service| placed(ground, service, 0, Some(AssignPublicIp::Enabled)))),
        ],
        replaced: None,
        gaps: &[],
    },
    count_of_a_service: Case {
        type_name: "AWS::ECS::Service",
        address: "main/service",
        base: |stack| service(stack, |_, mut service| {
            service.desired_count = None;
            service
        }),
        updates: &[("set", |stack| service(stack, |_, mut service| {
            service.desired_count = Some(known(Bounded::new(2)));
            service
        }))],
        replaced: None,
        gaps: &[],
    },
    shares_of_a_service: Case {
        type_name: "AWS::ECS::Service",
        address: "main/service",
        base: |stack| service(stack, |_, service| service),
        updates: &[
            ("set", |stack| service(stack, |_, mut service| {
                service.compute = Compute::from([item(CapacityProvider::FARGATE, Some(1))]);
                service
            })),
            ("change", |stack| service(stack, |_, mut service| {
                service.compute = Compute::from([item(CapacityProvider::FARGATE_SPOT, Some(2))]);
                service
            })),
            ("less", |stack| service(stack, |_, mut service| {
                service.compute = Compute::from([item(CapacityProvider::FARGATE_SPOT, None)]);
                service
            })),
            ("clear", |stack| service(stack, |_, service| service)),
        ],
        replaced: None,
        gaps: &[],
    },
    target_groups_of_a_service: Case {
        type_name: "AWS::ECS::Service",
        address: "main/service",
        base: |stack| balanced(stack, None),
        updates: &[
            ("set", |stack| balanced(stack, Some((0, "app", 8000)))),
            ("change", |stack| balanced(stack, Some((1, "side", 9000)))),
            ("clear", |stack| balanced(stack, None)),
        ],
        replaced: None,
        gaps: &[],
    },
    registries_of_a_service: Case {
        type_name: "AWS::ECS::Service",
        address: "main/service",
        base: |stack| service(stack, |_, service| service),
        updates: &[
            ("set", |stack| registered(stack, "srv-a", Some(("app", 8000)))),
            ("change", |stack| registered(stack, "srv-b", Some(("side", 9000)))),
            ("less", |stack| registered(stack, "srv-b", None)),
            ("port", |stack| at_port(stack, Some(8000))),
            ("other port", |stack| at_port(stack, Some(9000))),
            ("no port", |stack| at_port(stack, None)),
            ("clear", |stack| service(stack, |_, service| service)),
        ],
        replaced: None,
        gaps: &[],
    },
    suspended_target: Case {
        type_name: "AWS::ApplicationAutoScaling::ScalableTarget",
        address: "main/target",
        base: |stack| { target(stack, None); },
        updates: &[
            ("set", |stack| { target(stack, Some(suspended(true))); }),
            ("change", |stack| { target(stack, Some(suspended(false))); }),
            ("set again", |stack| { target(stack, Some(suspended(true))); }),
            ("less", |stack| { target(stack, Some(SuspendedState::builder().dynamic_scaling_in_suspended(true).build())); }),
            ("other", |stack| { target(stack, Some(SuspendedState::builder().scheduled_scaling_suspended(true).build())); }),
            ("clear", |stack| { target(stack, None); }),
        ],
        replaced: None,
        gaps: &[],
    },
    metrics_of_a_policy: Case {
        type_name: "AWS::ApplicationAutoScaling::ScalingPolicy",
        address: "main/policy",
        base: |stack| policy(stack, TargetTracking::ecs_cpu(60.0)),
        updates: &[
            ("set", |stack| policy(stack, tracked(Some(true)))),
            ("change", |stack| policy(stack, tracked(Some(false)))),
            ("less", |stack| policy(stack, tracked(None))),
            ("requests", |stack| policy(stack, requests("a"))),
            ("other requests", |stack| policy(stack, requests("b"))),
            ("clear", |stack| policy(stack, TargetTracking::ecs_memory(50.0))),
        ],
        replaced: None,
        gaps: &[],
    },
}

fn known<T>(value: T) -> Input<T> {
    Input::Known(value)
}

fn main(stack: &Stack) -> Scope<'_> {
    stack.region("main", Region::EuWest3)
}

fn item(provider: CapacityProvider, amount: Option<u32>) -> CapacityProviderStrategyItem {
    CapacityProviderStrategyItem::builder()
        .capacity_provider(provider)
        .base(amount.map(Bounded::new))
        .weight(amount.unwrap_or(3))
        .build()
}

fn cluster<const N: usize>(
    stack: &Stack,
    commands: Option<ExecuteCommandConfiguration>,
    strategy: [CapacityProviderStrategyItem; N],
) {
    let configuration = commands.map(|commands| {
        ClusterConfiguration::builder()
            .execute_command_configuration(commands)
            .build()
    });
    let cluster = Cluster::builder()
        .cluster_name("changes")
        .capacity_providers([CapacityProvider::FARGATE, CapacityProvider::FARGATE_SPOT])
        .default_capacity_provider_strategy(strategy)
        .configuration(configuration);
    main(stack).add("cluster", cluster.build());
}

fn commands(first: bool) -> ExecuteCommandConfiguration {
    let name = if first { "a" } else { "b" };
    ExecuteCommandConfiguration::builder()
        .kms_key_id(format!(
            "{}234abcd-12ab-34cd-56ef-1234567890ab",
            u8::from(first)
        ))
        .logging(ExecuteCommandLogging::Override)
        .log_configuration(
            ExecuteCommandLogConfiguration::builder()
                .cloud_watch_log_group_name(format!("/commands/{name}"))
                .cloud_watch_encryption_enabled(first)
                .s3_bucket_name(format!("commands-{name}"))
                .s3_encryption_enabled(first)
                .s3_key_prefix(name)
                .build(),
        )
        .build()
}

/// What services stand on.
struct Ground {
    vpc: Handle<Vpc>,
    subnets: [Handle<Subnet>; 2],
    groups: [Handle<SecurityGroup>; 2],
}

fn ground(scope: Scope<'_>) -> Ground {
    let all = cidr!("10.0.0.0/16");
    let vpc = scope.add("vpc", Vpc::builder().cidr_block(all).build());
    let subnets = [Az::A, Az::B].map(|az| {
        let subnet = Subnet::builder()
            .vpc_id(&vpc)
            .cidr_block(all.part(24, az as u32))
            .availability_zone(az);
        scope.add(&format!("subnet-{}", az.letter()), subnet.build())
    });
    let groups = ["one", "two"].map(|name| {
        scope.add(
            name,
            SecurityGroup::in_vpc(&vpc, name, "a group of the tasks"),
        )
    });
    Ground {
        vpc,
        subnets,
        groups,
    }
}

fn service(stack: &Stack, finish: impl FnOnce(&Ground, Service) -> Service) {
    add_service(stack, finish);
}

fn add_service(stack: &Stack, finish: impl FnOnce(&Ground, Service) -> Service) -> Handle<Service> {
    let scope = main(stack);
    let ground = ground(scope);
    let cluster = Cluster::builder()
        .cluster_name("changes")
        .capacity_providers([CapacityProvider::FARGATE, CapacityProvider::FARGATE_SPOT]);
    let cluster = scope.add("cluster", cluster.build());
    let containers = [("app", 8000), ("side", 9000)].map(|(name, port)| {
        ContainerDefinition::builder()
            .name(name)
            .image("app:1")
            .port_mappings([port])
            .build()
    });
    let trust =
        Statement::allow("sts:AssumeRole").principal(Principal::service("ecs-tasks.amazonaws.com"));
    let role = Role::builder()
        .role_name("changes")
        .assume_role_policy_document(trust);
    let role = stack.global().add("role", role.build());
    let task = TaskDefinition::builder()
        .family("changes")
        .size(FargateSize::Cpu256Mb512)
        .task_role_arn(role.arn())
        .container_definitions(containers);
    let task = scope.add("task", task.build());
    let service = Service::builder()
        .service_name("changes")
        .cluster(&cluster)
        .task_definition(&task)
        .network_configuration(NetworkConfiguration::private(
            [&ground.subnets[0]],
            [&ground.groups[0]],
        ))
        .desired_count(1)
        .build();
    scope.add("service", finish(&ground, service))
}

fn filled(_: &Ground, mut service: Service, first: bool) -> Service {
    service.desired_count = Some(known(Bounded::new(4)));
    service.platform_version = Some(known(if first { "1.4.0" } else { "1.3.0" }.into()));
    service.health_check_grace_period_seconds =
        Some(known(Bounded::new(if first { 30 } else { 60 })));
    service.enable_execute_command = Some(known(first));
    service.enable_ecs_managed_tags = Some(known(first));
    service.propagate_tags = Some(known(match first {
        true => PropagateTags::Service,
        false => PropagateTags::TaskDefinition,
    }));
    service.availability_zone_rebalancing = Some(known(match first {
        true => AvailabilityZoneRebalancing::Disabled,
        false => AvailabilityZoneRebalancing::Enabled,
    }));
    let alarms = DeploymentAlarms::builder()
        .alarm_names([if first { "one" } else { "two" }])
        .enable(first)
        .rollback(first);
    let breaker = DeploymentCircuitBreaker::builder()
        .enable(!first)
        .rollback(!first);
    service.deployment_configuration = Some(
        DeploymentConfiguration::builder()
            .maximum_percent(if first { 150 } else { 175 })
            .minimum_healthy_percent(if first { 50 } else { 75 })
            .deployment_circuit_breaker(breaker.build())
            .alarms(alarms.build())
            .build(),
    );
    service
}

fn placed(
    ground: &Ground,
    mut service: Service,
    index: usize,
    public: Option<AssignPublicIp>,
) -> Service {
    let network = AwsVpcConfiguration::builder()
        .subnets([&ground.subnets[index]])
        .security_groups([&ground.groups[index]])
        .assign_public_ip(public);
    service.network_configuration = Some(
        NetworkConfiguration::builder()
            .awsvpc_configuration(network.build())
            .build(),
    );
    service
}

fn balanced(stack: &Stack, behind: Option<(usize, &str, u16)>) {
    let scope = main(stack);
    service(stack, |ground, mut service| {
        let balancer = LoadBalancer::builder()
            .name("changes")
            .scheme(Scheme::Internal)
            .subnets(&ground.subnets);
        let balancer = scope.add("balancer", balancer.build());
        let groups = [("blue", 80), ("green", 81)].map(|(name, port)| {
            let group = TargetGroup::builder()
                .vpc_id(&ground.vpc)
                .port(8000)
                .protocol(Protocol::Http)
                .target_type(TargetType::Ip);
            let group = scope.add(name, group.build());
            let listener = Listener::builder()
                .load_balancer_arn(&balancer)
                .port(port)
                .protocol(Protocol::Http)
                .default_actions(Action::forward(&group));
            scope.add(&format!("{name}-listener"), listener.build());
            group
        });
        if let Some((index, container, port)) = behind {
            service.load_balancers =
                vec![ServiceLoadBalancer::new(&groups[index], container, port)];
        }
        service
    });
}

fn registered(stack: &Stack, name: &str, container: Option<(&str, u16)>) {
    service(stack, |_, mut service| {
        let arn = format!("arn:aws:servicediscovery:eu-west-3:123456789012:service/{name}");
        let mut registry = ServiceRegistry::builder()
            .registry_arn(Arn::new(arn))
            .build();
        if let Some((name, port)) = container {
            registry.container_name = Some(known(name.into()));
            registry.container_port = Some(known(Port::new(port)));
        }
        service.service_registries = vec![registry];
        service
    });
}

fn at_port(stack: &Stack, port: Option<u16>) {
    service(stack, |_, mut service| {
        let arn = "arn:aws:servicediscovery:eu-west-3:123456789012:service/srv-b";
        let mut registry = ServiceRegistry::builder()
            .registry_arn(Arn::new(arn))
            .build();
        registry.port = port.map(|port| known(Port::new(port)));
        service.service_registries = vec![registry];
        service
    });
}

fn suspended(first: bool) -> SuspendedState {
    SuspendedState::builder()
        .dynamic_scaling_in_suspended(first)
        .dynamic_scaling_out_suspended(first)
        .scheduled_scaling_suspended(first)
        .build()
}

fn target(stack: &Stack, suspended: Option<SuspendedState>) -> Handle<ScalableTarget> {
    let service = add_service(stack, |_, service| service);
    let mut target = ScalableTarget::tasks_of(&service, 1, 4);
    target.suspended_state = suspended;
    main(stack).add("target", target)
}

fn policy(stack: &Stack, tracking: TargetTracking) {
    let target = target(stack, None);
    main(stack).add(
        "policy",
        ScalingPolicy::tracking("changes", &target, tracking),
    );
}

fn tracked(first: Option<bool>) -> TargetTracking {
    let name = if first == Some(true) { "a" } else { "b" };
    let mut metric = CustomizedMetricSpecification::builder()
        .metric_name(name)
        .namespace(format!("n-{name}"))
        .statistic(match first {
            Some(true) => MetricStatistic::Average,
            _ => MetricStatistic::Sum,
        })
        .build();
    if let Some(first) = first {
        metric.unit = Some(jeancloud_model::Text::known(if first {
            "Count"
        } else {
            "Percent"
        }));
        let dimension = MetricDimension::builder()
            .name(format!("d-{name}"))
            .value(name);
        metric.dimensions = vec![dimension.build()];
    }
    let seconds = first.map(|first| Bounded::new(if first { 60 } else { 90 }));
    TargetTracking::builder()
        .target_value(if first == Some(true) { 10.0 } else { 20.0 })
        .customized_metric_specification(metric)
        .scale_in_cooldown(seconds)
        .scale_out_cooldown(seconds)
        .disable_scale_in(first)
        .build()
}

fn requests(name: &str) -> TargetTracking {
    let metric = PredefinedMetricSpecification::builder()
        .predefined_metric_type(PredefinedMetric::AlbRequestCountPerTarget)
        .resource_label(format!(
            "app/{name}/0123456789abcdef/targetgroup/{name}/0123456789abcdef"
        ));
    TargetTracking::builder()
        .target_value(100.0)
        .predefined_metric_specification(metric.build())
        .build()
}
