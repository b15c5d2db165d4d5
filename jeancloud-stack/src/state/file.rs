//! [`FileStore`]: state in a folder: `state.json`, `journal.jsonl` and `lock`.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use serde::Deserialize;

use super::{
    Entry, LockHolder, State, StateError, StateStore, VERSION,
    folder::{self, options, read},
    lock,
};

/// State in a folder of one's own.
///
/// The folder is made with mode 0700, its files with 0600; links are not followed. `lock` is locked
/// with the operating system's lock as long as the store lives, so a killed process leaves none.
#[derive(Debug)]
pub struct FileStore {
    folder: PathBuf,
    state: State,
    journal: File,
    // Held for its lock.
    _lock: File,
}

impl FileStore {
    const STATE: &str = "state.json";
    const JOURNAL: &str = "journal.jsonl";

    /// Opens the state of `stack` in `folder` and locks it; a new one is empty.
    ///
    /// # Errors
    /// Where another process holds it, or it is another stack's, or a newer format, or can't be
    /// read or written.
    pub fn open(folder: &Path, stack: &str) -> Result<Self, StateError> {
        folder::make(folder)?;
        let lock = lock::take(folder)?;
        let Loaded { state, cut_off } = Self::load(folder, stack)?;
        let path = folder.join(Self::JOURNAL);
        let journal = options().append(true).create(true).open(&path);
        let journal = journal.map_err(|source| StateError::Io {
            attempted: "opening",
            path,
            source,
        })?;
        let mut store = Self {
            folder: folder.to_owned(),
            state,
            journal,
            _lock: lock,
        };
        if cut_off {
            // Or the next entry would be written behind half a line.
            store.write_whole()?;
        }
        Ok(store)
    }

    /// The state of `stack` in `folder`, without locking it; an empty one where there is none.
    ///
    /// # Errors
    /// As [`FileStore::open`], but for the lock.
    pub fn read(folder: &Path, stack: &str) -> Result<State, StateError> {
        Self::load(folder, stack).map(|loaded| loaded.state)
    }

    /// Who holds the lock of `folder`, if anybody does.
    ///
    /// # Errors
    /// Where the folder can't be read.
    pub fn holder(folder: &Path) -> Result<Option<LockHolder>, StateError> {
        lock::holder(folder)
    }

    fn load(folder: &Path, stack: &str) -> Result<Loaded, StateError> {
        let path = folder.join(Self::STATE);
        let mut state = match read(&path)? {
            None => State::empty(stack),
            Some(text) => parse(&path, &text)?,
        };
        if state.stack != stack {
            return Err(StateError::OtherStack {
                path,
                found: state.stack,
                expected: stack.to_owned(),
            });
        }
        let path = folder.join(Self::JOURNAL);
        let journal = read(&path)?.unwrap_or_default();
        for line in journal.split_inclusive('\n') {
            match serde_json::from_str::<Entry>(line) {
                Ok(entry) => state.apply(entry),
                // A process that was killed while writing leaves a last line without its end.
                Err(_) if !line.ends_with('\n') => {}
                Err(source) => return Err(StateError::Malformed { path, source }),
            }
        }
        let cut_off = !journal.is_empty() && !journal.ends_with('\n');
        Ok(Loaded { state, cut_off })
    }

    /// Writes the whole state beside the old one, puts it in its place, and empties the journal.
    fn write_whole(&mut self) -> Result<(), StateError> {
        let path = self.folder.join(Self::STATE);
        let failed = |source| StateError::Io {
            attempted: "writing",
            path: path.clone(),
            source,
        };
        let mut text =
            serde_json::to_string_pretty(&self.state).map_err(|error| failed(error.into()))?;
        text.push('\n');
        self.replace(&path, &text).map_err(failed)?;
        // Entries applied twice give the same state, so a crash just here is harmless.
        self.journal
            .set_len(0)
            .and_then(|()| self.journal.sync_all())
            .map_err(failed)
    }

    /// Gives `path` another text, so that after a crash it has the old one or the new one.
    fn replace(&self, path: &Path, text: &str) -> io::Result<()> {
        let beside = self.folder.join("state.json.new");
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = options().write(true).create_new(true).open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        File::open(&self.folder)?.sync_all()
    }
}

/// What a folder holds.
struct Loaded {
    state: State,
    /// Whether the journal's last line lacks its end.
    cut_off: bool,
}

#[async_trait]
impl StateStore for FileStore {
    fn state(&self) -> &State {
        &self.state
    }

    async fn record(&mut self, entry: Entry) -> Result<(), StateError> {
        let path = self.folder.join(Self::JOURNAL);
        let failed = |source| StateError::Io {
            attempted: "writing",
            path: path.clone(),
            source,
        };
        let mut line = serde_json::to_string(&entry).map_err(|error| failed(error.into()))?;
        line.push('\n');
        self.journal.write_all(line.as_bytes()).map_err(failed)?;
        self.journal.sync_data().map_err(failed)?;
        self.state.apply(entry);
        Ok(())
    }

