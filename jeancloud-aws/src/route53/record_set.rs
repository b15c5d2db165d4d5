//! Record sets. They have no tags: found again by zone, name, type and set identifier. In a zone
//! that is the stack's own they are the stack's; in another zone, what exists is never touched.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_route53::types::{
    Change as SdkChange, ChangeAction, ChangeBatch, ResourceRecordSet, RrType,
};
use jeancloud_model::route53::RecordSet;
use jeancloud_stack::provider::{ErrorKind, Found, Ownership, ProviderError};

use super::{
    common::{bare_name, in_sync, incomplete, tags_of},
    record_shape,
};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
};

pub(super) struct RecordSetHandler;

/// From how many records of a zone on its pages, of 300 records each, are fewer calls than one a
/// record.
const MANY: usize = 5;

/// What a record is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) zone: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) set: Option<String>,
}

impl Key {
    /// The physical id: in the order of CloudFormation's primary identifier.
    pub(super) fn id(&self) -> String {
        let set = self
            .set
            .iter()
            .map(|set| format!("|{set}"))
            .collect::<String>();
        format!("{}|{}|{}{set}", self.name, self.zone, self.kind)
    }

    fn parse(id: &str) -> Option<Self> {
        let mut parts = id.splitn(4, '|').map(str::to_owned);
        let (name, zone, kind) = (parts.next()?, parts.next()?, parts.next()?);
        let set = parts.next();
        Some(Self {
            zone,
            name,
            kind,
            set,
        })
    }

    pub(super) fn of(zone: &str, record: &ResourceRecordSet) -> Self {
        Self {
            zone: zone.to_owned(),
            name: bare_name(record.name()),
            kind: record.r#type().as_str().to_owned(),
            set: record.set_identifier().map(str::to_owned),
        }
    }

    fn wanted(record: &RecordSet) -> Self {
        Self {
            zone: record.hosted_zone_id.value().as_str().to_owned(),
            name: record.name.value().as_str().to_owned(),
            kind: record.record_type.value().as_str().to_owned(),
            set: record
                .set_identifier
                .as_ref()
                .map(|set| set.value().as_str().to_owned()),
        }
    }
}

#[async_trait]
impl Handler for RecordSetHandler {
    type Resource = RecordSet;

