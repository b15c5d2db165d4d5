//! Looking at AWS: what the state names is read in bulk, what it does not name is looked for by
//! identity, what is only needed is looked up.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join_all;
use jeancloud_model::{Address, Region, ResourceKind, reference};
use serde_json::Value as Json;

use super::{EngineError, group_rules, run::answered};
use crate::{
    Declaration, View,
    plan::{Generation, Observations, PlanInput, generation_of, moves},
    provider::{Found, Marks, Observed, Ownership, Place, Provider, ProviderError, Wanted},
    state::{Intent, State},
    time,
};

type Found1 = (String, Region);

/// Asks AWS for everything that a plan has to know.
///
/// # Errors
/// Where AWS can't be asked, or the state is another account's.
pub async fn survey(
    view: &View,
    state: &State,
    provider: &dyn Provider,
) -> Result<Observations, EngineError> {
    time::within(provider.time(), survey_now(view, state, provider)).await
}

async fn survey_now(
    view: &View,
    state: &State,
    provider: &dyn Provider,
) -> Result<Observations, EngineError> {
    let account = provider
        .account()
        .await
        .map_err(|source| EngineError::Provider {
            address: None,
            source,
        })?;
    if let Some(recorded) = state
        .account
        .clone()
        .filter(|recorded| *recorded != account)
    {
        return Err(EngineError::OtherAccount {
            recorded,
            present: account,
        });
    }
    let moves = moves::of(view, state);
    let state = moves::applied(state, &moves);
    let mut survey = Survey {
        view,
        state: &state,
        provider,
        all: Observations {
            asked: true,
            account: Some(account.id),
            ..Observations::default()
        },
        seen: BTreeSet::new(),
    };
    survey.read_what_the_state_names().await?;
    survey.look_for_the_rest().await?;
    survey
        .look_for_what_was_begun_and_is_declared_no_more()
        .await?;
    let mut all = survey.all;
    for generations in all.resources.values_mut() {
        generations.sort_by_key(|generation| generation.number);
    }
    group_rules::tell_apart(&mut all, &state);
    Ok(all)
}

/// How it is known what is read.
#[derive(Clone, Copy)]
enum By {
    /// The state names it.
    State,
    /// It was found.
    Identity,
}

/// An edited state, or one of a resource that was given away, must not lead to another stack's.
fn not_ours(address: Address, observed: &Observed, owner: &Ownership) -> EngineError {
    EngineError::NotOurs {
        address,
        id: observed.id.clone(),
        owner: owner.clone(),
    }
}

struct Survey<'a> {
    view: &'a View,
    state: &'a State,
    provider: &'a dyn Provider,
    all: Observations,
    /// Physical ids that are accounted for, by type and region.
    seen: BTreeSet<(Found1, String)>,
}

