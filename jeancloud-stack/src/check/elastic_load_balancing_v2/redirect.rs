//! A rule for where redirects land.

use jeancloud_model::{
    Input, Text,
    cloud_front::Distribution,
    elastic_load_balancing_v2::{
        Action, Listener, LoadBalancer, Protocol, RedirectProtocol, TargetGroup, TargetType,
    },
    reference,
};

use super::{
    super::{Report, Rule},
    action::{REDIRECT_DOCUMENT, places},
};
use crate::{Declaration, Declared, View};

pub(super) const LANDING: Rule = Rule {
    name: "action-redirect-listener",
    check: somebody_listens_where_a_redirect_leads,
};

/// A redirect that keeps the host leads back to the same load balancer, unless its name leads to
/// something in front of it, which the stack would then declare.
fn somebody_listens_where_a_redirect_leads(view: &View, report: &mut Report) {
    for place in places(view) {
        let Some(listener) = place.listener else {
            continue;
        };
        let balancer = view.target::<LoadBalancer>(&listener.resource.load_balancer_arn);
        let (Some(balancer), Some(own)) = (balancer, listener.resource.port.known()) else {
            continue;
        };
        if stands_behind_another(view, &balancer) {
            continue;
        }
        for action in place.actions {
            let Action::Redirect { config } = action else {
                continue;
            };
            let kept = |text: &Option<Text>, keyword: &str| {
                text.as_ref()
                    .is_none_or(|text| text.as_known() == Some(keyword))
            };
            if !kept(&config.host, "#{host}") {
                continue;
            }
            let port = match kept(&config.port, "#{port}") {
                true => own.number(),
                false => {
                    let port = config.port.as_ref().and_then(Text::as_known);
                    let Some(port) = port.and_then(|port| port.parse().ok()) else {
                        continue;
                    };
                    port
                }
            };
            let tls = match config
                .protocol
                .as_ref()
                .map(|protocol| protocol.known().copied())
            {
                Some(Some(RedirectProtocol::Https)) => true,
                Some(Some(RedirectProtocol::Http)) => false,
                _ => listener.resource.protocol.known() == Some(&Protocol::Https),
            };
            let lands = view.all::<Listener>().any(|other| {
                let of = view.target::<LoadBalancer>(&other.resource.load_balancer_arn);
                of.is_some_and(|of| of.address() == balancer.address())
                    && other
                        .resource
                        .port
                        .known()
                        .is_none_or(|other| other.number() == port)
                    && other
                        .resource
                        .protocol
                        .known()
                        .is_none_or(|protocol| (*protocol == Protocol::Https) == tls)
            });
            if lands {
                continue;
            }
            let protocol = if tls { "HTTPS" } else { "HTTP" };
            report
                .error(place.declaration, place.property, format!("lead to port {port} for {protocol}, where no listener of {} is", balancer.address()))
                .rule("a redirect keeps the port that it doesn't name, and its client comes back: a listener has to be there")
                .hint(match tls && port == own.number() {
                    true => "`Action::redirect_to_https()` names port 443, where an HTTPS listener has to be",
                    false => "declare a listener of that protocol and port, or answer here",
                })
                .document(REDIRECT_DOCUMENT);
        }
    }
}

/// Whether a distribution or another load balancer stands in front of this one.
fn stands_behind_another(view: &View, balancer: &Declared<'_, LoadBalancer>) -> bool {
    let names = |declaration: &Declaration| {
        let mut found = false;
        reference::each(&declaration.properties, &mut |address, _| {
            found |= address == balancer.address().as_str();
        });
        found
    };
    let behind = view.all::<TargetGroup>().any(|group| {
        group.resource.target_type.as_ref().and_then(Input::known) == Some(&TargetType::Alb)
    });
    behind || view.all::<Distribution>().any(|cdn| names(cdn.declaration))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::elastic_load_balancing_v2::{
        Action, Listener, Protocol, RedirectConfig, RedirectProtocol, RedirectStatus,
    };

    use super::super::testing::balancer;
    use crate::check::testing::{Healthy, broken, healthy};

    fn http(h: &Healthy<'_>, action: impl Into<Action>) {
        h.scope.add(
            "http",
            Listener::builder()
                .load_balancer_arn(balancer(h))
                .port(80)
                .protocol(Protocol::Http)
                .default_actions(action)
                .build(),
        );
    }

    #[test]
    fn a_redirect_to_somebody_else_is_healthy() {
        healthy(|h| {
            http(
                h,
                RedirectConfig::builder()
                    .status_code(RedirectStatus::Temporary)
                    .host("www.example.com")
                    .build(),
            )
        });
    }

    #[test]
    fn a_redirect_to_https_lands_on_a_listener() {
        assert_snapshot!(broken("action-redirect-listener", |h| http(h, Action::redirect_to_https())), @"
        error: main/http: DefaultActions lead to port 443 for HTTPS, where no listener of main/alb is
          rule: a redirect keeps the port that it doesn't name, and its client comes back: a listener has to be there
          hint: declare a listener of that protocol and port, or answer here
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
        ");
    }

    #[test]
    fn a_redirect_keeps_the_port_that_it_does_not_name() {
        assert_snapshot!(broken("action-redirect-listener", |h| http(h, RedirectConfig::builder()
            .status_code(RedirectStatus::Permanent).protocol(RedirectProtocol::Https).build())), @"
        error: main/http: DefaultActions lead to port 80 for HTTPS, where no listener of main/alb is
          rule: a redirect keeps the port that it doesn't name, and its client comes back: a listener has to be there
          hint: `Action::redirect_to_https()` names port 443, where an HTTPS listener has to be
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
        ");
    }
}
