//! Rules for AWS Identity and Access Management.

use std::collections::BTreeSet;

use jeancloud_model::iam::{Effect, OidcProvider, PolicyDocument, PolicyKind, PrincipalKind, Role};

use super::{Report, Rule};
use crate::{Declaration, View};

const ELEMENTS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html";
const QUOTAS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const FEDERATION: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html";

pub(super) const RULES: &[&Rule] = &[
    &Rule {
        name: "role-trust-policy",
        check: trust_policies_say_who_may_assume,
    },
    &Rule {
        name: "role-trust-actions",
        check: trust_policies_allow_sts_actions_only,
    },
    &Rule {
        name: "role-federated-trust",
        check: federated_trust_names_whose_tokens,
    },
    &Rule {
        name: "role-policies",
        check: policies_of_a_role_name_resources,
    },
    &Rule {
        name: "role-policy-names",
        check: policies_of_a_role_have_names_of_their_own,
    },
    &Rule {
        name: "role-quotas",
        check: roles_keep_to_the_quotas,
    },
    &Rule {
        name: "oidc-provider-quotas",
        check: providers_keep_to_the_quotas,
    },
];

/// Reports what AWS would refuse of a policy document where it stands.
pub(super) fn document(
    report: &mut Report,
    declaration: &Declaration,
    property: &str,
    document: &PolicyDocument,
    kind: PolicyKind,
) {
    for (path, fault) in document.faults(kind) {
        let problem = report.error(declaration, format!("{property}{path}"), fault.wrong);
        problem.rule(format!("{} (MalformedPolicyDocument)", fault.rule));
        problem.document(fault.document.unwrap_or(ELEMENTS));
        if let Some(hint) = fault.hint {
            problem.hint(hint);
        }
    }
}

fn trust_policies_say_who_may_assume(view: &View, report: &mut Report) {
    for role in view.all::<Role>() {
        let trust = &role.assume_role_policy_document;
        document(
            report,
            role.declaration,
            "AssumeRolePolicyDocument",
            trust,
            PolicyKind::Trust,
        );
    }
}

fn trust_policies_allow_sts_actions_only(view: &View, report: &mut Report) {
    for role in view.all::<Role>() {
        for (index, statement) in role
            .assume_role_policy_document
            .statements()
            .iter()
            .enumerate()
        {
            let known = statement
                .actions()
                .iter()
                .filter_map(|action| action.as_known());
            for action in known.filter(|action| !action.starts_with("sts:")) {
                report
                    .error(
                        role.declaration,
                        format!("AssumeRolePolicyDocument/Statement/{index}/Action"),
                        format!("`{action}` is no action of STS"),
                    )
                    .rule("a trust policy is about STS's actions only (MalformedPolicyDocument)")
                    .hint("what the role may do goes into `policies` or `managed_policy_arns`; here: `Statement::allow(\"sts:AssumeRole\")`")
                    .document(ELEMENTS);
            }
        }
    }
}

