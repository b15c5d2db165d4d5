//! AWS Secrets Manager. No operation has behaviour yet.

crate::services::service! {
    "secretsmanager" signs "secretsmanager";
    operations {}
    kinds []
    tasks []
}
