//! [`Moto`]: an AWS that somebody else imitates, for the tests.
//!
//! It runs on a port of its own and ends when it is dropped, or when this program ends, however
//! that happens: see `xtask/tools/serve_moto.py`.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::{Result, tools::Tools, workspace::Workspace};

const SCRIPT: &str = "xtask/tools/serve_moto.py";

/// What moto is asked to do as AWS does: managed policies exist, tasks of services run, and
/// certificates are issued after a moment.
const SETTINGS: [(&str, &str); 3] = [
    ("MOTO_IAM_LOAD_MANAGED_POLICIES", "true"),
    ("MOTO_ECS_SERVICE_RUNNING", "2"),
    ("MOTO_ACM_VALIDATION_WAIT", "1"),
];

/// Starts moto, prints its endpoint, and ends it when Enter is pressed.
pub fn run(workspace: &Workspace) -> Result {
    let tools = Tools::install(workspace)?;
    let moto = Moto::start(workspace, &tools)?;
    println!("{}", moto.endpoint());
    eprintln!(
        "moto runs until Enter is pressed; its log is {}",
        moto.log().display()
    );
    io::stdin().read_line(&mut String::new())?;
    Ok(())
}

/// A running moto.
pub struct Moto {
    process: Child,
    endpoint: String,
    log: PathBuf,
}

impl Moto {
    /// Starts one and waits until it listens.
    pub fn start(workspace: &Workspace, tools: &Tools) -> Result<Self> {
        let log = workspace.target().join("tools/moto.log");
        let mut process = Command::new(tools.python())
            .arg(workspace.root().join(SCRIPT))
            .envs(SETTINGS)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()
            .map_err(|error| format!("can't start moto: {error}"))?;
        let mut port = String::new();
        if let Some(stdout) = process.stdout.take() {
            // It prints one line, or ends and thereby closes the pipe.
            BufReader::new(stdout).read_line(&mut port)?;
        }
        let mut moto = Self {
            process,
            endpoint: String::new(),
            log,
        };
        let port: u16 = port
            .trim()
            .parse()
            .map_err(|_| format!("moto didn't start; see {}", moto.log.display()))?;
        moto.endpoint = format!("http://127.0.0.1:{port}");
        Ok(moto)
    }

    /// Where it answers.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// What it wrote.
    pub fn log(&self) -> &Path {
        &self.log
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // Either fails only where the process has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
