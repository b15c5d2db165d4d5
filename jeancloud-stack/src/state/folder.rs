//! The folder of a state and its files: for the owner alone, never through a link.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::{self, Read},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use rustix::fs::OFlags;

use super::StateError;

/// Makes a folder and those above it, where they are missing.
pub(super) fn make(folder: &Path) -> Result<(), StateError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|source| StateError::Io {
        attempted: "making",
        path: folder.to_owned(),
        source,
    })
}

/// What a file holds; `None` where there is none.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, StateError> {
    let failed = |source| StateError::Io {
        attempted: "reading",
        path: path.to_owned(),
        source,
    };
    let mut file = match options().read(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(failed)?;
    Ok(Some(bytes))
}

/// Gives a file that is damaged another name, which nothing has, and returns it: nobody deletes it.
pub(super) fn put_aside(path: &Path) -> Result<PathBuf, StateError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let mut number = now.map_or(0, |now| now.as_secs());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut aside = path.with_file_name(format!("{name}.damaged-{number}"));
    while fs::symlink_metadata(&aside).is_ok() {
        number += 1;
        aside = path.with_file_name(format!("{name}.damaged-{number}"));
    }
    fs::rename(path, &aside).map_err(|source| StateError::Io {
        attempted: "putting aside",
        path: path.to_owned(),
        source,
    })?;
    Ok(aside)
}

/// How files are opened: for the owner alone, never through a link.
pub(crate) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options
        .mode(0o600)
        .custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
    options
}
