//! Adoption: Terraform makes the system of `examples/jeancloud.rs` on the emulator, and the example's
//! own binary takes it over, as a person would do it.
//!
//! What is left to do after the import has to be what the tests freeze, which adopt the same from a
//! folder in this repository, without Terraform. [`FIXTURE`] is that folder; `--write` makes it anew.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{
    life,
    terraform::{Terraform, complaint},
};
use crate::{
    Result,
    emulator::{self, EmulatorProcess},
    workspace::Workspace,
};

/// The configuration that declares the example's system.
pub const CASE: &str = "jeancloud";

/// What Terraform made, for the tests: its state, and the emulator's content.
const FIXTURE: &str = "tests/fixtures/terraform";
/// What the tests say is left to do after the import.
const LEFT: &str = "tests/system/snapshots/conformance__system__adopting__left_to_do.snap";
/// The image that Terraform's service runs. Nobody pushes it in its configuration.
const IMAGE: &str = "123456789012.dkr.ecr.eu-west-3.amazonaws.com/jeancloud-backend:latest";
/// The example's parameters that make it Terraform's system, as `tests/system/adopting.rs` has them.
const SET: [&str; 4] = ["--set", "disposable=true", "--set", "image=latest"];
/// What every process that builds the SDKs names together, as `cargo xtask test` does.
const WITH_SDKS: [&str; 3] = ["jeancloud", "jeancloud-aws", "jeancloud-tests"];

/// Lets Terraform make what `case` declares, and jeancloud adopt it.
///
/// # Errors
/// If a command fails, what is left to do is something else than the tests say, or something is left
/// to do once it is done.
pub fn adopt(workspace: &Workspace, terraform: &Terraform, case: &Path, write: bool) -> Result {
    let folder = workspace.target().join("peers/adopt");
    println!("adopt: in {}", folder.display());
    life::copy(case, &folder)?;
    let emulator = EmulatorProcess::open(workspace, &folder.join("aws"))?;
    made(terraform, &emulator, &folder)?;
    if write {
        // The emulator writes each call down before it answers.
        drop(emulator);
        return write_fixture(workspace, &folder);
    }
    let binary = Binary::build(workspace, &emulator, &folder)?;
    let (_, took) = binary.run(&["import", "--from-terraform", "terraform.tfstate", "--yes"])?;
    life::told("import", took, "adopted");
    let (plan, took) = binary.run(&["plan", "--json"])?;
    let left = left_to_do(&serde_json::from_str(&plan)?);
    as_the_tests_say(workspace, &left)?;
    life::told(
        "plan",
        took,
        &format!("{} actions, as the tests say", left.len()),
    );
    let (_, took) = binary.run(&["apply", "--yes"])?;
    life::told("apply", took, "done");
    let (_, took) = binary.run(&["plan", "--detailed-exitcode"])?;
    life::told("plan", took, "nothing to do");
    Ok(())
}

/// Terraform's part, and the image's.
fn made(terraform: &Terraform, emulator: &EmulatorProcess, folder: &Path) -> Result {
    terraform.init(folder)?;
    let endpoint = format!("-var=endpoint={}", emulator.endpoint());
    let (code, took) = terraform.run(folder, "apply", &["-auto-approve", &endpoint])?;
    if code != 0 {
        return Err(complaint(folder, "apply").into());
    }
    life::told("apply", took, "Terraform made the system");
    emulator.push(IMAGE)
}

/// The example's binary, and where it runs.
struct Binary {
    program: PathBuf,
    folder: PathBuf,
    endpoint: String,
}

impl Binary {
    fn build(workspace: &Workspace, emulator: &EmulatorProcess, folder: &Path) -> Result<Self> {
        let mut cargo = emulator::cargo(workspace);
        cargo.args(["build", "--quiet", "--example", CASE]);
        cargo.args(WITH_SDKS.map(|package| format!("--package={package}")));
        if !cargo.status()?.success() {
            return Err(format!("the example {CASE} doesn't build").into());
        }
        Ok(Self {
            program: workspace.target().join("debug/examples").join(CASE),
            folder: folder.to_owned(),
            endpoint: emulator.endpoint().to_owned(),
        })
    }

