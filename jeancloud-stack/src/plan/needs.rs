//! [`Needs`]: what stands before what, and who depends on whom.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{Address, Region, Resource, ecs, iam, route53, s3};
use serde_json::Value as Json;

use super::{Generation, PlanInput, decide::record_of, draft::Draft, implicit};
use crate::{View, state::Record};

type Links = BTreeMap<Address, BTreeSet<Address>>;

/// What each declaration needs to be there before it: what it refers to, and what AWS wants first
/// without a reference.
pub(super) struct Needs {
    references: Links,
    /// The references, and the orders that AWS insists on.
    firm: Links,
    all: Links,
}

impl Needs {
    /// Of everything that a stack declares.
    pub(super) fn new(view: &View) -> Self {
        let mut references = Links::new();
        for declaration in view.declarations() {
            let targets = references.entry(declaration.address).or_default();
            declaration.each_reference(&mut |address, _| {
                targets.insert(Address::new(address));
            });
        }
        let mut firm = references.clone();
        for (later, earlier) in implicit::firm(view).iter() {
            firm.entry(later).or_default().insert(earlier);
        }
        let mut all = firm.clone();
        for (later, earlier) in implicit::soft(view).iter() {
            all.entry(later).or_default().insert(earlier);
        }
        Self {
            references,
            firm,
            all,
        }
    }

    /// What the declaration at `address` refers to.
    pub(super) fn references(&self, address: Address) -> impl Iterator<Item = Address> + '_ {
        self.references.get(&address).into_iter().flatten().copied()
    }

    /// Everything that the declaration at `address` needs.
    pub(super) fn of(&self, address: Address) -> impl Iterator<Item = Address> + '_ {
        self.all.get(&address).into_iter().flatten().copied()
    }

    /// Whether the declaration at `address` refers to what is declared at `other`.
    pub(super) fn refers(&self, address: Address, other: Address) -> bool {
        has(&self.references, address, other)
    }

    /// Whether AWS insists that what is declared at `other` is there first.
    pub(super) fn insists(&self, address: Address, other: Address) -> bool {
        has(&self.firm, address, other)
    }

    /// Whether the declaration at `address` needs what is declared at `other`.
    pub(super) fn has(&self, address: Address, other: Address) -> bool {
        has(&self.all, address, other)
    }
}

fn has(links: &Links, address: Address, other: Address) -> bool {
    links
        .get(&address)
        .is_some_and(|needs| needs.contains(&other))
}

/// How one address depends on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tie {
    /// What is made or changed there moves away from what is deleted. Not so where only an old
    /// generation depends on it.
    pub(super) moves: bool,
    /// It will depend on what comes after it, too.
    pub(super) stays: bool,
    /// It names it, or AWS insists on the order; otherwise the order may give way.
    pub(super) firm: bool,
}

/// Who depends on each address: by what was last applied, and by what is declared now.
pub(super) struct Dependents(BTreeMap<Address, BTreeMap<Address, Tie>>);

impl Dependents {
    /// Of everything that the state, the declarations and the drafts know.
    pub(super) fn new(input: PlanInput<'_>, needs: &Needs, drafts: &[Draft]) -> Self {
        let mut all = Self(BTreeMap::new());
        let known = Known::of(input);
        for (address, record) in &input.state.retired {
            all.add_applied(*address, record, needs, &known, false);
        }
        for (address, record) in &input.state.resources {
            all.add_applied(*address, record, needs, &known, true);
        }
        for draft in drafts {
            let applied = draft.work.depends_on.iter().copied();
            for target in applied.chain(needs.of(draft.address)) {
                all.add(
                    draft.address,
                    target,
                    Tie::declared(needs, draft.address, target),
                );
            }
        }
        all.add_observed(input, needs);
        all
    }

    /// Of what the state doesn't know, or not for certain, AWS tells what it depends on: it has an id of
    /// that among its properties. A text may look like an id, so such an order may give way.
    fn add_observed(&mut self, input: PlanInput<'_>, needs: &Needs) {
        let there = || {
            let all = input.observed.resources.iter();
            all.flat_map(|(address, generations)| generations.iter().map(|one| (*address, one)))
        };
        let is_sure = |address: Address, one: &Generation| {
            let record = record_of(input, address, one);
            // Of what was found nothing is known to be set.
            let told = |record: &Record| {
                record
                    .properties
                    .as_object()
                    .is_some_and(|it| !it.is_empty())
            };
            record.is_some_and(|record| record.attempts.is_empty() && told(record))
                && input.state.begun(address, one.number).is_none()
        };
        let unsure = there().filter(|(address, one)| !is_sure(*address, one));
        let mut unsure = unsure.peekable();
        if unsure.peek().is_none() {
            return;
        }
        let mut owners: BTreeMap<&str, BTreeMap<Address, Region>> = BTreeMap::new();
        for (address, one) in there() {
            let arn = one.observed.outputs.get("Arn").and_then(Json::as_str);
            for id in arn.into_iter().chain([one.observed.id.as_str()]) {
                owners.entry(id).or_default().insert(address, one.region);
            }
        }
        for (dependent, one) in unsure {
            each_text(binding(one), &mut |text| {
                for (&target, &region) in owners.get(text).into_iter().flatten() {
                    // A name may be another thing's elsewhere; an ARN leads anywhere.
                    if region != one.region && !text.starts_with("arn:") {
                        continue;
                    }
                    let tie = Tie {
                        moves: true,
                        stays: needs.has(dependent, target),
                        firm: false,
                    };
                    self.add(dependent, target, tie);
                }
            });
        }
    }

