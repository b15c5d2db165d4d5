//! Every property of every type is walked, nested ones too: what we say of a change (in place,
//! replaces, conditional) is what CloudFormation's published schemas say.
//!
//! The properties are those of the types themselves ([`TypeInfo::paths`]), so that a new one is
//! walked at once. An answer of our own stands in `reference/exceptions.json` under `change`, with
//! its reason and an AWS document; one that is not needed fails.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use jeancloud_model::{
    Verdict,
    catalogue::{self, TypeInfo},
};
use serde_json::{Value as Json, json};

type Names = BTreeMap<String, Vec<String>>;
type Reasons = BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>;

fn reference<T: serde::de::DeserializeOwned>(file: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("reference")
        .join(file);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn managed() -> Vec<&'static TypeInfo> {
    let types = catalogue::types().iter();
    types
        .filter(|info| info.type_name.starts_with("AWS::"))
        .collect()
}

/// Whether `path` is `pattern`, or stands below it.
fn covers(pattern: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    pattern.split('/').all(|wanted| {
        parts
            .next()
            .is_some_and(|part| wanted == "*" || wanted == part)
    })
}

/// What CloudFormation says.
fn theirs(facts: &Names, path: &str) -> Verdict {
    let listed = |list: &str| facts[list].iter().any(|pattern| covers(pattern, path));
    match (listed("createOnly"), listed("conditionalCreateOnly")) {
        (true, _) => Verdict::Replaces,
        (false, true) => Verdict::Conditional,
        (false, false) => Verdict::InPlace,
    }
}

