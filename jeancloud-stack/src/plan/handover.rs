//! Handovers: how the domain names of a distribution change over to the one that replaces it.
//!
//! A domain name leads to one distribution, and a distribution needs minutes to reach all edge
//! locations. So the new one is made without the names, while the old one goes on. Whoever refers to it
//! moves over, and policies let both in. Then the names move in one step, the policies let only the new
//! one in, and the old one goes. This takes two steps of the plan: the second is planned on what
//! [`after`](super::after) says the first leaves.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{Address, Resource, cloud_front::Distribution};
use serde_json::Value as Json;

use super::{Op, PlanInput, draft::Draft, needs::Needs};

/// What is handed over at each address.
pub(super) type Handovers = BTreeMap<Address, Handover>;

/// What the older generations of an address hand over to the newest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Handover {
    /// The domain names.
    aliases: BTreeSet<String>,
    /// What policies know the old ones by: their ids and outputs.
    old: BTreeSet<String>,
}

/// What newest generations take over, by the drafts of a plan that was drafted without.
pub(super) fn needed(input: PlanInput<'_>, drafts: &[Draft]) -> Handovers {
    let mut handovers = Handovers::new();
    let distributions = || drafts.iter().filter(|it| it.type_name == Distribution::TYPE);
    for new in distributions().filter(|it| matches!(it.op, Op::Create | Op::Update)) {
        let wanted = &aliases(&new.work.properties) - &aliases(&new.work.before);
        let same = |old: &&Draft| old.op == Op::Delete && old.address == new.address;
        for old in distributions().filter(same).filter(|it| !it.delete_first) {
            let held = &wanted & &aliases(&old.work.properties);
            if !held.is_empty() {
                let handover = handovers.entry(new.address).or_default();
                handover.aliases.extend(held);
                handover.old.extend(known_by(input, old));
            }
        }
    }
    handovers
}

/// Leaves to a second step what has to wait until names are handed over, and lets the old ones in until
/// then.
pub(super) fn hold_back(handovers: &Handovers, needs: &Needs, drafts: &mut Vec<Draft>) {
    let kept = kept(handovers, drafts);
    drafts.retain(|draft| {
        let newest = handovers.contains_key(&draft.address) && draft.op == Op::Update;
        !newest && !kept.contains(&key(draft))
    });
    for (address, handover) in handovers {
        let made = |it: &&mut Draft| it.op == Op::Create && it.address == *address;
        if let Some(new) = drafts.iter_mut().find(made) {
            for config in [&mut new.work.properties, &mut new.work.declared] {
                without(config, &handover.aliases);
            }
        }
        drafts.retain_mut(|draft| {
            let follows = draft.op == Op::Update && needs.refers(draft.address, *address);
            !follows || lets_both_in(draft, *address, handover)
        });
    }
}

/// Says in the second step what comes of it.
pub(super) fn explain(handovers: &Handovers, needs: &Needs, whole: &[Draft], second: &mut [Draft]) {
    let reasons = whole.iter().map(|draft| (key(draft), &draft.reason));
    let reasons: BTreeMap<_, _> = reasons.collect();
    for draft in second {
        let own = handovers.get(&draft.address);
        let mut others = handovers.keys();
        let of = others.find(|address| needs.refers(draft.address, **address));
        draft.reason = match (draft.op, own, of) {
            (Op::Delete, _, _) => match reasons.get(&key(draft)) {
                Some(reason) => (*reason).clone(),
                None => continue,
            },
            (Op::Update, Some(handover), _) => {
                format!("takes over {} from the old one", handover.names())
            }
            (Op::Update, None, Some(address)) => format!("{address} needs the old one no more"),
            _ => continue,
        };
    }
}

/// What the report says of handovers.
pub(super) fn notes(handovers: &Handovers) -> Vec<String> {
    let note = |(address, handover): (&Address, &Handover)| {
        let names = handover.names();
        format!(
            "{address}: {names} leads to the old one until the new one is deployed, then moves over in one step; CloudFront wants a TXT record as proof, which stands for that time in the account's zone of the name"
        )
    };
    handovers.iter().map(note).collect()
}

impl Handover {
    fn names(&self) -> String {
        let names: Vec<&str> = self.aliases.iter().map(String::as_str).collect();
        names.join(", ")
    }
}

/// What tells a draft from the others.
type Key = (Address, Op, u32);

