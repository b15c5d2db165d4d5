//! [`Entry`]: what a plan does to one address, as a person reads it: a replacement's two halves are
//! one.

use std::collections::BTreeMap;

use anstyle::Style;
use jeancloud_model::Address;
use jeancloud_stack::plan::{Action, Op, Plan, PropertyChange};
use serde_json::Value as Json;

use super::{
    change, structure,
    style::{CREATE, DELETE, FAINT, READ, REPLACE, STRONG, UPDATE, padded, paint, width},
    value::{Shown, Values},
};

/// Property names longer than this don't push the values of the others to the right.
const NAMES: usize = 36;

/// What is done to one address.
pub(crate) struct Entry<'p> {
    pub(crate) kind: Kind,
    pub(crate) action: &'p Action,
    /// Of a replacement: how the new one and the old one follow each other.
    way: Way,
    /// Another generation of its address is deleted too.
    one_of_many: bool,
}

/// How the two halves of a replacement follow each other.
#[derive(Clone, Copy)]
enum Way {
    NewFirst,
    OldFirst,
    /// It stands in until the old one is gone.
    StandIn,
    /// It comes after what stood in.
    AfterStandIn,
}

/// How a person calls what is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Create,
    Update,
    Replace,
    Delete,
    Forget,
    Read,
}

impl Kind {
    /// The sign before the address.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Create => "+",
            Self::Update => "~",
            Self::Replace => "±",
            Self::Delete => "-",
            Self::Forget => "◦",
            Self::Read => "≤",
        }
    }

    pub(crate) fn style(self) -> Style {
        match self {
            Self::Create => CREATE,
            Self::Update => UPDATE,
            Self::Replace => REPLACE,
            Self::Delete => DELETE,
            Self::Forget => UPDATE,
            Self::Read => READ,
        }
    }

    /// `3 to create`.
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::Forget => "forget",
            Self::Read => "read",
        }
    }
}

/// The entries of a plan, in its order.
pub(crate) fn entries<'p>(plan: &'p Plan) -> Vec<Entry<'p>> {
    let leftovers = &plan.leftovers();
    let half = |op: Op| {
        let halves = plan.actions.iter();
        let halves = halves.filter(move |action| {
            action.replacement && action.op == op && !leftovers.contains(&action.id)
        });
        halves
            .map(|action| (action.address, action.id))
            .collect::<BTreeMap<_, _>>()
    };
    let (made, mut deleted) = (half(Op::Create), half(Op::Delete));
    deleted.extend(half(Op::Forget));
    let entry = |action: &'p Action| -> Option<Entry<'p>> {
        let Action {
            op,
            address,
            replacement,
            id,
            ..
        } = action;
        let kind = match (op, replacement) {
            (Op::Read, _) => Kind::Read,
            (Op::Create, false) => Kind::Create,
            (Op::Create, true) => Kind::Replace,
            (Op::Update, _) => Kind::Update,
            (Op::Delete | Op::Forget, true) if !leftovers.contains(id) => return None,
            (Op::Delete, _) => Kind::Delete,
            (Op::Forget, _) => Kind::Forget,
        };
        let way = match (made.get(address), deleted.get(address)) {
            (Some(last), _) if id < last => Way::StandIn,
            _ if stood_in(plan, action) => Way::AfterStandIn,
            (_, Some(deleted)) if id > deleted => Way::OldFirst,
            _ => Way::NewFirst,
        };
        Some(Entry {
            kind,
            action,
            way,
            one_of_many: false,
        })
    };
    let mut all: Vec<Entry<'p>> = plan.actions.iter().filter_map(entry).collect();
    let mut ends: BTreeMap<Address, usize> = BTreeMap::new();
    for one in all.iter().filter(|one| one.kind == Kind::Delete) {
        *ends.entry(one.action.address).or_default() += 1;
    }
    for one in all.iter_mut().filter(|one| one.kind == Kind::Delete) {
        one.one_of_many = ends[&one.action.address] > 1;
    }
    all
}

/// Whether something else is made at the address of an action before it.
fn stood_in(plan: &Plan, action: &Action) -> bool {
    let mut earlier = plan.actions[..action.id].iter();
    action.op == Op::Create
        && earlier.any(|other| other.op == Op::Create && other.address == action.address)
}

