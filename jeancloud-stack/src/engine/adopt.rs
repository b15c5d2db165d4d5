//! Adopting: what something else made becomes the stack's.
//!
//! [`propose`] and [`propose_from_terraform`] only look; [`adopt`] writes jeancloud's tags and the
//! state, and touches nothing else. What differs then, the next plan shows.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures_util::future::{join_all, try_join_all};
use jeancloud_model::{Address, Region, ResourceKind, reference};
use serde_json::Value as Json;
use thiserror::Error;
use tokio::sync::Semaphore;

use super::{EngineError, survey};
use crate::{
    Declaration, Provider, ProviderError, View,
    plan::{self, Candidate, Observations},
    provider::{Marks, Observed, Own, Ownership, Place},
    state::{Entry, Record, Remembered, State, StateStore},
    terraform, words,
};

/// How many resources are tagged at once.
const AT_ONCE: usize = 16;

/// What may be adopted, and what may not and why.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is adopted until `adopt` is called"]
#[non_exhaustive]
pub struct Proposal {
    /// What would become the stack's, in the order of the addresses.
    pub matches: Vec<Match>,
    /// Declarations that several things fit equally well, or that share one.
    pub ambiguous: Vec<(Address, Vec<Origin>)>,
    /// Declarations whose nearest thing differs in properties that AWS can't change.
    pub unlike: Vec<(Address, Origin, Vec<String>)>,
    /// What nothing in the stack declares.
    pub undeclared: Vec<Origin>,
    /// What another stack of jeancloud's has.
    pub taken: Vec<(Origin, Ownership)>,
    /// What this stack has already.
    pub ours: Vec<(Origin, Ownership)>,
    /// What AWS doesn't have any more.
    pub gone: Vec<Origin>,
    /// What comes along with its parent: addresses in Terraform's state.
    pub children: Vec<String>,
    /// What jeancloud has no type for: addresses in Terraform's state.
    pub unknown: Vec<String>,
}

/// A declaration and the thing that it means.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Match {
    /// Where it is declared.
    pub address: Address,
    /// The thing.
    pub origin: Origin,
    /// Where it is.
    pub region: Region,
    /// Properties that differ, that AWS can't change and that mean nothing any more: they stay.
    pub kept: Vec<String>,
    /// What is declared of it and AWS never tells.
    untold: Json,
    observed: Observed,
}

/// A thing, and what it is called where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Origin {
    /// CloudFormation's name of its type.
    pub type_name: String,
    /// Its physical id.
    pub id: String,
    /// Its address in Terraform's state, as `aws_subnet.public[0]`.
    pub terraform: Option<String>,
}

/// Why nothing can be proposed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AdoptError {
    /// There is no such declaration.
    #[error("nothing is declared at {address}")]
    NotDeclared {
        /// Where.
        address: Address,
        /// A declared one that looks like it.
        near: Option<Address>,
    },
    /// It is something that is looked up.
    #[error("{0} is looked up, not owned: there is nothing to adopt")]
    Lookup(Address),
    /// The stack has it already.
    #[error("{address} is {id} already")]
    There {
        /// Where.
        address: Address,
        /// What is there.
        id: String,
    },
    /// AWS has no such thing.
    #[error("{address}: AWS has no {type_name} with the id {id} in {region}")]
    NotFound {
        /// Where it is declared.
        address: Address,
        /// Its type.
        type_name: String,
        /// The id that was asked for.
        id: String,
        /// Where it was looked for.
        region: Region,
    },
    /// Somebody has it.
    #[error("{id} belongs to {} of the stack {}", .owner.address, .owner.stack)]
    Taken {
        /// Its physical id.
        id: String,
        /// Whose it is.
        owner: Ownership,
    },
    /// AWS could not be asked, the state not be read, or nothing be planned.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Whether `id` can become what is declared at `address`.
