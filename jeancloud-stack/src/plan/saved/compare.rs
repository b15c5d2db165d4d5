//! What moved: the ground that a plan was saved on beside the ground now.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{Address, Facts};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{
    super::{
        Generation, Plan, PropertyChange, by_aws,
        diff::{Comparison, Difference},
        json::{by_key, is_tags},
    },
    Basis, Ground, Moved, SavedPlan, SavedPlanError, What,
    data::facts_of,
    seal,
};
use crate::provider::Account;

impl SavedPlan {
    /// Whether this ground is the one that the plan was saved on, and `plan`, which is planned on
    /// it, the one that was saved.
    ///
    /// # Errors
    /// [`SavedPlanError::OtherStack`], [`SavedPlanError::OtherAccount`], and
    /// [`SavedPlanError::Moved`] with everything that moved.
    pub fn fits(&self, plan: &Plan, basis: Basis<'_>) -> Result<(), SavedPlanError> {
        self.is_of(basis.view.stack(), basis.account)?;
        let moved = self.moved(plan, basis);
        match moved.is_empty() {
            true => Ok(()),
            false => Err(SavedPlanError::Moved(moved)),
        }
    }

    /// Whether it is of this stack and this account, which needs no survey.
    ///
    /// # Errors
    /// [`SavedPlanError::OtherStack`] and [`SavedPlanError::OtherAccount`].
    pub fn is_of(&self, stack: &str, account: &Account) -> Result<(), SavedPlanError> {
        if self.stack != stack {
            return Err(SavedPlanError::OtherStack {
                planned: self.stack.clone(),
                present: stack.to_owned(),
            });
        }
        if self.account != *account {
            return Err(SavedPlanError::OtherAccount {
                planned: self.account.clone(),
                present: account.clone(),
            });
        }
        Ok(())
    }

    /// Everything that is not as it was, by whose doing: the program, the state, AWS. Where none of
    /// them moved and `plan` is another one all the same, the planner.
    pub fn moved(&self, plan: &Plan, basis: Basis<'_>) -> Vec<Moved> {
        let now = Self::salted(plan, basis, self.salt.clone());
        let mut moved = declared(self, &now);
        moved.extend(state(self, &now));
        // What is declared anew was not looked for, and what is declared no more is not now.
        let asked = |address: &Address| {
            self.declared.contains_key(address) == now.declared.contains_key(address)
        };
        moved.extend(aws(self, &now).filter(|moved| moved.address.as_ref().is_none_or(asked)));
        if moved.is_empty() {
            moved.extend(planner(self, &now));
        }
        moved
    }
}

fn declared(before: &SavedPlan, now: &SavedPlan) -> Vec<Moved> {
    let mut moved: Vec<Moved> = both(&before.declared, &now.declared)
        .filter_map(|(address, before, now)| {
            changed(Ground::Stack, Some(address), before, now, |before, now| {
                let mut changes = tree(&before.properties, &now.properties);
                changes.extend(values("type", &before.type_name, &now.type_name));
                changes.extend(values("region", &before.region, &now.region));
                changes
            })
        })
        .collect();
    let outputs = tree(&json!(before.outputs), &json!(now.outputs));
    if !outputs.is_empty() {
        moved.push(Moved {
            ground: Ground::Stack,
            address: None,
            what: What::Changed(outputs),
        });
    }
    moved
}

fn state(before: &SavedPlan, now: &SavedPlan) -> Vec<Moved> {
    let (before, now) = (entries(&before.state), entries(&now.state));
    let moved = both(&before, &now).filter_map(|(address, before, now)| {
        changed(Ground::State, Some(address), before, now, record)
    });
    moved.collect()
}

/// What differs between two entries: of properties as a plan writes them.
fn record(before: &Json, now: &Json) -> Vec<PropertyChange> {
    let mut changes = tree(before, now);
    for change in &mut changes {
        if let Some(path) = change.path.strip_prefix("/properties") {
            change.path = path.to_owned();
        }
    }
    changes
}

/// What a state has of each address: the record, and what is left to delete or to finish.
fn entries(state: &crate::state::State) -> BTreeMap<Address, Json> {
    let mut entries: BTreeMap<Address, Json> = BTreeMap::new();
    for (address, record) in &state.resources {
        entries.insert(*address, json!(record));
    }
    for (address, old) in &state.retired {
        let entry = entries.entry(*address).or_insert_with(|| json!({}));
        entry["left to delete"][old.generation.to_string()] = json!(old);
    }
    for (address, intent) in &state.intents {
        let entry = entries.entry(*address).or_insert_with(|| json!({}));
        entry["begun"] = json!(intent);
    }
    entries
}

