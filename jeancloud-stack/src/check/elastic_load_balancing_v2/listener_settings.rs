//! Rules for what a listener has beside port, protocol and actions.

use jeancloud_model::{
    Input,
    elastic_load_balancing_v2::{Listener, MutualAuthenticationMode, Protocol},
};

use super::super::{Report, Rule};
use crate::View;

const CREATE: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html";

pub(super) const SETTINGS: Rule = Rule {
    name: "listener-settings",
    check: settings_are_of_the_protocol,
};
pub(super) const CLIENTS: Rule = Rule {
    name: "listener-mutual-authentication",
    check: clients_are_verified_with_a_trust_store,
};

fn settings_are_of_the_protocol(view: &View, report: &mut Report) {
    for listener in view.all::<Listener>() {
        let Some(protocol) = listener.protocol.known().copied() else {
            continue;
        };
        let http = matches!(protocol, Protocol::Http | Protocol::Https);
        let mut wrong = |property: &str, wrong: String, hint: &str| {
            report
                .error(listener.declaration, property, wrong)
                .rule("TLS listeners have one ALPN policy, TCP listeners an idle timeout, HTTP and HTTPS listeners headers of answers (ValidationError, InvalidConfigurationRequest)")
                .hint(hint)
                .document(CREATE);
        };
        let policies = listener.alpn_policy.len();
        if policies > 0 && protocol != Protocol::Tls {
            wrong(
                "AlpnPolicy",
                format!("is set for {protocol}"),
                "leave it out",
            );
        } else if policies > 1 {
            wrong(
                "AlpnPolicy",
                format!("has {policies} policies"),
                "keep one of them",
            );
        }
        let Some(settings) = &listener.listener_attributes else {
            continue;
        };
        for (key, _) in super::pairs(settings) {
            let fits = match key.starts_with("routing.http.") {
                true => http,
                false => !key.starts_with("tcp.") || protocol == Protocol::Tcp,
            };
            if !fits {
                wrong(
                    &format!("ListenerAttributes/{key}"),
                    format!("is no setting of a listener of {protocol}"),
                    "leave the setting out",
                );
            }
        }
    }
}

fn clients_are_verified_with_a_trust_store(view: &View, report: &mut Report) {
    for listener in view.all::<Listener>() {
        let Some(clients) = &listener.mutual_authentication else {
            continue;
        };
        let (Some(mode), Some(protocol)) = (clients.mode.known(), listener.protocol.known()) else {
            continue;
        };
        let verifies = *mode == MutualAuthenticationMode::Verify;
        let expiry = clients
            .ignore_client_certificate_expiry
            .as_ref()
            .and_then(Input::known);
        let (wrong, hint) =
            if *mode != MutualAuthenticationMode::Off && *protocol != Protocol::Https {
                (
                    format!("is {mode} for {protocol}"),
                    "`.protocol(Protocol::Https)`, with a certificate",
                )
            } else if verifies && clients.trust_store_arn.is_none() {
                (
                    "is verify, without a trust store".to_owned(),
                    "name it: `.trust_store_arn(\"arn:…\")`",
                )
            } else if !verifies && (clients.trust_store_arn.is_some() || expiry == Some(&true)) {
                (
                    format!("is {mode}, with settings of verify"),
                    "leave TrustStoreArn and IgnoreClientCertificateExpiry out",
                )
            } else {
                continue;
            };
        report
            .error(listener.declaration, "MutualAuthentication/Mode", wrong)
            .rule("HTTPS listeners ask for clients' certificates; to verify them, and for nothing else, they have a trust store (ValidationError)")
            .hint(hint)
            .document("https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_MutualAuthenticationAttributes.html");
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::elastic_load_balancing_v2::{
        Action, AlpnPolicy, Listener, ListenerAttributes, MutualAuthentication,
        MutualAuthenticationMode, Protocol,
    };

    use super::super::testing::balancer;
    use crate::check::testing::{Healthy, broken, healthy};

    fn http(h: &Healthy<'_>, change: impl FnOnce(&mut Listener)) {
        let mut listener = Listener::builder()
            .load_balancer_arn(balancer(h))
            .port(80)
            .protocol(Protocol::Http)
            .default_actions(Action::fixed_response(404, "no"))
            .build();
        change(&mut listener);
        h.scope.add("http", listener);
    }

    #[test]
    fn settings_are_of_the_protocol() {
        healthy(|h| {
            http(h, |listener| {
                listener.listener_attributes = ListenerAttributes::builder()
                    .x_frame_options("DENY")
                    .build()
                    .into();
            })
        });
        assert_snapshot!(broken("listener-settings", |h| http(h, |listener| {
            listener.listener_attributes = ListenerAttributes::builder().tcp_idle_timeout_seconds(60).build().into();
        })), @"
        error: main/http: ListenerAttributes/tcp.idle_timeout.seconds is no setting of a listener of HTTP
          rule: TLS listeners have one ALPN policy, TCP listeners an idle timeout, HTTP and HTTPS listeners headers of answers (ValidationError, InvalidConfigurationRequest)
          hint: leave the setting out
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
        ");
        assert_snapshot!(broken("listener-settings", |h| http(h, |listener| {
            listener.alpn_policy = vec![jeancloud_model::Input::Known(AlpnPolicy::Http2Preferred)];
        })), @"
        error: main/http: AlpnPolicy is set for HTTP
          rule: TLS listeners have one ALPN policy, TCP listeners an idle timeout, HTTP and HTTPS listeners headers of answers (ValidationError, InvalidConfigurationRequest)
          hint: leave it out
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
        ");
    }

    #[test]
    fn clients_are_verified_over_tls() {
        assert_snapshot!(broken("listener-mutual-authentication", |h| http(h, |listener| {
            let clients = MutualAuthentication::builder().mode(MutualAuthenticationMode::Passthrough);
            listener.mutual_authentication = Some(clients.build());
        })), @"
        error: main/http: MutualAuthentication/Mode is passthrough for HTTP
          rule: HTTPS listeners ask for clients' certificates; to verify them, and for nothing else, they have a trust store (ValidationError)
          hint: `.protocol(Protocol::Https)`, with a certificate
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_MutualAuthenticationAttributes.html
        ");
    }
}
