//! Rules of listeners. Found again by tags, which `CreateRule` sets, under the stack's load
//! balancers.

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{Rule, RulePriorityPair};
use jeancloud_model::{
    Bounded, Input, Tags,
    elastic_load_balancing_v2::{ListenerArn, ListenerRule},
};
use jeancloud_stack::provider::Found;

use super::{
    action,
    common::{self, strange},
    condition,
};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
};

pub(super) struct ListenerRuleHandler;

#[async_trait]
impl Handler for ListenerRuleHandler {
    type Resource = ListenerRule;

    const PERMISSIONS: &'static [&'static str] = &[
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:CreateRule",
        "elasticloadbalancing:DeleteRule",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:ModifyRule",
        "elasticloadbalancing:RemoveTags",
        "elasticloadbalancing:SetRulePriorities",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<ListenerRule>>> {
        let rules = common::in_bulk(ids, |arns| async {
            let call = aws.elb().describe_rules().set_rule_arns(Some(arns));
            let answer = call.send().await.map_err(error::of("DescribeRules"))?;
            Ok(answer.rules().to_vec())
        });
        let rules = rules.await?;
        let tags = common::tags_of(aws, ids).await?;
        let mut seen = Vec::new();
        for rule in &rules {
            let arn = rule.rule_arn().unwrap_or_default();
            seen.push(read(rule)?.tagged(tags.get(arn).cloned().unwrap_or_default()));
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let named = search.keyed(&["ListenerArn"]).filter_map(|(_, values)| {
            values
                .get("ListenerArn")
                .and_then(|arn| arn.as_str())
                .map(str::to_owned)
        });
        let mut listeners = common::listeners_of_stack(aws, search, []).await?;
        listeners.extend(named);
        listeners.sort();
        listeners.dedup();
        let mut arns = Vec::new();
        for listener in &listeners {
            let rules = rules_of(aws, listener).await?;
            arns.extend(
                rules
                    .iter()
                    .filter_map(|rule| rule.rule_arn().map(str::to_owned)),
            );
        }
        common::owned(aws, search, &arns).await
    }

    async fn create(&self, aws: &Clients, new: &New<'_, ListenerRule>) -> Result<String> {
        let rule = &new.resource;
        let listener = rule.listener_arn.value().as_str();
        let priority = rule.priority.value().to_string();
        let rules = rules_of(aws, listener).await?;
        let taken = rules.iter().find(|rule| rule.priority() == Some(&priority));
        let arn = match taken.and_then(|rule| rule.rule_arn()) {
            Some(arn) => {
                common::ours(aws, new, arn, &format!("a rule of priority {priority}")).await?;
                arn.to_owned()
            }
            None => {
                let call = aws
                    .elb_once()
                    .create_rule()
                    .listener_arn(listener)
                    .priority(rule.priority.value().to_i32())
                    .set_conditions(Some(
                        rule.conditions.iter().map(condition::to_sdk).collect(),
                    ))
                    .set_actions(Some(action::to_sdk(&rule.actions)))
                    .set_tags(Some(common::tags(new)));
                let answer = call.send().await.map_err(error::of("CreateRule"))?;
                let arn = answer.rules().first().and_then(|rule| rule.rule_arn());
                arn.unwrap_or_default().to_owned()
            }
        };
        Ok(arn)
    }

    async fn update(&self, aws: &Clients, change: &Change<ListenerRule>) -> Result<()> {
        let after = &change.after;
        if change.touches_any(&["Conditions", "Actions"]) {
            let call = aws
                .elb()
                .modify_rule()
                .rule_arn(&change.id)
                .set_conditions(Some(
                    after.conditions.iter().map(condition::to_sdk).collect(),
                ))
                .set_actions(Some(action::to_sdk(&after.actions)));
            call.send().await.map_err(error::of("ModifyRule"))?;
        }
        if change.touches("Priority") {
            let pair = RulePriorityPair::builder()
                .rule_arn(&change.id)
                .priority(after.priority.value().to_i32())
                .build();
            let call = aws
                .elb()
                .set_rule_priorities()
                .rule_priorities(pair)
                .send()
                .await;
            call.map_err(error::of("SetRulePriorities"))?;
        }
        common::update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<ListenerRule>) -> Result<()> {
        let call = aws.elb().delete_rule().rule_arn(&old.id).send().await;
        error::or_gone(call.map_err(error::of("DeleteRule")))
    }
}

/// The rules of a listener, the default one among them; none where the listener is gone.
async fn rules_of(aws: &Clients, listener: &str) -> Result<Vec<Rule>> {
    let mut rules = Vec::new();
    let mut pages = aws
        .elb()
        .describe_rules()
        .listener_arn(listener)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        match error::if_there(page.map_err(error::of("DescribeRules")))? {
            Some(page) => rules.extend(page.rules().iter().cloned()),
            None => break,
        }
    }
    Ok(rules)
}

fn read(rule: &Rule) -> Result<Seen<ListenerRule>> {
    let arn = rule.rule_arn().unwrap_or_default();
    let priority = rule.priority().and_then(|priority| priority.parse().ok());
    let (Some(priority), Some(listener)) = (priority, listener_of(arn)) else {
        let what = format!("AWS says that {arn} is a default rule");
        return Err(strange("DescribeRules", what));
    };
    let resource = ListenerRule {
        listener_arn: Input::Known(ListenerArn::new(listener)),
        priority: Input::Known(Bounded::new(priority)),
        conditions: rule
            .conditions()
            .iter()
            .filter_map(condition::from_sdk)
            .collect(),
        actions: action::from_sdk(rule.actions()),
        tags: Tags::new(),
    };
    Ok(Seen::new(arn, resource))
}

/// `DescribeRules` does not tell the listener; a rule's ARN is its listener's with another kind and
/// one more part.
fn listener_of(rule: &str) -> Option<String> {
    let (listener, _) = rule.rsplit_once('/')?;
    Some(listener.replacen(":listener-rule/", ":listener/", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_s_arn_names_its_listener() {
        let rule = "arn:aws:elasticloadbalancing:eu-west-3:1:listener-rule/app/alb/1/2/3";
        let listener = "arn:aws:elasticloadbalancing:eu-west-3:1:listener/app/alb/1/2";
        assert_eq!(listener_of(rule).as_deref(), Some(listener));
    }
}
