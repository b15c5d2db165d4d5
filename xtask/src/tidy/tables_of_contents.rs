//! `mod.rs` and `lib.rs` are tables of contents: documentation, modules, re-exports, and at most a
//! short parent that names its parts in order.

use super::sources::{Finding, Sources};

/// The most lines of functions and implementations in a table of contents: what fits on a screen.
const LINES: usize = 60;

/// Finds tables of contents that are more than that.
pub fn check(sources: &Sources) -> Vec<Finding> {
    let tables = sources.rust().filter(|(path, _)| is_table(path));
    let logic = tables.map(|(path, text)| (path, lines_of_logic(text)));
    logic
        .filter(|(_, lines)| *lines > LINES)
        .map(|(path, lines)| {
            let what = format!("{lines} lines of logic in a table of contents; give it a file");
            Finding::in_file(path, what)
        })
        .collect()
}

fn is_table(path: &str) -> bool {
    path.contains("src/") && (path.ends_with("/mod.rs") || path.ends_with("/lib.rs"))
}

/// Counts the lines from `fn` or `impl` at the margin to the brace that closes it.
fn lines_of_logic(text: &str) -> usize {
    let (mut lines, mut inside) = (0, false);
    for line in text.lines() {
        inside |= begins_logic(line);
        lines += usize::from(inside);
        inside &= line != "}" && !(begins_logic(line) && line.ends_with("{}"));
    }
    lines
}

fn begins_logic(line: &str) -> bool {
    let words = ["pub(crate) ", "pub(super) ", "pub ", "async ", "const "];
    let line = words
        .iter()
        .fold(line, |line, word| line.strip_prefix(word).unwrap_or(line));
    line.starts_with("fn ") || line.starts_with("impl")
}

#[cfg(test)]
mod tests {
    use super::{super::sources::one, *};

    #[test]
    fn logic_in_a_table_is_found_and_a_list_of_parts_is_not() {
        let list = "//! For all.\n\nmod a;\npub use a::A;\n\npub fn all() {\n    a::a();\n}\n";
        assert!(check(&one("x/src/a/mod.rs", list)).is_empty());
        assert_eq!(lines_of_logic(list), 3);
        let logic = format!("impl A {{\n{}}}\n", "    fn a() {}\n".repeat(LINES));
        assert_eq!(check(&one("x/src/lib.rs", &logic)).len(), 1);
        assert!(check(&one("x/src/a.rs", &logic)).is_empty());
    }
}
