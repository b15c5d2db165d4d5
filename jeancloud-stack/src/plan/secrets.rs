//! The texts among properties that must not be shown.

use std::collections::BTreeSet;

use jeancloud_model::Facts;
use serde_json::Value as Json;

/// Shorter ones are left out: they are no secrets, and stand in any text.
const SHORTEST: usize = 4;

/// Every text in these properties of a type that must not be shown.
pub(crate) fn secrets_in(facts: &Facts, properties: &Json) -> BTreeSet<String> {
    let mut secrets = BTreeSet::new();
    for path in facts.sensitive {
        let path: Vec<&str> = path.split('/').collect();
        collect(properties, &path, &mut secrets);
    }
    secrets
}

/// Every text at `path` or below it, where `*` is any member.
fn collect(value: &Json, path: &[&str], found: &mut BTreeSet<String>) {
    let all = path.first().is_none_or(|first| *first == "*");
    let rest = path.get(1..).unwrap_or_default();
    match value {
        Json::String(text) if path.is_empty() && text.len() >= SHORTEST => {
            found.insert(text.clone());
        }
        Json::Array(items) if all => items.iter().for_each(|item| collect(item, rest, found)),
        Json::Object(members) if all => {
            members.values().for_each(|item| collect(item, rest, found));
        }
        Json::Object(members) => {
            if let Some(member) = path.first().and_then(|name| members.get(*name)) {
                collect(member, rest, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_text_below_a_path_is_found() {
        const FACTS: Facts = Facts {
            sensitive: &["Users/*/Key"],
            ..Facts::DEFAULT
        };
        let users = json!({"Users": [{"Key": "hunter2", "Name": "anne"}, {"Key": {"$text": ["swordfish"]}}, {"Key": "abc"}]});
        let found = secrets_in(&FACTS, &users);
        assert_eq!(found.iter().collect::<Vec<_>>(), ["hunter2", "swordfish"]);
    }
}
