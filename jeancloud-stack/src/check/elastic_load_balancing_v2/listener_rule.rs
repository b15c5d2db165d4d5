//! Rules for rules of listeners.

use std::collections::BTreeMap;

use jeancloud_model::{
    Text,
    elastic_load_balancing_v2::{Condition, Listener, ListenerRule, LoadBalancer},
};

use super::{
    super::{Report, Rule},
    load_balancer::is_network,
};
use crate::View;

const CREATE: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html";
const CONDITION: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html";

pub(super) const PRIORITY_ONCE: Rule = Rule {
    name: "rule-priority-once",
    check: a_priority_has_one_rule,
};
pub(super) const CONDITIONS: Rule = Rule {
    name: "rule-conditions",
    check: conditions_are_what_awss_rules_take,
};

fn a_priority_has_one_rule(view: &View, report: &mut Report) {
    let rules: Vec<_> = view.all::<ListenerRule>().collect();
    for (index, rule) in rules.iter().enumerate() {
        let Some(priority) = rule.priority.known() else {
            continue;
        };
        let earlier = rules[..index].iter().find(|earlier| {
            earlier.priority.known() == Some(priority)
                && view.same(&earlier.listener_arn, &rule.listener_arn)
        });
        if let Some(earlier) = earlier {
            let wrong = format!("{priority} is the priority of {} too", earlier.address());
            report
                .error(rule.declaration, "Priority", wrong)
                .rule("a listener's rules have priorities of their own (PriorityInUse)")
                .hint("give one of them another; the lower one decides first")
                .document(CREATE);
        }
    }
}

/// The most values that all conditions of a rule have together.
const MOST_VALUES: usize = 5;

fn conditions_are_what_awss_rules_take(view: &View, report: &mut Report) {
    for rule in view.all::<ListenerRule>() {
        let listener = view.target::<Listener>(&rule.listener_arn);
        let balancer = listener
            .and_then(|listener| view.target::<LoadBalancer>(&listener.resource.load_balancer_arn));
        let mut faults = Vec::new();
        if balancer.and_then(|balancer| is_network(&balancer)) == Some(true) {
            faults.push("are for a network load balancer, which has no rules".to_owned());
        }
        let values: usize = rule.conditions.iter().map(|one| one.values().len()).sum();
        if values == 0 {
            faults.push("have no value: nothing would match".to_owned());
        }
        if values > MOST_VALUES {
            faults.push(format!("have {values} values together"));
        }
        for name in rule.conditions.iter().filter_map(header) {
            let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'+-.^_`|~".contains(&b);
            if name.is_empty() || name.len() > 40 || !name.bytes().all(token) {
                faults.push(format!(
                    "look for the header `{name}`, which is no header's name"
                ));
            } else if name.eq_ignore_ascii_case("host") {
                faults
                    .push("look for the header Host, which has a condition of its own".to_owned());
            }
        }
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for condition in &rule.conditions {
            *kinds.entry(condition.field()).or_default() += 1;
            let known = condition.values().into_iter().filter_map(Text::as_known);
            faults.extend(known.filter_map(|value| value_fault(condition, value)));
        }
        for (kind, count) in kinds {
            if count > 1 && !matches!(kind, "http-header" | "query-string") {
                faults.push(format!("look at {kind} {count} times"));
            }
        }
        for wrong in faults {
            report
                .error(rule.declaration, "Conditions", wrong)
                .rule("a rule of an application load balancer has 1 to 5 values, one condition a kind (several of http-header and query-string), values of at most 128 characters, paths with / in front, hosts with a dot and without a port, headers of at most 40 characters, methods in capitals, blocks of addresses (ValidationError)")
                .hint("several values of one condition are alternatives: `Condition::path([\"/a\", \"/b\"])`; spread the rest over several rules")
                .document(CONDITION);
        }
    }
}

fn header(condition: &Condition) -> Option<&str> {
    match condition {
        Condition::HttpHeader { config } => config.http_header_name.as_known(),
        _ => None,
    }
}

fn value_fault(condition: &Condition, value: &str) -> Option<String> {
    let longest = match condition {
        Condition::HttpRequestMethod { .. } => 40,
        _ => 128,
    };
    if value.is_empty() || value.chars().count() > longest {
        return Some(format!(
            "have a value of {} characters",
            value.chars().count()
        ));
    }
    let of_a_host = |b: u8| b.is_ascii_alphanumeric() || b"-.*?_".contains(&b);
    let capitals = |b: u8| b.is_ascii_uppercase() || matches!(b, b'-' | b'_');
    match condition {
        Condition::PathPattern { .. } if !value.starts_with(['/', '*', '?']) => Some(format!(
            "look for the path `{value}`, which does not begin with /"
        )),
        Condition::HostHeader { .. } if !value.contains('.') || !value.bytes().all(of_a_host) => {
            Some(format!(
                "look for the host `{value}`, which is no domain's name"
            ))
        }
        Condition::HttpRequestMethod { .. } if !value.bytes().all(capitals) => Some(format!(
            "look for the method `{value}`, which is not in capitals"
        )),
        Condition::SourceIp { .. } if !is_block(value) => Some(format!(
            "look for `{value}`, which is no block of addresses"
        )),
        _ => None,
    }
}

