//! State: what was done. A cache of what AWS knows, written before and after each action.
//!
//! [`State`] is the data, [`Entry`] one line of its journal. A [`StateStore`] keeps both;
//! [`FileStore`] does so in a folder, which it locks. A state never holds a secret, and it can be
//! rebuilt from AWS.

mod data;
mod error;
mod file;
mod folder;
mod lock;
mod store;

pub use data::{Entry, Intent, Record, Remembered, State, VERSION};
pub use error::StateError;
pub use file::FileStore;
pub use lock::LockHolder;
pub use store::StateStore;
