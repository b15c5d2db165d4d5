//! What to do about each resource: create, update, replace, delete or nothing.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{Address, ResourceKind, reference};
use serde_json::Value as Json;

use super::{
    Drift, Generation, Op, PlanError, PlanInput, PlanReport, Work, by_aws,
    diff::{Comparison, Difference, Differences},
    draft::{Draft, Subject},
    ignore,
    names::{self, Owner},
    needs::Needs,
    order, pair,
    place::{Places, Vpcs},
    reason::is_among,
    replace,
    report::Note,
    retag, show,
    stand_in::StandIns,
};
use crate::{Declaration, state::Record};

/// What was decided.
#[derive(Default)]
pub(super) struct Decided {
    pub(super) drafts: Vec<Draft>,
    pub(super) unchanged: BTreeSet<Address>,
    pub(super) report: PlanReport,
    pub(super) found: Vec<(Address, Record)>,
    /// The notes of the report, as long as some may be left out.
    pub(super) notes: Vec<Note>,
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

/// A declaration's properties for one generation.
struct Wanted {
    /// As declared, with the generated name.
    declared: Json,
    /// With everything that is known put in.
    properties: Json,
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
        let Some((current, older)) = generations.and_then(|all| all.split_last()) else {
            return self.create(declaration);
        };
        for old in older {
            let record = record_of(self.input, address, old);
            let left = "left to delete after its replacement";
            self.push(Draft::deletion(address, old, record, left, true));
        }
        if current.type_name != declaration.type_name || current.region != declaration.region {
            return self.make_elsewhere(declaration, current);
        }
        let record = record_of(self.input, address, current);
        let settled = record.map(Record::settled);
        let applied = settled.as_deref();
        let moved = self.moved_by_aws(declaration, current);
        let attempts = self.attempts(address, current);
        let ignored = self.left_alone(declaration, current);
        let wanted = self.wanted_of(declaration, current, applied, &ignored);
        let mut differences = Comparison {
            facts: declaration.facts,
            desired: &wanted.properties,
            applied,
            observed: &current.observed.properties,
            moved: &moved,
        }
        .differences_after(&attempts);
        ignore::leave_out(&ignored, &mut differences);
        let Differences { found, staying } = differences;
        let leaving = self.leaving(declaration, &wanted.properties, current);
        let begun = self.input.state.begun(address, current.number).is_some();
        match applied {
            // What a run began to change itself is no drift.
            Some(_) if begun || !attempts.is_empty() => {}
            Some(applied) => self.note_drift(declaration, applied, current, &ignored),
            None => self.adopt(declaration, current, older, found.is_empty(), &wanted),
        }
        for property in staying {
            self.note(address, format!(
                "{property} was removed from the program and stays as it is: AWS documents no default to go back to"
            ));
        }
        let forcing = replace::forcing(declaration, &found);
        if let Some(reason) = self.forced(declaration, record, &wanted, &forcing, &leaving) {
            return self.replace(declaration, current, applied, &reason);
        }
        if found.is_empty() {
            self.leave(declaration, current, record, &wanted);
            return Prospect {
                outputs: current.observed.outputs.clone(),
                properties: wanted.properties,
                ..Prospect::default()
            };
        }
        self.update(declaration, current, wanted, &found, applied)
    }

    /// Why it has to be made anew, if it has to.
    fn forced(
        &self,
        declaration: &Declaration,
        record: Option<&Record>,
        wanted: &Wanted,
        forcing: &[&Difference],
        leaving: &[Difference],
    ) -> Option<String> {
        if !forcing.is_empty() || !leaving.is_empty() {
            let applied = record.map(|record| &record.properties);
            let subject = self.subject(declaration);
            let authors = subject.changed_by_author(&wanted.properties, applied);
            let drifted = authors.is_some_and(|authors| {
                let mut forcing = forcing.iter();
                forcing.all(|difference| !is_among(&authors, &difference.path))
            });
            // What stands in has another name, but that is not why.
            let stand_in = self.stand_ins.get(&declaration.address);
            let mut forcing = forcing.to_vec();
            if let Some(stand_in) = stand_in.filter(|_| forcing.len() > 1) {
                forcing.retain(|difference| difference.property() != stand_in.property);
            }
            return Some(replace::reason(&forcing, leaving, drifted));
        }
        if self.asked.contains(&declaration.address) {
            return Some("asked for with --replace".to_owned());
        }
        let remembered = &record?.lifecycle.replace_when;
        let values = self.replace_when(declaration);
        let changed = !remembered.is_empty() && !values.is_empty() && *remembered != values;
        changed.then(|| "the value of replace_when changed".to_owned())
    }

