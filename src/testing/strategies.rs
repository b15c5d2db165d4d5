//! Random stacks and faults for `proptest` (feature `proptest`).
//!
//! ```
//! use jeancloud::testing::{Aws, assert_empty, strategies};
//! use proptest::prelude::*;
//!
//! // Whatever the network is, and whatever gets lost: one apply does all of it, and the next has
//! // nothing to do.
//! proptest!(ProptestConfig::with_cases(16), |(
//!     network in strategies::networks(),
//!     faults in strategies::passing_faults(),
//! )| {
//!     let (aws, stack) = (Aws::new(), network.stack("random"));
//!     let unlucky = aws.with_faults(faults);
//!     unlucky.apply(&stack).assert_complete();
//!     assert_empty(&unlucky.plan(&stack));
//! });
//! ```

pub use jeancloud_emulator::strategies::{crashes, passing_faults};
pub use jeancloud_stack::strategies::{Network, networks};
