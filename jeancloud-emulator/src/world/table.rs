//! [`Table`]: all resources of one kind in one place, by id and by what they refer to.

use std::{
    any::Any,
    collections::{BTreeMap, BTreeSet},
    ops::{Bound, Deref, DerefMut},
};

use serde_json::Value;

use super::{Resource, Time, references};

/// Resources of one kind.
pub(crate) struct Table<R> {
    rows: BTreeMap<String, Row<R>>,
    index: BTreeMap<String, BTreeSet<String>>,
    /// Ids that were touched since somebody asked, if anybody does.
    changed: Option<BTreeSet<String>>,
}

struct Row<R> {
    resource: R,
    keys: Vec<String>,
    since: Time,
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
            index: BTreeMap::new(),
            changed: None,
        }
    }
}

impl<R: Resource> Table<R> {
    pub fn get(&self, id: &str) -> Option<&R> {
        self.rows.get(id).map(|row| &row.resource)
    }

    /// A resource with its id.
    pub fn key_value(&self, id: &str) -> Option<(&str, &R)> {
        let (id, row) = self.rows.get_key_value(id)?;
        Some((id.as_str(), &row.resource))
    }

    pub fn contains(&self, id: &str) -> bool {
        self.rows.contains_key(id)
    }

    /// All of them, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &R)> {
        self.rows
            .iter()
            .map(|(id, row)| (id.as_str(), &row.resource))
    }

    /// Those from an id on, by id.
    pub fn from<'t>(&'t self, id: &str) -> impl Iterator<Item = (&'t str, &'t R)> + use<'t, R> {
        let rows = self
            .rows
            .range::<str, _>((Bound::Included(id), Bound::Unbounded));
        rows.map(|(id, row)| (id.as_str(), &row.resource))
    }

    /// Since when a resource has existed.
    pub fn since(&self, id: &str) -> Option<Time> {
        self.rows.get(id).map(|row| row.since)
    }

    /// Those that carry `key`: an id or ARN in their view, `tag:KEY=VALUE`, or a key of their own.
    pub fn with<'t>(&'t self, key: &str) -> impl Iterator<Item = (&'t str, &'t R)> + use<'t, R> {
        let ids = self.index.get(key).into_iter().flatten();
        ids.filter_map(|id| Some((id.as_str(), self.get(id)?)))
    }

    /// Whether any carries `key`.
    pub fn any_with(&self, key: &str) -> bool {
        self.index.contains_key(key)
    }

    /// How many carry `key`.
    pub fn count_with(&self, key: &str) -> usize {
        self.index.get(key).map_or(0, BTreeSet::len)
    }

    /// The last that carries a key from `from` up to and including `to`, in the order of keys.
    pub fn last_between(&self, from: &str, to: &str) -> Option<(&str, &R)> {
        let mut range = self
            .index
            .range::<str, _>((Bound::Included(from), Bound::Included(to)));
        let id = range.next_back()?.1.iter().next_back()?;
        Some((id.as_str(), self.get(id)?))
    }

    /// Puts a resource in the place of whatever had its id.
    pub fn insert(&mut self, id: impl Into<String>, resource: R, since: Time) {
        let id = id.into();
        self.remove(&id);
        self.place(id, resource, since);
    }

    pub fn remove(&mut self, id: &str) -> Option<R> {
        self.take(id).map(|(resource, _)| resource)
    }

    /// A resource to change. What it is found by follows when the guard goes.
    pub fn get_mut(&mut self, id: &str) -> Option<Edit<'_, R>> {
        let (id, _) = self.rows.get_key_value(id)?;
        let id = id.clone();
        let (resource, since) = self.take(&id)?;
        Some(Edit {
            table: self,
            id,
            since,
            resource: Some(resource),
        })
    }

    fn take(&mut self, id: &str) -> Option<(R, Time)> {
        let row = self.rows.remove(id)?;
        for key in &row.keys {
            if let Some(ids) = self.index.get_mut(key) {
                ids.remove(id);
                if ids.is_empty() {
                    self.index.remove(key);
                }
            }
        }
        self.touched(id);
        Some((row.resource, row.since))
    }

    fn touched(&mut self, id: &str) {
        if let Some(changed) = &mut self.changed {
            changed.insert(id.to_owned());
        }
    }

    fn place(&mut self, id: String, resource: R, since: Time) {
        let mut keys = resource.more_keys();
        references(resource.view(), &mut keys);
        keys.sort();
        keys.dedup();
        // Its own id would make everything refer to itself.
        keys.retain(|key| *key != id);
        for key in &keys {
            self.index
                .entry(key.clone())
                .or_default()
                .insert(id.clone());
        }
        self.touched(&id);
        self.rows.insert(
            id,
            Row {
                resource,
                keys,
                since,
            },
        );
    }
}

/// A resource taken out to be changed.
pub(crate) struct Edit<'a, R: Resource> {
    table: &'a mut Table<R>,
    id: String,
    since: Time,
    /// There until the guard goes.
    resource: Option<R>,
}

