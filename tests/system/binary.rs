//! [`Binary`]: the stack binary of an example, as a person starts it.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use aws_config::SdkConfig;
use jeancloud_aws::Aws;
use serde_json::Value as Json;
use tempfile::TempDir;

use crate::harness::{account, lossy};

/// The binary in a folder of its own, in an account of its own or in none.
pub struct Binary {
    example: &'static str,
    folder: TempDir,
    variables: Vec<(&'static str, String)>,
    config: Option<SdkConfig>,
}

/// How it ended.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Binary {
    /// `examples/jeancloud.rs`, with neither credentials nor a way to AWS.
    pub fn alone() -> Self {
        Self::of("jeancloud")
    }

    /// Another example, as alone.
    pub fn of(example: &'static str) -> Self {
        Self {
            example,
            folder: TempDir::new().expect("a temporary folder can be made"),
            variables: Vec::new(),
            config: None,
        }
    }

    /// One in an account of its own on moto.
    pub async fn on_moto(test: &str) -> Self {
        let (config, variables) = account::with_variables(test, lossy::client()).await;
        Self {
            variables,
            config: Some(config),
            ..Self::alone()
        }
    }

    /// AWS in the same account, to look into it without the binary.
    pub fn aws(&self) -> Aws {
        Aws::with_config(self.config.clone().expect("it is in an account"))
    }

    /// Where it is started.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where it keeps its state unless it is told otherwise.
    pub fn state(&self) -> PathBuf {
        self.folder.path().join(".jeancloud/jeancloud")
    }

    /// The binary with these arguments, not yet started. It sees nothing of this process's
    /// environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(example(self.example));
        let nowhere = self.folder.path().join("none");
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("AWS_CONFIG_FILE", &nowhere)
            .env("AWS_SHARED_CREDENTIALS_FILE", &nowhere)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output();
        let output = output.expect("the example can be started");
        Ran {
            code: output.status.code().expect("it ends by itself"),
            stdout: String::from_utf8(output.stdout).expect("stdout is text"),
            stderr: String::from_utf8(output.stderr).expect("stderr is text"),
        }
    }

    /// Runs it to its end, which is the exit code `code`.
    #[track_caller]
    pub fn ends(&self, code: i32, arguments: &[&str]) -> Ran {
        let ran = self.run(arguments);
        let Ran { stdout, stderr, .. } = &ran;
        assert_eq!(ran.code, code, "{arguments:?}\n{stdout}\n{stderr}");
        ran
    }
}

impl Ran {
    /// Its stdout as one JSON document.
    #[track_caller]
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("stdout is no JSON document: {error}\n{}", self.stdout))
    }

    /// Its stdout as JSON events, one a line.
    #[track_caller]
    pub fn events(&self) -> Vec<Json> {
        let event = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("no event: {error}\n{line}"))
        };
        self.stdout.lines().map(event).collect()
    }
}

/// An example of the package `jeancloud`, which `cargo test` builds beside the tests.
fn example(name: &str) -> PathBuf {
    let test = env::current_exe().expect("this test knows where it is");
    let profile = test
        .parent()
        .filter(|folder| folder.file_name() == Some(OsStr::new("deps")))
        .and_then(Path::parent)
        .expect("cargo puts tests into target/<profile>/deps");
    let example = profile.join("examples").join(name);
    assert!(
        example.is_file(),
        "there is no {}: test the package `jeancloud` too, which builds it (`cargo xtask test`), or \
         run `cargo build --example {name}`",
        example.display()
    );
    example
}
