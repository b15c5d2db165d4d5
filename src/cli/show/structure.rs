//! What changes inside a value, path by path: members of lists are matched by what names them, a
//! statement by its `Sid`, a container or a variable by its `Name`, and otherwise by what is in them.

use std::collections::BTreeSet;

use jeancloud_stack::plan::name_of;
use serde_json::{Map, Value as Json};

use super::{
    difference::{Line, compare},
    fold,
    matched::{Matched, matched},
    style::{CREATE, DELETE, FAINT, UPDATE, paint, width},
    value::{LINE, Shown, Values, document, is_marker},
};

/// What changes from one value to another: on a line where it fits, else in a block.
pub(crate) fn shown(before: &Json, after: &Json, values: Values<'_>) -> Shown {
    let (before, after) = (whole(before), whole(after));
    if before == after && is_hidden(&before) {
        // What differs must not be shown.
        let hidden = values.inline(&serde_json::json!({"sensitive": true}));
        return Shown::Line(format!("{hidden} {} {hidden}", paint(UPDATE, "→")));
    }
    match (&before, &after) {
        (Json::Object(old), Json::Object(new)) if inside(&before, &after) => {
            Shown::Block(members(old, new, values))
        }
        (Json::Array(old), Json::Array(new)) => list(old, new, values),
        // AWS takes one for a list of one.
        (Json::Array(old), one) if plain(one) => list(old, std::slice::from_ref(one), values),
        (one, Json::Array(new)) if plain(one) => list(std::slice::from_ref(one), new, values),
        (Json::String(old), Json::String(new)) if old.contains('\n') || new.contains('\n') => {
            Shown::Block(texts(old, new))
        }
        _ => {
            let (old, new) = (values.inline(&before), values.inline(&after));
            let arrow = paint(UPDATE, "→");
            match width(&old) + width(&new) < LINE {
                true => Shown::Line(format!("{old} {arrow} {new}")),
                false => Shown::Block(vec![
                    format!("{} {old}", paint(DELETE, "-")),
                    format!("{} {new}", paint(CREATE, "+")),
                ]),
            }
        }
    }
}

/// A value that stays as it is, although what it names is made anew.
pub(crate) fn made_anew(value: &Json, values: Values<'_>) -> Shown {
    let note = paint(FAINT, "(made anew)");
    match values.show(value) {
        Shown::Line(line) => Shown::Line(format!("{line} {note}")),
        Shown::Block(lines) => Shown::Block(lines.into_iter().chain([note.to_string()]).collect()),
    }
}

/// A value that is there only after, or only before: its first line with a sign.
pub(crate) fn signed(value: &Json, values: Values<'_>, sign: &str) -> Shown {
    match values.show(value) {
        Shown::Line(line) => Shown::Line(format!("{sign} {line}")),
        Shown::Block(lines) => Shown::Block(with_sign(lines, sign)),
    }
}

fn whole(value: &Json) -> Json {
    document(value).unwrap_or_else(|| value.clone())
}

/// Whether something in it must not be shown.
fn is_hidden(value: &Json) -> bool {
    match value {
        Json::Object(members) => {
            members.get("sensitive") == Some(&Json::Bool(true)) || members.values().any(is_hidden)
        }
        Json::Array(items) => items.iter().any(is_hidden),
        _ => false,
    }
}

fn plain(value: &Json) -> bool {
    !value.is_null() && (is_marker(value) || !value.is_object() && !value.is_array())
}

fn inside(before: &Json, after: &Json) -> bool {
    !is_marker(before) && !is_marker(after)
}

fn with_sign(lines: Vec<String>, sign: &str) -> Vec<String> {
    let line = |(index, line): (usize, String)| match index {
        0 => format!("{sign} {line}"),
        _ => format!("  {line}"),
    };
    lines.into_iter().enumerate().map(line).collect()
}

/// A name, and what is to be seen of it: beside it or below.
fn named(name: &str, shown: Shown) -> Vec<String> {
    match shown {
        Shown::Line(line) => vec![format!("{name}  {line}")],
        Shown::Block(lines) => {
            let lines = lines.into_iter().map(|line| format!("  {line}"));
            std::iter::once(name.to_owned()).chain(lines).collect()
        }
    }
}

