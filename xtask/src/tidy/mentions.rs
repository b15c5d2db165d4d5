//! What a document names exists: files, folders, links, and names of the code.
//!
//! Paths may be short: `ec2/subnet.rs` is any file whose path ends so. A name of the code
//! (`Value::check`) is looked for word by word, which is enough to find what was renamed.

use std::collections::BTreeSet;

use super::sources::{Finding, Sources};

/// Documents that tell of the past, or that are held to the code by other rules.
const OTHERS: [&str; 2] = ["CHANGELOG.md", "docs/coverage.md"];

/// Finds what documents and comments name and nobody finds.
pub fn check(sources: &Sources) -> Vec<Finding> {
    let known = Known::of(sources);
    let mut findings = Vec::new();
    for (path, text) in &sources.0 {
        if path.ends_with(".rs") {
            findings.extend(in_comments(&known, path, text));
        } else if !OTHERS.contains(&path.as_str()) {
            findings.extend(in_document(&known, path, text));
        }
    }
    findings
}

/// What there is.
struct Known<'s> {
    paths: BTreeSet<&'s str>,
    words: BTreeSet<&'s str>,
}

impl<'s> Known<'s> {
    fn of(sources: &'s Sources) -> Self {
        let not_in_words = |c: char| !(c.is_alphanumeric() || c == '_');
        let words = sources
            .rust()
            .flat_map(|(_, text)| text.split(not_in_words))
            .collect();
        let paths = sources.0.keys().map(String::as_str).collect();
        Self { paths, words }
    }

    /// Whether a file or folder has this path, or one that ends so.
    fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let (below, inside, within) = (format!("/{path}"), format!("{path}/"), format!("/{path}/"));
        self.paths.iter().any(|known| {
            *known == path
                || known.ends_with(&below)
                || known.starts_with(&inside)
                || known.contains(&within)
        })
    }
}

fn in_comments(known: &Known<'_>, path: &str, text: &str) -> Vec<Finding> {
    let comments = text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.trim_start().starts_with("//"));
    let named = comments.flat_map(|(index, line)| quoted(line).map(move |token| (index, token)));
    named
        .filter(|(_, token)| is_file(token) && !known.has(token))
        .map(|(index, token)| nobody_finds(path, index, token))
        .collect()
}

fn in_document(known: &Known<'_>, path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut in_code = false;
    for (index, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            in_code = !in_code;
            continue;
        }
        let tokens: Vec<&str> = match in_code {
            true => line.split_whitespace().filter(|t| is_path(t)).collect(),
            false => quoted(line).chain(links(line)).collect(),
        };
        let missing = tokens.into_iter().filter(|token| !exists(known, token));
        findings.extend(missing.map(|token| nobody_finds(path, index, token)));
    }
    findings
}

fn exists(known: &Known<'_>, token: &str) -> bool {
    if is_path(token) {
        known.has(token)
    } else if is_name(token) {
        let name = token.trim_end_matches("()").trim_end_matches('!');
        name.split("::").all(|word| known.words.contains(word))
    } else {
        true
    }
}

fn nobody_finds(path: &str, index: usize, token: &str) -> Finding {
    Finding::in_line(path, index, format!("names `{token}`, which nobody finds"))
}

/// What stands in backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The targets of links inside the repository.
fn links(line: &str) -> impl Iterator<Item = &str> {
    let targets = line.split("](").skip(1);
    let targets = targets.filter_map(|rest| rest.split([')', '#']).next());
    targets.filter(|target| is_path(target))
}

/// Whether it reads as a file of sources or documents, without placeholders.
fn is_file(token: &str) -> bool {
    is_plain(token) && (token.ends_with(".rs") || token.ends_with(".md"))
}

/// Whether it reads as a file or, by the slash at its end, as a folder. What begins with a dot is
/// what a program makes where it runs.
fn is_path(token: &str) -> bool {
    is_file(token) || (is_plain(token) && token.ends_with('/'))
}

fn is_plain(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_alphanumeric())
        && token
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c))
}

/// Whether it reads as a name of the code: `Facts`, `Value::check`, `resource!`.
fn is_name(token: &str) -> bool {
    let name = token.trim_end_matches("()").trim_end_matches('!');
    name.split("::").all(|word| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(document: &str) -> usize {
        let texts = [
            ("a/src/ec2/vpc.rs", "struct Vpc;\nfn check() {}\n"),
            ("docs/words.md", document),
        ];
        let texts = texts.map(|(path, text)| (path.to_owned(), text.to_owned()));
        check(&Sources(texts.into())).len()
    }

    #[test]
    fn paths_links_and_names_are_looked_for() {
        assert_eq!(found("`ec2/vpc.rs`, `a/src/`, [words](docs/words.md)"), 0);
        assert_eq!(found("`ec2/subnet.rs`, `b/src/`, [w](docs/others.md)"), 3);
        assert_eq!(found("`Vpc::check`, `Vpc`, `check()`, `vpc!`"), 1);
        assert_eq!(found("```\na/ b/\n```\n"), 1);
    }

    #[test]
    fn commands_placeholders_and_what_programs_write_are_left_alone() {
        assert_eq!(found("`cargo xtask tidy`, `<service>/<type>.rs`"), 0);
        assert_eq!(
            found("`.jeancloud/web/`, `10.0.0.0/16`, `a/b`\n```\n// a\n```"),
            0
        );
    }

    #[test]
    fn comments_name_files_that_exist() {
        let texts = [("a/b.rs", "//! See `a/b.rs`.\n// `c.rs` and `D::E`\n")];
        let texts = texts.map(|(path, text)| (path.to_owned(), text.to_owned()));
        assert_eq!(check(&Sources(texts.into())).len(), 1);
    }
}
