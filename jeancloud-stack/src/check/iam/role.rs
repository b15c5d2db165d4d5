//! Rules for what a role has: its policies, its quotas, its tags.

use std::collections::BTreeMap;

use jeancloud_model::{
    Arn, Input,
    iam::{PolicyKind, PolicyName, Role},
};

use super::{
    super::{Report, Rule},
    QUOTAS, document, least_size,
};
use crate::View;

const CREATE_ROLE: &str = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html";
const ATTACH: &str =
    "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html";
const MANAGED_POLICIES: &str =
    "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html";

pub(super) const POLICIES: Rule = Rule {
    name: "role-policies",
    check: policies_of_a_role_name_resources,
};
pub(super) const POLICY_NAMES: Rule = Rule {
    name: "role-policy-names",
    check: policies_of_a_role_have_names_of_their_own,
};
pub(super) const MANAGED: Rule = Rule {
    name: "role-managed-policies",
    check: managed_policies_are_policies,
};
pub(super) const QUOTAS_KEPT: Rule = Rule {
    name: "role-quotas",
    check: roles_keep_to_the_quotas,
};
pub(super) const TAGS: Rule = Rule {
    name: "role-tags",
    check: tags_differ_in_more_than_case,
};

fn policies_of_a_role_name_resources(view: &View, report: &mut Report) {
    for role in view.all::<Role>() {
        for (index, policy) in role.policies.iter().enumerate() {
            let property = format!("Policies/{index}/PolicyDocument");
            let kind = PolicyKind::Identity;
            document(
                report,
                role.declaration,
                &property,
                &policy.policy_document,
                kind,
            );
        }
    }
}

fn policies_of_a_role_have_names_of_their_own(view: &View, report: &mut Report) {
    for role in view.all::<Role>() {
        let mut names: BTreeMap<String, &PolicyName> = BTreeMap::new();
        for (index, policy) in role.policies.iter().enumerate() {
            let Some(name) = policy.policy_name.known() else {
                continue;
            };
            if names.insert(name.to_string(), name).is_some() {
                report
                    .error(
                        role.declaration,
                        format!("Policies/{index}/PolicyName"),
                        format!("{name} is there twice"),
                    )
                    .rule("a policy's name is unique in its role: the second one overwrites the first")
                    .hint("give one of them another name, or join their statements in one document")
                    .document("https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html");
            }
        }
    }
}

/// Policies of AWS that stand under `service-role/`, which is easily left out.
const UNDER_SERVICE_ROLE: [&str; 13] = [
    "AmazonAPIGatewayPushToCloudWatchLogs",
    "AmazonEC2ContainerServiceAutoscaleRole",
    "AmazonEC2ContainerServiceEventsRole",
    "AmazonEC2ContainerServiceRole",
    "AmazonEC2ContainerServiceforEC2Role",
    "AmazonEC2SpotFleetTaggingRole",
    "AmazonECSTaskExecutionRolePolicy",
    "AmazonRDSEnhancedMonitoringRole",
    "AWSBackupServiceRolePolicyForBackup",
    "AWSGlueServiceRole",
    "AWSLambdaBasicExecutionRole",
    "AWSLambdaSQSQueueExecutionRole",
    "AWSLambdaVPCAccessExecutionRole",
];

fn managed_policies_are_policies(view: &View, report: &mut Report) {
    for role in view.all::<Role>() {
        let boundary = role.permissions_boundary.iter();
        let all = role
            .managed_policy_arns
            .iter()
            .map(|arn| ("ManagedPolicyArns", arn))
            .chain(boundary.map(|arn| ("PermissionsBoundary", arn)));
        for (property, arn) in all {
            let Some(arn) = arn.known() else { continue };
            let (wrong, hint) = match policy_name(arn) {
                None => (
                    format!("{arn} is no policy"),
                    "write `aws_managed_policy(\"ReadOnlyAccess\")`, or the ARN of a policy of the account".to_owned(),
                ),
                Some(name) if UNDER_SERVICE_ROLE.contains(&name) => (
                    format!("{arn} is no policy: AWS keeps it as service-role/{name}"),
                    format!("write `aws_managed_policy(\"service-role/{name}\")`"),
                ),
                Some(_) => continue,
            };
            report
                .error(role.declaration, property, wrong)
                .rule("a managed policy is named by its whole ARN, arn:aws:iam::aws:policy/path/name (NoSuchEntity, ValidationError)")
                .hint(hint)
                .document(if property == "ManagedPolicyArns" { MANAGED_POLICIES } else { ATTACH });
        }
    }
}

/// What stands behind `policy/` in the ARN of a policy.
fn policy_name(arn: &Arn) -> Option<&str> {
    let parts: Vec<&str> = arn.as_str().splitn(6, ':').collect();
    match parts[..] {
        [_, _, "iam", "", account, name] if !account.is_empty() => name.strip_prefix("policy/"),
        _ => None,
    }
}

