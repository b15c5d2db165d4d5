//! What to do about each resource: create, update, replace, delete or nothing.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{Address, Region, ResourceKind, reference};
use serde_json::Value as Json;

use super::{
    Drift, Generation, Op, PlanInput, PlanReport, PropertyChange, Work,
    diff::{self, Comparison, Difference},
    implicit::Edges,
    names,
};
use crate::{Declaration, state::Record};

/// An action before it has its number.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) op: Op,
    pub(super) address: Address,
    pub(super) type_name: String,
    pub(super) region: Region,
    pub(super) reason: String,
    pub(super) replacement: bool,
    /// The old one has to go before the new one comes: its name is fixed.
    pub(super) delete_first: bool,
    pub(super) changes: Vec<PropertyChange>,
    pub(super) work: Work,
}

/// What was decided.
#[derive(Default)]
pub(super) struct Decided {
    pub(super) drafts: Vec<Draft>,
    pub(super) unchanged: usize,
    pub(super) report: PlanReport,
    pub(super) found: Vec<(Address, Record)>,
}

/// What a resource will look like, for those that refer to it.
#[derive(Default)]
struct Prospect {
    /// Its outputs, of what stays.
    outputs: BTreeMap<String, Json>,
    /// Its properties, which some outputs repeat: a bucket's name is its id.
    properties: Json,
}

/// Decides about everything declared, in the order of the references, and about everything that is
/// there and not declared.
pub(super) fn all(input: PlanInput<'_>, edges: &Edges) -> Result<Decided, super::PlanError> {
    let mut decided = Decided::default();
    let mut prospects: BTreeMap<Address, Prospect> = BTreeMap::new();
    for declaration in super::order::declarations(input.view)? {
        let prospect = match declaration.kind {
            ResourceKind::Lookup => lookup(input, declaration, &prospects, &mut decided),
            ResourceKind::Managed => managed(input, declaration, edges, &prospects, &mut decided),
        };
        prospects.insert(declaration.address, prospect);
    }
    undeclared(input, &mut decided);
    decided.report.drift.sort_by_key(|drift| drift.address);
    Ok(decided)
}

fn known<'p>(
    prospects: &'p BTreeMap<Address, Prospect>,
) -> impl Fn(&str, &str) -> Option<Json> + 'p {
    |address, output| {
        let prospect = prospects.get(&Address::new(address))?;
        let repeated = || {
            prospect
                .properties
                .get(output)
                .filter(|value| !reference::is_unknown(value))
        };
        prospect.outputs.get(output).or_else(repeated).cloned()
    }
}

fn lookup(
    input: PlanInput<'_>,
    declaration: &Declaration,
    prospects: &BTreeMap<Address, Prospect>,
    decided: &mut Decided,
) -> Prospect {
    let properties = reference::resolve(
        &declaration.properties,
        declaration.region,
        &known(prospects),
    );
    if let Some(answer) = input.observed.lookups.get(&declaration.address) {
        return Prospect {
            outputs: answer.outputs.clone(),
            properties,
        };
    }
    decided.drafts.push(Draft {
        op: Op::Read,
        address: declaration.address,
        type_name: declaration.type_name.to_owned(),
        region: declaration.region,
        reason: "looked up".to_owned(),
        replacement: false,
        delete_first: false,
        changes: creation(declaration, &properties),
        work: Work {
            properties: properties.clone(),
            ..Work::default()
        },
    });
    Prospect {
        outputs: BTreeMap::new(),
        properties,
    }
}