fn members(
    before: &Map<String, Json>,
    after: &Map<String, Json>,
    values: Values<'_>,
) -> Vec<String> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let there = |map: &'_ Map<String, Json>, name| -> Option<Json> {
        map.get(name).filter(|value| !value.is_null()).cloned()
    };
    let mut lines = Vec::new();
    for name in names {
        let shown = match (there(before, name), there(after, name)) {
            (None, None) => continue,
            (Some(old), Some(new)) if old == new => continue,
            (Some(old), Some(new)) => shown(&old, &new, values),
            (None, Some(new)) => signed(&new, values, &plus()),
            (Some(old), None) => signed(&old, values, &minus()),
        };
        lines.extend(named(name, shown));
    }
    lines
}

fn plus() -> String {
    paint(CREATE, "+").to_string()
}

fn minus() -> String {
    paint(DELETE, "-").to_string()
}

fn texts(before: &str, after: &str) -> Vec<String> {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let line = |line: &Line<'_>| match line {
        Line::Same(line) => format!("  {line}"),
        Line::Gone(line) => format!("{} {line}", minus()),
        Line::New(line) => format!("{} {line}", plus()),
        Line::Folded(1) => paint(FAINT, "  … 1 line as before").to_string(),
        Line::Folded(number) => paint(FAINT, format!("  … {number} lines as before")).to_string(),
    };
    compare(&lines(before), &lines(after))
        .iter()
        .map(line)
        .collect()
}

fn list(before: &[Json], after: &[Json], values: Values<'_>) -> Shown {
    let Matched {
        after: news,
        gone,
        same,
    } = matched(before, after);
    if news.is_empty() && gone.is_empty() {
        return reordered(after, values);
    }
    let mut parts: Vec<Vec<String>> = Vec::new();
    for (old, new, index) in news {
        parts.push(match old {
            Some(old) => changed_member(old, new, index, values),
            None => new_member(new, values, &plus()),
        });
    }
    parts.extend(gone.iter().map(|old| new_member(old, values, &minus())));
    let hidden = fold::beyond(&mut parts, values.is_full());
    if hidden > 0 {
        parts.push(vec![fold::more(hidden, "change")]);
    }
    if same > 0 {
        parts.push(vec![
            paint(FAINT, format!("… {same} unchanged")).to_string(),
        ]);
    }
    let line: Option<Vec<&str>> = parts
        .iter()
        .map(|part| match &part[..] {
            [line] => Some(line.as_str()),
            _ => None,
        })
        .collect();
    let line = line
        .map(|line| line.join(", "))
        .filter(|line| width(line) <= LINE);
    match line {
        Some(line) => Shown::Line(line),
        None => Shown::Block(parts.into_iter().flatten().collect()),
    }
}

fn reordered(after: &[Json], values: Values<'_>) -> Shown {
    let order = values.inline(&Json::Array(after.to_vec()));
    match after.iter().all(plain) && width(&order) < LINE {
        true => Shown::Line(format!("in another order: {order}")),
        false => Shown::Line(format!("{} members in another order", after.len())),
    }
}

fn changed_member(old: &Json, new: &Json, index: usize, values: Values<'_>) -> Vec<String> {
    if let (Some((name, old)), Some((_, new))) = (pair(old), pair(new)) {
        let arrow = paint(UPDATE, "→");
        return vec![format!(
            "{name}={} {arrow} {}",
            values.inline(old),
            values.inline(new)
        )];
    }
    let name = name_of(new).map_or_else(|| format!("#{}", index + 1), str::to_owned);
    named(&name, shown(old, new, values))
}

fn new_member(member: &Json, values: Values<'_>, sign: &str) -> Vec<String> {
    if let Some((name, value)) = pair(member) {
        return vec![format!("{sign}{name}={}", values.inline(value))];
    }
    if plain(member) {
        return vec![format!("{sign}{}", values.inline(member))];
    }
    match (name_of(member), member) {
        (Some(name), Json::Object(members)) => {
            let rest = members
                .iter()
                .filter(|(_, value)| value.as_str() != Some(name));
            let rest = rest
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            let block = values.block(&Json::Object(rest));
            let lines = block.iter().map(|line| format!("    {line}"));
            std::iter::once(format!("{sign} {name}"))
                .chain(lines)
                .collect()
        }
        _ => with_sign(values.block(member), sign),
    }
}

