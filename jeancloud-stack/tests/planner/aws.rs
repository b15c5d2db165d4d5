//! [`Maps`]: an AWS that keeps what it is told in maps, and AWS's rules that an order can break.
//!
//! It gives ids and outputs, refuses a second one of what must be unique, refuses a deletion while
//! something refers to it, an update of what is create-only, and whatever names something that is gone.
//! A refusal is final: a plan that is right only at the second attempt is wrong.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use jeancloud_model::{
    Region,
    catalogue::{TypeInfo, types},
    certificate_manager::Certificate,
};
use jeancloud_stack::{
    Provider, ProviderError,
    engine::Cancel,
    provider::{
        Account, Create, Delete, ErrorKind, Found, Marks, Observed, Own, Ownership, Place, Update,
        Wanted,
    },
};
use serde_json::{Map, Value as Json, json};

use crate::rules_of_aws;

type Result<T> = std::result::Result<T, ProviderError>;

/// An AWS of maps; clones are the same one.
#[derive(Clone, Default)]
pub struct Maps(Arc<Mutex<Things>>);

#[derive(Default)]
struct Things {
    /// Refuses to delete what is at these addresses.
    stuck: BTreeSet<String>,
    /// After so many more calls that change something, the run is killed: it hears no answer.
    kill: Option<(u32, Cancel)>,
    /// How many there ever were: each gets a number that comes again in its id and its outputs.
    made: u64,
    by_number: BTreeMap<u64, Thing>,
}

struct Thing {
    type_name: String,
    region: Region,
    /// `None`: jeancloud let go of it.
    ownership: Option<Ownership>,
    properties: Json,
}

impl Maps {
    /// What there is, as `france/vpc 1`.
    pub fn content(&self) -> Vec<String> {
        let things = self.lock();
        let all = things.by_number.values();
        all.map(Thing::whose).collect()
    }

    /// Changes a property behind jeancloud's back; `null` takes it away.
    pub fn change(&self, address: &str, property: &str, value: &Json) {
        let mut things = self.lock();
        for thing in things
            .by_number
            .values_mut()
            .filter(|thing| thing.is_at(address))
        {
            thing.properties[property] = value.clone();
        }
    }

    /// Deletes behind jeancloud's back.
    pub fn delete(&self, address: &str) {
        let mut things = self.lock();
        things.by_number.retain(|_, thing| !thing.is_at(address));
    }

    /// The marks in the tags of what is at an address.
    pub fn marks(&self, address: &str) -> Option<Marks> {
        let things = self.lock();
        let mut there = things
            .by_number
            .values()
            .filter(|thing| thing.is_at(address));
        Some(there.next()?.ownership.as_ref()?.marks)
    }

    /// Takes jeancloud's tags off what is at an address, behind its back.
    pub fn untag(&self, address: &str) {
        let mut things = self.lock();
        let there = things.by_number.values_mut();
        for thing in there.filter(|thing| thing.is_at(address)) {
            thing.ownership = None;
        }
    }

    /// Refuses to delete what is at an address, until it is told otherwise.
    pub fn keep(&self, address: &str, keep: bool) {
        let mut things = self.lock();
        match keep {
            true => things.stuck.insert(address.to_owned()),
            false => things.stuck.remove(address),
        };
    }

    /// Kills the run with this cancel after so many calls that change something: the last one takes
    /// effect, and its answer is lost.
    pub fn kill_after(&self, calls: u32, cancel: &Cancel) {
        self.lock().kill = Some((calls, cancel.clone()));
    }

    /// Kills no run any more.
    pub fn let_live(&self) {
        self.lock().kill = None;
    }

    /// The answer to a call that took effect, unless the run was killed meanwhile.
    async fn answer<T>(&self, answer: T) -> Result<T> {
        let killed = match &mut self.lock().kill {
            Some((left, cancel)) => {
                *left = left.saturating_sub(1);
                (*left == 0).then(|| cancel.stop()).is_some()
            }
            None => false,
        };
        match killed {
            true => std::future::pending().await,
            false => Ok(answer),
        }
    }

