//! What will be there after a step: how the next one is planned before this one is done.
//!
//! Ids that AWS will have given by then stand as texts that no id looks like; what is planned with them
//! takes them back to markers ([`forget`]).

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{Address, Region, reference};
use serde_json::{Map, Value as Json, json};

use super::{Generation, Observations, Op, PlanInput, draft::Draft};
use crate::{
    provider::{Observed, Ownership},
    state::{Entry, Record, State},
};

/// Begin, middle and end of the text that stands for an output.
const TEXT: [char; 3] = ['\u{2}', '\u{3}', '\u{4}'];

type Outputs = BTreeMap<String, Json>;

/// State and observations as they will be when these drafts are done.
pub(super) fn done(input: PlanInput<'_>, drafts: &[Draft]) -> (State, Observations) {
    let mut after = After {
        stack: input.view.stack(),
        asked_for: asked_for(input),
        outputs: BTreeMap::new(),
        state: input.state.clone(),
        observed: input.observed.clone(),
    };
    for draft in drafts {
        after.doing(draft);
    }
    (after.state, after.observed)
}

/// Takes what is not known yet out of drafts that were made with it: outputs become markers, and the
/// engine asks its records for ids.
pub(super) fn forget(drafts: &mut [Draft]) {
    for draft in drafts {
        let work = &mut draft.work;
        work.id = work.id.take().filter(|id| !id.contains(TEXT));
        let remembered = work.remembered.replace_when.iter_mut();
        let values = [&mut work.properties, &mut work.declared, &mut work.before];
        for value in values.into_iter().chain(remembered) {
            *value = as_marker(value);
        }
        for change in &mut draft.changes {
            change.before = as_marker(&change.before);
            change.after = as_marker(&change.after);
        }
    }
}

/// The outputs that anything refers to.
fn asked_for(input: PlanInput<'_>) -> BTreeMap<Address, BTreeSet<String>> {
    let mut asked_for: BTreeMap<Address, BTreeSet<String>> = BTreeMap::new();
    for declaration in input.view.declarations() {
        declaration.each_reference(&mut |address, output| {
            let outputs = asked_for.entry(Address::new(address)).or_default();
            outputs.insert(output.to_owned());
        });
    }
    asked_for
}

struct After<'a> {
    stack: &'a str,
    asked_for: BTreeMap<Address, BTreeSet<String>>,
    /// Of what is made or changed.
    outputs: BTreeMap<Address, Outputs>,
    state: State,
    observed: Observations,
}

