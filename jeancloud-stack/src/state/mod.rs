//! State: what was done. A cache of what AWS knows, written before and after each action.
//!
//! [`State`] is the data, [`Entry`] one line of its journal, [`FileStore`] the folder that keeps
//! both. It never holds a secret, and it can be rebuilt from AWS.

mod data;
mod file;

pub use data::{Entry, Intent, Record, State, VERSION};
pub use file::{FileStore, LockHolder, StateError, StateStore};
