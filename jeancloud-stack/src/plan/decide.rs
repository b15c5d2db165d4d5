//! What to do about each resource: create, update, replace, delete or nothing.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{Address, ResourceKind, reference};
use serde_json::Value as Json;

use self::{compared::Compared, wanted::Wanted};
use super::{
    Drift, Generation, Op, PlanError, PlanInput, PlanReport, Work,
    diff::Comparison,
    draft::{Draft, Subject},
    needs::Needs,
    order,
    place::{Places, Vpcs},
    report::Note,
    retag, show,
    stand_in::StandIns,
};
use crate::{Declaration, state::Record};

mod compared;
mod standing;
pub(super) mod told;
mod wanted;

/// What was decided.
#[derive(Default)]
pub(super) struct Decided {
    pub(super) drafts: Vec<Draft>,
    pub(super) unchanged: BTreeSet<Address>,
    pub(super) report: PlanReport,
    pub(super) found: Vec<(Address, Record)>,
    /// The notes of the report, as long as some may be left out.
    pub(super) notes: Vec<Note>,
    /// Where an older generation goes on.
    pub(super) went_back: Vec<Address>,
}

/// Decides about everything declared, in the order of the references, and about everything that is
/// there and not declared. What is `asked` for is made anew, and what stands in gets a generated name.
pub(super) fn all(
    input: PlanInput<'_>,
    needs: &Needs,
    asked: &BTreeSet<Address>,
    stand_ins: &StandIns,
) -> Result<Decided, PlanError> {
    let mut decider = Decider {
        input,
        needs,
        asked,
        stand_ins,
        places: Places::of(input.observed),
        prospects: BTreeMap::new(),
        decided: Decided::default(),
    };
    for declaration in order::declarations(input.view, needs)? {
        let mut prospect = match declaration.kind {
            ResourceKind::Lookup => decider.lookup(declaration),
            ResourceKind::Managed => decider.managed(declaration),
        };
        prospect.vpcs = decider.vpcs(declaration, &prospect.properties);
        decider.prospects.insert(declaration.address, prospect);
    }
    decider.undeclared();
    let mut decided = decider.decided;
    decided.report.drift.sort_by_key(|drift| drift.address);
    Ok(decided)
}

/// The generation that an address which does not exist gets next: the one that was begun or was
/// there before, so that a lost answer finds what it made.
pub fn generation_of(input: PlanInput<'_>, address: Address) -> u32 {
    let intents = &input.state.intents;
    let begun = intents.get(&address).map(|intent| intent.generation);
    let resources = &input.state.resources;
    let before = resources.get(&address).map(|record| record.generation);
    begun.or(before).unwrap_or(1)
}

/// Whether this property is a name that jeancloud makes.
fn is_generated(declaration: &Declaration, property: &str) -> bool {
    let name = declaration
        .facts
        .name
        .filter(|name| name.generated.is_some());
    name.is_some_and(|name| name.property == property)
        && declaration.properties.get(property).is_none()
}

/// What the state knows of a generation that AWS has.
pub(super) fn record_of<'a>(
    input: PlanInput<'a>,
    address: Address,
    generation: &Generation,
) -> Option<&'a Record> {
    let current = input.state.resources.get(&address);
    let retired = input.state.retired.iter();
    let retired = retired
        .filter(|(at, _)| *at == address)
        .map(|(_, record)| record);
    let mut all = current.into_iter().chain(retired);
    all.find(|record| record.id == generation.observed.id)
}

/// Whether something else made it: its tags say so, and the state.
fn is_adopted(input: PlanInput<'_>, address: Address, generation: &Generation) -> bool {
    let told = generation.observed.ownership.as_ref();
    let known = record_of(input, address, generation);
    told.is_some_and(|ownership| ownership.marks.adopted)
        || known.is_some_and(|record| record.lifecycle.marks.adopted)
}

/// What a resource will look like, for those that refer to it.
#[derive(Default)]
struct Prospect {
    /// Its outputs, of what stays.
    outputs: BTreeMap<String, Json>,
    /// Its properties, which some outputs repeat: a bucket's name is its id.
    properties: Json,
    /// Where it will live.
    vpcs: Vpcs,
}

impl Prospect {
    /// Of what does not exist yet: AWS will give the outputs.
    fn new(properties: Json) -> Self {
        Self {
            properties,
            ..Self::default()
        }
    }
}

struct Decider<'a> {
    input: PlanInput<'a>,
    needs: &'a Needs,
    asked: &'a BTreeSet<Address>,
    stand_ins: &'a StandIns,
    places: Places,
    prospects: BTreeMap<Address, Prospect>,
    decided: Decided,
}

