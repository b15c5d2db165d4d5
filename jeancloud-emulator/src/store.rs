//! [`Store`]: a folder that keeps a world between processes.
//!
//! `world.json` is the whole; `journal.jsonl` has a line for each call since, with what it changed.
//! Opening puts the journal into the whole, as does a journal that has outgrown it. A line that was
//! cut off by a crash is a call that didn't happen. What a process wrote outlives its end, however
//! sudden; only the whole is put through to the disk before it is relied on.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::world::{Change, Margin, World};

/// The number of the format. It counts up when an older emulator couldn't read a folder any more.
const VERSION: u32 = 1;

/// A journal that is longer than this, and than twice the whole, is put into it.
const LONG_JOURNAL: u64 = 1 << 20;

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
    /// Another version of the emulator wrote a file, in a form of its own.
    #[error("{} has the format {found}; this emulator reads {VERSION}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The number of its format.
        found: u32,
    },
    /// A file is not what an emulator writes.
    #[error("{} was not written by an emulator", path.display())]
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
    version: u32,
    margin: Margin,
    resources: Vec<Change>,
}

/// What of any version can be read.
#[derive(Deserialize)]
struct Format {
    version: u32,
}

impl Saved {
    /// Everything.
    pub fn of(world: &World) -> Self {
        Self {
            version: VERSION,
            margin: world.margin(),
            resources: world.dump(),
        }
    }

    /// What changed since it was last asked; nothing if nothing did.
    fn changes_of(world: &mut World) -> Option<Self> {
        let resources = world.take_changes();
        if resources.is_empty() && !world.has_other_tasks() {
            return None;
        }
        Some(Self {
            version: VERSION,
            margin: world.take_margin(),
            resources,
        })
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
    folder: PathBuf,
    journal: File,
    /// How much of the journal is whole lines.
    length: u64,
    /// Lines that couldn't be written yet.
    unwritten: Vec<u8>,
    /// How long `world.json` is; nothing, if it is to be written anew.
    whole: Option<u64>,
    /// Held as long as the folder is open.
    _lock: File,
}

impl Store {
    /// Opens a folder, makes it if need be, and puts its content into `world`.
    pub fn open(folder: &Path, world: &mut World) -> Result<Self, OpenError> {
        fs::create_dir_all(folder).map_err(trouble(folder))?;
        let lock_path = folder.join("lock");
        let lock = File::create(&lock_path).map_err(trouble(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(OpenError::Taken(folder.to_owned())),
            Err(TryLockError::Error(source)) => return Err(trouble(&lock_path)(source)),
        }
        world.record();
        let whole_path = whole_of(folder);
        if let Some(whole) = read(&whole_path)? {
            restore(&whole, &whole_path, world)?;
        }
        let journal_path = journal_of(folder);
        let journal = read(&journal_path)?.unwrap_or_default();
        for line in whole_lines(&journal) {
            restore(line, &journal_path, world)?;
        }
        let whole = write_whole(folder, world).map_err(trouble(&whole_path))?;
        let journal = File::create(&journal_path).map_err(trouble(&journal_path))?;
        Ok(Self {
            folder: folder.to_owned(),
            journal,
            length: 0,
            unwritten: Vec::new(),
            whole: Some(whole),
            _lock: lock,
        })
    }

    /// What is in the folder counts no more: another world has taken the place of the old one.
    pub fn begin_anew(&mut self) {
        self.whole = None;
    }

    /// Writes down what changed since the last time.
    ///
    /// After an error nothing is lost: it is written the next time.
    pub fn append(&mut self, world: &mut World) -> io::Result<()> {
        let Some(whole) = self.whole else {
            return self.compact(world);
        };
        if let Some(changes) = Saved::changes_of(world) {
            serde_json::to_writer(&mut self.unwritten, &changes)?;
            self.unwritten.push(b'\n');
        }
        if self.unwritten.is_empty() {
            return Ok(());
        }
        if let Err(error) = self.journal.write_all(&self.unwritten) {
            // Half a line would spoil the one after it.
            self.journal.set_len(self.length)?;
            self.journal.seek(SeekFrom::Start(self.length))?;
            return Err(error);
        }
        self.length += self.unwritten.len() as u64;
        self.unwritten.clear();
        match self.length > LONG_JOURNAL.max(2 * whole) {
            true => self.compact(world),
            false => Ok(()),
        }
    }

    /// Puts everything into the whole and begins another journal.
    ///
    /// What a crash leaves between the two is a journal whose lines are in the whole already: they
    /// say what is, not what to do, so that reading them again changes nothing.
    fn compact(&mut self, world: &mut World) -> io::Result<()> {
        self.whole = None;
        let whole = write_whole(&self.folder, world)?;
        self.journal.set_len(0)?;
        self.journal.seek(SeekFrom::Start(0))?;
        self.length = 0;
        self.unwritten.clear();
        self.whole = Some(whole);
        Ok(())
    }
}

fn whole_of(folder: &Path) -> PathBuf {
    folder.join("world.json")
}

fn journal_of(folder: &Path) -> PathBuf {
    folder.join("journal.jsonl")
}

/// Writes `world.json` in one step, and says how long it is.
fn write_whole(folder: &Path, world: &mut World) -> io::Result<u64> {
    let text = serde_json::to_vec(&Saved::of(world))?;
    let new_path = folder.join("world.json.new");
    let mut new = File::create(&new_path)?;
    new.write_all(&text)?;
    new.sync_all()?;
    fs::rename(&new_path, whole_of(folder))?;
    // All of it is in the whole now.
    Saved::changes_of(world);
    Ok(text.len() as u64)
}

/// The lines of a journal. The last one may have been cut off, even inside a letter.
fn whole_lines(journal: &[u8]) -> impl Iterator<Item = &[u8]> {
    let end = journal.iter().rposition(|byte| *byte == b'\n');
    let whole = end.map_or(&[][..], |end| &journal[..end]);
    let lines = whole.split(|byte| *byte == b'\n');
    lines.filter(|line| !line.is_empty())
}

fn trouble(path: &Path) -> impl FnOnce(io::Error) -> OpenError {
    let path = path.to_owned();
    move |source| OpenError::Io { path, source }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, OpenError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(trouble(path)(source)),
    }
}

fn restore(json: &[u8], path: &Path, world: &mut World) -> Result<(), OpenError> {
    let broken = |source| OpenError::Broken {
        path: path.to_owned(),
        source,
    };
    let Format { version } = serde_json::from_slice(json).map_err(broken)?;
    if version != VERSION {
        return Err(OpenError::Version {
            path: path.to_owned(),
            found: version,
        });
    }
    let saved: Saved = serde_json::from_slice(json).map_err(broken)?;
    saved.restore(world).map_err(broken)
}
