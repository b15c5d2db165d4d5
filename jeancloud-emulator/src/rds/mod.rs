//! Amazon Relational Database Service. No operation has behaviour yet.

crate::services::service! {
    "rds" signs "rds";
    operations {}
    kinds []
    tasks []
}
