//! Elastic Load Balancing (version 2). No operation has behaviour yet.

crate::services::service! {
    "elbv2" signs "elasticloadbalancing";
    operations {}
    kinds []
    tasks []
}
