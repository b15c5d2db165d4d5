//! Scalable targets and scaling policies.

use jeancloud_model::{
    Handle, Region,
    application_auto_scaling::{
        PredefinedMetric, PredefinedMetricSpecification, ScalableTarget, ScalingPolicy,
        SuspendedState, TargetTracking,
    },
};
use jeancloud_stack::{Scope, Stack};

use super::ecs::add_service;
use crate::harness::Case;

conformance! {
    scalable_target: Case {
        type_name: "AWS::ApplicationAutoScaling::ScalableTarget",
        address: "main/target",
        base: |stack| { add_target(main(stack), 1, 4); },
        updates: &[
            ("set", |stack| {
                let service = add_service(main(stack));
                let mut target = ScalableTarget::tasks_of(&service, 1, 4);
                target.suspended_state = Some(SuspendedState::builder()
                    .dynamic_scaling_in_suspended(true)
                    .dynamic_scaling_out_suspended(false)
                    .scheduled_scaling_suspended(false)
                    .build());
                main(stack).add("target", target);
            }),
            ("change", |stack| { add_target(main(stack), 2, 10); }),
        ],
        replaced: None,
        gaps: &[],
    },
    scaling_policy: Case {
        type_name: "AWS::ApplicationAutoScaling::ScalingPolicy",
        address: "main/policy",
        base: |stack| policy(main(stack), "cpu", TargetTracking::ecs_cpu(60.0)),
        updates: &[
            ("set", |stack| policy(main(stack), "cpu", TargetTracking::builder()
                .target_value(60.0)
                .predefined_metric_specification(cpu())
                .scale_in_cooldown(120)
                .scale_out_cooldown(30)
                .disable_scale_in(true)
                .build())),
            ("change", |stack| policy(main(stack), "cpu", TargetTracking::builder()
                .target_value(70.0)
                .predefined_metric_specification(cpu())
                .scale_in_cooldown(240)
                .scale_out_cooldown(60)
                .disable_scale_in(false)
                .build())),
        ],
        replaced: Some(|stack| policy(main(stack), "busy", TargetTracking::ecs_cpu(60.0))),
        gaps: &[],
    },
}

fn main(stack: &Stack) -> Scope<'_> {
    stack.region("main", Region::EuWest3)
}

fn add_target(scope: Scope<'_>, min: u32, max: u32) -> Handle<ScalableTarget> {
    let service = add_service(scope);
    scope.add("target", ScalableTarget::tasks_of(&service, min, max))
}

fn policy(scope: Scope<'_>, name: &str, tracking: TargetTracking) {
    let target = add_target(scope, 1, 4);
    scope.add("policy", ScalingPolicy::tracking(name, &target, tracking));
}

fn cpu() -> PredefinedMetricSpecification {
    PredefinedMetricSpecification::builder()
        .predefined_metric_type(PredefinedMetric::EcsServiceAverageCpuUtilization)
        .build()
}