///
/// # Errors
/// If nothing is declared there, if the stack has it already, if AWS has no such thing, or if it
/// belongs to another stack.
pub async fn propose(
    view: &View,
    state: &State,
    provider: &dyn Provider,
    address: Address,
    id: &str,
) -> Result<Proposal, AdoptError> {
    let declaration = declared(view, address)?;
    let present = survey(view, state, provider).await?;
    if let Some(there) = present.resources.get(&address).and_then(|all| all.last()) {
        let id = there.observed.id.clone();
        return Err(AdoptError::There { address, id });
    }
    let origin = Origin {
        type_name: declaration.type_name.to_owned(),
        id: id.to_owned(),
        terraform: None,
    };
    let place = (origin.type_name.clone(), declaration.region);
    let asked = BTreeMap::from([(place, vec![origin])]);
    let mut seen = observe(provider, asked).await?;
    let Some(Thing { origin, candidate }) = seen.pop() else {
        return Err(AdoptError::NotFound {
            address,
            type_name: declaration.type_name.to_owned(),
            id: id.to_owned(),
            region: declaration.region,
        });
    };
    if let Some(owner) = candidate.observed.ownership {
        let id = candidate.observed.id;
        return Err(AdoptError::Taken { id, owner });
    }
    let outputs = outputs(&present, []);
    let matched = matched(declaration, origin, candidate, &outputs);
    Ok(Proposal {
        matches: vec![matched],
        ..Proposal::default()
    })
}

/// What of Terraform's state the stack declares.
///
/// # Errors
/// If AWS can't be asked.
pub async fn propose_from_terraform(
    view: &View,
    state: &State,
    provider: &dyn Provider,
    terraform: &terraform::State,
) -> Result<Proposal, AdoptError> {
    let present = survey(view, state, provider).await?;
    let mut proposal = Proposal {
        children: terraform.children.clone(),
        unknown: terraform.unknown.clone(),
        ..Proposal::default()
    };
    let mut asked = Asked::new();
    for resource in &terraform.resources {
        let origin = Origin {
            type_name: resource.type_name.to_owned(),
            id: resource.id.clone(),
            terraform: Some(resource.address.clone()),
        };
        let regions = regions(view, resource);
        if regions.is_empty() {
            proposal.undeclared.push(origin.clone());
        }
        for region in regions {
            let place = (origin.type_name.clone(), region);
            asked.entry(place).or_default().push(origin.clone());
        }
    }
    let all: BTreeSet<Origin> = asked.values().flatten().cloned().collect();
    let (taken, free): (Vec<Thing>, Vec<Thing>) = observe(provider, asked)
        .await?
        .into_iter()
        .partition(|thing| thing.candidate.observed.ownership.is_some());
    let there: BTreeSet<&Origin> = taken.iter().chain(&free).map(|it| &it.origin).collect();
    proposal.gone = all
        .iter()
        .filter(|it| !there.contains(it))
        .cloned()
        .collect();
    proposal.assign(view, &present, free)?;
    let taken = taken.into_iter().filter_map(Thing::owned);
    (proposal.ours, proposal.taken) = taken.partition(|(_, owner)| owner.stack == view.stack());
    Ok(proposal)
}

impl Proposal {
    fn assign(
        &mut self,
        view: &View,
        present: &Observations,
        things: Vec<Thing>,
    ) -> Result<(), EngineError> {
        let candidates: Vec<Candidate> = things.iter().map(|it| it.candidate.clone()).collect();
        let pairs = plan::pair(view, present, &candidates)?;
        let origin = |at: &usize| things[*at].origin.clone();
        let found = pairs.found.iter();
        let paired = found.map(|(address, at)| (*address, &candidates[*at].observed.outputs));
        let outputs = outputs(present, paired);
        for (address, at) in &pairs.found {
            let Some(declaration) = view.get(*address) else {
                continue;
            };
            let thing = &things[*at];
            let (origin, candidate) = (thing.origin.clone(), thing.candidate.clone());
            self.matches
                .push(matched(declaration, origin, candidate, &outputs));
        }
        self.matches.sort_by_key(|matched| matched.address);
        let meant = pairs.found.iter().map(|(_, at)| *at);
        let doubtful = pairs.ambiguous.iter().flat_map(|(_, all)| all.clone());
        let near = pairs.unlike.iter().map(|(_, at, _)| *at);
        let told: BTreeSet<usize> = meant.chain(doubtful).chain(near).collect();
        let left = (0..things.len()).filter(|at| !told.contains(at));
        self.undeclared.extend(left.map(|at| origin(&at)));
        let ambiguous = pairs.ambiguous.iter();
        self.ambiguous = ambiguous
            .map(|(address, all)| (*address, all.iter().map(origin).collect()))
            .collect();
        let unlike = pairs.unlike.iter();
        self.unlike = unlike
            .map(|(address, at, properties)| (*address, origin(at), properties.clone()))
            .collect();
        self.ambiguous.sort_by_key(|(address, _)| *address);
        self.unlike.sort_by_key(|(address, ..)| *address);
        Ok(())
    }
}

