//! Amazon Elastic Container Registry. No operation has behaviour yet.

crate::services::service! {
    "ecr" signs "ecr";
    operations {}
    kinds []
    tasks []
}
