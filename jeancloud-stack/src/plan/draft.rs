//! [`Draft`]: an action before it has its number, and how each kind of it is made.

use std::{collections::BTreeSet, time::Duration};

use jeancloud_model::{Address, Region};
use serde_json::Value as Json;

use super::{
    Generation, Op, PropertyChange, Retag, Work, by_aws, defaults,
    diff::{Comparison, Difference},
    reason::{self, Whose},
    show,
};
use crate::{
    Declaration,
    provider::Marks,
    state::{Record, Remembered},
};

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
                own: old.observed.ownership.clone().map(Retag::from),
                ..Work::default()
            },
        }
    }
}

/// A declared resource with what it depends on: makes its drafts.
pub(super) struct Subject<'d> {
    pub(super) declaration: &'d Declaration,
    pub(super) depends_on: Vec<Address>,
    /// Whether what is there was made by something else.
    pub(super) adopted: bool,
    /// What earlier runs began to make of it and did not finish.
    pub(super) attempts: Vec<Json>,
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
                remembered: self.remembered(),
                timeout: match op {
                    Op::Update => self.declaration.lifecycle.timeouts.update,
                    _ => self.declaration.lifecycle.timeouts.create,
                },
                ..Work::default()
            },
        }
    }

    /// The properties as the state keeps them: without secrets.
    pub(super) fn kept(&self, properties: &Json) -> Json {
        let mut kept = properties.clone();
        for path in self.declaration.facts.sensitive {
            show::mask(&mut kept, &path.split('/').collect::<Vec<_>>());
        }
        kept
    }

    /// The record of what exists and the state does not know.
    pub(super) fn found(&self, generation: &Generation, properties: &Json) -> Record {
        Record {
            type_name: generation.type_name.clone(),
            region: generation.region,
            id: generation.observed.id.clone(),
            generation: generation.number,
            properties: self.kept(properties),
            outputs: generation.observed.outputs.clone(),
            depends_on: self.depends_on.clone(),
            lifecycle: match generation.observed.ownership.as_ref() {
                // As it was marked: a plan that marks it otherwise has an action for that.
                Some(ownership) => Remembered {
                    marks: ownership.marks,
                    ..Remembered::default()
                },
                None => Remembered::default(),
            },
            deleting: false,
            attempts: Vec::new(),
        }
    }

    /// What its lifecycle has to remember, with markers for what is known later.
    pub(super) fn remembered(&self) -> Remembered {
        let lifecycle = &self.declaration.lifecycle;
        Remembered {
            marks: Marks {
                adopted: self.adopted,
                ..lifecycle.marks()
            },
            replace_when: lifecycle.replace_when.clone(),
            delete_timeout: seconds(lifecycle.timeouts.delete),
        }
    }

    /// Other ownership tags: it was moved, or is marked otherwise.
    pub(super) fn own(&self, current: &Generation, declared: &Json, properties: &Json) -> Draft {
        let mut draft = self.draft(Op::Update, current.number, declared, properties, "");
        draft.work.id = Some(current.observed.id.clone());
        draft.work.before = current.observed.properties.clone();
        draft
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
        let authors = self.changed_by_author(properties, applied);
        let whose = |difference: &Difference| reason::whose(difference, applied, authors.as_ref());
        let drifted = differences.iter();
        let drifted = drifted.filter(|difference| whose(difference) == Whose::Somebody);
        let drifted: BTreeSet<String> = drifted.map(Difference::pointer).collect();
        let reason = &reason::update(differences, whose);
        let after = defaults::with_defaults(self.declaration.facts, properties, differences);
        let mut draft = self.draft(Op::Update, current.number, declared, &after, reason);
        draft.changes = show::changes(self.declaration, differences, applied);
        for change in &mut draft.changes {
            change.drifted = drifted.contains(&change.path);
        }
        draft.work.id = Some(current.observed.id.clone());
        draft.work.before = current.observed.properties.clone();
        let changed: BTreeSet<&str> = differences.iter().map(Difference::property).collect();
        draft.work.changed = changed.into_iter().map(str::to_owned).collect();
        let untold = draft.work.changed.iter();
        let untold = untold.filter(|property| by_aws::is_untold(self.declaration.facts, property));
        draft.work.untold = untold.cloned().collect();
        draft
    }

    /// Where the author wants something else than what was last applied, or than what an earlier run began
    /// to make of it; `None` where nothing was applied. What differs in AWS and nowhere here was changed by somebody else.
    pub(super) fn changed_by_author(
        &self,
        properties: &Json,
        applied: Option<&Json>,
    ) -> Option<BTreeSet<Vec<String>>> {
        let since = |earlier| {
            let comparison = Comparison {
                facts: self.declaration.facts,
                desired: properties,
                applied: Some(earlier),
                observed: earlier,
                moved: &[],
            };
            comparison.differences().found
        };
        let earlier = self.attempts.iter().chain([applied?]);
        let found = earlier.flat_map(since);
        Some(found.map(|difference| difference.path).collect())
    }
}

/// A bound as the state keeps it.
pub(super) fn seconds(bound: Option<Duration>) -> Option<u64> {
    bound.map(|bound| bound.as_secs())
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
