//! [`Compared`]: one generation of an address beside what is declared.

use std::borrow::Cow;

use jeancloud_model::{Address, Resource, rds::DbInstance};
use serde_json::Value as Json;

use super::{Decider, is_adopted, record_of, wanted::Wanted};
use crate::{
    Declaration,
    plan::{
        Generation, by_aws,
        diff::{Comparison, Difference, Differences},
        ignore, pair,
        reason::is_among,
        replace,
        report::Note,
    },
    state::Record,
};

/// What would have to be done about one generation for it to be as declared.
pub(super) struct Compared<'a> {
    pub(super) current: &'a Generation,
    /// What the state knows of it.
    pub(super) record: Option<&'a Record>,
    settled: Option<Cow<'a, Json>>,
    pub(super) wanted: Wanted,
    /// How it differs, what is left alone apart.
    pub(super) found: Vec<Difference>,
    /// By which properties it would leave the VPC that it lives in.
    leaving: Vec<Difference>,
    /// The properties that are left alone.
    pub(super) ignored: Vec<String>,
    /// A run began to make or to change it and did not come to its end.
    pub(super) unfinished: bool,
    /// What the report says if it goes on.
    pub(super) notes: Vec<Note>,
    /// Why it has to be made anew, if it has to.
    pub(super) forced: Option<String>,
}

impl Compared<'_> {
    /// What the author set when it was last applied, as far as AWS has it for certain.
    pub(super) fn applied(&self) -> Option<&Json> {
        self.settled.as_deref()
    }
}

