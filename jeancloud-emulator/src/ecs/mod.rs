//! Amazon Elastic Container Service. No operation has behaviour yet.

crate::services::service! {
    "ecs" signs "ecs";
    operations {}
    kinds []
    tasks []
}
