//! Rules of listeners, the default one among them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{action, common, condition, listener::Listener, load_balancer::LoadBalancer};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

/// Rules per Application Load Balancer (not counting default rules): 100; see its quotas.
const MOST: usize = 100;

resource! {
    /// A rule, by its ARN.
    pub(crate) struct Rule: "elbv2/rule" in Region {
        listener: String,
        load_balancer: String,
        tags: BTreeMap<String, String>,
    }
    found by |rule: &Rule| {
        vec![of_key(&rule.listener), of_key(&rule.load_balancer)]
    }
}

fn of_key(arn: &str) -> String {
    format!("of/{arn}")
}

/// The rules of a listener or a load balancer.
fn all_of<'c>(call: &'c Call<'_>, arn: &str) -> Vec<(&'c str, &'c Rule)> {
    call.table::<Rule>().with(&of_key(arn)).collect()
}

/// The ARNs of a listener's rules.
pub(super) fn of(call: &Call<'_>, listener: &str) -> Vec<String> {
    let rules = all_of(call, listener).into_iter();
    rules.map(|(arn, _)| arn.to_owned()).collect()
}

/// The default rule of a listener.
pub(super) fn default_of(call: &Call<'_>, listener: &str) -> Option<String> {
    let mut rules = all_of(call, listener).into_iter();
    let found = rules.find(|(_, rule)| rule.view.flag("IsDefault"));
    found.map(|(arn, _)| arn.to_owned())
}

/// CreateRule.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("ListenerArn");
    let listener = common::listener(call, input)?.view.clone();
    let of = listener.text("LoadBalancerArn");
    let balancer = call.get::<LoadBalancer>(of).cloned();
    let balancer = balancer.ok_or_else(common::no_load_balancer)?;
    let tags = common::tags(input.items("Tags"))?;
    let protocol = listener.text("Protocol");
    let actions = action::read(call, input.items("Actions"), &balancer, protocol)?;
    let conditions = condition::read(input.items("Conditions"))?;
    let priority = input.int("Priority").unwrap_or_default();
    if priorities(call, arn).contains_key(&priority) {
        return Err(in_use(priority));
    }
    let of_balancer = all_of(call, of).into_iter();
    if of_balancer
        .filter(|(_, it)| !it.view.flag("IsDefault"))
        .count()
        >= MOST
    {
        let message = "The maximum number of rules has been reached";
        return Err(AwsError::new("TooManyRules", message));
    }
    let id = insert(call, arn, of, Some(priority), &conditions, &actions);
    let mut rule = call.table_mut::<Rule>().get_mut(&id);
    if let Some(rule) = &mut rule {
        rule.tags = tags;
    }
    Ok(json!({"Rules": rule.map(|rule| vec![rule.view.clone()])}))
}

/// Puts a rule into a listener; without a priority, the default one.
pub(super) fn insert(
    call: &mut Call<'_>,
    listener: &str,
    balancer: &str,
    priority: Option<i64>,
    conditions: &Value,
    actions: &Value,
) -> String {
    let id = call.draw("rule").hex(16);
    let arn = listener.replacen(":listener/", ":listener-rule/", 1);
    let arn = format!("{arn}/{id}");
    let view = json!({
        "Actions": actions,
        "Conditions": conditions,
        "IsDefault": priority.is_none(),
        "Priority": priority.map_or("default".to_owned(), |it| it.to_string()),
        "RuleArn": arn,
    });
    let rule = Rule {
        view,
        listener: listener.to_owned(),
        load_balancer: balancer.to_owned(),
        tags: BTreeMap::new(),
    };
    call.insert(arn.as_str(), rule);
    arn
}

/// The rules of a listener by their priorities, without the default one.
fn priorities(call: &Call<'_>, listener: &str) -> BTreeMap<i64, String> {
    let rules = all_of(call, listener).into_iter();
    rules
        .filter_map(|(arn, rule)| {
            let priority = rule.view.text("Priority").parse().ok()?;
            Some((priority, arn.to_owned()))
        })
        .collect()
}

fn in_use(priority: i64) -> AwsError {
    let message = format!("Priority '{priority}' is currently in use");
    AwsError::new("PriorityInUse", message)
}

/// DescribeRules: in the order of priorities, the default one last.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeRules.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let table = call.table::<Rule>();
    let arns: Vec<&str> = input.texts("RuleArns").collect();
    let rules: Vec<&Rule> = match input.some_text("ListenerArn") {
        Some(listener) => {
            if call.get::<Listener>(listener).is_none() {
                return Err(common::no_listener());
            }
            table.with(&of_key(listener)).map(|it| it.1).collect()
        }
        None if arns.is_empty() => {
            let message = "You must specify either listener rule ARNs or a listener ARN";
            return Err(common::invalid(message));
        }
        None => {
            let rules: Option<Vec<_>> = arns.iter().map(|arn| table.get(arn)).collect();
            rules.ok_or_else(common::no_rule)?
        }
    };
    let mut rows: Vec<(String, &Rule)> = rules
        .into_iter()
        .map(|rule| {
            let (priority, arn) = (rule.view.text("Priority"), rule.view.text("RuleArn"));
            (
                format!("{priority:0>7}/{arn}").replace("default", "~"),
                rule,
            )
        })
        .collect();
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    call.page(input, common::PAGE, rows, |rule| rule.view.clone())
}