    /// The present values of `replace_when`.
    fn replace_when(&self, declaration: &Declaration) -> Vec<Json> {
        let values = declaration.lifecycle.replace_when.iter();
        values
            .map(|value| self.resolve(declaration, value))
            .collect()
    }

    fn create(&mut self, declaration: &Declaration) -> Prospect {
        let (input, address) = (self.input, declaration.address);
        let gone = input.observed.asked && input.state.resources.contains_key(&address);
        let reason = if gone {
            self.decided.report.drift.push(Drift::gone(address));
            "deleted outside of jeancloud"
        } else {
            "new"
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
    fn leave(
        &mut self,
        declaration: &Declaration,
        current: &Generation,
        record: Option<&Record>,
        wanted: &Wanted,
    ) {
        let begun = self.input.state.begun(declaration.address, current.number);
        let subject = self.subject_of(declaration, current);
        let mut draft = match begun.is_some() {
            true => subject.finish(current, &wanted.declared, &wanted.properties),
            false => subject.own(current, &wanted.declared, &wanted.properties),
        };
        retag::tag(self.input, declaration.facts, current, &mut draft);
        if begun.is_some() || draft.work.own.is_some() {
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
        if now != known || !record.attempts.is_empty() {
            let record = Record {
                properties,
                lifecycle: remembered,
                depends_on,
                attempts: Vec::new(),
                ..record.clone()
            };
            self.decided.found.push((declaration.address, record));
        }
    }

    fn update(
        &mut self,
        declaration: &Declaration,
        current: &Generation,
        wanted: Wanted,
        found: &[Difference],
        applied: Option<&Json>,
    ) -> Prospect {
        let Wanted {
            declared,
            properties,
        } = wanted;
        let subject = self.subject_of(declaration, current);
        let mut draft = subject.update(current, &declared, &properties, found, applied);
        retag::tag(self.input, declaration.facts, current, &mut draft);
        self.push(draft);
        let mut outputs = current.observed.outputs.clone();
        // An output that repeats a changed property takes the new value.
        outputs.retain(|name, _| !found.iter().any(|difference| difference.property() == name));
        Prospect {
            outputs,
            properties,
            ..Prospect::default()
        }
    }

    fn replace(
        &mut self,
        declaration: &Declaration,
        current: &Generation,
        applied: Option<&Json>,
        reason: &str,
    ) -> Prospect {
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

    /// Writes down what exists and the state does not know.
    fn adopt(
        &mut self,
        declaration: &Declaration,
        current: &Generation,
        older: &[Generation],
        as_wanted: bool,
        wanted: &Wanted,
    ) {
        let properties = match as_wanted {
            true => wanted.properties.clone(),
            // What was last applied is forgotten with the state: nothing is known to clear.
            false => Json::Object(serde_json::Map::new()),
        };
        let subject = self.subject(declaration);
        for generation in older.iter().chain([current]) {
            let record = subject.found(generation, &properties);
            self.decided.found.push((declaration.address, record));
        }
    }

    fn note_drift(
        &mut self,
        declaration: &Declaration,
        applied: &Json,
        current: &Generation,
        ignored: &[String],
    ) {
        let comparison = Comparison {
            facts: declaration.facts,
            desired: applied,
            applied: Some(applied),
            observed: &current.observed.properties,
            moved: &self.moved_by_aws(declaration, current),
        };
        let mut differences = comparison.differences();
        ignore::leave_out(ignored, &mut differences);
        let found = differences.found;
        if found.is_empty() {
            return;
        }
        // As the report says it: before, what was applied; after, what AWS has.
        let mut changes = show::changes(declaration, &found, Some(applied));
        for change in &mut changes {
            std::mem::swap(&mut change.before, &mut change.after);
            change.forces_replacement = false;
            change.drifted = true;
        }
        self.decided.report.drift.push(Drift {
            address: declaration.address,
            gone: false,
            changes,
        });
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
        for address in input.state.resources.keys() {
            if input.observed.asked && !declared(address) && !there.contains_key(address) {
                self.decided.report.drift.push(Drift::gone(*address));
            }
        }
    }

    fn push(&mut self, draft: Draft) {
        self.decided.drafts.push(draft);
    }

    fn note(&mut self, address: Address, text: String) {
        self.decided.notes.push(Note::new(address, text));
    }

    fn subject<'d>(&self, declaration: &'d Declaration) -> Subject<'d> {
        Subject {
            declaration,
            depends_on: self.needs.of(declaration.address).collect(),
            adopted: false,
            attempts: Vec::new(),
        }
    }

    /// What earlier runs began to make of it and did not finish.
    fn attempts(&self, address: Address, current: &Generation) -> Vec<Json> {
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
    fn moved_by_aws(&self, declaration: &Declaration, current: &Generation) -> Vec<&'static str> {
        let begun = self.input.state.begun(declaration.address, current.number);
        if begun.is_some() {
            return Vec::new();
        }
        let all = self.input.view.declarations().iter();
        let all = all.map(|other| (other.type_name, &other.properties));
        by_aws::moved(declaration.address, declaration.facts, all)
    }

    /// Where a declaration will live.
    fn vpcs(&self, declaration: &Declaration, properties: &Json) -> Vpcs {
        let known = |address| Some(self.prospects.get(&address)?.vpcs.clone());
        self.places.wanted(declaration, properties, &known)
    }

    /// By which properties it would leave the VPC that it lives in.
    fn leaving(
        &self,
        declaration: &Declaration,
        properties: &Json,
        current: &Generation,
    ) -> Vec<Difference> {
        let known = |address| Some(self.prospects.get(&address)?.vpcs.clone());
        let observed = &current.observed.properties;
        self.places
            .leaving(declaration, properties, observed, &known)
    }

    /// The same of what is there already.
    fn subject_of<'d>(&self, declaration: &'d Declaration, current: &Generation) -> Subject<'d> {
        Subject {
            adopted: is_adopted(self.input, declaration.address, current),
            attempts: self.attempts(declaration.address, current),
            ..self.subject(declaration)
        }
    }

