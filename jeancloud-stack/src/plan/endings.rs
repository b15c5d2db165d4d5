//! Endings: what must not be deleted, and what is let go of instead.

use jeancloud_model::{Address, Facts, catalogue, reference::Marker};
use serde_json::Value as Json;

use super::{
    Generation, Op, PlanInput, Protected,
    conflict::Claim,
    decide::record_of,
    diff,
    draft::Draft,
    json::{at_or_below, same_scalar},
    report::Note,
};
use crate::{
    Declaration,
    check::line,
    provider::Marks,
    state::{Record, Remembered},
};

/// Says of each deletion how long it may take, what only the author knows of it, and whether the
/// resource is let go of instead. Returns what the report says of those that end otherwise than when
/// they were applied.
pub(super) fn settle(input: PlanInput<'_>, drafts: &mut [Draft]) -> Vec<Note> {
    let mut notes = Vec::new();
    for draft in drafts.iter_mut().filter(|draft| draft.op == Op::Delete) {
        let Some(ending) = Ending::of(input, draft) else {
            continue;
        };
        draft.work.forget = ending.is_retained();
        draft.work.timeout = ending.timeout();
        draft.work.remembered.marks = ending.marks();
        let applied = draft.work.properties.clone();
        let properties = draft.work.properties.as_object_mut();
        let properties = properties.expect("the properties of a resource are an object");
        for (property, value) in ending.manners() {
            match value {
                Some(value) => properties.insert(property.to_owned(), value.clone()),
                None => properties.remove(property),
            };
        }
        if !draft.work.forget {
            notes.extend(ending.said_otherwise(&applied, draft));
        }
    }
    notes
}

/// Every deletion among these that must not be: of what is protected, and of what is kept under the
/// name that something else needs.
pub(super) fn refused(input: PlanInput<'_>, drafts: &[Draft], claims: &[Claim]) -> Vec<Protected> {
    let mut refused = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        let (Op::Delete, Some(ending)) = (draft.op, Ending::of(input, draft)) else {
            continue;
        };
        let claims = claims.iter().filter(|claim| claim.deletion == index);
        let mut takers = claims.map(|claim| drafts[claim.creation].address);
        let taker = match draft.delete_first && draft.replacement {
            true => Some(draft.address),
            false => takers.next(),
        };
        let refusal = match (draft.work.forget, taker) {
            (true, None) => None,
            (true, Some(taker)) => Some(kept_name(draft.address, taker)),
            (false, _) => ending.refusal(draft),
        };
        refused.extend(refusal.map(|(why, hint)| Protected {
            address: draft.address,
            declared_at: ending.declaration.map(|declaration| line(declaration.at)),
            why,
            hint,
        }));
    }
    refused.sort_by_key(|protected| protected.address);
    refused.dedup();
    refused
}

fn kept_name(address: Address, taker: Address) -> (String, String) {
    let whose = match address == taker {
        true => "the new one".to_owned(),
        false => taker.to_string(),
    };
    (
        format!("it is retained, and {whose} needs its name"),
        "leave the name out, so that jeancloud makes one, or give another one".to_owned(),
    )
}

/// One generation whose end is planned, with all that says something about it.
pub(super) struct Ending<'a> {
    pub(super) current: &'a Generation,
    newest: bool,
    /// Where it is the newest of its address: what is declared is about that one.
    declaration: Option<&'a Declaration>,
    record: Option<&'a Record>,
    facts: Option<&'a Facts>,
}

impl<'a> Ending<'a> {
    pub(super) fn of(input: PlanInput<'a>, draft: &Draft) -> Option<Self> {
        let generations = input.observed.resources.get(&draft.address)?;
        let position = generations.iter().position(|generation| {
            Some(&generation.observed.id) == draft.work.id.as_ref()
                && generation.type_name == draft.type_name
        })?;
        let current = &generations[position];
        let newest = position + 1 == generations.len();
        let types = catalogue::types().iter();
        let facts = types
            .filter(|info| info.type_name == draft.type_name)
            .map(|info| &info.facts);
        Some(Self {
            current,
            newest,
            declaration: input.view.get(draft.address).filter(|_| newest),
            record: record_of(input, draft.address, current),
            facts: { facts }.next(),
        })
    }

    /// Whether no later generation of its address is there.
    pub(super) fn is_newest(&self) -> bool {
        self.newest
    }

    /// What its author last said when it was applied.
    fn remembered(&self) -> Option<&Remembered> {
        self.record.map(|record| &record.lifecycle)
    }

    fn recorded_marks(&self) -> Marks {
        let told = self.current.observed.ownership.as_ref();
        let told = told.map(|ownership| ownership.marks).unwrap_or_default();
        let known = self.remembered().map(|known| known.marks);
        let known = known.unwrap_or_default();
        Marks {
            protect: told.protect || known.protect,
            retain: told.retain || known.retain,
            adopted: told.adopted || known.adopted,
        }
    }

    /// What is declared counts; of what is not, what it was marked with.
    fn is_retained(&self) -> bool {
        !self.is_going()
            && match self.declaration {
                Some(declaration) => declaration.lifecycle.retain,
                None => self.recorded_marks().retain,
            }
    }

