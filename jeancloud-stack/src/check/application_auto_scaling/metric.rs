//! Rules for the metrics that policies track.

use jeancloud_model::{
    Text,
    application_auto_scaling::{PredefinedMetric, ScalableTarget, ScalingPolicy},
    ecs::{Compute, LaunchType},
    elastic_load_balancing_v2::{LoadBalancer, TargetGroup},
};

use super::{
    super::{Report, Rule},
    POLICY, service_of,
};
use crate::{Declared, View};

pub(super) const LABEL: Rule = Rule {
    name: "scaling-label",
    check: requests_are_counted_for_a_target_group,
};
pub(super) const PERCENT: Rule = Rule {
    name: "scaling-percent",
    check: a_share_is_given_in_percent,
};

/// The policies that track one of AWS's metrics, with that metric and its label.
fn tracking(
    view: &View,
) -> impl Iterator<Item = (Declared<'_, ScalingPolicy>, PredefinedMetric, Option<&Text>)> {
    view.all::<ScalingPolicy>().filter_map(|policy| {
        let tracking = policy.resource.target_tracking.as_ref()?;
        let metric = tracking.predefined_metric_specification.as_ref()?;
        let known = *metric.predefined_metric_type.known()?;
        Some((policy, known, metric.resource_label.as_ref()))
    })
}

fn requests_are_counted_for_a_target_group(view: &View, report: &mut Report) {
    for (policy, metric, label) in tracking(view) {
        let labelled = metric == PredefinedMetric::AlbRequestCountPerTarget;
        let wrong = match label {
            None if labelled => "has no ResourceLabel".to_owned(),
            Some(_) if !labelled => format!("has a ResourceLabel for {metric}"),
            Some(label) if !is_label(view, label) => {
                format!("has the ResourceLabel `{}`", label.pattern())
            }
            _ => continue,
        };
        report
            .error(policy.declaration, "TargetTrackingScalingPolicyConfiguration", wrong)
            .rule("ALBRequestCountPerTarget, and no other metric, names load balancer and target group in its ResourceLabel, as app/name/id/targetgroup/name/id (ValidationException)")
            .hint("`text!(\"{}/{}\", alb.load_balancer_full_name(), targets.target_group_full_name())`")
            .document("https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html");
    }
}

fn is_label(view: &View, label: &Text) -> bool {
    let outputs: Vec<_> = label.references().collect();
    match (label.as_known(), &outputs[..]) {
        (Some(label), _) => {
            let parts: Vec<&str> = label.split('/').collect();
            matches!(parts[..], ["app", _, _, "targetgroup", _, _])
        }
        (None, [balancer, group]) => {
            let of_balancer = view.referred::<LoadBalancer>(*balancer).is_some();
            let of_group = view.referred::<TargetGroup>(*group).is_some();
            !(of_balancer || of_group)
                || of_balancer
                    && of_group
                    && balancer.output == "LoadBalancerFullName"
                    && group.output == "TargetGroupFullName"
        }
        // One of the two may be written out.
        (None, _) => true,
    }
}

fn a_share_is_given_in_percent(view: &View, report: &mut Report) {
    for (policy, metric, _) in tracking(view) {
        let value = policy.target_tracking.as_ref();
        let value = value.and_then(|tracking| tracking.target_value.known().copied());
        // Of provisioned concurrency AWS measures a fraction.
        let percent = metric.as_str().ends_with("Utilization")
            && metric != PredefinedMetric::LambdaProvisionedConcurrencyUtilization;
        let Some(value) = value.filter(|value| percent && *value > 0.0) else {
            continue;
        };
        const RULE: &str = "AWS measures use in percent, from 0 to 100";
        if value > 100.0 && !may_be_more(view, &policy) {
            report
                .error(
                    policy.declaration,
                    "TargetTrackingScalingPolicyConfiguration",
                    format!("keeps {metric} near {value} percent: it never scales out"),
                )
                .rule(RULE)
                .hint("`TargetTracking::ecs_cpu(60.0)`")
                .document(POLICY);
        } else if value <= 1.0 {
            report
                .warning(
                    policy.declaration,
                    "TargetTrackingScalingPolicyConfiguration",
                    format!("keeps {metric} near {value} percent: it scales out to the most"),
                )
                .rule(RULE)
                .hint(format!("{} percent?", value * 100.0))
                .document(POLICY);
        }
    }
}

