//! Rules for the TLS of listeners.

use jeancloud_model::{
    certificate_manager::CertificateIssued,
    elastic_load_balancing_v2::{Listener, Protocol},
};

use super::super::{Report, Rule};
use crate::View;

const CREATE: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html";

pub(super) const NEEDED: Rule = Rule {
    name: "listener-certificate",
    check: tls_has_one_certificate_and_plain_has_none,
};
pub(super) const REGION: Rule = Rule {
    name: "listener-certificate-region",
    check: certificates_are_of_the_listener_s_region,
};
pub(super) const POLICY: Rule = Rule {
    name: "listener-tls-policy",
    check: tls_has_a_policy,
};

fn is_tls(listener: &Listener) -> Option<bool> {
    let protocol = listener.protocol.known()?;
    Some(matches!(protocol, Protocol::Https | Protocol::Tls))
}

fn tls_has_one_certificate_and_plain_has_none(view: &View, report: &mut Report) {
    for listener in view.all::<Listener>() {
        let (Some(tls), Some(protocol)) = (is_tls(&listener), listener.protocol.known()) else {
            continue;
        };
        let count = listener.certificates.len();
        if tls && count != 1 {
            report
                .error(listener.declaration, "Certificates", format!("has {count} certificates for {protocol}"))
                .rule("an HTTPS or TLS listener has exactly one certificate here (CertificateNotFound, ValidationError)")
                .hint("give it one: `.certificates([&issued])`")
                .document(CREATE);
        }
        let useless = [
            ("Certificates", count > 0),
            ("SslPolicy", listener.ssl_policy.is_some()),
        ];
        for (property, _) in useless.into_iter().filter(|(_, set)| *set && !tls) {
            report
                .error(
                    listener.declaration,
                    property,
                    format!("is set for {protocol}"),
                )
                .rule("certificates and policies are for HTTPS and TLS (ValidationError)")
                .hint("leave it out, or say `.protocol(Protocol::Https)`")
                .document(CREATE);
        }
    }
}

fn certificates_are_of_the_listener_s_region(view: &View, report: &mut Report) {
    for listener in view.all::<Listener>() {
        let region = listener.declaration.region;
        for certificate in &listener.certificates {
            let arn = &certificate.certificate_arn;
            let declared = view.target::<CertificateIssued>(arn);
            let there = match (&declared, arn.known()) {
                (Some(issued), _) => issued.declaration.region.as_str(),
                (None, Some(arn)) => arn.as_str().split(':').nth(3).unwrap_or_default(),
                (None, None) => continue,
            };
            if !there.is_empty() && there != region.as_str() {
                let wrong = format!("has a certificate of {there} for a listener in {region}");
                report
                    .error(listener.declaration, "Certificates", wrong)
                    .rule("a listener serves certificates of its own region (CertificateNotFound)")
                    .hint(format!("declare the certificate in {region}"))
                    .document("https://docs.aws.amazon.com/acm/latest/userguide/acm-regions.html");
            }
        }
    }
}

fn tls_has_a_policy(view: &View, report: &mut Report) {
    for listener in view.all::<Listener>() {
        if is_tls(&listener) == Some(true) && listener.ssl_policy.is_none() {
            report
                .warning(listener.declaration, "SslPolicy", "is left out, so that AWS takes ELBSecurityPolicy-2016-08, which speaks TLS 1.0")
                .rule("TLS 1.0 and 1.1 are deprecated (RFC 8996)")
                .hint("say `.ssl_policy(SslPolicy::TLS13_AND_12)`")
                .document("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html");
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        certificate_manager::CertificateArn,
        elastic_load_balancing_v2::{Action, Listener, Protocol, SslPolicy},
    };

    use super::super::testing::balancer;
    use crate::check::testing::broken;

    fn arn(region: &str) -> [CertificateArn; 1] {
        [CertificateArn::new(format!(
            "arn:aws:acm:{region}:123456789012:certificate/1"
        ))]
    }

    #[test]
    fn https_has_a_certificate() {
        assert_snapshot!(broken("listener-certificate", |h| {
            h.scope.add("https", Listener::builder().load_balancer_arn(balancer(h)).port(443)
                .protocol(Protocol::Https).ssl_policy(SslPolicy::TLS13_AND_12)
                .default_actions(Action::fixed_response(404, "no")).build());
        }), @"
        error: main/https: Certificates has 0 certificates for HTTPS
          rule: an HTTPS or TLS listener has exactly one certificate here (CertificateNotFound, ValidationError)
          hint: give it one: `.certificates([&issued])`
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
        ");
    }

    #[test]
    fn http_has_no_policy() {
        assert_snapshot!(broken("listener-certificate", |h| {
            h.scope.add("http", Listener::builder().load_balancer_arn(balancer(h)).port(80)
                .protocol(Protocol::Http).ssl_policy(SslPolicy::TLS13_AND_12)
                .default_actions(Action::fixed_response(404, "no")).build());
        }), @"
        error: main/http: SslPolicy is set for HTTP
          rule: certificates and policies are for HTTPS and TLS (ValidationError)
          hint: leave it out, or say `.protocol(Protocol::Https)`
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
        ");
    }

    #[test]
    fn a_certificate_is_of_the_listener_s_region() {
        assert_snapshot!(broken("listener-certificate-region", |h| {
            h.scope.add("https", Listener::builder().load_balancer_arn(balancer(h)).port(443)
                .protocol(Protocol::Https).ssl_policy(SslPolicy::TLS13_AND_12)
                .certificates(arn("us-east-1"))
                .default_actions(Action::fixed_response(404, "no")).build());
        }), @"
        error: main/https: Certificates has a certificate of us-east-1 for a listener in eu-west-3
          rule: a listener serves certificates of its own region (CertificateNotFound)
          hint: declare the certificate in eu-west-3
          see: https://docs.aws.amazon.com/acm/latest/userguide/acm-regions.html
        ");
    }

    #[test]
    fn an_old_policy_is_a_doubt() {
        assert_snapshot!(broken("listener-tls-policy", |h| {
            h.scope.add("https", Listener::builder().load_balancer_arn(balancer(h)).port(443)
                .protocol(Protocol::Https).certificates(arn("eu-west-3"))
                .default_actions(Action::fixed_response(404, "no")).build());
        }), @"
        warning: main/https: SslPolicy is left out, so that AWS takes ELBSecurityPolicy-2016-08, which speaks TLS 1.0
          rule: TLS 1.0 and 1.1 are deprecated (RFC 8996)
          hint: say `.ssl_policy(SslPolicy::TLS13_AND_12)`
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
        ");
    }
}
