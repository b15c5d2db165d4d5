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
    lock::{self, Lock},
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
    /// The length of the journal up to the end of its last whole line.
    whole: u64,
    // Held as long as the store lives.
    _lock: Lock,
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
        Self::with(folder, lock, load(folder, stack)?)
    }

    /// The same for who makes the state anew: a file that is damaged is put aside, under a name that
    /// ends in `.damaged-` and the time, and counts for nothing. Gives these names too.
    ///
    /// # Errors
    /// As [`FileStore::open`], but for damaged files.
    pub fn open_without_damaged(
        folder: &Path,
        stack: &str,
    ) -> Result<(Self, Vec<PathBuf>), StateError> {
        folder::make(folder)?;
        let lock = lock::take(folder)?;
        let mut aside = Vec::new();
        let loaded = loop {
            match load(folder, stack) {
                Err(StateError::Malformed { path, .. }) => aside.push(folder::put_aside(&path)?),
                loaded => break loaded?,
            }
        };
        Ok((Self::with(folder, lock, loaded)?, aside))
    }

    fn with(folder: &Path, lock: Lock, (state, whole): (State, u64)) -> Result<Self, StateError> {
        let path = folder.join(Self::JOURNAL);
        let journal = options().append(true).create(true).open(&path);
        // What follows a line without its end would become part of it.
        let journal = journal.and_then(|journal| journal.set_len(whole).map(|()| journal));
        let journal = journal.map_err(|source| StateError::Io {
            attempted: "opening",
            path,
            source,
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            state,
            journal,
            whole,
            _lock: lock,
        })
    }

    /// The state of `stack` in `folder`, without locking it; an empty one where there is none.
    ///
    /// # Errors
    /// As [`FileStore::open`], but for the lock.
    pub fn read(folder: &Path, stack: &str) -> Result<State, StateError> {
        load(folder, stack).map(|(state, _)| state)
    }

    /// Who holds the lock of `folder`, if anybody does.
    ///
    /// # Errors
    /// Where the folder can't be read.
    pub fn holder(folder: &Path) -> Result<Option<LockHolder>, StateError> {
        lock::holder(folder)
    }
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
        let written = self.journal.write_all(line.as_bytes());
        if let Err(error) = written.and_then(|()| self.journal.sync_data()) {
            // Half a line, on a full disk: a later one must not stand behind it.
            let _ = self.journal.set_len(self.whole);
            return Err(failed(error));
        }
        self.whole += line.len() as u64;
        self.state.apply(entry);
        Ok(())
    }

    async fn compact(&mut self) -> Result<(), StateError> {
        let path = self.folder.join(Self::STATE);
        let failed = |source| StateError::Io {
            attempted: "writing",
            path: path.clone(),
            source,
        };
        let mut text =
            serde_json::to_string_pretty(&self.state).map_err(|error| failed(error.into()))?;
        text.push('\n');
        let beside = self.folder.join("state.json.new");
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let mut file = options()
            .write(true)
            .create_new(true)
            .open(&beside)
            .map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        fs::rename(&beside, &path).map_err(failed)?;
        let folder = File::open(&self.folder).and_then(|folder| folder.sync_all());
        folder.map_err(failed)?;
        // Entries applied twice give the same state, so a crash just here is harmless.
        self.whole = 0;
        self.journal
            .set_len(0)
            .and_then(|()| self.journal.sync_all())
            .map_err(failed)
    }
}

/// The state, and how much of the journal is whole lines.
///
/// The journal is read first: where another process empties it meanwhile, the state that is read
/// then has what stood in it, and an entry that is applied twice changes nothing.
fn load(folder: &Path, stack: &str) -> Result<(State, u64), StateError> {
    let journal_path = folder.join(FileStore::JOURNAL);
    let journal = read(&journal_path)?.unwrap_or_default();
    let path = folder.join(FileStore::STATE);
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
    let mut whole = 0;
    for line in journal.split_inclusive(|byte| *byte == b'\n') {
        // A process that was killed while writing leaves a last line without its end.
        if !line.ends_with(b"\n") {
            break;
        }
        let entry = serde_json::from_slice(line).map_err(|source| StateError::Malformed {
            path: journal_path.clone(),
            source,
        })?;
        state.apply(entry);
        whole += line.len() as u64;
    }
    Ok((state, whole))
}

fn parse(path: &Path, text: &[u8]) -> Result<State, StateError> {
    #[derive(Deserialize)]
    struct Format {
        version: u32,
    }
    let malformed = |source| StateError::Malformed {
        path: path.to_owned(),
        source,
    };
    let Format { version } = serde_json::from_slice(text).map_err(malformed)?;
    if version > VERSION {
        return Err(StateError::Newer {
            path: path.to_owned(),
            found: version,
        });
    }
    serde_json::from_slice(text).map_err(malformed)
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
                properties: serde_json::Value::Null,
                replace_when: vec![],
                since: 0,
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
        drop(store);
        let path = folder.path().join("journal.jsonl");
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{whole}{{\"entry\":\"be")).unwrap();
        assert_eq!(FileStore::read(folder.path(), "s").unwrap(), expected);
        // What is written after the crash stands on a line of its own.
        let mut store = FileStore::open(folder.path(), "s").unwrap();
        store.record(entry("c/d")).await.unwrap();
        let expected = store.state().clone();
        drop(store);
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

    #[tokio::test]
    async fn a_damaged_file_is_put_aside_whole_where_the_state_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = FileStore::open(folder.path(), "s").unwrap();
        store.record(entry("a/b")).await.unwrap();
        let known = store.state().clone();
        drop(store);
        let path = folder.path().join("state.json");
        for damage in ["{\"version\": 1, \"sta", "nonsense"] {
            fs::write(&path, damage).unwrap();
            let refused = FileStore::open(folder.path(), "s");
            assert!(matches!(refused, Err(StateError::Malformed { .. })));
            let (store, aside) = FileStore::open_without_damaged(folder.path(), "s").unwrap();
            // What the journal says is still known.
            assert_eq!(*store.state(), known);
            let [aside] = &aside[..] else {
                panic!("one file is damaged, and put aside are {aside:?}")
            };
            assert_eq!(fs::read_to_string(aside).unwrap(), damage);
            let name = aside.file_name().unwrap().to_string_lossy();
            assert!(name.starts_with("state.json.damaged-"), "{name}");
        }
        fs::write(folder.path().join("journal.jsonl"), "nonsense\n").unwrap();
        let (store, aside) = FileStore::open_without_damaged(folder.path(), "s").unwrap();
        assert_eq!((store.state(), aside.len()), (&State::empty("s"), 1));
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
