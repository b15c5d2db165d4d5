//! [`Program`]: the example, changed: what a person who works on it would have written.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud::prelude::*;
use jeancloud_model::{Resource, ResourceKind, reference};
use jeancloud_stack::{Declaration, Severity};
use serde_json::Value as Json;

use super::{
    dice::Dice,
    extras::Extra,
    knobs::{KNOBS, Knob},
};
use crate::{
    harness::On,
    system::{life, system},
};

/// The example, changed. Addresses are those of the example and of what was added, whatever they are
/// called by now.
#[derive(Clone, Debug)]
pub(super) struct Program {
    pub(super) on: On,
    /// A bucket's name is the whole world's, on moto too.
    bucket: String,
    pub(super) tls: bool,
    pub(super) extras: BTreeSet<Extra>,
    pub(super) removed: BTreeSet<Address>,
    /// Which way each knob is turned.
    pub(super) turned: BTreeMap<Turned, usize>,
    /// What is called otherwise.
    names: BTreeMap<Address, Address>,
    /// The lines that say so.
    moved: Vec<(Address, Address)>,
    /// What is asked of the next plan alone.
    pub(super) replaced: Option<Address>,
}

/// A knob at a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turned {
    pub(super) address: Address,
    /// Its place in [`KNOBS`].
    pub(super) knob: usize,
}

impl Program {
    /// The example as it is, for a case of this name.
    pub(super) fn of(on: On, case: &str) -> Self {
        Self {
            on,
            bucket: format!("jeancloud-{case}"),
            tls: false,
            extras: BTreeSet::new(),
            removed: BTreeSet::new(),
            turned: BTreeMap::new(),
            names: BTreeMap::new(),
            moved: Vec::new(),
            replaced: None,
        }
    }

    /// What it declares.
    pub(super) fn stack(&self) -> Stack {
        let stack = Stack::readdressed(self.names.clone(), || self.written(&self.names));
        let now = self.now();
        for (at, way) in &self.turned {
            let knob = &KNOBS[at.knob];
            if !now.contains_key(&at.address) {
                continue;
            }
            for (address, patch) in knob.patches(*way, at.address) {
                if let Some(address) = now.get(&address) {
                    let patch = readdressed(patch, &now);
                    stack.edit(address.as_str(), |properties| merge(properties, &patch));
                }
            }
        }
        for address in self.removed.iter().filter_map(|address| now.get(address)) {
            stack.undeclare(address.as_str());
        }
        for (from, to) in &self.moved {
            stack.moved(from.as_str(), to.as_str());
        }
        stack
    }

    /// The example with what was added, where these are the names.
    fn written(&self, names: &BTreeMap<Address, Address>) -> Stack {
        let mut parameters = life::parameters(self.on);
        parameters.push(("bucket", &self.bucket));
        parameters.push(("tls", if self.tls { "true" } else { "false" }));
        let stack = system(&parameters);
        for extra in &self.extras {
            extra.declare(&stack, names);
        }
        stack
    }

    /// Where everything is declared now, by where it is written.
    fn now(&self) -> BTreeMap<Address, Address> {
        let addresses = |stack: Stack| stack.declarations().into_iter().map(|it| it.address);
        let written = addresses(self.written(&BTreeMap::new()));
        let now = Stack::readdressed(self.names.clone(), || self.written(&self.names));
        written.zip(addresses(now)).collect()
    }

    /// Where this is declared now.
    pub(super) fn now_at(&self, address: Address) -> Address {
        self.now().get(&address).copied().unwrap_or(address)
    }

    /// What there is to change, as it is written: what jeancloud makes, in the order of the addresses.
    pub(super) fn declared(&self) -> Vec<Address> {
        let written = self.written(&BTreeMap::new()).declarations();
        let managed = written.iter().filter(|it| it.kind == ResourceKind::Managed);
        let mut declared: Vec<Address> = managed
            .map(|it| it.address)
            .filter(|address| !self.removed.contains(address))
            .collect();
        declared.sort();
        declared
    }

    /// What can be made anew as it is. A subnet's block is its own as long as something stands in it, so
    /// that a plan refuses to (docs/how-planning-works.md, "What AWS can't do").
    pub(super) fn replaceable(&self) -> Vec<Address> {
        let written = self.written(&BTreeMap::new()).declarations();
        let of_type = |address: &Address| {
            let mut here = written.iter().filter(|it| it.address == *address);
            here.next().map(|it| it.type_name)
        };
        let mut declared = self.declared();
        declared.retain(|address| of_type(address) != Some(Subnet::TYPE));
        declared
    }

    /// Whether it is declared.
    pub(super) fn has(&self, address: Address) -> bool {
        self.declared().contains(&address)
    }

