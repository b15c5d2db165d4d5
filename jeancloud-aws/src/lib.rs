//! How AWS does what jeancloud asks: handlers over the `aws-sdk-*` clients, one folder per service
//! and one file per resource type, named as in `jeancloud-model`.
//!
//! [`Aws`] is the [`Provider`](jeancloud_stack::Provider) that the engine talks to:
//!
//! ```no_run
//! use jeancloud_aws::Aws;
//! use jeancloud_stack::Provider;
//!
//! # async fn ask() -> Result<(), jeancloud_stack::ProviderError> {
//! let aws = Aws::from_env().await; // AWS_PROFILE, AWS_ENDPOINT_URL and all that the SDKs read
//! println!("{}", aws.account().await?); // account 123456789012 (aws)
//! println!("{:?}", aws.permissions("AWS::EC2::VPC")); // the IAM actions that it takes
//! # Ok(())
//! # }
//! ```
//!
//! # Reading order
//!
//! - [`Handler`], [`LookupHandler`]: what a type's file has to say; [`supported_types`] lists those
//!   that have said it. The border is typed: a handler gets its resource as the struct that the
//!   author wrote ([`New`], [`Change`], [`Old`]) and gives it back as AWS has it ([`Seen`]).
//! - [`Clients`]: whom it talks to.
//! - `error`: how AWS's answers are sorted; `wait`: waiting for AWS, never without a bound.
//! - `ec2/vpc.rs`, the plainest handler. `docs/adding-a-resource.md` is the recipe for another.

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
pub use handler::{Answer, Change, Handler, LookupHandler, New, Old, Search, Seen};
