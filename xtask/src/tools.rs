//! [`Tools`]: the Python programs that tests use, in a virtual environment under `target/`.
//!
//! The versions and hashes of all of them are in `xtask/tools/requirements.txt`. An environment is
//! named after that file's content: another content makes another environment, the same content
//! costs nothing.

use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{Result, workspace::Workspace};

const REQUIREMENTS: &str = "xtask/tools/requirements.txt";
/// The oldest Python that the pinned packages run on.
const PYTHON: (u32, u32) = (3, 11);

/// An installed environment.
pub struct Tools {
    folder: PathBuf,
}

impl Tools {
    /// Installs what isn't there yet. Two runs at once wait for one another.
    pub fn install(workspace: &Workspace) -> Result<Self> {
        let requirements = workspace.read(REQUIREMENTS)?;
        let above = workspace.target().join("tools");
        fs::create_dir_all(&above)?;
        let lock = File::create(above.join("lock"))?;
        lock.lock()?;

        let mut hasher = DefaultHasher::new();
        requirements.hash(&mut hasher);
        let tools = Self {
            folder: above.join(format!("{:016x}", hasher.finish())),
        };
        let complete = tools.folder.join("complete");
        if !complete.exists() {
            check_python()?;
            eprintln!(
                "installing moto and cfn-lint into {}",
                tools.folder.display()
            );
            tools.make(&workspace.root().join(REQUIREMENTS))?;
            fs::write(complete, "")?;
        }
        Ok(tools)
    }

    /// Its Python.
    pub fn python(&self) -> PathBuf {
        self.folder.join("bin/python")
    }

    /// The program that judges CloudFormation templates.
    pub fn cfn_lint(&self) -> PathBuf {
        self.folder.join("bin/cfn-lint")
    }

    /// The folder of a Python package in it.
    pub fn package(&self, name: &str) -> Result<PathBuf> {
        let script = format!("import {name}, os; print(os.path.dirname({name}.__file__))");
        let output = Command::new(self.python()).args(["-c", &script]).output()?;
        if !output.status.success() {
            return Err(format!("the Python package {name} can't be loaded").into());
        }
        Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim()))
    }

    fn make(&self, requirements: &Path) -> Result {
        if self.folder.exists() {
            // Left by a run that was killed in the middle.
            fs::remove_dir_all(&self.folder)?;
        }
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv"]).arg(&self.folder);
        run(
            &mut venv,
            "making a virtual environment (Debian has it in the package python3-venv)",
        )?;
        let mut pip = Command::new(self.python());
        pip.args(["-m", "pip", "install", "--quiet", "--no-input"])
            .args([
                "--disable-pip-version-check",
                "--require-hashes",
                "--requirement",
            ])
            .arg(requirements);
        run(&mut pip, "installing the pinned Python packages")
    }
}

fn check_python() -> Result {
    let wanted = format!(
        "the tests need python3 of version {}.{} or later",
        PYTHON.0, PYTHON.1
    );
    let output = match Command::new("python3").arg("--version").output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(format!("{wanted}, and there is none on the PATH").into());
        }
        Err(error) => return Err(format!("can't run python3: {error}").into()),
    };
    let found = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match version(&found) {
        Some(version) if version >= PYTHON => Ok(()),
        _ => Err(format!("{wanted}, and python3 says that it is \"{found}\"").into()),
    }
}

/// The version in the answer of `python3 --version`, as `Python 3.11.7`.
fn version(answer: &str) -> Option<(u32, u32)> {
    let mut numbers = answer.strip_prefix("Python ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn run(command: &mut Command, what: &str) -> Result {
    let status = command.stdin(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{what} failed: {status}").into()),
        Err(error) => Err(format!("{what} failed: {error}").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn a_version_is_read_as_numbers() {
        assert_eq!(version("Python 3.11.7"), Some((3, 11)));
        assert!(version("Python 3.9.2") < version("Python 3.11.0"));
        assert_eq!(version("command not found"), None);
    }
}
