//! Tests of stacks on an AWS of their own: [`Aws`].
//!
//! ```
//! use jeancloud::{prelude::*, testing};
//!
//! fn network() -> Stack {
//!     let stack = Stack::new("web");
//!     let france = stack.region("france", Region::EuWest3);
//!     let vpc = france.add("vpc", Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build());
//!     france.add("private", Subnet::builder().vpc_id(&vpc).cidr_block(cidr!("10.0.3.0/24")).build());
//!     stack
//! }
//!
//! // A new AWS, and the stack on it: in milliseconds, with AWS's durations.
//! let aws = testing::Aws::new();
//! let applied = aws.apply(&network());
//! testing::assert_creates(&applied.plan, ["france/vpc", "france/private"]);
//! applied.assert_order("france/vpc", "france/private");
//! testing::assert_empty(&aws.plan(&network())); // AWS has what was asked for
//! assert_eq!(aws.count("ec2/subnet"), 1);
//! ```
//!
//! - What AWS has: [`Aws::inventory`], [`Aws::count`]; what it was asked: [`Aws::calls`].
//! - What jeancloud does about it: [`Aws::plan`], [`Aws::apply`], [`Aws::destroy`], and the
//!   assertions on plans; what happened when: [`Applied`].
//! - What goes wrong: [`Aws::with_faults`], [`Aws::lose_state`].
//! - Random stacks and faults for `proptest`, with the feature `proptest`: `testing::strategies`.
//!
//! Nothing here needs an asynchronous runtime, and nothing waits: a plain `#[test]` will do.

mod applied;
mod assertions;
mod aws;
mod blocking;
#[cfg(test)]
mod leaving;
#[cfg(feature = "proptest")]
pub mod strategies;

pub use crate::embedded::{Effect, Fault, Faults, Item, LoggedCall};
pub use applied::Applied;
pub use assertions::{
    assert_creates, assert_deletes, assert_empty, assert_replaces, assert_updates,
};
pub use aws::Aws;
