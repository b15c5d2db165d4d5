//! AWS infrastructure as typed Rust: mistakes stop before AWS, plans leave nothing to decide, state
//! can be lost.
//!
//! A [`Stack`] declares what is wanted. A plan says every step from what AWS has to what is
//! declared. Applying does the steps.
//!
//! ```
//! use jeancloud::prelude::*;
//!
//! let stack = Stack::new("web");
//! let france = stack.region("france", Region::EuWest3);
//! let vpc = france.add("vpc", Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build());
//! france.add("private-a", Subnet::builder()
//!     .vpc_id(&vpc) // a handle: a string, or a bucket's handle, does not compile
//!     .cidr_block(cidr!("10.0.3.0/24"))
//!     .availability_zone(Az::A)
//!     .build());
//!
//! // What the compiler can't see is refused before AWS is asked, every mistake at once.
//! assert!(stack.check().is_empty());
//!
//! let planned = jeancloud::plan_offline(&stack).unwrap();
//! assert_eq!(planned.plan.summary.create, 2);
//! ```
//!
//! # Three ways to use it
//!
//! - A stack binary with a whole command line (plan, apply, destroy, …): [`cli::main()`].
//! - Inside other programs: a [`Session`] plans and applies, returns data and emits events.
//! - In unit tests: [`plan_offline`] gives a plan as a value, for snapshots and assertions, and
//!   [`testing::Aws`] is an AWS of the test's own, on which a stack is applied, changed and broken.
//!
//! # Where to go next
//!
//! - [`prelude`]: every name that a stack needs; [`Stack`] and [`Scope`]: declaring; [`Params`]: what
//!   a person may set of a stack.
//! - [`model`]: the language, one module a service, named as CloudFormation names them. AWS's own
//!   documentation of a property is its documentation.
//! - [`check`]: what AWS would refuse, or take and not work with.
//! - [`mod@plan`], [`engine`], [`state`]: what to do, doing it, and what was done.
//! - [`aws`]: how AWS does it, behind the trait [`Provider`], which a test can implement over a map.
//! - [`embedded`]: the AWS in the process, for programs; [`testing`]: for tests.
//!
//! This crate is a facade: `jeancloud-model`, `jeancloud-stack` and `jeancloud-aws` do the work, and
//! `jeancloud-emulator` is the AWS in the process.
//!
//! # Features
//!
//! - `cli` (default): the command line of stack binaries.
//! - `embedded` (default): the AWS in the process. Without both, the SDK's network is the only way out.
//! - `proptest`: random stacks and faults, `testing::strategies`.

mod adopt;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "embedded")]
pub mod embedded;
#[cfg(test)]
mod maps;
mod params;
pub mod prelude;
mod session;
#[cfg(feature = "embedded")]
pub mod testing;

/// The README's program compiles, and its stack is planned: a stack binary without arguments does
/// that.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use jeancloud_aws as aws;
pub use jeancloud_model as model;
pub use jeancloud_stack::{
    Declaration, Declare, Declared, Lifecycle, Problem, Provider, ProviderError, Scope, Severity,
    Stack, View, WithLifecycle, check, engine, plan, provider, state, time,
};
pub use params::{KnownParameter, Listed, Params, ParamsError};
pub use plan::{SavedPlan, SavedPlanError};
pub use session::{Planned, Session, plan_offline};
