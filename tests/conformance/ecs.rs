//! Clusters, task definitions and services.

use jeancloud_model::{
    Az, Handle, Region, cidr,
    ec2::{SecurityGroup, Subnet, Vpc},
    ecs::{
        CapacityProvider, CapacityProviderStrategyItem, Cluster, ContainerDefinition,
        ContainerHealthCheck, ContainerInsights, DeploymentConfiguration, FargateSize,
        LogConfiguration, MountPoint, NetworkConfiguration, Service, TaskDefinition, TaskVolume,
        env, secret_key,
    },
};
use jeancloud_stack::{Scope, Stack};

use crate::harness::Case;

conformance! {
    cluster: Case {
        type_name: "AWS::ECS::Cluster",
        address: "main/cluster",
        base: |stack| { add_cluster(main(stack)); },
        updates: &[
            ("set", |stack| { main(stack).add("cluster", Cluster::builder()
                .cluster_name("app")
                .cluster_settings([ContainerInsights::Enabled])
                .capacity_providers([CapacityProvider::FARGATE, CapacityProvider::FARGATE_SPOT])
                .default_capacity_provider_strategy([spot(1)])
                .tag("Team", "web")
                .build()); }),
            ("change", |stack| { main(stack).add("cluster", Cluster::builder()
                .cluster_name("app")
                .cluster_settings([ContainerInsights::Disabled])
                .capacity_providers([CapacityProvider::FARGATE_SPOT])
                .default_capacity_provider_strategy([spot(2)])
                .tag("Team", "api")
                .build()); }),
            ("clear", |stack| { add_cluster(main(stack)); }),
        ],
        replaced: Some(|stack| { main(stack).add("cluster", Cluster::builder().cluster_name("web").build()); }),
        gaps: &[],
    },
    task_definition: Case {
        type_name: "AWS::ECS::TaskDefinition",
        address: "main/task",
        base: |stack| { add_task(main(stack), "app:1"); },
        updates: &[
            ("set", |stack| { main(stack).add("task", TaskDefinition::builder()
                .family("app")
                .size(FargateSize::Cpu256Mb512)
                .container_definitions([container("app:1")])
                .tag("Team", "web")
                .build()); }),
            ("clear", |stack| { add_task(main(stack), "app:1"); }),
        ],
        replaced: Some(|stack| { add_task(main(stack), "app:2"); }),
        gaps: &[],
    },
    whole_task_definition: Case {
        type_name: "AWS::ECS::TaskDefinition",
        address: "main/task",
        base: |stack| { main(stack).add("task", TaskDefinition::builder()
            .family("app")
            .size(FargateSize::Cpu1024Gb2)
            .execution_role_arn("arn:aws:iam::123456789012:role/execution")
            .task_role_arn("arn:aws:iam::123456789012:role/task")
            .volumes([TaskVolume::scratch("tmp")])
            .container_definitions([ContainerDefinition::builder()
                .name("django")
                .image("app:1")
                .port_mappings([8000])
                .command(["gunicorn", "app"])
                .environment([env("B", "2"), env("A", "1")])
                .secrets([secret_key("PASSWORD", "arn:aws:secretsmanager:eu-west-3:123456789012:secret:db", "password")])
                .log_configuration(LogConfiguration::awslogs("/ecs/app", Region::EuWest3, "django"))
                .health_check(ContainerHealthCheck::shell("curl -f http://localhost:8000/health"))
                .mount_points([MountPoint::builder().source_volume("tmp").container_path("/tmp").build()])
                .readonly_root_filesystem(true)
                .stop_timeout(60)
                .build()])
            .build()); },
        updates: &[],
        // A container that loses its health check is another container.
        replaced: Some(|stack| { main(stack).add("task", TaskDefinition::builder()
            .family("app")
            .size(FargateSize::Cpu1024Gb2)
            .execution_role_arn("arn:aws:iam::123456789012:role/execution")
            .task_role_arn("arn:aws:iam::123456789012:role/task")
            .volumes([TaskVolume::scratch("tmp")])
            .container_definitions([ContainerDefinition::builder()
                .name("django")
                .image("app:1")
                .port_mappings([8000])
                .command(["gunicorn", "app"])
                .environment([env("B", "2"), env("A", "1")])
                .secrets([secret_key("PASSWORD", "arn:aws:secretsmanager:eu-west-3:123456789012:secret:db", "password")])
                .log_configuration(LogConfiguration::awslogs("/ecs/app", Region::EuWest3, "django"))
                .mount_points([MountPoint::builder().source_volume("tmp").container_path("/tmp").build()])
                .readonly_root_filesystem(true)
                .stop_timeout(60)
                .build()])
            .build()); }),
        gaps: &[],
    },
    service: Case {
        type_name: "AWS::ECS::Service",
        address: "main/service",
        base: |stack| { add_service(main(stack)); },
        updates: &[
            ("set", |stack| {
                let ground = Ground::of(main(stack), "app:1");
                main(stack).add("service", Service::builder()
                    .service_name("app")
                    .cluster(&ground.cluster)
                    .task_definition(&ground.task)
                    .network_configuration(NetworkConfiguration::private([&ground.subnet], [&ground.group]))
                    .desired_count(2)
                    .deployment_configuration(DeploymentConfiguration::builder()
                        .minimum_healthy_percent(50)
                        .build())
                    .health_check_grace_period_seconds(60)
                    .tag("Team", "web")
                    .build());
            }),
            ("change", |stack| {
                let ground = Ground::of(main(stack), "app:2");
                main(stack).add("service", Service::builder()
                    .service_name("app")
                    .cluster(&ground.cluster)
                    .task_definition(&ground.task)
                    .network_configuration(NetworkConfiguration::private([&ground.subnet], [&ground.group]))
                    .desired_count(1)
                    .deployment_configuration(DeploymentConfiguration::builder()
                        .minimum_healthy_percent(0)
                        .maximum_percent(100)
                        .build())
                    .health_check_grace_period_seconds(30)
                    .tag("Team", "api")
                    .build());
            }),
            ("clear", |stack| { add_service(main(stack)); }),
        ],
        replaced: Some(|stack| {
            let ground = Ground::of(main(stack), "app:1");
            main(stack).add("service", Service::builder()
                .service_name("web")
                .cluster(&ground.cluster)
                .task_definition(&ground.task)
                .network_configuration(NetworkConfiguration::private([&ground.subnet], [&ground.group]))
                .desired_count(1)
                .build());
        }),
        gaps: &[],
    },
}

