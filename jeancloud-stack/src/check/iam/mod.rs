//! Rules for AWS Identity and Access Management, and for policies wherever they stand.

pub(super) mod actions;
mod documents;
mod federation;
mod oidc_provider;
mod policies;
mod role;
mod trust;

use jeancloud_model::iam::{PolicyDocument, PolicyKind};

use super::{Report, Rule};
use crate::Declaration;

pub(super) use documents::least_size;

const ELEMENTS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html";
const QUOTAS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";

pub(super) const RULES: &[&Rule] = &[
    &policies::ACTIONS,
    &policies::CONDITION_KEYS,
    &policies::LITERALS,
    &policies::PRINCIPALS,
    &policies::RESOURCES,
    &policies::EXCLUDED,
    &trust::POLICY,
    &trust::ACTIONS,
    &trust::FITTING,
    &trust::ANYONE,
    &trust::SERVICES,
    &federation::SUBJECT,
    &federation::SHARED,
    &federation::CLAIMS,
    &role::POLICIES,
    &role::POLICY_NAMES,
    &role::MANAGED,
    &role::QUOTAS_KEPT,
    &role::TAGS,
    &oidc_provider::QUOTAS_KEPT,
    &oidc_provider::AUDIENCE,
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

#[cfg(test)]
mod testing {
    use jeancloud_model::{
        Handle,
        iam::{Policy, PolicyDocument, Principal, Role, Statement},
    };

    use crate::check::testing::Healthy;

    pub(super) fn trust() -> Statement {
        Statement::allow("sts:AssumeRole").principal(Principal::service("ecs-tasks.amazonaws.com"))
    }

    pub(super) fn role(
        h: &Healthy<'_>,
        trust: impl Into<PolicyDocument>,
        policies: Vec<Policy>,
    ) -> Handle<Role> {
        h.stack.global().add(
            "role",
            Role::builder()
                .role_name("a-role")
                .assume_role_policy_document(trust)
                .policies(policies)
                .build(),
        )
    }

    /// A role with one statement.
    pub(super) fn may(h: &Healthy<'_>, statement: Statement) {
        role(h, trust(), vec![Policy::new("policy", statement)]);
    }
}