/// Makes what was proposed the stack's: tags it, and writes it into the state. Returns what AWS
/// refused to tag; everything else is done.
///
/// # Errors
/// If the state can't be written, or is another account's.
pub async fn adopt(
    view: &View,
    proposal: &Proposal,
    store: &mut dyn StateStore,
    provider: &dyn Provider,
) -> Result<Vec<(Address, ProviderError)>, EngineError> {
    if store.state().account.is_none() {
        let account = provider.account().await;
        let account = account.map_err(|source| EngineError::Provider {
            address: None,
            source,
        })?;
        store.record(Entry::Account { account }).await?;
    }
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let tagging = proposal.matches.iter().map(|matched| {
        let permits = permits.clone();
        async move {
            let _permit = permits.acquire().await;
            matched.own(view, provider).await
        }
    });
    let tagged = join_all(tagging).await;
    let mut failed = Vec::new();
    for (matched, tagged) in proposal.matches.iter().zip(tagged) {
        let address = matched.address;
        match tagged {
            Ok(()) => {
                let record = matched.record(view);
                store.record(Entry::Put { address, record }).await?;
            }
            Err(error) => failed.push((address, error)),
        }
    }
    store.compact().await?;
    Ok(failed)
}

impl Match {
    async fn own(&self, view: &View, provider: &dyn Provider) -> Result<(), ProviderError> {
        let ownership = Ownership {
            stack: view.stack().to_owned(),
            address: self.address,
            generation: 1,
            marks: self.marks(view),
        };
        let own = Own {
            id: self.observed.id.clone(),
            properties: self.observed.properties.clone(),
            before: None,
            after: Some(ownership),
        };
        let place = Place {
            type_name: &self.origin.type_name,
            region: self.region,
        };
        provider.own(place, &own).await
    }

    fn marks(&self, view: &View) -> Marks {
        let declared = view.get(self.address);
        Marks {
            adopted: true,
            ..declared.map(|it| it.lifecycle.marks()).unwrap_or_default()
        }
    }

    fn record(&self, view: &View) -> Record {
        let declaration = view.get(self.address);
        let lifecycle = Remembered {
            marks: self.marks(view),
            ..Remembered::default()
        };
        Record {
            type_name: self.origin.type_name.clone(),
            region: self.region,
            id: self.observed.id.clone(),
            generation: 1,
            // Of what an author once set, nothing else is known.
            properties: self.untold.clone(),
            outputs: self.observed.outputs.clone(),
            depends_on: declaration.map(depends_on).unwrap_or_default(),
            lifecycle,
            deleting: false,
            attempts: Vec::new(),
        }
    }
}

/// What is asked for, by type and region.
type Asked = BTreeMap<(String, Region), Vec<Origin>>;

/// What AWS has of what was asked for.
struct Thing {
    origin: Origin,
    candidate: Candidate,
}

impl Thing {
    fn owned(self) -> Option<(Origin, Ownership)> {
        Some((self.origin, self.candidate.observed.ownership?))
    }
}

