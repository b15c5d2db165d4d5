//! Rules for roles that are assumed with the tokens of an identity provider.

use jeancloud_model::{
    Text,
    iam::{Effect, OidcProvider, PrincipalKind, Statement},
};

use super::{
    super::{Report, Rule},
    trust::statements,
};
use crate::View;

const FEDERATION: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html";
const SHARED_PROVIDERS: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html";
const KEYS: &str =
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html";

const GITHUB: &str = "token.actions.githubusercontent.com";

pub(super) const SUBJECT: Rule = Rule {
    name: "role-federated-trust",
    check: federated_trust_names_whose_tokens,
};
pub(super) const SHARED: Rule = Rule {
    name: "role-github-trust",
    check: github_is_trusted_for_a_repository,
};
pub(super) const CLAIMS: Rule = Rule {
    name: "role-federated-claims",
    check: conditions_look_at_claims_of_the_provider,
};

/// The provider that a statement trusts: its address without `https://`, and its declaration.
struct Trusted<'v> {
    address: String,
    provider: Option<crate::Declared<'v, OidcProvider>>,
}

fn trusted<'v>(view: &'v View, statement: &Statement) -> Option<Trusted<'v>> {
    let mut federated = statement
        .principals()
        .filter(|(kind, _)| *kind == PrincipalKind::Federated);
    let (Some((_, name)), None) = (federated.next(), federated.next()) else {
        return None;
    };
    if let Some(known) = name.as_known() {
        let (_, address) = known.split_once(":oidc-provider/")?;
        let address = address.to_owned();
        return Some(Trusted {
            address,
            provider: None,
        });
    }
    let provider = view.referred::<OidcProvider>(name.references().next()?)?;
    let url = provider.resource.url.known()?.as_str();
    let address = url.trim_start_matches("https://").to_owned();
    Some(Trusted {
        address,
        provider: Some(provider),
    })
}

fn federated_trust_names_whose_tokens(view: &View, report: &mut Report) {
    statements(view, |role, path, statement| {
        let federated = statement
            .principals()
            .any(|(kind, _)| kind == PrincipalKind::Federated);
        let github = trusted(view, statement).is_some_and(|it| it.address == GITHUB);
        let subject = statement
            .condition_keys()
            .any(|key| key.ends_with(":sub") || key.to_ascii_lowercase().starts_with("saml:"));
        if statement.effect() == Effect::Allow && federated && !subject && !github {
            report
                .warning(
                    role.declaration,
                    format!("{path}/Condition"),
                    "does not say whose tokens may assume the role",
                )
                .rule("an identity provider gives tokens to all its users: without a condition on `sub`, each of them may assume the role")
                .hint("add `.when(Condition::string_equals(\"oidc.example.com:sub\", \"…\"))`, with your provider's address")
                .document(FEDERATION);
        }
    });
}

/// The claims of GitHub's tokens that say whose repository it is.
const OF_A_REPOSITORY: [&str; 8] = [
    "enterprise",
    "enterprise_id",
    "job_workflow_ref",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "sub",
];

fn github_is_trusted_for_a_repository(view: &View, report: &mut Report) {
    statements(view, |role, path, statement| {
        let github = trusted(view, statement).is_some_and(|it| it.address == GITHUB);
        if statement.effect() != Effect::Allow || !github {
            return;
        }
        let claims = statement.conditions().filter_map(|(_, key, values)| {
            let (host, claim) = key.rsplit_once(':')?;
            let its = host.eq_ignore_ascii_case(GITHUB) && OF_A_REPOSITORY.contains(&claim);
            its.then_some((claim, values))
        });
        let mut named = false;
        let mut open = None;
        for (claim, values) in claims {
            named = true;
            let anybodys = |value: &&str| {
                let owner = value.strip_prefix("repo:").unwrap_or(value);
                owner.is_empty() || owner.starts_with('*')
            };
            let anybody = values.iter().filter_map(Text::as_known).find(anybodys);
            open = open.or(anybody.map(|value| format!("{claim} may be `{value}`")));
        }
        let wrong = match (named, open) {
            (false, _) => "does not say whose repositories may assume the role".to_owned(),
            (true, Some(open)) => format!("lets everybody's repositories in: {open}"),
            (true, None) => return,
        };
        report
            .error(role.declaration, format!("{path}/Condition"), wrong)
            .rule("GitHub gives tokens to everybody's workflows: IAM wants a condition on `sub` that names the owner (MalformedPolicyDocument)")
            .hint(format!("add `.when(Condition::string_like(\"{GITHUB}:sub\", \"repo:owner/name:*\"))`"))
            .document(SHARED_PROVIDERS);
    });
}

