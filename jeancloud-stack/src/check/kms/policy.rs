//! Rules for the policies of keys.

use jeancloud_model::{
    Text,
    iam::{Effect, PolicyKind, PrincipalKind},
    kms::Key,
};

use super::{
    super::{
        Report, Rule,
        iam::{self, actions::matches},
    },
    key::known,
};
use crate::View;

const POLICIES: &str =
    "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html";

pub(super) const WHOLE: Rule = Rule {
    name: "key-policy",
    check: key_policies_are_whole,
};
pub(super) const LOCKOUT: Rule = Rule {
    name: "key-policy-lockout",
    check: key_policies_lock_nobody_out,
};
pub(super) const SIZE: Rule = Rule {
    name: "key-policy-size",
    check: key_policies_are_short,
};
pub(super) const RESOURCES: Rule = Rule {
    name: "key-policy-resources",
    check: key_policies_are_about_their_key,
};

fn key_policies_are_whole(view: &View, report: &mut Report) {
    for key in view.all::<Key>() {
        if let Some(policy) = &key.key_policy {
            iam::document(
                report,
                key.declaration,
                "KeyPolicy",
                policy,
                PolicyKind::Resource,
            );
        }
    }
}

fn key_policies_lock_nobody_out(view: &View, report: &mut Report) {
    for key in view.all::<Key>() {
        let Some(policy) = &key.key_policy else {
            continue;
        };
        if known(&key.bypass_policy_lockout_safety_check, false) != Some(false) {
            continue;
        }
        let can_change = policy.statements().iter().any(|statement| {
            // Without actions, it is about all but some.
            let names = statement.actions().is_empty()
                || statement.actions().iter().any(|action| {
                    action.as_known().is_none_or(|action| {
                        matches(&action.to_ascii_lowercase(), "kms:putkeypolicy")
                    })
                });
            // A statement without a principal is another rule's matter.
            let somebody = statement.principals().next().is_none()
                || statement
                    .principals()
                    .any(|(kind, _)| matches!(kind, PrincipalKind::Aws | PrincipalKind::Federated));
            statement.effect() == Effect::Allow && names && somebody
        });
        if !can_change {
            report
                .error(key.declaration, "KeyPolicy", "lets nobody change the policy again")
                .rule("a key's policy lets whoever sets it call PutKeyPolicy later (MalformedPolicyDocumentException)")
                .hint("add `Statement::allow(\"kms:*\").principal(Principal::account(&caller)).on(\"*\")`, with `caller` from `lookup(\"caller\", CallerIdentity::builder().build())`")
                .document("https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html");
        }
    }
}

fn key_policies_are_short(view: &View, report: &mut Report) {
    for key in view.all::<Key>() {
        let size = key.key_policy.as_ref().map_or(0, iam::least_size);
        if size > 32 * 1024 {
            report
                .error(
                    key.declaration,
                    "KeyPolicy",
                    format!("has {size} characters"),
                )
                .rule("a key's policy has at most 32 KB (LimitExceededException)")
                .hint("let the account's IAM policies decide, or give grants")
                .document(
                    "https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html",
                );
        }
    }
}

