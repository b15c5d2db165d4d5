//! Rules for references: to what is declared, in reach, and without a circle.

use std::collections::BTreeMap;

use jeancloud_model::{Address, Region, reference};

use super::super::{Report, Rule};
use crate::View;

pub(super) const DECLARED: Rule = Rule {
    name: "reference-declared",
    check: references_are_declared,
};
pub(super) const REGION: Rule = Rule {
    name: "reference-region",
    check: ids_stay_in_their_region,
};
pub(super) const CYCLE: Rule = Rule {
    name: "reference-cycle",
    check: references_have_no_cycle,
};

fn references_are_declared(view: &View, report: &mut Report) {
    for declaration in view.declarations() {
        for address in &declaration.foreign {
            report
                .error(
                    declaration,
                    "",
                    format!("refers to {address} by a handle of another stack"),
                )
                .rule("a stack's resources refer to each other only")
                .hint("declare it in this stack, or look it up with `scope.lookup`");
        }
        declaration.each_reference(&mut |address, output| {
            let foreign = declaration.foreign.iter().any(|foreign| foreign == address);
            if !foreign && view.get(Address::new(address)).is_none() {
                report
                    .error(
                        declaration,
                        "",
                        format!("refers to {address}.{output}, which is not declared"),
                    )
                    .rule("a reference names something that the stack declares")
                    .hint("declare it in this stack, or look it up with `scope.lookup`");
            }
        });
    }
}

fn ids_stay_in_their_region(view: &View, report: &mut Report) {
    for declaration in view.declarations() {
        for (property, value) in declaration.properties.as_object().into_iter().flatten() {
            if SHOWN.contains(&property.as_str()) {
                continue;
            }
            ids_in(value, &mut |address, output| {
                let Some(target) = view.get(Address::new(address)) else {
                    return;
                };
                let apart = target.region != declaration.region
                    && target.region != Region::Global
                    && declaration.region != Region::Global;
                if apart && output == target.id && is_regional_id(target.type_name) {
                    let wrong = format!(
                        "names {address}, which is in {}, from {}",
                        target.region, declaration.region
                    );
                    report
                        .error(declaration, property.as_str(), wrong)
                        .rule("an id is known in its own region only; ARNs and DNS names are known in all")
                        .hint(format!("use a resource of {}", declaration.region));
                }
            });
        }
    }
}

/// Ids of EC2, names of ECS, RDS and Logs are regional; ARNs, bucket names and zones are not.
fn is_regional_id(type_name: &str) -> bool {
    let service = type_name.split("::").nth(1).unwrap_or_default();
    matches!(
        service,
        "EC2" | "ECS" | "RDS" | "Logs" | "ElasticLoadBalancingV2" | "ECR"
    )
}

/// What only shows an id, or hands it to a program: there an id may be of another region. Inside a
/// text of several parts it always may.
const SHOWN: &[&str] = &[
    "AssumeRolePolicyDocument",
    "Command",
    "Comment",
    "Description",
    "DockerLabels",
    "EntryPoint",
    "Environment",
    "HostedZoneTags",
    "KeyPolicy",
    "Options",
    "PolicyDocument",
    "RepositoryFilters",
    "RepositoryPolicyText",
    "Tags",
];

fn ids_in<'j>(value: &'j serde_json::Value, found: &mut impl FnMut(&'j str, &'j str)) {
    match reference::Marker::of(value) {
        Some(reference::Marker::Text(_)) => {}
        Some(_) => reference::each(value, found),
        None => match value {
            serde_json::Value::Array(items) => items.iter().for_each(|item| ids_in(item, found)),
            serde_json::Value::Object(map) => map
                .iter()
                .filter(|(property, _)| !SHOWN.contains(&property.as_str()))
                .for_each(|(_, item)| ids_in(item, found)),
            _ => {}
        },
    }
}

fn references_have_no_cycle(view: &View, report: &mut Report) {
    let mut graph: BTreeMap<Address, Vec<Address>> = BTreeMap::new();
    for declaration in view.declarations() {
        let targets = graph.entry(declaration.address).or_default();
        declaration.each_reference(&mut |address, _| targets.push(Address::new(address)));
    }
    let mut done: BTreeMap<Address, bool> = BTreeMap::new();
    for start in graph.keys() {
        let mut path = Vec::new();
        if let Some(cycle) = cycle_from(*start, &graph, &mut done, &mut path) {
            let Some(declaration) = cycle.first().and_then(|first| view.get(*first)) else {
                continue;
            };
            let shown: Vec<&str> = cycle.iter().map(|address| address.as_str()).collect();
            report
                .error(declaration, "", format!("is part of a cycle: {}", shown.join(" -> ")))
                .rule("what a resource refers to is made first")
                .hint("break the cycle: groups that name each other do it with rules, which are resources of their own (`scope.allow`)");
        }
    }
}

