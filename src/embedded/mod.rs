//! The AWS in the process: [`Embedded`].
//!
//! The real handlers over the real SDK clients talk to `jeancloud-emulator` instead of a network: no
//! credentials, nothing billed, and what takes AWS minutes takes milliseconds. It is what `--embedded`
//! and the tour of a stack binary work on, and what [`testing`](crate::testing) stands on.
//!
//! ```
//! use jeancloud::{Session, embedded::Embedded, prelude::*, state::MemoryStore};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let stack = Stack::new("web");
//! let france = stack.region("france", Region::EuWest3);
//! france.add("vpc", Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build());
//!
//! let aws = Embedded::new();
//! let mut session = Session::new(&stack, aws.clone(), MemoryStore::new(stack.identity()));
//! let planned = session.plan().await?;
//! let outcome = session.apply(&planned, &Default::default(), &|_| {}).await?;
//! assert!(outcome.is_complete());
//! assert!(session.plan().await?.plan.is_empty());
//! let vpcs = aws.emulator().inventory();
//! assert!(vpcs.iter().any(|item| item.kind == "ec2/vpc" && item.region == "eu-west-3"));
//! # Ok(())
//! # }
//! ```

mod aws;
mod timeline;

pub use aws::Embedded;
pub use jeancloud_emulator::{
    Builder, Effect, Emulator, Fault, Faults, Item, LoggedCall, OpenError, PushError, Snapshot,
};
pub use timeline::{Recorder, Step, Timeline};
