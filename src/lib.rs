//! AWS infrastructure as typed Rust: mistakes stop before AWS, plans leave nothing to decide, state
//! can be lost.
//!
//! A [`Stack`] declares what is wanted. A plan says every step from what AWS has to what is
//! declared. Applying does the steps. There are three ways to use it:
//!
//! - a stack binary with a whole command line: [`cli::main`];
//! - inside other programs: a [`Session`] plans and applies, returns data and emits events;
//! - in unit tests: [`plan_offline`] gives a plan as a value, for snapshots and assertions.
//!
//! ```
//! use jeancloud::prelude::*;
//!
//! let stack = Stack::new("web");
//! let france = stack.region("france", Region::EuWest3);
//! let vpc = france.add("vpc", Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build());
//! france.add("private-a", Subnet::builder()
//!     .vpc_id(&vpc)
//!     .cidr_block(cidr!("10.0.3.0/24"))
//!     .availability_zone(Az::A)
//!     .build());
//!
//! let planned = jeancloud::plan_offline(&stack).unwrap();
//! assert_eq!(planned.plan.summary.create, 2);
//! ```
//!
//! This crate is a facade: what can be asked for is in [`model`], what to do about it in
//! [`plan`], [`engine`] and [`state`], how AWS does it in [`aws`].

mod adopt;
#[cfg(feature = "cli")]
pub mod cli;
mod params;
pub mod prelude;
mod session;
#[cfg(test)]
mod testing;

/// The README's program compiles, and its stack is planned: a stack binary without arguments does
/// that.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use jeancloud_aws as aws;
pub use jeancloud_model as model;
pub use jeancloud_stack::{
    Declaration, Declared, Problem, Provider, ProviderError, Scope, Severity, Stack, View, check,
    engine, plan, provider, state,
};
pub use params::{KnownParameter, Listed, Params, ParamsError};
pub use session::{Planned, Session, plan_offline};
