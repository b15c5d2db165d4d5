//! A file that nobody can keep in mind is split.

use super::sources::{Finding, Sources};

/// The most lines of a Rust file.
const LINES: usize = 800;

/// Finds Rust files that are too long.
pub fn check(sources: &Sources) -> Vec<Finding> {
    let lengths = sources
        .rust()
        .map(|(path, text)| (path, text.lines().count()));
    let long = lengths.filter(|(_, lines)| *lines > LINES);
    long.map(|(path, lines)| {
        Finding::in_file(path, format!("{lines} lines; split it below {LINES}"))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::{super::sources::one, *};

    #[test]
    fn a_long_file_is_found() {
        assert!(check(&one("a.rs", &"\n".repeat(LINES))).is_empty());
        assert_eq!(check(&one("a.rs", &"\n".repeat(LINES + 1))).len(), 1);
    }
}
