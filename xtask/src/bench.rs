//! `cargo xtask bench`: prints how fast things are.
//!
//! A benchmark is a `[[bench]]` of a package with `harness = false`: a program that prints what it
//! measured. None fails because something is slow: a machine that is busy is no mistake.

use std::{env, process::Command};

use crate::{Result, workspace::Workspace};

/// A program that measures.
struct Bench {
    /// What it is called here and in its package.
    name: &'static str,
    package: &'static str,
}

/// All of them, in the order in which they run. To add one is to add a line.
const ALL: [Bench; 2] = [
    Bench {
        name: "emulator",
        package: "jeancloud-emulator",
    },
    // Builds the SDKs as they are shipped, which takes its time.
    Bench {
        name: "system",
        package: "jeancloud",
    },
];

/// Runs the benchmarks of these names, or all.
pub fn run(workspace: &Workspace, names: &[String]) -> Result {
    for bench in chosen(names)? {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        let status = cargo
            .current_dir(workspace.root())
            .args(["bench", "--package", bench.package, "--bench", bench.name])
            .status()
            .map_err(|error| format!("can't run cargo: {error}"))?;
        if !status.success() {
            return Err(format!("the benchmark {} failed", bench.name).into());
        }
    }
    Ok(())
}

fn chosen(names: &[String]) -> Result<Vec<&'static Bench>> {
    let known: Vec<&str> = ALL.iter().map(|bench| bench.name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        let known = known.join(", ");
        return Err(format!("there is no benchmark {unknown}; there are: {known}").into());
    }
    let wanted = |bench: &&Bench| names.is_empty() || names.iter().any(|name| name == bench.name);
    Ok(ALL.iter().filter(wanted).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_means_all() {
        assert_eq!(chosen(&[]).unwrap().len(), ALL.len());
        assert_eq!(
            chosen(&["emulator".to_owned()]).unwrap()[0].name,
            "emulator"
        );
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let error = chosen(&["speed".to_owned()]).err().unwrap().to_string();
        assert!(
            error.contains("speed") && error.contains("emulator"),
            "{error}"
        );
    }

    #[test]
    fn every_benchmark_is_there() {
        let workspace = Workspace::of_this_run();
        for bench in &ALL {
            let manifest = match bench.package {
                "jeancloud" => "Cargo.toml".to_owned(),
                package => format!("{package}/Cargo.toml"),
            };
            let manifest = workspace.read(manifest).unwrap();
            let named = format!("[[bench]]\nname = \"{}\"\nharness = false", bench.name);
            assert!(
                manifest.contains(&named),
                "{} of {}",
                bench.name,
                bench.package
            );
        }
    }
}