impl<'a> Decider<'a> {
    fn lookup(&mut self, declaration: &Declaration) -> Prospect {
        let properties = self.resolve(declaration, &declaration.properties);
        let answer = self.input.observed.lookups.get(&declaration.address);
        // An answer to another question says nothing: the program was changed, or what it asks about
        // is made anew.
        if let Some(answer) = answer.filter(|answer| answer.properties == properties) {
            return Prospect {
                outputs: answer.outputs.clone(),
                properties,
                ..Prospect::default()
            };
        }
        self.decided.drafts.push(Draft {
            op: Op::Read,
            address: declaration.address,
            type_name: declaration.type_name.to_owned(),
            region: declaration.region,
            reason: "looked up".to_owned(),
            replacement: false,
            delete_first: false,
            changes: show::creation(declaration, &properties),
            work: Work {
                properties: properties.clone(),
                ..Work::default()
            },
        });
        Prospect::new(properties)
    }

    fn managed(&mut self, declaration: &Declaration) -> Prospect {
        let address = declaration.address;
        let generations = self.input.observed.resources.get(&address);
        let Some(generations) = generations.filter(|all| !all.is_empty()) else {
            return self.create(declaration);
        };
        let newest = generations.len() - 1;
        let standing = self.standing(declaration, generations);
        let stays = standing.as_ref().map_or(newest, |(place, _)| *place);
        for (place, other) in generations.iter().enumerate() {
            if place != stays {
                self.end(declaration, other, place > stays);
            }
        }
        let Some((_, compared)) = standing else {
            return self.make_elsewhere(declaration, &generations[newest]);
        };
        self.go_on(address, &compared);
        if stays != newest {
            self.decided.went_back.push(address);
        }
        self.notes(declaration, &compared);
        if let Some(reason) = &compared.forced {
            return self.replace(declaration, &compared, reason);
        }
        if compared.found.is_empty() {
            self.leave(declaration, &compared);
            return Prospect {
                outputs: compared.current.observed.outputs.clone(),
                properties: compared.wanted.properties,
                ..Prospect::default()
            };
        }
        self.update(declaration, compared)
    }

    /// The end of a generation beside the one that goes on; `newer`: it was to replace that one.
    fn end(&mut self, declaration: &Declaration, other: &Generation, newer: bool) {
        let address = declaration.address;
        let record = record_of(self.input, address, other);
        let reason = match newer {
            true => "the one before it is wanted again",
            false => "left to delete after its replacement",
        };
        self.push(Draft::deletion(address, other, record, reason, true));
        if record.is_none() {
            let nothing = Json::Object(serde_json::Map::new());
            let record = self.subject(declaration).found(other, &nothing);
            self.decided.found.push((address, record));
        }
    }

    fn create(&mut self, declaration: &Declaration) -> Prospect {
        let (input, address) = (self.input, declaration.address);
        let known = input.state.resources.get(&address);
        let reason = match known.filter(|_| input.observed.asked) {
            None => "new",
            Some(record) if record.deleting => "deleted by an earlier run",
            Some(_) => {
                self.decided.report.drift.push(Drift::gone(address));
                "deleted outside of jeancloud"
            }
        };
        let generation = generation_of(input, address);
        let wanted = self.wanted(declaration, generation);
        let subject = self.subject(declaration);
        let draft = subject.create(generation, &wanted.declared, &wanted.properties, reason);
        self.push(draft);
        Prospect::new(wanted.properties)
    }

    /// The address has something else, or has it in another region.
    fn make_elsewhere(&mut self, declaration: &Declaration, current: &Generation) -> Prospect {
        let address = declaration.address;
        let generation = current.number + 1;
        let wanted = self.wanted(declaration, generation);
        let reason = format!("was a {} in {}", current.type_name, current.region);
        let subject = self.subject(declaration);
        let draft = subject.create(generation, &wanted.declared, &wanted.properties, &reason);
        self.push(draft);
        let record = record_of(self.input, address, current);
        self.push(Draft::deletion(address, current, record, &reason, true));
        Prospect::new(wanted.properties)
    }