    /// The properties that stay as AWS has them: those that the author ignores, and of what was
    /// adopted those that AWS can't change and that mean nothing any more.
    fn left_alone(&mut self, declaration: &Declaration, current: &Generation) -> Vec<String> {
        let mut ignored = declaration.lifecycle.ignore_changes.clone();
        if !is_adopted(self.input, declaration.address, current) {
            return ignored;
        }
        let desired = self.resolve(declaration, &declaration.properties);
        for property in pair::kept(declaration, &desired, &current.observed.properties) {
            let address = declaration.address;
            self.note(address, format!(
                "{property} stays as it was adopted, since AWS can't change it and it means nothing any more; `--replace {address}` makes another one as declared"
            ));
            ignored.push(property);
        }
        ignored
    }

    fn wanted(&self, declaration: &Declaration, generation: u32) -> Wanted {
        let mut declared = declaration.properties.clone();
        if self.stand_ins.contains_key(&declaration.address)
            && let (Some(unique), Some(all)) = (declaration.facts.name, declared.as_object_mut())
        {
            all.remove(unique.property);
        }
        let owner = Owner {
            stack: self.input.view.stack(),
            account: self.input.observed.account.as_deref(),
        };
        names::fill(
            &mut declared,
            declaration.facts,
            owner,
            declaration.address,
            generation,
        );
        let properties = self.resolve(declaration, &declared);
        Wanted {
            declared,
            properties,
        }
    }

