//! [`Pattern`]: a regular expression of a model, compiled when it is first needed.

use std::sync::OnceLock;

use regex_lite::Regex;

/// A regular expression that a whole text has to match.
///
/// Models write Java's dialect. What `regex-lite` can't express (Unicode classes, look-around)
/// accepts every text: AWS's rule is then kept by the operation, or by nobody.
pub(crate) struct Pattern {
    source: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub fn new(source: String) -> Self {
        Self {
            source,
            compiled: OnceLock::new(),
        }
    }

    /// The expression as the model writes it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether all of `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        let compiled = self
            .compiled
            .get_or_init(|| Regex::new(&translated(&self.source)).ok());
        compiled.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.source)
    }
}

/// The expression in Rust's dialect, anchored at both ends. `.` matches line ends too: the models'
/// patterns for documents are written as if it did.
fn translated(source: &str) -> String {
    // Java writes characters beyond the basic plane as two surrogates.
    let source = source.replace("\\uD800\\uDC00-\\uDBFF\\uDFFF", "\\u{10000}-\\u{10FFFF}");
    format!("^(?s:{source})$")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_text_has_to_match() {
        let pattern = Pattern::new("[a-z]+".into());
        assert!(pattern.matches("abc"));
        assert!(!pattern.matches("abc1"));
    }

    #[test]
    fn surrogates_and_unknown_syntax_are_no_obstacle() {
        let wide = Pattern::new(
            "[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*".into(),
        );
        assert!(wide.matches("a\n😀"));
        assert!(!wide.matches("a\u{1}"));
        assert!(Pattern::new("^([\\p{L}\\p{Z}]*)$".into()).matches("anything"));
    }
}