fn conditions_look_at_claims_of_the_provider(view: &View, report: &mut Report) {
    statements(view, |role, path, statement| {
        let Some(trusted) = trusted(view, statement) else {
            return;
        };
        for (operator, key, values) in statement.conditions() {
            let Some((host, claim)) = key.rsplit_once(':') else {
                continue;
            };
            if host.contains('.') && !host.eq_ignore_ascii_case(&trusted.address) {
                report
                    .error(
                        role.declaration,
                        format!("{path}/Condition"),
                        format!("looks at {key}, and the tokens are those of {}", trusted.address),
                    )
                    .rule("the claims of a token are keys that begin with its provider's address without https://: one of another provider is never there")
                    .hint(format!("write `{}:{claim}`", trusted.address))
                    .document(KEYS);
                continue;
            }
            let audiences = trusted
                .provider
                .as_ref()
                .map(|it| &it.resource.client_id_list);
            let known: Option<Vec<&str>> =
                audiences.and_then(|ids| ids.iter().map(Text::as_known).collect());
            let equals = operator.starts_with("StringEquals");
            let (Some(known), "aud", true) = (known.filter(|ids| !ids.is_empty()), claim, equals)
            else {
                continue;
            };
            let mut values = values.iter().filter_map(Text::as_known);
            if let Some(stranger) = values.find(|value| !known.contains(value)) {
                report
                    .error(
                        role.declaration,
                        format!("{path}/Condition"),
                        format!("wants tokens for {stranger}, and the provider's are for {}", known.join(", ")),
                    )
                    .rule("STS refuses a token whose audience is not among the provider's client ids (InvalidIdentityToken: Incorrect token audience)")
                    .hint(format!("add `{stranger}` to `client_id_list`, or write one of those"))
                    .document(FEDERATION);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::iam::{Condition, OidcProvider, Principal, Statement};

    use super::super::testing::role;
    use crate::check::testing::{Healthy, broken, healthy};

    fn trusting(h: &Healthy<'_>, url: &str, conditions: impl IntoIterator<Item = Condition>) {
        let provider = h.stack.global().add(
            "provider",
            OidcProvider::builder()
                .url(url)
                .client_id_list(["sts.amazonaws.com"])
                .build(),
        );
        let trust = Statement::allow("sts:AssumeRoleWithWebIdentity")
            .principal(Principal::federated(provider.arn()));
        let trust = conditions.into_iter().fold(trust, Statement::when);
        role(h, trust, vec![]);
    }

    const GITHUB: &str = "https://token.actions.githubusercontent.com";

    #[test]
    fn a_repository_of_github_is_trusted() {
        healthy(|h| {
            let host = "token.actions.githubusercontent.com";
            let ours = [
                Condition::string_like(format!("{host}:sub"), "repo:me/app:*"),
                Condition::string_equals(format!("{host}:aud"), "sts.amazonaws.com"),
            ];
            trusting(h, GITHUB, ours);
        });
    }

    #[test]
    fn a_federated_trust_names_whose_tokens() {
        assert_snapshot!(broken("role-federated-trust", |h| {
            trusting(h, "https://oidc.example.com", []);
        }), @r#"
        warning: global/role: AssumeRolePolicyDocument/Statement/0/Condition does not say whose tokens may assume the role
          rule: an identity provider gives tokens to all its users: without a condition on `sub`, each of them may assume the role
          hint: add `.when(Condition::string_equals("oidc.example.com:sub", "…"))`, with your provider's address
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
        "#);
    }

    #[test]
    fn github_is_not_trusted_as_a_whole() {
        assert_snapshot!(broken("role-github-trust", |h| trusting(h, GITHUB, [])), @r#"
        error: global/role: AssumeRolePolicyDocument/Statement/0/Condition does not say whose repositories may assume the role
          rule: GitHub gives tokens to everybody's workflows: IAM wants a condition on `sub` that names the owner (MalformedPolicyDocument)
          hint: add `.when(Condition::string_like("token.actions.githubusercontent.com:sub", "repo:owner/name:*"))`
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
        "#);
        assert_snapshot!(broken("role-github-trust", |h| {
            let any = Condition::string_like("token.actions.githubusercontent.com:sub", "repo:*");
            trusting(h, GITHUB, [any]);
        }), @r#"
        error: global/role: AssumeRolePolicyDocument/Statement/0/Condition lets everybody's repositories in: sub may be `repo:*`
          rule: GitHub gives tokens to everybody's workflows: IAM wants a condition on `sub` that names the owner (MalformedPolicyDocument)
          hint: add `.when(Condition::string_like("token.actions.githubusercontent.com:sub", "repo:owner/name:*"))`
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
        "#);
    }

    #[test]
    fn claims_are_of_the_provider() {
        assert_snapshot!(broken("role-federated-claims", |h| {
            let sub = Condition::string_equals("gitlab.com:sub", "project_path:me/app:ref_type:branch:ref:main");
            trusting(h, "https://gitlab.example.com", [sub]);
        }), @"
        error: global/role: AssumeRolePolicyDocument/Statement/0/Condition looks at gitlab.com:sub, and the tokens are those of gitlab.example.com
          rule: the claims of a token are keys that begin with its provider's address without https://: one of another provider is never there
          hint: write `gitlab.example.com:sub`
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
        ");
        assert_snapshot!(broken("role-federated-claims", |h| {
            let host = "oidc.example.com";
            let sub = Condition::string_equals(format!("{host}:sub"), "me");
            let aud = Condition::string_equals(format!("{host}:aud"), "app");
            trusting(h, "https://oidc.example.com", [sub, aud]);
        }), @"
        error: global/role: AssumeRolePolicyDocument/Statement/0/Condition wants tokens for app, and the provider's are for sts.amazonaws.com
          rule: STS refuses a token whose audience is not among the provider's client ids (InvalidIdentityToken: Incorrect token audience)
          hint: add `app` to `client_id_list`, or write one of those
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
        ");
    }
}
