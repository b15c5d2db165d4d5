//! `mod.rs` and `lib.rs` are tables of contents: documentation, modules, re-exports, and at most a
//! parent that names its parts in order.

use super::sources::{Finding, Sources};

/// What begins a line of logic: decisions, loops and implementations have a file of their own.
const LOGIC: [&str; 7] = [
    "impl", "if ", "match ", "for ", "while ", "loop ", "} else ",
];

/// Finds logic in tables of contents of the library's crates.
pub fn check(sources: &Sources) -> Vec<Finding> {
    let tables = sources.rust().filter(|(path, _)| is_table(path));
    tables
        .filter_map(|(path, text)| logic_in(path, text))
        .collect()
}

fn is_table(path: &str) -> bool {
    path.contains("src/") && (path.ends_with("/mod.rs") || path.ends_with("/lib.rs"))
}

fn logic_in(path: &str, text: &str) -> Option<Finding> {
    let index = text.lines().position(is_logic)?;
    Some(Finding::in_line(
        path,
        index,
        "a table of contents has no logic; give it a file of its own",
    ))
}

fn is_logic(line: &str) -> bool {
    let line = line.trim_start();
    LOGIC.iter().any(|begin| line.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::{super::sources::one, *};

    #[test]
    fn logic_in_a_table_is_found_and_a_list_of_parts_is_not() {
        let table = "//! For all.\n\nmod a;\npub use a::A;\n\npub fn all() {\n    a::a();\n}\n";
        assert!(check(&one("x/src/a/mod.rs", table)).is_empty());
        assert_eq!(check(&one("x/src/lib.rs", "impl A {}\n")).len(), 1);
        let decision = "fn a() {\n    if b() {}\n}\n";
        assert_eq!(check(&one("x/src/a/mod.rs", decision)).len(), 1);
        assert!(check(&one("x/src/a.rs", decision)).is_empty());
    }
}
