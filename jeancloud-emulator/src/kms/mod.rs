//! AWS Key Management Service. No operation has behaviour yet.

crate::services::service! {
    "kms" signs "kms";
    operations {}
    kinds []
    tasks []
}