    fn make(&self, place: Place<'_>, create: &Create) -> Result<String> {
        let mut things = self.lock();
        things.made += 1;
        let number = things.made;
        things.admit(place, number, &create.properties)?;
        let id = id_of(place.type_name, number);
        let thing = Thing {
            type_name: place.type_name.to_owned(),
            region: place.region,
            ownership: Some(create.ownership.clone()),
            properties: create.properties.clone(),
        };
        things.by_number.insert(number, thing);
        Ok(id)
    }

    fn alter(&self, place: Place<'_>, update: &Update) -> Result<()> {
        let facts = info(place.type_name).facts;
        let changed = |path: &&str| update.changed.iter().any(|name| name == path);
        if let Some(fixed) = facts.create_only.iter().copied().find(changed) {
            return Err(refused(format!("{fixed} can't be changed")));
        }
        let number = number_of(&update.id).ok_or_else(|| refused("no id of ours".to_owned()))?;
        let mut things = self.lock();
        let Some(thing) = things.by_number.get(&number) else {
            return Err(refused(format!("{} does not exist", update.id)));
        };
        let mut properties: Map<String, Json> =
            thing.properties.as_object().cloned().unwrap_or_default();
        for name in &update.changed {
            match update.after.get(name) {
                Some(value) => properties.insert(name.clone(), value.clone()),
                None => properties.remove(name),
            };
        }
        let properties = Json::Object(properties);
        let moves = things.vpcs(&thing.properties) != things.vpcs(&properties);
        if moves && rules_of_aws::stays_in_its_vpc(place.type_name) {
            return Err(refused(format!("{} can't leave its VPC", update.id)));
        }
        things.admit(place, number, &properties)?;
        if let Some(thing) = things.by_number.get_mut(&number) {
            thing.properties = properties;
        }
        Ok(())
    }

