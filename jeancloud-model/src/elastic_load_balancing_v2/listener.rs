//! [`Listener`]: `AWS::ElasticLoadBalancingV2::Listener`.

use crate::{
    Facts, Handle, IntoInput, Port, Unique,
    certificate_manager::{CertificateArn, CertificateIssued},
    choice, id_value, outputs, properties, resource, text_value,
};

use super::{Actions, Attributes, ListenerAttributes, LoadBalancerArn, Protocol};

id_value! {
    /// The ARN of a listener.
    ListenerArn starts "arn:",
}

text_value! {
    /// Which versions and ciphers of TLS are spoken, by the name of AWS's policy.
    SslPolicy {
        rule: "a security policy's name begins with ELBSecurityPolicy-",
        document: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
        check: |text| {
            (!text.starts_with("ELBSecurityPolicy-")).then_some("is no security policy")
        },
    },
}

impl SslPolicy {
    /// TLS 1.3 and 1.2: what AWS recommends.
    pub const TLS13_AND_12: SslPolicy = SslPolicy::literal("ELBSecurityPolicy-TLS13-1-2-2021-06");
    /// TLS 1.3 alone.
    pub const TLS13_ONLY: SslPolicy = SslPolicy::literal("ELBSecurityPolicy-TLS13-1-3-2021-06");
}

choice! {
    /// Which protocol a TLS listener negotiates.
    AlpnPolicy {
        /// HTTP/1 only.
        Http1Only = "HTTP1Only",
        /// HTTP/2 only.
        Http2Only = "HTTP2Only",
        /// HTTP/1 rather than HTTP/2.
        Http2Optional = "HTTP2Optional",
        /// HTTP/2 rather than HTTP/1.
        Http2Preferred = "HTTP2Preferred",
        /// None.
        None = "None",
    }

    /// What a listener does with a client's certificate.
    MutualAuthenticationMode {
        /// It asks for none. AWS's default.
        Off = "off",
        /// It passes it on to the target.
        Passthrough = "passthrough",
        /// It verifies it.
        Verify = "verify",
    }

    /// Whether clients learn whose certificates are trusted.
    AdvertiseTrustStoreCaNames {
        /// They do.
        On = "on",
        /// They don't. AWS's default.
        Off = "off",
    }
}

properties! {
    /// A certificate that a listener serves.
    ListenerCertificate;
    /// The certificate, issued, in the listener's region.
    one certificate_arn "CertificateArn": CertificateArn,
}

impl ListenerCertificate {
    /// This certificate.
    pub fn new(certificate: impl IntoInput<CertificateArn>) -> Self {
        Self {
            certificate_arn: certificate.into_input(),
        }
    }
}

impl From<&Handle<CertificateIssued>> for ListenerCertificate {
    fn from(certificate: &Handle<CertificateIssued>) -> Self {
        Self::new(certificate)
    }
}

impl From<CertificateArn> for ListenerCertificate {
    fn from(certificate: CertificateArn) -> Self {
        Self::new(certificate)
    }
}

properties! {
    /// What a listener does with clients' certificates. HTTPS.
    MutualAuthentication;
    /// Whether it asks for one, and whether it verifies it against `trust_store_arn`.
    one mode "Mode": MutualAuthenticationMode,
    /// The trust store, by its ARN. Needed to verify.
    opt_text trust_store_arn "TrustStoreArn",
    /// Whether an expired certificate is good. AWS's default: false.
    opt ignore_client_certificate_expiry "IgnoreClientCertificateExpiry": bool,
    /// Whether clients learn whose certificates are trusted.
    opt advertise_trust_store_ca_names "AdvertiseTrustStoreCaNames": AdvertiseTrustStoreCaNames,
}

