//! Amazon CloudFront. No operation has behaviour yet.

crate::services::service! {
    "cloudfront" signs "cloudfront";
    operations {}
    kinds []
    tasks []
}