    /// Every knob that can be turned.
    pub(super) fn turnable(&self) -> Vec<Turned> {
        let written = self.written(&BTreeMap::new()).declarations();
        let fits = |declaration: &Declaration, knob: &Knob| {
            knob.fits(self.on, declaration.type_name, declaration.address)
        };
        let mut turnable = Vec::new();
        for declaration in &written {
            for (number, _) in KNOBS
                .iter()
                .enumerate()
                .filter(|(_, knob)| fits(declaration, knob))
            {
                turnable.push(Turned {
                    address: declaration.address,
                    knob: number,
                });
            }
        }
        turnable
    }

    /// Declares it no more: something of the example, or all that was added with it.
    pub(super) fn remove(&mut self, address: Address) -> bool {
        if !self.has(address) {
            return false;
        }
        let extra = self.extras.iter().find(|extra| extra.has(address)).copied();
        match extra {
            Some(extra) => self.extras.remove(&extra),
            None => self.removed.insert(address),
        }
    }

    /// A name that nothing has: a new one, or the one that it had at first.
    pub(super) fn new_name(&self, what: Address, dice: &mut Dice) -> Address {
        if self.names.contains_key(&what) && dice.roll(2) == 0 {
            return what;
        }
        Address::new(&format!("{what}-{}", dice.roll(1000)))
    }

    /// Calls it otherwise, and writes the lines that a careful person would.
    pub(super) fn rename(&mut self, what: Address, to: Address, lines_stay: bool) -> bool {
        let before = self.now();
        if before.values().any(|address| *address == to) {
            return false;
        }
        match to == what {
            true => self.names.remove(&what),
            false => self.names.insert(what, to),
        };
        // A name that is taken again was left by one of the lines.
        let lines_stay = lines_stay && to != what;
        if !lines_stay {
            self.moved.clear();
        }
        let now = self.now();
        let from = before[&what];
        let after_the_first = std::iter::once(&what).chain(now.keys().filter(|it| **it != what));
        for address in after_the_first {
            let (Some(&from), Some(&to)) = (before.get(address), now.get(address)) else {
                return false;
            };
            if from != to && self.stack().view().moved(from) != to {
                self.moved.push((from, to));
            }
        }
        from != to
    }

    /// Whether its stack has no mistake that a check knows, and nothing in it refers to what is not
    /// declared.
    pub(super) fn is_sound(&self) -> bool {
        let stack = self.stack();
        let declarations = stack.declarations();
        let addresses: BTreeSet<&str> = declarations.iter().map(|it| it.address.as_str()).collect();
        let mut sound = addresses.len() == declarations.len();
        let mut refers = |address: &str, _: &str| sound &= addresses.contains(address);
        for declaration in &declarations {
            reference::each(&declaration.properties, &mut refers);
        }
        let outputs = stack.outputs();
        for (_, value) in &outputs {
            reference::each(value, &mut refers);
        }
        let problems = stack.check();
        sound && !problems.iter().any(|it| it.severity == Severity::Error)
    }
}

/// The value, where what it refers to is called otherwise now.
fn readdressed(mut value: Json, now: &BTreeMap<Address, Address>) -> Json {
    match &mut value {
        Json::Object(object) => {
            if let Some(Json::Array(marker)) = object.get_mut(reference::OUTPUT) {
                let written = marker[0].as_str().map(Address::new);
                let there = written.and_then(|written| now.get(&written));
                if let Some(there) = there {
                    marker[0] = there.as_str().into();
                }
                return value;
            }
            for member in object.values_mut() {
                *member = readdressed(member.take(), now);
            }
        }
        Json::Array(list) => {
            for member in list {
                *member = readdressed(member.take(), now);
            }
        }
        _ => {}
    }
    value
}

/// Merges a patch into properties: objects member by member, everything else as a whole, and `null` takes
/// away (RFC 7386). A list that begins with `"+"` is added to what is there.
fn merge(value: &mut Json, patch: &Json) {
    match (value, patch) {
        (value, Json::Object(members)) if reference::Marker::of(patch).is_none() => {
            if !value.is_object() || reference::Marker::of(value).is_some() {
                *value = Json::Object(Default::default());
            }
            let Json::Object(object) = value else { return };
            for (name, member) in members {
                match member {
                    Json::Null => drop(object.remove(name)),
                    member => merge(object.entry(name).or_insert(Json::Null), member),
                }
            }
        }
        (Json::Array(there), Json::Array(more)) if more.first() == Some(&Json::from("+")) => {
            there.extend(more[1..].iter().cloned());
        }
        (value, Json::Array(more)) if more.first() == Some(&Json::from("+")) => {
            *value = more[1..].to_vec().into();
        }
        (value, patch) => *value = patch.clone(),
    }
}
