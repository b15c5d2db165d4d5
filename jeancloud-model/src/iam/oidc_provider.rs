//! [`OidcProvider`]: `AWS::IAM::OIDCProvider`, an identity provider whose tokens AWS accepts.

use crate::{Arn, Facts, Placement, Unique, outputs, resource, text_value};

text_value! {
    /// The address of an identity provider, as `https://token.actions.githubusercontent.com`: the
    /// `iss` claim of its tokens.
    OidcProviderUrl {
        rule: "a provider's URL begins with https://, has no port and no query, and 255 characters at most",
        document: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html",
        check: |text| match text.strip_prefix("https://") {
            None => Some("does not begin with https://"),
            Some(_) if text.len() > 255 => Some("is too long"),
            Some(rest) if rest.is_empty() || rest.contains(['?', '#', ' ', ':']) => {
                Some("is no address that AWS takes")
            }
            Some(rest) if rest.ends_with('/') => Some("ends with /"),
            Some(_) => None,
        },
    },
    /// The SHA-1 fingerprint of a certificate: 40 hexadecimal digits.
    Thumbprint {
        rule: "a thumbprint has 40 hexadecimal digits",
        document: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html",
        check: |text| {
            let good = text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
            (!good).then_some("is no thumbprint")
        },
    },
}

resource! {
    /// An identity provider (OpenID Connect) whose tokens can be exchanged for a role's
    /// credentials: a CI system deploys with it without keys.
    ///
    /// Follows [`AWS::IAM::OIDCProvider`] and IAM's [`CreateOpenIDConnectProvider`]. An account has
    /// at most one per address.
    ///
    /// [`AWS::IAM::OIDCProvider`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-oidcprovider.html
    /// [`CreateOpenIDConnectProvider`]: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
    OidcProvider = "AWS::IAM::OIDCProvider", id "Arn": Arn,
    facts Facts {
        create_only: &["Url"],
        unordered: &["ClientIdList", "ThumbprintList"],
        defaults: &[("ClientIdList", "[]")],
        name: Some(Unique { property: "Url", within: &[], generated: None }),
        placement: Placement::Global,
        ..Facts::DEFAULT
    };

    /// Its address, unique in the account; another one replaces it.
    one url "Url": OidcProviderUrl,
    /// For whom its tokens may be (the `aud` claim), as `sts.amazonaws.com`: at most 100.
    texts client_id_list "ClientIdList",
    /// The fingerprints of the certificates that its key set is served with: at most 5. Left out,
    /// IAM fetches the one that it finds.
    opt_list thumbprint_list "ThumbprintList": Thumbprint,
    tags,
}

outputs! { OidcProvider {
    /// Its ARN: what a trust policy names it by, with `Principal::federated`.
    arn "Arn": Arn,
} }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn an_address_is_https_and_bare() {
        assert!(OidcProviderUrl::new("https://gitlab.com").check().is_ok());
        assert!(
            OidcProviderUrl::new("https://oidc.eks.eu-west-3.amazonaws.com/id/AB")
                .check()
                .is_ok()
        );
        for bad in [
            "gitlab.com",
            "http://gitlab.com",
            "https://",
            "https://a:8443",
            "https://a?b",
            "https://a/",
        ] {
            assert!(OidcProviderUrl::new(bad).check().is_err(), "{bad}");
        }
    }
}