    fn marks(&self) -> Marks {
        let recorded = self.recorded_marks();
        let declared = self.declaration.map(|declaration| &declaration.lifecycle);
        Marks {
            protect: recorded.protect || declared.is_some_and(|declared| declared.protect),
            retain: self.is_retained(),
            adopted: recorded.adopted,
        }
    }

    fn timeout(&self) -> Option<std::time::Duration> {
        let seconds = self.remembered().and_then(|known| known.delete_timeout);
        let declared = self.declaration;
        let declared = declared.and_then(|declared| declared.lifecycle.timeouts.delete);
        declared.or(seconds.map(std::time::Duration::from_secs))
    }

    /// What AWS never tells, as the program says it now: whether a database leaves a final snapshot.
    /// `None`: it says nothing of it, and the default counts. Where no state remembers what was
    /// applied, all that AWS never tells.
    fn manners(&self) -> impl Iterator<Item = (&'static str, Option<&'a Json>)> {
        let names = match (self.facts, self.record) {
            (None, _) => &[][..],
            (Some(facts), Some(_)) => facts.on_delete,
            (Some(facts), None) => facts.write_only,
        };
        names
            .iter()
            .filter_map(|name| Some((*name, self.said(name)?)))
    }

    /// What the program says now of a property that only says how it is deleted. `None`: it is not for
    /// the program to say, since nothing declares it, or it leaves that to what was applied.
    fn said(&self, property: &str) -> Option<Option<&'a Json>> {
        let same = |declared: &&Declaration| declared.type_name == self.current.type_name;
        let declaration = self.declaration.filter(same)?;
        let path = [property.to_owned()];
        let ignored = declaration.lifecycle.ignore_changes.iter();
        let ignored = ignored.filter(|pattern| at_or_below(pattern, &path));
        let left_alone = self.record.is_some() && ignored.count() > 0;
        let value = declaration.properties.get(property);
        let known = value.is_none_or(|value| Marker::of(value).is_none());
        (known && !left_alone).then_some(value)
    }

    /// Who says how it is deleted, as a fragment.
    pub(super) fn whose(&self, property: &str) -> &'static str {
        match self.said(property) {
            Some(_) => "as the program says",
            None => "as was last applied",
        }
    }

    /// What the report says where the program says now another end than was applied.
    fn said_otherwise(&self, applied: &Json, draft: &Draft) -> Option<Note> {
        let facts = self.record.and(self.facts)?;
        let value = |properties: &Json, property: &str| {
            let defaults = facts.defaults.iter();
            let default = || defaults.clone().find(|(name, _)| *name == property);
            let default = || serde_json::from_str(default()?.1).ok();
            properties.get(property).cloned().or_else(default)
        };
        let other = facts.on_delete.iter().filter_map(|property| {
            let now = value(&draft.work.properties, property)?;
            let then = value(applied, property)?;
            let name = property.trim_start_matches("jeancloud:");
            let said = || format!("{name} {now} (applied: {then})");
            (!same_scalar(&now, &then)).then(said)
        });
        let other: Vec<String> = other.collect();
        let text = format!("it ends as the program says now: {}", other.join(", "));
        (!other.is_empty()).then(|| Note::new(draft.address, text))
    }

    /// Whether AWS is deleting it already, so that nothing can be done for it.
    pub(super) fn is_going(&self) -> bool {
        self.current.observed.going
    }

    /// Why it must not be deleted, and the way out.
    fn refusal(&self, draft: &Draft) -> Option<(String, String)> {
        if self.is_going() {
            return None;
        }
        let recorded = self.recorded_marks().protect;
        let declared = self.declaration.map(|declared| declared.lifecycle.protect);
        let address = draft.address;
        let then = match draft.replacement {
            true => "change it",
            false => "delete it",
        };
        match (declared, recorded) {
            (Some(true), _) => Some((
                "its declaration says `.protect()`".to_owned(),
                format!("take `.protect()` away, apply that alone, and {then} then"),
            )),
            (Some(false), true) => Some((
                "it was applied with `.protect()`, and is protected until it is applied without"
                    .to_owned(),
                format!("apply it as it was, without `.protect()`, and {then} then"),
            )),
            (None, true) => Some((
                "it was applied with `.protect()`, and its declaration is gone".to_owned(),
                format!(
                    "declare it again, without `.protect()`, apply, and {then} then; or `state forget {address}` lets go of it"
                ),
            )),
            (_, false) => self.protected_by_aws().map(|property| {
                (
                    format!("{property} is on, and AWS refuses to delete it"),
                    format!("switch {property} off, apply that alone, and {then} then"),
                )
            }),
        }
    }

    /// The property that makes AWS refuse.
    fn protected_by_aws(&self) -> Option<&'static str> {
        let facts = self.facts?;
        let property = facts.deletion_protection?;
        diff::is_on(facts, &self.current.observed.properties, property).then_some(property)
    }
}

#[cfg(test)]
mod tests;
