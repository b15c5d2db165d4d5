//! `cargo xtask test`: every test, with moto and cfn-lint at hand.
//!
//! Tests that need one of them find it through [`MOTO`], [`CFN_LINT`] and [`BOTO3_PYTHON`], and fail
//! without.

use std::{env, ffi::OsString, num::NonZero, process::Command, thread};

use crate::{Result, emulator, moto::Moto, tools::Tools, workspace::Workspace};

/// The variable with moto's endpoint.
const MOTO: &str = "MOTO_ENDPOINT";
/// The variable with the path of cfn-lint.
const CFN_LINT: &str = "CFN_LINT";

/// The variable with how many tests a program runs at a time; whoever sets it is obeyed.
const THREADS: &str = "RUST_TEST_THREADS";

/// The variable with where proptest's random numbers begin; whoever sets it is obeyed.
const SEED: &str = "PROPTEST_RNG_SEED";

/// The variable with a Python that has boto3.
const BOTO3_PYTHON: &str = "BOTO3_PYTHON";

/// The packages that build the AWS SDKs.
///
/// They are tested by a `cargo test` of their own: what other packages' tests need (proptest's
/// random numbers) would change features far below the SDKs, and whoever builds the examples as
/// well would build the SDKs twice.
const WITH_SDKS: [&str; 3] = ["jeancloud", "jeancloud-aws", "jeancloud-tests"];

/// A feature that nothing in the workspace turns on.
const OVER_HTTP: &str = "jeancloud-emulator/serve";

/// Runs `cargo test` with `arguments`, or all tests where there are none.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result {
    let tools = Tools::install(workspace)?;
    let moto = Moto::start(workspace, &tools)?;
    let (endpoint, log) = (moto.endpoint(), moto.log().display());
    eprintln!("moto answers at {endpoint}, its log is {log}");

    let mut failed = false;
    for arguments in runs(arguments) {
        let mut cargo = cargo(workspace, &tools, &moto);
        let status = cargo.args(&arguments).status();
        let status = status.map_err(|error| format!("can't run cargo: {error}"))?;
        failed |= !status.success();
    }
    if failed {
        return Err("tests failed".into());
    }
    Ok(())
}

/// The arguments of each `cargo test`.
fn runs(arguments: &[String]) -> Vec<Vec<String>> {
    if !arguments.is_empty() {
        return vec![arguments.to_vec()];
    }
    let [mut without, mut with] = [vec!["--workspace".to_owned()], Vec::new()];
    for package in WITH_SDKS {
        without.push(format!("--exclude={package}"));
        with.push(format!("--package={package}"));
    }
    // What the emulator does over HTTP is tested too.
    without.push(format!("--features={OVER_HTTP}"));
    let mut runs = vec![without, with];
    for run in &mut runs {
        run.push("--no-fail-fast".to_owned());
    }
    runs
}

fn cargo(workspace: &Workspace, tools: &Tools, moto: &Moto) -> Command {
    let mut cargo = emulator::cargo(workspace);
    cargo.arg("test");
    for variable in of_this_account() {
        cargo.env_remove(variable);
    }
    if env::var_os(THREADS).is_none() {
        cargo.env(THREADS, threads().to_string());
    }
    // A commit is judged by its own change, not by luck.
    if env::var_os(SEED).is_none() {
        cargo.env(SEED, "1");
    }
    cargo
        .env(MOTO, moto.endpoint())
        .env(CFN_LINT, tools.cfn_lint())
        .env(BOTO3_PYTHON, tools.python())
        .env("AWS_EC2_METADATA_DISABLED", "true");
    cargo
}

/// How many tests run at a time: many wait for moto, or for a process, most of their time.
fn threads() -> usize {
    3 * thread::available_parallelism().map_or(2, NonZero::get)
}

/// The variables that lead AWS's clients to somebody's account, and those that set parameters of
/// stacks. No test may see them.
fn of_this_account() -> impl Iterator<Item = OsString> {
    env::vars_os().map(|(name, _)| name).filter(|name| {
        let name = name.to_string_lossy();
        name.starts_with("AWS_") || name.starts_with("JEANCLOUD_")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_is_tested_once() {
        let [without, with] = &runs(&[])[..] else {
            panic!("expected two runs");
        };
        for package in WITH_SDKS {
            assert!(without.contains(&format!("--exclude={package}")));
            assert!(with.contains(&format!("--package={package}")));
        }
        assert!(without.contains(&"--workspace".to_owned()));
    }

    #[test]
    fn arguments_stand_for_everything() {
        let arguments = ["-p".to_owned(), "xtask".to_owned()];
        assert_eq!(runs(&arguments), [arguments]);
    }
}
