//! Rules of security groups that carry no stack's tags.
//!
//! A group reports every rule in it that doesn't carry its stack's tags. Where the stack declares such
//! a rule, it is found by what it says and gets its tags: it is no undeclared one, and is not to be
//! taken away.

use std::collections::BTreeSet;

use jeancloud_model::{
    Resource,
    ec2::{SecurityGroup, SecurityGroupEgress, SecurityGroupIngress},
};
use serde_json::Value as Json;

use crate::{
    plan::{Generation, Observations},
    state::State,
};

/// The types of rules, each with the property of a group that reports undeclared ones.
const DIRECTIONS: [(&str, &str); 2] = [
    (SecurityGroupIngress::TYPE, "SecurityGroupIngress"),
    (SecurityGroupEgress::TYPE, "SecurityGroupEgress"),
];

/// Tells apart what the groups report and what was found as a resource of its own.
pub(super) fn tell_apart(all: &mut Observations, state: &State) {
    leave_to_their_groups(all, state);
    let found: Vec<(&str, Json, Json)> = DIRECTIONS
        .into_iter()
        .flat_map(|(type_name, property)| {
            of_type(all, type_name).map(move |rule| {
                let properties = &rule.observed.properties;
                (property, properties["GroupId"].clone(), said(properties))
            })
        })
        .collect();
    let groups = all.resources.values_mut().flatten();
    for group in groups.filter(|it| it.type_name == SecurityGroup::TYPE) {
        for (property, _, rule) in found.iter().filter(|(_, id, _)| *id == group.observed.id) {
            let reported = group.observed.properties.get_mut(*property);
            if let Some(Json::Array(reported)) = reported {
                reported.retain(|one| said(one) != *rule);
            }
        }
    }
}

/// A group that a run began and did not finish loses its rules without tags when it is finished, AWS's
/// own first rule among them.
fn leave_to_their_groups(all: &mut Observations, state: &State) {
    let groups = all.resources.iter().flat_map(|(address, generations)| {
        let groups = generations
            .iter()
            .filter(|it| it.type_name == SecurityGroup::TYPE);
        groups.map(|group| (*address, group))
    });
    let unfinished: BTreeSet<String> = groups
        .filter(|(address, group)| state.begun(*address, group.number).is_some())
        .map(|(_, group)| group.observed.id.clone())
        .collect();
    let is_rule = |it: &Generation| DIRECTIONS.iter().any(|(rule, _)| it.type_name == *rule);
    let goes = |it: &Generation| {
        let group = it.observed.properties["GroupId"].as_str();
        is_rule(it)
            && it.observed.ownership.is_none()
            && group.is_some_and(|group| unfinished.contains(group))
    };
    for generations in all.resources.values_mut() {
        generations.retain(|it| !goes(it));
    }
    all.resources
        .retain(|_, generations| !generations.is_empty());
}

fn of_type<'o>(all: &'o Observations, type_name: &str) -> impl Iterator<Item = &'o Generation> {
    let generations = all.resources.values().flatten();
    generations.filter(move |it| it.type_name == type_name)
}

/// What tells a rule from the others of its group: all but its description.
fn said(rule: &Json) -> Json {
    let mut said = rule.clone();
    if let Json::Object(members) = &mut said {
        members.retain(|name, _| !matches!(name.as_str(), "GroupId" | "Description" | "Tags"));
    }
    said
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jeancloud_model::{Address, Region};
    use serde_json::json;

    use super::*;
    use crate::{
        provider::Observed,
        state::{Entry, Intent},
    };

    fn thing(type_name: &str, id: &str, properties: Json) -> Vec<Generation> {
        vec![Generation {
            number: 1,
            type_name: type_name.to_owned(),
            region: Region::EuWest3,
            observed: Observed {
                id: id.to_owned(),
                properties,
                outputs: BTreeMap::new(),
                ownership: None,
                going: false,
            },
        }]
    }

    /// A group with two rules that carry no tags, of which one is declared.
    fn observed() -> Observations {
        let group = json!({"SecurityGroupIngress": [], "SecurityGroupEgress": [
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0", "Description": "theirs"},
            {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"},
        ]});
        let rule = json!({"GroupId": "sg-1", "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
            "CidrIp": "0.0.0.0/0", "Description": ""});
        let resources = [
            ("main/web", thing(SecurityGroup::TYPE, "sg-1", group)),
            ("main/out", thing(SecurityGroupEgress::TYPE, "sgr-1", rule)),
        ];
        let resources = resources.map(|(address, all)| (Address::new(address), all));
        Observations {
            resources: resources.into(),
            asked: true,
            ..Observations::default()
        }
    }

    fn reported(observed: &Observations) -> &Json {
        let group = &observed.resources[&Address::new("main/web")][0];
        &group.observed.properties["SecurityGroupEgress"]
    }

    #[test]
    fn a_declared_rule_without_tags_is_no_undeclared_one() {
        let mut observed = observed();
        tell_apart(&mut observed, &State::empty("test"));
        let left = json!([{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]);
        assert_eq!(*reported(&observed), left);
    }

    #[test]
    fn rules_of_an_unfinished_group_go_with_its_end_and_count_for_nothing() {
        let mut observed = observed();
        let mut state = State::empty("test");
        state.apply(Entry::Began {
            address: Address::new("main/web"),
            intent: Intent {
                type_name: SecurityGroup::TYPE.to_owned(),
                region: Region::EuWest3,
                generation: 1,
                token: String::new(),
                id: Some("sg-1".to_owned()),
                properties: Json::Null,
                replace_when: vec![],
                since: 0,
            },
        });
        tell_apart(&mut observed, &state);
        assert_eq!(reported(&observed).as_array().map(Vec::len), Some(2));
        assert!(!observed.resources.contains_key(&Address::new("main/out")));
    }
}