fn managed(
    input: PlanInput<'_>,
    declaration: &Declaration,
    edges: &Edges,
    prospects: &BTreeMap<Address, Prospect>,
    decided: &mut Decided,
) -> Prospect {
    let address = declaration.address;
    let record = input.state.resources.get(&address);
    let (current, older) = generations(input, address);
    let resolve = |generation: u32| {
        let mut properties = declaration.properties.clone();
        names::fill(
            &mut properties,
            declaration.facts,
            input.view.stack(),
            address,
            generation,
        );
        let resolved = reference::resolve(&properties, declaration.region, &known(prospects));
        (properties, resolved)
    };
    let subject = Subject {
        declaration,
        depends_on: depends_on(declaration, edges),
    };
    for old in older {
        decided.drafts.push(deletion(
            address,
            old,
            record_of(input, address, old),
            LEFT,
            true,
        ));
    }
    let Some(current) = current else {
        let generation = generation_of(input, address);
        let (declared, properties) = resolve(generation);
        let gone = record.is_some() && input.observed.asked;
        if gone {
            decided.report.drift.push(Drift {
                address,
                gone: true,
                changes: vec![],
            });
        }
        let reason = if gone {
            "deleted outside of jeancloud"
        } else {
            "new"
        };
        decided
            .drafts
            .push(subject.create(generation, &declared, &properties, reason, vec![]));
        return Prospect {
            outputs: BTreeMap::new(),
            properties,
        };
    };
    let (declared, properties) = resolve(current.number);
    let applied = record
        .filter(|record| record.id == current.observed.id)
        .map(|record| &record.properties);
    if let Some(applied) = applied {
        drift(declaration, applied, current, decided);
    }
    if current.type_name != declaration.type_name || current.region != declaration.region {
        let (declared, properties) = resolve(current.number + 1);
        let reason = format!("was a {} in {}", current.type_name, current.region);
        decided.drafts.push(subject.create(
            current.number + 1,
            &declared,
            &properties,
            &reason,
            vec![],
        ));
        decided
            .drafts
            .push(deletion(address, current, record, &reason, true));
        return Prospect {
            outputs: BTreeMap::new(),
            properties,
        };
    }
    let comparison = Comparison {
        facts: declaration.facts,
        desired: &properties,
        applied,
        observed: &current.observed.properties,
    };
    let differences = comparison.differences();
    if applied.is_none() {
        let known = match differences.found.is_empty() {
            true => properties.clone(),
            // What was last applied is forgotten with the state: nothing is known to clear.
            false => Json::Object(Default::default()),
        };
        for generation in older.iter().chain([current]) {
            decided
                .found
                .push((address, subject.found(generation, &known)));
        }
    }
    for property in &differences.staying {
        decided.report.notes.push(format!(
            "{address}: {property} was removed from the program and stays as it is: AWS documents no default to go back to"
        ));
    }
    let found = differences.found;
    if found.is_empty() {
        decided.unchanged += 1;
        return Prospect {
            outputs: current.observed.outputs.clone(),
            properties,
        };
    }
    let forcing: Vec<&Difference> = found
        .iter()
        .filter(|d| forces_replacement(declaration, d))
        .collect();
    if forcing.is_empty() {
        decided
            .drafts
            .push(subject.update(current, &declared, &properties, &found, applied));
        let mut outputs = current.observed.outputs.clone();
        // An output that repeats a changed property takes the new value.
        outputs.retain(|name, _| !found.iter().any(|difference| difference.property() == name));
        return Prospect {
            outputs,
            properties,
        };
    }
    let reason = forced_by(&forcing);
    let (declared, properties) = resolve(current.number + 1);
    let differences = Comparison {
        desired: &properties,
        ..comparison
    }
    .differences()
    .found;
    let mut new = subject.create(
        current.number + 1,
        &declared,
        &properties,
        &reason,
        differences,
    );
    let mut old = deletion(address, current, record, &reason, true);
    if name_stays(declaration, &properties, current) {
        new.delete_first = true;
        old.delete_first = true;
        decided
            .report
            .notes
            .push(gone_before_it_comes(address, declaration));
    }
    decided.drafts.push(new);
    decided.drafts.push(old);
    Prospect {
        outputs: BTreeMap::new(),
        properties,
    }
}

