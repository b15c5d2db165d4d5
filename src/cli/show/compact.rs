//! Many entries alike on few lines: what keeps a plan of a thousand actions readable.

use std::collections::BTreeMap;

use super::{
    entry::{Entry, Kind},
    fold,
    style::{FAINT, paint, width},
    value::Values,
};

/// What fits on a line of names.
const LINE: usize = 92;

/// So many lines of names, and the rest is counted.
const LINES: usize = 3;

/// Entries alike, beyond which only the first one is shown.
const ALIKE: usize = 3;

/// The entries by what is done, to what type and why: of many alike how many, their names, and what
/// is done to the first of them; of few, each.
pub(crate) fn lines(entries: &[Entry<'_>], values: Values<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for alike in groups(entries) {
        let first = alike[0];
        let listed = matches!(first.kind, Kind::Create | Kind::Read);
        if alike.len() <= ALIKE && !listed {
            alike
                .iter()
                .for_each(|entry| lines.extend(entry.lines(values)));
            continue;
        }
        lines.push(heading(&alike));
        let names = alike.iter().map(|entry| entry.action.address.name());
        let names = wrapped(&runs(&names.collect::<Vec<_>>()));
        lines.extend(names.into_iter().map(|line| format!("    {line}")));
        let body = first.body(values);
        if !listed && !body.is_empty() {
            lines.push(format!(
                "    {}",
                paint(FAINT, format!("as {}:", first.action.address.name()))
            ));
            lines.extend(body.into_iter().map(|line| format!("      {line}")));
        }
    }
    lines
}

/// `+ 300 AWS::EC2::SecurityGroup`.
fn heading(alike: &[&Entry<'_>]) -> String {
    let first = alike[0];
    let sign = paint(first.kind.style(), first.kind.sign());
    let type_name = paint(FAINT, &first.action.type_name);
    format!("{sign} {} {type_name}{}", alike.len(), first.why())
}

/// Those that are alike, in the order of the first of them.
fn groups<'e, 'p>(entries: &'e [Entry<'p>]) -> Vec<Vec<&'e Entry<'p>>> {
    let mut groups: Vec<Vec<&Entry<'_>>> = Vec::new();
    let mut known: BTreeMap<(Kind, &str, String, Vec<&str>), usize> = BTreeMap::new();
    for entry in entries {
        let paths = match entry.kind {
            Kind::Create | Kind::Read => Vec::new(),
            _ => entry
                .action
                .changes
                .iter()
                .map(|change| change.path.as_str())
                .collect(),
        };
        let key = (
            entry.kind,
            entry.action.type_name.as_str(),
            entry.why(),
            paths,
        );
        let index = *known.entry(key).or_insert(groups.len());
        match groups.get_mut(index) {
            Some(group) => group.push(entry),
            None => groups.push(vec![entry]),
        }
    }
    groups
}

/// Names that are shown as one, and how many they are.
#[derive(Debug, PartialEq)]
struct Run {
    text: String,
    names: usize,
}

/// Those of one component are one: `web/*`. Those that differ only by a number that counts up are
/// one run: `group-001 … group-300`.
fn runs(names: &[&str]) -> Vec<Run> {
    let mut components: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in names {
        let component = name
            .split_once('/')
            .map_or(*name, |(component, _)| component);
        components.entry(component).or_default().push(name);
    }
    let alone = components.values().filter(|names| names.len() == 1).count();
    let shown = |(component, names): (&str, Vec<&str>)| match names[..] {
        // Many components of one each are read like many of two each.
        [one] if one == component || alone <= fold::ITEMS => (one.to_owned(), 1),
        _ => (format!("{component}/*"), names.len()),
    };
    let mut shown: Vec<(String, usize)> = components.into_iter().map(shown).collect();
    shown.sort_by(|a, b| natural(&a.0).cmp(&natural(&b.0)));
    let mut runs: Vec<(String, String, usize, usize)> = Vec::new();
    for (name, each) in shown {
        match runs.last_mut() {
            Some((_, last, of, number)) if *of == each && follows(last, &name) => {
                (*last, *number) = (name, *number + 1);
            }
            _ => runs.push((name.clone(), name, each, 1)),
        }
    }
    let run = |(first, last, each, number): (String, String, usize, usize)| {
        let text = match (number, each) {
            (1, 1) => first,
            (1, _) => format!("{first} ({each})"),
            (_, 1) => format!("{first} … {last}"),
            _ => format!("{first} … {last} ({each} each)"),
        };
        Run {
            text,
            names: each * number,
        }
    };
    runs.into_iter().map(run).collect()
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

/// Names on a few lines; those for which there is no room are counted.
fn wrapped(runs: &[Run]) -> Vec<String> {
    let mut lines = vec![String::new()];
    for (index, Run { text, .. }) in runs.iter().enumerate() {
        let begins = lines.last().is_none_or(String::is_empty);
        let used = lines.last().map_or(0, |line| width(line));
        if !begins && used + width(text) + 3 > LINE {
            if lines.len() == LINES {
                let left = runs[index..].iter().map(|run| run.names).sum();
                lines.push(fold::more(left, "resource"));
                return lines;
            }
            lines.push(String::new());
        }
        let comma = if index + 1 == runs.len() { "" } else { "," };
        if let Some(line) = lines.last_mut() {
            let blank = if line.is_empty() { "" } else { " " };
            *line += &format!("{blank}{text}{comma}");
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(names: &[&str]) -> Vec<String> {
        runs(names).into_iter().map(|run| run.text).collect()
    }

    #[test]
    fn names_that_count_up_are_one_run() {
        assert_eq!(
            texts(&["a-1", "a-2", "a-3", "b", "a-9", "x-09-in", "x-10-in"]),
            ["a-1 … a-3", "a-9", "b", "x-09-in … x-10-in"]
        );
        let mut names = ["g-10", "g-9", "é2"];
        names.sort_by(|a, b| natural(a).cmp(&natural(b)));
        assert_eq!(names, ["g-9", "g-10", "é2"]);
    }

    #[test]
    fn what_is_in_a_component_is_counted_there() {
        let names = [
            "web/a",
            "web/b",
            "group-1/x",
            "group-1/y",
            "group-2/x",
            "group-2/y",
            "vpc",
        ];
        assert_eq!(
            texts(&names),
            ["group-1/* … group-2/* (2 each)", "vpc", "web/* (2)"]
        );
    }

    #[test]
    fn names_without_room_are_counted() {
        let names: Vec<String> = (0..200u32).map(|n| format!("name-{}", n * 7)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let lines = wrapped(&runs(&names));
        assert_eq!(lines.len(), LINES + 1);
        let shown = lines[..LINES].join(" ").matches("name-").count();
        let last = super::super::style::plain(&lines[LINES]);
        assert_eq!(last, format!("… {} more resources", 200 - shown));
    }
}
