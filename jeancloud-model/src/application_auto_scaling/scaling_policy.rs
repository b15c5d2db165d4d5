//! [`ScalingPolicy`]: `AWS::ApplicationAutoScaling::ScalingPolicy`, when a target is scaled.

use crate::{Bounded, Facts, Unique, choice, id_value, outputs, properties, resource, text_value};

use super::ScalableTargetId;

id_value! {
    /// The ARN of a scaling policy.
    ScalingPolicyArn starts "arn:",
}

text_value! {
    /// The name of a scaling policy on its target.
    PolicyName {
        rule: "a scaling policy's name has 1 to 256 printable characters",
        document: "https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html",
        check: |text| match text.chars().count() {
            1..=256 if !text.chars().any(char::is_control) => None,
            1..=256 => Some("holds a control character"),
            0 => Some("is empty"),
            _ => Some("is longer than 256 characters"),
        },
    },
}

choice! {
    /// How a policy decides.
    PolicyType {
        /// It keeps a metric near a value.
        TargetTrackingScaling = "TargetTrackingScaling",
    }
    /// A metric that AWS collects for scaling.
    PredefinedMetric {
        /// The mean CPU use of an ECS service's tasks, in percent.
        EcsServiceAverageCpuUtilization = "ECSServiceAverageCPUUtilization",
        /// The mean memory use of an ECS service's tasks, in percent.
        EcsServiceAverageMemoryUtilization = "ECSServiceAverageMemoryUtilization",
        /// The requests that each target of a target group gets in a minute; needs a resource label.
        AlbRequestCountPerTarget = "ALBRequestCountPerTarget",
        /// How much of what a DynamoDB table may read it reads, in percent.
        DynamoDbReadCapacityUtilization = "DynamoDBReadCapacityUtilization",
        /// How much of what a DynamoDB table may write it writes, in percent.
        DynamoDbWriteCapacityUtilization = "DynamoDBWriteCapacityUtilization",
        /// How many of a Lambda function's ready instances are busy.
        LambdaProvisionedConcurrencyUtilization = "LambdaProvisionedConcurrencyUtilization",
        /// The mean CPU use of an Aurora cluster's readers, in percent.
        RdsReaderAverageCpuUtilization = "RDSReaderAverageCPUUtilization",
        /// The mean number of connections of an Aurora cluster's readers.
        RdsReaderAverageDatabaseConnections = "RDSReaderAverageDatabaseConnections",
        /// The CPU use of ElastiCache's primary nodes, in percent.
        ElastiCachePrimaryEngineCpuUtilization = "ElastiCachePrimaryEngineCPUUtilization",
        /// The CPU use of ElastiCache's replicas, in percent.
        ElastiCacheReplicaEngineCpuUtilization = "ElastiCacheReplicaEngineCPUUtilization",
    }
    /// What is taken of a metric's values.
    MetricStatistic {
        /// The mean.
        Average = "Average",
        /// The least.
        Minimum = "Minimum",
        /// The most.
        Maximum = "Maximum",
        /// How many there are.
        SampleCount = "SampleCount",
        /// Their sum.
        Sum = "Sum",
    }
}

properties! {
    /// A metric that AWS collects for scaling.
    PredefinedMetricSpecification;
    /// Which metric; it has to be one of the target's service.
    one predefined_metric_type "PredefinedMetricType": PredefinedMetric,
    /// For `ALBRequestCountPerTarget`, the end of the load balancer's ARN and of the target
    /// group's: `app/name/id/targetgroup/name/id`. For no other metric.
    opt_text resource_label "ResourceLabel",
}

properties! {
    /// A metric of one's own. It has to fall when capacity is added.
    CustomizedMetricSpecification;
    /// The metric's name in CloudWatch.
    text metric_name "MetricName",
    /// The namespace that it is in, as `AWS/ECS`.
    text namespace "Namespace",
    /// What of its values is taken.
    one statistic "Statistic": MetricStatistic,
    /// What it is measured in, as `Percent`. Left out: values in any unit count.
    opt_text unit "Unit",
    /// What tells it from others of its name. All of the metric's dimensions, or CloudWatch finds
    /// no values.
    plain_list dimensions "Dimensions": MetricDimension,
}

properties! {
    /// What tells a metric from others of its name.
    MetricDimension;
    /// The dimension's name, as `ServiceName`.
    text name "Name",
    /// Its value.
    text value "Value",
}

