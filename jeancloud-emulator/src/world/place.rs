//! [`Place`]: a region of an account, an account, or everywhere.

use std::{any::TypeId, collections::HashMap};

use serde::{Deserialize, Serialize};

use super::{
    resource::{Resource, Scope},
    table::{AnyTable, Table},
};
use crate::services;

/// What a place is called. What is known in all regions, or in all accounts, has "" for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct PlaceKey {
    pub account: String,
    pub region: String,
}

impl PlaceKey {
    pub fn new(scope: Scope, account: &str, region: &str) -> Self {
        let (account, region) = match scope {
            Scope::Region => (account, region),
            Scope::Account => (account, ""),
            Scope::World => ("", ""),
        };
        Self {
            account: account.to_owned(),
            region: region.to_owned(),
        }
    }
}

/// A table of each kind.
pub(super) struct Place {
    pub key: PlaceKey,
    tables: HashMap<TypeId, Box<dyn AnyTable>>,
    names: HashMap<&'static str, TypeId>,
}

impl Place {
    pub fn new(key: PlaceKey) -> Self {
        let kinds = || services::ALL.iter().flat_map(|service| service.kinds);
        Self {
            key,
            tables: kinds()
                .map(|kind| ((kind.type_id)(), (kind.empty)()))
                .collect(),
            names: kinds().map(|kind| (kind.name, (kind.type_id)())).collect(),
        }
    }

    pub fn table<R: Resource>(&self) -> &Table<R> {
        let table = self.tables.get(&TypeId::of::<R>());
        let table = table.and_then(|table| table.as_any().downcast_ref());
        table.unwrap_or_else(|| unlisted::<R>())
    }

    pub fn table_mut<R: Resource>(&mut self) -> &mut Table<R> {
        let table = self.tables.get_mut(&TypeId::of::<R>());
        let table = table.and_then(|table| table.as_any_mut().downcast_mut());
        table.unwrap_or_else(|| unlisted::<R>())
    }

    pub fn named(&mut self, kind: &str) -> Option<&mut Box<dyn AnyTable>> {
        self.tables.get_mut(self.names.get(kind)?)
    }

    /// Its tables, in the order of their kinds.
    pub fn tables(&self) -> impl Iterator<Item = (&'static str, &dyn AnyTable)> {
        let kinds = services::ALL.iter().flat_map(|service| service.kinds);
        kinds.map(|kind| (kind.name, &*self.tables[&(kind.type_id)()]))
    }

    pub fn tables_mut(&mut self) -> impl Iterator<Item = (&'static str, &mut Box<dyn AnyTable>)> {
        let by_id: HashMap<TypeId, &'static str> =
            self.names.iter().map(|(name, id)| (*id, *name)).collect();
        self.tables
            .iter_mut()
            .map(move |(id, table)| (by_id[id], table))
    }
}

/// The service's list of kinds lacks one: its first use in any test tells.
fn unlisted<R: Resource>() -> ! {
    panic!("{} stands in no service's list of kinds", R::KIND)
}