    fn remove(&self, place: Place<'_>, delete: &Delete) -> Result<()> {
        let number = number_of(&delete.id).ok_or_else(|| refused("no id of ours".to_owned()))?;
        let mut things = self.lock();
        let holding = things.by_number.values().find(|thing| {
            rules_of_aws::holds(&thing.type_name, place.type_name)
                && named_in(&thing.properties).contains(&number)
        });
        if let Some(thing) = holding {
            let whose = thing.whose();
            return Err(refused(format!("{whose} still uses {}", delete.id)));
        }
        if things.stuck.contains(delete.ownership.address.as_str()) {
            return Err(refused(format!("{} stays", delete.id)));
        }
        things.by_number.remove(&number);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Things> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Thing {
    fn is_at(&self, address: &str) -> bool {
        let ownership = self.ownership.as_ref();
        ownership.is_some_and(|ownership| ownership.address.as_str() == address)
    }

    /// `france/vpc 1`, or `nobody's` and its type.
    fn whose(&self) -> String {
        match &self.ownership {
            Some(ownership) => format!("{} {}", ownership.address, ownership.generation),
            None => format!("nobody's {}", self.type_name),
        }
    }
}

impl Things {
    /// Refuses properties that name something gone, or that another one has already.
    fn admit(&self, place: Place<'_>, number: u64, properties: &Json) -> Result<()> {
        let named = named_in(properties);
        if let Some(gone) = named
            .iter()
            .find(|named| !self.by_number.contains_key(named))
        {
            return Err(refused(format!("{gone} does not exist: {properties}")));
        }
        for (other, thing) in &self.by_number {
            let same_place =
                (thing.type_name.as_str(), thing.region) == (place.type_name, place.region);
            if *other == number || !same_place {
                continue;
            }
            if let Some(what) = rules_of_aws::clash(place.type_name, &thing.properties, properties)
            {
                let whose = thing.whose();
                return Err(refused(format!(
                    "{whose} has the same {what}: {properties}"
                )));
            }
        }
        if rules_of_aws::is_in_one_vpc(place.type_name) && self.vpcs(properties).len() > 1 {
            return Err(refused(format!("names two VPCs: {properties}")));
        }
        if rules_of_aws::forwards(place.type_name) {
            self.admit_target_groups(number, properties)?;
        }
        Ok(())
    }

    /// The VPCs of all that is named, directly or not.
    fn vpcs(&self, properties: &Json) -> BTreeSet<u64> {
        let mut vpcs = BTreeSet::new();
        for number in named_in(properties) {
            let Some(thing) = self.by_number.get(&number) else {
                continue;
            };
            match thing.type_name.as_str() {
                "AWS::EC2::VPC" => {
                    vpcs.insert(number);
                }
                other if rules_of_aws::is_in_one_vpc(other) => {
                    vpcs.extend(self.vpcs(&thing.properties));
                }
                _ => {}
            }
        }
        vpcs
    }

    /// A target group serves one load balancer.
    fn admit_target_groups(&self, number: u64, properties: &Json) -> Result<()> {
        let balancers = |properties: &Json| self.named(properties, "LoadBalancer");
        let groups = self.named(properties, "TargetGroup");
        let others = self
            .by_number
            .iter()
            .filter(|(other, thing)| **other != number && rules_of_aws::forwards(&thing.type_name));
        for (_, other) in others {
            let shared = !self
                .named(&other.properties, "TargetGroup")
                .is_disjoint(&groups);
            if shared && balancers(&other.properties) != balancers(properties) {
                let whose = other.whose();
                return Err(refused(format!(
                    "{whose} serves another balancer: {properties}"
                )));
            }
        }
        Ok(())
    }

    /// What of a kind is named, a load balancer also by its listener.
    fn named(&self, properties: &Json, kind: &str) -> BTreeSet<u64> {
        let mut found = BTreeSet::new();
        for number in named_in(properties) {
            let Some(thing) = self.by_number.get(&number) else {
                continue;
            };
            match thing.type_name.rsplit("::").next() {
                Some(named) if named == kind => {
                    found.insert(number);
                }
                Some("Listener") => found.extend(self.named(&thing.properties, kind)),
                _ => {}
            }
        }
        found
    }
}

#[async_trait]
impl Provider for Maps {
    async fn account(&self) -> Result<Account> {
        Ok(Account {
            partition: "aws".into(),
            id: "123456789012".into(),
            endpoint: None,
        })
    }

    async fn observe(&self, place: Place<'_>, ids: &[String]) -> Result<Vec<Observed>> {
        let things = self.lock();
        let observed = ids.iter().filter_map(|id| {
            let number = number_of(id)?;
            let thing = things.by_number.get(&number)?;
            (thing.region == place.region).then(|| Observed {
                id: id.clone(),
                properties: thing.properties.clone(),
                outputs: outputs(place.type_name, number, &thing.properties),
                ownership: thing.ownership.clone(),
                going: false,
            })
        });
        Ok(observed.collect())
    }

    async fn find(&self, place: Place<'_>, wanted: &[Wanted]) -> Result<Vec<Found>> {
        let things = self.lock();
        let of_type = things.by_number.iter().filter(|(_, thing)| {
            (thing.type_name.as_str(), thing.region) == (place.type_name, place.region)
        });
        let found = of_type.filter(|(_, thing)| {
            let stack = thing.ownership.as_ref().map(|ownership| &ownership.stack);
            let of_stack = |wanted: &Wanted| Some(&wanted.ownership.stack) == stack;
            wanted.iter().any(of_stack)
        });
        let found = found.filter_map(|(number, thing)| {
            Some(Found {
                ownership: thing.ownership.clone()?,
                id: id_of(place.type_name, *number),
            })
        });
        Ok(found.collect())
    }

    async fn create(&self, place: Place<'_>, create: &Create) -> Result<String> {
        takes_its_time(&create.ownership).await;
        let id = self.make(place, create)?;
        self.answer(id).await
    }

    async fn finish(&self, _: Place<'_>, _: &Create, _: &str) -> Result<()> {
        Ok(())
    }

    async fn update(&self, place: Place<'_>, update: &Update) -> Result<()> {
        takes_its_time(&update.ownership).await;
        self.alter(place, update)?;
        self.answer(()).await
    }

    async fn own(&self, _: Place<'_>, own: &Own) -> Result<()> {
        let number = number_of(&own.id).ok_or_else(|| refused("no id of ours".to_owned()))?;
        let mut things = self.lock();
        let Some(thing) = things.by_number.get_mut(&number) else {
            return Err(refused(format!("{} does not exist", own.id)));
        };
        // Only those tags are written that are others than before.
        if thing.ownership != own.before {
            return Err(refused(format!("{} is {}", own.id, thing.whose())));
        }
        thing.ownership = own.after.clone();
        Ok(())
    }

    async fn delete(&self, place: Place<'_>, delete: &Delete) -> Result<()> {
        takes_its_time(&delete.ownership).await;
        self.remove(place, delete)?;
        self.answer(()).await
    }

    async fn read(&self, place: Place<'_>, properties: &Json) -> Result<Observed> {
        Ok(Observed {
            id: "looked up".into(),
            properties: properties.clone(),
            outputs: outputs(place.type_name, 0, properties),
            ownership: None,
            going: false,
        })
    }

    fn permissions(&self, _: &str) -> &'static [&'static str] {
        &[]
    }
}

fn info(type_name: &str) -> &'static TypeInfo {
    let known = types().iter().find(|info| info.type_name == type_name);
    known.unwrap_or_else(|| panic!("the catalogue has no {type_name}"))
}

