//! [`Change`]: what a row changes, as the two versions of its resource say it.

use std::collections::BTreeSet;

use jeancloud_stack::Stack;
use serde_json::{Map, Value as Json};

use crate::table::{Row, SUBJECT};

/// How many characters of a value a table shows.
const SHOWN: usize = 60;
/// How many of those before the first difference.
const BEFORE: usize = 20;

/// What a row changes.
pub struct Change {
    /// The innermost property that holds all of it, as `PolicyDocument/Statement`; several of one
    /// parent with a comma.
    pub property: String,
    /// What it is before.
    pub before: String,
    /// What it is after.
    pub after: String,
    /// Terraform's arguments that change.
    pub arguments: Vec<String>,
}

impl Change {
    /// What `row` changes.
    pub fn of(row: &Row) -> Self {
        let [before, after] = row.stacks().map(|stack| properties(&stack));
        let (path, before, after) = innermost(&before, &after);
        let [before, after] = [before, after].map(|value| shown(&value));
        let same = before.chars().zip(after.chars());
        let same = same.take_while(|(one, other)| one == other).count();
        Self {
            property: path.join("/"),
            before: cut(&before, same),
            after: cut(&after, same),
            arguments: arguments(row),
        }
    }
}

/// The properties of the resource that a stack's row is about.
fn properties(stack: &Stack) -> Json {
    let declarations = stack.declarations().into_iter();
    let mut subjects = declarations.filter(|it| it.address.name() == SUBJECT);
    let subject = subjects.next().expect("a row declares its subject");
    subject.properties
}

/// The innermost place that holds the whole difference, and what is there before and after.
fn innermost(before: &Json, after: &Json) -> (Vec<String>, Json, Json) {
    let names = differing(before, after);
    match &names[..] {
        [] => (Vec::new(), before.clone(), after.clone()),
        [name] => {
            let (below, before, after) = innermost(member(before, name), member(after, name));
            ([vec![name.clone()], below].concat(), before, after)
        }
        several => {
            let path = match before.is_object() {
                true => vec![several.join(", ")],
                false => Vec::new(),
            };
            (path, only(before, several), only(after, several))
        }
    }
}

/// The members in which two values differ; none where they are no objects, and no lists of one length.
fn differing(before: &Json, after: &Json) -> Vec<String> {
    let names: BTreeSet<String> = match (before, after) {
        (Json::Object(one), Json::Object(other)) if !is_marker(before) && !is_marker(after) => {
            one.keys().chain(other.keys()).cloned().collect()
        }
        (Json::Array(one), Json::Array(other)) if one.len() == other.len() => {
            (0..one.len()).map(|at| at.to_string()).collect()
        }
        _ => return Vec::new(),
    };
    let differ = |name: &String| member(before, name) != member(after, name);
    names.into_iter().filter(differ).collect()
}

fn member<'j>(value: &'j Json, name: &str) -> &'j Json {
    let member = match value {
        Json::Array(items) => name.parse().ok().and_then(|at: usize| items.get(at)),
        value => value.get(name),
    };
    member.unwrap_or(&Json::Null)
}

/// An object with only these members; a list stays whole.
fn only(value: &Json, names: &[String]) -> Json {
    let Json::Object(members) = value else {
        return value.clone();
    };
    let wanted = names.iter().filter_map(|name| {
        let value = members.get(name)?;
        Some((name.clone(), value.clone()))
    });
    wanted.collect::<Map<_, _>>().into()
}

/// Whether it stands for what is known later, or depends on the region.
fn is_marker(value: &Json) -> bool {
    let names = value.as_object().into_iter().flat_map(Map::keys);
    names.into_iter().any(|name| name.starts_with('$'))
}

/// A value for people; another resource by its name.
fn shown(value: &Json) -> String {
    match named(value) {
        Json::Null => "nothing".to_owned(),
        Json::String(text) => text,
        other => other.to_string().replace('"', ""),
    }
}

/// A text that fits into a table, around the place at which the two differ.
fn cut(text: &str, same: usize) -> String {
    let length = text.chars().count();
    let skipped = match length {
        0..=SHOWN => 0,
        _ => same.saturating_sub(BEFORE),
    };
    let begin = if skipped > 0 { "…" } else { "" };
    let end = if length - skipped > SHOWN { "…" } else { "" };
    let middle: String = text.chars().skip(skipped).take(SHOWN).collect();
    format!("{begin}{middle}{end}")
}

/// A value with the names of other resources in the place of their outputs.
fn named(value: &Json) -> Json {
    match value {
        Json::Object(members) if is_marker(value) => match members.iter().next() {
            Some((marker, it)) if marker == "$output" => {
                let address = it[0].as_str().unwrap_or_default();
                address.rsplit('/').next().unwrap_or(address).into()
            }
            Some((marker, Json::Array(parts))) if marker == "$text" => {
                let parts = parts.iter().map(named);
                let texts = parts.map(|part| part.as_str().unwrap_or_default().to_owned());
                texts.collect::<String>().into()
            }
            Some((_, it)) => it.clone(),
            None => value.clone(),
        },
        Json::Object(members) => {
            let members = members.iter();
            members
                .map(|(name, it)| (name.clone(), named(it)))
                .collect()
        }
        Json::Array(items) => items.iter().map(named).collect(),
        other => other.clone(),
    }
}

fn arguments(row: &Row) -> Vec<String> {
    let [before, after] = row.arguments.each_ref().map(|it| it.as_object());
    let (Some(before), Some(after)) = (before, after) else {
        return Vec::new();
    };
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differing = names
        .into_iter()
        .filter(|it| before.get(*it) != after.get(*it));
    differing.cloned().collect()
}
