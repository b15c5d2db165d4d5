//! Changes of security groups' rules: authorize, revoke, modify, describe anew.

use serde_json::{Value, json};

use super::{
    common, permission,
    security_group::{self, SecurityGroup},
    security_group_rule::{self as rule, SecurityGroupRule},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// AuthorizeSecurityGroupIngress: a rule for each peer of each permission.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html>
pub(super) fn authorize_ingress(call: &mut Call<'_>, input: &Value) -> Outcome {
    authorize(call, input, false)
}

/// AuthorizeSecurityGroupEgress.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html>
pub(super) fn authorize_egress(call: &mut Call<'_>, input: &Value) -> Outcome {
    authorize(call, input, true)
}

fn authorize(call: &mut Call<'_>, input: &Value, egress: bool) -> Outcome {
    let group = group_of(call, input)?;
    let permissions = permission::permissions_of(input)?;
    if permissions.is_empty() {
        return Err(common::missing("ipPermissions"));
    }
    let rules = permission::rules_of(call, group, egress, &permissions)?;
    let tags = common::tags_at_creation(input, "security-group-rule")?;
    let added = rule::add(call, group, egress, rules, &tags)?;
    Ok(json!({"Return": true, "SecurityGroupRules": added}))
}

/// RevokeSecurityGroupIngress: by the rules' ids, or by permissions that are the same but for their
/// descriptions.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html>
pub(super) fn revoke_ingress(call: &mut Call<'_>, input: &Value) -> Outcome {
    revoke(call, input, false)
}

/// RevokeSecurityGroupEgress.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupEgress.html>
pub(super) fn revoke_egress(call: &mut Call<'_>, input: &Value) -> Outcome {
    revoke(call, input, true)
}

fn revoke(call: &mut Call<'_>, input: &Value, egress: bool) -> Outcome {
    let group = group_of(call, input)?;
    let mut ids = Vec::new();
    for id in input.texts("SecurityGroupRuleIds") {
        own(call, group, Some(egress), id)?;
        ids.push(id.to_owned());
    }
    let permissions = permission::permissions_of(input)?;
    for rule in permission::rules_of(call, group, egress, &permissions)? {
        ids.push(matching(call, &rule)?);
    }
    if ids.is_empty() {
        let message = "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.";
        return Err(AwsError::new("MissingParameter", message));
    }
    ids.sort_unstable();
    ids.dedup();
    let mut revoked = Vec::new();
    for id in ids {
        if let Some(gone) = call.table_mut::<SecurityGroupRule>().remove(&id) {
            let mut shown = call.keep("RevokedSecurityGroupRule", &gone.view);
            if let Some(other) = gone.view.at("ReferencedGroupInfo") {
                shown["ReferencedGroupId"] = other["GroupId"].clone();
            }
            revoked.push(shown);
        }
    }
    rule::refresh(call, group);
    Ok(json!({"Return": true, "RevokedSecurityGroupRules": revoked}))
}

/// UpdateSecurityGroupRuleDescriptionsIngress: "You can remove a description for a security group
/// rule by omitting the description parameter in the request."
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UpdateSecurityGroupRuleDescriptionsIngress.html>
pub(super) fn describe_ingress(call: &mut Call<'_>, input: &Value) -> Outcome {
    describe(call, input, false)
}

/// UpdateSecurityGroupRuleDescriptionsEgress.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UpdateSecurityGroupRuleDescriptionsEgress.html>
pub(super) fn describe_egress(call: &mut Call<'_>, input: &Value) -> Outcome {
    describe(call, input, true)
}

fn describe(call: &mut Call<'_>, input: &Value, egress: bool) -> Outcome {
    let group = group_of(call, input)?;
    let mut texts = Vec::new();
    for item in input.items("SecurityGroupRuleDescriptions") {
        let id = item.text("SecurityGroupRuleId");
        own(call, group, Some(egress), id)?;
        permission::describe(&mut json!({}), item.some_text("Description"))?;
        texts.push((id.to_owned(), item["Description"].clone()));
    }
    let permissions = permission::permissions_of(input)?;
    for rule in permission::rules_of(call, group, egress, &permissions)? {
        texts.push((matching(call, &rule)?, rule["Description"].clone()));
    }
    if texts.is_empty() {
        let message =
            "Either 'ipPermissions' or 'securityGroupRuleDescriptions' should be provided.";
        return Err(AwsError::new("MissingParameter", message));
    }
    for (id, text) in texts {
        if let Some(mut rule) = call.table_mut::<SecurityGroupRule>().get_mut(&id) {
            permission::describe(&mut rule.view, text.as_str())?;
        }
    }
    rule::refresh(call, group);
    Ok(json!({"Return": true}))
}

/// ModifySecurityGroupRules: the whole rule, which keeps its id, direction and tags.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html>
pub(super) fn modify(call: &mut Call<'_>, input: &Value) -> Outcome {
    let group = group_of(call, input)?;
    let mut changed = Vec::new();
    for update in input.items("SecurityGroupRules") {
        let id = update.text("SecurityGroupRuleId");
        let old = own(call, group, None, id)?;
        let new = permission::rule_of(call, old, &update["SecurityGroupRule"])?;
        if rule::same_as(call, &new).is_some_and(|same| same != id) {
            let message = format!(
                "the specified rule \"{}\" already exists",
                permission::spelt(&new)
            );
            return Err(AwsError::new("InvalidPermission.Duplicate", message));
        }
        changed.push((id, new));
    }
    for (id, view) in changed {
        if let Some(mut rule) = call.table_mut::<SecurityGroupRule>().get_mut(id) {
            rule.view = view;
        }
    }
    rule::refresh(call, group);
    Ok(json!({"Return": true}))
}

fn group_of<'i>(call: &Call<'_>, input: &'i Value) -> Result<&'i str, AwsError> {
    let id = security_group::id_of(input)?;
    match call.table::<SecurityGroup>().contains(id) {
        true => Ok(id),
        false => Err(security_group::not_found(id)),
    }
}

/// A rule of this group, and of this direction.
fn own<'c>(
    call: &'c Call<'_>,
    group: &str,
    egress: Option<bool>,
    id: &str,
) -> Result<&'c Value, AwsError> {
    let found = call.get::<SecurityGroupRule>(id).map(|rule| &rule.view);
    let own = |view: &&Value| {
        view.text("GroupId") == group && egress.is_none_or(|egress| view.flag("IsEgress") == egress)
    };
    found.filter(own).ok_or_else(|| rule::not_found(id))
}