/// What the report says of a replacement whose old one goes first.
fn gone_before_it_comes(address: Address, declaration: &Declaration) -> String {
    let unique = declaration.facts.name;
    let property = unique.map_or("name", |unique| unique.property);
    let first = "the old one goes before the new one comes, since";
    match unique.and_then(|unique| unique.generated) {
        Some(_) => format!(
            "{address}: {first} its {property} is fixed; leave {property} out and jeancloud names it, and the new one comes first"
        ),
        None => format!("{address}: {first} AWS refuses two with the same {property}"),
    }
}

const LEFT: &str = "left to delete after its replacement";

/// A declared resource with what it depends on: makes its drafts.
struct Subject<'d> {
    declaration: &'d Declaration,
    depends_on: Vec<Address>,
}

impl Subject<'_> {
    fn draft(
        &self,
        op: Op,
        generation: u32,
        declared: &Json,
        properties: &Json,
        reason: &str,
    ) -> Draft {
        Draft {
            op,
            address: self.declaration.address,
            type_name: self.declaration.type_name.to_owned(),
            region: self.declaration.region,
            reason: reason.to_owned(),
            replacement: false,
            delete_first: false,
            changes: Vec::new(),
            work: Work {
                generation,
                properties: properties.clone(),
                declared: declared.clone(),
                depends_on: self.depends_on.clone(),
                sensitive: self
                    .declaration
                    .facts
                    .sensitive
                    .iter()
                    .map(|&path| path.to_owned())
                    .collect(),
                ..Work::default()
            },
        }
    }

    /// The record of what exists and the state does not know.
    fn found(&self, generation: &Generation, properties: &Json) -> Record {
        Record {
            type_name: generation.type_name.clone(),
            region: generation.region,
            id: generation.observed.id.clone(),
            generation: generation.number,
            properties: properties.clone(),
            outputs: generation.observed.outputs.clone(),
            depends_on: self.depends_on.clone(),
        }
    }

    /// A creation; with `differences`, one that replaces.
    fn create(
        &self,
        generation: u32,
        declared: &Json,
        properties: &Json,
        reason: &str,
        differences: Vec<Difference>,
    ) -> Draft {
        let mut draft = self.draft(Op::Create, generation, declared, properties, reason);
        draft.replacement = !differences.is_empty();
        draft.changes = match differences.is_empty() {
            true => creation(self.declaration, properties),
            false => shown(self.declaration, &differences),
        };
        draft
    }

    fn update(
        &self,
        current: &Generation,
        declared: &Json,
        properties: &Json,
        differences: &[Difference],
        applied: Option<&Json>,
    ) -> Draft {
        // The author changed it, or somebody did in AWS: then what was applied is still wanted.
        let unchanged_by_author = applied.is_some_and(|applied| {
            let facts = self.declaration.facts;
            let comparison = Comparison {
                facts,
                desired: properties,
                applied: Some(applied),
                observed: applied,
            };
            comparison.differences().found.is_empty()
        });
        let reason = if unchanged_by_author {
            "drifted in AWS"
        } else {
            "changed"
        };
        let after = diff::with_defaults(self.declaration.facts, properties, differences);
        let mut draft = self.draft(Op::Update, current.number, declared, &after, reason);
        draft.changes = shown(self.declaration, differences);
        draft.work.id = Some(current.observed.id.clone());
        draft.work.before = current.observed.properties.clone();
        let changed: BTreeSet<&str> = differences.iter().map(Difference::property).collect();
        draft.work.changed = changed.into_iter().map(str::to_owned).collect();
        draft
    }
}

