//! `cargo xtask peers`: other people's programs beside ours.
//!
//! `terraform.rs` finds and runs Terraform, `life.rs` takes its configurations through a life on the
//! emulator, `adopt.rs` lets jeancloud take over what one of them made. Those configurations are not
//! part of this repository: they lie in `shared/peers` beside it. `changes.rs` asks Terraform what
//! single changes do, and writes it beside what our planner says.

mod adopt;
mod changes;
mod life;
mod terraform;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::{Result, emulator::EmulatorProcess, workspace::Workspace};
use terraform::Terraform;

/// The configurations, each a folder.
const TERRAFORM: &str = "terraform";

/// What `cargo xtask peers` is told.
#[derive(Args)]
pub struct Options {
    /// Succeeds, and says so, where a peer or its configurations aren't on this machine
    #[arg(long, global = true)]
    if_installed: bool,
    /// The folder of the peers' configurations [default: ../shared/peers]
    #[arg(long, value_name = "FOLDER", global = true)]
    folder: Option<PathBuf>,
    #[command(subcommand)]
    task: Option<Task>,
}

/// What is done with the peers; everything, if nothing is said.
#[derive(Subcommand)]
enum Task {
    /// Terraform applies, plans again and destroys, on the emulator
    Life {
        /// Configurations by the names of their folders [default: all]
        cases: Vec<String>,
    },
    /// Terraform makes the system on the emulator, and jeancloud adopts it
    Adopt {
        /// Writes what Terraform made into the folder that the tests adopt it from
        #[arg(long)]
        write: bool,
    },
    /// Terraform plans single changes, beside our planner: docs/beside-terraform.md
    Changes {
        /// Writes the document instead of comparing it
        #[arg(long)]
        write: bool,
    },
}

/// Runs a task.
pub fn run(workspace: &Workspace, options: &Options) -> Result {
    let terraform = match Terraform::find() {
        Ok(terraform) => terraform,
        Err(missing) if options.if_installed => return not_run(&*missing),
        Err(missing) => return Err(missing),
    };
    println!("{}", terraform.version()?);
    match &options.task {
        Some(Task::Life { cases }) => lives(workspace, options, &terraform, cases),
        Some(Task::Adopt { write }) => adoption(workspace, options, &terraform, *write),
        Some(Task::Changes { write }) => changes::compare(workspace, &terraform, *write),
        None => {
            lives(workspace, options, &terraform, &[])?;
            adoption(workspace, options, &terraform, false)?;
            changes::compare(workspace, &terraform, false)
        }
    }
}

fn not_run(missing: &dyn std::error::Error) -> Result {
    println!("peers: nothing was run: {missing}");
    Ok(())
}

/// jeancloud takes over the system that Terraform made.
fn adoption(
    workspace: &Workspace,
    options: &Options,
    terraform: &Terraform,
    write: bool,
) -> Result {
    let case = cases(&options.folder(workspace).join(TERRAFORM));
    match case.and_then(|all| chosen(all, &[adopt::CASE.to_owned()])) {
        Ok(case) => adopt::adopt(workspace, terraform, &case[0], write),
        Err(missing) if options.if_installed => not_run(&*missing),
        Err(missing) => Err(missing),
    }
}

impl Options {
    fn folder(&self, workspace: &Workspace) -> PathBuf {
        let beside = || workspace.root().join("../shared/peers");
        self.folder.clone().unwrap_or_else(beside)
    }
}

/// The configurations' lives: of those that are wanted, or of all. Each gets an emulator of its own.
fn lives(
    workspace: &Workspace,
    options: &Options,
    terraform: &Terraform,
    wanted: &[String],
) -> Result {
    let cases = match cases(&options.folder(workspace).join(TERRAFORM)) {
        Ok(cases) => cases,
        Err(missing) if options.if_installed => return not_run(&*missing),
        Err(missing) => return Err(missing),
    };
    let cases = match wanted.is_empty() {
        true => cases,
        false => chosen(cases, wanted)?,
    };
    for case in &cases {
        let emulator = EmulatorProcess::start(workspace)?;
        let folder = workspace.target().join("peers").join(name(case));
        println!("{}: in {}", name(case), folder.display());
        life::live(terraform, &emulator, case, &folder)
            .map_err(|error| format!("{}: {error}", name(case)))?;
    }
    Ok(())
}

/// The folders in `folder` that have a `main.tf`, by name.
fn cases(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = folder.read_dir().map_err(|error| {
        let folder = folder.display();
        format!(
            "the peers' configurations aren't in {folder} ({error}); --folder tells where they are"
        )
    })?;
    let mut cases = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.join("main.tf").is_file() {
            cases.push(path);
        }
    }
    cases.sort();
    match cases.is_empty() {
        true => Err(format!("{} has no configurations", folder.display()).into()),
        false => Ok(cases),
    }
}

fn chosen(cases: Vec<PathBuf>, wanted: &[String]) -> Result<Vec<PathBuf>> {
    let known: Vec<String> = cases.iter().map(|case| name(case)).collect();
    if let Some(unknown) = wanted.iter().find(|it| !known.contains(it)) {
        return Err(format!("there is no {unknown}; there are {}", known.join(", ")).into());
    }
    let chosen = cases
        .into_iter()
        .filter(|case| wanted.contains(&name(case)));
    Ok(chosen.collect())
}

fn name(case: &Path) -> String {
    let name = case.file_name().unwrap_or(case.as_os_str());
    name.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn configurations_are_found_and_chosen_by_name() {
        let folder = tempfile::tempdir().unwrap();
        assert!(cases(folder.path()).is_err());
        for name in ["b", "a", "no-case"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        for name in ["a", "b"] {
            fs::write(folder.path().join(name).join("main.tf"), "").unwrap();
        }
        let found = cases(folder.path()).unwrap();
        assert_eq!(found, [folder.path().join("a"), folder.path().join("b")]);
        let only = chosen(found.clone(), &["b".to_owned()]).unwrap();
        assert_eq!(only, [folder.path().join("b")]);
        let error = chosen(found, &["c".to_owned()]).unwrap_err();
        assert_eq!(error.to_string(), "there is no c; there are a, b");
    }
}