fn cycle_from(
    at: Address,
    graph: &BTreeMap<Address, Vec<Address>>,
    done: &mut BTreeMap<Address, bool>,
    path: &mut Vec<Address>,
) -> Option<Vec<Address>> {
    if let Some(start) = path.iter().position(|seen| *seen == at) {
        let mut cycle = path[start..].to_vec();
        cycle.push(at);
        return Some(cycle);
    }
    if done.insert(at, true).is_some() {
        return None;
    }
    path.push(at);
    for target in graph.get(&at).into_iter().flatten() {
        if let Some(cycle) = cycle_from(*target, graph, done, path) {
            return Some(cycle);
        }
    }
    path.pop();
    None
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Address, Az, Handle, Region, cidr,
        ec2::{Subnet, Vpc},
        ecr::{ReplicationConfiguration, ReplicationRule, Repository},
        logs::LogGroup,
    };

    use crate::{
        Stack,
        check::testing::{Healthy, broken, healthy},
    };

    fn tagged_by(h: &Healthy<'_>, name: &str, other: &str) {
        let other = Handle::<LogGroup>::declared_in(h.stack.number(), Address::new(other));
        h.scope
            .add(name, LogGroup::builder().tag("after", other.id()).build());
    }

    #[test]
    fn a_cycle_is_shown_whole() {
        assert_snapshot!(broken("reference-cycle", |h| {
            tagged_by(h, "a", "main/b");
            tagged_by(h, "b", "main/c");
            tagged_by(h, "c", "main/a");
        }), @"
        error: main/a: is part of a cycle: main/a -> main/b -> main/c -> main/a
          rule: what a resource refers to is made first
          hint: break the cycle: groups that name each other do it with rules, which are resources of their own (`scope.allow`)
        ");
    }

    #[test]
    fn an_id_may_be_shown_elsewhere() {
        healthy(|h| {
            let germany = h.stack.region("germany", Region::EuCentral1);
            let there = germany.add("repository", Repository::builder().build());
            h.scope.add(
                "shown",
                Vpc::builder()
                    .cidr_block(cidr!("10.1.0.0/16"))
                    .tag("images", there.repository_name())
                    .build(),
            );
            let rule = ReplicationRule::to(Region::EuCentral1, "123456789012").only([&there]);
            h.scope
                .add("replication", ReplicationConfiguration::of(rule));
        });
    }

    #[test]
    fn what_is_named_is_declared() {
        assert_snapshot!(broken("reference-declared", |h| {
            tagged_by(h, "a", "main/nothing");
        }), @"
        error: main/a: refers to main/nothing.LogGroupName, which is not declared
          rule: a reference names something that the stack declares
          hint: declare it in this stack, or look it up with `scope.lookup`
        ");
    }

    #[test]
    fn ids_stay_in_their_region() {
        assert_snapshot!(broken("reference-region", |h| {
            h.stack.region("other", Region::EuCentral1).add("subnet", Subnet::builder()
                .vpc_id(&h.vpc).cidr_block(cidr!("10.0.9.0/24")).availability_zone(Az::C).build());
        }), @"
        error: other/subnet: VpcId names main/vpc, which is in eu-west-3, from eu-central-1
          rule: an id is known in its own region only; ARNs and DNS names are known in all
          hint: use a resource of eu-central-1
        ");
    }

    #[test]
    fn a_handle_of_another_stack_is_a_problem() {
        let other = Stack::new("other");
        let vpc = other.region("main", Region::EuWest3).add(
            "vpc",
            Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build(),
        );
        assert_snapshot!(broken("reference-declared", |h| {
            h.scope.add("subnet", Subnet::builder().vpc_id(vpc).cidr_block(cidr!("10.0.9.0/24")).build());
        }), @"
        error: main/subnet: refers to main/vpc by a handle of another stack
          rule: a stack's resources refer to each other only
          hint: declare it in this stack, or look it up with `scope.lookup`
        ");
    }
}
