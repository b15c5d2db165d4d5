//! `cargo xtask tidy`: the house rules that the compiler can't check.
//!
//! One rule, one module. A rule looks at the sources and returns what it found; all findings are
//! shown at once.

mod aws_documents;
mod differences;
mod generated;
mod leftovers;
mod length;
mod mentions;
mod module_docs;
mod namesakes;
mod operations;
mod report;
mod sources;
mod tables_of_contents;

use crate::{Result, workspace::Workspace};

use sources::Sources;

/// Applies every rule.
pub fn run(workspace: &Workspace) -> Result {
    let sources = Sources::load(workspace)?;
    let mut findings = Vec::new();
    findings.extend(length::check(&sources));
    findings.extend(module_docs::check(&sources));
    findings.extend(tables_of_contents::check(&sources));
    findings.extend(leftovers::check(&sources));
    findings.extend(namesakes::check(&sources));
    findings.extend(aws_documents::check(&sources));
    findings.extend(mentions::check(&sources));
    findings.extend(differences::check(&sources));
    findings.extend(operations::check(workspace, &sources)?);
    findings.extend(generated::check(workspace, &sources)?);
    report::show(&findings)
}
