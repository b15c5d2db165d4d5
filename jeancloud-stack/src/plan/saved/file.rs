//! A saved plan as a file: JSON, for its owner alone, whole or not at all.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{SavedPlan, SavedPlanError, data::VERSION};
use crate::state::owners_alone;

impl SavedPlan {
    /// Writes it to a new file, or over one: with mode 0600, all at once, never through a link.
    ///
    /// # Errors
    /// Where the file can't be written, or `path` is a link, a folder or a device.
    pub fn write(&self, path: &Path) -> Result<(), SavedPlanError> {
        match fs::symlink_metadata(path) {
            Ok(there) if !there.is_file() => {
                return Err(SavedPlanError::NoFile(path.to_owned()));
            }
            _ => {}
        }
        let failed = |source| SavedPlanError::Io {
            attempted: "writing",
            path: path.to_owned(),
            source,
        };
        let mut text = serde_json::to_string_pretty(self).map_err(|error| failed(error.into()))?;
        text.push('\n');
        let beside = beside(path);
        let written = whole(&beside, text.as_bytes()).and_then(|()| fs::rename(&beside, path));
        if let Err(error) = written {
            // What is left of a full disk is of no use to anybody.
            let _ = fs::remove_file(&beside);
            return Err(failed(error));
        }
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = File::open(folder.unwrap_or(Path::new(".")));
        folder.and_then(|folder| folder.sync_all()).map_err(failed)
    }

    /// Reads one.
    ///
    /// # Errors
    /// Where the file can't be read, is damaged or no saved plan, or has another format.
    pub fn read(path: &Path) -> Result<Self, SavedPlanError> {
        #[derive(Deserialize)]
        struct Format {
            version: u32,
        }
        let text = fs::read(path).map_err(|source| SavedPlanError::Io {
            attempted: "reading",
            path: path.to_owned(),
            source,
        })?;
        let malformed = |source| SavedPlanError::Malformed {
            path: path.to_owned(),
            source,
        };
        let Format { version } = serde_json::from_slice(&text).map_err(malformed)?;
        if version != VERSION {
            return Err(SavedPlanError::OtherFormat {
                path: path.to_owned(),
                found: version,
            });
        }
        serde_json::from_slice(&text).map_err(malformed)
    }
}

/// A name in the same folder that nothing has.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}", uuid::Uuid::new_v4().simple()))
}

fn whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = owners_alone().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
