//! What AWS has of a stack and its state does not know, because the state was lost: written down
//! as if the last apply had left it there.

use std::collections::BTreeMap;

use jeancloud_model::{Address, Region, reference};
use jeancloud_stack::{
    Declaration, Provider, Stack, View,
    engine::{self, EngineError},
    plan::{self, Generation, Observations, Plan},
    state::{Entry, Record, Remembered, State, StateError, StateStore},
};
use serde_json::{Value as Json, json};

/// Writes down what was found and is not on record. What `plan` is about to change is left to it.
pub(crate) async fn found(
    view: &View,
    observed: &Observations,
    plan: Option<&Plan>,
    store: &mut dyn StateStore,
) -> Result<(), StateError> {
    let planned =
        |address: Address| plan.is_some_and(|plan| plan.at(address.as_str()).next().is_some());
    for (address, generations) in &observed.resources {
        for generation in generations {
            // What an interrupted run began is finished by the run, and then written down.
            let begun = store.state().begun(*address, generation.number).is_some();
            if !begun && !planned(*address) && !is_recorded(store.state(), *address, generation) {
                let record = record(view, observed, *address, generation);
                store
                    .record(Entry::Put {
                        address: *address,
                        record,
                    })
                    .await?;
            }
        }
    }
    Ok(())
}

/// Takes out what was begun long ago, is nowhere to be seen, and nobody is about to make: it came to
/// nothing.
pub(crate) async fn forget_what_came_to_nothing(
    observed: &Observations,
    plan: &Plan,
    store: &mut dyn StateStore,
) -> Result<(), StateError> {
    if !observed.asked {
        return Ok(());
    }
    let intents = store.state().intents.iter();
    let over = intents.filter(|(address, intent)| {
        let generations = observed.resources.get(address).into_iter().flatten();
        let there = generations
            .map(|generation| generation.number)
            .any(|number| number == intent.generation);
        let mut planned = plan.at(address.as_str());
        let planned = planned.any(|action| action.work.generation == intent.generation);
        // A wait makes nothing that AWS could show later.
        let is_wait = intent.type_name.starts_with("Wait::");
        !there && !planned && (is_wait || intent.is_settled())
    });
    let over: Vec<Address> = over.map(|(address, _)| *address).collect();
    for address in over {
        store.record(Entry::Abandoned { address }).await?;
    }
    Ok(())
}

/// Takes out what AWS no longer has and nobody is about to do anything about: its deletion was done,
/// and the run was killed before it was written down.
pub(crate) async fn forget_what_is_gone(
    observed: &Observations,
    plan: &Plan,
    store: &mut dyn StateStore,
) -> Result<(), StateError> {
    if !observed.asked {
        return Ok(());
    }
    for (address, generation) in gone(store.state(), observed) {
        let mut planned = plan.at(address.as_str());
        if planned.all(|action| action.work.generation != generation) {
            let removed = Entry::Removed {
                address,
                generation,
            };
            store.record(removed).await?;
        }
    }
    Ok(())
}

/// Makes the state anew: what AWS has is put in, what it no longer has is taken out. Returns how
/// many resources there are.
pub(crate) async fn rebuild(
    stack: &Stack,
    store: &mut dyn StateStore,
    provider: &dyn Provider,
) -> Result<usize, EngineError> {
    let view = stack.view();
    let observed = engine::survey(&view, store.state(), provider).await?;
    if store.state().account.is_none() {
        let account = provider.account().await;
        let account = account.map_err(|source| EngineError::Provider {
            address: None,
            source,
        })?;
        store.record(Entry::Account { account }).await?;
    }
    for (address, generation) in gone(store.state(), &observed) {
        store
            .record(Entry::Removed {
                address,
                generation,
            })
            .await?;
    }
    found(&view, &observed, None, store).await?;
    let outputs = stack.outputs().into_iter().filter_map(|(name, value)| {
        let value = resolved(&value, Region::Global, &observed);
        (!reference::is_unknown(&value)).then_some((name, value))
    });
    store
        .record(Entry::Outputs {
            outputs: outputs.collect(),
        })
        .await?;
    let answers = observed.lookups.clone();
    store.record(Entry::Lookups { answers }).await?;
    store.compact().await?;
    Ok(observed.resources.len())
}