fn deletion(
    address: Address,
    old: &Generation,
    record: Option<&Record>,
    reason: &str,
    replacement: bool,
) -> Draft {
    Draft {
        op: Op::Delete,
        address,
        type_name: old.type_name.clone(),
        region: old.region,
        reason: reason.to_owned(),
        replacement,
        delete_first: false,
        changes: Vec::new(),
        work: Work {
            generation: old.number,
            id: Some(old.observed.id.clone()),
            properties: merged(
                record.map(|record| &record.properties),
                &old.observed.properties,
            ),
            depends_on: record
                .map(|record| record.depends_on.clone())
                .unwrap_or_default(),
            ..Work::default()
        },
    }
}

/// The deletion of a generation, because the whole stack is destroyed.
pub(super) fn end_of(input: PlanInput<'_>, address: Address, old: &Generation) -> Draft {
    deletion(
        address,
        old,
        record_of(input, address, old),
        "destroyed",
        false,
    )
}

/// What AWS has, with what only the author's last apply knew: choices such as the final snapshot.
fn merged(applied: Option<&Json>, observed: &Json) -> Json {
    let mut all = observed.clone();
    if let (Some(Json::Object(applied)), Json::Object(all)) = (applied, &mut all) {
        for (name, value) in applied {
            all.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    all
}

/// What AWS has and nobody declares.
fn undeclared(input: PlanInput<'_>, decided: &mut Decided) {
    let declared = |address: &Address| input.view.get(*address).is_some();
    for (address, generations) in &input.observed.resources {
        if declared(address) {
            continue;
        }
        for generation in generations {
            let record = record_of(input, *address, generation);
            decided.drafts.push(deletion(
                *address,
                generation,
                record,
                "no longer declared",
                false,
            ));
        }
    }
    for address in input.state.resources.keys() {
        if input.observed.asked
            && !declared(address)
            && !input.observed.resources.contains_key(address)
        {
            decided.report.drift.push(Drift {
                address: *address,
                gone: true,
                changes: vec![],
            });
        }
    }
}

/// The current generation of an address, and those that are left to delete.
fn generations<'a>(
    input: PlanInput<'a>,
    address: Address,
) -> (Option<&'a Generation>, &'a [Generation]) {
    match input.observed.resources.get(&address).map(Vec::as_slice) {
        Some([older @ .., current]) => (Some(current), older),
        _ => (None, &[]),
    }
}

fn record_of<'a>(
    input: PlanInput<'a>,
    address: Address,
    generation: &Generation,
) -> Option<&'a Record> {
    let current = input.state.resources.get(&address);
    let retired = input
        .state
        .retired
        .iter()
        .filter(|(at, _)| *at == address)
        .map(|(_, record)| record);
    current
        .into_iter()
        .chain(retired)
        .find(|record| record.id == generation.observed.id)
}

/// The generation that an address which does not exist gets next: the one that was begun or was
/// there before, so that a lost answer finds what it made.
pub fn generation_of(input: PlanInput<'_>, address: Address) -> u32 {
    let begun = input
        .state
        .intents
        .get(&address)
        .map(|intent| intent.generation);
    let before = input
        .state
        .resources
        .get(&address)
        .map(|record| record.generation);
    begun.or(before).unwrap_or(1)
}

fn depends_on(declaration: &Declaration, edges: &Edges) -> Vec<Address> {
    let mut all: BTreeSet<Address> = edges.of(declaration.address).collect();
    reference::each(&declaration.properties, &mut |address, _| {
        all.insert(Address::new(address));
    });
    all.into_iter().collect()
}

fn forces_replacement(declaration: &Declaration, difference: &Difference) -> bool {
    declaration
        .facts
        .create_only
        .iter()
        .any(|pattern| diff::at_or_below(pattern, &difference.path))
}

fn forced_by(forcing: &[&Difference]) -> String {
    let properties: BTreeSet<&str> = forcing
        .iter()
        .map(|difference| difference.property())
        .collect();
    let properties: Vec<&str> = properties.into_iter().collect();
    format!("{} can't be changed in place", properties.join(", "))
}