impl Entry<'_> {
    /// All of it: the first line, and what changes below it.
    pub(crate) fn lines(&self, values: Values<'_>) -> Vec<String> {
        let body = self.body(values).into_iter();
        let body = body.map(|line| format!("    {line}"));
        std::iter::once(self.heading()).chain(body).collect()
    }

    /// The first line: sign, name, type, reason.
    fn heading(&self) -> String {
        let sign = paint(self.kind.style(), self.kind.sign());
        let name = paint(STRONG, self.action.address.name());
        let type_name = paint(FAINT, &self.action.type_name);
        let id = self.action.work.id.as_ref().filter(|_| self.one_of_many);
        let id = id.map(|id| format!("  {id}")).unwrap_or_default();
        format!("{sign} {name}  {type_name}{id}{}", self.why())
    }

    /// Why it is there, with blanks before it; nothing where every line would say the same.
    pub(super) fn why(&self) -> String {
        match (self.kind, self.action.reason.as_str()) {
            // What forces it is marked below.
            // Not by a property: nothing below says why.
            (Kind::Replace, reason) if !self.is_forced() => format!("  replaced: {reason}"),
            (Kind::Replace, reason) => {
                let drifted = match reason.contains("drifted in AWS") {
                    true => ", since it was changed in AWS by somebody else",
                    false => "",
                };
                let way = match self.way {
                    Way::StandIn if !reason.contains("stands in") => {
                        "it goes along with a stand-in"
                    }
                    Way::NewFirst => "the new one comes first",
                    Way::OldFirst => "the old one goes first",
                    Way::StandIn => "a stand-in comes first, its name is fixed and in use",
                    Way::AfterStandIn => "it takes over from the stand-in",
                };
                format!("  replaced: {way}{drifted}")
            }
            (_, "new" | "destroyed" | "looked up") => String::new(),
            (_, reason) => format!("  {reason}"),
        }
    }

    /// Whether a property that changes says why it is replaced.
    fn is_forced(&self) -> bool {
        let mut changes = self.action.changes.iter();
        changes.any(|change| change.forces_replacement)
    }

    /// The lines below it: what changes.
    pub(crate) fn body(&self, values: Values<'_>) -> Vec<String> {
        let changes = self.action.changes.iter();
        let (tags, others): (Vec<_>, Vec<_>) = changes
            .filter(|change| shows(change))
            .partition(|change| is_tag(change));
        let mut rows: Vec<Row> = others
            .iter()
            .map(|change| self.row(change, values))
            .collect();
        if !tags.is_empty() {
            rows.push(Row::line("Tags", self.tags(&tags, values)));
        }
        let lines = rows
            .iter()
            .filter(|row| matches!(row.shown, Shown::Line(_)));
        let names = lines
            .map(|row| width(&row.name))
            .filter(|name| *name <= NAMES);
        let names = names.max().unwrap_or_default();
        rows.iter().flat_map(|row| row.lines(names)).collect()
    }

    fn row(&self, change: &PropertyChange, values: Values<'_>) -> Row {
        let PropertyChange {
            path,
            before,
            after,
            forces_replacement,
            made_anew,
            drifted,
        } = change;
        let name = change::name_in(path, &self.action.work.properties);
        let note = match (forces_replacement, drifted) {
            (true, _) => paint(REPLACE, "  forces replacement").to_string(),
            (false, true) => paint(FAINT, "  changed in AWS by somebody else").to_string(),
            (false, false) => String::new(),
        };
        let shown = match made_anew {
            true => structure::made_anew(after, values),
            false => change::shown(before, after, values, !self.whole()),
        };
        Row { name, shown, note }
    }

    /// Whether all properties are listed, so that a new one needs no sign.
    fn whole(&self) -> bool {
        matches!(self.kind, Kind::Create | Kind::Read)
    }

    fn tags(&self, changes: &[&PropertyChange], values: Values<'_>) -> String {
        let all = changes.iter().flat_map(|change| tag_changes(change));
        let shown = all.map(|(key, before, after)| match (before, after) {
            (None, Some(after)) if self.whole() => format!("{key}={}", values.inline(&after)),
            (None, Some(after)) => {
                paint(CREATE, format!("+{key}={}", values.inline(&after))).to_string()
            }
            (Some(before), None) => {
                paint(DELETE, format!("-{key}={}", values.inline(&before))).to_string()
            }
            (Some(before), Some(after)) => {
                let arrow = paint(UPDATE, "→");
                format!(
                    "{key}={} {arrow} {}",
                    values.inline(&before),
                    values.inline(&after)
                )
            }
            (None, None) => key,
        });
        shown.collect::<Vec<_>>().join(", ")
    }
}

/// A property's name and what is to be seen of it.
struct Row {
    name: String,
    shown: Shown,
    note: String,
}

impl Row {
    fn line(name: &str, line: String) -> Self {
        Self {
            name: name.to_owned(),
            shown: Shown::Line(line),
            note: String::new(),
        }
    }

    fn lines(&self, names: usize) -> Vec<String> {
        let Self { name, shown, note } = self;
        match shown {
            Shown::Line(line) => vec![format!("{}  {line}{note}", padded(name, names))],
            Shown::Block(block) => {
                let head = format!("{name}{note}");
                let lines = block.iter().map(|line| format!("  {line}"));
                std::iter::once(head).chain(lines).collect()
            }
        }
    }
}

/// Whether there is something to be seen of a change: two values, or that they must not be shown.
fn shows(change: &PropertyChange) -> bool {
    let hidden = change.after.to_string().contains(r#"{"sensitive":true}"#);
    change.before != change.after || change.forces_replacement || hidden
}

fn is_tag(change: &PropertyChange) -> bool {
    let mut parts = change.path.split('/').filter(|part| !part.is_empty());
    parts.next() == Some("Tags")
}

/// Key, before and after of each tag in a change, be it of one tag or of all.
fn tag_changes(change: &PropertyChange) -> Vec<(String, Option<Json>, Option<Json>)> {
    if let Some(key) = change::name(&change.path).strip_prefix("Tags/") {
        let given = |value: &Json| Some(value.clone()).filter(|value| !value.is_null());
        return vec![(key.to_owned(), given(&change.before), given(&change.after))];
    }
    let (before, after) = (by_key(&change.before), by_key(&change.after));
    let mut keys: Vec<_> = before.keys().chain(after.keys()).cloned().collect();
    keys.sort();
    keys.dedup();
    let both = keys.into_iter().map(|key| {
        let (before, after) = (before.get(&key).cloned(), after.get(&key).cloned());
        (key, before, after)
    });
    both.filter(|(_, before, after)| before != after).collect()
}

fn by_key(tags: &Json) -> BTreeMap<String, Json> {
    let tag = |tag: &Json| {
        Some((
            tag.get("Key")?.as_str()?.to_owned(),
            tag.get("Value")?.clone(),
        ))
    };
    tags.as_array()
        .into_iter()
        .flatten()
        .filter_map(tag)
        .collect()
}
