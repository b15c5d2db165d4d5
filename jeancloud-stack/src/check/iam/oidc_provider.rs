//! Rules for identity providers.

use jeancloud_model::iam::OidcProvider;

use super::{
    super::{Report, Rule},
    QUOTAS,
};
use crate::View;

const CREATE: &str =
    "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html";

pub(super) const QUOTAS_KEPT: Rule = Rule {
    name: "oidc-provider-quotas",
    check: providers_keep_to_the_quotas,
};
pub(super) const AUDIENCE: Rule = Rule {
    name: "oidc-provider-audience",
    check: tokens_are_for_somebody,
};

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

fn tokens_are_for_somebody(view: &View, report: &mut Report) {
    for provider in view.all::<OidcProvider>() {
        let clients = &provider.resource.client_id_list;
        if clients.is_empty() {
            report
                .warning(
                    provider.declaration,
                    "ClientIdList",
                    "is empty: no token of the provider is accepted",
                )
                .rule("STS takes a token whose audience is among the client ids (InvalidIdentityToken: Incorrect token audience)")
                .hint("add `.client_id_list([\"sts.amazonaws.com\"])`, or what the tokens' `aud` is")
                .document(CREATE);
        }
        for (index, client) in clients.iter().enumerate() {
            let length = client.as_known().map(|client| client.chars().count());
            if length.is_some_and(|length| !(1..=255).contains(&length)) {
                report
                    .error(
                        provider.declaration,
                        format!("ClientIdList/{index}"),
                        "has no or too many characters",
                    )
                    .rule("a client id has 1 to 255 characters (ValidationError)")
                    .hint("write what the tokens' `aud` is, as \"sts.amazonaws.com\"")
                    .document(CREATE);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::iam::OidcProvider;

    use crate::check::testing::broken;

    #[test]
    fn a_provider_keeps_to_its_quotas() {
        assert_snapshot!(broken("oidc-provider-quotas", |h| {
            let print = |n: u32| format!("{n:040x}");
            h.stack.global().add("provider", OidcProvider::builder()
                .url("https://gitlab.com")
                .client_id_list(["app"])
                .thumbprint_list((0..6).map(print))
                .build());
        }), @"
        error: global/provider: ThumbprintList has 6 members
          rule: an identity provider has at most 5 of them (LimitExceeded)
          hint: take away those that nobody uses
          see: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
        ");
    }

    #[test]
    fn a_token_is_for_somebody() {
        assert_snapshot!(broken("oidc-provider-audience", |h| {
            h.stack.global().add("provider", OidcProvider::builder()
                .url("https://gitlab.com")
                .build());
        }), @r#"
        warning: global/provider: ClientIdList is empty: no token of the provider is accepted
          rule: STS takes a token whose audience is among the client ids (InvalidIdentityToken: Incorrect token audience)
          hint: add `.client_id_list(["sts.amazonaws.com"])`, or what the tokens' `aud` is
          see: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
        "#);
    }
}
