//! Rules for scaling policies.

use jeancloud_model::application_auto_scaling::{ScalableTarget, ScalingPolicy, ServiceNamespace};

use super::{
    super::{Report, Rule},
    POLICY,
};
use crate::View;

pub(super) const METRIC: Rule = Rule {
    name: "scaling-metric",
    check: a_policy_tracks_one_metric,
};
pub(super) const METRIC_ONCE: Rule = Rule {
    name: "scaling-metric-once",
    check: a_target_tracks_a_metric_once,
};

fn a_policy_tracks_one_metric(view: &View, report: &mut Report) {
    for policy in view.all::<ScalingPolicy>() {
        let mut wrong = |wrong: &str, rule: &str, hint: &str| {
            report
                .error(
                    policy.declaration,
                    "TargetTrackingScalingPolicyConfiguration",
                    wrong,
                )
                .rule(rule)
                .hint(hint)
                .document(POLICY);
        };
        let Some(tracking) = &policy.target_tracking else {
            wrong(
                "is left out",
                "a policy of the type TargetTrackingScaling says what it tracks (ValidationException)",
                "TargetTracking::ecs_cpu(60.0)",
            );
            continue;
        };
        let predefined = tracking.predefined_metric_specification.as_ref();
        if predefined.is_some() == tracking.customized_metric_specification.is_some() {
            wrong(
                "names no metric, or two",
                "a policy tracks one metric: AWS's or one's own (ValidationException)",
                "TargetTracking::ecs_cpu(60.0)",
            );
        }
        if tracking
            .target_value
            .known()
            .is_some_and(|value| *value <= 0.0)
        {
            wrong(
                "tracks a value that is not above 0",
                "TargetValue is above 0 (ValidationException)",
                "for CPU use, 60 percent",
            );
        }
        let Some(predefined) = predefined else {
            continue;
        };
        let Some(metric) = predefined.predefined_metric_type.known() else {
            continue;
        };
        let target = view.target::<ScalableTarget>(&policy.scaling_target_id);
        let namespace =
            target.and_then(|target| target.resource.service_namespace.known().copied());
        let of_ecs = metric.as_str().starts_with("ECSService");
        if of_ecs && namespace.is_some_and(|namespace| namespace != ServiceNamespace::Ecs) {
            wrong(
                "tracks a metric of ECS on a target that is none",
                "a predefined metric belongs to the target's service (ValidationException)",
                "a metric of the target's own service",
            );
        }
    }
}

fn a_target_tracks_a_metric_once(view: &View, report: &mut Report) {
    let policies: Vec<_> = view.all::<ScalingPolicy>().collect();
    for (index, policy) in policies.iter().enumerate() {
        let metrics = |policy: &ScalingPolicy| {
            let tracking = policy.target_tracking.as_ref()?;
            Some((
                tracking.predefined_metric_specification.clone(),
                tracking.customized_metric_specification.clone(),
            ))
        };
        let own = metrics(policy);
        let earlier = policies[..index].iter().find(|earlier| {
            own.is_some()
                && metrics(earlier) == own
                && view.same(&earlier.scaling_target_id, &policy.scaling_target_id)
        });
        if let Some(earlier) = earlier {
            report
                .error(policy.declaration, "TargetTrackingScalingPolicyConfiguration", format!("tracks what {} tracks", earlier.address()))
                .rule("a target has one policy for a metric (ValidationException: Only one TargetTrackingScaling policy for a given metric specification is allowed)")
                .hint("keep one of the two")
                .document(POLICY);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Handle,
        application_auto_scaling::{
            ScalableDimension, ScalableTarget, ScalingPolicy, ServiceNamespace, TargetTracking,
        },
    };

    use crate::check::testing::{Healthy, broken, healthy};

    fn target(h: &Healthy<'_>) -> Handle<ScalableTarget> {
        let target = ScalableTarget::builder()
            .resource_id("service/main/app")
            .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
            .service_namespace(ServiceNamespace::Ecs)
            .min_capacity(2)
            .max_capacity(10);
        h.scope.add("target", target.build())
    }

    fn tracking(tracking: TargetTracking) -> impl FnOnce(&Healthy<'_>) {
        move |h| {
            let policy = ScalingPolicy::tracking("cpu", &target(h), tracking);
            h.scope.add("policy", policy);
        }
    }

    #[test]
    fn a_policy_names_one_metric() {
        healthy(tracking(TargetTracking::ecs_cpu(60.0)));
        let none = TargetTracking::builder().target_value(60.0).build();
        assert_snapshot!(broken("scaling-metric", tracking(none)), @"
        error: main/policy: TargetTrackingScalingPolicyConfiguration names no metric, or two
          rule: a policy tracks one metric: AWS's or one's own (ValidationException)
          hint: TargetTracking::ecs_cpu(60.0)
          see: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html
        ");
    }

    #[test]
    fn a_target_tracks_a_metric_once() {
        assert_snapshot!(broken("scaling-metric-once", |h| {
            let target = target(h);
            for (name, percent) in [("high", 80.0), ("low", 40.0)] {
                h.scope.add(name, ScalingPolicy::tracking(name, &target, TargetTracking::ecs_cpu(percent)));
            }
        }), @"
        error: main/low: TargetTrackingScalingPolicyConfiguration tracks what main/high tracks
          rule: a target has one policy for a metric (ValidationException: Only one TargetTrackingScaling policy for a given metric specification is allowed)
          hint: keep one of the two
          see: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html
        ");
    }
}