fn is_block(text: &str) -> bool {
    text.parse::<jeancloud_model::Cidr>().is_ok()
        || text.parse::<jeancloud_model::Ipv6Cidr>().is_ok()
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::elastic_load_balancing_v2::{Action, Condition, ListenerRule};

    use super::super::testing::{balancer, listener, targets};
    use crate::check::testing::{Healthy, broken, healthy};

    fn rule(h: &Healthy<'_>, conditions: Vec<Condition>) -> ListenerRule {
        let listener = listener(h, &balancer(h), &targets(h));
        ListenerRule::builder()
            .listener_arn(&listener)
            .priority(1)
            .conditions(conditions)
            .actions(Action::fixed_response(404, "no"))
            .build()
    }

    #[test]
    fn a_rule_with_all_kinds_is_healthy() {
        healthy(|h| {
            h.scope.add(
                "rule",
                rule(
                    h,
                    vec![
                        Condition::host(["*.example.com"]),
                        Condition::path(["/a/*"]),
                        Condition::method(["GET"]),
                        Condition::source_ip(["203.0.113.0/24"]),
                        Condition::header("X-Y", ["z"]),
                    ],
                ),
            );
        });
    }

    #[test]
    fn a_priority_has_one_rule() {
        assert_snapshot!(broken("rule-priority-once", |h| {
            let rule = rule(h, vec![Condition::path(["/a"])]);
            h.scope.add("one", rule.clone());
            h.scope.add("two", rule);
        }), @"
        error: main/two: Priority 1 is the priority of main/one too
          rule: a listener's rules have priorities of their own (PriorityInUse)
          hint: give one of them another; the lower one decides first
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html
        ");
    }

    #[test]
    fn a_rule_has_five_values_at_most() {
        assert_snapshot!(broken("rule-conditions", |h| {
            h.scope.add("rule", rule(h, vec![Condition::path(["/a", "/b", "/c", "/d", "/e", "/f"])]));
        }), @r#"
        error: main/rule: Conditions have 6 values together
          rule: a rule of an application load balancer has 1 to 5 values, one condition a kind (several of http-header and query-string), values of at most 128 characters, paths with / in front, hosts with a dot and without a port, headers of at most 40 characters, methods in capitals, blocks of addresses (ValidationError)
          hint: several values of one condition are alternatives: `Condition::path(["/a", "/b"])`; spread the rest over several rules
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
        "#);
    }

    #[test]
    fn a_path_begins_with_a_slash() {
        assert_snapshot!(broken("rule-conditions", |h| {
            h.scope.add("rule", rule(h, vec![Condition::path(["admin/*"])]));
        }), @r#"
        error: main/rule: Conditions look for the path `admin/*`, which does not begin with /
          rule: a rule of an application load balancer has 1 to 5 values, one condition a kind (several of http-header and query-string), values of at most 128 characters, paths with / in front, hosts with a dot and without a port, headers of at most 40 characters, methods in capitals, blocks of addresses (ValidationError)
          hint: several values of one condition are alternatives: `Condition::path(["/a", "/b"])`; spread the rest over several rules
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
        "#);
    }

    #[test]
    fn a_source_is_a_block() {
        assert_snapshot!(broken("rule-conditions", |h| {
            h.scope.add("rule", rule(h, vec![Condition::source_ip(["203.0.113.7"])]));
        }), @r#"
        error: main/rule: Conditions look for `203.0.113.7`, which is no block of addresses
          rule: a rule of an application load balancer has 1 to 5 values, one condition a kind (several of http-header and query-string), values of at most 128 characters, paths with / in front, hosts with a dot and without a port, headers of at most 40 characters, methods in capitals, blocks of addresses (ValidationError)
          hint: several values of one condition are alternatives: `Condition::path(["/a", "/b"])`; spread the rest over several rules
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
        "#);
    }

    #[test]
    fn a_method_is_in_capitals() {
        assert_snapshot!(broken("rule-conditions", |h| {
            h.scope.add("rule", rule(h, vec![Condition::method(["get"])]));
        }), @r#"
        error: main/rule: Conditions look for the method `get`, which is not in capitals
          rule: a rule of an application load balancer has 1 to 5 values, one condition a kind (several of http-header and query-string), values of at most 128 characters, paths with / in front, hosts with a dot and without a port, headers of at most 40 characters, methods in capitals, blocks of addresses (ValidationError)
          hint: several values of one condition are alternatives: `Condition::path(["/a", "/b"])`; spread the rest over several rules
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
        "#);
    }

    #[test]
    fn a_host_has_a_dot_and_no_port() {
        for host in ["localhost", "api.example.com:8000"] {
            let text = broken("rule-conditions", |h| {
                h.scope.add("rule", rule(h, vec![Condition::host([host])]));
            });
            let line = format!(
                "error: main/rule: Conditions look for the host `{host}`, which is no domain's name"
            );
            assert_eq!(text.lines().next(), Some(line.as_str()));
        }
    }

    #[test]
    fn a_host_is_no_header() {
        assert_snapshot!(broken("rule-conditions", |h| {
            h.scope.add("rule", rule(h, vec![Condition::header("Host", ["a.example.com"])]));
        }), @r#"
        error: main/rule: Conditions look for the header Host, which has a condition of its own
          rule: a rule of an application load balancer has 1 to 5 values, one condition a kind (several of http-header and query-string), values of at most 128 characters, paths with / in front, hosts with a dot and without a port, headers of at most 40 characters, methods in capitals, blocks of addresses (ValidationError)
          hint: several values of one condition are alternatives: `Condition::path(["/a", "/b"])`; spread the rest over several rules
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
        "#);
    }
}
