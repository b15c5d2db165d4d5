//! `cargo xtask test`: every test, with moto and cfn-lint at hand.
//!
//! Tests that need one of them find it through [`MOTO`] and [`CFN_LINT`], and fail without.

use std::{
    env,
    ffi::OsString,
    process::{Command, Stdio},
};

use crate::{Result, moto::Moto, tools::Tools, workspace::Workspace};

/// The variable with moto's endpoint.
const MOTO: &str = "JEANCLOUD_MOTO_ENDPOINT";
/// The variable with the path of cfn-lint.
const CFN_LINT: &str = "JEANCLOUD_CFN_LINT";

/// Runs `cargo test` with `arguments`, or all tests where there are none.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result {
    let tools = Tools::install(workspace)?;
    let moto = Moto::start(workspace, &tools)?;
    eprintln!(
        "moto answers at {}, its log is {}",
        moto.endpoint(),
        moto.log().display()
    );

    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(workspace.root())
        .arg("test")
        .stdin(Stdio::null());
    if arguments.is_empty() {
        cargo.args(["--workspace", "--no-fail-fast"]);
    } else {
        cargo.args(arguments);
    }
    for variable in of_this_account() {
        cargo.env_remove(variable);
    }
    let status = cargo
        .env(MOTO, moto.endpoint())
        .env(CFN_LINT, tools.cfn_lint())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .status()
        .map_err(|error| format!("can't run cargo: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("cargo test failed: {status}").into())
    }
}

/// The variables that lead AWS's clients to somebody's account. No test may see them.
fn of_this_account() -> impl Iterator<Item = OsString> {
    env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| name.to_string_lossy().starts_with("AWS_"))
}