    fn add_applied(
        &mut self,
        dependent: Address,
        record: &Record,
        needs: &Needs,
        known: &Known<'_>,
        moves: bool,
    ) {
        for &target in &record.depends_on {
            let tie = Tie {
                moves,
                stays: needs.has(dependent, target),
                firm: (needs.insists(dependent, target) || known.names(record, target))
                    && !only_mentions(&record.type_name),
            };
            self.add(dependent, target, tie);
        }
    }

    fn add(&mut self, dependent: Address, target: Address, more: Tie) {
        if dependent == target {
            return;
        }
        let ties = self.0.entry(target).or_default();
        let tie = ties.entry(dependent).or_insert(more);
        tie.moves |= more.moves;
        tie.firm |= more.firm;
    }

    /// Those that depend on `address`.
    pub(super) fn of(&self, address: Address) -> impl Iterator<Item = (Address, Tie)> + '_ {
        let ties = self.0.get(&address).into_iter().flatten();
        ties.map(|(dependent, tie)| (*dependent, *tie))
    }
}

impl Tie {
    fn declared(needs: &Needs, dependent: Address, target: Address) -> Self {
        Self {
            moves: true,
            stays: needs.has(dependent, target),
            firm: needs.insists(dependent, target),
        }
    }
}

/// The types for which what they name is only text to AWS, which deletes it all the same; and the property
/// that says what such a one stands under. That is another matter: it is deleted and made anew with it.
const MENTIONS: [(&str, Option<&str>); 4] = [
    (ecs::TaskDefinition::TYPE, None),
    (iam::Role::TYPE, None),
    (route53::RecordSet::TYPE, Some("HostedZoneId")),
    (s3::BucketPolicy::TYPE, Some("Bucket")),
];

fn only_mentions(type_name: &str) -> bool {
    MENTIONS.iter().any(|(mentions, _)| *mentions == type_name)
}

/// What of something AWS has keeps AWS from deleting what it names.
fn binding(one: &Generation) -> &Json {
    let properties = &one.observed.properties;
    let mut mentions = MENTIONS.iter();
    match mentions.find(|(type_name, _)| *type_name == one.type_name) {
        None => properties,
        Some((_, Some(parent))) => &properties[*parent],
        Some((_, None)) => &Json::Null,
    }
}

/// What the applied resources are known by.
struct Known<'a>(BTreeMap<Address, Vec<&'a Json>>);

impl<'a> Known<'a> {
    fn of(input: PlanInput<'a>) -> Self {
        let mut known: BTreeMap<Address, Vec<&Json>> = BTreeMap::new();
        let retired = input.state.retired.iter().map(|(at, record)| (at, record));
        for (address, record) in retired.chain(&input.state.resources) {
            let outputs = record.outputs.values().filter(|output| output.is_string());
            known.entry(*address).or_default().extend(outputs);
        }
        Self(known)
    }

    /// Whether an output of what was applied at `target` stands in these properties.
    fn names(&self, record: &Record, target: Address) -> bool {
        let outputs = self.0.get(&target).map_or(&[][..], |outputs| outputs);
        holds(&record.properties, outputs)
    }
}

fn each_text<'j>(value: &'j Json, found: &mut impl FnMut(&'j str)) {
    match value {
        Json::String(text) => found(text),
        Json::Array(items) => items.iter().for_each(|item| each_text(item, found)),
        Json::Object(members) => members.values().for_each(|member| each_text(member, found)),
        _ => {}
    }
}

fn holds(value: &Json, outputs: &[&Json]) -> bool {
    match value {
        Json::String(text) => outputs
            .iter()
            .filter_map(|output| output.as_str())
            .any(|output| !output.is_empty() && text.contains(output)),
        Json::Array(items) => items.iter().any(|item| holds(item, outputs)),
        Json::Object(members) => members.values().any(|member| holds(member, outputs)),
        _ => false,
    }
}