impl Survey<'_> {
    async fn read_what_the_state_names(&mut self) -> Result<(), EngineError> {
        let mut known: BTreeMap<Found1, Vec<(Address, u32, String)>> = BTreeMap::new();
        let retired = self
            .state
            .retired
            .iter()
            .map(|(address, record)| (address, record));
        // What two generations share is the newer one's.
        for (address, record) in self.state.resources.iter().chain(retired) {
            let place = (record.type_name.clone(), record.region);
            known
                .entry(place)
                .or_default()
                .push((*address, record.generation, record.id.clone()));
        }
        for (address, intent) in &self.state.intents {
            if let Some(id) = &intent.id {
                let place = (intent.type_name.clone(), intent.region);
                known
                    .entry(place)
                    .or_default()
                    .push((*address, intent.generation, id.clone()));
            }
        }
        self.observe(known, By::State).await
    }

    /// Reads resources in bulk, all types and regions at once.
    async fn observe(
        &mut self,
        known: BTreeMap<Found1, Vec<(Address, u32, String)>>,
        by: By,
    ) -> Result<(), EngineError> {
        let provider = self.provider;
        let calls = known
            .into_iter()
            .map(|((type_name, region), known)| async move {
                let mut ids: Vec<String> = known.iter().map(|(_, _, id)| id.clone()).collect();
                ids.sort_unstable();
                ids.dedup();
                let place = Place {
                    type_name: &type_name,
                    region,
                };
                let observed = provider
                    .observe(place, &ids)
                    .await
                    .map_err(|source| about(&known, source))?;
                Ok::<_, EngineError>((type_name, region, known, observed))
            });
        for (type_name, region, known, observed) in try_join_all(calls).await? {
            let observed: BTreeMap<String, Observed> = observed
                .into_iter()
                .map(|one| (one.id.clone(), one))
                .collect();
            for (address, number, id) in known {
                let Some(observed) = observed.get(&id) else {
                    continue;
                };
                match (self.owner(observed), by) {
                    (Some(owner), By::State) => return Err(not_ours(address, observed, owner)),
                    // What has the name, or was made by this stack once, and was given away since.
                    (Some(_), By::Identity) => continue,
                    (None, _) => {}
                }
                if !self.seen.insert(((type_name.clone(), region), id)) {
                    continue;
                }
                self.all
                    .resources
                    .entry(address)
                    .or_default()
                    .push(Generation {
                        number,
                        type_name: type_name.clone(),
                        region,
                        observed: observed.clone(),
                    });
            }
        }
        Ok(())
    }

    /// Goes through the declarations level by level, so that the parents of what is found by
    /// parent and key are found first.
    async fn look_for_the_rest(&mut self) -> Result<(), EngineError> {
        for level in levels(self.view) {
            self.look_up(&level).await?;
            let mut wanted: BTreeMap<Found1, Vec<Wanted>> = BTreeMap::new();
            for declaration in level {
                if declaration.kind == ResourceKind::Managed && self.is_missing(declaration) {
                    let place = (declaration.type_name.to_owned(), declaration.region);
                    let wanted = wanted.entry(place).or_default();
                    wanted.push(self.wanted(declaration, declaration.address));
                    let formerly = self.view.formerly(declaration.address);
                    let formerly = formerly.into_iter();
                    wanted.extend(formerly.map(|address| self.wanted(declaration, address)));
                }
                // What a killed run began may be under another key than what is declared now.
                let intent = self.state.intents.get(&declaration.address);
                if let Some(intent) = intent.filter(|intent| intent.id.is_none()) {
                    let place = (intent.type_name.clone(), intent.region);
                    let begun = self.begun(declaration.address, intent);
                    wanted.entry(place).or_default().extend(begun);
                }
            }
            let known = self.find(wanted).await?;
            self.observe(known, By::Identity).await?;
        }
        Ok(())
    }

    /// Looks for many by identity; what is accounted for is left out.
    async fn find(
        &self,
        wanted: BTreeMap<Found1, Vec<Wanted>>,
    ) -> Result<BTreeMap<Found1, Vec<(Address, u32, String)>>, EngineError> {
        let provider = self.provider;
        let calls = wanted
            .into_iter()
            .map(|((type_name, region), wanted)| async move {
                let found = provider
                    .find(
                        Place {
                            type_name: &type_name,
                            region,
                        },
                        &wanted,
                    )
                    .await;
                let address = wanted.first().map(|wanted| wanted.ownership.address);
                let found = found.map_err(|source| EngineError::Provider { address, source })?;
                Ok::<_, EngineError>(((type_name, region), found))
            });
        let mut known: BTreeMap<Found1, Vec<(Address, u32, String)>> = BTreeMap::new();
        for (place, found) in try_join_all(calls).await? {
            let there: BTreeSet<Address> =
                found.iter().map(|found| found.ownership.address).collect();
            for Found { ownership, id } in found {
                let address = self.here(ownership.address, &there);
                if !self.seen.contains(&(place.clone(), id.clone())) {
                    known.entry(place.clone()).or_default().push((
                        address,
                        ownership.generation,
                        id,
                    ));
                }
            }
        }
        Ok(known)
    }

    /// Where what has this address in its tags is: where the stack says that it was moved to, unless
    /// something is there already.
    fn here(&self, address: Address, found: &BTreeSet<Address>) -> Address {
        let to = self.view.moved(address);
        let taken = found.contains(&to) || self.all.resources.contains_key(&to);
        match self.view.get(to).is_some() && !taken {
            true => to,
            false => address,
        }
    }

    /// A run may have been killed before it heard what it made, and the declaration be gone since.
    async fn look_for_what_was_begun_and_is_declared_no_more(&mut self) -> Result<(), EngineError> {
        let mut wanted: BTreeMap<Found1, Vec<Wanted>> = BTreeMap::new();
        for (address, intent) in &self.state.intents {
            let declared = self.view.get(*address).is_some();
            let generations = self.all.resources.get(address);
            let mut generations = generations.into_iter().flatten();
            let there = generations.any(|it| it.number == intent.generation);
            if declared || intent.id.is_some() || there {
                continue;
            }
            let place = (intent.type_name.clone(), intent.region);
            let begun = self.begun(*address, intent).unwrap_or_else(|| Wanted {
                ownership: self.ownership(*address, intent),
                properties: Json::Object(serde_json::Map::new()),
            });
            wanted.entry(place).or_default().push(begun);
        }
        let known = self.find(wanted).await?;
        self.observe(known, By::Identity).await
    }

    /// Whose it is, if it is another stack's.
    fn owner<'o>(&self, observed: &'o Observed) -> Option<&'o Ownership> {
        let owner = observed.ownership.as_ref();
        owner.filter(|owner| owner.stack != self.view.stack())
    }

    async fn look_up(&mut self, level: &[&Declaration]) -> Result<(), EngineError> {
        let mut calls = Vec::new();
        for declaration in level
            .iter()
            .filter(|declaration| declaration.kind == ResourceKind::Lookup)
        {
            let question = self.resolve(&declaration.properties, declaration.region);
            if reference::is_unknown(&question) {
                continue;
            }
            let place = Place {
                type_name: declaration.type_name,
                region: declaration.region,
            };
            let (provider, address) = (self.provider, declaration.address);
            calls.push(async move {
                let answer = provider.read(place, &question).await;
                let answer = answer.map_err(|source| EngineError::Provider {
                    address: Some(address),
                    source,
                })?;
                Ok::<_, EngineError>((address, answered(question, answer)))
            });
        }
        self.all.lookups.extend(try_join_all(calls).await?);
        Ok(())
    }

    /// Whether nothing of it is known to be there, or not all: a run may have been killed before it
    /// heard what it made in place of what is there.
    fn is_missing(&self, declaration: &Declaration) -> bool {
        let intent = self.state.intents.get(&declaration.address);
        let unheard_of = intent.is_some_and(|intent| intent.id.is_none());
        unheard_of || !self.all.resources.contains_key(&declaration.address)
    }

    /// What to look for of a creation, as it was begun; nothing where that isn't known.
    fn begun(&self, address: Address, intent: &Intent) -> Option<Wanted> {
        let known = !intent.properties.is_null();
        known.then(|| Wanted {
            ownership: self.ownership(address, intent),
            properties: intent.properties.clone(),
        })
    }

    fn ownership(&self, address: Address, intent: &Intent) -> Ownership {
        Ownership {
            stack: self.view.stack().to_owned(),
            address,
            generation: intent.generation,
            marks: Marks::default(),
        }
    }

    /// What to look for of a declaration, under its address or one that it had before.
    fn wanted(&self, declaration: &Declaration, address: Address) -> Wanted {
        let input = PlanInput {
            view: self.view,
            state: self.state,
            observed: &self.all,
        };
        let generation = generation_of(input, declaration.address);
        let account = self.all.account.as_deref();
        let properties = crate::plan::named(self.view, account, declaration, address, generation);
        Wanted {
            ownership: Ownership {
                stack: self.view.stack().to_owned(),
                address,
                generation,
                marks: declaration.lifecycle.marks(),
            },
            properties: self.resolve(&properties, declaration.region),
        }
    }

    fn resolve(&self, properties: &Json, region: Region) -> Json {
        reference::resolve(properties, region, &|address, output| {
            let address = Address::new(address);
            let answer = self
                .all
                .lookups
                .get(&address)
                .and_then(|answer| answer.outputs.get(output));
            let newest = self
                .all
                .resources
                .get(&address)
                .and_then(|generations| generations.iter().max_by_key(|g| g.number));
            answer
                .or_else(|| newest?.observed.outputs.get(output))
                .cloned()
        })
    }
}

fn about(known: &[(Address, u32, String)], source: ProviderError) -> EngineError {
    EngineError::Provider {
        address: known.first().map(|(address, _, _)| *address),
        source,
    }
}

/// The declarations by their distance from those that refer to nothing.
fn levels(view: &View) -> Vec<Vec<&Declaration>> {
    let mut depth: BTreeMap<Address, usize> = BTreeMap::new();
    let mut left: Vec<&Declaration> = view.declarations().iter().collect();
    let mut levels = Vec::new();
    while !left.is_empty() {
        let ready = |declaration: &&Declaration| {
            let mut ready = true;
            reference::each(&declaration.properties, &mut |address, _| {
                let address = Address::new(address);
                ready &= depth.contains_key(&address) || view.get(address).is_none();
            });
            ready
        };
        let (level, rest): (Vec<_>, Vec<_>) = left.into_iter().partition(ready);
        if level.is_empty() {
            // A cycle: the checks refuse it, and there is nothing to look for.
            break;
        }
        depth.extend(
            level
                .iter()
                .map(|declaration| (declaration.address, levels.len())),
        );
        levels.push(level);
        left = rest;
    }
    levels
}
