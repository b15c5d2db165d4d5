//! Taking secrets out of what AWS answers: its messages repeat the values that they complain of.

use std::collections::BTreeSet;

use jeancloud_model::catalogue;
use serde_json::Value as Json;

use crate::{plan::Action, provider::ProviderError};

/// Shorter values are not taken out: they are no secrets, and stand in any text.
const SHORTEST: usize = 4;

/// An error without the values of the action that must not be shown.
pub(super) fn error(action: &Action, mut error: ProviderError) -> ProviderError {
    let secrets = secrets(action);
    error.message = without(&secrets, error.message);
    error.hint = error.hint.map(|hint| without(&secrets, hint));
    error
}

/// A text without the values of the action that must not be shown.
pub(super) fn text(action: &Action, text: String) -> String {
    without(&secrets(action), text)
}

fn without(secrets: &BTreeSet<String>, mut text: String) -> String {
    for secret in secrets {
        text = text.replace(secret, "(sensitive)");
    }
    text
}

fn secrets(action: &Action) -> BTreeSet<String> {
    let mut types = catalogue::types().iter();
    let info = types.find(|info| info.type_name == action.type_name);
    let work = &action.work;
    let mut secrets = BTreeSet::new();
    for path in info.map_or(&[][..], |info| info.facts.sensitive) {
        let path: Vec<&str> = path.split('/').collect();
        for properties in [&work.properties, &work.declared, &work.before] {
            collect(properties, &path, &mut secrets);
        }
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
        let mut found = BTreeSet::new();
        let users = json!({"Users": [{"Key": "hunter2", "Name": "anne"}, {"Key": {"$text": ["swordfish"]}}, {"Key": "abc"}]});
        collect(&users, &["Users", "*", "Key"], &mut found);
        assert_eq!(found.iter().collect::<Vec<_>>(), ["hunter2", "swordfish"]);
        let message = without(&found, "hunter2 is no swordfish, anne".to_owned());
        assert_eq!(message, "(sensitive) is no (sensitive), anne");
    }
}
