//! Ownership tags that say something else than they should: the address was moved, or is marked
//! otherwise.

use jeancloud_model::{Facts, Tagging};
use serde_json::{Value as Json, json};

use super::{Generation, PlanInput, PropertyChange, Retag, draft::Draft};
use crate::provider::Ownership;

/// Makes `draft` write the ownership tags of what is there, where they are others than they should be
/// or there are none, and say so.
///
/// What has no tags and notes its owner elsewhere has no room for marks: they are in the state. What a
/// run began gets its first tags when it is finished.
pub(super) fn tag(input: PlanInput<'_>, facts: &Facts, current: &Generation, draft: &mut Draft) {
    let before = current.observed.ownership.as_ref();
    let begun = input.state.begun(draft.address, current.number).is_some();
    let has_none = facts.tagging == Tagging::None || begun;
    if !input.observed.asked || (before.is_none() && has_none) {
        return;
    }
    let marks = match facts.tagging {
        Tagging::None | Tagging::Noted => before.map(|before| before.marks).unwrap_or_default(),
        Tagging::OnCreate | Tagging::AfterCreate => draft.work.remembered.marks,
    };
    let after = Ownership {
        stack: input.view.stack().to_owned(),
        address: draft.address,
        generation: current.number,
        marks,
    };
    let changes = changes(before, &after);
    if changes.is_empty() {
        return;
    }
    let reason = reason(before, &after);
    draft.reason = match draft.reason.as_str() {
        "" => reason,
        other => format!("{other}, {reason}"),
    };
    draft.changes.extend(changes);
    draft.work.own = Some(Retag {
        before: before.cloned(),
    });
}

fn reason(before: Option<&Ownership>, after: &Ownership) -> String {
    let Some(before) = before else {
        return "it carries no stack's tags".to_owned();
    };
    let mut reasons = Vec::new();
    if before.address != after.address {
        reasons.push(format!("moved from {}", before.address));
    }
    let marks = [
        ("protected", before.marks.protect, after.marks.protect),
        ("retained", before.marks.retain, after.marks.retain),
    ];
    for (word, before, after) in marks {
        match (before, after) {
            (false, true) => reasons.push(format!("{word} from now on")),
            (true, false) => reasons.push(format!("no longer {word}")),
            _ => {}
        }
    }
    match reasons.is_empty() {
        true => "its tags are mended".to_owned(),
        false => reasons.join(", "),
    }
}

/// The tags that change.
fn changes(before: Option<&Ownership>, after: &Ownership) -> Vec<PropertyChange> {
    let value = |ownership: Option<&Ownership>, key: &str| {
        let mut tags = ownership.into_iter().flat_map(Ownership::all_tags);
        let tag = tags.find(|(other, _)| *other == key);
        tag.map_or(Json::Null, |(_, value)| json!(value))
    };
    let both = before.into_iter().chain([after]);
    let mut keys: Vec<&str> = both
        .flat_map(Ownership::all_tags)
        .map(|(key, _)| key)
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let change = |key: &str| PropertyChange {
        path: format!("/Tags/{key}"),
        before: value(before, key),
        after: value(Some(after), key),
        forces_replacement: false,
        made_anew: false,
        drifted: false,
    };
    let changes = keys.into_iter().map(change);
    changes
        .filter(|change| change.before != change.after)
        .collect()
}
