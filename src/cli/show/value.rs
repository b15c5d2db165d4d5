//! [`Values`]: the values of a plan in a person's words: on one line where they fit, in a block
//! like YAML's where they don't.

use serde_json::{Map, Value as Json};

use super::{
    fold,
    style::{FAINT, UNKNOWN, paint, width},
};
use jeancloud_stack::plan::{Action, Op, Plan};

/// What fits on a line beside a property's name.
pub(super) const LINE: usize = 88;

/// How values are shown. What is known later is named by the action of `plan` that it comes from.
#[derive(Clone, Copy)]
pub(crate) struct Values<'p> {
    plan: Option<&'p Plan>,
    full: bool,
}

/// A value, as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shown {
    /// On one line.
    Line(String),
    /// In lines of its own.
    Block(Vec<String>),
}

impl<'p> Values<'p> {
    /// Values of `plan`: all there is of them where `full`, else long ones folded.
    pub(crate) fn of(plan: &'p Plan, full: bool) -> Self {
        Self {
            plan: Some(plan),
            full,
        }
    }

    /// Values of no plan, of drift: long ones folded.
    pub(crate) fn folded() -> Self {
        Self {
            plan: None,
            full: false,
        }
    }

    /// Values of no plan: of a state, of an output.
    pub(crate) fn known() -> Self {
        Self {
            plan: None,
            full: true,
        }
    }

    /// Whether long values are shown whole.
    pub(super) fn is_full(self) -> bool {
        self.full
    }

    /// `value`, on one line if it fits.
    pub(crate) fn show(self, value: &Json) -> Shown {
        match self.fitting(value, LINE) {
            Some(line) => Shown::Line(line),
            None => Shown::Block(self.block(value)),
        }
    }

    /// `value` in lines, even where one would do: for comparing line by line.
    pub(crate) fn block(self, value: &Json) -> Vec<String> {
        let mut lines = Vec::new();
        self.lines(value, &mut lines);
        lines
    }

    /// `value` on one line.
    pub(crate) fn inline(self, value: &Json) -> String {
        if let Some(special) = self.special(value) {
            return special;
        }
        if let Some(text) = value.as_str().filter(|_| !self.full)
            && let Some(begin) = fold::cut(text)
        {
            return quoted(&begin);
        }
        match value {
            Json::Null => paint(FAINT, "(none)").to_string(),
            Json::Bool(truth) => truth.to_string(),
            Json::Number(number) => number.to_string(),
            Json::String(text) => quoted(text),
            Json::Array(items) => match pairs(items) {
                Some(pairs) => self.joined(&pairs),
                None => {
                    let mut items: Vec<_> = items.iter().map(|item| self.inline(item)).collect();
                    let hidden = fold::beyond(&mut items, self.full);
                    if hidden > 0 {
                        items.push(fold::more(hidden, "member"));
                    }
                    format!("[{}]", items.join(", "))
                }
            },
            Json::Object(members) => {
                let member = |(key, value)| format!("{key}: {}", self.inline(value));
                let members: Vec<_> = members.iter().map(member).collect();
                format!("{{{}}}", members.join(", "))
            }
        }
    }

    /// Names and values as `a=1, b=2`.
    fn joined(self, pairs: &[(&str, &Json)]) -> String {
        let pair = |(name, value): &(&str, &Json)| format!("{name}={}", self.inline(value));
        let pairs: Vec<_> = pairs.iter().map(pair).collect();
        pairs.join(", ")
    }

    fn fitting(self, value: &Json, columns: usize) -> Option<String> {
        if document(value).is_some() || nested(value) {
            return None;
        }
        let line = self.inline(value);
        (width(&line) <= columns && !line.contains('\n')).then_some(line)
    }