fn aws(before: &SavedPlan, plan: &SavedPlan) -> impl Iterator<Item = Moved> {
    let resources = both(&before.observed, &plan.observed)
        .filter_map(|(address, before, now)| {
            changed(Ground::Aws, Some(address), before, now, |before, now| {
                generations(before, now, |facts| moved_by_aws(plan, address, facts))
            })
        })
        .collect::<Vec<_>>();
    let lookups = both(&before.lookups, &plan.lookups).filter_map(|(address, before, now)| {
        changed(Ground::Aws, Some(address), before, now, |before, now| {
            tree(&json!(before.outputs), &json!(now.outputs))
        })
    });
    resources.into_iter().chain(lookups.collect::<Vec<_>>())
}

/// What differs between the generations of an address: of the newest, every property.
fn generations(
    before: &[Generation],
    now: &[Generation],
    moved: impl FnOnce(&Facts) -> Vec<&'static str>,
) -> Vec<PropertyChange> {
    let (Some((newest, older)), Some((newest_now, older_now))) =
        (before.split_last(), now.split_last())
    else {
        return values("generations", &before.len(), &now.len());
    };
    let ids = |all: &[Generation]| all.iter().map(|one| one.observed.id.clone()).collect();
    let (older, older_now): (Vec<String>, Vec<String>) = (ids(older), ids(older_now));
    let mut changes = values("id", &newest.observed.id, &newest_now.observed.id);
    changes.extend(values("type", &newest.type_name, &newest_now.type_name));
    changes.extend(values("region", &newest.region, &newest_now.region));
    changes.extend(values("generation", &newest.number, &newest_now.number));
    changes.extend(values("older ones", &older, &older_now));
    let (one, other) = (&newest.observed, &newest_now.observed);
    changes.extend(values("ownership", &one.ownership, &other.ownership));
    changes.extend(values("being deleted", &one.going, &other.going));
    let facts = facts_of(&newest.type_name);
    let properties = properties(facts, &moved(facts), &one.properties, &other.properties);
    let repeated = |change: &PropertyChange| properties.iter().any(|own| own.path == change.path);
    let outputs = tree(&json!(one.outputs), &json!(other.outputs));
    changes.extend(outputs.into_iter().filter(|change| !repeated(change)));
    changes.extend(properties);
    changes
}

/// What AWS moves of what is at an address, as the program is now.
fn moved_by_aws(plan: &SavedPlan, address: Address, facts: &Facts) -> Vec<&'static str> {
    let all = plan.declared.values();
    let all = all.map(|other| (&*other.type_name, &other.properties));
    by_aws::moved(address, facts, all)
}

/// What differs between what AWS had and has, as the planner sees it: the order of lists that AWS
/// does not keep, and what AWS moves on the author's behalf, are no difference.
fn properties(
    facts: &Facts,
    moved: &[&'static str],
    before: &Json,
    now: &Json,
) -> Vec<PropertyChange> {
    let compared = |desired, observed| {
        let comparison = Comparison {
            facts,
            desired,
            applied: None,
            observed,
            moved,
        };
        comparison.differences().found
    };
    let mut found = compared(now, before);
    let known: BTreeSet<Vec<String>> = found.iter().map(|one| one.path.clone()).collect();
    let gone = compared(before, now).into_iter();
    let gone = gone.filter(|one| !known.contains(&one.path));
    found.extend(gone.map(|one| Difference {
        before: one.after,
        after: one.before,
        ..one
    }));
    found.into_iter().map(change).collect()
}

/// The actions that one plan has and the other has not, or has otherwise.
fn planner(before: &SavedPlan, now: &SavedPlan) -> Vec<Moved> {
    let (before, now) = (actions(&before.plan), actions(&now.plan));
    let moved = both(&before, &now).filter_map(|(address, before, now)| {
        changed(Ground::Planner, Some(address), before, now, tree)
    });
    moved.collect()
}

/// The actions of a plan, as far as they are its own: what is there before is AWS's.
fn actions(plan: &Json) -> BTreeMap<Address, Json> {
    let mut actions: BTreeMap<Address, Json> = BTreeMap::new();
    for action in plan["actions"].as_array().into_iter().flatten() {
        let address = Address::new(action["address"].as_str().unwrap_or_default());
        let op = action["op"].as_str().unwrap_or_default();
        let mut action = action.clone();
        for change in action["changes"].as_array_mut().into_iter().flatten() {
            change["before"].take();
        }
        let entry = actions.entry(address).or_insert_with(|| json!({}));
        entry[op] = action;
    }
    actions
}

/// The entries of two maps side by side, in the order of their keys.
fn both<'m, V>(
    before: &'m BTreeMap<Address, V>,
    now: &'m BTreeMap<Address, V>,
) -> impl Iterator<Item = (Address, Option<&'m V>, Option<&'m V>)> {
    let addresses: BTreeSet<Address> = before.keys().chain(now.keys()).copied().collect();
    let side = move |address: Address| (address, before.get(&address), now.get(&address));
    addresses.into_iter().map(side)
}

