//! [`Handler`]: what the file of a resource type has to say, and what it is told.

mod erased;

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use jeancloud_model::{Address, Resource, reference};
use jeancloud_stack::provider::{Found, Ownership, ProviderError, Wanted};
use serde_json::{Value as Json, json};

use crate::Clients;

pub(crate) use erased::{AnyHandler, AnyLookup, Erased, ErasedLookup};

/// The result of a call to AWS.
pub type Result<T, E = ProviderError> = std::result::Result<T, E>;

/// How AWS does one resource type.
///
/// Resources cross this border typed and resolved: every [`Input`](jeancloud_model::Input) is known,
/// so `.value()` gives what to send.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// The type.
    type Resource: Resource;

    /// The IAM actions that these methods call, as `ec2:CreateVpc`, sorted.
    const PERMISSIONS: &'static [&'static str];

    /// Reads many by id, in as few calls as AWS allows: pages are followed, ids that are gone are
    /// left out. Every modelled property is read back or `None`, in jeancloud's spelling.
    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<Self::Resource>>>;

    /// Looks for resources by identity. Taggable types ask for the stack's tag once and return all
    /// that carry it; others go by parent and key, and leave alone what their key doesn't name.
    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>>;

    /// Makes the creating call, with the ownership tags in it, and returns the physical id as soon
    /// as AWS gave it.
    async fn create(&self, aws: &Clients, new: &New<'_, Self::Resource>) -> Result<String>;

    /// Does what follows the creating call: what that call does not take, and waiting until AWS
    /// says that it is ready.
    ///
    /// Called after `create`, and again for what an interrupted run or a lost answer left behind:
    /// each of its calls may be one that was made before.
    async fn finish(
        &self,
        _aws: &Clients,
        _new: &New<'_, Self::Resource>,
        _id: &str,
    ) -> Result<()> {
        Ok(())
    }

    /// Changes one in place. Where only the ownership tags change, no property does.
    async fn update(&self, aws: &Clients, change: &Change<Self::Resource>) -> Result<()>;

    /// Deletes one and returns when it is gone; something that is gone already is no error.
    async fn delete(&self, aws: &Clients, old: &Old<Self::Resource>) -> Result<()>;
}

/// How AWS answers one kind of lookup.
#[async_trait]
pub trait LookupHandler: Send + Sync + 'static {
    /// The lookup: its properties are the question.
    type Lookup: Resource;

    /// The IAM actions that it calls.
    const PERMISSIONS: &'static [&'static str];

    /// The answer: the id, and the outputs by attribute name.
    async fn read(&self, aws: &Clients, lookup: &Self::Lookup) -> Result<Answer>;
}

/// What a lookup found.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// What the lookup's handle stands for.
    pub id: String,
    /// Further outputs, by attribute name.
    pub outputs: BTreeMap<String, Json>,
}

/// A resource as AWS has it.
#[derive(Clone, Debug)]
pub struct Seen<R> {
    /// Its physical id.
    pub id: String,
    /// Its properties, written as a struct literal so that a new property stops the build.
    pub resource: R,
    /// Its outputs beside the id, by CloudFormation's attribute name.
    pub outputs: BTreeMap<String, Json>,
    /// All its tags, the ownership tags among them; empty where the type has none.
    pub tags: BTreeMap<String, String>,
    /// AWS is deleting it, which takes so long that the plan has to know.
    pub going: bool,
}

impl<R> Seen<R> {
    /// A resource without outputs and tags yet.
    pub fn new(id: impl Into<String>, resource: R) -> Self {
        Self {
            id: id.into(),
            resource,
            outputs: BTreeMap::new(),
            tags: BTreeMap::new(),
            going: false,
        }
    }

    /// Says that AWS is deleting it.
    #[must_use]
    pub fn going(mut self, going: bool) -> Self {
        self.going = going;
        self
    }

    /// With an output; `None` (AWS has not chosen it yet) adds nothing.
    #[must_use]
    pub fn output(mut self, name: &str, value: impl Into<Option<Json>>) -> Self {
        if let Some(value) = value.into() {
            self.outputs.insert(name.to_owned(), value);
        }
        self
    }

    /// With an output that is text.
    #[must_use]
    pub fn output_text(self, name: &str, value: Option<&str>) -> Self {
        self.output(name, value.map(|text| json!(text)))
    }

