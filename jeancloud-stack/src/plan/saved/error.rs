//! [`SavedPlanError`]: why a plan could not be saved, read, or applied as it was saved.

use std::{io, path::PathBuf};

use thiserror::Error;

use super::{Moved, data::VERSION};
use crate::provider::Account;

/// Why a plan could not be saved, read, or applied as it was saved.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SavedPlanError {
    /// AWS was not asked what there is, so nothing could tell whether it has changed since.
    #[error("a plan that was made without asking AWS can't be saved")]
    NotAsked,
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
    /// What is to be written to is no file of its own: a link, a folder, a device.
    #[error("{} is no file: a plan is written to a new file, or over one", .0.display())]
    NoFile(PathBuf),
    /// The file is no saved plan, or a damaged one.
    #[error("{} is no saved plan, or a damaged one", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: serde_json::Error,
    },
    /// It has a format that this jeancloud does not know.
    #[error("{} has the format {found}; this jeancloud knows {VERSION}", path.display())]
    OtherFormat {
        /// Which file.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// It is another stack's.
    #[error("the plan is of the stack {planned}, this is {present}")]
    OtherStack {
        /// Whose it is.
        planned: String,
        /// Whose it should be.
        present: String,
    },
    /// It is for another account or endpoint.
    #[error("the plan is for {planned}, the credentials are of {present}")]
    OtherAccount {
        /// Whose it is.
        planned: Account,
        /// Whose the credentials are.
        present: Account,
    },
    /// What it stands on has changed since.
    #[error("what the plan stands on has changed since: {}", listed(.0))]
    Moved(Vec<Moved>),
}

fn listed(moved: &[Moved]) -> String {
    const SOME: usize = 3;
    let some = moved.iter().take(SOME).map(Moved::to_string);
    let mut text = some.collect::<Vec<_>>().join("; ");
    if moved.len() > SOME {
        text += &format!("; and {} more", moved.len() - SOME);
    }
    text
}