fn matching(call: &Call<'_>, rule: &Value) -> Result<String, AwsError> {
    rule::same_as(call, rule).ok_or_else(|| {
        let message = "The specified rule does not exist in this security group.";
        AwsError::new("InvalidPermission.NotFound", message)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn tcp(port: u32, block: &str) -> Value {
        let ranges = json!([{"CidrIp": block, "Description": "a test"}]);
        json!([{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": ranges}])
    }

    fn rules(aws: &Aws, group: &Value) -> Vec<Value> {
        aws.found(
            "DescribeSecurityGroupRules",
            "SecurityGroupRules",
            "group-id",
            group,
        )
    }

    /// "the IDs of the security group rules", API_AuthorizeSecurityGroupIngress.
    #[test]
    fn authorize_answers_with_the_rules_and_revoke_takes_their_ids() {
        let aws = Aws::new();
        let group = aws.group(&aws.vpc("10.0.0.0/16"), "web");
        let tags = json!([{"Key": "a", "Value": "b"}]);
        let input = json!({
            "GroupId": group,
            "IpPermissions": tcp(80, "100.68.0.18/18"),
            "TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": tags}],
        });
        let made = aws.ok("ec2", "AuthorizeSecurityGroupIngress", input);
        let rule = &made["SecurityGroupRules"][0];
        assert_eq!(rule["CidrIpv4"], "100.68.0.0/18");
        assert_eq!(rule["Tags"], tags);
        let id = &rule["SecurityGroupRuleId"];
        assert_eq!(rules(&aws, &group).len(), 2);
        let told = aws.found(
            "DescribeSecurityGroupRules",
            "SecurityGroupRules",
            "security-group-rule-id",
            id,
        );
        assert_eq!(&told[0], rule);
        let gone = json!({"GroupId": group, "SecurityGroupRuleIds": [id]});
        // It is a rule for what comes in.
        let code = aws.code("ec2", "RevokeSecurityGroupEgress", gone.clone());
        assert_eq!(code, "InvalidSecurityGroupRuleId.NotFound");
        let revoked = aws.ok("ec2", "RevokeSecurityGroupIngress", gone.clone());
        assert_eq!(
            &revoked["RevokedSecurityGroupRules"][0]["SecurityGroupRuleId"],
            id
        );
        let code = aws.code("ec2", "RevokeSecurityGroupIngress", gone);
        assert_eq!(code, "InvalidSecurityGroupRuleId.NotFound");
    }

    /// A rule is named by its protocol and destination, API_RevokeSecurityGroupEgress, and
    /// "InvalidPermission.NotFound", "Error codes for the Amazon EC2 API".
    #[test]
    fn the_first_rule_is_revoked_by_its_permission() {
        let aws = Aws::new();
        let group = aws.group(&aws.vpc("10.0.0.0/16"), "web");
        let everything = json!([{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]);
        let input = json!({"GroupId": group, "IpPermissions": everything});
        aws.ok("ec2", "RevokeSecurityGroupEgress", input.clone());
        assert_eq!(rules(&aws, &group), Vec::<Value>::new());
        let code = aws.code("ec2", "RevokeSecurityGroupEgress", input);
        assert_eq!(code, "InvalidPermission.NotFound");
    }

    /// InvalidPermission.Duplicate: The specified inbound or outbound rule already exists; see the
    /// same. A description makes no difference; and where one rule is refused, none is added.
    #[test]
    fn double_rules_are_refused_as_a_whole() {
        let aws = Aws::new();
        let group = aws.group(&aws.vpc("10.0.0.0/16"), "web");
        let add = |permissions: Value| json!({"GroupId": group, "IpPermissions": permissions});
        aws.ok(
            "ec2",
            "AuthorizeSecurityGroupIngress",
            add(tcp(80, "10.0.0.0/8")),
        );
        let mut two = tcp(81, "10.0.0.0/8");
        let mut same = tcp(80, "10.0.0.0/8")[0].clone();
        same["IpProtocol"] = "6".into();
        same["IpRanges"][0]["Description"] = "other".into();
        two.as_array_mut().unwrap().push(same);
        let refusal = aws.refused("ec2", "AuthorizeSecurityGroupIngress", add(two));
        assert_eq!(refusal.code, "InvalidPermission.Duplicate");
        let message = "the specified rule \"peer: 10.0.0.0/8, TCP, from port: 80, to port: 80, \
                       ALLOW\" already exists";
        assert_eq!(refusal.message, message);
        assert_eq!(rules(&aws, &group).len(), 2);
    }

    #[test]
    fn permissions_name_known_traffic_and_peers() {
        let aws = Aws::new();
        let group = aws.group(&aws.vpc("10.0.0.0/16"), "web");
        let foreign = aws.group(&aws.vpc("10.1.0.0/16"), "other");
        let code = |permission: Value| {
            let input = json!({"GroupId": group, "IpPermissions": [permission]});
            aws.code("ec2", "AuthorizeSecurityGroupEgress", input)
        };
        let any = json!([{"CidrIp": "0.0.0.0/0"}]);
        for (permission, wanted) in [
            (
                json!({"IpProtocol": "tpc", "IpRanges": any}),
                "InvalidParameterValue",
            ),
            (
                json!({"IpProtocol": "tcp", "IpRanges": any}),
                "MissingParameter",
            ),
            (
                json!({"IpProtocol": "tcp", "FromPort": 2, "ToPort": 1, "IpRanges": any}),
                "InvalidParameterValue",
            ),
            (json!({"IpProtocol": "-1"}), "MissingParameter"),
            (
                json!({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/40"}]}),
                "InvalidParameterValue",
            ),
            (
                json!({"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": "pl-00000000"}]}),
                "InvalidPrefixListID.NotFound",
            ),
            (
                json!({"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": foreign}]}),
                "InvalidGroup.NotFound",
            ),
        ] {
            assert_eq!(code(permission.clone()), wanted, "{permission}");
        }
    }

    /// Inbound or outbound rules per security group: 60; see "Amazon VPC quotas"; CloudFront's list
    /// counts as 55, "AWS-managed prefix lists".
    #[test]
    fn a_group_has_sixty_rules_a_direction() {
        let aws = Aws::new();
        let group = aws.group(&aws.vpc("10.0.0.0/16"), "web");
        let list = json!([{"PrefixListId": "pl-75b1541c"}]);
        let list =
            json!([{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "PrefixListIds": list}]);
        let list = json!({"GroupId": group, "IpPermissions": list});
        aws.ok("ec2", "AuthorizeSecurityGroupIngress", list);
        for port in 1..=5 {
            let one = json!({"GroupId": group, "IpPermissions": tcp(port, "10.0.0.0/8")});
            aws.ok("ec2", "AuthorizeSecurityGroupIngress", one);
        }
        let one = json!({"GroupId": group, "IpPermissions": tcp(6, "10.0.0.0/8")});
        let code = aws.code("ec2", "AuthorizeSecurityGroupIngress", one.clone());
        assert_eq!(code, "RulesPerSecurityGroupLimitExceeded");
        aws.ok("ec2", "AuthorizeSecurityGroupEgress", one);
    }

    #[test]
    fn descriptions_come_and_go() {
        let aws = Aws::new();
        let group = aws.group(&aws.vpc("10.0.0.0/16"), "web");
        let mut input = json!({"GroupId": group, "IpPermissions": tcp(80, "10.0.0.0/8")});
        let made = aws.ok("ec2", "AuthorizeSecurityGroupIngress", input.clone());
        let id = &made["SecurityGroupRules"][0]["SecurityGroupRuleId"];
        let description = || {
            let told = json!({"SecurityGroupRuleIds": [id]});
            let told = aws.ok("ec2", "DescribeSecurityGroupRules", told);
            told["SecurityGroupRules"][0].get("Description").cloned()
        };
        assert_eq!(description(), Some(json!("a test")));
        input["IpPermissions"][0]["IpRanges"] = json!([{"CidrIp": "10.0.0.0/8"}]);
        aws.ok(
            "ec2",
            "UpdateSecurityGroupRuleDescriptionsIngress",
            input.clone(),
        );
        assert_eq!(description(), None);
        let by_id = json!([{"SecurityGroupRuleId": id, "Description": "again"}]);
        let by_id = json!({"GroupId": group, "SecurityGroupRuleDescriptions": by_id});
        aws.ok("ec2", "UpdateSecurityGroupRuleDescriptionsIngress", by_id);
        assert_eq!(description(), Some(json!("again")));
        input["IpPermissions"][0]["FromPort"] = 79.into();
        let code = aws.code("ec2", "UpdateSecurityGroupRuleDescriptionsIngress", input);
        assert_eq!(code, "InvalidPermission.NotFound");
    }

    #[test]
    fn a_rule_is_modified_and_keeps_its_id() {
        let aws = Aws::new();
        let group = aws.group(&aws.vpc("10.0.0.0/16"), "web");
        let input = json!({"GroupId": group, "IpPermissions": tcp(80, "10.0.0.0/8")});
        let made = aws.ok("ec2", "AuthorizeSecurityGroupIngress", input);
        let id = &made["SecurityGroupRules"][0]["SecurityGroupRuleId"];
        let new = json!({"IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "CidrIpv6": "::/0"});
        let update = json!([{"SecurityGroupRuleId": id, "SecurityGroupRule": new}]);
        let input = json!({"GroupId": group, "SecurityGroupRules": update});
        aws.ok("ec2", "ModifySecurityGroupRules", input);
        let groups = aws.ok(
            "ec2",
            "DescribeSecurityGroups",
            json!({"GroupIds": [group]}),
        );
        let shown = &groups["SecurityGroups"][0]["IpPermissions"];
        let wanted = json!([{
            "FromPort": 53,
            "IpProtocol": "udp",
            "IpRanges": [],
            "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
            "PrefixListIds": [],
            "ToPort": 53,
            "UserIdGroupPairs": [],
        }]);
        assert_eq!(shown, &wanted);
    }
}