    /// With its tags, as `(key, value)` pairs. The author's part of them goes into the
    /// resource's `Tags` by itself.
    #[must_use]
    pub fn tagged<K: Into<String>, V: Into<String>>(
        mut self,
        tags: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.tags.extend(
            tags.into_iter()
                .map(|(key, value)| (key.into(), value.into())),
        );
        self
    }
}

/// What to look for.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// The stack's identity, the value of the tag `jeancloud:stack`.
    pub stack: &'a str,
    /// The resources that are looked for.
    pub wanted: &'a [Wanted],
}

impl<'a> Search<'a> {
    /// What has these tags, if they say that it is this stack's.
    pub fn owned<'t>(
        &self,
        id: impl Into<String>,
        tags: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Option<Found> {
        let ownership = Ownership::from_tags(tags)?;
        (ownership.stack == self.stack).then(|| Found {
            ownership,
            id: id.into(),
        })
    }

    /// The wanted resources whose properties are all known, typed: for types without tags, which
    /// are found by parent and key. One whose parent does not exist yet is left out: it can't
    /// exist either.
    pub fn known<R: Resource>(&self) -> impl Iterator<Item = (&'a Wanted, R)> {
        self.wanted.iter().filter_map(|wanted| {
            if reference::is_unknown(&wanted.properties) {
                return None;
            }
            Some((
                wanted,
                serde_json::from_value(wanted.properties.clone()).ok()?,
            ))
        })
    }

    /// As [`Search::known`], where only these top-level properties have to be known: gives those of
    /// them that are set, by name.
    pub fn keyed<'s>(
        &'s self,
        keys: &'s [&str],
    ) -> impl Iterator<Item = (&'a Wanted, BTreeMap<String, Json>)> + use<'a, 's> {
        self.wanted.iter().filter_map(move |wanted| {
            let mut values = BTreeMap::new();
            for key in keys {
                match wanted.properties.get(*key) {
                    Some(value) if reference::is_unknown(value) => return None,
                    Some(value) => values.insert((*key).to_owned(), value.clone()),
                    None => None,
                };
            }
            Some((wanted, values))
        })
    }
}

/// What to create.
pub struct New<'a, R> {
    /// The resource, resolved.
    pub resource: R,
    /// Whose it will be.
    pub ownership: &'a Ownership,
    /// A token of this very intent, for `ClientToken`, `CallerReference` and the like.
    pub token: &'a str,
    tags: Vec<(String, String)>,
}

impl<R: Resource> New<'_, R> {
    /// The author's tags and the ownership tags, for the creating call.
    pub fn tags(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tags
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Its address, for texts that a person may meet in AWS.
    pub fn address(&self) -> Address {
        self.ownership.address
    }
}

/// What to change.
#[derive(Clone, Debug)]
pub struct Change<R> {
    /// Its physical id.
    pub id: String,
    /// As it was: observed, or as last applied.
    pub before: R,
    /// As it is to be; what was removed stands with AWS's default, where one is documented.
    pub after: R,
    /// Whose it is, or will be.
    pub ownership: Ownership,
    /// Whether it will be nobody's: jeancloud lets go of it, and its notes of ownership go.
    pub let_go: bool,
    changed: BTreeSet<String>,
    tags_before: BTreeMap<String, String>,
    tags_after: BTreeMap<String, String>,
}

impl<R: Resource> Change<R> {
    /// Whether the property with this CloudFormation name changes.
    pub fn touches(&self, property: &str) -> bool {
        self.changed.contains(property)
    }

    /// Whether one of these properties changes.
    pub fn touches_any(&self, properties: &[&str]) -> bool {
        properties.iter().any(|property| self.touches(property))
    }

    /// The tags to set: new ones and those with another value.
    pub fn tags_to_set(&self) -> Vec<(String, String)> {
        let new = |(key, value): &(&String, &String)| self.tags_before.get(*key) != Some(value);
        self.tags_after
            .iter()
            .filter(new)
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect()
    }

    /// The keys of the tags to remove. Never one of the ownership tags, unless the change is about
    /// them.
    pub fn tags_to_remove(&self) -> Vec<String> {
        self.tags_before
            .keys()
            .filter(|key| !self.tags_after.contains_key(*key))
            .cloned()
            .collect()
    }
}

/// What to delete.
#[derive(Clone, Debug)]
pub struct Old<R> {
    /// Its physical id.
    pub id: String,
    /// As last applied or observed.
    pub resource: R,
    /// Whose it is.
    pub ownership: Ownership,
}
