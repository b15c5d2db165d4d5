//! [`StateError`]: why a state could not be read or written.

use std::{io, path::PathBuf};

use thiserror::Error;

use super::VERSION;

/// Why a state could not be read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StateError {
    /// Reading or writing failed.
    #[error("{attempted} {}", path.display())]
    Io {
        /// What was attempted, as `reading`.
        attempted: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The file is no state.
    #[error("{} is no state of jeancloud's", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: serde_json::Error,
    },
    /// It is another stack's.
    #[error("{} is the state of the stack {found}, not of {expected}", path.display())]
    OtherStack {
        /// Which file.
        path: PathBuf,
        /// Whose it is.
        found: String,
        /// Whose it should be.
        expected: String,
    },
    /// It was written by a newer jeancloud.
    #[error("{} has the format {found}; this jeancloud knows up to {VERSION}: use a newer one", path.display())]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// Another process works with it.
    #[error("another jeancloud works with {}: {holder}", path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
        /// Who, as far as it is known.
        holder: String,
    },
}
