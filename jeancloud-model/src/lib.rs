//! The jeancloud language: what can be asked of AWS, as typed Rust values.
//!
//! A resource type is a struct with a builder whose properties are those of its CloudFormation
//! type. A property takes a value, the [`Handle`] of a declared resource or an [`Output`] of one;
//! what does not fit does not compile. Everything here is pure: no I/O, no async, no clock, no
//! randomness and no AWS SDK. Stacks, checks and plans are in `jeancloud-stack`.
//!
//! Reading order: [`Address`] and [`Region`], then [`Value`] (what a property may hold), then
//! [`Input`] (known now or known later), then [`Resource`] and the [`resource!`] macro, then the
//! services, one module each, named as CloudFormation names them.

// `resource!` handles one property a step; the largest type has about ninety.
#![recursion_limit = "512"]

// The macros name this crate by its name, inside and outside of it.
extern crate self as jeancloud_model;

mod address;
mod input;
pub mod reference;
mod region;
mod resource;
mod tags;
pub mod text;
mod value;

pub mod application_auto_scaling;
pub mod catalogue;
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

pub use address::Address;
pub use input::{Given, Handle, Input, IntoInput, IntoInputs, IntoOptional, Output};
pub use reference::Reference;
pub use region::{AvailabilityZone, Az, Region};
pub use resource::{
    Facts, GeneratedName, Placement, Resource, ResourceKind, Tagging, Unique, to_json,
};
pub use tags::{Tag, Tags};
pub use text::{IntoText, Text};
pub use value::{AccountId, Arn, Bounded, Checked, Cidr, DnsName, Invalid, Ipv6Cidr, Port, Value};

/// What the macros of this crate expand to. Not part of the interface.
#[doc(hidden)]
pub mod private {
    pub use serde;
    pub use typed_builder;
}