/// Tasks on instances may use more than they reserved.
fn may_be_more(view: &View, policy: &ScalingPolicy) -> bool {
    let target = view.target::<ScalableTarget>(&policy.scaling_target_id);
    let service = target.and_then(|target| service_of(view, target.resource));
    service.is_some_and(|service| service.resource.compute != Compute::Launch(LaunchType::Fargate))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Handle,
        application_auto_scaling::{
            PredefinedMetric, PredefinedMetricSpecification, ScalableDimension, ScalableTarget,
            ScalingPolicy, ServiceNamespace, TargetTracking,
        },
        elastic_load_balancing_v2::{LoadBalancer, TargetGroup},
        text,
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

    fn requests(label: Option<jeancloud_model::Text>) -> TargetTracking {
        let metric = PredefinedMetricSpecification::builder()
            .predefined_metric_type(PredefinedMetric::AlbRequestCountPerTarget)
            .resource_label(label);
        TargetTracking::builder()
            .target_value(100.0)
            .predefined_metric_specification(metric.build())
            .build()
    }

    #[test]
    fn requests_are_counted_for_a_target_group() {
        let known = "app/alb/50dc6c495c0c9188/targetgroup/app/73e2d6bc24d8a067";
        healthy(tracking(requests(Some(text!("{known}")))));
        assert_snapshot!(broken("scaling-label", tracking(requests(None))), @r#"
        error: main/policy: TargetTrackingScalingPolicyConfiguration has no ResourceLabel
          rule: ALBRequestCountPerTarget, and no other metric, names load balancer and target group in its ResourceLabel, as app/name/id/targetgroup/name/id (ValidationException)
          hint: `text!("{}/{}", alb.load_balancer_full_name(), targets.target_group_full_name())`
          see: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html
        "#);
        assert_snapshot!(broken("scaling-label", tracking(requests(Some(text!("alb/app"))))), @r#"
        error: main/policy: TargetTrackingScalingPolicyConfiguration has the ResourceLabel `alb/app`
          rule: ALBRequestCountPerTarget, and no other metric, names load balancer and target group in its ResourceLabel, as app/name/id/targetgroup/name/id (ValidationException)
          hint: `text!("{}/{}", alb.load_balancer_full_name(), targets.target_group_full_name())`
          see: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html
        "#);
    }

    #[test]
    fn a_label_is_made_of_full_names() {
        let label = Handle::<LoadBalancer>::declared(jeancloud_model::Address::new("main/alb"));
        let group = Handle::<TargetGroup>::declared(jeancloud_model::Address::new("main/targets"));
        let text = crate::check::testing::problems(|h| {
            let targets = crate::check::elastic_load_balancing_v2::testing::targets(h);
            let balancer = crate::check::elastic_load_balancing_v2::testing::balancer(h);
            crate::check::elastic_load_balancing_v2::testing::listener(h, &balancer, &targets);
            let names = text!(
                "{}/{}",
                label.load_balancer_name(),
                group.target_group_full_name()
            );
            h.scope.add(
                "policy",
                ScalingPolicy::tracking("requests", &target(h), requests(Some(names))),
            );
        });
        let wrong: Vec<&str> = text.iter().map(|one| one.wrong.as_str()).collect();
        assert_eq!(
            wrong,
            [
                "has the ResourceLabel `${main/alb.LoadBalancerName}/${main/targets.TargetGroupFullName}`"
            ]
        );
    }

    #[test]
    fn use_is_given_in_percent() {
        assert_snapshot!(broken("scaling-percent", tracking(TargetTracking::ecs_cpu(600.0))), @"
        error: main/policy: TargetTrackingScalingPolicyConfiguration keeps ECSServiceAverageCPUUtilization near 600 percent: it never scales out
          rule: AWS measures use in percent, from 0 to 100
          hint: `TargetTracking::ecs_cpu(60.0)`
          see: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html
        ");
        assert_snapshot!(broken("scaling-percent", tracking(TargetTracking::ecs_memory(0.6))), @"
        warning: main/policy: TargetTrackingScalingPolicyConfiguration keeps ECSServiceAverageMemoryUtilization near 0.6 percent: it scales out to the most
          rule: AWS measures use in percent, from 0 to 100
          hint: 60 percent?
          see: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html
        ");
    }
}
