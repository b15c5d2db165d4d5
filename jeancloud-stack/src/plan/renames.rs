//! Renamings that nobody declared: a deletion and a creation that look like one.

use jeancloud_model::{Facts, catalogue, reference};
use serde_json::Value as Json;

use super::{Op, draft::Draft, report::Note};

/// What the report says of each pair of a deletion and a creation that looks like a renaming.
pub(super) fn hints(drafts: &[Draft]) -> Vec<Note> {
    let fresh = |draft: &&Draft| !draft.replacement && !draft.work.forget;
    let of = |op: Op| {
        drafts
            .iter()
            .filter(fresh)
            .filter(move |draft| draft.op == op)
    };
    let mut gone: Vec<&Draft> = of(Op::Delete).collect();
    let mut hints = Vec::new();
    for new in of(Op::Create) {
        let alike = gone.iter().enumerate().filter_map(|(index, old)| {
            let unlike = unlikeness(old, new)?;
            Some((unlike, old.address, index))
        });
        let Some((_, from, index)) = alike.min() else {
            continue;
        };
        gone.swap_remove(index);
        let to = new.address;
        hints.push(Note {
            about: vec![from, to],
            text: format!(
                "{from} is deleted and {to} is created: if it is the same one under another name, say `stack.moved(\"{from}\", \"{to}\")`, and it stays"
            ),
        });
    }
    hints
}

/// How many properties differ; `None` where it can't be the same resource: what AWS can't change
/// differs, or more than half of everything.
fn unlikeness(old: &Draft, new: &Draft) -> Option<usize> {
    if (&old.type_name, old.region) != (&new.type_name, new.region) {
        return None;
    }
    let mut types = catalogue::types().iter();
    let facts = types
        .find(|info| info.type_name == new.type_name)
        .map(|info| info.facts)?;
    let (Json::Object(before), Json::Object(after)) = (&old.work.properties, &new.work.properties)
    else {
        return None;
    };
    let known: Vec<_> = after
        .iter()
        .filter(|(name, value)| !reference::is_unknown(value) && !is_made_up(&facts, name))
        .collect();
    let differs = |name: &str, value: &Json| before.get(name) != Some(value);
    let different: Vec<_> = known
        .iter()
        .filter(|(name, value)| differs(name, value))
        .collect();
    let fixed = |name: &str| facts.create_only.contains(&name);
    let possible = !different.iter().any(|(name, _)| fixed(name));
    (possible && !known.is_empty() && different.len() * 2 <= known.len()).then_some(different.len())
}

/// Whether a name is one that jeancloud makes of the address.
fn is_made_up(facts: &Facts, property: &str) -> bool {
    let name = facts.name.filter(|name| name.generated.is_some());
    name.is_some_and(|name| name.property == property)
}
