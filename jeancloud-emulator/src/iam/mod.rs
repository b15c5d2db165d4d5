//! iam.

crate::services::service! {
    "iam" signs "iam";
    operations {}
    kinds []
    tasks []
}