async fn observe(provider: &dyn Provider, asked: Asked) -> Result<Vec<Thing>, EngineError> {
    let calls = asked
        .into_iter()
        .map(|((type_name, region), origins)| async move {
            let ids: Vec<String> = origins.iter().map(|origin| origin.id.clone()).collect();
            let place = Place {
                type_name: &type_name,
                region,
            };
            let seen = provider.observe(place, &ids).await;
            let seen = seen.map_err(|source| EngineError::Provider {
                address: None,
                source,
            })?;
            let things = seen.into_iter().filter_map(|observed| {
                let origin = origins
                    .iter()
                    .find(|origin| is_of(&observed.id, &origin.id))?;
                let (type_name, origin) = (type_name.clone(), origin.clone());
                let candidate = Candidate {
                    type_name,
                    region,
                    observed,
                };
                Some(Thing { origin, candidate })
            });
            Ok::<_, EngineError>(things.collect::<Vec<_>>())
        });
    Ok(try_join_all(calls).await?.into_iter().flatten().collect())
}

/// Whether AWS's answer is about the id that was asked for: some ids have two parts, as `arn|cluster`
/// and `203.0.113.7|eipalloc-1`, and may be asked for by one.
fn is_of(answered: &str, asked: &str) -> bool {
    answered == asked || answered.split('|').any(|part| part == asked)
}

/// Where Terraform's resource may be: as its state says, or wherever its type is declared.
fn regions(view: &View, resource: &terraform::Resource) -> BTreeSet<Region> {
    let declared = view.declarations().iter();
    let declared = declared.filter(|it| it.type_name == resource.type_name);
    let declared: BTreeSet<Region> = declared.map(|it| it.region).collect();
    match resource.region {
        Some(region) => declared.into_iter().filter(|it| *it == region).collect(),
        None => declared,
    }
}

fn declared(view: &View, address: Address) -> Result<&Declaration, AdoptError> {
    let Some(declaration) = view.get(address) else {
        let all = view.declarations().iter().map(|it| it.address.as_str());
        let near = words::nearest(address.as_str(), all).map(Address::new);
        return Err(AdoptError::NotDeclared { address, near });
    };
    match declaration.kind {
        ResourceKind::Managed => Ok(declaration),
        ResourceKind::Lookup => Err(AdoptError::Lookup(address)),
    }
}

fn matched(
    declaration: &Declaration,
    origin: Origin,
    candidate: Candidate,
    outputs: &BTreeMap<Address, BTreeMap<String, Json>>,
) -> Match {
    let known = |address: &str, output: &str| {
        let outputs = outputs.get(&Address::new(address))?;
        outputs.get(output).cloned()
    };
    let properties = reference::resolve(&declaration.properties, declaration.region, &known);
    let observed = candidate.observed;
    Match {
        address: declaration.address,
        origin,
        region: declaration.region,
        kept: plan::kept(declaration, &properties, &observed.properties),
        untold: plan::untold(declaration, &properties),
        observed,
    }
}

/// The outputs of what the stack has, of what it looks up, and of `more`.
fn outputs<'o>(
    present: &'o Observations,
    more: impl IntoIterator<Item = (Address, &'o BTreeMap<String, Json>)>,
) -> BTreeMap<Address, BTreeMap<String, Json>> {
    let newest = present.resources.iter();
    let newest = newest.filter_map(|(address, all)| Some((*address, &all.last()?.observed)));
    let lookups = present.lookups.iter().map(|(address, it)| (*address, it));
    let known = newest
        .chain(lookups)
        .map(|(address, it)| (address, &it.outputs));
    known
        .chain(more)
        .map(|(address, outputs)| (address, outputs.clone()))
        .collect()
}

fn depends_on(declaration: &Declaration) -> Vec<Address> {
    let mut all = BTreeSet::new();
    reference::each(&declaration.properties, &mut |address, _| {
        all.insert(Address::new(address));
    });
    all.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::is_of;

    #[test]
    fn an_id_of_two_parts_is_found_by_either() {
        assert!(is_of("sg-1", "sg-1") && !is_of("sg-1", "sg-2"));
        let (service, address) = ("arn:aws:ecs:x:1:service/c/web|c", "203.0.113.7|eipalloc-1");
        assert!(is_of(service, "arn:aws:ecs:x:1:service/c/web"));
        assert!(is_of(address, "eipalloc-1") && is_of(address, address));
    }
}
