//! What an AWS has after many changes, held against what one has in which the same was made at once.

use std::collections::BTreeMap;

use jeancloud::prelude::*;
use jeancloud_emulator::{Emulator, Item};
use jeancloud_model::ResourceKind;
use jeancloud_stack::{engine, provider::Observed, state::State};
use serde_json::Value as Json;

use super::{listed, program::Program};
use crate::{
    harness::{Cloud, On},
    system::{inventory, life::Life},
};

/// What was found of each address without a state.
pub(super) type Found = BTreeMap<Address, Observed>;

/// That AWS has what it has where the program is applied in an empty account, and that everything is found
/// again without the state, once. Of moto, which shows no inventory, that what it lists is the stack's.
pub(super) async fn expect_as_made_at_once(life: &Life, program: &Program) -> Result<(), String> {
    let stack = program.stack();
    let found = found(life, &stack).await?;
    match life.cloud.on() {
        On::Emulator => {
            let empty = Emulator::builder().time_factor(0.0).build();
            let fresh = Life::of(Cloud::of(&empty, life.cloud.number()));
            let _ = fresh.try_apply(&stack, Default::default()).await?;
            let names = made_names(&stack, &self::found(&fresh, &stack).await?);
            let wanted = of(&fresh, &names);
            inventory::compare(&of(life, &made_names(&stack, &found)), &wanted)
        }
        On::Moto => listed::expect(life, &stack, &found).await,
    }
}

/// What is there of each declared address, asked without the state.
async fn found(life: &Life, stack: &Stack) -> Result<Found, String> {
    let (view, nothing) = (stack.view(), State::empty(stack.identity()));
    let observed = engine::survey(&view, &nothing, &*life.aws).await;
    let mut observed = observed.map_err(|error| format!("AWS can't be asked: {error:#?}"))?;
    let mut found = Found::new();
    for declaration in view.declarations() {
        let address = declaration.address;
        if declaration.kind != ResourceKind::Managed {
            continue;
        }
        match &observed.resources.remove(&address).unwrap_or_default()[..] {
            [one] => found.insert(address, one.observed.clone()),
            others => {
                return Err(format!(
                    "{address} is found {} times: {others:#?}",
                    others.len()
                ));
            }
        };
    }
    Ok(found)
}

/// What there is, without what tells apart two ways to the same stack.
fn of(life: &Life, names: &BTreeMap<String, Address>) -> Vec<String> {
    let emulator = life.cloud.emulator().expect("this is the emulator");
    let items = emulator
        .inventory()
        .into_iter()
        .filter(|item| !is_over(item));
    let items = items.map(|mut item| {
        if item.kind == BACKUPS
            && let Json::Object(members) = &mut item.view
        {
            members.retain(|name, _| !OF_THE_INSTANCE.contains(&name.as_str()));
        }
        item.view = plain(item.view, names);
        inventory::line(item)
    });
    let mut lines: Vec<String> = items.collect();
    lines.sort();
    lines
}

/// The names that jeancloud made, and whose they are. One that was made for another address, or for
/// another generation, is as good.
fn made_names(stack: &Stack, found: &Found) -> BTreeMap<String, Address> {
    let mut names = BTreeMap::new();
    for declaration in stack.declarations() {
        let unique = declaration
            .facts
            .name
            .filter(|name| name.generated.is_some());
        let (Some(unique), Some(there)) = (unique, found.get(&declaration.address)) else {
            continue;
        };
        let written = declaration.properties.get(unique.property).is_some();
        let name = there.properties.get(unique.property).and_then(Json::as_str);
        if let (false, Some(name)) = (written, name) {
            names.insert(name.to_owned(), declaration.address);
        }
    }
    names
}

/// What tells only what was done once, and not what there is.
const HISTORY: &[&str] = &[
    "ecs/service-deployment",
    "ecs/task-definition-family",
    "route53/change",
];

/// Whether it is what AWS keeps of something that was deleted, for a while or for good: names of clusters,
/// revisions and services, gateways, keys and secrets that wait for their end, copies of backups.
fn is_over(item: &Item) -> bool {
    let says = |member: &str, words: &[&str]| {
        let said = item.view.get(member).and_then(Json::as_str);
        said.is_some_and(|said| words.contains(&said))
    };
    HISTORY.contains(&item.kind.as_str())
        || says("status", &["INACTIVE"])
        || says("State", &["deleted"])
        || says("Status", &["retained"])
        || says("KeyState", &["PendingDeletion"])
        || item.view.get("DeletedDate").is_some()
}

/// Backups tell of their instance what it was like when they began; the emulator doesn't write it anew.
const BACKUPS: &str = "rds/automated-backup";

const OF_THE_INSTANCE: &[&str] = &[
    "AllocatedStorage",
    "BackupRetentionPeriod",
    "IAMDatabaseAuthenticationEnabled",
    "Iops",
    "PreferredBackupWindow",
];

/// Of a resource, what tells only what happened to it.
const EVENTS: &[&str] = &["events"];

/// A value without names that jeancloud made, generations of resources, and revisions of task definitions.
fn plain(value: Json, names: &BTreeMap<String, Address>) -> Json {
    match value {
        Json::String(text) => plain_text(&text, names).into(),
        Json::Array(list) => list.into_iter().map(|it| plain(it, names)).collect(),
        Json::Object(mut members) => {
            let is_generation = ["Key", "key", "TagKey"].iter().any(|key| {
                members.get(*key).and_then(Json::as_str) == Some("jeancloud:generation")
            });
            for (name, member) in &mut members {
                let is_value = is_generation && name.to_lowercase().ends_with("value");
                *member = match name.as_str() {
                    _ if is_value => "any".into(),
                    "jeancloud:generation" | "revision" => "any".into(),
                    _ => plain(member.take(), names),
                };
            }
            // What is empty may be told, or left out.
            members.retain(|name, member| !EVENTS.contains(&name.as_str()) && !is_empty(member));
            Json::Object(members)
        }
        other => other,
    }
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(list) => list.is_empty(),
        _ => false,
    }
}

fn plain_text(text: &str, names: &BTreeMap<String, Address>) -> String {
    let mut plain = text.to_owned();
    // The longest first: one may be the beginning of another.
    let mut by_length: Vec<_> = names.iter().collect();
    by_length.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    for (name, address) in by_length {
        plain = plain.replace(name, &format!("<{address}>"));
    }
    match plain.rsplit_once(':') {
        Some((family, revision))
            if family.contains(":task-definition/")
                && revision.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            family.to_owned()
        }
        _ => plain,
    }
}