resource! {
    /// A port of a load balancer, and what happens with requests that come there.
    ///
    /// Follows [`AWS::ElasticLoadBalancingV2::Listener`] and ELBv2's [`CreateListener`].
    ///
    /// [`AWS::ElasticLoadBalancingV2::Listener`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-listener.html
    /// [`CreateListener`]: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html
    Listener = "AWS::ElasticLoadBalancingV2::Listener", id "ListenerArn": ListenerArn,
    facts Facts {
        create_only: &["LoadBalancerArn"],
        unordered: &["ListenerAttributes", "DefaultActions/*/ForwardConfig/TargetGroups"],
        keyed: &[("ListenerAttributes", "Key")],
        defaults: &[
            ("AlpnPolicy", "[\"None\"]"),
            ("MutualAuthentication", "{\"Mode\":\"off\"}"),
            ("MutualAuthentication/AdvertiseTrustStoreCaNames", "\"off\""),
            ("MutualAuthentication/IgnoreClientCertificateExpiry", "false"),
            ("MutualAuthentication/Mode", "\"off\""),
            ("ListenerAttributes/tcp.idle_timeout.seconds", "\"350\""),
            ("ListenerAttributes/routing.http.response.server.enabled", "\"true\""),
            ("ListenerAttributes/routing.http.response.strict_transport_security.header_value", "\"\""),
            ("ListenerAttributes/routing.http.response.content_security_policy.header_value", "\"\""),
            ("ListenerAttributes/routing.http.response.x_content_type_options.header_value", "\"\""),
            ("ListenerAttributes/routing.http.response.x_frame_options.header_value", "\"\""),
            ("ListenerAttributes/routing.http.response.access_control_allow_origin.header_value", "\"\""),
        ],
        name: Some(Unique {
            property: "Port",
            within: &["LoadBalancerArn"],
            generated: None,
        }),
        ..Facts::DEFAULT
    };

    /// The load balancer; another one replaces it.
    one load_balancer_arn "LoadBalancerArn": LoadBalancerArn,
    /// The port, which no other listener of the load balancer has.
    one port "Port": Port,
    /// What is spoken to clients.
    one protocol "Protocol": Protocol,
    /// What happens with a request that no rule is for: `Action::forward(&target_group)`.
    plain default_actions "DefaultActions": Actions,
    /// The certificate of an HTTPS or TLS listener: exactly one, `[&issued]`.
    plain_list certificates "Certificates": ListenerCertificate,
    /// Which TLS is spoken. Left out, AWS takes one that still speaks TLS 1.0.
    opt ssl_policy "SslPolicy": SslPolicy,
    /// Which protocol is negotiated: one policy, `[AlpnPolicy::Http2Preferred]`. TLS.
    opt_list alpn_policy "AlpnPolicy": AlpnPolicy,
    /// What it does with clients' certificates. HTTPS.
    opt_plain mutual_authentication "MutualAuthentication": MutualAuthentication,
    /// Its settings. Left out: AWS's.
    opt_plain listener_attributes "ListenerAttributes": Attributes<ListenerAttributes>,
    tags,
}

impl Listener {
    /// Port 80, HTTP.
    pub fn http(
        load_balancer: impl IntoInput<LoadBalancerArn>,
        default_actions: impl Into<Actions>,
    ) -> Self {
        Self::builder()
            .load_balancer_arn(load_balancer.into_input())
            .port(80)
            .protocol(Protocol::Http)
            .default_actions(default_actions)
            .build()
    }

    /// Port 443, HTTPS with this certificate: the one for clients that name no host, or a host of
    /// none of the others.
    pub fn https(
        load_balancer: impl IntoInput<LoadBalancerArn>,
        certificate: impl Into<ListenerCertificate>,
        default_actions: impl Into<Actions>,
    ) -> Self {
        Self::builder()
            .load_balancer_arn(load_balancer.into_input())
            .port(443)
            .protocol(Protocol::Https)
            .certificates([certificate])
            .default_actions(default_actions)
            .build()
    }
}

outputs! { Listener {
    /// Its ARN.
    listener_arn "ListenerArn": ListenerArn,
} }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Address,
        elastic_load_balancing_v2::{Action, LoadBalancer, TargetGroup},
    };

    #[test]
    fn the_usual_listeners_have_their_ports_and_protocols() {
        let balancer = Handle::<LoadBalancer>::declared(Address::new("france/alb"));
        let issued = Handle::<CertificateIssued>::declared(Address::new("france/cert-issued"));
        let listeners = [
            Listener::http(&balancer, Action::redirect_to_https()),
            Listener::https(&balancer, &issued, Action::fixed_response(404, "nothing")),
        ];
        let shown = listeners.map(|listener| {
            let json = serde_json::to_value(&listener).unwrap();
            format!(
                "{} {} {}",
                json["Protocol"], json["Port"], json["Certificates"]
            )
        });
        assert_eq!(
            shown,
            [
                r#""HTTP" 80 null"#,
                r#""HTTPS" 443 [{"CertificateArn":{"$output":["france/cert-issued","CertificateArn"]}}]"#,
            ]
        );
    }

    #[test]
    fn a_tls_listener_takes_an_issued_certificate() {
        let balancer = Handle::<LoadBalancer>::declared(Address::new("france/alb"));
        let group = Handle::<TargetGroup>::declared(Address::new("france/tg"));
        let issued = Handle::<CertificateIssued>::declared(Address::new("france/cert-issued"));
        let listener = Listener::builder()
            .load_balancer_arn(&balancer)
            .port(443)
            .protocol(Protocol::Https)
            .ssl_policy(SslPolicy::TLS13_AND_12)
            .certificates([&issued])
            .default_actions(Action::forward(&group))
            .listener_attributes(
                ListenerAttributes::builder()
                    .x_frame_options("DENY")
                    .build(),
            )
            .build();
        let json = serde_json::to_value(&listener).unwrap();
        assert_eq!(json["Port"], 443);
        assert_eq!(
            json["Certificates"][0]["CertificateArn"]["$output"][0],
            "france/cert-issued"
        );
        assert_eq!(json["ListenerAttributes"][0]["Value"], "DENY");
    }
}
