//! Scaling policies. Found again by target and name: a policy has no tags.
//!
//! `PutScalingPolicy` overwrites, so it reads first. The physical id is `arn|dimension`; the ARN
//! names the target and the policy.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_sdk_applicationautoscaling::{
    error::BuildError,
    types::{
        CustomizedMetricSpecification as SdkCustomized, MetricDimension as SdkDimension,
        PredefinedMetricSpecification as SdkPredefined, ScalingPolicy as SdkPolicy,
        TargetTrackingScalingPolicyConfiguration as SdkTracking,
    },
};
use jeancloud_model::{
    Bounded, Input, Text,
    application_auto_scaling::{
        CustomizedMetricSpecification, MetricDimension, MetricStatistic, PolicyName, PolicyType,
        PredefinedMetric, PredefinedMetricSpecification, ScalableTargetId, ScalingPolicy,
        TargetTracking,
    },
};
use jeancloud_stack::provider::{ErrorKind, Found, ProviderError};

use super::TargetId;
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
};

pub(super) struct ScalingPolicyHandler;

#[async_trait]
impl Handler for ScalingPolicyHandler {
    type Resource = ScalingPolicy;

    const PERMISSIONS: &'static [&'static str] = &[
        "application-autoscaling:DeleteScalingPolicy",
        "application-autoscaling:DescribeScalingPolicies",
        "application-autoscaling:PutScalingPolicy",
        "cloudwatch:DeleteAlarms",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:PutMetricAlarm",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<ScalingPolicy>>> {
        let namespaces: BTreeSet<String> = ids.iter().filter_map(|id| namespace_of(id)).collect();
        let mut seen = Vec::new();
        for namespace in namespaces {
            let policies = in_namespace(aws, &namespace).await?;
            seen.extend(ids.iter().filter_map(|id| {
                let same = |policy: &&SdkPolicy| key_of(&physical(policy)) == key_of(id);
                read(id, policies.iter().find(same)?)
            }));
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let mut by_namespace: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for (wanted, policy) in search.known::<ScalingPolicy>() {
            let Some(target) = target_of(&policy) else {
                continue;
            };
            let all = by_namespace.entry(target.namespace.clone()).or_default();
            all.push((wanted, target, policy.policy_name.value().to_string()));
        }
        let mut found = Vec::new();
        for (namespace, wanted) in by_namespace {
            let policies = in_namespace(aws, &namespace).await?;
            found.extend(wanted.into_iter().filter_map(|(wanted, target, name)| {
                let same = |policy: &&SdkPolicy| {
                    policy.policy_name() == name && sdk_target(policy) == target
                };
                Some(Found {
                    ownership: wanted.ownership.clone(),
                    id: physical(policies.iter().find(same)?),
                })
            }));
        }
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, ScalingPolicy>) -> Result<String> {
        let target = needed_target(&new.resource)?;
        let arn = put(aws, &new.resource, &target).await?;
        Ok(format!("{arn}|{}", target.dimension))
    }

    async fn update(&self, aws: &Clients, change: &Change<ScalingPolicy>) -> Result<()> {
        let target = needed_target(&change.after)?;
        put(aws, &change.after, &target).await.map(|_| ())
    }

    async fn delete(&self, aws: &Clients, old: &Old<ScalingPolicy>) -> Result<()> {
        let target = needed_target(&old.resource)?;
        let call = aws
            .auto_scaling()
            .delete_scaling_policy()
            .policy_name(old.resource.policy_name.value().as_str())
            .resource_id(target.resource)
            .scalable_dimension(target.dimension.as_str().into())
            .service_namespace(target.namespace.as_str().into());
        let answer = call.send().await.map_err(error::of("DeleteScalingPolicy"));
        match answer {
            // An emulator's words for what AWS calls ObjectNotFoundException.
            Err(error) if error.message.contains("No scaling policy found") => Ok(()),
            other => error::or_gone(other),
        }
    }
}

