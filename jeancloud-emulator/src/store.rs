//! [`Store`]: a folder that keeps a world between processes.
//!
//! `world.json` is the whole; `journal.jsonl` has a line for each call since. Opening puts the
//! journal into the whole. A line that was cut off by a crash is a call that didn't happen.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::world::{Change, Margin, World};

/// Why a folder can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or another emulator of this one, has it open.
    #[error("{} is open in another emulator", .0.display())]
    Taken(PathBuf),
    /// The folder or its files can't be read or written.
    #[error("can't use {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not what an emulator writes.
    #[error("{} was not written by this version of the emulator", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// Everything, or what one call changed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Saved {
    pub margin: Margin,
    pub resources: Vec<Change>,
}

impl Saved {
    pub fn of(world: &World) -> Self {
        Self {
            margin: world.margin(),
            resources: world.dump(),
        }
    }

    pub fn restore(self, world: &mut World) -> Result<(), serde_json::Error> {
        for change in self.resources {
            world.restore(change)?;
        }
        world.restore_margin(self.margin);
        Ok(())
    }
}

/// An open folder.
#[derive(Debug)]
pub(crate) struct Store {
    journal: File,
    /// Held as long as the folder is open.
    _lock: File,
}

impl Store {
    /// Opens a folder, makes it if need be, and puts its content into `world`.
    pub fn open(folder: &Path, world: &mut World) -> Result<Self, OpenError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| OpenError::Io { path, source }
        };
        fs::create_dir_all(folder).map_err(io(folder))?;
        let lock_path = folder.join("lock");
        let lock = File::create(&lock_path).map_err(io(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(OpenError::Taken(folder.to_owned())),
            Err(TryLockError::Error(source)) => return Err(io(&lock_path)(source)),
        }
        let whole_path = folder.join("world.json");
        let journal_path = folder.join("journal.jsonl");
        if let Some(whole) = read(&whole_path)? {
            restore(&whole, &whole_path, world)?;
        }
        let journal = read(&journal_path)?.unwrap_or_default();
        // The last line may have been cut off.
        let complete = journal.rfind('\n').map_or("", |end| &journal[..end]);
        for line in complete.lines() {
            restore(line, &journal_path, world)?;
        }
        let text = serde_json::to_string(&Saved::of(world)).expect("a world is plain data");
        let new_path = folder.join("world.json.new");
        fs::write(&new_path, text).map_err(io(&new_path))?;
        fs::rename(&new_path, &whole_path).map_err(io(&whole_path))?;
        // All of it is in the whole now.
        world.take_changes();
        let journal = File::create(&journal_path).map_err(io(&journal_path))?;
        Ok(Self {
            journal,
            _lock: lock,
        })
    }

    /// Writes down what changed since the last time.
    pub fn append(&mut self, world: &mut World) -> io::Result<()> {
        let resources = world.take_changes();
        if resources.is_empty() {
            return Ok(());
        }
        let margin = world.margin();
        let mut line = serde_json::to_string(&Saved { margin, resources })?;
        line.push('\n');
        self.journal.write_all(line.as_bytes())
    }
}

fn read(path: &Path) -> Result<Option<String>, OpenError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(OpenError::Io {
            path: path.to_owned(),
            source,
        }),
    }
}

fn restore(text: &str, path: &Path, world: &mut World) -> Result<(), OpenError> {
    let saved = serde_json::from_str(text).and_then(|saved: Saved| saved.restore(world));
    saved.map_err(|source| OpenError::Broken {
        path: path.to_owned(),
        source,
    })
}
