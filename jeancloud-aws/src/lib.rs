//! How AWS does what jeancloud asks: handlers over the `aws-sdk-*` clients, one folder per service
//! and one file per resource type, named as in `jeancloud-model`.
//!
//! [`Aws`] is the [`Provider`](jeancloud_stack::Provider) that the engine talks to. Reading order:
//! [`Handler`] (what a type's file has to say), [`Clients`] (whom it talks to), `error` (how AWS's
//! answers are sorted), then `ec2/vpc.rs` as the plainest handler.

mod aws;
mod clients;
mod error;
mod handler;
mod tags;
mod taken;
mod wait;

pub mod application_auto_scaling;
pub mod certificate_manager;
pub mod cloud_front;
pub mod ec2;
pub mod ecr;
pub mod ecs;
pub mod elastic_load_balancing_v2;
pub mod iam;
pub mod kms;
pub mod logs;
pub mod lookup;
pub mod rds;
pub mod route53;
pub mod s3;
pub mod secrets_manager;

pub use aws::{Aws, supported_types};
pub use clients::Clients;
pub use handler::{Change, Handler, LookupHandler, New, Old, Search, Seen};
