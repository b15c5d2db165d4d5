//! [`Terraform`]: the program and its AWS provider, as they are installed on this machine.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::Result;

/// The provider that the configurations ask for, by its file's name in a folder of plug-ins:
/// `HOST/NAMESPACE/NAME/VERSION/PLATFORM/FILE`.
const PROVIDER: &str = "terraform-provider-aws_v5.100.0_x5";
/// How many folders stand between a plug-in and the folder of all plug-ins.
const LEVELS: usize = 6;
/// Where folders of plug-ins are, beside `~/.terraform.d/plugins`, and what can say otherwise.
const PLACES: [&str; 4] = [
    "/opt",
    "/usr/local/share/terraform",
    "/usr/share/terraform",
    "/usr/local/lib",
];
const PLUGINS: &str = "TERRAFORM_PLUGINS";

/// An installed Terraform.
pub struct Terraform {
    program: PathBuf,
    plugins: PathBuf,
}

impl Terraform {
    /// Finds both; the error says what isn't installed.
    pub fn find() -> Result<Self> {
        let paths = env::var_os("PATH").unwrap_or_default();
        let mut programs = env::split_paths(&paths).map(|folder| folder.join("terraform"));
        let program = programs
            .find(|program| program.is_file())
            .ok_or("terraform is not installed: it isn't on the PATH")?;
        let mut places: Vec<PathBuf> = PLACES.map(PathBuf::from).to_vec();
        if let Some(home) = env::var_os("HOME") {
            places.push(Path::new(&home).join(".terraform.d"));
        }
        if let Some(folder) = env::var_os(PLUGINS) {
            places = vec![folder.into()];
        }
        let plugins = places.iter().find_map(|place| plugins(place, LEVELS + 2));
        let plugins = plugins.ok_or_else(|| {
            let places: Vec<_> = places.iter().map(|it| it.display().to_string()).collect();
            format!(
                "Terraform's provider is not installed: there is no {PROVIDER} below {}; \
                 {PLUGINS} names another folder",
                places.join(", ")
            )
        })?;
        Ok(Self { program, plugins })
    }

    /// What it says of itself.
    pub fn version(&self) -> Result<String> {
        let output = Command::new(&self.program).arg("version").output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let first = text.lines().next().unwrap_or("terraform").to_owned();
        Ok(format!("{first} with {PROVIDER}"))
    }

    /// Runs `terraform COMMAND` in a folder; what it prints goes to `COMMAND.log` there. Returns its
    /// exit code and how long it took.
    pub fn run(&self, folder: &Path, command: &str, arguments: &[&str]) -> Result<(i32, Duration)> {
        let log = File::create(folder.join(format!("{command}.log")))?;
        let begun = Instant::now();
        let mut terraform = self.command(folder, command);
        terraform
            .args(["-input=false", "-no-color"])
            .args(arguments)
            .stdout(log.try_clone()?)
            .stderr(log);
        let status = terraform.status()?;
        Ok((status.code().unwrap_or(1), begun.elapsed()))
    }

    /// What a plan that was written to a file has to say, as Terraform's JSON.
    pub fn show(&self, folder: &Path, plan: &str) -> Result<Value> {
        let output = self
            .command(folder, "show")
            .args(["-json", plan])
            .output()?;
        match output.status.success() {
            true => Ok(serde_json::from_slice(&output.stdout)?),
            false => {
                let error = String::from_utf8_lossy(&output.stderr);
                Err(format!("terraform show failed: {}", error.trim()).into())
            }
        }
    }

    /// A command in a folder that nothing outside of it configures.
    fn command(&self, folder: &Path, command: &str) -> Command {
        let mut terraform = Command::new(&self.program);
        terraform
            .current_dir(folder)
            .arg(command)
            .stdin(Stdio::null());
        for (name, _) in env::vars_os() {
            // They lead to somebody's account, configuration or state.
            let text = name.to_string_lossy();
            if text.starts_with("AWS_") || text.starts_with("TF_") {
                terraform.env_remove(name);
            }
        }
        terraform.env("CHECKPOINT_DISABLE", "1");
        terraform
    }

    /// Prepares a folder with a configuration.
    pub fn init(&self, folder: &Path) -> Result {
        let plugins = format!("-plugin-dir={}", self.plugins.display());
        let (code, _) = self.run(folder, "init", &[&plugins])?;
        match code {
            0 => Ok(()),
            _ => Err(complaint(folder, "init").into()),
        }
    }
}

/// The error that a command printed, for people.
pub fn complaint(folder: &Path, command: &str) -> String {
    let path = folder.join(format!("{command}.log"));
    let text = fs::read_to_string(&path).unwrap_or_default();
    let errors = text.find("Error:").map_or("", |at| &text[at..]);
    let path = path.display();
    format!(
        "terraform {command} failed, see {path}\n{}",
        errors.trim_end()
    )
}

/// The folder of plug-ins, at most `depth` levels above the provider in `folder`.
fn plugins(folder: &Path, depth: usize) -> Option<PathBuf> {
    let file = folder.join(PROVIDER);
    if file.is_file() {
        return file.ancestors().nth(LEVELS).map(Path::to_owned);
    }
    let depth = depth.checked_sub(1)?;
    let entries = folder.read_dir().ok()?.flatten();
    let mut folders: Vec<PathBuf> = entries
        .filter(|it| it.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|it| it.path())
        .collect();
    folders.sort();
    folders.iter().find_map(|folder| plugins(folder, depth))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_plug_ins_is_found_by_the_providers_name() {
        let above = tempfile::tempdir().unwrap();
        let plug_ins = above.path().join("tf");
        let inner = plug_ins.join("registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64");
        fs::create_dir_all(&inner).unwrap();
        assert_eq!(plugins(above.path(), LEVELS + 2), None);
        fs::write(inner.join(PROVIDER), "").unwrap();
        assert_eq!(plugins(above.path(), LEVELS + 2), Some(plug_ins));
    }
}
