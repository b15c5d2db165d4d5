//! What a plan shows of a change: each property before and after, without what must not be seen.

use serde_json::Value as Json;

use super::{PropertyChange, diff::Difference, json, replace};
use crate::Declaration;

/// The changes of a creation: every property from nothing.
pub(super) fn creation(declaration: &Declaration, properties: &Json) -> Vec<PropertyChange> {
    let mut differences = Vec::new();
    for (name, value) in properties.as_object().into_iter().flatten() {
        if json::is_tags(name) {
            for tag in value.as_array().into_iter().flatten() {
                let key = tag.get("Key").and_then(Json::as_str).unwrap_or_default();
                let value = tag.get("Value").cloned().unwrap_or(Json::Null);
                let path = vec![name.clone(), key.to_owned()];
                differences.push(Difference {
                    path,
                    before: Json::Null,
                    after: value,
                });
            }
        } else {
            differences.push(Difference {
                path: vec![name.clone()],
                before: Json::Null,
                after: value.clone(),
            });
        }
    }
    let mut changes = changes(declaration, &differences);
    for change in &mut changes {
        change.forces_replacement = false;
    }
    changes
}

/// The changes that a plan shows of these differences.
pub(super) fn changes(
    declaration: &Declaration,
    differences: &[Difference],
) -> Vec<PropertyChange> {
    let change = |difference: &Difference| {
        let sensitive = declaration.facts.sensitive.iter();
        let mut hide = sensitive.filter(|pattern| json::at_or_below(pattern, &difference.path));
        let hidden = hide.next().is_some();
        let value = |value: &Json| match value {
            Json::Null => Json::Null,
            _ if hidden => serde_json::json!({"sensitive": true}),
            value => mask_inside(declaration, &difference.path, value),
        };
        PropertyChange {
            path: difference.pointer(),
            before: value(&difference.before),
            after: value(&difference.after),
            forces_replacement: replace::is_forced(declaration, difference),
            drifted: false,
        }
    };
    differences.iter().map(change).collect()
}

/// Hides what is sensitive further down in a value.
fn mask_inside(declaration: &Declaration, path: &[String], value: &Json) -> Json {
    let mut masked = value.clone();
    for pattern in declaration.facts.sensitive {
        let parts: Vec<&str> = pattern.split('/').collect();
        let prefix_fits = parts.len() > path.len()
            && path
                .iter()
                .zip(&parts)
                .all(|(part, wanted)| *wanted == "*" || wanted == part);
        if prefix_fits {
            mask(&mut masked, &parts[path.len()..]);
        }
    }
    masked
}

/// Hides what stands at `path`, where `*` is any member.
pub(crate) fn mask(value: &mut Json, path: &[&str]) {
    let Some((first, rest)) = path.split_first() else {
        *value = serde_json::json!({"sensitive": true});
        return;
    };
    match value {
        Json::Object(map) if *first == "*" => map.values_mut().for_each(|inner| mask(inner, rest)),
        Json::Object(map) => {
            if let Some(inner) = map.get_mut(*first) {
                mask(inner, rest);
            }
        }
        Json::Array(items) if *first == "*" => items.iter_mut().for_each(|inner| mask(inner, rest)),
        _ => {}
    }
}
