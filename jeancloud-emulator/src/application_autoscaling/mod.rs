//! Application Auto Scaling. No operation has behaviour yet.

crate::services::service! {
    "application-autoscaling" signs "application-autoscaling";
    operations {}
    kinds []
    tasks []
}
