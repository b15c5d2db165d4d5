//! The document, and what of it is held: every block, with the notes below it.

use jeancloud_stack::plan::{Loss, PlanReport};

const DOCUMENT: &str = include_str!("../../../../docs/how-planning-works.md");

/// Where the examples are.
const EXAMPLES: [&str; 8] = [
    include_str!("adopting.rs"),
    include_str!("changes.rs"),
    include_str!("drift.rs"),
    include_str!("failing.rs"),
    include_str!("lifecycle.rs"),
    include_str!("parts.rs"),
    include_str!("renaming.rs"),
    include_str!("replacements.rs"),
];

/// What the document shows under a name.
struct Excerpt {
    name: &'static str,
    block: String,
    notes: Vec<String>,
}

/// That the document shows this under this name, as it is.
#[track_caller]
pub fn shows(name: &str, block: &str) {
    shows_with_notes(name, block, &[]);
}

/// The same, with these notes below it and no others.
#[track_caller]
pub fn shows_with_notes(name: &str, block: &str, notes: &[String]) {
    let notes: Vec<String> = notes.iter().map(|note| format!("note: {note}")).collect();
    let shown = excerpts().into_iter().find(|excerpt| excerpt.name == name);
    let is_shown =
        shown.is_some_and(|excerpt| (&excerpt.block[..], &excerpt.notes) == (block, &notes));
    let quoted: String = notes.iter().map(|note| format!("\n> {note}\n")).collect();
    assert!(
        is_shown,
        "the document does not show\n<!-- {name} -->\n```\n{block}\n```\n{quoted}"
    );
}

/// The notes of a report, and last, as on a terminal, what the plan loses.
pub fn notes(report: &PlanReport) -> Vec<String> {
    let losses = report.losses.iter().map(Loss::to_string);
    report.notes.iter().cloned().chain(losses).collect()
}

fn excerpts() -> Vec<Excerpt> {
    let mut lines = DOCUMENT.lines().peekable();
    let mut excerpts = Vec::new();
    while let Some(line) = lines.next() {
        let Some(name) = name_in(line) else { continue };
        assert_eq!(lines.next(), Some("```"), "a block stands below {name}");
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let mut notes = vec![String::new()];
        while let Some(line) = lines.next_if(|line| line.is_empty() || line.starts_with('>')) {
            match (line.trim_start_matches('>').trim(), notes.last_mut()) {
                (text, Some(note)) if !text.is_empty() => *note += &format!(" {text}"),
                _ => notes.push(String::new()),
            }
        }
        let notes = notes.iter().map(|note| note.trim().to_owned());
        excerpts.push(Excerpt {
            name,
            block: block.join("\n"),
            notes: notes.filter(|note| !note.is_empty()).collect(),
        });
    }
    excerpts
}

fn name_in(line: &str) -> Option<&str> {
    line.strip_prefix("<!-- ")?.strip_suffix(" -->")
}

#[test]
fn every_block_and_every_note_is_held_by_an_example() {
    let excerpts = excerpts();
    let fences = DOCUMENT.lines().filter(|line| *line == "```").count();
    assert_eq!(fences, 2 * excerpts.len(), "a block has no name");
    let notes = DOCUMENT.lines().filter(|line| line.starts_with("> note:"));
    let held: usize = excerpts.iter().map(|excerpt| excerpt.notes.len()).sum();
    assert_eq!(notes.count(), held, "a note stands below no block");
    for Excerpt { name, .. } in excerpts {
        let quoted = format!("\"{name}\"");
        let examples = EXAMPLES
            .iter()
            .map(|example| example.matches(&quoted).count());
        assert_eq!(examples.sum::<usize>(), 1, "{name} is shown and held once");
    }
}