fn key_policies_are_about_their_key(view: &View, report: &mut Report) {
    for key in view.all::<Key>() {
        let Some(policy) = &key.key_policy else {
            continue;
        };
        for (index, statement) in policy.statements().iter().enumerate() {
            let mut known = statement.resources().iter().filter_map(Text::as_known);
            if let Some(other) = known.find(|resource| *resource != "*") {
                report
                    .warning(
                        key.declaration,
                        format!("KeyPolicy/Statement/{index}/Resource"),
                        format!("is {other}: the statement is about no key"),
                    )
                    .rule("in a key's policy, `*` means the key that carries it, and nothing else counts")
                    .hint("write `.on(\"*\")`")
                    .document(POLICIES);
            }
            let mut known = statement.actions().iter().filter_map(Text::as_known);
            let of_kms =
                |action: &str| action == "*" || action.to_ascii_lowercase().starts_with("kms:");
            if let Some(other) = known.find(|action| !of_kms(action)) {
                report
                    .warning(
                        key.declaration,
                        format!("KeyPolicy/Statement/{index}/Action"),
                        format!("names {other}, which is no action of KMS"),
                    )
                    .rule("a key's policy is about the actions of KMS")
                    .hint("what a role may do elsewhere goes into the role's own policy")
                    .document(POLICIES);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        iam::{PolicyDocument, Principal, Statement},
        kms::Key,
    };

    use crate::check::testing::{broken, healthy};

    fn everything() -> Statement {
        Statement::allow("kms:*")
            .principal(Principal::account("123456789012"))
            .on("*")
    }

    #[test]
    fn a_key_policy_names_whom_it_is_about() {
        assert_snapshot!(broken("key-policy", |h| {
            h.scope.add("key", Key::builder().key_policy(Statement::allow("kms:*").on("*")).build());
        }), @"
        error: main/key: KeyPolicy/Statement/0/Principal is missing
          rule: a policy of a resource says whom it is about (MalformedPolicyDocument)
          hint: add `.principal(…)`
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
        ");
    }

    #[test]
    fn a_key_policy_can_be_changed_again() {
        assert_snapshot!(broken("key-policy-lockout", |h| {
            let use_it = Statement::allow("kms:Decrypt").principal(Principal::account("123456789012")).on("*");
            h.scope.add("key", Key::builder().key_policy(use_it).build());
        }), @r#"
        error: main/key: KeyPolicy lets nobody change the policy again
          rule: a key's policy lets whoever sets it call PutKeyPolicy later (MalformedPolicyDocumentException)
          hint: add `Statement::allow("kms:*").principal(Principal::account(&caller)).on("*")`, with `caller` from `lookup("caller", CallerIdentity::builder().build())`
          see: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
        "#);
    }

    #[test]
    fn a_service_is_nobody_who_changes_a_policy() {
        assert_snapshot!(broken("key-policy-lockout", |h| {
            let logs = Principal::service("logs.eu-west-3.amazonaws.com");
            let policy = Statement::allow("kms:*").principal(logs).on("*");
            h.scope.add("key", Key::builder().key_policy(policy).build());
        }), @r#"
        error: main/key: KeyPolicy lets nobody change the policy again
          rule: a key's policy lets whoever sets it call PutKeyPolicy later (MalformedPolicyDocumentException)
          hint: add `Statement::allow("kms:*").principal(Principal::account(&caller)).on("*")`, with `caller` from `lookup("caller", CallerIdentity::builder().build())`
          see: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
        "#);
        healthy(|h| {
            let admins = Principal::aws("arn:aws:iam::123456789012:role/admin");
            let policy = Statement::allow(["kms:PutKey*", "KMS:Get*"])
                .principal(admins)
                .on("*");
            h.scope
                .add("key", Key::builder().key_policy(policy).build());
        });
    }

    #[test]
    fn a_key_policy_is_short() {
        assert_snapshot!(broken("key-policy-size", |h| {
            let principals = (0..700).map(|n| format!("arn:aws:iam::123456789012:role/role-{n:08}"));
            let many = principals.fold(everything(), |it, arn| it.principal(Principal::aws(arn)));
            h.scope.add("key", Key::builder().key_policy(many).build());
        }), @"
        error: main/key: KeyPolicy has 33048 characters
          rule: a key's policy has at most 32 KB (LimitExceededException)
          hint: let the account's IAM policies decide, or give grants
          see: https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
        ");
    }

    #[test]
    fn a_key_policy_is_about_its_key() {
        assert_snapshot!(broken("key-policy-resources", |h| {
            let other = Statement::allow("kms:Decrypt")
                .principal(Principal::account("123456789012"))
                .on("arn:aws:s3:::bucket");
            h.scope.add("key", Key::builder().key_policy(PolicyDocument::from([everything(), other])).build());
        }), @r#"
        warning: main/key: KeyPolicy/Statement/1/Resource is arn:aws:s3:::bucket: the statement is about no key
          rule: in a key's policy, `*` means the key that carries it, and nothing else counts
          hint: write `.on("*")`
          see: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
        "#);
    }
}
