//! Many entries of a kind on few lines: what keeps a plan of a thousand actions readable.

use std::collections::BTreeMap;

use super::{
    entry::{Entry, Kind},
    style::{FAINT, paint, width},
};

/// What fits on a line of names.
const LINE: usize = 92;

/// The entries that need no look at each (creations and lookups), by kind and type: how many, and
/// their names.
pub(crate) fn lines(entries: &[Entry<'_>]) -> Vec<String> {
    let mut groups: BTreeMap<(Kind, &str), Vec<&str>> = BTreeMap::new();
    for entry in entries {
        let names = groups
            .entry((entry.kind, &entry.action.type_name))
            .or_default();
        names.push(entry.action.address.name());
    }
    let mut lines = Vec::new();
    for ((kind, type_name), mut names) in groups {
        let sign = paint(kind.style(), kind.sign());
        lines.push(format!(
            "{sign} {} {}",
            names.len(),
            paint(FAINT, type_name)
        ));
        names.sort_by(|a, b| natural(a).cmp(&natural(b)));
        lines.extend(
            wrapped(&runs(&names))
                .into_iter()
                .map(|line| format!("    {line}")),
        );
    }
    lines
}

/// Names that differ only by a number that counts up are one run: `group-001 … group-300`.
fn runs(names: &[&str]) -> Vec<String> {
    let mut runs: Vec<(&str, &str)> = Vec::new();
    for name in names {
        match runs.last_mut() {
            Some((_, last)) if follows(last, name) => *last = name,
            _ => runs.push((name, name)),
        }
    }
    let shown = |(first, last): &(&str, &str)| match first == last {
        true => (*first).to_owned(),
        false => format!("{first} … {last}"),
    };
    runs.iter().map(shown).collect()
}

fn follows(before: &str, after: &str) -> bool {
    let (Some((one, a, end)), Some((other, b, other_end))) = (number(before), number(after)) else {
        return false;
    };
    one == other && end == other_end && b.checked_sub(1) == Some(a)
}

/// What stands before the last number of a name, the number, and what stands after it.
fn number(name: &str) -> Option<(&str, u64, &str)> {
    let end = name.rfind(|c: char| c.is_ascii_digit())? + 1;
    let start = name[..end]
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |at| {
            at + name[at..].chars().next().map_or(1, char::len_utf8)
        });
    Some((&name[..start], name[start..end].parse().ok()?, &name[end..]))
}

/// Sorts `group-2` before `group-10`.
fn natural(name: &str) -> (&str, u64, &str) {
    number(name).unwrap_or((name, 0, ""))
}

fn wrapped(words: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let comma = if index + 1 == words.len() { "" } else { "," };
        match lines.last_mut() {
            Some(line) if width(line) + width(word) + 2 <= LINE => {
                *line += &format!(" {word}{comma}")
            }
            _ => lines.push(format!("{word}{comma}")),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_count_up_are_one_run() {
        assert_eq!(
            runs(&["a-1", "a-2", "a-3", "b", "a-9", "x-09-in", "x-10-in"]),
            ["a-1 … a-3", "b", "a-9", "x-09-in … x-10-in"]
        );
        let mut names = ["g-10", "g-9", "é2"];
        names.sort_by(|a, b| natural(a).cmp(&natural(b)));
        assert_eq!(names, ["g-9", "g-10", "é2"]);
    }
}
