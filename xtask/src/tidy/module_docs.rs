//! Every module opens with what it is for.

use super::sources::{Finding, Sources};

/// Finds Rust files that don't open with `//!`.
pub fn check(sources: &Sources) -> Vec<Finding> {
    let undocumented = sources.rust().filter(|(_, text)| !text.starts_with("//!"));
    undocumented
        .map(|(path, _)| Finding::in_file(path, "doesn't open with what it is for (`//!`)"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{super::sources::one, *};

    #[test]
    fn a_file_without_docs_is_found() {
        assert!(check(&one("a.rs", "//! Purpose.\n")).is_empty());
        assert_eq!(check(&one("a.rs", "use std::fmt;\n")).len(), 1);
    }
}
