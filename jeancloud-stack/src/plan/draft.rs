//! [`Draft`]: an action before it has its number, and how each kind of it is made.

use std::collections::BTreeSet;

use jeancloud_model::{Address, Region};
use serde_json::Value as Json;

use super::{Generation, Op, PropertyChange, Work, defaults, diff::Difference, reason, show};
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

impl Draft {
    /// The end of one generation of an address.
    pub(super) fn deletion(
        address: Address,
        old: &Generation,
        record: Option<&Record>,
        reason: &str,
        replacement: bool,
    ) -> Self {
        let applied = record.map(|record| &record.properties);
        Self {
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
                properties: merged(applied, &old.observed.properties),
                depends_on: record.map_or_else(Vec::new, |record| record.depends_on.clone()),
                ..Work::default()
            },
        }
    }
}

/// A declared resource with what it depends on: makes its drafts.
pub(super) struct Subject<'d> {
    pub(super) declaration: &'d Declaration,
    pub(super) depends_on: Vec<Address>,
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
    pub(super) fn found(&self, generation: &Generation, properties: &Json) -> Record {
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

    pub(super) fn create(
        &self,
        generation: u32,
        declared: &Json,
        properties: &Json,
        reason: &str,
    ) -> Draft {
        let mut draft = self.draft(Op::Create, generation, declared, properties, reason);
        draft.changes = show::creation(self.declaration, properties);
        draft
    }

    /// What is left to do of something that an earlier run began, and that is as declared.
    pub(super) fn finish(&self, current: &Generation, declared: &Json, properties: &Json) -> Draft {
        let reason = "begun by an earlier run and not finished";
        let mut draft = self.draft(Op::Update, current.number, declared, properties, reason);
        draft.work.id = Some(current.observed.id.clone());
        draft.work.before = current.observed.properties.clone();
        draft
    }

    /// A change in place.
    pub(super) fn update(
        &self,
        current: &Generation,
        declared: &Json,
        properties: &Json,
        differences: &[Difference],
        applied: Option<&Json>,
    ) -> Draft {
        let facts = self.declaration.facts;
        let reason = &reason::update(facts, properties, applied, differences);
        let after = defaults::with_defaults(facts, properties, differences);
        let mut draft = self.draft(Op::Update, current.number, declared, &after, reason);
        draft.changes = show::changes(self.declaration, differences);
        draft.work.id = Some(current.observed.id.clone());
        draft.work.before = current.observed.properties.clone();
        let changed: BTreeSet<&str> = differences.iter().map(Difference::property).collect();
        draft.work.changed = changed.into_iter().map(str::to_owned).collect();
        draft
    }
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
