//! What a case's versions try of its type: which properties they set, change and clear in place.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{
    Address, Facts, Verdict,
    catalogue::{self, TypeInfo},
    shape::{Path, Shape},
};
use jeancloud_stack::Stack;
use serde_json::Value as Json;

use super::case::{Case, Version};

/// What is done to a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// It was not there, and is then.
    Set,
    /// It has another value.
    Change,
    /// It was there, and goes back to AWS's default.
    Clear,
}

/// Steps by property, as `DistributionConfig/Origins/*/OriginPath`.
pub type Steps = BTreeSet<(String, Step)>;

/// Every step that AWS can take in place, of a case's type.
pub fn possible(case: &Case) -> Steps {
    let info = info(case.type_name);
    let mut steps = Steps::new();
    for path in info.paths() {
        if info.facts.verdict(&path.pattern) == Verdict::Replaces {
            continue;
        }
        if path.is_leaf {
            steps.insert((path.pattern.clone(), Step::Change));
        }
        if path.optional && !path.has_default {
            steps.insert((path.pattern.clone(), Step::Set));
            if goes_back(&info.facts, &path) {
                steps.insert((path.pattern.clone(), Step::Clear));
            }
        }
    }
    steps
}

/// Whether a removed property goes anywhere: to a documented default, or with the list that holds
/// it, which AWS takes whole. Otherwise it stays, and the plan says so.
fn goes_back(facts: &Facts, path: &Path) -> bool {
    let pattern = path.pattern.as_str();
    let is_tags = matches!(pattern, "Tags" | "HostedZoneTags");
    let has_default = facts.defaults.iter().any(|(at, _)| *at == pattern);
    is_tags || has_default || pattern.contains("/*/")
}

/// Every step that the case's versions take, one after the other.
pub fn taken(case: &Case) -> Steps {
    let shape = (info(case.type_name).shape)();
    let versions = [case.base].into_iter();
    let versions = versions.chain(case.updates.iter().map(|(_, version)| *version));
    let values: Vec<Values> = versions
        .map(|version| values(&shape, &declared(case, version)))
        .collect();
    let mut steps = Steps::new();
    for pair in values.windows(2) {
        compare(&pair[0], &pair[1], &mut steps);
    }
    steps
}

/// That properties have the shape of their type.
///
/// # Panics
/// Where they have not.
pub fn expect_shape(type_name: &str, properties: &Json) {
    let shape = (info(type_name).shape)();
    let _ = values(&shape, properties);
}

/// All values that stand at a place.
type Values = BTreeMap<String, Vec<Json>>;

fn compare(before: &Values, after: &Values, steps: &mut Steps) {
    for (path, value) in after {
        match before.get(path) {
            None => steps.insert((path.clone(), Step::Set)),
            Some(before) if before != value => steps.insert((path.clone(), Step::Change)),
            Some(_) => false,
        };
    }
    let gone = before.keys().filter(|path| !after.contains_key(*path));
    for path in gone.filter(|path| parent(path).is_none_or(|parent| after.contains_key(parent))) {
        steps.insert((path.clone(), Step::Clear));
    }
}

fn parent(path: &str) -> Option<&str> {
    let (parent, _) = path.rsplit_once('/')?;
    Some(parent.strip_suffix("/*").unwrap_or(parent))
}

fn values(shape: &Shape, properties: &Json) -> Values {
    let mut values = Values::new();
    collect(shape, properties, "", &mut values);
    for all in values.values_mut() {
        all.sort_by_key(Json::to_string);
    }
    values
}

fn collect(shape: &Shape, value: &Json, at: &str, values: &mut Values) {
    if !at.is_empty() && !at.ends_with("/*") {
        let here = values.entry(at.to_owned()).or_default();
        here.push(value.clone());
    }
    match (shape, value) {
        (Shape::Value, _) => {}
        (Shape::Object(members), Json::Object(properties)) => {
            for (name, value) in properties {
                let inside = match at {
                    "" => name.clone(),
                    at => format!("{at}/{name}"),
                };
                let member = members.iter().find(|member| member.name == name);
                let member = member.unwrap_or_else(|| panic!("no {inside} in the type's shape"));
                collect(&member.shape, value, &inside, values);
            }
        }
        // Settings of a keyed list stand under their keys.
        (Shape::Object(_), Json::Array(settings)) => {
            let pair = |setting: &Json| {
                let key = setting["Key"].as_str()?.to_owned();
                Some((key, setting["Value"].clone()))
            };
            let settings = settings.iter().filter_map(pair).collect();
            values.get_mut(at).map(Vec::pop);
            collect(shape, &Json::Object(settings), at, values);
        }
        (Shape::List(inner), Json::Array(items)) => {
            for item in items {
                collect(inner, item, &format!("{at}/*"), values);
            }
        }
        (Shape::Map(inner), Json::Object(items)) => {
            for item in items.values() {
                collect(inner, item, &format!("{at}/*"), values);
            }
        }
        (shape, value) => panic!("{at}: {value} is none of {shape:?}"),
    }
}

fn declared(case: &Case, version: Version) -> Json {
    let stack = Stack::new("conformance");
    version(&stack);
    let view = stack.view();
    let declaration = view.get(Address::new(case.address));
    let declaration = declaration.unwrap_or_else(|| panic!("no version without {}", case.address));
    declaration.properties.clone()
}

fn info(type_name: &str) -> &'static TypeInfo {
    let mut types = catalogue::types().iter();
    let info = types.find(|info| info.type_name == type_name);
    info.unwrap_or_else(|| panic!("{type_name} is no type"))
}
