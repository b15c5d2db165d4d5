//! A configuration's life on the emulator: apply, plan again, destroy.

use std::{fs, path::Path, time::Duration};

use serde_json::Value;

use super::terraform::{Terraform, complaint};
use crate::{Result, emulator::EmulatorProcess};

/// What AWS keeps of what was done, and nobody can delete: changes of zones, deployments of services,
/// and the numbers of task definitions, which go on where they were.
const HISTORY: [&str; 3] = [
    "ecs/service-deployment",
    "ecs/task-definition-family",
    "route53/change",
];
/// The state of what ECS still tells of after its end: clusters and services for a while
/// (API_DeleteCluster, API_DeleteService), task definitions (API_DeregisterTaskDefinition).
const GONE: &str = "INACTIVE";

/// Takes the configuration in `case`, copied to `folder`, through its life.
///
/// # Errors
/// If a command fails, a second plan isn't empty, or something is left in the end.
pub fn live(
    terraform: &Terraform,
    emulator: &EmulatorProcess,
    case: &Path,
    folder: &Path,
) -> Result {
    copy(case, folder)?;
    terraform.init(folder)?;
    let endpoint = format!("-var=endpoint={}", emulator.endpoint());
    let run = |command, arguments: &[&str]| {
        let arguments = [&[endpoint.as_str()], arguments].concat();
        let (code, took) = terraform.run(folder, command, &arguments)?;
        match code {
            0 => Ok(took),
            2 => Err("the second plan isn't empty, see plan.log".into()),
            _ => Err::<_, Box<dyn std::error::Error>>(complaint(folder, command).into()),
        }
    };
    let took = run("apply", &["-auto-approve"])?;
    let made = emulator.inventory()?.len();
    told("apply", took, &format!("{made} things exist"));
    let took = run("plan", &["-detailed-exitcode"])?;
    told("plan", took, "nothing to do");
    let took = run("destroy", &["-auto-approve"])?;
    nothing_left(&emulator.inventory()?)?;
    told("destroy", took, "nothing exists");
    println!("  {}", asked(&emulator.calls()?));
    Ok(())
}

/// How much was asked. The emulator remembers only so many calls.
fn asked(calls: &[Value]) -> String {
    match calls.len() {
        10_000.. => "more than 10,000 calls".to_owned(),
        calls => format!("{calls} calls"),
    }
}

pub fn told(command: &str, took: Duration, what: &str) {
    println!("  {command:<8} {:>6.1} s  {what}", took.as_secs_f64());
}

/// Copies the configuration into an empty folder.
///
/// One thing is changed: the account's id is asked for. Without it, the provider takes the
/// replication of a registry, whose id is the account's, for deleted, and groups of the account for
/// somebody else's, on every AWS there is.
pub fn copy(case: &Path, folder: &Path) -> Result {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    for entry in case.read_dir()? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "tf") {
            let text = fs::read_to_string(&path)?;
            let name = path.file_name().unwrap_or_default();
            fs::write(folder.join(name), with_account(&text))?;
        }
    }
    Ok(())
}

fn with_account(configuration: &str) -> String {
    let lines = configuration.lines().map(|line| {
        match line.trim_start().starts_with("skip_requesting_account_id") {
            true => "  skip_requesting_account_id = false",
            false => line,
        }
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn nothing_left(inventory: &[Value]) -> Result {
    let left: Vec<String> = inventory
        .iter()
        .filter(|item| !HISTORY.iter().any(|kind| item["kind"] == *kind))
        .filter(|item| item["view"]["status"] != GONE)
        .map(|item| format!("{} {}", item["kind"], item["id"]))
        .collect();
    match left.is_empty() {
        true => Ok(()),
        false => Err(format!("destroy leaves {}", left.join(", ")).into()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_aws_keeps_is_nothing_left() {
        let item =
            |kind: &str, status: &str| json!({"kind": kind, "id": "a", "view": {"status": status}});
        let kept = [item("route53/change", ""), item("ecs/cluster", "INACTIVE")];
        assert!(nothing_left(&kept).is_ok());
        let error = nothing_left(&[item("ecs/cluster", "ACTIVE")]).unwrap_err();
        assert_eq!(error.to_string(), r#"destroy leaves "ecs/cluster" "a""#);
    }

    #[test]
    fn the_accounts_id_is_asked_for_in_the_copy() {
        let text = "a {\n  skip_requesting_account_id  = true\n  b = 1\n}\n";
        let changed = "a {\n  skip_requesting_account_id = false\n  b = 1\n}\n";
        assert_eq!(with_account(text), changed);
    }
}
