//! Stacks, checks, plans, state and the engine: what to do about what a stack asks for.
//!
//! Nothing here knows an AWS SDK. The engine talks to AWS through the [`Provider`] trait, which
//! `jeancloud-aws` implements over the `aws-sdk-*` clients.
//!
//! ```
//! use jeancloud_model::{Region, cidr, ec2::{Subnet, Vpc}};
//! use jeancloud_stack::{Stack, plan::{Observations, PlanInput, plan}, state::State};
//!
//! let stack = Stack::new("web");
//! let france = stack.region("france", Region::EuWest3);
//! let vpc = france.add("vpc", Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build());
//! france.add("private-a", Subnet::builder().vpc_id(&vpc).cidr_block(cidr!("10.0.3.0/24")).build());
//! assert!(stack.check().is_empty()); // otherwise: every mistake, each with AWS's rule and a way out
//!
//! // A plan for an empty account. `engine::survey` gives the observations of one that isn't.
//! let (view, state) = (stack.view(), State::empty(&stack.identity()));
//! let observed = &Observations::default();
//! let (plan, _report) = plan(PlanInput { view: &view, state: &state, observed })?;
//! let addresses: Vec<_> = plan.actions.iter().map(|action| action.address.as_str()).collect();
//! assert_eq!(addresses, ["france/vpc", "france/private-a"]);
//! assert_eq!(plan.actions[1].after, [0]); // the subnet waits for its VPC
//! # Ok::<(), jeancloud_stack::plan::PlanError>(())
//! ```
//!
//! # Reading order
//!
//! - [`Stack`], [`Scope`]: what is declared, [`Declare`]: with what lifecycle; [`View`]: looking around in it.
//! - [`check`]: what is wrong with it. A [`Problem`] is one mistake with its way out.
//! - [`mod@plan`]: what to do. Pure and deterministic.
//! - [`engine`]: looking at AWS and doing what a plan says, through a [`Provider`].
//! - [`state`]: what was done, in a folder.
//! - [`time`]: the machine's time, or a simulated one.
//!
//! Programs use these through the facade `jeancloud`, whose `Session` puts them together.

pub mod check;
mod cloudformation;
pub mod engine;
mod lifecycle;
mod ownership;
pub mod plan;
pub mod provider;
mod stack;
pub mod state;
#[cfg(feature = "proptest")]
pub mod strategies;
pub mod terraform;
pub mod time;
mod view;
mod words;

pub use check::{Problem, Severity};
pub use lifecycle::{Declare, Lifecycle, WithLifecycle};
pub use provider::{Provider, ProviderError};
pub use stack::{Declaration, Scope, Stack};
pub use view::{Declared, View};
