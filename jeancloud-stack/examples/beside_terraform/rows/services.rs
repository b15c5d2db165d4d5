//! ECS: services.

use jeancloud_model::ecs::{
    CapacityProvider, CapacityProviderStrategyItem, Compute, DeploymentConfiguration,
    NetworkConfiguration, PropagateTags, ServiceLoadBalancer,
};
use serde_json::json;

use crate::{
    ground::service,
    table::{Kind, Table, known, some},
};

const TAKES_A_STRATEGY: &str = "\
    UpdateService takes a capacity provider strategy for a service with a launch type.";
const UPDATE_SERVICE: &str =
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html";

/// Adds them.
pub fn rows(table: &mut Table) {
    let mut services = table.of(
        "aws_ecs_service",
        |on| {
            service(
                "row",
                &on.clusters[0],
                &on.tasks[0],
                &on.subnets[0],
                &on.groups[0],
            )
        },
        json!({
            "name": "row-{n}",
            "cluster": "${aws_ecs_cluster.ground[0].arn}",
            "task_definition": "${aws_ecs_task_definition.ground[0].arn}",
            "desired_count": 0,
            "launch_type": "FARGATE",
            "network_configuration": {
                "subnets": ["${aws_subnet.ground[0].id}"],
                "assign_public_ip": true,
                "security_groups": ["${aws_security_group.ground[0].id}"],
            },
        }),
    );
    services.change(
        |it, _| it.service_name = some("service-other"),
        json!({"name": "other-{n}"}),
    );
    services.change(
        |it, on| it.cluster = known(&on.clusters[1]),
        json!({"cluster": "${aws_ecs_cluster.ground[1].arn}"}),
    );
    services.change(
        |it, on| it.task_definition = known(&on.tasks[1]),
        json!({"task_definition": "${aws_ecs_task_definition.ground[1].arn}"}),
    );
    services.change(
        |it, _| it.desired_count = some(2),
        json!({"desired_count": 2}),
    );
    services.change(
        |it, _| it.compute = spot(),
        json!({"launch_type": null, "capacity_provider_strategy": {"capacity_provider": "FARGATE_SPOT", "weight": 1}}),
    )
        .because(Kind::TheyReplace, TAKES_A_STRATEGY, UPDATE_SERVICE);
    services.change(
        |it, on| {
            let network = NetworkConfiguration::public([&on.subnets[1]], [&on.groups[0]]);
            it.network_configuration = Some(network);
        },
        json!({"network_configuration": {
            "subnets": ["${aws_subnet.ground[1].id}"],
            "assign_public_ip": true,
            "security_groups": ["${aws_security_group.ground[0].id}"],
        }}),
    );
    services.change(
        |it, on| {
            let balancer = ServiceLoadBalancer::new(&on.targets[0], "app", 8000);
            it.load_balancers = vec![balancer];
        },
        json!({"load_balancer": {
            "target_group_arn": "${aws_lb_target_group.ground[0].arn}",
            "container_name": "app",
            "container_port": 8000,
        }}),
    );
    services.change(
        |it, _| it.deployment_configuration = Some(at_most(150)),
        json!({"deployment_maximum_percent": 150}),
    );
    services.change(
        |it, _| it.enable_execute_command = some(true),
        json!({"enable_execute_command": true}),
    );
    services.change(
        |it, _| it.propagate_tags = some(PropagateTags::Service),
        json!({"propagate_tags": "SERVICE"}),
    );
    services.change(
        |it, _| it.platform_version = some("1.3.0"),
        json!({"platform_version": "1.3.0"}),
    );
    services.change(
        |it, _| it.tags.insert("Name", "backend"),
        json!({"tags": {"Name": "backend"}}),
    );
}

fn spot() -> Compute {
    let item = CapacityProviderStrategyItem::builder()
        .capacity_provider(CapacityProvider::FARGATE_SPOT)
        .weight(1);
    [item.build()].into()
}

fn at_most(percent: u32) -> DeploymentConfiguration {
    DeploymentConfiguration::builder()
        .maximum_percent(percent)
        .build()
}
