//! A [`Problem`] on a terminal.

use jeancloud_stack::{Problem, Severity};

use super::style::{ERROR, FAINT, HINT, STRONG, WARNING, paint};

/// What is wrong and where, AWS's rule, a way out, and the source line that declared it.
pub(crate) fn text(problem: &Problem) -> String {
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
    for (label, style, content) in [
        ("rule:", FAINT, &problem.rule),
        ("hint:", HINT, &problem.hint),
        ("see:", FAINT, &problem.document),
        ("at:", FAINT, &problem.declared_at),
    ] {
        if !content.is_empty() {
            text += &format!("\n  {} {content}", paint(style, label));
        }
    }
    text
}
