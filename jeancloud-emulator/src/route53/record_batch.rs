//! Batches of changes: all of one happen, or none.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    change, common, hosted_zone, name,
    record_set::{self, RecordSet},
    record_shape,
};
use crate::{
    acm,
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// A request cannot contain more than 1,000 ResourceRecord elements; see "Quotas".
const MOST: usize = 1000;

/// ChangeResourceRecordSets.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html>
pub(super) fn change(call: &mut Call<'_>, input: &Value) -> Outcome {
    let zone = common::bare(input.text("HostedZoneId")).to_owned();
    let zone_name = hosted_zone::named(call, &zone)?
        .view
        .text("Name")
        .to_owned();
    let batch = &input["ChangeBatch"];
    let changes = batch.items("Changes");
    if changes.len() > MOST {
        let message = format!("Number of records limit of {MOST} exceeded.");
        return Err(AwsError::new("InvalidChangeBatch", message));
    }
    changes.iter().try_for_each(record_shape::check)?;
    let mut draft = Draft {
        call,
        zone: &zone,
        name: &zone_name,
        changed: BTreeMap::new(),
    };
    let mut problems: Vec<String> = Vec::new();
    for change in changes {
        let record = record_shape::kept(change["ResourceRecordSet"].clone());
        problems.extend(draft.take(change.text("Action"), record).err());
    }
    if problems.is_empty() {
        problems = draft.look_over();
    }
    if !problems.is_empty() {
        let message = format!("[{}]", problems.join(", "));
        return Err(AwsError::new("InvalidChangeBatch", message));
    }
    let changed = draft.changed;
    write(call, &zone, changed);
    let comment = batch.some_text("Comment").filter(|it| !it.is_empty());
    Ok(json!({"ChangeInfo": change::begin(call, comment)}))
}

fn write(call: &mut Call<'_>, zone: &str, changed: BTreeMap<String, Option<Value>>) {
    let (mut more, mut names) = (0_i64, Vec::new());
    for (key, record) in changed {
        more -= i64::from(call.table_mut::<RecordSet>().remove(&key).is_some());
        if let Some(view) = record {
            if view.text("Type") == "CNAME" {
                names.push(view.text("Name").to_owned());
            }
            more += 1;
            call.insert(key, RecordSet { view });
        }
    }
    if let Ok(mut zone) = hosted_zone::named_mut(call, zone) {
        let count = zone.view.int("ResourceRecordSetCount").unwrap_or_default();
        zone.view["ResourceRecordSetCount"] = (count + more).into();
    }
    for name in names {
        acm::record_stands(call, &name);
    }
}

/// A zone as it would be.
struct Draft<'d, 'w> {
    call: &'d Call<'w>,
    zone: &'d str,
    name: &'d str,
    /// Record sets by id: new ones, or gone.
    changed: BTreeMap<String, Option<Value>>,
}

impl Draft<'_, '_> {
    fn get(&self, key: &str) -> Option<&Value> {
        match self.changed.get(key) {
            Some(changed) => changed.as_ref(),
            None => self.call.get::<RecordSet>(key).map(|it| &it.view),
        }
    }

    /// All record sets of a name.
    fn of_name(&self, name: &str) -> Vec<&Value> {
        let within = format!("{} {} ", self.zone, name::reversed(name));
        let table = self.call.table::<RecordSet>().from(&within);
        let kept = table
            .take_while(|(key, _)| key.starts_with(&within))
            .filter(|(key, _)| !self.changed.contains_key(*key))
            .map(|(_, record)| &record.view);
        let new = self.changed.range(within.clone()..);
        let new = new.take_while(|(key, _)| key.starts_with(&within));
        kept.chain(new.filter_map(|(_, record)| record.as_ref()))
            .collect()
    }

    fn take(&mut self, action: &str, record: Value) -> Result<(), String> {
        let key = record_set::key(self.zone, &record);
        let what = described(&record);
        match action {
            "DELETE" => {
                let Some(there) = self.get(&key) else {
                    return Err(format!("Tried to delete {what} but it was not found"));
                };
                // You must specify the same values; see API_Change.
                if !same(there, &record) {
                    return Err(format!(
                        "Tried to delete {what} but the values provided do not match the current \
                         values"
                    ));
                }
                if record_set::is_own(&record, self.name) {
                    return Err(match record.text("Type") {
                        "SOA" => "A HostedZone must contain exactly one SOA record.".to_owned(),
                        _ => {
                            "A HostedZone must contain at least one NS record for the zone itself."
                                .to_owned()
                        }
                    });
                }
                self.changed.insert(key, None);
            }
            _ => {
                if let Some(problem) = record_shape::problem(&record, self.name) {
                    return Err(problem);
                }
                if action == "CREATE" && self.get(&key).is_some() {
                    return Err(format!("Tried to create {what} but it already exists"));
                }
                self.changed.insert(key, Some(record));
            }
        }
        Ok(())
    }

    /// What is wrong in the whole after all changes.
    fn look_over(&self) -> Vec<String> {
        let new = self.changed.values().flatten();
        let mut problems: Vec<String> = new.filter_map(|it| self.conflict(it)).collect();
        problems.dedup();
        problems
    }

    fn conflict(&self, record: &Value) -> Option<String> {
        let (name, kind) = (record.text("Name"), record.text("Type"));
        let others = self.of_name(name);
        // You can't create other records that have the same name as the CNAME; see "CNAME record
        // type".
        let mut kinds = others.iter().map(|other| other.text("Type"));
        if kinds.any(|other| other != kind && (kind == "CNAME" || other == "CNAME")) {
            return Some(format!(
                "RRSet of type {kind} with DNS name {name} is not permitted as it conflicts with \
                 other records with the same DNS name in zone {}",
                self.name
            ));
        }
        let set = record.some_text("SetIdentifier");
        let mixed = others.iter().any(|other| {
            other.text("Type") == kind
                && other.some_text("SetIdentifier").is_none() != set.is_none()
        });
        if mixed {
            return Some(format!(
                "RRSet with DNS name {name}, type {kind}, SetIdentifier {} cannot be created as \
                 other RRSets exist with the same name and type.",
                set.unwrap_or("null")
            ));
        }
        self.alias(record)
    }

    /// An alias to a record of a zone of one's own.
    fn alias(&self, record: &Value) -> Option<String> {
        let alias = record.at("AliasTarget")?;
        let zone = common::bare(alias.text("HostedZoneId"));
        let there = hosted_zone::named(self.call, zone).ok()?;
        let (target, kind) = (alias.text("DNSName"), record.text("Type"));
        if !name::is_in(target, there.view.text("Name")) {
            return Some(record_shape::outside(record));
        }
        // "must be the same type", and in the same zone, "Choosing between alias and non-alias
        // records".
        let found = zone == self.zone
            && self
                .of_name(target)
                .iter()
                .any(|it| it.text("Type") == kind);
        (!found).then(|| {
            format!(
                "Tried to create an alias that targets {target}, type {kind} in zone {zone}, but \
                 that target was not found"
            )
        })
    }
}

fn described(record: &Value) -> String {
    let set = record.some_text("SetIdentifier");
    let set = set
        .map(|set| format!(", set-identifier='{set}'"))
        .unwrap_or_default();
    format!(
        "resource record set [name='{}', type='{}'{set}]",
        record.text("Name"),
        record.text("Type")
    )
}

/// Whether two record sets say the same, in whatever order.
fn same(one: &Value, other: &Value) -> bool {
    let sorted = |record: &Value| {
        let mut record = record.clone();
        if let Some(Value::Array(values)) = record.get_mut("ResourceRecords") {
            values.sort_by(|one, other| one.text("Value").cmp(other.text("Value")));
        }
        record
    };
    sorted(one) == sorted(other)
}

#[cfg(test)]
mod tests;
