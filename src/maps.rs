//! An AWS of maps, for the tests of this crate.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use jeancloud_model::{Address, Region};
use jeancloud_stack::{
    Provider, ProviderError,
    provider::{
        Account, Create, Delete, ErrorKind, Found, Observed, Own, Ownership, Place, Update, Wanted,
    },
};
use serde_json::{Value as Json, json};

/// An AWS that knows VPCs and subnets; clones are the same one.
#[derive(Clone, Default)]
pub(crate) struct Maps {
    things: Arc<Mutex<BTreeMap<String, Thing>>>,
    /// What it refuses to create.
    refused: Option<Address>,
}

struct Thing {
    type_name: String,
    region: Region,
    ownership: Ownership,
    properties: Json,
}

type Result<T> = std::result::Result<T, ProviderError>;

impl Maps {
    /// One that refuses to create what is at `address`.
    pub(crate) fn refusing(address: &str) -> Self {
        Self {
            refused: Some(Address::new(address)),
            ..Self::default()
        }
    }

    /// How many things there are.
    pub(crate) fn len(&self) -> usize {
        self.with(|things| things.len())
    }

    /// Changes a property behind jeancloud's back.
    pub(crate) fn change(&self, address: &str, property: &str, value: Json) {
        self.with(|things| {
            for thing in things
                .values_mut()
                .filter(|thing| thing.ownership.address.as_str() == address)
            {
                thing.properties[property] = value.clone();
            }
        });
    }

    fn with<T>(&self, look: impl FnOnce(&mut BTreeMap<String, Thing>) -> T) -> T {
        look(&mut self.things.lock().unwrap_or_else(PoisonError::into_inner))
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
        let output = if place.type_name.ends_with("VPC") {
            "VpcId"
        } else {
            "SubnetId"
        };
        let observed = |(id, thing): (&String, &mut Thing)| Observed {
            id: id.clone(),
            properties: thing.properties.clone(),
            outputs: BTreeMap::from([(output.to_owned(), json!(id))]),
            ownership: Some(thing.ownership.clone()),
            going: false,
        };
        Ok(self.with(|things| {
            let wanted = things
                .iter_mut()
                .filter(|(id, thing)| ids.contains(id) && thing.region == place.region);
            wanted.map(observed).collect()
        }))
    }

    async fn find(&self, place: Place<'_>, _: &[Wanted]) -> Result<Vec<Found>> {
        Ok(self.with(|things| {
            let all = things.iter().filter(|(_, thing)| {
                (thing.type_name.as_str(), thing.region) == (place.type_name, place.region)
            });
            all.map(|(id, thing)| Found {
                ownership: thing.ownership.clone(),
                id: id.clone(),
            })
            .collect()
        }))
    }

    async fn create(&self, place: Place<'_>, create: &Create) -> Result<String> {
        if Some(create.ownership.address) == self.refused {
            let mut error =
                ProviderError::new(ErrorKind::Quota, "CreateThing", "there are too many");
            error.code = Some("ThingLimitExceeded".into());
            error.request_id = Some("r-1".into());
            return Err(error.with_hint("ask for a higher quota"));
        }
        let id = format!(
            "{}-{}",
            create.ownership.address.name(),
            create.ownership.generation
        );
        let thing = Thing {
            type_name: place.type_name.to_owned(),
            region: place.region,
            ownership: create.ownership.clone(),
            properties: create.properties.clone(),
        };
        self.with(|things| things.insert(id.clone(), thing));
        Ok(id)
    }

    async fn finish(&self, _: Place<'_>, _: &Create, _: &str) -> Result<()> {
        Ok(())
    }

    async fn update(&self, _: Place<'_>, update: &Update) -> Result<()> {
        self.with(|things| {
            if let Some(thing) = things.get_mut(&update.id) {
                thing.properties = update.after.clone();
            }
        });
        Ok(())
    }

    async fn own(&self, _: Place<'_>, own: &Own) -> Result<()> {
        self.with(|things| match (&own.after, things.get_mut(&own.id)) {
            (Some(after), Some(thing)) => thing.ownership = after.clone(),
            // Nobody's: this AWS knows nothing that is.
            (None, _) => drop(things.remove(&own.id)),
            (Some(_), None) => {}
        });
        Ok(())
    }

    async fn delete(&self, _: Place<'_>, delete: &Delete) -> Result<()> {
        self.with(|things| things.remove(&delete.id));
        Ok(())
    }

    async fn read(&self, _: Place<'_>, _: &Json) -> Result<Observed> {
        Err(ProviderError::new(
            ErrorKind::NotFound,
            "DescribeThings",
            "there is nothing",
        ))
    }

    fn permissions(&self, _: &str) -> &'static [&'static str] {
        &[]
    }
}