    const PERMISSIONS: &'static [&'static str] = &[
        "route53:ChangeResourceRecordSets",
        "route53:GetChange",
        "route53:ListResourceRecordSets",
        "route53:ListTagsForResources",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<RecordSet>>> {
        let mut zones: BTreeMap<String, Vec<Key>> = BTreeMap::new();
        for key in ids.iter().filter_map(|id| Key::parse(id)) {
            zones.entry(key.zone.clone()).or_default().push(key);
        }
        let mut seen = Vec::new();
        for (zone, keys) in zones {
            for record in records(aws, &zone, &keys).await? {
                seen.extend(record_shape::from_sdk(&Key::of(&zone, &record), &record));
            }
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let mut wanted: BTreeMap<String, Vec<(Key, &Ownership)>> = BTreeMap::new();
        for (one, values) in search.keyed(&["HostedZoneId", "Name", "Type", "SetIdentifier"]) {
            let text = |key: &str| {
                values
                    .get(key)
                    .and_then(|value| value.as_str())
                    .map(str::to_owned)
            };
            let (Some(zone), Some(name), Some(kind)) =
                (text("HostedZoneId"), text("Name"), text("Type"))
            else {
                continue;
            };
            let key = Key {
                zone: zone.clone(),
                name,
                kind,
                set: text("SetIdentifier"),
            };
            wanted.entry(zone).or_default().push((key, &one.ownership));
        }
        let zones: Vec<String> = wanted.keys().cloned().collect();
        let tags = tags_of(aws, &zones).await?;
        let mut found = Vec::new();
        for (zone, wanted) in wanted {
            let tags = tags.get(&zone).into_iter().flatten();
            let owner = Ownership::from_tags(tags.map(|(k, v)| (k.as_str(), v.as_str())));
            if owner.is_none_or(|owner| owner.stack != search.stack) {
                continue;
            }
            let keys: Vec<Key> = wanted.iter().map(|(key, _)| key.clone()).collect();
            for record in records(aws, &zone, &keys).await? {
                let key = Key::of(&zone, &record);
                let whose = wanted.iter().find(|(wanted, _)| *wanted == key);
                found.extend(whose.map(|(_, ownership)| Found {
                    ownership: (*ownership).clone(),
                    id: key.id(),
                }));
            }
        }
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, RecordSet>) -> Result<String> {
        let key = Key::wanted(&new.resource);
        if let Some(there) = record(aws, &key).await? {
            return Err(taken(&key, &there));
        }
        // CREATE, not UPSERT: what somebody else writes meanwhile is not overwritten.
        let record = record_shape::to_sdk(&new.resource)?;
        change(aws, &key.zone, ChangeAction::Create, record, true).await?;
        Ok(key.id())
    }

    async fn update(&self, aws: &Clients, update: &Change<RecordSet>) -> Result<()> {
        let zone = update.after.hosted_zone_id.value().as_str();
        let record = record_shape::to_sdk(&update.after)?;
        change(aws, zone, ChangeAction::Upsert, record, false).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<RecordSet>) -> Result<()> {
        let Some(key) = Key::parse(&old.id) else {
            return Ok(());
        };
        // AWS wants the very content that is there.
        let Some(there) = record(aws, &key).await? else {
            return Ok(());
        };
        match change(aws, &key.zone, ChangeAction::Delete, there, false).await {
            Err(error) if error.message.contains("not found") => Ok(()),
            answer => error::or_gone(answer),
        }
    }
}

pub(super) async fn record(aws: &Clients, key: &Key) -> Result<Option<ResourceRecordSet>> {
    Ok(records(aws, &key.zone, std::slice::from_ref(key))
        .await?
        .pop())
}

/// All that `zone` has; none where there is no such zone.
pub(super) async fn every(aws: &Clients, zone: &str) -> Result<Vec<ResourceRecordSet>> {
    pages(aws, zone, None, |_| true, |_| false).await
}

/// Those of `keys` that `zone` has; none where there is no such zone.
async fn records(aws: &Clients, zone: &str, keys: &[Key]) -> Result<Vec<ResourceRecordSet>> {
    if keys.len() >= MANY {
        return page(aws, zone, None, keys).await;
    }
    let mut found = Vec::new();
    for key in keys {
        found.extend(page(aws, zone, Some(key), std::slice::from_ref(key)).await?);
    }
    Ok(found)
}

/// Reads the zone from `from` on, until all of `keys` are found or can't come any more.
async fn page(
    aws: &Clients,
    zone: &str,
    from: Option<&Key>,
    keys: &[Key],
) -> Result<Vec<ResourceRecordSet>> {
    let wanted = |record: &ResourceRecordSet| keys.contains(&Key::of(zone, record));
    let done = |found: usize| found == keys.len() || from.is_some();
    pages(aws, zone, from, wanted, done).await
}

/// What is wanted of a zone, from `from` on, until so many are enough.
async fn pages(
    aws: &Clients,
    zone: &str,
    from: Option<&Key>,
    wanted: impl Fn(&ResourceRecordSet) -> bool,
    done: impl Fn(usize) -> bool,
) -> Result<Vec<ResourceRecordSet>> {
    let mut found = Vec::new();
    let mut call = aws
        .route53()
        .list_resource_record_sets()
        .hosted_zone_id(zone);
    if let Some(key) = from {
        // Record sets of one name and type stand together, ordered by identifier: a page is enough.
        call = call
            .start_record_name(&key.name)
            .start_record_type(RrType::from(key.kind.as_str()))
            .set_start_record_identifier(key.set.clone())
            .max_items(10);
    }
    loop {
        let answer = call
            .clone()
            .send()
            .await
            .map_err(error::of("ListResourceRecordSets"));
        let Some(answer) = error::if_there(answer)? else {
            return Ok(found);
        };
        let records = answer.resource_record_sets().iter();
        found.extend(records.filter(|record| wanted(record)).cloned());
        let done = done(found.len());
        let Some(next) = answer
            .next_record_name()
            .filter(|_| answer.is_truncated() && !done)
        else {
            return Ok(found);
        };
        call = aws
            .route53()
            .list_resource_record_sets()
            .hosted_zone_id(zone)
            .start_record_name(next)
            .set_start_record_type(answer.next_record_type().cloned())
            .set_start_record_identifier(answer.next_record_identifier().map(str::to_owned));
    }
}

/// Makes one change, and waits until it is on all name servers; `once`: the call is not repeated.
pub(super) async fn change(
    aws: &Clients,
    zone: &str,
    action: ChangeAction,
    record: ResourceRecordSet,
    once: bool,
) -> Result<()> {
    let change = SdkChange::builder()
        .action(action)
        .resource_record_set(record)
        .build();
    let batch = ChangeBatch::builder()
        .changes(change.map_err(incomplete)?)
        .build();
    let client = if once {
        aws.route53_once()
    } else {
        aws.route53()
    };
    let call = client
        .change_resource_record_sets()
        .hosted_zone_id(zone)
        .change_batch(batch.map_err(incomplete)?);
    let answer = call
        .send()
        .await
        .map_err(error::of("ChangeResourceRecordSets"))?;
    in_sync(aws, answer.change_info()).await
}

pub(super) fn taken(key: &Key, there: &ResourceRecordSet) -> ProviderError {
    let values: Vec<&str> = there
        .resource_records()
        .iter()
        .map(|value| value.value())
        .collect();
    let what = match there.alias_target() {
        Some(alias) => format!("an alias to {}", alias.dns_name()),
        None => values.join(", "),
    };
    let message = format!("{} has a record {} already: {what}", key.name, key.kind);
    let hint = "delete it, also when an earlier run was cut off just here; or choose another name";
    ProviderError::new(ErrorKind::Conflict, "ListResourceRecordSets", message).with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back() {
        for id in ["api.example.com|Z1|A", "api.example.com|Z1|A|blue|1"] {
            assert_eq!(Key::parse(id).map(|key| key.id()).as_deref(), Some(id));
        }
        assert_eq!(Key::parse("api.example.com"), None);
    }
}