impl After<'_> {
    fn doing(&mut self, draft: &Draft) {
        match draft.op {
            Op::Read => self.look_up(draft),
            Op::Create => self.create(draft),
            Op::Update => self.update(draft),
            Op::Delete | Op::Forget => self.delete(draft),
        }
    }

    fn look_up(&mut self, draft: &Draft) {
        let properties = self.resolve(&draft.work.properties, draft.region);
        let outputs = self.told(draft.address, &Json::Null);
        self.outputs.insert(draft.address, outputs.clone());
        let answer = Observed {
            id: text(draft.address, "id"),
            properties,
            outputs,
            ownership: None,
            going: false,
        };
        self.observed.lookups.insert(draft.address, answer);
    }

    fn create(&mut self, draft: &Draft) {
        let properties = self.resolve(&draft.work.properties, draft.region);
        let observed = Observed {
            id: text(
                draft.address,
                &format!("id of generation {}", draft.work.generation),
            ),
            outputs: self.told(draft.address, &properties),
            properties,
            ownership: Some(self.ownership(draft)),
            going: false,
        };
        self.put(draft, &observed);
        let generation = Generation {
            number: draft.work.generation,
            type_name: draft.type_name.clone(),
            region: draft.region,
            observed,
        };
        let generations = self.observed.resources.entry(draft.address).or_default();
        generations.push(generation);
        generations.sort_by_key(|generation| generation.number);
    }

    fn update(&mut self, draft: &Draft) {
        let wanted = self.resolve(&draft.work.properties, draft.region);
        let own = draft.work.own.is_some().then(|| self.ownership(draft));
        let generations = self.observed.resources.get_mut(&draft.address);
        let mut generations = generations.into_iter().flatten();
        let Some(current) = generations.find(|it| it.number == draft.work.generation) else {
            return;
        };
        let observed = &mut current.observed;
        observed.ownership = own.or(observed.ownership.take());
        if let Json::Object(properties) = &mut observed.properties {
            change(properties, &wanted, &draft.work.changed);
        }
        for name in &draft.work.changed {
            if let (Some(output), Some(value)) = (observed.outputs.get_mut(name), wanted.get(name))
            {
                *output = value.clone();
            }
        }
        let observed = observed.clone();
        self.put(draft, &observed);
    }

    fn delete(&mut self, draft: &Draft) {
        let (address, generation) = (draft.address, draft.work.generation);
        self.state.apply(Entry::Removed {
            address,
            generation,
        });
        if let Some(generations) = self.observed.resources.get_mut(&address) {
            let gone = |it: &Generation| Some(&it.observed.id) == draft.work.id.as_ref();
            generations.retain(|it| !gone(it));
            if generations.is_empty() {
                self.observed.resources.remove(&address);
            }
        }
    }

    /// Writes down what is made or changed.
    fn put(&mut self, draft: &Draft, observed: &Observed) {
        let mut lifecycle = draft.work.remembered.clone();
        for value in &mut lifecycle.replace_when {
            *value = self.resolve(value, draft.region);
        }
        self.outputs.insert(draft.address, observed.outputs.clone());
        let record = Record {
            type_name: draft.type_name.clone(),
            region: draft.region,
            id: observed.id.clone(),
            generation: draft.work.generation,
            properties: self.resolve(&draft.work.declared, draft.region),
            outputs: observed.outputs.clone(),
            depends_on: draft.work.depends_on.clone(),
            lifecycle,
            deleting: false,
            attempts: Vec::new(),
        };
        let address = draft.address;
        self.state.apply(Entry::Put { address, record });
    }

    fn ownership(&self, draft: &Draft) -> Ownership {
        Ownership {
            stack: self.stack.to_owned(),
            address: draft.address,
            generation: draft.work.generation,
            marks: draft.work.remembered.marks,
        }
    }

    /// The outputs that anything asks for: what a property says is known.
    fn told(&self, address: Address, properties: &Json) -> Outputs {
        let names = self.asked_for.get(&address).into_iter().flatten();
        let told = names.map(|name| {
            let known = properties.get(name).cloned();
            let value = known.unwrap_or_else(|| Json::String(text(address, name)));
            (name.clone(), value)
        });
        told.collect()
    }

    fn resolve(&self, value: &Json, region: Region) -> Json {
        reference::resolve(value, region, &|address, output| {
            self.outputs
                .get(&Address::new(address))?
                .get(output)
                .cloned()
        })
    }
}

fn change(properties: &mut Map<String, Json>, wanted: &Json, changed: &[String]) {
    for name in changed {
        match wanted.get(name) {
            Some(value) => properties.insert(name.clone(), value.clone()),
            None => properties.remove(name),
        };
    }
}

fn text(address: Address, output: &str) -> String {
    let [begin, middle, end] = TEXT;
    format!("{begin}{address}{middle}{output}{end}")
}

fn as_marker(value: &Json) -> Json {
    match value {
        Json::String(text) if text.contains(TEXT) => marker(text),
        Json::Array(items) => items.iter().map(as_marker).collect(),
        Json::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), as_marker(member)))
            .collect(),
        plain => plain.clone(),
    }
}

fn marker(text: &str) -> Json {
    let [begin, middle, end] = TEXT;
    let mut parts = Vec::new();
    for part in text.split_inclusive([begin, end]) {
        let output = part
            .strip_suffix(end)
            .and_then(|part| part.split_once(middle));
        match output {
            Some((address, output)) => parts.push(json!({reference::OUTPUT: [address, output]})),
            None => parts.push(json!(part.trim_end_matches(begin))),
        }
    }
    parts.retain(|part| part != "");
    match &mut parts[..] {
        [one] => one.take(),
        _ => json!({reference::TEXT: parts}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_stand_for_outputs_become_markers_again() {
        let [one, other] = ["VpcId", "Arn"].map(|output| text(Address::new("a/b"), output));
        let output = |name: &str| json!({reference::OUTPUT: ["a/b", name]});
        assert_eq!(as_marker(&json!([one])), json!([output("VpcId")]));
        let whole = json!(format!("x:{one}/{other}*"));
        let parts = json!({reference::TEXT: ["x:", output("VpcId"), "/", output("Arn"), "*"]});
        assert_eq!(as_marker(&whole), parts);
        assert_eq!(as_marker(&json!("plain")), json!("plain"));
    }
}
