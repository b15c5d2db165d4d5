//! `--embedded[=DIR]`: the AWS in the process, and where it and its state are kept.

use std::{fs, io, path::PathBuf};

use super::error::CliError;
use crate::embedded::{Embedded, OpenError};

/// What `--embedded` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It goes with the process.
    Nowhere,
    /// In this folder.
    In(PathBuf),
}

impl Kept {
    /// From `--embedded` or `--embedded=DIR`.
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        folder.map_or(Self::Nowhere, Self::In)
    }

    /// The folder of the state: beside what it is the state of.
    pub(crate) fn state(&self) -> Option<PathBuf> {
        match self {
            Self::Nowhere => None,
            Self::In(folder) => Some(folder.join(STATE)),
        }
    }

    /// The folder itself, by a path that is the same from everywhere.
    pub(crate) fn folder(&self) -> Option<PathBuf> {
        match self {
            Self::Nowhere => None,
            Self::In(folder) => Some(fs::canonicalize(folder).unwrap_or_else(|_| folder.clone())),
        }
    }

    /// How a person reads of it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Nowhere => "the AWS in this process".to_owned(),
            Self::In(folder) => format!("the AWS in {}", folder.display()),
        }
    }

    /// Refuses a folder that holds something else, before anything is put into it.
    pub(crate) fn check(&self) -> Result<(), CliError> {
        let Self::In(folder) = self else {
            return Ok(());
        };
        let failed = |source: io::Error| CliError::Embedded {
            attempted: format!("looking into {}", folder.display()),
            source: source.into(),
            hint: "name a folder: --embedded=DIR".to_owned(),
        };
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(failed)?,
        };
        for entry in entries {
            let name = entry.map_err(failed)?.file_name();
            if name != AWS && name != STATE {
                return Err(CliError::Usage {
                    wrong: format!(
                        "{} holds {}, which no embedded AWS has put there",
                        folder.display(),
                        name.display()
                    ),
                    hint: "name a new folder: --embedded=DIR makes it".to_owned(),
                });
            }
        }
        Ok(())
    }

    /// Opens it.
    pub(crate) fn open(&self) -> Result<Embedded, CliError> {
        let Self::In(folder) = self else {
            return Ok(Embedded::new());
        };
        Embedded::open(folder.join(AWS)).map_err(|error| CliError::Embedded {
            attempted: format!("opening {}", self.name()),
            hint: match &error {
                OpenError::Taken(_) => {
                    "wait until the other process is done, or name another folder".to_owned()
                }
                OpenError::Broken { .. } => format!(
                    "delete {}: what it held can be applied again",
                    folder.display()
                ),
                _ => "name a folder that can be written to".to_owned(),
            },
            source: error.into(),
        })
    }
}

/// Where the AWS is in its folder.
const AWS: &str = "aws";

/// Where the state of the stacks in it is.
const STATE: &str = "state";
