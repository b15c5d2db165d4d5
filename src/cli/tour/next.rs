//! The end of the tour: the outputs, and what to type next.

use std::{env, path::Path};

use super::Tour;
use crate::cli::{
    error::CliError,
    show::{
        self,
        style::{FAINT, HEADING, padded, paint},
    },
};

pub(super) fn steps(tour: &Tour) -> Result<(), CliError> {
    let mut page = String::new();
    if !tour.state.outputs.is_empty() {
        page += &format!("\n{}\n", paint(HEADING, "Outputs"));
        page += &show::outcome::outputs(&tour.state.outputs);
    }
    page += &format!("\n{}  {}\n", paint(HEADING, "Next"), program());
    for (command, does) in [
        ("plan --offline", "every action with every property"),
        (
            "apply --embedded=DIR",
            "on an AWS like this one, kept in a folder",
        ),
        ("push IMAGE:TAG", "an image into it, for `apply --set …`"),
        ("plan", "what your account lacks; nothing is changed"),
        ("--help", "the other commands, and what can be set"),
    ] {
        let command = padded(command, 20);
        page += &format!("  {command}  {}\n", paint(FAINT, does));
    }
    tour.screen.page(&page)
}

/// How this program is started, for a person to type: by cargo, or as it was.
fn program() -> String {
    let program = env::args().next().unwrap_or_default();
    let path = Path::new(&program);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let within = |folder| path.parent().is_some_and(|parent| parent.ends_with(folder));
    match env::var_os("CARGO") {
        Some(_) if within("examples") => format!("cargo run --example {name} --"),
        Some(_) => "cargo run --".to_owned(),
        None => program,
    }
}