/// `VPC#3;`: the number can be found again in whatever the id becomes a part of.
fn id_of(type_name: &str, number: u64) -> String {
    let kind = type_name.rsplit("::").next().unwrap_or_default();
    format!("{kind}#{number};")
}

fn number_of(id: &str) -> Option<u64> {
    id.split_once('#')?.1.split_once(';')?.0.parse().ok()
}

/// Every output that a type has, with the thing's number in it unless a property repeats it.
fn outputs(type_name: &str, number: u64, properties: &Json) -> BTreeMap<String, Json> {
    let info = info(type_name);
    let id = id_of(type_name, number);
    let value = |output: &str| match properties.get(output) {
        Some(repeated) => repeated.clone(),
        None if output == info.id => json!(id),
        None => json!(format!("{id}{output}")),
    };
    let mut all: BTreeMap<String, Json> = [info.id]
        .iter()
        .chain(info.facts.outputs)
        .map(|&output| (output.to_owned(), value(output)))
        .collect();
    if let Some(domain) = properties.get("DomainName").and_then(Json::as_str)
        && type_name == "AWS::CertificateManager::Certificate"
    {
        for output in [
            Certificate::validation_name_output(domain),
            Certificate::validation_value_output(domain),
        ] {
            let value = format!("{id}{output}");
            all.insert(output, json!(value));
        }
    }
    all
}

/// The numbers of all things that are named anywhere in `properties`.
fn named_in(properties: &Json) -> BTreeSet<u64> {
    match properties {
        Json::String(text) => {
            let parts = text.split('#').skip(1);
            parts
                .filter_map(|part| part.split_once(';')?.0.parse().ok())
                .filter(|number| *number != 0)
                .collect()
        }
        Json::Array(items) => items.iter().flat_map(named_in).collect(),
        Json::Object(members) => members.values().flat_map(named_in).collect(),
        _ => BTreeSet::new(),
    }
}

/// Lets others go first, some more and some less: what need not wait comes in any order.
async fn takes_its_time(ownership: &Ownership) {
    let mut hasher = DefaultHasher::new();
    (ownership.address.as_str(), ownership.generation).hash(&mut hasher);
    for _ in 0..hasher.finish() % 7 {
        tokio::task::yield_now().await;
    }
}

fn refused(message: String) -> ProviderError {
    ProviderError::new(ErrorKind::Invalid, "", message)
}