    /// Runs it to its end, which has to be a good one. Returns its standard output.
    fn run(&self, arguments: &[&str]) -> Result<(String, Duration)> {
        let begun = Instant::now();
        let output = Command::new(&self.program)
            .args(arguments)
            .args(SET)
            .current_dir(&self.folder)
            // Nobody's account or configuration is met.
            .env_clear()
            .env("HOME", &self.folder)
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::null())
            .output()?;
        let (stdout, stderr) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        match output.status.success() {
            true => Ok((stdout.into_owned(), begun.elapsed())),
            false => {
                let command = arguments.join(" ");
                let ended = output.status;
                Err(format!("`{command}` ended with {ended}\n{stdout}{stderr}").into())
            }
        }
    }
}

/// What a plan's document says is left to do, a line an action, as the tests write it.
fn left_to_do(plan: &Value) -> Vec<String> {
    let actions = plan["actions"].as_array().into_iter().flatten();
    let actions = actions.filter(|action| action["op"] != "read");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let line = |action: &Value| {
        let changes = action["changes"].as_array().into_iter().flatten();
        let paths: Vec<String> = changes.map(|change| text(&change["path"])).collect();
        let replacement = match action["replacement"] == true {
            true => " (replacement)",
            false => "",
        };
        let (op, address) = (text(&action["op"]), text(&action["address"]));
        match op.as_str() {
            "update" => format!("{op} {address}{replacement}: {}", paths.join(", ")),
            _ => format!("{op} {address}{replacement}"),
        }
    };
    let mut lines: Vec<String> = actions.map(line).collect();
    lines.sort();
    lines
}

fn as_the_tests_say(workspace: &Workspace, left: &[String]) -> Result {
    let snapshot = workspace.read(LEFT)?;
    // Two lines of dashes are around what stands before the snapshot itself.
    let expected = snapshot.splitn(3, "---\n").nth(2).unwrap_or_default();
    let left = left.join("\n");
    match left.trim() == expected.trim() {
        true => Ok(()),
        false => Err(format!("{LEFT} says something else than the plan:\n{left}").into()),
    }
}

/// Keeps what Terraform made for the tests, in a form that people can compare: each thing a line.
fn write_fixture(workspace: &Workspace, folder: &Path) -> Result {
    // Opening it once more puts its journal into the whole.
    drop(EmulatorProcess::open(workspace, &folder.join("aws"))?);
    let world = fs::read_to_string(folder.join("aws/world.json"))?;
    workspace.write(format!("{FIXTURE}/aws/world.json"), &in_lines(&world))?;
    let state = fs::read_to_string(folder.join("terraform.tfstate"))?;
    workspace.write(format!("{FIXTURE}/terraform.tfstate"), &state)?;
    println!("  {FIXTURE} is written");
    Ok(())
}

/// The emulator's content with a line for each thing.
fn in_lines(world: &str) -> String {
    let lines = world.replace(r#"{"place":"#, "\n{\"place\":");
    match lines.trim_end().strip_suffix("]}") {
        Some(lines) => format!("{lines}\n]}}\n"),
        None => lines,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_plan_is_told_in_a_line_an_action_and_sorted() {
        let plan = json!({"actions": [
            {"op": "read", "address": "a/account", "changes": []},
            {"op": "update", "address": "b/vpc", "replacement": false,
             "changes": [{"path": "/Tags/Name"}, {"path": "/Tags/Team"}]},
            {"op": "create", "address": "a/vpc", "replacement": true, "changes": [{"path": "/CidrBlock"}]},
        ]});
        let lines = [
            "create a/vpc (replacement)",
            "update b/vpc: /Tags/Name, /Tags/Team",
        ];
        assert_eq!(left_to_do(&plan), lines);
    }

    #[test]
    fn each_thing_is_a_line_and_nothing_else_changes() {
        let thing = |id: &str| json!({"place": {"region": "a"}, "id": id, "content": [1.5, {}]});
        let world = json!({"version": 1, "resources": [thing("a"), thing("b")]}).to_string();
        // What serde writes is in the order of the names, the emulator's is not.
        let world = world.replace(
            r#"{"content":[1.5,{}],"id":"a","place":{"region":"a"}}"#,
            r#"{"place":{"region":"a"},"id":"a","content":[1.5,{}]}"#,
        );
        let lines = in_lines(&world);
        let same = |text: &str| serde_json::from_str::<Value>(text).expect("it is JSON");
        assert_eq!(same(&lines), same(&world));
        assert!(
            lines.contains("\n{\"place\":{\"region\":\"a\"},\"id\":\"a\""),
            "{lines}"
        );
    }
}
