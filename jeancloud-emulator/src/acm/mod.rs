//! AWS Certificate Manager. No operation has behaviour yet.

crate::services::service! {
    "acm" signs "acm";
    operations {}
    kinds []
    tasks []
}
