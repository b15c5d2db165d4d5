//! Properties as JSON: paths, lists of settings, and when two values are the same to AWS.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

/// What tells the members of AWS's lists apart.
const NAMES: [&str; 9] = [
    "Sid",
    "PolicyName",
    "Name",
    "Id",
    "Key",
    "ContainerName",
    "PathPattern",
    "SourceVolume",
    "DomainName",
];

/// What a member of a list is called, where something names it: a statement by its `Sid`, a container by its
/// `Name`.
pub fn name_of(member: &Json) -> Option<&str> {
    NAMES.iter().find_map(|name| member.get(name)?.as_str())
}

/// Whether `path` is `pattern`, or stands below it; `*` stands for any part.
pub(super) fn at_or_below(pattern: &str, path: &[String]) -> bool {
    let mut parts = path.iter();
    pattern.split('/').all(|wanted| {
        parts
            .next()
            .is_some_and(|part| wanted == "*" || wanted == part)
    })
}

/// Whether `path` is `pattern`.
pub(super) fn is_at(pattern: &str, path: &[String]) -> bool {
    pattern.split('/').count() == path.len() && at_or_below(pattern, path)
}

/// `Tags`, or what a type calls them.
pub(super) fn is_tags(property: &str) -> bool {
    matches!(property, "Tags" | "HostedZoneTags")
}

/// A list of `{Key, Value}`-like settings as an object; a setting of two members stands as its
/// value, a larger one as the rest of itself.
pub(super) fn by_key(list: &Json, key: &str) -> Map<String, Json> {
    let mut map = BTreeMap::new();
    for item in list.as_array().into_iter().flatten() {
        let Some(name) = item.get(key).and_then(Json::as_str) else {
            continue;
        };
        let mut rest = item.as_object().cloned().unwrap_or_default();
        rest.remove(key);
        let value = match rest.len() {
            1 => rest
                .into_iter()
                .next()
                .map_or(Json::Null, |(_, value)| value),
            _ => Json::Object(rest),
        };
        map.insert(name.to_owned(), value);
    }
    map.into_iter().collect()
}

/// Equal, or the same number or truth spelt as text.
pub(super) fn same_scalar(one: &Json, other: &Json) -> bool {
    let text = |value: &Json| match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(
            number
                .as_f64()
                .map_or_else(|| number.to_string(), |n| n.to_string()),
        ),
        Json::Bool(truth) => Some(truth.to_string()),
        _ => None,
    };
    one == other || text(one).is_some_and(|one| text(other) == Some(one))
}

/// Whether the members of two lists are the same ones by their place: none has another name than
/// its partner.
pub(super) fn are_partners(one: &[Json], other: &[Json]) -> bool {
    let name = |member: &Json| {
        let mut names = ["Sid", "Name", "Id"].iter();
        names.find_map(|name| Some(member.get(name)?.as_str()?.to_owned()))
    };
    let alike = |(one, other)| match (name(one), name(other)) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    one.len() == other.len() && one.iter().zip(other).all(alike)
}

/// What stands in the state for a value that must not be kept: nothing can be compared with it.
pub(super) fn is_masked(value: &Json) -> bool {
    value.get("sensitive") == Some(&Json::Bool(true))
}

/// Null, or nothing inside.
pub(super) fn is_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Array(items) => items.is_empty(),
        Json::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// What stands at `path`.
pub(super) fn get<'j>(value: &'j Json, path: &[String]) -> Option<&'j Json> {
    path.iter().try_fold(value, |here, part| match here {
        Json::Object(map) => map.get(part),
        Json::Array(items) => items.get(part.parse::<usize>().ok()?),
        _ => None,
    })
}
