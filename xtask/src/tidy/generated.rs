//! Documents that follow from the types: docs/coverage.md as it is written, and a row in
//! docs/identity.md for each type.

use jeancloud_model::{ResourceKind, catalogue};

use crate::{Result, coverage, workspace::Workspace};

use super::sources::{Finding, Sources};

const IDENTITY: &str = "docs/identity.md";

/// Finds a stale docs/coverage.md, and types that docs/identity.md doesn't tell of.
pub fn check(workspace: &Workspace, sources: &Sources) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    if sources.0.get(coverage::FILE) != Some(&coverage::text(workspace)?) {
        findings.push(Finding::in_file(
            coverage::FILE,
            "is stale; run `cargo xtask coverage`",
        ));
    }
    let identity = sources.0.get(IDENTITY).map_or("", String::as_str);
    let managed = catalogue::types()
        .iter()
        .filter(|info| info.kind == ResourceKind::Managed);
    for info in managed.filter(|info| !has_row(identity, info.type_name)) {
        let what = format!("has no row that begins with `{}`", info.type_name);
        findings.push(Finding::in_file(IDENTITY, what));
    }
    Ok(findings)
}

fn has_row(table: &str, type_name: &str) -> bool {
    let cell = format!("`{type_name}`");
    let mut rows = table
        .lines()
        .filter_map(|line| line.trim().strip_prefix('|'));
    rows.any(|row| row.trim_start().starts_with(&cell))
}

#[cfg(test)]
mod tests {
    use super::has_row;

    #[test]
    fn a_row_begins_with_the_whole_name_of_its_type() {
        let table = "| `AWS::EC2::VPCEndpoint` | tags |\n";
        assert!(has_row(table, "AWS::EC2::VPCEndpoint"));
        assert!(!has_row(table, "AWS::EC2::VPC"));
    }
}
