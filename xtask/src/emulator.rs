//! `cargo xtask emulator`: the emulator over HTTP, for whoever wants to look at it; and
//! [`EmulatorProcess`], for the tasks that need one.
//!
//! It is built apart from this program: `cargo xtask` stays quick to build.

use std::{
    env,
    ffi::{OsStr, OsString},
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use crate::{Result, workspace::Workspace};

const PACKAGE: &str = "jeancloud-emulator";

/// Runs the emulator with `arguments` until Ctrl-C.
pub fn run(workspace: &Workspace, arguments: &[OsString]) -> Result {
    let program = build(workspace)?;
    let status = Command::new(program).args(arguments).status()?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("the emulator ended with {status}").into()),
    }
}

/// Builds the program, without the SDK's interface, and tells where it is.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    let mut cargo = cargo(workspace);
    cargo.args(["build", "--quiet", "--package", PACKAGE]);
    cargo.args(["--no-default-features", "--features", "serve"]);
    let status = cargo.status();
    let status = status.map_err(|error| format!("can't run cargo: {error}"))?;
    match status.success() {
        true => Ok(workspace.target().join("debug").join(PACKAGE)),
        false => Err("the emulator doesn't build".into()),
    }
}

/// A `cargo` in the workspace.
pub fn cargo(workspace: &Workspace) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace.root()).stdin(Stdio::null());
    cargo
}

/// A running emulator. It ends when it is dropped, or when this program ends, however that happens.
pub struct EmulatorProcess {
    process: Child,
    endpoint: String,
}

impl EmulatorProcess {
    /// Builds it, starts it on a free port, and waits until it listens. Nothing takes time in it but
    /// the calls themselves.
    pub fn start(workspace: &Workspace) -> Result<Self> {
        Self::with(workspace, &[])
    }

    /// The same, with what is in a folder, which keeps it.
    pub fn open(workspace: &Workspace, folder: &Path) -> Result<Self> {
        Self::with(workspace, &["--dir".as_ref(), folder.as_os_str()])
    }

    fn with(workspace: &Workspace, arguments: &[&OsStr]) -> Result<Self> {
        let mut process = Command::new(build(workspace)?)
            .args(["--port", "0", "--time-factor", "0", "--until-eof"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("can't start the emulator: {error}"))?;
        let mut endpoint = String::new();
        if let Some(stdout) = process.stdout.take() {
            // It prints one line, or ends and thereby closes the pipe.
            BufReader::new(stdout).read_line(&mut endpoint)?;
        }
        let endpoint = endpoint.trim().to_owned();
        let started = Self { process, endpoint };
        match started.endpoint.is_empty() {
            true => Err("the emulator didn't start".into()),
            false => Ok(started),
        }
    }

    /// Where it answers.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Everything that exists: `account`, `region`, `kind`, `id` and `view` of each.
    pub fn inventory(&self) -> Result<Vec<Value>> {
        Ok(serde_json::from_slice(&self.ask("GET", "inventory")?)?)
    }

    /// What it was asked: the last ten thousand calls.
    pub fn calls(&self) -> Result<Vec<Value>> {
        Ok(serde_json::from_slice(&self.ask("GET", "calls")?)?)
    }

    /// Pushes a small image, as `docker push` would.
    pub fn push(&self, image: &str) -> Result {
        self.ask("POST", &format!("push?image={image}")).map(drop)
    }

    fn ask(&self, method: &str, what: &str) -> Result<Vec<u8>> {
        let address = self.endpoint.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address)?;
        write!(
            stream,
            "{method} /_emulator/{what} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
        )?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        match end {
            Some(end) if answer.starts_with(b"HTTP/1.1 200 ") => Ok(answer.split_off(end + 4)),
            _ => Err(format!("the emulator doesn't answer {method} {what}").into()),
        }
    }
}

impl Drop for EmulatorProcess {
    fn drop(&mut self) {
        // Either fails only where the process has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
