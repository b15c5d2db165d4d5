//! Amazon Route 53. No operation has behaviour yet.

crate::services::service! {
    "route53" signs "route53";
    operations {}
    kinds []
    tasks []
}
