//! ECS: clusters and task definitions.

use jeancloud_model::ecs::{
    CapacityProvider, Cluster, ClusterSetting, ClusterSettingName, ContainerDefinition,
    ContainerInsights, FargateSize, TaskDefinition,
};
use serde_json::{Value as Json, json};

use crate::table::{Table, known, some};

/// Adds them.
pub fn rows(table: &mut Table) {
    cluster(table);
    capacity(table);
    task(table);
}

fn insights(value: ContainerInsights) -> ClusterSetting {
    ClusterSetting::builder()
        .name(ClusterSettingName::ContainerInsights)
        .value(value)
        .build()
}

fn cluster(table: &mut Table) {
    let mut cluster = table.of(
        "aws_ecs_cluster",
        |_| Cluster::builder().cluster_name("backend").build(),
        json!({"name": "row-{n}"}),
    );
    cluster.change(
        |it, _| it.cluster_name = some("frontend"),
        json!({"name": "other-{n}"}),
    );
    cluster.change(
        |it, _| it.cluster_settings = vec![insights(ContainerInsights::Enabled)],
        json!({"setting": {"name": "containerInsights", "value": "enabled"}}),
    );
    cluster
        .starting(
            |it, _| it.cluster_settings = vec![insights(ContainerInsights::Enabled)],
            json!({"setting": {"name": "containerInsights", "value": "enabled"}}),
        )
        .change(
            |it, _| it.cluster_settings = Vec::new(),
            json!({"setting": null}),
        );
    cluster.change(
        |it, _| it.tags.insert("Name", "backend"),
        json!({"tags": {"Name": "backend"}}),
    );
}

/// Which Terraform has as a resource of its own.
fn capacity(table: &mut Table) {
    let mut capacity = table
        .of(
            "aws_ecs_cluster_capacity_providers",
            |_| {
                Cluster::builder()
                    .cluster_name("backend")
                    .capacity_providers([CapacityProvider::FARGATE])
                    .build()
            },
            json!({"cluster_name": "${aws_ecs_cluster.own_{n}.name}", "capacity_providers": ["FARGATE"]}),
        )
        .beside(json!({"aws_ecs_cluster": {"own_{n}": {"name": "row-{n}"}}}));
    capacity.change(
        |it, _| {
            it.capacity_providers
                .push(known(CapacityProvider::FARGATE_SPOT))
        },
        json!({"capacity_providers": ["FARGATE", "FARGATE_SPOT"]}),
    );
}

fn container(image: &str) -> ContainerDefinition {
    ContainerDefinition::builder()
        .name("app")
        .image(image)
        .build()
}

fn containers(image: &str) -> Json {
    let containers = json!([{"name": "app", "image": image, "essential": true}]);
    containers.to_string().into()
}

fn task(table: &mut Table) {
    let mut task = table.of(
        "aws_ecs_task_definition",
        |_| {
            TaskDefinition::builder()
                .family("backend")
                .size(FargateSize::Cpu256Gb1)
                .container_definitions([container("app:1")])
                .build()
        },
        json!({
            "family": "row-{n}",
            "requires_compatibilities": ["FARGATE"],
            "network_mode": "awsvpc",
            "cpu": 256,
            "memory": 1024,
            "container_definitions": containers("app:1"),
        }),
    );
    task.change(
        |it, _| it.container_definitions = vec![container("app:2")],
        json!({"container_definitions": containers("app:2")}),
    );
    task.change(
        |it, _| it.size = FargateSize::Cpu512Gb1,
        json!({"cpu": 512}),
    );
    task.change(
        |it, on| it.task_role_arn = some(on.roles[0].arn()),
        json!({"task_role_arn": "${aws_iam_role.ground[0].arn}"}),
    );
    task.change(
        |it, _| it.family = known("frontend"),
        json!({"family": "other-{n}"}),
    );
    task.change(
        |it, _| it.tags.insert("Name", "backend"),
        json!({"tags": {"Name": "backend"}}),
    );
}