    async fn compact(&mut self) -> Result<(), StateError> {
        self.write_whole()
    }
}

fn parse(path: &Path, text: &str) -> Result<State, StateError> {
    #[derive(Deserialize)]
    struct Format {
        version: u32,
    }
    let malformed = |source| StateError::Malformed {
        path: path.to_owned(),
        source,
    };
    let Format { version } = serde_json::from_str(text).map_err(malformed)?;
    if version > VERSION {
        return Err(StateError::Newer {
            path: path.to_owned(),
            found: version,
        });
    }
    serde_json::from_str(text).map_err(malformed)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, symlink};

    use jeancloud_model::Address;

    use super::*;
    use crate::state::Intent;

    fn entry(name: &str) -> Entry {
        Entry::Began {
            address: Address::new(name),
            intent: Intent {
                type_name: "AWS::EC2::VPC".into(),
                region: jeancloud_model::Region::EuWest3,
                generation: 1,
                token: "t".into(),
                id: None,
            },
        }
    }

    #[tokio::test]
    async fn what_is_recorded_is_there_after_a_crash_and_after_compaction() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = FileStore::open(folder.path(), "s").unwrap();
        store.record(entry("a/b")).await.unwrap();
        let expected = store.state().clone();
        drop(store);
        assert_eq!(FileStore::read(folder.path(), "s").unwrap(), expected);
        let mut store = FileStore::open(folder.path(), "s").unwrap();
        store.compact().await.unwrap();
        assert_eq!(
            fs::read_to_string(folder.path().join("journal.jsonl")).unwrap(),
            ""
        );
        assert_eq!(FileStore::read(folder.path(), "s").unwrap(), expected);
        for file in ["state.json", "journal.jsonl", "lock"] {
            let mode = fs::metadata(folder.path().join(file)).unwrap().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
    }

    #[tokio::test]
    async fn a_line_cut_off_by_a_crash_is_dropped_and_any_other_bad_line_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = FileStore::open(folder.path(), "s").unwrap();
        store.record(entry("a/b")).await.unwrap();
        let expected = store.state().clone();
        let path = folder.path().join("journal.jsonl");
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{whole}{{\"entry\":\"be")).unwrap();
        assert_eq!(FileStore::read(folder.path(), "s").unwrap(), expected);
        fs::write(&path, format!("nonsense\n{whole}")).unwrap();
        assert!(matches!(
            FileStore::read(folder.path(), "s"),
            Err(StateError::Malformed { .. })
        ));
    }

    #[tokio::test]
    async fn what_is_recorded_after_such_a_crash_is_there_too() {
        let folder = tempfile::tempdir().unwrap();
        let whole = serde_json::to_string(&entry("b/c")).unwrap();
        for cut_off in [&whole[..5], &whole] {
            let path = folder.path().join("journal.jsonl");
            fs::write(&path, cut_off).unwrap();
            let mut store = FileStore::open(folder.path(), "s").unwrap();
            store.record(entry("a/b")).await.unwrap();
            let expected = store.state().clone();
            drop(store);
            assert_eq!(FileStore::read(folder.path(), "s").unwrap(), expected);
        }
    }

    #[test]
    fn a_second_process_is_kept_out_and_told_who_is_inside() {
        let folder = tempfile::tempdir().unwrap();
        let _first = FileStore::open(folder.path(), "s").unwrap();
        let error = FileStore::open(folder.path(), "s").unwrap_err();
        assert!(
            error
                .to_string()
                .contains(&format!("process {}", std::process::id())),
            "{error}"
        );
    }

    #[tokio::test]
    async fn states_of_other_stacks_and_newer_formats_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        FileStore::open(folder.path(), "s")
            .unwrap()
            .compact()
            .await
            .unwrap();
        assert!(matches!(
            FileStore::open(folder.path(), "t"),
            Err(StateError::OtherStack { .. })
        ));
        let path = folder.path().join("state.json");
        let text = fs::read_to_string(&path)
            .unwrap()
            .replace("\"version\": 1", "\"version\": 2");
        fs::write(&path, text).unwrap();
        assert!(matches!(
            FileStore::open(folder.path(), "s"),
            Err(StateError::Newer { found: 2, .. })
        ));
    }

    #[test]
    fn links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::NamedTempFile::new().unwrap();
        symlink(outside.path(), folder.path().join("state.json")).unwrap();
        assert!(matches!(
            FileStore::open(folder.path(), "s"),
            Err(StateError::Io { .. })
        ));
    }
}
