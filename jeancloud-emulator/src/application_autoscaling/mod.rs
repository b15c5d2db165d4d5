//! Application Auto Scaling: what scales, and by what. Nothing scales by itself: there is no load.

mod activity;
mod policy;
mod tags;
mod target;

crate::services::service! {
    "application-autoscaling" signs "application-autoscaling";
    operations {
        DeleteScalingPolicy => policy::delete,
        DeregisterScalableTarget => target::deregister,
        DescribeScalableTargets => target::describe,
        DescribeScalingActivities => activity::describe,
        DescribeScalingPolicies => policy::describe,
        ListTagsForResource => tags::list,
        PutScalingPolicy => policy::put,
        RegisterScalableTarget => target::register,
        TagResource => tags::tag,
        UntagResource => tags::untag,
    }
    kinds [target::ScalableTarget, policy::ScalingPolicy]
    tasks []
}