fn federated_trust_names_whose_tokens(view: &View, report: &mut Report) {
    for role in view.all::<Role>() {
        for (index, statement) in role
            .assume_role_policy_document
            .statements()
            .iter()
            .enumerate()
        {
            let federated = statement
                .principals()
                .any(|(kind, _)| kind == PrincipalKind::Federated);
            let subject = statement
                .condition_keys()
                .any(|key| key.ends_with(":sub") || key.ends_with(":saml:sub"));
            if statement.effect() == Effect::Allow && federated && !subject {
                report
                    .warning(
                        role.declaration,
                        format!("AssumeRolePolicyDocument/Statement/{index}/Condition"),
                        "does not say whose tokens may assume the role",
                    )
                    .rule("an identity provider gives tokens to all its users: without a condition on `sub`, each of them may assume the role; for GitHub's provider, AWS refuses that")
                    .hint("add `.when(Condition::string_like(\"token.actions.githubusercontent.com:sub\", \"repo:owner/name:*\"))`, with your provider's address")
                    .document(FEDERATION);
            }
        }
    }
}

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
        let mut names = BTreeSet::new();
        for (index, policy) in role.policies.iter().enumerate() {
            let Some(name) = policy.policy_name.known() else {
                continue;
            };
            if !names.insert(name) {
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

fn roles_keep_to_the_quotas(view: &View, report: &mut Report) {
    for role in view.all::<Role>() {
        let size = |document: &PolicyDocument| {
            let json = serde_json::to_string(document).unwrap_or_default();
            (!json.contains("\"$output\"")).then_some(json.len())
        };
        let inline: usize = role
            .policies
            .iter()
            .filter_map(|p| size(&p.policy_document))
            .sum();
        if inline > 10_240 {
            report
                .error(role.declaration, "Policies", format!("have {inline} characters"))
                .rule("the policies that are part of a role have 10240 characters in all (LimitExceeded)")
                .hint("move some of them to managed policies: each has 6144 characters of its own")
                .document(QUOTAS);
        }
        let trust = size(&role.assume_role_policy_document).unwrap_or_default();
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
                .document(
                    "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
                );
        }
    }
}

fn providers_keep_to_the_quotas(view: &View, report: &mut Report) {
    for provider in view.all::<OidcProvider>() {
        let (clients, prints) = (
            provider.client_id_list.len(),
            provider.thumbprint_list.len(),
        );
        for (property, number, most) in [
            ("ClientIdList", clients, 100),
            ("ThumbprintList", prints, 5),
        ] {
            if number > most {
                report
                    .error(
                        provider.declaration,
                        property,
                        format!("has {number} members"),
                    )
                    .rule(format!(
                        "an identity provider has at most {most} of them (LimitExceeded)"
                    ))
                    .hint("take away those that nobody uses")
                    .document(QUOTAS);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::iam::{OidcProvider, Policy, PolicyDocument, Principal, Role, Statement};

    use crate::check::testing::{Healthy, broken, healthy};

    fn trust() -> Statement {
        Statement::allow("sts:AssumeRole").principal(Principal::service("ecs-tasks.amazonaws.com"))
    }

    fn role(h: &Healthy<'_>, trust: impl Into<PolicyDocument>, policies: Vec<Policy>) {
        h.stack.global().add(
            "role",
            Role::builder()
                .role_name("a-role")
                .assume_role_policy_document(trust)
                .policies(policies)
                .build(),
        );
    }

    #[test]
    fn a_role_is_healthy() {
        healthy(|h| {
            role(
                h,
                trust(),
                vec![Policy::new(
                    "read",
                    Statement::allow("s3:GetObject").on("*"),
                )],
            )
        });
    }

    #[test]
    fn a_trust_policy_names_a_principal() {
        assert_snapshot!(broken("role-trust-policy", |h| {
            role(h, Statement::allow("sts:AssumeRole"), vec![]);
        }), @r#"
        error: global/role: AssumeRolePolicyDocument/Statement/0/Principal is missing
          rule: a trust policy says who may assume the role (MalformedPolicyDocument)
          hint: add `.principal(Principal::service("ecs-tasks.amazonaws.com"))` or another principal
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
        "#);
    }

    #[test]
    fn a_trust_policy_is_about_sts() {
        assert_snapshot!(broken("role-trust-actions", |h| {
            role(h, trust().action("s3:GetObject"), vec![]);
        }), @r#"
        error: global/role: AssumeRolePolicyDocument/Statement/0/Action `s3:GetObject` is no action of STS
          rule: a trust policy is about STS's actions only (MalformedPolicyDocument)
          hint: what the role may do goes into `policies` or `managed_policy_arns`; here: `Statement::allow("sts:AssumeRole")`
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
        "#);
    }

    #[test]
    fn a_federated_trust_names_whose_tokens() {
        assert_snapshot!(broken("role-federated-trust", |h| {
            let provider = h.stack.global().add("provider", OidcProvider::builder()
                .url("https://token.actions.githubusercontent.com")
                .client_id_list(["sts.amazonaws.com"])
                .build());
            let principal = Principal::federated(provider.arn());
            role(h, Statement::allow("sts:AssumeRoleWithWebIdentity").principal(principal), vec![]);
        }), @r#"
        warning: global/role: AssumeRolePolicyDocument/Statement/0/Condition does not say whose tokens may assume the role
          rule: an identity provider gives tokens to all its users: without a condition on `sub`, each of them may assume the role; for GitHub's provider, AWS refuses that
          hint: add `.when(Condition::string_like("token.actions.githubusercontent.com:sub", "repo:owner/name:*"))`, with your provider's address
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
        "#);
    }

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
    fn a_provider_keeps_to_its_quotas() {
        assert_snapshot!(broken("oidc-provider-quotas", |h| {
            let print = |n: u32| format!("{n:040x}");
            h.stack.global().add("provider", OidcProvider::builder()
                .url("https://gitlab.com")
                .thumbprint_list((0..6).map(print))
                .build());
        }), @"
        error: global/provider: ThumbprintList has 6 members
          rule: an identity provider has at most 5 of them (LimitExceeded)
          hint: take away those that nobody uses
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
        ");
    }
}
