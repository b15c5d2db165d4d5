//! Holds every resource type against what CloudFormation says of it.
//!
//! `reference/cloudformation-properties.json` is CloudFormation's word, `reference/not-modelled/`
//! says why a property is left out, and `reference/exceptions.json` why a type differs: `ours` for
//! names that CloudFormation doesn't have. Every reason must be needed. (Its `change` is the business
//! of tests/walk.rs.)

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use jeancloud_model::{
    ResourceKind,
    catalogue::{self, TypeInfo},
};
use serde::de::DeserializeOwned;

/// CloudFormation's lists of names for a type: `properties`, `readOnly`, `createOnly`, ….
type TypeFacts = BTreeMap<String, Vec<String>>;
type Reasons = BTreeMap<String, String>;

struct Reference {
    facts: BTreeMap<String, TypeFacts>,
    not_modelled: BTreeMap<String, Reasons>,
    exceptions: BTreeMap<String, BTreeMap<String, Reasons>>,
}

impl Reference {
    fn load() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("reference");
        let mut not_modelled = BTreeMap::new();
        for entry in fs::read_dir(folder.join("not-modelled")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let of_a_service: BTreeMap<String, Reasons> = read(&path);
            for (type_name, reasons) in of_a_service {
                let twice = not_modelled.insert(type_name.clone(), reasons);
                assert!(
                    twice.is_none(),
                    "{type_name} is in two files of not-modelled/"
                );
            }
        }
        Self {
            facts: read(&folder.join("cloudformation-properties.json")),
            not_modelled,
            exceptions: read(&folder.join("exceptions.json")),
        }
    }

    fn facts(&self, info: &TypeInfo, list: &str) -> BTreeSet<&str> {
        let of_type = self.facts.get(info.type_name);
        let names = of_type.and_then(|facts| facts.get(list));
        names.into_iter().flatten().map(String::as_str).collect()
    }

    fn exceptions(&self, info: &TypeInfo, kind: &str) -> BTreeSet<&str> {
        let of_type = self.exceptions.get(info.type_name);
        let reasons = of_type.and_then(|kinds| kinds.get(kind));
        reasons
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect()
    }

    fn not_modelled(&self, info: &TypeInfo) -> BTreeSet<&str> {
        let reasons = self.not_modelled.get(info.type_name);
        reasons
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect()
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> T {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The property that a path begins with: `A` of `A/*/B` and of `A.B`.
fn head(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap_or(path)
}

/// What outputs of one family have in common: `Record` of `Record0.Name` and `Record1.Name`.
fn family(output: &str) -> &str {
    head(output).trim_end_matches(|letter: char| letter.is_ascii_digit())
}

fn outputs(info: &TypeInfo) -> impl Iterator<Item = &'static str> {
    [info.id]
        .into_iter()
        .chain(info.facts.outputs.iter().copied())
}

/// The types that CloudFormation has as well.
fn cloudformations() -> impl Iterator<Item = &'static TypeInfo> {
    let types = catalogue::types().iter();
    types.filter(|info| info.type_name.starts_with("AWS::"))
}

