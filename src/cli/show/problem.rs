//! A [`Problem`] on a terminal.

use jeancloud_stack::{Problem, Severity};

use super::style::{ERROR, FAINT, HINT, STRONG, WARNING, paint};

/// What is wrong and where, AWS's rule, a way out, and the source line that declared it.
pub(crate) fn text(problem: &Problem) -> String {
    let mut text = brief(problem);
    for (label, content) in [
        ("rule:", &problem.rule),
        ("see:", &problem.document),
        ("at:", &problem.declared_at),
    ] {
        if !content.is_empty() {
            text += &format!("\n  {} {content}", paint(FAINT, label));
        }
    }
    text
}

/// What is wrong and where, and a way out.
pub(crate) fn brief(problem: &Problem) -> String {
    let (style, severity) = match problem.severity {
        Severity::Error => (ERROR, "error:"),
        Severity::Warning => (WARNING, "warning:"),
    };
    let mut text = format!(
        "{} {}: ",
        paint(style, severity),
        paint(STRONG, problem.address)
    );
    if !problem.property.is_empty() {
        text += &format!("{} ", problem.property);
    }
    text += &problem.wrong;
    if !problem.hint.is_empty() {
        text += &format!("\n  {} {}", paint(HINT, "hint:"), problem.hint);
    }
    text
}