fn key(draft: &Draft) -> Key {
    (draft.address, draft.op, draft.work.generation)
}

/// The deletions that wait for the handovers: of the old ones, and of what these depend on.
fn kept(handovers: &Handovers, drafts: &[Draft]) -> BTreeSet<Key> {
    let deleted = |address: Address| {
        let at = move |it: &&Draft| it.op == Op::Delete && it.address == address;
        drafts.iter().filter(at).filter(|it| !it.delete_first)
    };
    let mut kept = BTreeSet::new();
    let mut left: Vec<Address> = handovers.keys().copied().collect();
    while let Some(address) = left.pop() {
        for old in deleted(address) {
            if kept.insert(key(old)) {
                left.extend(&old.work.depends_on);
            }
        }
    }
    kept
}

/// Keeps in the policies of a draft what they allow the old ones. Returns whether the draft still changes
/// anything.
fn lets_both_in(draft: &mut Draft, new: Address, handover: &Handover) -> bool {
    let (before, work) = (draft.work.before.clone(), &mut draft.work);
    let mut kept = false;
    for property in &work.changed {
        for properties in [&mut work.properties, &mut work.declared] {
            if let Some(both) = both(&before[property], &properties[property], handover) {
                properties[property] = both;
                kept = true;
            }
        }
        let path = format!("/{property}");
        for change in draft.changes.iter_mut().filter(|it| it.path == path) {
            change.after.clone_from(&work.properties[property]);
        }
    }
    if kept {
        draft.reason = format!("lets {new} in beside the old one");
    }
    let mut changed = work.changed.iter();
    changed.any(|property| before[property] != work.properties[property])
}

/// A policy that also allows what another one allows the old ones; `None`: nothing, or it is no policy.
fn both(before: &Json, after: &Json, handover: &Handover) -> Option<Json> {
    let wanted = after["Statement"].as_array()?;
    let sids: BTreeSet<&str> = wanted.iter().filter_map(|it| it["Sid"].as_str()).collect();
    let about = |it: &&Json| it["Effect"] == "Allow" && names(it, &handover.old);
    let kept = before["Statement"].as_array()?.iter().filter(about);
    let kept = kept.filter(|it| !wanted.contains(it)).cloned();
    let kept: Vec<Json> = kept
        .map(|mut statement| {
            // A policy has each identifier once.
            if statement["Sid"].as_str().is_some_and(|it| sids.contains(it)) {
                statement.as_object_mut()?.remove("Sid");
            }
            Some(statement)
        })
        .collect::<Option<_>>()?;
    if kept.is_empty() {
        return None;
    }
    let mut both = after.clone();
    both["Statement"].as_array_mut()?.extend(kept);
    Some(both)
}

/// Whether a text in it names one of `these`.
fn names(value: &Json, these: &BTreeSet<String>) -> bool {
    match value {
        Json::String(text) => these.iter().any(|it| text.contains(it.as_str())),
        Json::Array(items) => items.iter().any(|item| names(item, these)),
        Json::Object(members) => members.values().any(|member| names(member, these)),
        _ => false,
    }
}

/// The id and the outputs of what is deleted.
fn known_by(input: PlanInput<'_>, old: &Draft) -> BTreeSet<String> {
    let id = old.work.id.as_deref();
    let generations = input.observed.resources.get(&old.address);
    let mut generations = generations.into_iter().flatten();
    let there = generations.find(|it| Some(it.observed.id.as_str()) == id);
    let outputs = there.into_iter().flat_map(|it| it.observed.outputs.values());
    let texts = outputs.filter_map(Json::as_str).chain(id);
    texts.map(str::to_owned).collect()
}

/// The domain names of a distribution that are known.
pub(super) fn aliases(properties: &Json) -> BTreeSet<String> {
    let aliases = properties["DistributionConfig"]["Aliases"].as_array();
    let aliases = aliases.into_iter().flatten().filter_map(Json::as_str);
    aliases.map(str::to_owned).collect()
}

fn without(properties: &mut Json, these: &BTreeSet<String>) {
    let aliases = properties.pointer_mut("/DistributionConfig/Aliases");
    if let Some(aliases) = aliases.and_then(Json::as_array_mut) {
        aliases.retain(|alias| alias.as_str().is_none_or(|it| !these.contains(it)));
    }
}
