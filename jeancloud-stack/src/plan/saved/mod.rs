//! [`SavedPlan`]: a plan in a file, to be looked at, approved, and applied later exactly as shown.
//!
//! Nothing that a file says is ever done to AWS. What was planned once is planned again, on the same
//! ground: the same declarations, the same state, the same AWS. Planning is deterministic, so the
//! same plan comes out, or the ground has moved; then [`SavedPlan::moved`] says where. Secrets come
//! from the program both times: a file has only their fingerprints. The parameters that the program was
//! given are in it, but for secrets: they make the same declarations again.

mod compare;
mod data;
mod error;
mod file;
mod made;
mod moved;
mod seal;
#[cfg(test)]
mod tests;

pub use data::{Basis, SavedPlan};
pub use error::SavedPlanError;
pub use moved::{Ground, Moved, What};
