//! Our half of the document, held without Terraform.

use std::{collections::BTreeSet, fs, path::Path};

use jeancloud_model::{ResourceKind, catalogue};

use crate::{change::Change, document, rows, verdict::Verdict};

#[test]
fn the_document_has_our_planners_verdicts() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/beside-terraform.md");
    let document = fs::read_to_string(path).expect("the document is part of the repository");
    let rows = rows::all();
    let theirs = verdicts(&document);
    assert_eq!(theirs.len(), rows.len(), "rows came or went: {STALE}");
    let text = document::of(&rows, &theirs).unwrap_or_else(|error| panic!("{error}"));
    let mut lines = document.lines().zip(text.lines());
    let stale = lines.find(|(is, ought)| is != ought);
    assert_eq!(stale, None, "{STALE}");
    assert_eq!(document, text, "{STALE}");
}

const ALL: [Verdict; 3] = [Verdict::Nothing, Verdict::Update, Verdict::Replace];
const STALE: &str = "run `cargo xtask peers changes --write`";

#[test]
fn every_type_that_is_made_changes() {
    let rows = rows::all();
    let changed: BTreeSet<&str> = rows.iter().map(|row| row.type_name).collect();
    let types = catalogue::types().iter();
    let made: BTreeSet<&str> = types
        .filter(|info| info.kind == ResourceKind::Managed)
        .map(|info| info.type_name)
        .collect();
    assert_eq!(changed, made);
    assert!(rows.len() >= 60);
}

#[test]
fn each_row_changes_something_in_both_languages() {
    for row in rows::all() {
        let change = Change::of(&row);
        let (type_name, property) = (row.type_name, &change.property);
        assert_ne!(change.before, change.after, "{type_name} {property}");
        assert!(!change.arguments.is_empty(), "{type_name} {property}");
    }
}

#[test]
fn a_difference_needs_a_reason_and_a_reason_a_difference() {
    // Some of those that agree are enough.
    let mut agreed = 0;
    let mut rows = rows::all();
    rows.retain(|row| {
        agreed += u32::from(row.because.is_none());
        row.because.is_some() || agreed % 10 == 0
    });
    let reasons = rows.iter().filter(|row| row.because.is_some()).count();
    let agreeing: Vec<Verdict> = rows.iter().map(|row| Verdict::ours(row).unwrap()).collect();
    let error = document::of(&rows, &agreeing).unwrap_err();
    let needless = error.matches("a reason is given for a difference").count();
    assert_eq!(needless, reasons);

    let never = |ours: &Verdict| match ours {
        Verdict::Nothing => Verdict::Update,
        Verdict::Update | Verdict::Replace => Verdict::Nothing,
    };
    let differing: Vec<Verdict> = agreeing.iter().map(never).collect();
    let error = document::of(&rows, &differing).unwrap_err();
    let missing = error.matches("no reason is given").count();
    assert_eq!(missing, rows.len() - reasons);
}

#[test]
fn a_document_gives_back_what_was_written() {
    let theirs = ALL;
    let table =
        theirs.map(|verdict| format!("| `A` `B` | x → a \\| b | `c` | {verdict} | none |  |"));
    assert_eq!(verdicts(&table.join("\n")), theirs);
}

/// Terraform's verdicts in a document, in their order.
fn verdicts(document: &str) -> Vec<Verdict> {
    let rows = document.lines().filter(|line| line.starts_with("| `"));
    let told = rows.filter_map(|row| row.split(" | ").nth(3));
    let verdict = |told: &str| ALL.into_iter().find(|it| it.as_str() == told);
    told.filter_map(verdict).collect()
}
