//! Rules for origins that are servers.

use std::net::Ipv4Addr;

use jeancloud_model::{
    Input,
    cloud_front::{CustomOrigin, Origin, OriginProtocolPolicy},
    elastic_load_balancing_v2::{Listener, LoadBalancer, Protocol, Scheme},
};

use super::{
    super::{Report, Rule},
    origin::each,
};
use crate::{Declared, View};

const ORIGIN: &str = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html";
pub(super) const SERVER: Rule = Rule {
    name: "origin-server",
    check: servers_are_ones_that_cloudfront_reaches,
};
pub(super) const BALANCER: Rule = Rule {
    name: "origin-balancer",
    check: balancers_listen_to_cloudfront,
};
fn servers_are_ones_that_cloudfront_reaches(view: &View, report: &mut Report) {
    each(view, |distribution, index, origin| {
        let Origin::Custom(server) = origin else {
            return;
        };
        let mut fault = |property: &str, wrong: String, rule: &str, hint: &str| {
            let at = format!("DistributionConfig/Origins/{index}/{property}");
            report
                .error(distribution.declaration, at, wrong)
                .rule(rule)
                .hint(hint)
                .document(ORIGIN);
        };
        let config = &server.custom_origin_config;
        let host = server.domain_name.known().map(|host| host.as_str());
        if let Some(host) =
            host.filter(|host| host.parse::<Ipv4Addr>().is_ok() || !host.contains('.'))
        {
            fault(
                "DomainName",
                format!("is {host}"),
                "an origin is named by a name that DNS knows everywhere, not by an address (InvalidArgument)",
                "give the server a name in a public zone",
            );
        }
        let site = host.is_some_and(|host| host.contains(".s3-website"));
        if site && config.origin_protocol_policy != OriginProtocolPolicy::HttpOnly {
            fault(
                "CustomOriginConfig/OriginProtocolPolicy",
                format!(
                    "is {}, and S3 serves web sites over HTTP only",
                    config.origin_protocol_policy
                ),
                "CloudFront reaches a web site of S3's by HTTP (InvalidOrigin; 504)",
                "write OriginProtocolPolicy::HttpOnly; or take Origin::s3(…) with an origin access control, which needs no web site",
            );
        }
        for (property, port) in [
            ("HTTPPort", &config.http_port),
            ("HTTPSPort", &config.https_port),
        ] {
            let port = port
                .as_ref()
                .and_then(Input::known)
                .map(|port| port.number());
            if let Some(port) = port.filter(|port| ![80, 443].contains(port) && *port < 1024) {
                fault(
                    &format!("CustomOriginConfig/{property}"),
                    format!("is {port}"),
                    "an origin's port is 80, 443 or 1024 to 65535 (InvalidArgument)",
                    "let the server listen on 443",
                );
            }
        }
        let tls = config.origin_protocol_policy != OriginProtocolPolicy::HttpOnly;
        if tls && config.origin_ssl_protocols.is_empty() {
            fault(
                "CustomOriginConfig/OriginSSLProtocols",
                "are none".to_owned(),
                "CloudFront speaks at least one protocol to an origin over HTTPS (InvalidArgument)",
                "leave the property out for TLS 1.2",
            );
        }
    });
}

fn balancers_listen_to_cloudfront(view: &View, report: &mut Report) {
    each(view, |distribution, index, origin| {
        let Origin::Custom(server) = origin else {
            return;
        };
        let Some(balancer) = view.target::<LoadBalancer>(&server.domain_name) else {
            return;
        };
        let mut doubt = |wrong: String, rule: &str, hint: &str| {
            let at = format!("DistributionConfig/Origins/{index}");
            report
                .warning(distribution.declaration, at, wrong)
                .rule(rule)
                .hint(hint)
                .document(ORIGIN);
        };
        let scheme = balancer.resource.scheme.as_ref().and_then(Input::known);
        if scheme == Some(&Scheme::Internal) {
            doubt(
                format!(
                    "is {}, which has private addresses only: every request is answered 502 or 504",
                    balancer.address()
                ),
                "CloudFront comes from the internet",
                "leave `.scheme(Scheme::Internal)` out",
            );
            return;
        }
        if let Some((port, secure)) = unheard(view, server, &balancer) {
            let scheme = if secure { "HTTPS" } else { "HTTP" };
            doubt(
                format!(
                    "speaks {scheme} to port {port} of {}, where no listener does: every request is answered 502 or 504",
                    balancer.address()
                ),
                "CloudFront speaks to an origin as OriginProtocolPolicy, HTTPPort and HTTPSPort say",
                "declare such a listener, or choose another OriginProtocolPolicy",
            );
        }
    });
}

