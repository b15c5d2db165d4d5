//! What load balancers, target groups, listeners and rules have in common.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    listener::Listener, load_balancer::LoadBalancer, rule::Rule, target_group::TargetGroup,
};
use crate::{call::Call, error::AwsError, fields::Fields, world::Edit};

/// A page of a listing without `PageSize`.
pub(super) const PAGE: usize = 400;

pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("ValidationError", message)
}

/// "This name must be unique per Region per account, can have a maximum of 32 characters, must
/// contain only alphanumeric characters or hyphens, must not begin or end with a hyphen",
/// API_CreateLoadBalancer and API_CreateTargetGroup. `what` begins a sentence.
pub(super) fn check_name(what: &str, name: &str) -> Result<(), AwsError> {
    if name.len() > 32 {
        let message = format!("{what} name '{name}' cannot be longer than '32' characters");
        return Err(invalid(message));
    }
    let plain = |it: u8| it.is_ascii_alphanumeric() || it == b'-';
    if name.is_empty() || !name.bytes().all(plain) {
        let message = format!(
            "{what} name '{name}' can only contain characters that are alphanumeric characters and \
             hyphens(-)"
        );
        return Err(invalid(message));
    }
    if name.starts_with('-') || name.ends_with('-') {
        let message = format!("{what} name '{name}' cannot begin or end with '-'");
        return Err(invalid(message));
    }
    Ok(())
}

pub(super) fn name_key(name: &str) -> String {
    format!("name/{name}")
}

pub(super) fn no_load_balancer() -> AwsError {
    AwsError::new(
        "LoadBalancerNotFound",
        "One or more load balancers not found",
    )
}

pub(super) fn no_target_group() -> AwsError {
    AwsError::new("TargetGroupNotFound", "One or more target groups not found")
}

pub(super) fn no_listener() -> AwsError {
    AwsError::new("ListenerNotFound", "One or more listeners not found")
}

pub(super) fn no_rule() -> AwsError {
    AwsError::new("RuleNotFound", "One or more rules not found")
}

pub(super) fn load_balancer<'c>(
    call: &'c mut Call<'_>,
    input: &Value,
) -> Result<Edit<'c, LoadBalancer>, AwsError> {
    let found = call.table_mut().get_mut(input.text("LoadBalancerArn"));
    found.ok_or_else(no_load_balancer)
}

pub(super) fn target_group<'c>(
    call: &'c mut Call<'_>,
    input: &Value,
) -> Result<Edit<'c, TargetGroup>, AwsError> {
    let found = call.table_mut().get_mut(input.text("TargetGroupArn"));
    found.ok_or_else(no_target_group)
}

pub(super) fn listener<'c>(
    call: &'c mut Call<'_>,
    input: &Value,
) -> Result<Edit<'c, Listener>, AwsError> {
    let found = call.table_mut().get_mut(input.text("ListenerArn"));
    found.ok_or_else(no_listener)
}

pub(super) fn rule<'c>(call: &'c mut Call<'_>, input: &Value) -> Result<Edit<'c, Rule>, AwsError> {
    let found = call.table_mut().get_mut(input.text("RuleArn"));
    found.ok_or_else(no_rule)
}

/// The load balancers that send to a target group: those of the rules that name it.
pub(super) fn users(call: &Call<'_>, group: &str) -> Vec<String> {
    let rules = call.table::<Rule>().with(group);
    let mut users: Vec<String> = rules.map(|(_, rule)| rule.load_balancer.clone()).collect();
    users.sort();
    users.dedup();
    users
}

/// Tags as a map, checked.
pub(super) fn tags(new: &[Value]) -> Result<BTreeMap<String, String>, AwsError> {
    let mut tags = BTreeMap::new();
    merge_tags(&mut tags, new)?;
    Ok(tags)
}

/// Maximum number of tags per resource – 50; see "Tags for your Application Load Balancer".
pub(super) fn merge_tags(
    tags: &mut BTreeMap<String, String>,
    new: &[Value],
) -> Result<(), AwsError> {
    for tag in new {
        let key = tag.text("Key");
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid("Tag keys cannot begin with 'aws:'"));
        }
        tags.insert(key.to_owned(), tag.text("Value").to_owned());
    }
    if tags.len() > 50 {
        let message = "The maximum number of tags has been exceeded";
        return Err(AwsError::new("TooManyTags", message));
    }
    Ok(())
}
