//! Every resource type does what its handler promises, on moto and on the emulator:
//! `cargo xtask test -p jeancloud-tests`.
//!
//! One module a service, one [`Case`](harness::Case) a type. [`harness`] makes the same named tests
//! of each; [`gaps`] lists what one of the two can't do.

#[macro_use]
mod harness;
mod gaps;

mod application_auto_scaling;
mod certificate_manager;
mod changes;
mod cloud_front;
mod ec2;
mod ec2_groups;
mod ec2_networks;
mod ecr;
mod ecs;
mod elastic_load_balancing_v2;
mod iam;
mod kms;
mod logs;
mod rds;
mod route53;
mod s3;
mod secrets_manager;

// The whole system has its tests in this binary too, so that the SDKs are linked once.
#[path = "../system/mod.rs"]
mod system;
