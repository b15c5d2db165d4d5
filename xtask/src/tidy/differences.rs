//! What the tests know of the differences between moto and the emulator is what the page about them
//! says.

use std::collections::BTreeMap;

use super::sources::{Finding, Sources};

/// The page.
const PAGE: &str = "docs/emulator-and-moto.md";
/// The constants: `pub const KEYS_ARE_RSA: Difference = on_moto("acm-key-algorithm");`.
const CODE: &str = "tests/conformance/gaps.rs";
/// Where AWS's documents are.
const AWS: &str = "(https://docs.aws.amazon.com/";

/// Finds lines of the page that no constant stands for, constants that no line explains or no test
/// uses, and lines without a document of AWS's.
pub fn check(sources: &Sources) -> Vec<Finding> {
    let text = |path: &str| sources.0.get(path).map_or("", String::as_str);
    let (page, code) = (rows(text(PAGE)), constants(text(CODE)));
    let mut findings = Vec::new();
    for (name, (line, row)) in &page {
        if !code.values().any(|it| it == name) {
            let what = format!("{name} is no difference that {CODE} knows");
            findings.push(Finding::in_line(PAGE, *line, what));
        }
        if !row.contains(AWS) {
            let what = format!("{name} names no document of AWS's");
            findings.push(Finding::in_line(PAGE, *line, what));
        }
    }
    for (constant, name) in &code {
        if !page.contains_key(name) {
            let what = format!("{PAGE} doesn't explain {name}");
            findings.push(Finding::in_file(CODE, what));
        }
        if !is_used(sources, constant) {
            let what = format!("no test uses {constant}: is {name} still a difference?");
            findings.push(Finding::in_file(CODE, what));
        }
    }
    findings
}

/// The lines of the page's table by the difference's name, with their numbers.
fn rows(page: &str) -> BTreeMap<&str, (usize, &str)> {
    let lines = page.lines().enumerate();
    lines
        .filter_map(|(number, line)| {
            let (name, row) = line.strip_prefix("| `")?.split_once("` |")?;
            Some((name, (number, row)))
        })
        .collect()
}

/// The constants and the names that they have on the page.
fn constants(code: &str) -> BTreeMap<&str, &str> {
    let lines = code.lines();
    lines
        .filter_map(|line| {
            let (constant, rest) = line.strip_prefix("pub const ")?.split_once(": ")?;
            Some((constant, rest.split('"').nth(1)?))
        })
        .collect()
}

/// Whether code, and no comment, of another file of the tests names a constant.
fn is_used(sources: &Sources, constant: &str) -> bool {
    let named = format!("gaps::{constant}");
    let tests = sources.rust();
    let mut tests = tests.filter(|(path, _)| path.starts_with("tests/") && *path != CODE);
    tests.any(|(_, text)| {
        let mut code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        code.any(|line| line.contains(&named))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(page: &str, code: &str, test: &str) -> Vec<String> {
        let files = [(PAGE, page), (CODE, code), ("tests/a.rs", test)];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        let findings = check(&Sources(files.into()));
        findings.iter().map(Finding::to_string).collect()
    }

    #[test]
    fn each_line_has_a_constant_and_a_document_and_each_constant_a_line_and_a_test() {
        let page = "| `a` | [X](https://docs.aws.amazon.com/x.html) |\n";
        let code = "pub const A: Difference = on_moto(\"a\");\n";
        let test = "gaps::A,\n";
        assert_eq!(found(page, code, test), [""; 0]);
        assert_eq!(found("", code, test).len(), 1);
        assert_eq!(found(page, "", test).len(), 1);
        assert_eq!(found(page, code, "// gaps::A\n").len(), 1);
        assert_eq!(found("| `a` | somewhere |\n", code, test).len(), 1);
    }
}