fn is_recorded(state: &State, address: Address, generation: &Generation) -> bool {
    let id = &generation.observed.id;
    let current = state
        .resources
        .get(&address)
        .is_some_and(|record| record.id == *id);
    current
        || state
            .retired
            .iter()
            .any(|(at, record)| *at == address && record.id == *id)
}

fn gone(state: &State, observed: &Observations) -> Vec<(Address, u32)> {
    let is_there = |address: &Address, record: &Record| {
        let generations = observed.resources.get(address).into_iter().flatten();
        // What two generations share is the newer one's.
        generations.into_iter().any(|generation| {
            generation.observed.id == record.id && generation.number == record.generation
        })
    };
    let retired = state
        .retired
        .iter()
        .map(|(address, record)| (address, record));
    retired
        .chain(&state.resources)
        .filter(|(address, record)| !is_there(address, record))
        .map(|(address, record)| (*address, record.generation))
        .collect()
}

fn record(
    view: &View,
    observed: &Observations,
    address: Address,
    generation: &Generation,
) -> Record {
    let Generation {
        number,
        type_name,
        region,
        observed: there,
    } = generation;
    let declared = view
        .get(address)
        .filter(|declaration| declaration.type_name == type_name);
    // What the author set once, only the program is left to tell; what became of it, AWS.
    let properties = match declared {
        Some(declaration) => {
            let wanted = resolved(&declaration.properties, declaration.region, observed);
            let properties = plan::recorded(declaration, &wanted, &there.properties);
            without_secrets(declaration, properties)
        }
        None => there.properties.clone(),
    };
    Record {
        type_name: type_name.clone(),
        region: *region,
        id: there.id.clone(),
        generation: *number,
        properties,
        outputs: there.outputs.clone(),
        depends_on: declared.map(depends_on).unwrap_or_default(),
        lifecycle: Remembered {
            marks: there
                .ownership
                .as_ref()
                .map(|it| it.marks)
                .unwrap_or_default(),
            ..Remembered::default()
        },
        deleting: false,
        attempts: Vec::new(),
    }
}

fn resolved(value: &Json, region: Region, observed: &Observations) -> Json {
    reference::resolve_alone(value, region, &|address, output| {
        let address = Address::new(address);
        let answer = observed.lookups.get(&address);
        let newest = || Some(&observed.resources.get(&address)?.last()?.observed);
        answer.or_else(newest)?.outputs.get(output).cloned()
    })
}

fn depends_on(declaration: &Declaration) -> Vec<Address> {
    let mut all = BTreeMap::new();
    reference::each(&declaration.properties, &mut |address, _| {
        all.insert(Address::new(address), ());
    });
    all.into_keys().collect()
}

fn without_secrets(declaration: &Declaration, mut properties: Json) -> Json {
    for path in declaration.facts.sensitive {
        let path: Vec<&str> = path.split('/').collect();
        hide(&mut properties, &path);
    }
    properties
}

fn hide(value: &mut Json, path: &[&str]) {
    let Some((first, rest)) = path.split_first() else {
        *value = json!({"sensitive": true});
        return;
    };
    match (value, *first) {
        (Json::Array(items), "*") => items.iter_mut().for_each(|item| hide(item, rest)),
        (Json::Object(members), "*") => members.values_mut().for_each(|member| hide(member, rest)),
        (Json::Object(members), name) => {
            if let Some(member) = members.get_mut(name) {
                hide(member, rest);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let mut value = json!({"Password": "x", "Users": [{"Key": "y", "Name": "z"}]});
        hide(&mut value, &["Password"]);
        hide(&mut value, &["Users", "*", "Key"]);
        hide(&mut value, &["Missing", "*"]);
        assert_eq!(
            value,
            json!({"Password": {"sensitive": true}, "Users": [{"Key": {"sensitive": true}, "Name": "z"}]})
        );
    }
}
