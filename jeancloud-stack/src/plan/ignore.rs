//! `ignore_changes`: properties that stay as AWS has them.

use jeancloud_model::Facts;
use serde_json::{Value as Json, json};

use super::{
    diff::Differences,
    json::{at_or_below, get, is_tags},
};

/// Takes out what is at or below an ignored property.
pub(super) fn leave_out(ignored: &[String], differences: &mut Differences) {
    let is_ignored = |path: &[String]| ignored.iter().any(|pattern| at_or_below(pattern, path));
    let Differences { found, staying } = differences;
    found.retain(|difference| !is_ignored(&difference.path));
    staying.retain(|path| {
        let path: Vec<String> = path.split('/').map(str::to_owned).collect();
        !is_ignored(&path)
    });
}

/// `properties` with the ignored ones as `there` has them: what it does not have is taken out.
pub(super) fn over(ignored: &[String], facts: &Facts, properties: &Json, there: &Json) -> Json {
    let mut properties = properties.clone();
    for pattern in ignored {
        let path: Vec<String> = pattern.split('/').map(str::to_owned).collect();
        take(&mut properties, there, &path, 0, facts);
    }
    properties
}

/// Makes `here`, at the first `depth` parts of `path`, have at the rest of it what `there` has.
fn take(here: &mut Json, there: &Json, path: &[String], depth: usize, facts: &Facts) {
    let Some(name) = path.get(depth) else { return };
    if let Some(key) = key(facts, &path[..depth]) {
        return take_setting(here, there, name, key);
    }
    let Json::Object(map) = here else { return };
    let inner = there.get(name);
    if depth + 1 < path.len() {
        if let Some(here) = map.get_mut(name) {
            take(here, inner.unwrap_or(&Json::Null), path, depth + 1, facts);
        } else if let Some(value) = get(there, &path[depth..]) {
            let rest = path[depth + 1..].iter().rev();
            let whole = rest.fold(value.clone(), |value, part| json!({part: value}));
            map.insert(name.clone(), whole);
        }
        return;
    }
    match inner {
        Some(value) => map.insert(name.clone(), value.clone()),
        None => map.remove(name),
    };
}

/// The same for one member of a list of settings: a tag, an attribute.
fn take_setting(here: &mut Json, there: &Json, name: &str, key: &str) {
    let Json::Array(settings) = here else { return };
    let is_it = |setting: &Json| setting.get(key).and_then(Json::as_str) == Some(name);
    settings.retain(|setting| !is_it(setting));
    let there = there.as_array().into_iter().flatten();
    settings.extend(there.filter(|setting| is_it(setting)).cloned());
}

fn key(facts: &Facts, path: &[String]) -> Option<&'static str> {
    if let [property] = path
        && is_tags(property)
    {
        return Some("Key");
    }
    let keyed = facts.keyed.iter();
    let mut keyed = keyed.filter(|(pattern, _)| super::json::is_at(pattern, path));
    keyed.next().map(|(_, key)| *key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(pattern: &str, properties: Json, there: Json) -> Json {
        over(&[pattern.to_owned()], &Facts::DEFAULT, &properties, &there)
    }

    #[test]
    fn an_ignored_property_is_as_aws_has_it() {
        let there =
            json!({"Count": 5, "Config": {"On": true}, "Tags": [{"Key": "a", "Value": "x"}]});
        let count = taken("Count", json!({"Count": 1, "Name": "n"}), there.clone());
        assert_eq!(count, json!({"Count": 5, "Name": "n"}));
        let on = taken(
            "Config/On",
            json!({"Config": {"On": false, "B": 1}}),
            there.clone(),
        );
        assert_eq!(on, json!({"Config": {"On": true, "B": 1}}));
        assert_eq!(
            taken("Config/On", json!({}), there.clone()),
            json!({"Config": {"On": true}})
        );
        assert_eq!(taken("Gone", json!({"Gone": 1}), there.clone()), json!({}));
        let tags = json!({"Tags": [{"Key": "a", "Value": "y"}, {"Key": "b", "Value": "z"}]});
        let tags = taken("Tags/a", tags, there);
        assert_eq!(
            tags,
            json!({"Tags": [{"Key": "b", "Value": "z"}, {"Key": "a", "Value": "x"}]})
        );
    }
}
