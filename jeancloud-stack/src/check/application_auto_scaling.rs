//! Rules for scalable targets and scaling policies.

use jeancloud_model::{
    Input,
    application_auto_scaling::{PredefinedMetric, ScalableTarget, ScalingPolicy, ServiceNamespace},
    ecs::Service,
};

use super::{Report, Rule};
use crate::View;

const TARGET: &str = "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html";
const POLICY: &str =
    "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html";

pub(super) const RULES: &[&Rule] = &[
    &Rule {
        name: "scaling-range",
        check: the_least_is_not_above_the_most,
    },
    &Rule {
        name: "scaling-start",
        check: a_service_starts_within_its_range,
    },
    &Rule {
        name: "scaling-metric",
        check: a_policy_tracks_one_metric,
    },
];

fn range(target: &ScalableTarget) -> Option<(u32, u32)> {
    let (min, max) = (target.min_capacity.known()?, target.max_capacity.known()?);
    Some((min.number(), max.number()))
}

fn the_least_is_not_above_the_most(view: &View, report: &mut Report) {
    for target in view.all::<ScalableTarget>() {
        if let Some((min, max)) = range(&target).filter(|(min, max)| min > max) {
            report
                .error(
                    target.declaration,
                    "MinCapacity",
                    format!("{min} is above MaxCapacity {max}"),
                )
                .rule("MinCapacity is at most MaxCapacity (ValidationException)")
                .hint(format!("from {max} to {min}?"))
                .document(TARGET);
        }
    }
}

fn a_service_starts_within_its_range(view: &View, report: &mut Report) {
    for target in view.all::<ScalableTarget>() {
        let mut services = target.resource_id.references();
        let service = services.find_map(|reference| view.referred::<Service>(reference));
        let (Some(service), Some((min, max))) = (service, range(&target)) else {
            continue;
        };
        let count = service.desired_count.as_ref().and_then(Input::known);
        let Some(count) = count.map(|count| count.number()) else {
            continue;
        };
        // A service with 0 tasks rests, and has a warning of its own.
        if count != 0 && min <= max && !(min..=max).contains(&count) {
            report
                .warning(
                    target.declaration,
                    "MinCapacity",
                    format!(
                        "{} starts with {count} tasks, outside {min} to {max}",
                        service.address()
                    ),
                )
                .rule("scaling brings a target into its range, whatever its DesiredCount says")
                .hint(format!("a DesiredCount between {min} and {max}"))
                .document(TARGET);
        }
    }
}

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
        let labelled = *metric == PredefinedMetric::AlbRequestCountPerTarget;
        if labelled != predefined.resource_label.is_some() {
            wrong(
                "has a ResourceLabel where none belongs, or none where one does",
                "ALBRequestCountPerTarget names load balancer and target group in its ResourceLabel, and no other metric of ECS does (ValidationException)",
                "app/name/id/targetgroup/name/id, from LoadBalancerFullName and TargetGroupFullName",
            );
        }
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

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Bounded, Input,
        application_auto_scaling::{
            PredefinedMetric, ScalableDimension, ScalableTarget, ScalingPolicy, ServiceNamespace,
            TargetTracking,
        },
        ec2::SecurityGroupId,
    };

    use crate::check::testing::{Healthy, broken, healthy};

    fn target(min: u32, max: u32) -> ScalableTarget {
        ScalableTarget::builder()
            .resource_id("service/main/app")
            .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
            .service_namespace(ServiceNamespace::Ecs)
            .min_capacity(min)
            .max_capacity(max)
            .build()
    }

    fn tracking(tracking: TargetTracking) -> impl FnOnce(&Healthy<'_>) {
        move |h| {
            let target = h.scope.add("target", target(2, 10));
            h.scope
                .add("policy", ScalingPolicy::tracking("cpu", &target, tracking));
        }
    }

    #[test]
    fn the_least_is_at_most_the_most() {
        assert_snapshot!(broken("scaling-range", |h| { h.scope.add("target", target(10, 2)); }), @"
        error: main/target: MinCapacity 10 is above MaxCapacity 2
          rule: MinCapacity is at most MaxCapacity (ValidationException)
          hint: from 2 to 10?
          see: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
        ");
    }

    #[test]
    fn a_service_starts_in_its_range() {
        use jeancloud_model::ecs::{Cluster, NetworkConfiguration, Service, TaskDefinitionArn};
        assert_snapshot!(broken("scaling-start", |h| {
            let cluster = h.scope.add("cluster", Cluster::builder().build());
            let mut service = Service::builder()
                .cluster(&cluster)
                .task_definition(TaskDefinitionArn::new("arn:aws:ecs:eu-west-3:123456789012:task-definition/app:1"))
                .network_configuration(NetworkConfiguration::private(h.subnets, Vec::<SecurityGroupId>::new()))
                .build();
            service.desired_count = Some(Input::Known(Bounded::new(1)));
            let service = h.scope.add("service", service);
            h.scope.add("target", ScalableTarget::tasks_of(&service, 2, 10));
        }), @"
        warning: main/target: MinCapacity main/service starts with 1 tasks, outside 2 to 10
          rule: scaling brings a target into its range, whatever its DesiredCount says
          hint: a DesiredCount between 2 and 10
          see: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
        ");
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
    fn requests_per_target_are_of_a_target_group() {
        let requests = TargetTracking::of(PredefinedMetric::AlbRequestCountPerTarget, 100.0);
        assert_snapshot!(broken("scaling-metric", tracking(requests)), @"
        error: main/policy: TargetTrackingScalingPolicyConfiguration has a ResourceLabel where none belongs, or none where one does
          rule: ALBRequestCountPerTarget names load balancer and target group in its ResourceLabel, and no other metric of ECS does (ValidationException)
          hint: app/name/id/targetgroup/name/id, from LoadBalancerFullName and TargetGroupFullName
          see: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html
        ");
    }
}