properties! {
    /// A metric and the value near which it is to stay.
    TargetTracking;
    /// The value, in the metric's unit: for `EcsServiceAverageCpuUtilization`, percent.
    one target_value "TargetValue": f64,
    /// A metric of AWS's. This or `customized_metric_specification`, not both.
    opt_plain predefined_metric_specification "PredefinedMetricSpecification": PredefinedMetricSpecification,
    /// A metric of one's own. This or `predefined_metric_specification`, not both.
    opt_plain customized_metric_specification "CustomizedMetricSpecification": CustomizedMetricSpecification,
    /// How long after scaling out a further one does not count anew, in seconds. AWS's default for
    /// ECS: 300.
    opt scale_out_cooldown "ScaleOutCooldown": Bounded<0, 86_400>,
    /// How long after scaling in no further one starts, in seconds. AWS's default for ECS: 300.
    opt scale_in_cooldown "ScaleInCooldown": Bounded<0, 86_400>,
    /// Whether it only adds. AWS's default: false.
    opt disable_scale_in "DisableScaleIn": bool,
}

impl TargetTracking {
    /// Keeps one of AWS's metrics near `value`.
    pub fn of(metric: PredefinedMetric, value: f64) -> Self {
        let metric = PredefinedMetricSpecification::builder()
            .predefined_metric_type(metric)
            .build();
        Self::builder()
            .target_value(value)
            .predefined_metric_specification(metric)
            .build()
    }

    /// Keeps the mean CPU use of an ECS service's tasks near so many percent.
    pub fn ecs_cpu(percent: f64) -> Self {
        Self::of(PredefinedMetric::EcsServiceAverageCpuUtilization, percent)
    }

    /// Keeps the mean memory use of an ECS service's tasks near so many percent.
    pub fn ecs_memory(percent: f64) -> Self {
        Self::of(
            PredefinedMetric::EcsServiceAverageMemoryUtilization,
            percent,
        )
    }
}

resource! {
    /// When a target is scaled. AWS makes the CloudWatch alarms that it needs, and deletes them
    /// with it.
    ///
    /// Follows [`AWS::ApplicationAutoScaling::ScalingPolicy`] and [`PutScalingPolicy`].
    ///
    /// [`AWS::ApplicationAutoScaling::ScalingPolicy`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalingpolicy.html
    /// [`PutScalingPolicy`]: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html
    ScalingPolicy = "AWS::ApplicationAutoScaling::ScalingPolicy", id "Arn": ScalingPolicyArn,
    facts Facts {
        create_only: &["PolicyName", "ScalingTargetId"],
        outputs: &["PolicyName"],
        unordered: &["TargetTrackingScalingPolicyConfiguration/CustomizedMetricSpecification/Dimensions"],
        // `PutScalingPolicy` takes the configuration whole: what it no longer says is gone.
        defaults: &[
            ("TargetTrackingScalingPolicyConfiguration/CustomizedMetricSpecification", "null"),
            ("TargetTrackingScalingPolicyConfiguration/CustomizedMetricSpecification/Dimensions", "[]"),
            ("TargetTrackingScalingPolicyConfiguration/CustomizedMetricSpecification/Unit", "null"),
            ("TargetTrackingScalingPolicyConfiguration/DisableScaleIn", "false"),
            ("TargetTrackingScalingPolicyConfiguration/PredefinedMetricSpecification", "null"),
            ("TargetTrackingScalingPolicyConfiguration/PredefinedMetricSpecification/ResourceLabel", "null"),
            ("TargetTrackingScalingPolicyConfiguration/ScaleInCooldown", "null"),
            ("TargetTrackingScalingPolicyConfiguration/ScaleOutCooldown", "null"),
        ],
        name: Some(Unique { property: "PolicyName", within: &["ScalingTargetId"], generated: None }),
        ..Facts::UNTAGGED
    };

    /// Its name on its target; another one replaces it.
    one policy_name "PolicyName": PolicyName,
    /// How it decides: target tracking is the only way that is modelled.
    one policy_type "PolicyType": PolicyType,
    /// What it scales; another target replaces it.
    one scaling_target_id "ScalingTargetId": ScalableTargetId,
    /// The metric, and the value near which it is to stay; needed.
    opt_plain target_tracking "TargetTrackingScalingPolicyConfiguration": TargetTracking,
}

impl ScalingPolicy {
    /// A policy that keeps a metric near a value.
    pub fn tracking(
        name: impl crate::IntoInput<PolicyName>,
        target: impl crate::IntoInput<ScalableTargetId>,
        tracking: TargetTracking,
    ) -> Self {
        Self::builder()
            .policy_name(name.into_input())
            .policy_type(PolicyType::TargetTrackingScaling)
            .scaling_target_id(target.into_input())
            .target_tracking(tracking)
            .build()
    }
}

outputs! { ScalingPolicy {
    /// The policy's ARN.
    arn "Arn": ScalingPolicyArn,
} }
