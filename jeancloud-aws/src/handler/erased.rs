//! The erasure that puts handlers of all types behind one [`Provider`](jeancloud_stack::Provider):
//! JSON outside, the type's struct inside.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use jeancloud_model::{Resource, Tagging, Tags};
use jeancloud_stack::provider::{
    Create, Delete, ErrorKind, Found, Observed, Own, Ownership, ProviderError, Update, Wanted,
};
use serde_json::{Value as Json, json};

use super::{Change, Handler, LookupHandler, New, Old, Result, Search, Seen};
use crate::{Clients, tags, wait};

/// A handler without its type: what [`Aws`](crate::Aws) keeps in a table.
#[async_trait]
pub(crate) trait AnyHandler: Send + Sync {
    fn permissions(&self) -> &'static [&'static str];
    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Observed>>;
    async fn find(&self, aws: &Clients, wanted: &[Wanted]) -> Result<Vec<Found>>;
    async fn create(&self, aws: &Clients, create: &Create) -> Result<String>;
    async fn finish(&self, aws: &Clients, create: &Create, id: &str) -> Result<()>;
    async fn update(&self, aws: &Clients, update: &Update) -> Result<()>;
    async fn own(&self, aws: &Clients, own: &Own) -> Result<()>;
    async fn delete(&self, aws: &Clients, delete: &Delete) -> Result<()>;
}

pub(crate) struct Erased<H>(pub(crate) H);

#[async_trait]
impl<H: Handler> AnyHandler for Erased<H> {
    fn permissions(&self) -> &'static [&'static str] {
        H::PERMISSIONS
    }

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Observed>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let seen = self.0.observe(aws, ids).await?;
        Ok(seen.into_iter().map(observed::<H::Resource>).collect())
    }

    async fn find(&self, aws: &Clients, wanted: &[Wanted]) -> Result<Vec<Found>> {
        let Some(first) = wanted.first() else {
            return Ok(Vec::new());
        };
        let stack = first.ownership.stack.clone();
        self.0
            .find(
                aws,
                &Search {
                    stack: &stack,
                    wanted,
                },
            )
            .await
    }

    async fn create(&self, aws: &Clients, create: &Create) -> Result<String> {
        wait::within(create.timeout, self.0.create(aws, &new(create)?)).await
    }

    async fn finish(&self, aws: &Clients, create: &Create, id: &str) -> Result<()> {
        wait::within(create.timeout, self.0.finish(aws, &new(create)?, id)).await
    }

    async fn update(&self, aws: &Clients, update: &Update) -> Result<()> {
        let change = Change {
            id: update.id.clone(),
            before: typed::<H::Resource>(&update.before)?,
            after: typed::<H::Resource>(&update.after)?,
            ownership: update.ownership.clone(),
            let_go: false,
            changed: update.changed.iter().cloned().collect(),
            tags_before: author_tags::<H::Resource>(&update.before),
            tags_after: author_tags::<H::Resource>(&update.after),
        };
        wait::within(update.timeout, self.0.update(aws, &change)).await
    }

    /// A change of nothing but the ownership tags. What can't carry any is not touched.
    async fn own(&self, aws: &Clients, own: &Own) -> Result<()> {
        let Some(ownership) = own.after.as_ref().or(own.before.as_ref()) else {
            return Ok(());
        };
        if H::Resource::FACTS.tagging == Tagging::None {
            return Ok(());
        }
        let resource = typed::<H::Resource>(&own.properties)?;
        let tags = |ownership: Option<&Ownership>| {
            let tags = ownership.into_iter().flat_map(Ownership::all_tags);
            tags.map(|(key, value)| (key.to_owned(), value)).collect()
        };
        let change = Change {
            id: own.id.clone(),
            before: resource.clone(),
            after: resource,
            ownership: ownership.clone(),
            let_go: own.after.is_none(),
            changed: BTreeSet::new(),
            tags_before: tags(own.before.as_ref()),
            tags_after: tags(own.after.as_ref()),
        };
        self.0.update(aws, &change).await
    }

    async fn delete(&self, aws: &Clients, delete: &Delete) -> Result<()> {
        let old = Old {
            id: delete.id.clone(),
            resource: typed::<H::Resource>(&delete.properties)?,
            ownership: delete.ownership.clone(),
        };
        wait::within(delete.timeout, self.0.delete(aws, &old)).await
    }
}

/// A lookup without its type.
#[async_trait]
pub(crate) trait AnyLookup: Send + Sync {
    fn permissions(&self) -> &'static [&'static str];
    async fn read(&self, aws: &Clients, properties: &Json) -> Result<Observed>;
}

pub(crate) struct ErasedLookup<H>(pub(crate) H);

#[async_trait]
impl<H: LookupHandler> AnyLookup for ErasedLookup<H> {
    fn permissions(&self) -> &'static [&'static str] {
        H::PERMISSIONS
    }

    async fn read(&self, aws: &Clients, properties: &Json) -> Result<Observed> {
        let answer = self.0.read(aws, &typed::<H::Lookup>(properties)?).await?;
        let mut outputs = answer.outputs;
        outputs.insert(H::Lookup::ID.to_owned(), json!(answer.id));
        Ok(Observed {
            id: answer.id,
            properties: properties.clone(),
            outputs,
            ownership: None,
            going: false,
        })
    }
}

fn new<R: Resource>(create: &Create) -> Result<New<'_, R>> {
    let mut tags = author_tags::<R>(&create.properties);
    let ours = create.ownership.all_tags();
    tags.extend(ours.map(|(key, value)| (key.to_owned(), value)));
    Ok(New {
        resource: typed(&create.properties)?,
        ownership: &create.ownership,
        token: &create.token,
        tags: tags.into_iter().collect(),
    })
}

fn typed<R: Resource>(properties: &Json) -> Result<R> {
    serde_json::from_value(properties.clone()).map_err(|error| {
        let message = format!(
            "the properties of a {} can't be read back: {error}",
            R::TYPE
        );
        ProviderError::new(ErrorKind::Invalid, "", message)
    })
}

fn observed<R: Resource>(seen: Seen<R>) -> Observed {
    let ownership = Ownership::from_tags(seen.tags.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    let mut properties = jeancloud_model::to_json(&seen.resource);
    let own: Tags = tags::of_the_author(&seen.tags).collect();
    if let (Json::Object(map), false) = (&mut properties, own.is_empty()) {
        map.insert(tags::property::<R>().to_owned(), json!(own));
    }
    let mut outputs = seen.outputs;
    outputs
        .entry(R::ID.to_owned())
        .or_insert_with(|| json!(seen.id));
    Observed {
        id: seen.id,
        properties,
        outputs,
        ownership,
        going: seen.going,
    }
}

fn author_tags<R: Resource>(properties: &Json) -> BTreeMap<String, String> {
    let tags = properties
        .get(tags::property::<R>())
        .and_then(Json::as_array);
    let pair = |tag: &Json| {
        let text = |key: &str| tag.get(key)?.as_str().map(str::to_owned);
        Some((text("Key")?, text("Value")?))
    };
    tags.into_iter().flatten().filter_map(pair).collect()
}