/// The port to which CloudFront speaks and where the balancer does not listen so; whether over TLS.
fn unheard(
    view: &View,
    server: &CustomOrigin,
    balancer: &Declared<'_, LoadBalancer>,
) -> Option<(u16, bool)> {
    let config = &server.custom_origin_config;
    let number = |port: &Option<Input<jeancloud_model::Port>>, usual| match port {
        None => Some(usual),
        Some(port) => port.known().map(|port| port.number()),
    };
    let secure = match config.origin_protocol_policy {
        OriginProtocolPolicy::HttpOnly => false,
        OriginProtocolPolicy::HttpsOnly => true,
        OriginProtocolPolicy::MatchViewer => return None,
    };
    let port = match secure {
        true => number(&config.https_port, 443)?,
        false => number(&config.http_port, 80)?,
    };
    let mut listeners = view.all::<Listener>().filter(|listener| {
        let its = view.target::<LoadBalancer>(&listener.resource.load_balancer_arn);
        its.is_none_or(|its| its.address() == balancer.address())
    });
    let hears = listeners.any(|listener| {
        let there = listener
            .resource
            .port
            .known()
            .is_none_or(|it| it.number() == port);
        let speaks = match listener.resource.protocol.known() {
            Some(Protocol::Http) => !secure,
            Some(Protocol::Https | Protocol::Tls) => secure,
            _ => true,
        };
        there && speaks
    });
    (!hears).then_some((port, secure))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Handle, IntoInput,
        cloud_front::{CustomOrigin, CustomOriginConfig, Origin, OriginProtocolPolicy},
        ec2::{InternetGateway, VpcGatewayAttachment},
        elastic_load_balancing_v2::{LoadBalancer, Scheme},
    };

    use super::super::testing::add;
    use crate::check::testing::{Healthy, broken};

    fn server(h: &Healthy<'_>, host: &str, change: impl FnOnce(&mut CustomOriginConfig)) {
        let mut origin = CustomOrigin::builder().id("site").domain_name(host).build();
        change(&mut origin.custom_origin_config);
        add(h, |config| config.origins = vec![origin.into()]);
    }

    #[test]
    fn a_server_has_a_name() {
        assert_snapshot!(broken("origin-server", |h| server(h, "192.0.2.1", |_| {})), @"
        error: global/cdn: DistributionConfig/Origins/0/DomainName is 192.0.2.1
          rule: an origin is named by a name that DNS knows everywhere, not by an address (InvalidArgument)
          hint: give the server a name in a public zone
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html
        ");
        assert_snapshot!(broken("origin-server", |h| {
            server(h, "b.s3-website.eu-west-3.amazonaws.com", |_| {});
        }), @"
        error: global/cdn: DistributionConfig/Origins/0/CustomOriginConfig/OriginProtocolPolicy is https-only, and S3 serves web sites over HTTP only
          rule: CloudFront reaches a web site of S3's by HTTP (InvalidOrigin; 504)
          hint: write OriginProtocolPolicy::HttpOnly; or take Origin::s3(…) with an origin access control, which needs no web site
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html
        ");
        assert_snapshot!(broken("origin-server", |h| {
            server(h, "origin.example.com", |it| it.https_port = Some(8u16.into_input()));
        }), @"
        error: global/cdn: DistributionConfig/Origins/0/CustomOriginConfig/HTTPSPort is 8
          rule: an origin's port is 80, 443 or 1024 to 65535 (InvalidArgument)
          hint: let the server listen on 443
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html
        ");
    }

    fn balancer(h: &Healthy<'_>) -> Handle<LoadBalancer> {
        let gateway = h.scope.add("gateway", InternetGateway::builder().build());
        h.scope.add(
            "attached",
            VpcGatewayAttachment::builder()
                .vpc_id(&h.vpc)
                .internet_gateway_id(&gateway)
                .build(),
        );
        h.scope.add(
            "alb",
            LoadBalancer::builder()
                .scheme(Scheme::Internal)
                .subnets([&h.subnets[0], &h.subnets[1]])
                .build(),
        )
    }

    #[test]
    fn a_balancer_is_reached_from_the_internet() {
        assert_snapshot!(broken("origin-balancer", |h| {
            let alb = balancer(h);
            add(h, |config| config.origins = vec![Origin::custom("site", alb.dns_name())]);
        }), @"
        warning: global/cdn: DistributionConfig/Origins/0 is main/alb, which has private addresses only: every request is answered 502 or 504
          rule: CloudFront comes from the internet
          hint: leave `.scheme(Scheme::Internal)` out
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html
        ");
    }

    #[test]
    fn http_is_enough_for_a_web_site() {
        crate::check::testing::healthy(|h| {
            server(h, "b.s3-website.eu-west-3.amazonaws.com", |it| {
                it.origin_protocol_policy = OriginProtocolPolicy::HttpOnly;
            });
        });
    }
}
