//! State: what was done. A cache of what AWS knows, written before and after each action.
//!
//! [`State`] is the data, [`Entry`] one line of its journal. A [`StateStore`] keeps both;
//! [`FileStore`] does so in a folder, which it locks; [`MemoryStore`] for as long as a process lives. A state never holds a secret, and it can be
//! rebuilt from AWS.

mod data;
mod error;
mod file;
mod folder;
mod lock;
mod memory;
mod store;

pub use data::{Attempt, Entry, Intent, Record, Remembered, State, VERSION};
pub use error::StateError;
pub use file::FileStore;
pub(crate) use folder::options as owners_alone;
pub use lock::LockHolder;
pub use memory::MemoryStore;
pub use store::StateStore;
