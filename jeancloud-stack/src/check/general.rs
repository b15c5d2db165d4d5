//! Rules for every type: addresses, references, values, names.

use std::collections::BTreeMap;

use jeancloud_model::{Address, Placement, Region, ResourceKind, reference};

use super::{Report, Rule};
use crate::View;

pub(super) const RULES: &[&Rule] = &[
    &Rule {
        name: "address-once",
        check: addresses_are_declared_once,
    },
    &Rule {
        name: "address-text",
        check: addresses_fit_into_a_tag,
    },
    &Rule {
        name: "values",
        check: values_follow_their_rules,
    },
    &Rule {
        name: "reference-declared",
        check: references_are_declared,
    },
    &Rule {
        name: "reference-region",
        check: ids_stay_in_their_region,
    },
    &Rule {
        name: "reference-cycle",
        check: references_have_no_cycle,
    },
    &Rule {
        name: "name-once",
        check: names_are_used_once,
    },
    &Rule {
        name: "placement",
        check: types_are_where_they_live,
    },
];

const TAGS: &str = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html";

fn addresses_are_declared_once(view: &View, report: &mut Report) {
    for declaration in view.declarations() {
        let first = view.get(declaration.address);
        if let Some(first) = first.filter(|first| !std::ptr::eq(*first, declaration)) {
            let wrong = format!(
                "is declared twice, first at {}:{}",
                first.at.file(),
                first.at.line()
            );
            report
                .error(declaration, "", wrong)
                .rule("an address names one resource")
                .hint("rename one of the two, or declare each component in a scope of its own");
        }
    }
}

fn addresses_fit_into_a_tag(view: &View, report: &mut Report) {
    for declaration in view.declarations() {
        let text = declaration.address.as_str();
        let allowed = |c: char| c.is_alphanumeric() || " _.:/=+-@".contains(c);
        if text.chars().count() > 256
            || text.contains("//")
            || text.ends_with('/')
            || !text.chars().all(allowed)
        {
            report
                .error(declaration, "", "has an address that a tag can't hold")
                .rule("addresses are written to the tag jeancloud:address: up to 256 letters, digits, spaces and _ . : / = + - @, without empty parts")
                .hint("choose a plain name, as \"private-a\"")
                .document(TAGS);
        }
    }
}

fn values_follow_their_rules(view: &View, report: &mut Report) {
    for declaration in view.declarations() {
        declaration.check_values(&mut |path, invalid| {
            let property = path.trim_start_matches('/').to_owned();
            report
                .error(declaration, property, invalid.wrong)
                .rule(invalid.rule)
                .hint(invalid.hint.unwrap_or_default())
                .document(invalid.document.unwrap_or_default());
        });
    }
}

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
        reference::each(&declaration.properties, &mut |address, output| {
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
            // Inside a text an id may be shown anywhere; as a property of its own it is used.
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

fn ids_in<'j>(value: &'j serde_json::Value, found: &mut impl FnMut(&'j str, &'j str)) {
    match reference::Marker::of(value) {
        Some(reference::Marker::Text(_)) => {}
        Some(_) => reference::each(value, found),
        None => match value {
            serde_json::Value::Array(items) => items.iter().for_each(|item| ids_in(item, found)),
            serde_json::Value::Object(map) => map.values().for_each(|item| ids_in(item, found)),
            _ => {}
        },
    }
}

fn references_have_no_cycle(view: &View, report: &mut Report) {
    let mut graph: BTreeMap<Address, Vec<Address>> = BTreeMap::new();
    for declaration in view.declarations() {
        let targets = graph.entry(declaration.address).or_default();
        reference::each(&declaration.properties, &mut |address, _| {
            targets.push(Address::new(address))
        });
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

/// What is unique and no name: the rules of these types say more about it than `name-once` could.
const HAVE_RULES_OF_THEIR_OWN: &[&str] =
    &["AllocationId", "CidrBlock", "InternetGatewayId", "SubnetId"];

fn names_are_used_once(view: &View, report: &mut Report) {
    let mut seen: BTreeMap<String, Address> = BTreeMap::new();
    for declaration in view.declarations() {
        let Some(unique) = declaration
            .facts
            .name
            .filter(|unique| !HAVE_RULES_OF_THEIR_OWN.contains(&unique.property))
            .filter(|_| declaration.kind == ResourceKind::Managed)
        else {
            continue;
        };
        let Some(name) = declaration
            .properties
            .get(unique.property)
            .and_then(|name| name.as_str())
        else {
            continue;
        };
        let within: Vec<_> = unique
            .within
            .iter()
            .map(|p| declaration.properties.get(*p))
            .collect();
        let key = format!(
            "{} {} {name} {within:?}",
            declaration.type_name, declaration.region
        );
        let first = *seen.entry(key).or_insert(declaration.address);
        if first != declaration.address {
            report
                .error(
                    declaration,
                    unique.property,
                    format!("`{name}` is the name of {first} too"),
                )
                .rule("AWS knows one resource of this type by a name")
                .hint("give one of them another name");
        }
    }
}

fn types_are_where_they_live(view: &View, report: &mut Report) {
    for declaration in view.declarations() {
        let global = declaration.region == Region::Global;
        match declaration.facts.placement {
            Placement::Regional if global => {
                report
                    .error(declaration, "", "is declared in the global scope")
                    .rule(format!("{} lives in a region", declaration.type_name))
                    .hint("declare it in `stack.region(…)`");
            }
            Placement::Global if !global => {
                report
                    .error(
                        declaration,
                        "",
                        format!("is declared in {}", declaration.region),
                    )
                    .rule(format!("{} lives in no region", declaration.type_name))
                    .hint("declare it in `stack.global()`");
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Az, Region, cidr,
        ec2::{Subnet, Vpc},
    };

    use crate::{
        Stack,
        check::testing::{broken, healthy},
    };

    #[test]
    fn a_healthy_stack_has_no_problem() {
        healthy(|_| {});
    }

    #[test]
    fn addresses_are_declared_once() {
        let text = broken("address-once", |h| {
            h.scope.add(
                "vpc",
                Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build(),
            );
        });
        assert!(
            text.starts_with("error: main/vpc: is declared twice, first at "),
            "{text}"
        );
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

    #[test]
    fn tags_follow_awss_rules() {
        assert_snapshot!(broken("values", |h| {
            h.scope.add("other", Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).tag("aws:x", "y").build());
        }), @"
        error: main/other: Tags/aws:x the tag key `aws:x` begins with aws:
          rule: the prefix aws: is reserved for AWS
          see: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
        ");
    }

    #[test]
    fn types_are_where_they_live() {
        assert_snapshot!(broken("placement", |h| {
            h.stack.global().add("vpc", Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build());
        }), @"
        error: global/vpc: is declared in the global scope
          rule: AWS::EC2::VPC lives in a region
          hint: declare it in `stack.region(…)`
        ");
    }
}