fn target_of(policy: &ScalingPolicy) -> Option<TargetId> {
    TargetId::of(policy.scaling_target_id.value().as_str())
}

fn needed_target(policy: &ScalingPolicy) -> Result<TargetId> {
    target_of(policy).ok_or_else(|| {
        let message = format!("{} is no scalable target", policy.scaling_target_id.value());
        ProviderError::new(ErrorKind::Invalid, "PutScalingPolicy", message).with_hint(
            "a target is named resource|dimension|namespace; take the handle of a ScalableTarget",
        )
    })
}

/// `ecs`, of `arn:…:scalingPolicy:uuid:resource/ecs/service/cluster/name:policyName/policy`.
fn namespace_of(physical: &str) -> Option<String> {
    key_of(physical).split('/').next().map(str::to_owned)
}

/// What tells a policy from others: its id without the random part of its ARN, which is another one
/// when somebody made the policy anew.
fn key_of(physical: &str) -> &str {
    physical
        .split_once(":resource/")
        .map_or(physical, |(_, key)| key)
}

fn physical(policy: &SdkPolicy) -> String {
    format!(
        "{}|{}",
        policy.policy_arn(),
        policy.scalable_dimension().as_str()
    )
}

fn sdk_target(policy: &SdkPolicy) -> TargetId {
    TargetId {
        resource: policy.resource_id().to_owned(),
        dimension: policy.scalable_dimension().as_str().to_owned(),
        namespace: policy.service_namespace().as_str().to_owned(),
    }
}

/// Every policy of a namespace: one call takes one resource or all.
async fn in_namespace(aws: &Clients, namespace: &str) -> Result<Vec<SdkPolicy>> {
    let call = aws
        .auto_scaling()
        .describe_scaling_policies()
        .service_namespace(namespace.into());
    let mut all = Vec::new();
    let mut pages = call.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(error::of("DescribeScalingPolicies"))?;
        all.extend(page.scaling_policies.unwrap_or_default());
    }
    Ok(all)
}

async fn put(aws: &Clients, policy: &ScalingPolicy, target: &TargetId) -> Result<String> {
    let ScalingPolicy {
        policy_name,
        policy_type,
        scaling_target_id: _,
        target_tracking,
    } = policy;
    let call = aws
        .auto_scaling()
        .put_scaling_policy()
        .policy_name(policy_name.value().as_str())
        .policy_type(policy_type.value().as_str().into())
        .resource_id(&target.resource)
        .scalable_dimension(target.dimension.as_str().into())
        .service_namespace(target.namespace.as_str().into())
        .set_target_tracking_scaling_policy_configuration(target_tracking.as_ref().map(tracking));
    let answer = call.send().await.map_err(error::of("PutScalingPolicy"))?;
    Ok(answer.policy_arn().to_owned())
}

fn tracking(tracking: &TargetTracking) -> SdkTracking {
    let TargetTracking {
        target_value,
        predefined_metric_specification,
        customized_metric_specification,
        scale_out_cooldown,
        scale_in_cooldown,
        disable_scale_in,
    } = tracking;
    let seconds = |seconds: &Option<Input<Bounded<0, 86_400>>>| {
        seconds.as_ref().map(|seconds| seconds.value().to_i32())
    };
    let tracking = SdkTracking::builder()
        .target_value(*target_value.value())
        .set_predefined_metric_specification(
            predefined_metric_specification.as_ref().map(predefined),
        )
        .set_customized_metric_specification(
            customized_metric_specification.as_ref().map(customized),
        )
        .set_scale_out_cooldown(seconds(scale_out_cooldown))
        .set_scale_in_cooldown(seconds(scale_in_cooldown))
        .set_disable_scale_in(disable_scale_in.as_ref().map(|off| *off.value()));
    built(tracking.build())
}