    fn lines(self, value: &Json, lines: &mut Vec<String>) {
        if let Some(document) = document(value) {
            return self.lines(&document, lines);
        }
        match value {
            _ if self.special(value).is_some() => lines.push(self.inline(value)),
            Json::Object(members) if !members.is_empty() => self.members(members, lines),
            Json::Array(items) if !items.is_empty() => match pairs(items) {
                Some(mut pairs) => {
                    let hidden = fold::beyond(&mut pairs, self.full);
                    let pairs = pairs.iter();
                    lines.extend(pairs.map(|pair| self.joined(std::slice::from_ref(pair))));
                    if hidden > 0 {
                        lines.push(fold::more(hidden, "member"));
                    }
                }
                None => self.items(items, lines),
            },
            Json::String(text) if text.contains('\n') => {
                let mut text: Vec<String> = text.lines().map(str::to_owned).collect();
                let hidden = fold::beyond_of(&mut text, fold::LINES, self.full);
                lines.extend(text);
                if hidden > 0 {
                    lines.push(fold::more(hidden, "line"));
                }
            }
            plain => lines.push(self.inline(plain)),
        }
    }

    fn members(self, members: &Map<String, Json>, lines: &mut Vec<String>) {
        for (name, value) in members {
            match self.fitting(value, LINE - 10) {
                Some(line) => lines.push(format!("{name}: {line}")),
                None => {
                    lines.push(format!("{name}:"));
                    let mut inner = Vec::new();
                    self.lines(value, &mut inner);
                    lines.extend(inner.iter().map(|line| format!("  {line}")));
                }
            }
        }
    }

    fn items(self, items: &[Json], lines: &mut Vec<String>) {
        let mut items: Vec<&Json> = items.iter().collect();
        let hidden = fold::beyond(&mut items, self.full);
        for item in items {
            let mut inner = Vec::new();
            match self.fitting(item, LINE - 10).filter(|_| !item.is_object()) {
                Some(line) => inner.push(line),
                None => self.lines(item, &mut inner),
            }
            let bullet = |(index, line): (usize, &String)| match index {
                0 => format!("- {line}"),
                _ => format!("  {line}"),
            };
            lines.extend(inner.iter().enumerate().map(bullet));
        }
        if hidden > 0 {
            lines.push(fold::more(hidden, "member"));
        }
    }

    /// What stands for a value that is known later or must not be shown.
    fn special(self, value: &Json) -> Option<String> {
        let members = value.as_object().filter(|members| members.len() == 1)?;
        let (key, inner) = members.iter().next()?;
        match (key.as_str(), inner) {
            ("sensitive", Json::Bool(true)) => Some(paint(FAINT, "(sensitive)").to_string()),
            ("unknown", Json::Object(source)) => Some(self.unknown(source)),
            ("text", Json::Array(parts)) => {
                let part = |part: &Json| match (part, self.special(part)) {
                    (Json::String(text), _) => text.clone(),
                    (_, Some(unknown)) => format!("{{{unknown}}}"),
                    (other, None) => other.to_string(),
                };
                Some(parts.iter().map(part).collect())
            }
            _ => None,
        }
    }

    fn unknown(self, source: &Map<String, Json>) -> String {
        let output = source.get("output").and_then(Json::as_str);
        let number = source.get("action").and_then(Json::as_u64);
        let action = self
            .plan
            .zip(number)
            .and_then(|(plan, number)| plan.actions.get(usize::try_from(number).ok()?));
        let named = source.get("address").and_then(Json::as_str);
        let from = match (self.plan, action) {
            (Some(plan), Some(action)) if stands_in(plan, action) => {
                Some(format!("the stand-in of {}", action.address))
            }
            (_, Some(action)) => Some(action.address.to_string()),
            _ => named.map(str::to_owned),
        };
        let shown = match (output, from) {
            (Some(output), Some(from)) => format!("{output} ← {from}"),
            (Some(output), None) => format!("{output}, known later"),
            (None, _) => "known later".to_owned(),
        };
        paint(UNKNOWN, shown).to_string()
    }
}

/// Whether something else is made at the address of an action after it.
fn stands_in(plan: &Plan, action: &Action) -> bool {
    let made = plan.at(action.address.as_str());
    let mut later = made.filter(|other| other.op == Op::Create && other.id > action.id);
    action.op == Op::Create && later.next().is_some()
}

/// Text as it is; in quotes where it would be taken for nothing or for something else.
fn quoted(text: &str) -> String {
    let bare = !text.is_empty()
        && text.trim() == text
        && !text.chars().any(char::is_control)
        && !text.starts_with(['{', '[', '"', '(']);
    match bare {
        true => text.to_owned(),
        false => format!("{text:?}"),
    }
}

