//! Rules of security groups, as they are kept and described.

use serde_json::{Value, json};

use super::{
    common::{self, Listing},
    permission, prefix_list,
    security_group::SecurityGroup,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

/// Inbound or outbound rules per security group: 60. This quota is enforced separately for
/// inbound rules and outbound rules and for IPv4 rules and IPv6 rules; see "Amazon VPC quotas".
const PER_GROUP: usize = 60;

resource! {
    /// A rule of a group.
    pub(crate) struct SecurityGroupRule: "ec2/security-group-rule" in Region {}
    found by |rule: &SecurityGroupRule| {
        let view = &rule.view;
        let mut keys = vec![
            permission::identity(view),
            group_key(view.text("GroupId"), view.flag("IsEgress")),
        ];
        if let Some(other) = view.at("ReferencedGroupInfo") {
            let other = other.text("GroupId");
            if other != view.text("GroupId") {
                keys.push(reference_key(other));
            }
        }
        keys
    }
}

/// DescribeSecurityGroupRules.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupRules.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let listing = Listing::of("SecurityGroupRule", "SecurityGroupRuleIds", not_found);
    common::describe::<SecurityGroupRule>(call, input, &listing)
}

/// Adds rules to a group, all or none, and answers with their views.
pub(super) fn add(
    call: &mut Call<'_>,
    group: &str,
    egress: bool,
    rules: Vec<Value>,
    tags: &Value,
) -> Result<Vec<Value>, AwsError> {
    let mut identities: Vec<String> = rules.iter().map(permission::identity).collect();
    for (rule, identity) in rules.iter().zip(&identities) {
        if call.table::<SecurityGroupRule>().any_with(identity) {
            let message = format!(
                "the specified rule \"{}\" already exists",
                permission::spelt(rule)
            );
            return Err(AwsError::new("InvalidPermission.Duplicate", message));
        }
    }
    identities.sort_unstable();
    if identities.windows(2).any(|two| two[0] == two[1]) {
        let message = "The same permission must not appear multiple times";
        return Err(common::invalid(message));
    }
    within_limit(call, group, egress, &rules)?;
    let mut added = Vec::new();
    for mut view in rules {
        let id = call.id("sgr");
        let arn = call.arn("ec2", &format!("security-group-rule/{id}"));
        view["SecurityGroupRuleArn"] = arn.into();
        view["SecurityGroupRuleId"] = id.clone().into();
        view["Tags"] = tags.clone();
        added.push(view.clone());
        call.insert(id, SecurityGroupRule { view });
    }
    refresh(call, group);
    Ok(added)
}

/// Gives a new group a rule for everything: out to everywhere, or in from itself.
pub(super) fn insert_everything(call: &mut Call<'_>, group: &str, egress: bool) {
    let mut rule = json!({
        "FromPort": -1,
        "GroupId": group,
        "GroupOwnerId": call.account,
        "IpProtocol": "-1",
        "IsEgress": egress,
        "ToPort": -1,
    });
    match egress {
        true => rule["CidrIpv4"] = "0.0.0.0/0".into(),
        false => {
            rule["ReferencedGroupInfo"] = json!({"GroupId": group, "UserId": call.account});
        }
    }
    // The first rules of a group break no rule.
    let _added = add(call, group, egress, vec![rule], &json!([]));
}

/// Lets a group's view follow its rules.
pub(super) fn refresh(call: &mut Call<'_>, group: &str) {
    let shown = [false, true].map(|egress| permission::shown(views(call, group, egress)));
    if let Some(mut group) = call.table_mut::<SecurityGroup>().get_mut(group) {
        let [ingress, egress] = shown;
        group.view["IpPermissions"] = ingress;
        group.view["IpPermissionsEgress"] = egress;
    }
}

/// The id of the rule that is the same as `rule`.
pub(super) fn same_as(call: &Call<'_>, rule: &Value) -> Option<String> {
    let mut same = call
        .table::<SecurityGroupRule>()
        .with(&permission::identity(rule));
    same.next().map(|(id, _)| id.to_owned())
}

/// Whether a rule of another group names this one.
pub(super) fn is_referenced(call: &Call<'_>, group: &str) -> bool {
    call.table::<SecurityGroupRule>()
        .any_with(&reference_key(group))
}

/// Removes the rules of a group that goes.
pub(super) fn remove_all(call: &mut Call<'_>, group: &str) {
    let mut ids = Vec::new();
    for egress in [false, true] {
        let rules = call
            .table::<SecurityGroupRule>()
            .with(&group_key(group, egress));
        ids.extend(rules.map(|(id, _)| id.to_owned()));
    }
    for id in ids {
        call.table_mut::<SecurityGroupRule>().remove(&id);
    }
}

fn views<'c>(call: &'c Call<'_>, group: &str, egress: bool) -> impl Iterator<Item = &'c Value> {
    let rules = call
        .table::<SecurityGroupRule>()
        .with(&group_key(group, egress));
    let views: Vec<&Value> = rules.map(|(_, rule)| &rule.view).collect();
    views.into_iter()
}

fn within_limit(call: &Call<'_>, group: &str, egress: bool, new: &[Value]) -> Result<(), AwsError> {
    let (mut ipv4, mut ipv6) = (0, 0);
    for rule in views(call, group, egress).chain(new) {
        let (more4, more6) = weight(call, rule);
        (ipv4, ipv6) = (ipv4 + more4, ipv6 + more6);
    }
    if ipv4 <= PER_GROUP && ipv6 <= PER_GROUP {
        return Ok(());
    }
    let message = "The maximum number of rules per security group has been reached.";
    Err(AwsError::new("RulesPerSecurityGroupLimitExceeded", message))
}

/// A rule that references a security group counts as one rule for IPv4 and one for IPv6; see
/// "Amazon
/// VPC quotas"; a prefix list counts by its weight.
fn weight(call: &Call<'_>, rule: &Value) -> (usize, usize) {
    match (
        rule.some_text("PrefixListId"),
        rule.at("CidrIpv4"),
        rule.at("CidrIpv6"),
    ) {
        (Some(list), ..) => {
            let list = prefix_list::named(&call.region, list);
            (list.map_or(1, |list| list.weight), 0)
        }
        (_, Some(_), _) => (1, 0),
        (_, _, Some(_)) => (0, 1),
        _ => (1, 1),
    }
}

fn group_key(group: &str, egress: bool) -> String {
    format!("{}={group}", if egress { "out" } else { "in" })
}

fn reference_key(group: &str) -> String {
    format!("reference={group}")
}

pub(super) fn not_found(id: &str) -> AwsError {
    let message = format!("The security group rule ID '{id}' does not exist");
    AwsError::new("InvalidSecurityGroupRuleId.NotFound", message)
}