fn predefined(metric: &PredefinedMetricSpecification) -> SdkPredefined {
    let PredefinedMetricSpecification {
        predefined_metric_type,
        resource_label,
    } = metric;
    let metric = SdkPredefined::builder()
        .predefined_metric_type(predefined_metric_type.value().as_str().into())
        .set_resource_label(
            resource_label
                .as_ref()
                .map(|label| label.value().to_owned()),
        );
    built(metric.build())
}

fn customized(metric: &CustomizedMetricSpecification) -> SdkCustomized {
    let CustomizedMetricSpecification {
        metric_name,
        namespace,
        statistic,
        unit,
        dimensions,
    } = metric;
    let dimension = |dimension: &MetricDimension| {
        let MetricDimension { name, value } = dimension;
        built(
            SdkDimension::builder()
                .name(name.value())
                .value(value.value())
                .build(),
        )
    };
    SdkCustomized::builder()
        .metric_name(metric_name.value())
        .namespace(namespace.value())
        .statistic(statistic.value().as_str().into())
        .set_unit(unit.as_ref().map(|unit| unit.value().to_owned()))
        .set_dimensions(
            (!dimensions.is_empty()).then(|| dimensions.iter().map(dimension).collect()),
        )
        .build()
}

fn built<T>(part: std::result::Result<T, BuildError>) -> T {
    part.unwrap_or_else(|error| panic!("broken invariant: a required part is not set: {error}"))
}

fn read(id: &str, policy: &SdkPolicy) -> Option<Seen<ScalingPolicy>> {
    let target = sdk_target(policy).physical();
    let tracking = policy.target_tracking_scaling_policy_configuration();
    let resource = ScalingPolicy {
        policy_name: Input::Known(PolicyName::new(policy.policy_name().to_owned())),
        policy_type: Input::Known(PolicyType::from_aws(policy.policy_type().as_str())?),
        scaling_target_id: Input::Known(ScalableTargetId::new(target)),
        target_tracking: tracking.map(read_tracking),
    };
    let seen = Seen::new(id, resource)
        .output_text("Arn", Some(policy.policy_arn()))
        .output_text("PolicyName", Some(policy.policy_name()));
    Some(seen)
}

fn read_tracking(tracking: &SdkTracking) -> TargetTracking {
    let seconds = |seconds: Option<i32>| {
        let seconds = u32::try_from(seconds?).ok()?;
        Some(Input::Known(Bounded::new(seconds)))
    };
    let text = |text: Option<&str>| Text::known(text.unwrap_or_default());
    let customized = tracking.customized_metric_specification();
    TargetTracking {
        target_value: Input::Known(tracking.target_value()),
        predefined_metric_specification: tracking.predefined_metric_specification().and_then(
            |metric| {
                let kind = PredefinedMetric::from_aws(metric.predefined_metric_type().as_str())?;
                Some(PredefinedMetricSpecification {
                    predefined_metric_type: Input::Known(kind),
                    resource_label: metric.resource_label().map(Text::known),
                })
            },
        ),
        customized_metric_specification: customized.and_then(|metric| {
            let statistic = MetricStatistic::from_aws(metric.statistic()?.as_str())?;
            Some(CustomizedMetricSpecification {
                metric_name: text(metric.metric_name()),
                namespace: text(metric.namespace()),
                statistic: Input::Known(statistic),
                unit: metric.unit().map(Text::known),
                dimensions: (metric.dimensions().iter())
                    .map(|dimension| MetricDimension {
                        name: Text::known(dimension.name()),
                        value: Text::known(dimension.value()),
                    })
                    .collect(),
            })
        }),
        scale_out_cooldown: seconds(tracking.scale_out_cooldown()),
        scale_in_cooldown: seconds(tracking.scale_in_cooldown()),
        disable_scale_in: tracking.disable_scale_in().map(Input::Known),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policys_arn_names_its_namespace() {
        let arn = "arn:aws:autoscaling:eu-west-3:123456789012:scalingPolicy:0a1b:resource/ecs/service/main/app:policyName/cpu";
        assert_eq!(namespace_of(arn).as_deref(), Some("ecs"));
    }
}
