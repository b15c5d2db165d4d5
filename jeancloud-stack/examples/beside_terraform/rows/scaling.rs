//! Scalable targets and their policies.

use jeancloud_model::application_auto_scaling::{
    ScalableTarget, ScalingPolicy, SuspendedState, TargetTracking,
};
use serde_json::{Value as Json, json};

use crate::table::{Table, known, some};

/// Adds them.
pub fn rows(table: &mut Table) {
    target(table);
    policy(table);
}

/// Two services without tasks.
fn services() -> Json {
    let service = |name: &str| {
        json!({
            "name": name,
            "cluster": "${aws_ecs_cluster.ground[0].id}",
            "task_definition": "${aws_ecs_task_definition.ground[0].arn}",
            "desired_count": 0,
            "launch_type": "FARGATE",
            "network_configuration": {"subnets": ["${aws_subnet.ground[0].id}"]},
        })
    };
    json!({"own_{n}": service("own-{n}"), "other_{n}": service("other-{n}")})
}

fn resource(service: &str) -> Json {
    let name = format!(
        "service/${{aws_ecs_cluster.ground[0].name}}/${{aws_ecs_service.{service}_{{n}}.name}}"
    );
    name.into()
}

fn target(table: &mut Table) {
    let mut target = table.of(
        "aws_appautoscaling_target",
        |on| ScalableTarget::tasks_of(&on.services[0], 1, 4),
        json!({
            "resource_id": resource("own"),
            "scalable_dimension": "ecs:service:DesiredCount",
            "service_namespace": "ecs",
            "min_capacity": 1,
            "max_capacity": 4,
        }),
    );
    target = target.beside(json!({"aws_ecs_service": services()}));
    target.change(
        |it, on| it.resource_id = ScalableTarget::resource_of(&on.services[1]),
        json!({"resource_id": resource("other")}),
    );
    target.change(
        |it, _| it.min_capacity = known(2),
        json!({"min_capacity": 2}),
    );
    target.change(
        |it, _| it.max_capacity = known(8),
        json!({"max_capacity": 8}),
    );
    target.change(
        |it, _| {
            let state = SuspendedState::builder().dynamic_scaling_in_suspended(true);
            it.suspended_state = Some(state.build());
        },
        json!({"suspended_state": {"dynamic_scaling_in_suspended": true}}),
    );
}

fn policy(table: &mut Table) {
    let mut policy = table.of(
        "aws_appautoscaling_policy",
        |on| {
            let target = ScalableTarget::tasks_of(&on.services[0], 1, 4);
            let target = on.main.add("target", target);
            ScalingPolicy::tracking("cpu", &target, TargetTracking::ecs_cpu(60.0))
        },
        json!({
            "name": "cpu",
            "policy_type": "TargetTrackingScaling",
            "resource_id": "${aws_appautoscaling_target.own_{n}.resource_id}",
            "scalable_dimension": "ecs:service:DesiredCount",
            "service_namespace": "ecs",
            "target_tracking_scaling_policy_configuration": tracking(&json!({})),
        }),
    );
    policy = policy.beside(json!({
        "aws_ecs_service": services(),
        "aws_appautoscaling_target": {"own_{n}": {
            "resource_id": resource("own"),
            "scalable_dimension": "ecs:service:DesiredCount",
            "service_namespace": "ecs",
            "min_capacity": 1,
            "max_capacity": 4,
        }},
    }));
    policy.change(
        |it, _| it.policy_name = known("load"),
        json!({"name": "load"}),
    );
    policy.change(
        |it, _| tracked(it).target_value = known(50.0),
        json!({"target_tracking_scaling_policy_configuration": tracking(&json!({"target_value": 50}))}),
    );
    policy.change(
        |it, _| tracked(it).scale_in_cooldown = some(120),
        json!({"target_tracking_scaling_policy_configuration": tracking(&json!({"scale_in_cooldown": 120}))}),
    );
}

fn tracked(policy: &mut ScalingPolicy) -> &mut TargetTracking {
    let tracking = policy.target_tracking.as_mut();
    tracking.expect("the rows' policy tracks a target")
}

fn tracking(more: &Json) -> Json {
    let mut tracking = json!({
        "target_value": 60,
        "predefined_metric_specification": {"predefined_metric_type": "ECSServiceAverageCPUUtilization"},
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        tracking[name] = value.clone();
    }
    tracking
}