fn changed<V: ?Sized>(
    ground: Ground,
    address: Option<Address>,
    before: Option<&V>,
    now: Option<&V>,
    compare: impl Fn(&V, &V) -> Vec<PropertyChange>,
) -> Option<Moved> {
    let what = match (before, now) {
        (None, _) => What::Appeared,
        (_, None) => What::Gone,
        (Some(before), Some(now)) => {
            let changes = compare(before, now);
            if changes.is_empty() {
                return None;
            }
            What::Changed(changes)
        }
    };
    Some(Moved {
        ground,
        address,
        what,
    })
}

fn values<T: Serialize + PartialEq>(name: &str, before: &T, now: &T) -> Vec<PropertyChange> {
    match before == now {
        true => Vec::new(),
        false => vec![change(Difference {
            path: vec![name.to_owned()],
            before: json!(before),
            after: json!(now),
        })],
    }
}

/// What differs between two values, at the deepest path that both have.
fn tree(before: &Json, now: &Json) -> Vec<PropertyChange> {
    let mut found = Vec::new();
    descend(&mut Vec::new(), before, now, &mut found);
    found.into_iter().map(change).collect()
}

fn descend(path: &mut Vec<String>, before: &Json, now: &Json, found: &mut Vec<Difference>) {
    match (before, now) {
        (before, now) if before == now => {}
        (Json::Object(old), Json::Object(new)) => {
            let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for name in names {
                path.push(name.clone());
                let member = |map: &serde_json::Map<String, Json>| {
                    map.get(name).cloned().unwrap_or(Json::Null)
                };
                descend(path, &member(old), &member(new), found);
                path.pop();
            }
        }
        (Json::Array(_), Json::Array(_)) if path.last().is_some_and(|name| is_tags(name)) => {
            let [old, new] = [before, now].map(|tags| Json::Object(by_key(tags, "Key")));
            descend(path, &old, &new, found);
        }
        (Json::Array(old), Json::Array(new)) if old.len() == new.len() => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                path.push(index.to_string());
                descend(path, old, new, found);
                path.pop();
            }
        }
        _ => found.push(Difference {
            path: path.clone(),
            before: before.clone(),
            after: now.clone(),
        }),
    }
}

fn change(difference: Difference) -> PropertyChange {
    PropertyChange {
        path: difference.pointer(),
        before: seal::shown(&difference.before),
        after: seal::shown(&difference.after),
        forces_replacement: false,
        made_anew: false,
        drifted: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_told_by_its_key() {
        let tags =
            |owner: &str| json!({"properties": {"Tags": [{"Key": "Owner", "Value": owner}]}});
        let [one] = &record(&tags("me"), &tags("you"))[..] else {
            panic!("one tag differs");
        };
        assert_eq!(
            (one.path.as_str(), &one.before, &one.after),
            ("/Tags/Owner", &json!("me"), &json!("you"))
        );
    }

    #[test]
    fn what_aws_moves_by_itself_is_no_change() {
        let facts = facts_of("AWS::ECS::Service");
        let service = |count: u32, name: &str| json!({"DesiredCount": count, "ServiceName": name});
        let moved = ["DesiredCount"];
        let differences = |before: &Json, now: &Json| properties(facts, &moved, before, now);
        assert_eq!(differences(&service(1, "a"), &service(5, "a")), []);
        let changes = differences(&service(1, "a"), &service(5, "b"));
        let paths: Vec<&str> = changes.iter().map(|change| &*change.path).collect();
        assert_eq!(paths, ["/ServiceName"]);
    }
}
