//! [`Place`]: a region of an account, an account, or everywhere.

use std::{any::TypeId, collections::HashMap, sync::OnceLock};

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

/// A table of each kind, in the order of the services' lists.
pub(super) struct Place {
    pub key: PlaceKey,
    tables: Vec<(&'static str, Box<dyn AnyTable>)>,
}

impl Place {
    pub fn new(key: PlaceKey) -> Self {
        let kinds = services::ALL.iter().flat_map(|service| service.kinds);
        Self {
            key,
            tables: kinds.map(|kind| (kind.name, (kind.empty)())).collect(),
        }
    }

    pub fn table<R: Resource>(&self) -> &Table<R> {
        let table = place_of::<R>().and_then(|at| self.tables.get(at));
        let table = table.and_then(|(_, table)| table.as_any().downcast_ref());
        table.unwrap_or_else(|| unlisted::<R>())
    }

    pub fn table_mut<R: Resource>(&mut self) -> &mut Table<R> {
        let table = place_of::<R>().and_then(|at| self.tables.get_mut(at));
        let table = table.and_then(|(_, table)| table.as_any_mut().downcast_mut());
        table.unwrap_or_else(|| unlisted::<R>())
    }

    /// Remembers from now on what changes.
    pub fn record(&mut self) {
        self.tables_mut().for_each(|(_, table)| table.record());
    }

    pub fn named(&mut self, kind: &str) -> Option<&mut Box<dyn AnyTable>> {
        let mut tables = self.tables.iter_mut();
        let found = tables.find(|(name, _)| *name == kind);
        found.map(|(_, table)| table)
    }

    pub fn tables(&self) -> impl Iterator<Item = (&'static str, &dyn AnyTable)> {
        self.tables.iter().map(|(name, table)| (*name, &**table))
    }

    pub fn tables_mut(&mut self) -> impl Iterator<Item = (&'static str, &mut Box<dyn AnyTable>)> {
        self.tables.iter_mut().map(|(name, table)| (*name, table))
    }
}

/// Where a kind stands in every place's list.
fn place_of<R: Resource>() -> Option<usize> {
    static PLACES: OnceLock<HashMap<TypeId, usize>> = OnceLock::new();
    let places = PLACES.get_or_init(|| {
        let kinds = services::ALL.iter().flat_map(|service| service.kinds);
        kinds.map(|kind| (kind.type_id)()).zip(0..).collect()
    });
    places.get(&TypeId::of::<R>()).copied()
}

/// The service's list of kinds lacks one: its first use in any test tells.
fn unlisted<R: Resource>() -> ! {
    panic!("{} stands in no service's list of kinds", R::KIND)
}