    /// The same for what is there: a name that jeancloud makes is made once and kept, and what is
    /// ignored is as it is.
    fn wanted_of(
        &self,
        declaration: &Declaration,
        current: &Generation,
        applied: Option<&Json>,
        ignored: &[String],
    ) -> Wanted {
        let mut wanted = self.wanted(declaration, current.number);
        let (facts, there) = (declaration.facts, &current.observed.properties);
        let made_up = facts.name.filter(|name| {
            name.generated.is_some() && declaration.properties.get(name.property).is_none()
        });
        if let Some(property) = made_up.map(|name| name.property)
            && let Some(name) = there.get(property)
        {
            wanted.declared[property] = name.clone();
            wanted.properties[property] = name.clone();
        }
        if !ignored.is_empty() {
            let applied = applied.unwrap_or(&Json::Null);
            wanted.declared = ignore::over(ignored, facts, &wanted.declared, applied);
            wanted.properties = ignore::over(ignored, facts, &wanted.properties, there);
        }
        wanted
    }

    fn resolve(&self, declaration: &Declaration, properties: &Json) -> Json {
        reference::resolve(properties, declaration.region, &|address, output| {
            let prospect = self.prospects.get(&Address::new(address))?;
            let repeated = || prospect.properties.get(output);
            let repeated = || repeated().filter(|value| !reference::is_unknown(value));
            prospect.outputs.get(output).or_else(repeated).cloned()
        })
    }
}

#[cfg(test)]
mod tests {
    use jeancloud_model::{
        Az, Region, cidr,
        ec2::{Subnet, Vpc},
    };

    use super::*;
    use crate::{
        Stack, View,
        plan::{plan, testing},
        state::Intent,
    };

    #[test]
    fn what_an_interrupted_run_began_is_finished_before_anybody_relies_on_it() {
        let stack = Stack::new("test");
        let main = stack.region("main", Region::EuWest3);
        let block = cidr!("10.0.0.0/16");
        let vpc = main.add("vpc", Vpc::builder().cidr_block(block).build());
        let subnet = Subnet::builder().vpc_id(&vpc).cidr_block(block.part(24, 1));
        main.add("subnet", subnet.availability_zone(Az::A).build());
        let (mut state, mut observed) = testing::applied(&stack);
        let made = state
            .resources
            .remove(&vpc.address())
            .expect("it was applied");
        state
            .resources
            .remove(&Address::new("main/subnet"))
            .expect("it was applied");
        observed.resources.remove(&Address::new("main/subnet"));
        let there = observed.resources.get_mut(&vpc.address());
        let there = there.expect("it was applied");
        there[0].observed.ownership = None;
        let mut older = there[0].clone();
        there[0].number = 2;
        older.observed.id = "an older one".into();
        there.insert(0, older);
        let begun = Intent {
            type_name: made.type_name,
            region: made.region,
            generation: 2,
            token: "token".into(),
            id: Some(made.id),
            properties: Json::Null,
            since: 0,
        };
        state.intents.insert(vpc.address(), begun);

        let view = View::new(&stack);
        let input = PlanInput {
            view: &view,
            state: &state,
            observed: &observed,
        };
        let (plan, _) = plan(input).expect("it can be planned");
        let lines = testing::lines(&plan);
        assert_eq!(
            lines,
            ["update main/vpc", "create main/subnet", "delete main/vpc"]
        );
        let reason = "begun by an earlier run and not finished";
        assert_eq!(plan.actions[0].reason, reason);
        assert!(testing::waits(
            &plan,
            "create main/subnet",
            "update main/vpc"
        ));
        assert!(testing::waits(&plan, "delete main/vpc", "update main/vpc"));
        assert_eq!((plan.summary.update, plan.summary.unchanged), (1, 0));
    }
}
