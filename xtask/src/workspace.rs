//! [`Workspace`]: where the sources and the built files are.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::Result;

/// The workspace that this run was started in.
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The workspace of the `cargo run` that started this program.
    pub fn of_this_run() -> Self {
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package
            .parent()
            .expect("xtask lies in a folder of the workspace");
        Self {
            root: root.to_owned(),
        }
    }

    /// The workspace of a test.
    #[cfg(test)]
    pub fn at(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    /// Its root folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where built files go.
    pub fn target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.root.join("target"), |target| self.root.join(target))
    }

    /// The text of a file, by its path from the root.
    pub fn read(&self, path: impl AsRef<Path>) -> Result<String> {
        let path = self.root.join(path);
        fs::read_to_string(&path)
            .map_err(|error| format!("can't read {}: {error}", path.display()).into())
    }

    /// Writes a file and the folders above it, by its path from the root.
    pub fn write(&self, path: impl AsRef<Path>, text: &str) -> Result {
        let path = self.root.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, text)
            .map_err(|error| format!("can't write {}: {error}", path.display()).into())
    }

    /// Every file that git knows or would add, by its path from the root, sorted.
    pub fn files(&self) -> Result<Vec<String>> {
        let mut git = Command::new("git");
        git.current_dir(&self.root).args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
        ]);
        let output = git
            .output()
            .map_err(|error| format!("can't list the files with git: {error}"))?;
        if !output.status.success() {
            return Err(format!("git: {}", String::from_utf8_lossy(&output.stderr).trim()).into());
        }
        let mut files: Vec<String> = String::from_utf8(output.stdout)?
            .lines()
            .filter(|path| self.root.join(path).is_file())
            .map(str::to_owned)
            .collect();
        files.sort();
        files.dedup();
        Ok(files)
    }
}