/// What a service stands on.
pub struct Ground {
    pub cluster: Handle<Cluster>,
    pub task: Handle<TaskDefinition>,
    pub subnet: Handle<Subnet>,
    pub group: Handle<SecurityGroup>,
}

impl Ground {
    /// A cluster, a task definition with this image, a subnet and a security group.
    pub fn of(scope: Scope<'_>, image: &str) -> Self {
        let vpc = scope.add(
            "vpc",
            Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build(),
        );
        let subnet = Subnet::builder()
            .vpc_id(&vpc)
            .cidr_block(cidr!("10.0.1.0/24"))
            .availability_zone(Az::A)
            .build();
        let group = SecurityGroup::builder()
            .vpc_id(&vpc)
            .group_name("app")
            .group_description("The tasks of the app")
            .build();
        Self {
            cluster: add_cluster(scope),
            task: add_task(scope, image),
            subnet: scope.add("subnet", subnet),
            group: scope.add("group", group),
        }
    }
}

/// A service named `app` with one task, on all that it needs.
pub fn add_service(scope: Scope<'_>) -> Handle<Service> {
    let ground = Ground::of(scope, "app:1");
    scope.add(
        "service",
        Service::builder()
            .service_name("app")
            .cluster(&ground.cluster)
            .task_definition(&ground.task)
            .network_configuration(NetworkConfiguration::private(
                [&ground.subnet],
                [&ground.group],
            ))
            .desired_count(1)
            .build(),
    )
}

fn main(stack: &Stack) -> Scope<'_> {
    stack.region("main", Region::EuWest3)
}

fn add_cluster(scope: Scope<'_>) -> Handle<Cluster> {
    scope.add("cluster", Cluster::builder().cluster_name("app").build())
}

fn add_task(scope: Scope<'_>, image: &str) -> Handle<TaskDefinition> {
    scope.add(
        "task",
        TaskDefinition::builder()
            .family("app")
            .size(FargateSize::Cpu256Mb512)
            .container_definitions([container(image)])
            .build(),
    )
}

fn container(image: &str) -> ContainerDefinition {
    ContainerDefinition::builder()
        .name("app")
        .image(image)
        .port_mappings([8000])
        .build()
}

fn spot(weight: u32) -> CapacityProviderStrategyItem {
    CapacityProviderStrategyItem::builder()
        .capacity_provider(CapacityProvider::FARGATE_SPOT)
        .weight(weight)
        .build()
}