impl<'a> Decider<'a> {
    /// A generation of the declared type, beside what is declared.
    pub(super) fn compared(
        &self,
        declaration: &Declaration,
        current: &'a Generation,
    ) -> Compared<'a> {
        let address = declaration.address;
        let record = record_of(self.input, address, current);
        let settled = record.map(Record::settled);
        let applied = settled.as_deref();
        let attempts = self.attempts(address, current);
        let mut notes = Vec::new();
        let ignored = self.left_alone(declaration, current, &mut notes);
        let wanted = self.wanted_of(declaration, current, applied, &ignored);
        let mut differences = Comparison {
            facts: declaration.facts,
            desired: &wanted.properties,
            applied,
            observed: &current.observed.properties,
            moved: &self.moved_by_aws(declaration, current),
        }
        .differences_after(&attempts);
        ignore::leave_out(&ignored, &mut differences);
        let Differences { found, staying } = differences;
        notes.extend(staying.into_iter().map(|property| {
            Note::new(address, format!(
                "{property} was removed from the program and stays as it is: AWS documents no default to go back to"
            ))
        }));
        let begun = self.input.state.begun(address, current.number).is_some();
        let mut compared = Compared {
            current,
            record,
            leaving: self.leaving(declaration, &wanted.properties, current),
            wanted,
            settled,
            found,
            ignored,
            unfinished: begun || !attempts.is_empty(),
            notes,
            forced: None,
        };
        compared.forced = self.forced(declaration, &compared);
        compared
    }

    /// Why it has to be made anew, if it has to.
    fn forced(&self, declaration: &Declaration, compared: &Compared<'_>) -> Option<String> {
        let forcing = replace::forcing(declaration, &compared.found);
        // What stands in has another name, but that is not why.
        let stand_in = self.stand_ins.get(&declaration.address);
        let is_its_name =
            |it: &&Difference| stand_in.is_some_and(|stand_in| it.property() == stand_in.property);
        let (named, forcing): (Vec<_>, Vec<_>) = forcing.into_iter().partition(is_its_name);
        let going = compared.current.observed.going;
        let asked = self.asked.contains(&declaration.address);
        let because = |reason: &str| Some(reason.to_owned());
        match () {
            () if going => because("AWS is deleting it"),
            () if !forcing.is_empty() || !compared.leaving.is_empty() => {
                Some(self.forced_by(declaration, compared, &forcing))
            }
            () if asked => because("asked for with --replace"),
            () if self.has_other_values(declaration, compared) => {
                because("the value of replace_when changed")
            }
            () if !named.is_empty() => Some(replace::reason(&named, &[], false)),
            () => None,
        }
    }

    /// The same, of what AWS can't change and what would have to leave its VPC.
    fn forced_by(
        &self,
        declaration: &Declaration,
        compared: &Compared<'_>,
        forcing: &[&Difference],
    ) -> String {
        let applied = compared.record.map(|record| &record.properties);
        let subject = self.subject(declaration);
        let authors = subject.changed_by_author(&compared.wanted.properties, applied);
        let drifted = authors.is_some_and(|authors| {
            let mut forcing = forcing.iter();
            forcing.all(|difference| !is_among(&authors, &difference.path))
        });
        replace::reason(forcing, &compared.leaving, drifted)
    }

    /// Whether the values of `replace_when` are others than when it was made.
    fn has_other_values(&self, declaration: &Declaration, compared: &Compared<'_>) -> bool {
        let number = compared.current.number;
        let begun = self.input.state.begun(declaration.address, number);
        let begun = begun.map(|intent| &intent.replace_when);
        let record = compared.record;
        let remembered = begun.or(record.map(|record| &record.lifecycle.replace_when));
        let values = self.replace_when(declaration);
        remembered.is_some_and(|remembered| {
            !remembered.is_empty() && !values.is_empty() && *remembered != values
        })
    }

    /// The present values of `replace_when`.
    pub(super) fn replace_when(&self, declaration: &Declaration) -> Vec<Json> {
        let values = declaration.lifecycle.replace_when.iter();
        values
            .map(|value| self.resolve(declaration, value))
            .collect()
    }

    /// What earlier runs began to make of it and did not finish.
    pub(super) fn attempts(&self, address: Address, current: &Generation) -> Vec<Json> {
        let begun = self.input.state.begun(address, current.number);
        let begun = begun.map(|intent| &intent.properties);
        let record = record_of(self.input, address, current);
        let changed = record.into_iter().flat_map(|record| &record.attempts);
        let changed = changed.map(|attempt| &attempt.properties);
        let all = begun.filter(|it| !it.is_null()).into_iter().chain(changed);
        all.cloned().collect()
    }

    /// What AWS moves of it on the author's behalf: of what an earlier run began and did not finish,
    /// nothing, since AWS may have what that run asked for.
    pub(super) fn moved_by_aws(
        &self,
        declaration: &Declaration,
        current: &Generation,
    ) -> Vec<&'static str> {
        let begun = self.input.state.begun(declaration.address, current.number);
        if begun.is_some() {
            return Vec::new();
        }
        let all = self.input.view.declarations().iter();
        let all = all.map(|other| (other.type_name, &other.properties));
        by_aws::moved(declaration.address, declaration.facts, all)
    }

    /// The properties that stay as AWS has them: those that the author ignores, and of what was
    /// adopted those that AWS can't change and that mean nothing any more, which are told.
    fn left_alone(
        &self,
        declaration: &Declaration,
        current: &Generation,
        notes: &mut Vec<Note>,
    ) -> Vec<String> {
        let mut ignored = declaration.lifecycle.ignore_changes.clone();
        if !is_adopted(self.input, declaration.address, current) {
            return ignored;
        }
        let desired = self.resolve(declaration, &declaration.properties);
        for property in pair::kept(declaration, &desired, &current.observed.properties) {
            let address = declaration.address;
            let way = match declaration.type_name {
                // Nobody wants an empty one for a name.
                DbInstance::TYPE => String::new(),
                _ => format!("; `--replace {address}` makes another one as declared"),
            };
            notes.push(Note::new(address, format!(
                "{property} stays as it was adopted, since AWS can't change it and it means nothing any more{way}"
            )));
            ignored.push(property);
        }
        ignored
    }
}