/// Runs `check` on every type of CloudFormation's and fails with everything that it found.
fn expect_nothing(check: impl Fn(&Reference, &TypeInfo, &mut dyn FnMut(String))) {
    let reference = Reference::load();
    let mut found = Vec::new();
    for info in cloudformations() {
        check(&reference, info, &mut |what| {
            found.push(format!("{}: {what}", info.type_name));
        });
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn a_type_is_cloudformations() {
    expect_nothing(|reference, info, found| {
        if !reference.facts.contains_key(info.type_name) {
            found("is not in reference/cloudformation-properties.json".into());
        }
    });
}

#[test]
fn a_type_stands_in_the_catalogue_once() {
    let mut names = BTreeSet::new();
    for info in catalogue::types() {
        assert!(
            names.insert(info.type_name),
            "{} is there twice",
            info.type_name
        );
    }
}

#[test]
fn a_name_says_what_a_type_is() {
    for info in catalogue::types() {
        let name = info.type_name;
        let fits = match info.kind {
            ResourceKind::Lookup => name.starts_with("Lookup::"),
            ResourceKind::Managed => name.starts_with("AWS::") || name.starts_with("Wait::"),
        };
        assert!(fits, "{name} is {:?}", info.kind);
    }
}

#[test]
fn properties_are_ones_that_an_author_can_set() {
    expect_nothing(|reference, info, found| {
        let all = reference.facts(info, "properties");
        let read_only = reference.facts(info, "readOnly");
        let ours = reference.exceptions(info, "ours");
        for property in info.properties {
            let writable = all.contains(property) && !read_only.contains(property);
            match (writable, ours.contains(property)) {
                (false, false) => found(format!("{property} is no property that can be set")),
                (true, true) => found(format!("{property} is CloudFormation's, no exception")),
                _ => {}
            }
        }
    });
}

#[test]
fn a_property_left_out_has_a_reason() {
    expect_nothing(|reference, info, found| {
        let read_only = reference.facts(info, "readOnly");
        let reasons = reference.not_modelled(info);
        for property in reference.facts(info, "properties") {
            let modelled = info.properties.contains(&property) || read_only.contains(property);
            if !modelled && !reasons.contains(property) {
                found(format!(
                    "{property} is neither modelled nor in reference/not-modelled/"
                ));
            }
        }
    });
}

#[test]
fn no_reason_is_stale() {
    expect_nothing(|reference, info, found| {
        let all = reference.facts(info, "properties");
        let read_only = reference.facts(info, "readOnly");
        for property in reference.not_modelled(info) {
            let writable = all.contains(property) && !read_only.contains(property);
            if !writable || info.properties.contains(&property) {
                found(format!(
                    "{property} needs no reason in reference/not-modelled/"
                ));
            }
        }
        for exception in reference.exceptions(info, "ours") {
            let is_output = outputs(info).any(|output| family(output) == exception);
            if !info.properties.contains(&exception) && !is_output {
                found(format!(
                    "{exception} needs no reason in reference/exceptions.json"
                ));
            }
        }
    });
    let reference = Reference::load();
    let known: BTreeSet<&str> = cloudformations().map(|info| info.type_name).collect();
    let named = reference
        .not_modelled
        .keys()
        .chain(reference.exceptions.keys());
    for type_name in named {
        assert!(
            known.contains(type_name.as_str()),
            "reasons for an unknown type {type_name}"
        );
    }
}

#[test]
fn every_reason_says_something() {
    let reference = Reference::load();
    let left_out = reference.not_modelled.values();
    let exceptions = reference.exceptions.values().flat_map(BTreeMap::values);
    for (property, reason) in left_out.chain(exceptions).flatten() {
        assert!(
            reason.trim().len() > 10,
            "{property}: \"{reason}\" is no reason"
        );
    }
}

#[test]
fn a_name_is_made_of_properties_of_its_type() {
    expect_nothing(|_, info, found| {
        let unique = info.facts.name.iter();
        let names = unique.flat_map(|unique| [&[unique.property], unique.within].concat());
        for path in names.filter(|path| !info.properties.contains(&head(path))) {
            found(format!(
                "its name is made of {path}, which is no property of it"
            ));
        }
    });
}

/// What AWS never tells and the state never keeps could be compared with nothing.
#[test]
fn what_must_not_be_kept_is_told_by_aws() {
    expect_nothing(|_, info, found| {
        let facts = &info.facts;
        for path in facts.sensitive {
            if facts.write_only.iter().any(|other| path.starts_with(other)) {
                found(format!("{path} is sensitive, and AWS never tells it"));
            }
        }
    });
}

/// Where it is taken out of the program, the default counts.
#[test]
fn what_says_how_it_is_deleted_is_never_told_and_has_a_default() {
    expect_nothing(|_, info, found| {
        let facts = &info.facts;
        for property in facts.on_delete {
            if !facts.write_only.contains(property) {
                found(format!("{property} is told by AWS"));
            }
            if !facts.defaults.iter().any(|(name, _)| name == property) {
                found(format!("{property} has no default"));
            }
        }
    });
}

#[test]
fn defaults_are_json() {
    expect_nothing(|_, info, found| {
        for (path, default) in info.facts.defaults {
            if let Err(error) = serde_json::from_str::<serde_json::Value>(default) {
                found(format!("the default of {path}, {default}: {error}"));
            }
        }
    });
}

#[test]
fn outputs_are_attributes_that_cloudformation_knows() {
    expect_nothing(|reference, info, found| {
        let all = reference.facts(info, "properties");
        let ours = reference.exceptions(info, "ours");
        for output in outputs(info) {
            if !all.contains(head(output)) && !ours.contains(family(output)) {
                found(format!("{output} is no attribute of it"));
            }
        }
    });
}