/// A name and its value: a tag, a variable, an attribute.
fn pair(member: &Json) -> Option<(&str, &Json)> {
    let members = member.as_object().filter(|members| members.len() == 2)?;
    let name = members
        .get("Name")
        .or_else(|| members.get("Key"))?
        .as_str()?;
    let value = members.get("Value").or_else(|| members.get("ValueFrom"))?;
    Some((name, value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::style::plain as colourless, *};

    fn difference(before: Json, after: Json) -> String {
        match shown(&before, &after, Values::known()) {
            Shown::Line(line) => colourless(&line),
            Shown::Block(lines) => colourless(&lines.join("\n")),
        }
    }

    fn statement(sid: &str, actions: &[&str]) -> Json {
        json!({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": "*"})
    }

    #[test]
    fn statements_are_matched_by_sid_and_only_what_changes_is_shown() {
        let policy =
            |statements: &[Json]| json!({"Version": "2012-10-17", "Statement": statements});
        let read = |actions: &[&str]| statement("Read", actions);
        let (list, write) = (
            statement("List", &["s3:ListBucket"]),
            statement("Write", &["s3:PutObject"]),
        );
        let before = policy(&[list.clone(), read(&["s3:GetObject", "s3:GetObjectTagging"])]);
        let after = policy(&[write, read(&["s3:GetObject", "s3:GetObjectVersion"]), list]);
        let expected = "\
Statement
  + Write
      Action: [s3:PutObject]
      Effect: Allow
      Resource: *
  Read
    Action  +s3:GetObjectVersion, -s3:GetObjectTagging, … 1 unchanged
  … 1 unchanged";
        assert_eq!(difference(before.clone(), after.clone()), expected);
        // The same as AWS's text.
        assert_eq!(
            difference(json!(before.to_string()), json!(after.to_string())),
            expected
        );
    }

    #[test]
    fn statements_without_a_name_are_matched_by_what_is_in_them() {
        let allow = |action: &str| json!({"Effect": "Allow", "Action": action, "Resource": "*"});
        let before = json!([allow("ecr:Get"), allow("s3:Get")]);
        let after = json!([allow("ecr:Get"), allow("s3:Put")]);
        assert_eq!(
            difference(before, after),
            "#2\n  Action  s3:Get → s3:Put\n… 1 unchanged"
        );
    }

    #[test]
    fn containers_and_their_variables_are_matched_by_name() {
        let container = |image: &str, level: &str| {
            let variable = |name: &str, value: &str| json!({"Name": name, "Value": value});
            let mut environment: Vec<Json> =
                (0..12).map(|n| variable(&format!("V{n}"), "x")).collect();
            environment.push(variable("LEVEL", level));
            json!({"Name": "web", "Image": image, "Environment": environment})
        };
        let sidecar = json!({"Name": "logs", "Image": "fluent"});
        let before = json!([container("a:1", "info"), sidecar]);
        let after = json!([sidecar, container("a:2", "debug")]);
        let expected = "\
web
  Environment  LEVEL=info → debug, … 12 unchanged
  Image  a:1 → a:2
… 1 unchanged";
        assert_eq!(difference(before, after), expected);
    }

    #[test]
    fn a_changed_order_is_said_and_not_shown_as_another_content() {
        assert_eq!(
            difference(json!(["a", "b"]), json!(["b", "a"])),
            "in another order: [b, a]"
        );
    }

    #[test]
    fn a_change_that_must_not_be_shown_is_still_a_change() {
        let header = json!([{"HeaderName": "X", "HeaderValue": {"sensitive": true}}]);
        assert_eq!(
            difference(header.clone(), header),
            "(sensitive) → (sensitive)"
        );
    }

    #[test]
    fn texts_of_several_lines_are_compared_line_by_line() {
        let text = |middle: &str| json!(format!("a\nb\n{middle}\nd\ne"));
        assert_eq!(
            difference(text("c"), text("C")),
            "  … 1 line as before\n  b\n- c\n+ C\n  d\n  … 1 line as before"
        );
    }

    #[test]
    fn what_is_known_later_is_a_value_like_any_other() {
        let unknown = json!({"unknown": {"address": "a/vpc", "output": "Arn"}});
        assert_eq!(
            difference(json!(["arn:1"]), json!([unknown])),
            "+Arn ← a/vpc, -arn:1"
        );
    }
}
