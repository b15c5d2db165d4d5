//! s3.

crate::services::service! {
    "s3" signs "s3";
    operations {}
    kinds []
    tasks []
}