fn roles_keep_to_the_quotas(view: &View, report: &mut Report) {
    for role in view.all::<Role>() {
        let policies = role.policies.iter();
        let inline: usize = policies.map(|p| least_size(&p.policy_document)).sum();
        if inline > 10_240 {
            report
                .error(role.declaration, "Policies", format!("have {inline} characters"))
                .rule("the policies that are part of a role have 10240 characters in all (LimitExceeded)")
                .hint("move some of them to managed policies: each has 6144 characters of its own")
                .document(QUOTAS);
        }
        let trust = least_size(&role.assume_role_policy_document);
        if trust > 2048 {
            report
                .warning(role.declaration, "AssumeRolePolicyDocument", format!("has {trust} characters"))
                .rule("a trust policy has 2048 characters, unless the account's quota was raised (LimitExceeded)")
                .hint("name fewer principals, or ask for a higher quota")
                .document(QUOTAS);
        }
        let managed = role.managed_policy_arns.len();
        if managed > 10 {
            report
                .warning(role.declaration, "ManagedPolicyArns", format!("are {managed}"))
                .rule("a role has 10 managed policies, unless the account's quota was raised (LimitExceeded)")
                .hint("join policies of your own, or ask for a higher quota")
                .document(QUOTAS);
        }
        let description = role.description.as_ref().and_then(|text| text.as_known());
        let length = description.map_or(0, |text| text.chars().count());
        if length > 1000 {
            report
                .error(
                    role.declaration,
                    "Description",
                    format!("has {length} characters"),
                )
                .rule("a role's description has at most 1000 characters (ValidationError)")
                .hint("shorten it")
                .document(CREATE_ROLE);
        }
        let path = role.path.as_ref().and_then(Input::known);
        if path.is_some_and(|path| path.as_str().starts_with("/aws-service-role/")) {
            report
                .error(role.declaration, "Path", "begins with /aws-service-role/")
                .rule("that path is for the roles that services make for themselves (AccessDenied)")
                .hint("take another path, or none")
                .document("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html");
        }
    }
}

fn tags_differ_in_more_than_case(view: &View, report: &mut Report) {
    for role in view.all::<Role>() {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for (key, _) in role.resource.tags.iter() {
            if let Some(first) = seen.insert(key.to_lowercase(), key) {
                report
                    .error(
                        role.declaration,
                        format!("Tags/{key}"),
                        format!("differs from {first} in its case only"),
                    )
                    .rule("IAM keeps the case of a tag's key and doesn't look at it (InvalidInput: Duplicate tag keys found)")
                    .hint("leave one of them out")
                    .document("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::iam::{Policy, Role, Statement, aws_managed_policy};

    use super::super::testing::{role, trust};
    use crate::check::testing::{broken, healthy};

    #[test]
    fn a_policy_of_a_role_names_resources() {
        assert_snapshot!(broken("role-policies", |h| {
            role(h, trust(), vec![Policy::new("read", Statement::allow("s3:GetObject"))]);
        }), @"
        error: global/role: Policies/0/PolicyDocument/Statement/0/Resource is missing
          rule: a statement says which resources it is about (MalformedPolicyDocument)
          hint: add `.on(…)`
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
        ");
    }

    #[test]
    fn policies_of_a_role_are_told_apart() {
        assert_snapshot!(broken("role-policy-names", |h| {
            let policy = Policy::new("read", Statement::allow("s3:GetObject").on("*"));
            role(h, trust(), vec![policy.clone(), policy]);
        }), @"
        error: global/role: Policies/1/PolicyName read is there twice
          rule: a policy's name is unique in its role: the second one overwrites the first
          hint: give one of them another name, or join their statements in one document
          see: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
        ");
    }

    #[test]
    fn a_managed_policy_is_named_whole() {
        assert_snapshot!(broken("role-managed-policies", |h| {
            h.stack.global().add("role", Role::builder()
                .assume_role_policy_document(trust())
                .managed_policy_arns([aws_managed_policy("AmazonECSTaskExecutionRolePolicy")])
                .build());
        }), @r#"
        error: global/role: ManagedPolicyArns arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy is no policy: AWS keeps it as service-role/AmazonECSTaskExecutionRolePolicy
          rule: a managed policy is named by its whole ARN, arn:aws:iam::aws:policy/path/name (NoSuchEntity, ValidationError)
          hint: write `aws_managed_policy("service-role/AmazonECSTaskExecutionRolePolicy")`
          see: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
        "#);
        healthy(|h| {
            h.stack.global().add(
                "role",
                Role::builder()
                    .assume_role_policy_document(trust())
                    .managed_policy_arns([aws_managed_policy("ReadOnlyAccess")])
                    .build(),
            );
        });
    }

    #[test]
    fn a_role_keeps_to_its_quotas() {
        assert_snapshot!(broken("role-quotas", |h| {
            let objects: Vec<_> = (0..500).map(|n| format!("arn:aws:s3:::bucket/{n}")).collect();
            role(h, trust(), vec![Policy::new("read", Statement::allow("s3:GetObject").on(objects))]);
        }), @"
        error: global/role: Policies have 12986 characters
          rule: the policies that are part of a role have 10240 characters in all (LimitExceeded)
          hint: move some of them to managed policies: each has 6144 characters of its own
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
        ");
    }

    #[test]
    fn tags_of_a_role_differ_in_more_than_case() {
        assert_snapshot!(broken("role-tags", |h| {
            h.stack.global().add("role", Role::builder()
                .assume_role_policy_document(trust())
                .tag("Team", "a")
                .tag("team", "b")
                .build());
        }), @"
        error: global/role: Tags/team differs from Team in its case only
          rule: IAM keeps the case of a tag's key and doesn't look at it (InvalidInput: Duplicate tag keys found)
          hint: leave one of them out
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
        ");
    }
}