    /// It is as declared: nothing to do, unless an interrupted run began it, or its tags say something
    /// else than they should. What was begun may not be ready, as a database that is still starting,
    /// and is finished before anybody relies on it.
    fn leave(&mut self, declaration: &Declaration, compared: &Compared<'_>) {
        let Compared {
            current,
            record,
            wanted,
            ..
        } = compared;
        let begun = self.input.state.begun(declaration.address, current.number);
        let subject = self.subject_of(declaration, current);
        let mut draft = match begun.is_some() {
            true => subject.finish(current, &wanted.declared, &wanted.properties),
            false => subject.own(current, &wanted.declared, &wanted.properties),
        };
        retag::tag(self.input, declaration.facts, current, &mut draft);
        // What it names is made anew: only then it can be written down.
        let named_later = record.is_none() && reference::is_unknown(&wanted.properties);
        if named_later && draft.reason.is_empty() {
            draft.reason = "found in AWS; what it names is not there yet".to_owned();
        }
        if begun.is_some() || named_later || draft.work.own.is_some() {
            return self.push(draft);
        }
        self.decided.unchanged.insert(declaration.address);
        let Some(record) = record else { return };
        // As declared from now on: what is taken out of the program later was once set.
        let mut properties = subject.kept(&wanted.properties);
        if reference::is_unknown(&properties) {
            properties = record.properties.clone();
        }
        let mut remembered = draft.work.remembered;
        remembered.replace_when = self.replace_when(declaration);
        if reference::is_unknown(&Json::Array(remembered.replace_when.clone())) {
            remembered.replace_when = record.lifecycle.replace_when.clone();
        }
        let depends_on = draft.work.depends_on;
        let now = (&properties, &remembered, &depends_on);
        let known = (&record.properties, &record.lifecycle, &record.depends_on);
        if now != known || record.deleting || !record.attempts.is_empty() {
            let record = Record {
                properties,
                lifecycle: remembered,
                depends_on,
                deleting: false,
                attempts: Vec::new(),
                ..(*record).clone()
            };
            self.decided.found.push((declaration.address, record));
        }
    }

    fn update(&mut self, declaration: &Declaration, compared: Compared<'_>) -> Prospect {
        let applied = compared.applied();
        let (current, found) = (compared.current, &compared.found);
        let Wanted {
            declared,
            properties,
            keeps_a_name: _,
        } = &compared.wanted;
        let subject = self.subject_of(declaration, current);
        let mut draft = subject.update(current, declared, properties, found, applied);
        retag::tag(self.input, declaration.facts, current, &mut draft);
        self.push(draft);
        let mut outputs = current.observed.outputs.clone();
        // An output that repeats a changed property takes the new value.
        outputs.retain(|name, _| !found.iter().any(|difference| difference.property() == name));
        Prospect {
            outputs,
            properties: compared.wanted.properties,
            ..Prospect::default()
        }
    }

    fn replace(
        &mut self,
        declaration: &Declaration,
        compared: &Compared<'_>,
        reason: &str,
    ) -> Prospect {
        let (current, applied) = (compared.current, compared.applied());
        let address = declaration.address;
        let generation = current.number + 1;
        let wanted = self.wanted(declaration, generation);
        let comparison = Comparison {
            facts: declaration.facts,
            desired: &wanted.properties,
            applied,
            observed: &current.observed.properties,
            moved: &self.moved_by_aws(declaration, current),
        };
        let mut found = comparison.differences().found;
        let leaving = self.leaving(declaration, &wanted.properties, current);
        found.retain(|it| leaving.iter().all(|one| one.property() != it.property()));
        found.extend(leaving.iter().cloned());
        found.sort_by(|a, b| a.path.cmp(&b.path));
        let subject = self.subject(declaration);
        let mut new = subject.create(generation, &wanted.declared, &wanted.properties, reason);
        new.replacement = true;
        new.changes = show::changes(declaration, &found, applied);
        for change in &mut new.changes {
            let path = change.path.trim_start_matches('/');
            change.forces_replacement |= leaving.iter().any(|it| it.property() == path);
            // A name that is made for the new one follows from the replacement.
            change.forces_replacement &= !is_generated(declaration, path);
        }
        let record = record_of(self.input, address, current);
        self.push(new);
        self.push(Draft::deletion(address, current, record, reason, true));
        Prospect::new(wanted.properties)
    }

    /// What AWS has and nobody declares.
    fn undeclared(&mut self) {
        let input = self.input;
        let declared = |address: &Address| input.view.get(*address).is_some();
        let there = &input.observed.resources;
        for (address, generations) in there.iter().filter(|(address, _)| !declared(address)) {
            for generation in generations {
                let record = record_of(input, *address, generation);
                let reason = "no longer declared";
                self.push(Draft::deletion(*address, generation, record, reason, false));
            }
        }
        for (address, record) in &input.state.resources {
            let gone = input.observed.asked && !record.deleting;
            if gone && !declared(address) && !there.contains_key(address) {
                self.decided.report.drift.push(Drift::gone(*address));
            }
        }
    }

    fn push(&mut self, draft: Draft) {
        self.decided.drafts.push(draft);
    }

    fn subject<'d>(&self, declaration: &'d Declaration) -> Subject<'d> {
        Subject {
            declaration,
            depends_on: self.needs.of(declaration.address).collect(),
            adopted: false,
            attempts: Vec::new(),
        }
    }

    /// The same of what is there already.
    fn subject_of<'d>(&self, declaration: &'d Declaration, current: &Generation) -> Subject<'d> {
        Subject {
            adopted: is_adopted(self.input, declaration.address, current),
            attempts: self.attempts(declaration.address, current),
            ..self.subject(declaration)
        }
    }
}

#[cfg(test)]
mod tests;
