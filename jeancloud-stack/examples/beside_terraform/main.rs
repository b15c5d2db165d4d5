//! Single changes, each planned by jeancloud and by Terraform: the table of
//! `docs/beside-terraform.md`.
//!
//! `cargo xtask peers changes` runs this program for what it needs of ours: `configurations` prints
//! what Terraform is to apply and then to plan, and `document` takes the verdicts that Terraform's own
//! plan gave and prints the document. It stands here and not in xtask, which would have to build the
//! planner each time before it could do anything else; and the test below holds our half of the
//! document where there is no Terraform.
//!
//! - `table.rs`: what a row is, and how one is written.
//! - `rows/`: the rows, by service, and the reasons where the two differ.
//! - `ground.rs` and `ground.tf`: what both stand on, in either language.
//! - `change.rs`, `verdict.rs`: what a row changes, and what our planner says about it.
//! - `configurations.rs`, `document.rs`: what is printed.

mod change;
mod configurations;
mod document;
mod ground;
mod rows;
mod table;
#[cfg(test)]
mod tests;
mod verdict;

use std::{env, error::Error, io, process::ExitCode};

fn main() -> ExitCode {
    let printed = match env::args().nth(1).as_deref() {
        Some("configurations") => Ok(configurations::of(&rows::all()).to_string()),
        Some("document") => document(),
        _ => Err(
            "expected `configurations`, or `document` and verdicts on the standard input".into(),
        ),
    };
    match printed {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The document, with Terraform's verdicts as they come in.
fn document() -> Result<String, Box<dyn Error>> {
    let theirs = verdict::Theirs::read(serde_json::from_reader(io::stdin())?)?;
    let rows = rows::all();
    let verdicts = theirs.of(&rows)?;
    Ok(document::of(&rows, &verdicts)?)
}
