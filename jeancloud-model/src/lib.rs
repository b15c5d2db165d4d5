//! The jeancloud language: what can be asked of AWS, as typed Rust values.
//!
//! A resource type is a struct with a builder whose properties are those of its CloudFormation
//! type. A property takes a value, the [`Handle`] of a declared resource or an [`Output`] of one;
//! what does not fit does not compile. Everything here is pure: no I/O, no async, no clock, no
//! randomness and no AWS SDK.
//!
//! ```
//! use jeancloud_model::{Address, Az, Cidr, Handle, cidr, ec2::{Subnet, Vpc}, to_json};
//! use serde_json::json;
//!
//! const NET: Cidr = cidr!("10.0.0.0/16"); // a bad literal does not compile
//!
//! let vpc = Vpc::builder().cidr_block(NET).tag("Name", "web").build();
//! assert_eq!(
//!     to_json(&vpc),
//!     json!({"CidrBlock": "10.0.0.0/16", "Tags": [{"Key": "Name", "Value": "web"}]})
//! );
//!
//! // `scope.add("vpc", vpc)` of jeancloud-stack gives this handle.
//! let vpc: Handle<Vpc> = Handle::declared(Address::new("france/vpc"));
//! let subnet = Subnet::builder()
//!     .vpc_id(&vpc) // a string, or a bucket's handle, does not compile
//!     .cidr_block(cidr!("10.0.3.0/24" in NET)) // outside of NET: does not compile
//!     .availability_zone(Az::A)
//!     .build();
//! assert_eq!(to_json(&subnet)["VpcId"], json!({"$output": ["france/vpc", "VpcId"]}));
//! ```
//!
//! # Where things are
//!
//! - A service is a module named as CloudFormation names it ([`ec2`], [`rds`], …), and a resource
//!   type a struct in it that says which AWS document it follows. [`lookup`] has what a stack needs
//!   and does not own. [`catalogue`] lists every type.
//! - [`Value`] is what a property may hold, [`Input`] whether it is known now or later, [`Text`] free
//!   text in which outputs may stand ([`text!`]).
//! - [`Resource`] is what every type has, and [`Facts`] what the planner knows of it; [`resource!`]
//!   writes both.
//! - [`mod@reference`] is how a value that is known later stands in JSON.
//!
//! Stacks, checks, plans and the engine are in `jeancloud-stack`. A program depends on the facade
//! `jeancloud`, whose prelude has every name from here.

// `resource!` handles one property a step; the largest type has about ninety.
#![recursion_limit = "512"]

// The macros name this crate by its name, inside and outside of it.
extern crate self as jeancloud_model;

mod address;
mod change;
mod input;
pub mod reference;
mod region;
mod resource;
pub mod shape;
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
pub use change::{Conditional, Verdict};
pub use input::{Given, Handle, Input, IntoInput, IntoInputs, IntoOptional, Output};
pub use reference::Reference;
pub use region::{AvailabilityZone, Az, Region};
pub use resource::{
    Facts, GeneratedName, MovedByAws, Placement, Resource, ResourceKind, Tagging, Unique, to_json,
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
