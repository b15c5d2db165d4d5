//! Single changes, each planned by Terraform and by our planner: `docs/beside-terraform.md`.
//!
//! The table, our verdicts and the document's words are `jeancloud-stack/examples/beside_terraform/`'s: a
//! program that is built apart, so that `cargo xtask` need not build the planner. Here Terraform makes
//! everything on the emulator once, finds nothing to do, and then plans all changes at once: each row has a
//! resource of its own, whose actions are its verdict.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use serde::Deserialize;
use serde_json::Value;

use super::terraform::{Terraform, complaint};
use crate::{Result, emulator, emulator::EmulatorProcess, workspace::Workspace};

/// What is written.
const DOCUMENT: &str = "docs/beside-terraform.md";
/// The rows' resources, beside `ground.tf`.
const ROWS: &str = "rows.tf.json";
/// Many resources wait for a first look at themselves, each for seconds; at the same time they cost little.
const AT_ONCE: &str = "-parallelism=64";

/// What the table asks of Terraform.
#[derive(Deserialize)]
struct Configurations {
    /// A configuration that the rows stand on.
    ground: String,
    /// The rows' resources.
    before: Value,
    /// Each with its change.
    after: Value,
    /// Their addresses.
    addresses: Vec<String>,
}

/// Compares the document with what Terraform and our planner say now, or writes it.
///
/// # Errors
/// If Terraform fails, a difference has no reason or a reason no difference, or the document is stale.
pub fn compare(workspace: &Workspace, terraform: &Terraform, write: bool) -> Result {
    let configurations = table(workspace, "configurations", "")?;
    let configurations: Configurations = serde_json::from_str(&configurations)?;
    let folder = workspace.target().join("peers").join("changes");
    println!("changes: in {}", folder.display());
    let emulator = EmulatorProcess::start(workspace)?;
    let verdicts = verdicts(terraform, &emulator, &configurations, &folder)?;
    let text = table(workspace, "document", &serde_json::to_string(&verdicts)?)?;
    if write {
        workspace.write(DOCUMENT, &text)?;
        println!("  wrote {DOCUMENT}");
        return Ok(());
    }
    if !workspace.read(DOCUMENT).is_ok_and(|is| is == text) {
        let stale = "is stale; `cargo xtask peers changes --write` writes it";
        return Err(format!("{DOCUMENT} {stale}").into());
    }
    println!("  {DOCUMENT} is as Terraform says");
    Ok(())
}

/// Runs the table's program with this on its standard input, and returns what it prints.
fn table(workspace: &Workspace, command: &str, input: &str) -> Result<String> {
    let mut cargo: Command = emulator::cargo(workspace);
    cargo
        .args(["run", "--quiet", "--package", "jeancloud-stack"])
        .args(["--example", "beside_terraform", "--", command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut process = cargo.spawn()?;
    if let Some(mut stdin) = process.stdin.take() {
        stdin.write_all(input.as_bytes())?;
    }
    let output = process.wait_with_output()?;
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout)?),
        false => Err("the table has something to say, see above".into()),
    }
}

/// The actions of each row's resource in Terraform's plan.
fn verdicts(
    terraform: &Terraform,
    emulator: &EmulatorProcess,
    configurations: &Configurations,
    folder: &Path,
) -> Result<BTreeMap<String, Value>> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    fs::write(folder.join("ground.tf"), &configurations.ground)?;
    fs::write(folder.join(ROWS), configurations.before.to_string())?;
    terraform.init(folder)?;
    let endpoint = format!("-var=endpoint={}", emulator.endpoint());
    let run = |command, arguments: &[&str], what: &str| {
        let arguments = [&[endpoint.as_str(), AT_ONCE], arguments].concat();
        let (code, took) = terraform.run(folder, command, &arguments)?;
        match code {
            0 => told(command, took, what),
            2 => return Err("the second plan isn't empty, see plan.log".into()),
            _ => return Err(complaint(folder, command).into()),
        }
        Ok::<_, Box<dyn std::error::Error>>(())
    };
    run(
        "apply",
        &["-auto-approve"],
        "every resource before its change",
    )?;
    run("plan", &["-detailed-exitcode"], "nothing to do")?;
    fs::write(folder.join(ROWS), configurations.after.to_string())?;
    let rows = configurations.addresses.len();
    run(
        "plan",
        &["-refresh=false", "-out=changes.plan"],
        &format!("{rows} changes"),
    )?;
    let plan = terraform.show(folder, "changes.plan")?;
    Ok(actions(&plan, &configurations.addresses))
}

/// The actions that a plan has for these addresses.
fn actions(plan: &Value, addresses: &[String]) -> BTreeMap<String, Value> {
    let changes = plan["resource_changes"].as_array().into_iter().flatten();
    changes
        .filter_map(|change| {
            let address = change["address"].as_str()?.to_owned();
            let actions = change["change"]["actions"].clone();
            addresses.contains(&address).then_some((address, actions))
        })
        .collect()
}

fn told(command: &str, took: Duration, what: &str) {
    println!("  {command:<8} {:>6.1} s  {what}", took.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_rows_actions_are_verdicts() {
        let change = |address: &str| json!({"address": address, "change": {"actions": ["update"]}});
        let plan =
            json!({"resource_changes": [change("aws_vpc.row_1"), change("aws_vpc.ground[0]")]});
        let actions = actions(&plan, &["aws_vpc.row_1".to_owned()]);
        assert_eq!(
            actions,
            [("aws_vpc.row_1".to_owned(), json!(["update"]))].into()
        );
    }
}
