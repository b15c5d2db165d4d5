//! Application Auto Scaling.

mod scalable_target;
mod scaling_policy;

pub use scalable_target::{
    ScalableDimension, ScalableTarget, ScalableTargetId, ServiceNamespace, SuspendedState,
};
pub use scaling_policy::{
    CustomizedMetricSpecification, MetricDimension, MetricStatistic, PolicyName, PolicyType,
    PredefinedMetric, PredefinedMetricSpecification, ScalingPolicy, ScalingPolicyArn,
    TargetTracking,
};