/// A JSON document in a text: a policy that AWS takes as one.
pub(super) fn document(value: &Json) -> Option<Json> {
    let text = value.as_str().filter(|text| text.starts_with(['{', '[']))?;
    serde_json::from_str(text).ok()
}

/// Lists of lists or of objects are easier to read in lines of their own, but for one small member.
fn nested(value: &Json) -> bool {
    let deep = |value: &Json| match value {
        Json::Object(members) => members
            .values()
            .any(|value| value.is_object() || value.is_array()),
        Json::Array(items) => items.iter().any(|item| item.is_object() || item.is_array()),
        _ => false,
    };
    match value {
        Json::Array(items) if pairs(items).is_some() => false,
        Json::Array(items) => items
            .iter()
            .any(|item| item.is_object() && !is_marker(item)),
        Json::Object(_) if is_marker(value) => false,
        Json::Object(members) => members.values().any(deep),
        _ => false,
    }
}

/// Whether it stands for a value that is known later or must not be shown.
pub(super) fn is_marker(value: &Json) -> bool {
    let members = value.as_object().filter(|members| members.len() == 1);
    let key = members.and_then(|members| members.keys().next());
    key.is_some_and(|key| matches!(key.as_str(), "unknown" | "text" | "sensitive"))
}

/// AWS's lists of names and values: tags, environments, attributes.
fn pairs(items: &[Json]) -> Option<Vec<(&str, &Json)>> {
    let pair = |item| -> Option<(&str, &Json)> {
        let members: &Map<String, Json> = Json::as_object(item)?;
        let name = members.get("Key").or_else(|| members.get("Name"))?;
        let value = members.get("Value").filter(|_| members.len() == 2)?;
        Some((name.as_str()?, value))
    };
    match items {
        [] => None,
        _ => items.iter().map(pair).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::style::plain, *};

    fn line(value: Json) -> String {
        match Values::known().show(&value) {
            Shown::Line(line) => plain(&line),
            Shown::Block(lines) => plain(&lines.join("\n")),
        }
    }

    #[test]
    fn what_fits_stands_on_one_line() {
        assert_eq!(line(json!("10.0.0.0/16")), "10.0.0.0/16");
        assert_eq!(line(json!("")), "\"\"");
        assert_eq!(line(json!(["a", 2, true])), "[a, 2, true]");
        assert_eq!(line(json!({"Min": 1, "Max": 3})), "{Max: 3, Min: 1}");
        assert_eq!(
            line(json!([{"Name": "PORT", "Value": "80"}, {"Name": "HOST", "Value": ""}])),
            "PORT=80, HOST=\"\""
        );
    }

    #[test]
    fn long_lists_and_texts_are_folded_where_not_everything_is_asked_for() {
        let list = json!((0..40).collect::<Vec<u32>>());
        let text = json!("line\n".repeat(40));
        let shown = |values: Values<'_>, value: &Json| plain(&values.block(value).join("\n"));
        assert!(shown(Values::folded(), &list).ends_with("- 11\n… 28 more members"));
        assert!(shown(Values::folded(), &text).ends_with("line\n… 24 more lines"));
        assert!(plain(&Values::folded().inline(&list)).ends_with("11, … 28 more members]"));
        assert_eq!(shown(Values::known(), &text).lines().count(), 40);
        assert_eq!(shown(Values::known(), &list).lines().count(), 40);
    }

    #[test]
    fn secrets_and_what_is_known_later_are_named() {
        assert_eq!(line(json!({"sensitive": true})), "(sensitive)");
        let unknown = json!({"unknown": {"address": "france/vpc", "output": "VpcId"}});
        assert_eq!(line(unknown.clone()), "VpcId ← france/vpc");
        assert_eq!(
            line(json!({"text": ["arn:", unknown, "/*"]})),
            "arn:{VpcId ← france/vpc}/*"
        );
    }

    #[test]
    fn policies_stand_in_a_block_even_as_text() {
        let policy = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*"},
        ]});
        let block = "Statement:\n  - Action: [s3:GetObject, s3:PutObject]\n    Effect: Allow\n    \
                     Resource: *\nVersion: 2012-10-17";
        assert_eq!(line(policy.clone()), block);
        assert_eq!(line(json!(policy.to_string())), block);
    }
}
