//! How findings are shown.

use crate::Result;

use super::sources::Finding;

/// Prints all findings; any is an error.
pub fn show(findings: &[Finding]) -> Result {
    for finding in findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        1 => Err("1 finding".into()),
        count => Err(format!("{count} findings").into()),
    }
}
