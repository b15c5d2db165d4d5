//! The lock of a state's folder, and [`LockHolder`]: who has it.
//!
//! The operating system's lock decides; what is written in the file only says whose it is.

use std::{
    fs::{File, TryLockError},
    io::Write,
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::{
    StateError,
    folder::{options, read},
};

/// The file that is locked.
const LOCK: &str = "lock";

/// Who holds a state's lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockHolder {
    /// The process's number.
    pub process: u32,
    /// The user's name, as the environment tells it; else `user` and its number.
    pub user: String,
    /// The machine's name.
    pub host: String,
    /// Seconds since 1970.
    pub since: u64,
}

/// A folder's lock, as long as it lives.
#[derive(Debug)]
pub(super) struct Lock(File);

/// Closing the file would do, if no other thread had just begun to start a process, which has the
/// file too until it runs.
impl Drop for Lock {
    fn drop(&mut self) {
        // Whatever goes wrong here, the file is closed next.
        let _ = self.0.unlock();
    }
}

/// Locks a folder.
pub(super) fn take(folder: &Path) -> Result<Lock, StateError> {
    let path = folder.join(LOCK);
    let failed = |source| StateError::Io {
        attempted: "locking",
        path: path.clone(),
        source,
    };
    let mut file = options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let holder =
                read(&path)?.and_then(|text| serde_json::from_slice::<LockHolder>(&text).ok());
            let holder = holder.map_or_else(
                || "it is just starting".to_owned(),
                |holder| holder.to_string(),
            );
            return Err(StateError::Locked {
                path: folder.to_owned(),
                holder,
            });
        }
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    let text =
        serde_json::to_string(&LockHolder::this_process()).map_err(|error| failed(error.into()))?;
    file.set_len(0)
        .and_then(|()| file.write_all(text.as_bytes()))
        .map_err(failed)?;
    Ok(Lock(file))
}

/// Who holds the lock of a folder, if anybody does.
pub(super) fn holder(folder: &Path) -> Result<Option<LockHolder>, StateError> {
    let path = folder.join(LOCK);
    let Some(text) = read(&path)? else {
        return Ok(None);
    };
    let file = options().read(true).open(&path);
    let file = file.map_err(|source| StateError::Io {
        attempted: "opening",
        path,
        source,
    })?;
    match file.try_lock() {
        Ok(()) => Ok(None),
        Err(_) => Ok(serde_json::from_slice(&text).ok()),
    }
}

impl LockHolder {
    fn this_process() -> Self {
        let host = rustix::system::uname()
            .nodename()
            .to_string_lossy()
            .into_owned();
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Self {
            process: std::process::id(),
            user: user(|variable| std::env::var(variable).ok()),
            host,
            since: since.map_or(0, |since| since.as_secs()),
        }
    }
}

/// Who we are: services and containers know no name.
fn user(variable: impl Fn(&str) -> Option<String>) -> String {
    let named = |name| variable(name).filter(|name| !name.is_empty());
    named("USER")
        .or_else(|| named("LOGNAME"))
        .unwrap_or_else(|| format!("user {}", rustix::process::getuid().as_raw()))
}

impl std::fmt::Display for LockHolder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "process {} of {} on {}",
            self.process, self.user, self.host
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_environment_knows_no_name_the_users_number_is_told() {
        let of = |wanted: &'static str| user(move |name| (name == wanted).then(|| "anne".into()));
        assert_eq!((of("USER"), of("LOGNAME")), ("anne".into(), "anne".into()));
        let uid = rustix::process::getuid().as_raw();
        assert_eq!(user(|_| None), format!("user {uid}"));
        assert_eq!(user(|_| Some(String::new())), format!("user {uid}"));
    }

    #[test]
    fn a_folder_is_free_at_once_even_if_a_process_that_begins_has_the_file() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let lock = take(folder.path()).expect("nobody has it");
        let of_the_other = lock.0.try_clone().expect("files can be doubled");
        assert!(take(folder.path()).is_err());
        drop(lock);
        take(folder.path()).expect("it was given back");
        drop(of_the_other);
    }
}