impl<R: Resource> Deref for Edit<'_, R> {
    type Target = R;

    fn deref(&self) -> &R {
        self.resource
            .as_ref()
            .expect("it is there until the guard goes")
    }
}

impl<R: Resource> DerefMut for Edit<'_, R> {
    fn deref_mut(&mut self) -> &mut R {
        self.resource
            .as_mut()
            .expect("it is there until the guard goes")
    }
}

impl<R: Resource> Drop for Edit<'_, R> {
    fn drop(&mut self) {
        if let Some(resource) = self.resource.take() {
            self.table
                .place(std::mem::take(&mut self.id), resource, self.since);
        }
    }
}

/// A table of any kind: what saving, restoring and listing need.
pub(crate) trait AnyTable: Send + Sync {
    fn as_any(&self) -> &dyn Any;
    fn as_any_mut(&mut self) -> &mut dyn Any;
    /// All ids.
    fn ids(&self) -> Vec<String>;
    /// The ids of those that carry `key`.
    fn ids_with(&self, key: &str) -> Vec<String>;
    /// Every resource with its whole content.
    fn dump(&self) -> Vec<(String, Value)>;
    /// Every resource as AWS shows it.
    fn views(&self) -> Vec<(String, Value)>;
    /// Remembers from now on what changes.
    fn record(&mut self);
    /// Those that changed since it was last asked, without content where they went.
    fn take_changed(&mut self) -> Vec<(String, Option<Value>)>;
    /// Puts back what `dump` or `take_changed` gave.
    fn restore(&mut self, id: &str, content: Option<Value>) -> Result<(), serde_json::Error>;
}

impl<R: Resource> AnyTable for Table<R> {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn ids(&self) -> Vec<String> {
        self.rows.keys().cloned().collect()
    }

    fn ids_with(&self, key: &str) -> Vec<String> {
        self.with(key).map(|(id, _)| id.to_owned()).collect()
    }

    fn dump(&self) -> Vec<(String, Value)> {
        let rows = self.rows.iter();
        rows.map(|(id, row)| (id.clone(), dumped(row))).collect()
    }

    fn views(&self) -> Vec<(String, Value)> {
        let rows = self.iter();
        rows.map(|(id, resource)| (id.to_owned(), resource.view().clone()))
            .collect()
    }

    fn record(&mut self) {
        self.changed.get_or_insert_default();
    }

    fn take_changed(&mut self) -> Vec<(String, Option<Value>)> {
        let changed = self.changed.as_mut().map(std::mem::take);
        let changed = changed.into_iter().flatten();
        changed
            .map(|id| {
                let content = self.rows.get(&id).map(dumped);
                (id, content)
            })
            .collect()
    }

    fn restore(&mut self, id: &str, content: Option<Value>) -> Result<(), serde_json::Error> {
        self.remove(id);
        if let Some(content) = content {
            let (since, resource) = serde_json::from_value(content)?;
            self.place(id.to_owned(), resource, since);
        }
        Ok(())
    }
}

/// Since when, and what.
fn dumped<R: Resource>(row: &Row<R>) -> Value {
    // Resources are structs of values, texts, numbers, lists and maps with texts for keys.
    serde_json::to_value((&row.since, &row.resource)).expect("a resource is plain data")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::world::resource;

    resource! {
        /// Something.
        pub(crate) struct Thing: "test/thing" in Region {
            start: u32,
        }
        found by |thing: &Thing| vec![format!("start/{:04}", thing.start)]
    }

    fn thing(vpc: &str, start: u32) -> Thing {
        let view = json!({"VpcId": vpc, "Tags": [{"Key": "a", "Value": "b"}]});
        Thing { view, start }
    }

    #[test]
    fn resources_are_found_by_what_they_refer_to() {
        let mut table = Table::default();
        table.insert("1", thing("vpc-00000001", 5), Time(0));
        table.insert("2", thing("vpc-00000002", 9), Time(0));
        let with = |table: &Table<Thing>, key: &str| {
            table
                .with(key)
                .map(|(id, _)| id.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(with(&table, "vpc-00000001"), ["1"]);
        assert_eq!(with(&table, "tag:a=b"), ["1", "2"]);
        assert_eq!(table.last_between("start/", "start/0008").unwrap().0, "1");
        table.get_mut("1").unwrap().view["VpcId"] = "vpc-00000002".into();
        assert_eq!(with(&table, "vpc-00000002"), ["1", "2"]);
        assert!(!table.any_with("vpc-00000001"));
        table.remove("1");
        assert_eq!(with(&table, "tag:a=b"), ["2"]);
    }

    #[test]
    fn a_table_is_rebuilt_from_its_changes() {
        let mut table = Table::default();
        table.record();
        table.insert("1", thing("vpc-00000001", 5), Time(7000));
        table.insert("2", thing("vpc-00000002", 9), Time(0));
        table.remove("2");
        let mut copy = Table::<Thing>::default();
        for (id, content) in table.take_changed() {
            copy.restore(&id, content).unwrap();
        }
        assert_eq!(copy.dump(), table.dump());
        assert_eq!(copy.since("1"), Some(Time(7000)));
        assert!(table.take_changed().is_empty());
    }
}
