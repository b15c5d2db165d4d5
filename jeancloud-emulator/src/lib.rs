//! An AWS that lives inside a test or an example.
//!
//! An [`Emulator`] answers the real AWS SDK for Rust without network and credentials: its
//! [`Client`] is the SDK's HTTP client. It reads and writes AWS's protocols by AWS's own service
//! models, keeps AWS's rules, lets time pass on a clock that tests turn, and fails by a plan
//! ([`Faults`]). What it doesn't know, it refuses with status 501 and the operation's name.
//!
//! It doesn't check signatures, and it runs nothing: an emulated container is a line in a table.

mod account;
mod call;
mod client;
mod durations;
mod emulator;
mod error;
mod faults;
mod fields;
#[cfg(test)]
mod hostile;
mod http;
mod interfaces;
mod log;
mod model;
mod protocol;
#[cfg(feature = "sdk")]
mod sdk;
#[cfg(feature = "serve")]
mod serve;
mod services;
mod store;
#[cfg(feature = "proptest")]
pub mod strategies;
#[cfg(test)]
mod testing;
mod world;

// One folder a service.
mod acm;
mod application_autoscaling;
mod cloudfront;
mod ec2;
mod ecr;
mod ecs;
mod elbv2;
mod iam;
mod kms;
mod logs;
mod rds;
mod route53;
mod s3;
mod secretsmanager;
mod sts;

pub use client::{Answer, Broken, Client};
pub use ecr::PushError;
pub use emulator::{Builder, Emulator, Item, Snapshot};
pub use faults::{Effect, Fault, Faults};
pub use http::{Request, Response};
pub use log::LoggedCall;
#[cfg(feature = "serve")]
pub use serve::{Server, serve_main};
pub use store::OpenError;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
