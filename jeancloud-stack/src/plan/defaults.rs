//! What an update sends of properties that the author removed: AWS's documented defaults.

use jeancloud_model::Facts;
use serde_json::{Map, Value as Json};

use super::{
    diff::Difference,
    json::{get, is_at},
};

/// Puts the defaults of removed properties into the properties that an update sends; a removed
/// setting of a keyed list becomes a member of it again.
pub(super) fn with_defaults(facts: &Facts, desired: &Json, differences: &[Difference]) -> Json {
    let mut properties = desired.clone();
    for difference in differences {
        if difference.after.is_null() {
            continue;
        }
        let keyed = facts.keyed.iter().find(|(pattern, _)| {
            let above = difference.path.len().checked_sub(1);
            above.is_some_and(|above| is_at(pattern, &difference.path[..above]))
        });
        match keyed {
            Some((_, key)) => put_setting(&mut properties, difference, key),
            None if get(desired, &difference.path).is_none() => {
                let after = difference.after.clone();
                put(&mut properties, &difference.path, after);
            }
            None => {}
        }
    }
    properties
}

fn put(properties: &mut Json, path: &[String], value: Json) {
    let mut here = properties;
    for (index, part) in path.iter().enumerate() {
        let Json::Object(map) = here else { return };
        let last = index + 1 == path.len();
        here = map.entry(part.clone()).or_insert_with(|| match last {
            true => value.clone(),
            false => Json::Object(Map::new()),
        });
    }
}

fn put_setting(properties: &mut Json, difference: &Difference, key: &str) {
    let Some((name, list)) = difference.path.split_last() else {
        return;
    };
    if get(properties, list).is_none() {
        put(properties, list, Json::Array(Vec::new()));
    }
    let there = list
        .iter()
        .try_fold(properties, |here, part| here.get_mut(part));
    let Some(Json::Array(settings)) = there else {
        return;
    };
    let stands = |setting: &Json| setting.get(key).and_then(Json::as_str) == Some(name);
    if !settings.iter().any(stands) {
        settings.push(serde_json::json!({key: name, "Value": difference.after}));
    }
}