/// Whether the new one would have the name of the old one, which AWS refuses.
fn name_stays(declaration: &Declaration, properties: &Json, current: &Generation) -> bool {
    let Some(unique) = declaration.facts.name else {
        return false;
    };
    let same =
        |property: &str| properties.get(property) == current.observed.properties.get(property);
    properties.get(unique.property).is_some()
        && same(unique.property)
        && unique.within.iter().all(|property| same(property))
}

fn drift(declaration: &Declaration, applied: &Json, current: &Generation, decided: &mut Decided) {
    let comparison = Comparison {
        facts: declaration.facts,
        desired: applied,
        applied: Some(applied),
        observed: &current.observed.properties,
    };
    let found = comparison.differences().found;
    if found.is_empty() {
        return;
    }
    // As the report says it: before, what was applied; after, what AWS has.
    let mut changes = shown(declaration, &found);
    for change in &mut changes {
        std::mem::swap(&mut change.before, &mut change.after);
        change.forces_replacement = false;
    }
    decided.report.drift.push(Drift {
        address: declaration.address,
        gone: false,
        changes,
    });
}

/// The changes of a creation: every property from nothing.
fn creation(declaration: &Declaration, properties: &Json) -> Vec<PropertyChange> {
    let mut differences = Vec::new();
    for (name, value) in properties.as_object().into_iter().flatten() {
        if diff::is_tags(name) {
            for tag in value.as_array().into_iter().flatten() {
                let key = tag.get("Key").and_then(Json::as_str).unwrap_or_default();
                let value = tag.get("Value").cloned().unwrap_or(Json::Null);
                let path = vec![name.clone(), key.to_owned()];
                differences.push(Difference {
                    path,
                    before: Json::Null,
                    after: value,
                });
            }
        } else {
            differences.push(Difference {
                path: vec![name.clone()],
                before: Json::Null,
                after: value.clone(),
            });
        }
    }
    let mut changes = shown(declaration, &differences);
    for change in &mut changes {
        change.forces_replacement = false;
    }
    changes
}

fn shown(declaration: &Declaration, differences: &[Difference]) -> Vec<PropertyChange> {
    let change = |difference: &Difference| {
        let sensitive = declaration.facts.sensitive.iter();
        let mut hide = sensitive.filter(|pattern| diff::at_or_below(pattern, &difference.path));
        let hidden = hide.next().is_some();
        let value = |value: &Json| match value {
            Json::Null => Json::Null,
            _ if hidden => serde_json::json!({"sensitive": true}),
            value => mask_inside(declaration, &difference.path, value),
        };
        PropertyChange {
            path: difference.pointer(),
            before: value(&difference.before),
            after: value(&difference.after),
            forces_replacement: forces_replacement(declaration, difference),
        }
    };
    differences.iter().map(change).collect()
}

/// Hides what is sensitive further down in a value.
fn mask_inside(declaration: &Declaration, path: &[String], value: &Json) -> Json {
    let mut masked = value.clone();
    for pattern in declaration.facts.sensitive {
        let parts: Vec<&str> = pattern.split('/').collect();
        let prefix_fits = parts.len() > path.len()
            && path
                .iter()
                .zip(&parts)
                .all(|(part, wanted)| *wanted == "*" || wanted == part);
        if prefix_fits {
            mask(&mut masked, &parts[path.len()..]);
        }
    }
    masked
}

pub(crate) fn mask(value: &mut Json, path: &[&str]) {
    let Some((first, rest)) = path.split_first() else {
        *value = serde_json::json!({"sensitive": true});
        return;
    };
    match value {
        Json::Object(map) if *first == "*" => map.values_mut().for_each(|inner| mask(inner, rest)),
        Json::Object(map) => {
            if let Some(inner) = map.get_mut(*first) {
                mask(inner, rest);
            }
        }
        Json::Array(items) if *first == "*" => items.iter_mut().for_each(|inner| mask(inner, rest)),
        _ => {}
    }
}