#[test]
fn every_property_changes_as_cloudformation_says_or_for_a_reason_of_its_own() {
    let facts: BTreeMap<String, Names> = reference("cloudformation-properties.json");
    let exceptions: Reasons = reference("exceptions.json");
    let mut wrong = Vec::new();
    let (mut properties, mut walked) = (0, BTreeMap::<Verdict, usize>::new());
    for info in managed() {
        let of_type = exceptions.get(info.type_name);
        let of_kind = |kind: &str| {
            of_type
                .and_then(|kinds| kinds.get(kind))
                .into_iter()
                .flatten()
        };
        let reasons: BTreeSet<&str> = of_kind("change").map(|(path, _)| path.as_str()).collect();
        let own: BTreeSet<&str> = of_kind("ours").map(|(path, _)| path.as_str()).collect();
        let mut needed = BTreeSet::new();
        properties += info.paths().len();
        for path in info.paths() {
            let path = path.pattern.as_str();
            let ours = info.facts.verdict(path);
            *walked.entry(ours).or_default() += 1;
            if own.contains(path) {
                continue; // CloudFormation doesn't have it.
            }
            let theirs = theirs(&facts[info.type_name], path);
            let reason = reasons.iter().find(|reason| covers(reason, path));
            match reason {
                Some(reason) if ours != theirs => drop(needed.insert(*reason)),
                None if ours != theirs => wrong.push(format!(
                    "{} {path}: {ours}, and {theirs} for CloudFormation",
                    info.type_name
                )),
                _ => {}
            }
        }
        for reason in reasons.difference(&needed) {
            wrong.push(format!(
                "{} {reason}: no exception is needed",
                info.type_name
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    // Nothing of it was vacuous: each answer is given, and each property has one.
    assert_eq!(walked.values().sum::<usize>(), properties);
    assert_eq!(walked.len(), 3, "{walked:?}");
    assert!(properties > 700, "only {properties} properties were walked");
    println!("{properties} of {properties} properties walked: {walked:?}");
}

#[test]
fn every_reason_names_an_aws_document() {
    let exceptions: Reasons = reference("exceptions.json");
    let reasons = exceptions.values().filter_map(|kinds| kinds.get("change"));
    for (path, reason) in reasons.flatten() {
        assert!(
            reason.contains("https://docs.aws.amazon.com/") && reason.len() > 80,
            "{path}: \"{reason}\" names no document of AWS's, or no reason"
        );
    }
}

#[test]
fn the_shape_has_the_properties_of_the_type() {
    for info in catalogue::types() {
        let paths = info.paths();
        let top = paths.iter().map(|path| path.pattern.as_str());
        let top: BTreeSet<&str> = top.filter(|path| !path.contains('/')).collect();
        assert_eq!(
            top,
            info.properties.iter().copied().collect(),
            "{}",
            info.type_name
        );
    }
}

#[test]
fn facts_name_places_that_the_type_has() {
    let mut wrong = Vec::new();
    for info in managed() {
        let facts = &info.facts;
        let patterns = (facts.create_only.iter())
            .chain(facts.unordered)
            .chain(facts.write_only)
            .chain(facts.told_if_known)
            .chain(facts.sensitive)
            .copied()
            .chain(facts.moved_by_aws.iter().map(|moved| moved.property))
            .chain(facts.conditional.iter().map(|condition| condition.property))
            .chain(facts.keyed.iter().map(|(path, _)| *path))
            .chain(facts.defaults.iter().map(|(path, _)| *path))
            .chain(facts.deletion_protection);
        let paths = info.paths();
        for pattern in patterns {
            // What stands inside of a document that AWS takes whole is below a leaf.
            let there = |path: &str, is_leaf| path == pattern || is_leaf && covers(path, pattern);
            if !paths.iter().any(|path| there(&path.pattern, path.is_leaf)) {
                wrong.push(format!("{}: {pattern} is no place in it", info.type_name));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Where a property that the author removed goes.
fn goes_back(info: &TypeInfo, path: &str) -> bool {
    let is_tags = matches!(path, "Tags" | "HostedZoneTags");
    // AWS takes a list whole: what a member of it no longer says is gone.
    let in_list = path.contains("/*/");
    let mut defaults = info.facts.defaults.iter();
    is_tags || in_list || defaults.any(|(at, _)| covers(path, at))
}

#[test]
fn a_property_that_can_be_removed_goes_back_to_awss_default_or_stays_for_a_reason() {
    let staying: BTreeMap<String, BTreeMap<String, String>> = reference("staying.json");
    let mut wrong = Vec::new();
    for info in managed() {
        let reasons = staying.get(info.type_name);
        let mut needed = BTreeSet::new();
        for path in info.paths() {
            let place = path.pattern.as_str();
            let can_be_removed = path.optional
                && !path.has_default
                && info.facts.verdict(place) != Verdict::Replaces;
            if !can_be_removed || goes_back(info, place) {
                continue;
            }
            let reason = reasons
                .into_iter()
                .flatten()
                .find(|(at, _)| covers(at, place));
            match reason {
                Some((at, reason)) => {
                    let says = reason.contains("https://docs.aws.amazon.com/");
                    assert!(says, "{place}: \"{reason}\" names no document of AWS's");
                    needed.insert(at.as_str());
                }
                None => wrong.push(format!(
                    "{} {place} has neither a default nor a reason in staying.json",
                    info.type_name
                )),
            }
        }
        let stale = reasons.into_iter().flatten();
        for (at, _) in stale.filter(|(at, _)| !needed.contains(at.as_str())) {
            wrong.push(format!("{} {at}: no reason is needed", info.type_name));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// For each condition: changes in place, and changes that replace.
fn conditions() -> Vec<(&'static str, &'static str, Json, Json, bool)> {
    const DATABASE: &str = "AWS::RDS::DBInstance";
    let vpc = json!([{"VPCId": "vpc-1", "VPCRegion": "eu-west-3"}]);
    let other = json!([{"VPCId": "vpc-2", "VPCRegion": "eu-west-3"}]);
    vec![
        (
            "AWS::EC2::VPC",
            "InstanceTenancy",
            json!("dedicated"),
            json!("default"),
            false,
        ),
        (
            "AWS::EC2::VPC",
            "InstanceTenancy",
            json!("default"),
            json!("dedicated"),
            true,
        ),
        (
            "AWS::ECS::Service",
            "LaunchType",
            json!(null),
            json!("FARGATE"),
            false,
        ),
        (
            "AWS::ECS::Service",
            "LaunchType",
            json!("FARGATE"),
            json!("EC2"),
            true,
        ),
        (DATABASE, "AllocatedStorage", json!(20), json!(40), false),
        (
            DATABASE,
            "AllocatedStorage",
            json!(20),
            json!({"$output": ["a", "b"]}),
            false,
        ),
        (DATABASE, "AllocatedStorage", json!(40), json!(20), true),
        (DATABASE, "EngineVersion", json!("16.4"), json!("17"), false),
        (DATABASE, "EngineVersion", json!("16.4"), json!("16"), false),
        (
            DATABASE,
            "EngineVersion",
            json!("8.0.9"),
            json!("8.0.40"),
            false,
        ),
        (
            DATABASE,
            "EngineVersion",
            json!("16.10"),
            json!("16.9"),
            true,
        ),
        (DATABASE, "EngineVersion", json!("17.1"), json!("16"), true),
        (
            DATABASE,
            "MasterUserSecret/KmsKeyId",
            json!(null),
            json!("a"),
            false,
        ),
        (
            DATABASE,
            "MasterUserSecret/KmsKeyId",
            json!("a"),
            json!("b"),
            true,
        ),
        (
            DATABASE,
            "PerformanceInsightsKMSKeyId",
            json!(null),
            json!("a"),
            false,
        ),
        (
            DATABASE,
            "PerformanceInsightsKMSKeyId",
            json!("a"),
            json!("b"),
            true,
        ),
        (
            "AWS::Route53::HostedZone",
            "VPCs",
            vpc.clone(),
            other,
            false,
        ),
        (
            "AWS::Route53::HostedZone",
            "VPCs",
            vpc.clone(),
            json!([]),
            true,
        ),
        ("AWS::Route53::HostedZone", "VPCs", json!(null), vpc, true),
    ]
}

#[test]
fn a_condition_decides_from_both_values() {
    for (type_name, property, before, after, replaces) in conditions() {
        let mut types = catalogue::types().iter();
        let info = types.find(|info| info.type_name == type_name).unwrap();
        let path: Vec<&str> = property.split('/').collect();
        let told = info.facts.replaces(&path, &before, &after);
        assert_eq!(
            told, replaces,
            "{type_name} {property}: {before} to {after}"
        );
    }
}

#[test]
fn every_condition_has_examples_of_both_answers() {
    let examples = conditions();
    for info in managed() {
        for condition in info.facts.conditional {
            let answers: BTreeSet<bool> = examples
                .iter()
                .filter(|(of, property, ..)| {
                    (*of, *property) == (info.type_name, condition.property)
                })
                .map(|(.., replaces)| *replaces)
                .collect();
            assert_eq!(
                answers.len(),
                2,
                "{} {}",
                info.type_name,
                condition.property
            );
            assert!(
                condition
                    .document
                    .starts_with("https://docs.aws.amazon.com/")
            );
        }
    }
}