/// ModifyRule: what isn't given stays.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyRule.html>
pub(super) fn modify(call: &mut Call<'_>, input: &Value) -> Outcome {
    let rule = common::rule(call, input)?.clone();
    if rule.view.flag("IsDefault") {
        let message = "Default rules cannot be modified";
        return Err(AwsError::new("OperationNotPermitted", message));
    }
    let balancer = call.get::<LoadBalancer>(&rule.load_balancer).cloned();
    let balancer = balancer.ok_or_else(common::no_load_balancer)?;
    let listener = call.get::<Listener>(&rule.listener);
    let protocol = listener.map_or(String::new(), |it| it.view.text("Protocol").to_owned());
    let mut view = rule.view;
    if input.at("Actions").is_some() {
        view["Actions"] = action::read(call, input.items("Actions"), &balancer, &protocol)?;
    }
    if input.at("Conditions").is_some() {
        view["Conditions"] = condition::read(input.items("Conditions"))?;
    }
    common::rule(call, input)?.view = view.clone();
    Ok(json!({"Rules": [view]}))
}

/// SetRulePriorities: all at once, so that rules can change places.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetRulePriorities.html>
pub(super) fn set_priorities(call: &mut Call<'_>, input: &Value) -> Outcome {
    let pairs = input.items("RulePriorities");
    let moved: BTreeSet<&str> = pairs.iter().map(|it| it.text("RuleArn")).collect();
    let mut asked = BTreeSet::new();
    for pair in pairs {
        let rule = call.get::<Rule>(pair.text("RuleArn"));
        let rule = rule.ok_or_else(common::no_rule)?;
        if rule.view.flag("IsDefault") {
            let message = "The priority of the default rule cannot be modified";
            return Err(AwsError::new("OperationNotPermitted", message));
        }
        let priority = pair.int("Priority").unwrap_or_default();
        let there = priorities(call, &rule.listener);
        let holder = there.get(&priority);
        if holder.is_some_and(|it| !moved.contains(it.as_str())) || !asked.insert(priority) {
            return Err(in_use(priority));
        }
    }
    let mut changed = Vec::new();
    for pair in pairs {
        if let Some(mut rule) = call.table_mut::<Rule>().get_mut(pair.text("RuleArn")) {
            rule.view["Priority"] = pair.int("Priority").unwrap_or_default().to_string().into();
            changed.push(rule.view.clone());
        }
    }
    Ok(json!({"Rules": changed}))
}

/// DeleteRule.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteRule.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("RuleArn");
    if common::rule(call, input)?.view.flag("IsDefault") {
        let message = format!("Default rule '{arn}' cannot be deleted");
        return Err(AwsError::new("OperationNotPermitted", message));
    }
    call.table_mut::<Rule>().remove(arn);
    Ok(json!({}))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::load_balancer::tests::Net;

    fn rule(listener: &str, group: &str, priority: i64) -> Value {
        json!({
            "ListenerArn": listener, "Priority": priority,
            "Conditions": [{"Field": "path-pattern", "Values": ["/a/*"]}],
            "Actions": [{"Type": "forward", "TargetGroupArn": group}],
        })
    }

    /// "The specified priority is in use", API_CreateRule; "You can't delete the default rule",
    /// API_DeleteRule.
    #[test]
    fn priorities_are_unique_and_ordered() {
        let net = Net::new();
        let (balancer, group) = (net.balancer("web"), net.group("web"));
        let listener = net.listener(&balancer, &group);
        for priority in [20, 3] {
            net.aws
                .ok("elbv2", "CreateRule", rule(&listener, &group, priority));
        }
        let code = net
            .aws
            .code("elbv2", "CreateRule", rule(&listener, &group, 3));
        assert_eq!(code, "PriorityInUse");
        let of = json!({"ListenerArn": listener});
        let told = net.aws.ok("elbv2", "DescribeRules", of.clone());
        let rules = told["Rules"].as_array().unwrap();
        let order: Vec<_> = rules
            .iter()
            .map(|it| it["Priority"].as_str().unwrap())
            .collect();
        assert_eq!(order, ["3", "20", "default"]);
        let condition = &rules[0]["Conditions"][0];
        assert_eq!(
            condition["Values"],
            condition["PathPatternConfig"]["Values"]
        );
        let swapped = json!([
            {"RuleArn": rules[0]["RuleArn"], "Priority": 20},
            {"RuleArn": rules[1]["RuleArn"], "Priority": 3},
        ]);
        net.aws.ok(
            "elbv2",
            "SetRulePriorities",
            json!({"RulePriorities": swapped}),
        );
        let told = net.aws.ok("elbv2", "DescribeRules", of);
        assert_eq!(told["Rules"][0]["RuleArn"], rules[1]["RuleArn"]);
        let default = json!({"RuleArn": rules[2]["RuleArn"]});
        let code = net.aws.code("elbv2", "DeleteRule", default);
        assert_eq!(code, "OperationNotPermitted");
        net.aws.ok(
            "elbv2",
            "DeleteRule",
            json!({"RuleArn": rules[0]["RuleArn"]}),
        );
    }

    /// Condition values per rule: 5; see the quotas.
    #[test]
    fn conditions_are_bounded() {
        let net = Net::new();
        let (balancer, group) = (net.balancer("web"), net.group("web"));
        let listener = net.listener(&balancer, &group);
        let mut many = rule(&listener, &group, 1);
        let values = json!(["/1", "/2", "/3", "/4", "/5", "/6"]);
        many["Conditions"] = json!([{"Field": "path-pattern", "Values": values}]);
        assert_eq!(
            net.aws.code("elbv2", "CreateRule", many.clone()),
            "ValidationError"
        );
        many["Conditions"] = json!([]);
        assert_eq!(net.aws.code("elbv2", "CreateRule", many), "ValidationError");
    }
}
