//! Rules for what listeners and their rules do with requests.

use jeancloud_model::{
    Text,
    elastic_load_balancing_v2::{
        Action, Listener, ListenerRule, LoadBalancer, Protocol, RedirectConfig, RedirectProtocol,
    },
};

use super::{
    super::{Report, Rule},
    load_balancer::is_network,
};
use crate::{Declaration, Declared, View};

const ACTION: &str =
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html";
const REDIRECT_DOCUMENT: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html";

pub(super) const ORDER: Rule = Rule {
    name: "action-order",
    check: one_action_ends_what_logins_begin,
};
pub(super) const REDIRECT: Rule = Rule {
    name: "action-redirect",
    check: redirects_lead_elsewhere,
};

/// Actions with where they stand and the listener that they are done for, where that is declared.
struct Place<'v> {
    declaration: &'v Declaration,
    property: &'static str,
    actions: &'v [Action],
    listener: Option<Declared<'v, Listener>>,
}

fn places(view: &View) -> impl Iterator<Item = Place<'_>> {
    let defaults = view.all::<Listener>().map(|listener| Place {
        declaration: listener.declaration,
        property: "DefaultActions",
        actions: &listener.resource.default_actions.0,
        listener: Some(listener),
    });
    let rules = view.all::<ListenerRule>().map(|rule| Place {
        declaration: rule.declaration,
        property: "Actions",
        actions: &rule.resource.actions.0,
        listener: view.target::<Listener>(&rule.resource.listener_arn),
    });
    defaults.chain(rules)
}

fn one_action_ends_what_logins_begin(view: &View, report: &mut Report) {
    for place in places(view) {
        let protocol = place
            .listener
            .and_then(|listener| listener.protocol.known().copied());
        let balancer = place
            .listener
            .and_then(|listener| view.target::<LoadBalancer>(&listener.resource.load_balancer_arn));
        let network = balancer.and_then(|balancer| is_network(&balancer)) == Some(true);
        let login = |action: &&Action| matches!(action, Action::AuthenticateCognito { .. });
        let logins = place.actions.iter().take_while(login).count();
        let rest = &place.actions[logins..];
        let groups = rest.iter().find_map(|action| match action {
            Action::Forward { config } => Some(config.target_groups.len()),
            _ => None,
        });
        let (wrong, hint) = if rest.len() != 1 || rest.iter().any(|action| login(&action)) {
            let wrong = format!("end with {} actions after {logins} logins", rest.len());
            (wrong, "end with one forward, redirect or fixed response")
        } else if logins > 0 && protocol.is_some_and(|protocol| protocol != Protocol::Https) {
            (
                "log in without TLS".to_owned(),
                "log in on an HTTPS listener",
            )
        } else if network && groups.is_none() {
            let wrong = "do something else than forward on a network load balancer".to_owned();
            (wrong, "forward, or make it an application load balancer")
        } else if groups.is_some_and(|groups| !(1..=5).contains(&groups)) {
            let wrong = format!("forward to {} target groups", groups.unwrap_or_default());
            (wrong, "forward to one to five target groups")
        } else {
            continue;
        };
        report
            .error(place.declaration, place.property, wrong)
            .rule("any number of logins over HTTPS, then exactly one forward to 1 to 5 target groups, redirect or fixed response; a network load balancer only forwards (InvalidLoadBalancerAction)")
            .hint(hint)
            .document(ACTION);
    }
}

fn redirects_lead_elsewhere(view: &View, report: &mut Report) {
    for place in places(view) {
        for action in place.actions {
            let Action::Redirect { config } = action else {
                continue;
            };
            let Some((wrong, hint)) = fault(config, place.listener) else {
                continue;
            };
            report
                .error(place.declaration, place.property, wrong)
                .rule("a redirect changes protocol, port, host or path, and does not lead from HTTPS to HTTP (InvalidLoadBalancerAction)")
                .hint(hint)
                .document(REDIRECT_DOCUMENT);
        }
    }
}

fn fault(
    config: &RedirectConfig,
    listener: Option<Declared<'_, Listener>>,
) -> Option<(String, &'static str)> {
    let from = listener.and_then(|listener| listener.protocol.known().copied());
    let port = listener.and_then(|listener| listener.port.known().copied());
    let to = match &config.protocol {
        None => RedirectProtocol::Same,
        Some(protocol) => *protocol.known()?,
    };
    if from == Some(Protocol::Https) && to == RedirectProtocol::Http {
        let hint = "redirect to HTTPS: `.protocol(RedirectProtocol::Https)`";
        return Some(("lead from HTTPS to HTTP".to_owned(), hint));
    }
    let same_protocol = match to {
        RedirectProtocol::Same => true,
        RedirectProtocol::Http => from == Some(Protocol::Http),
        RedirectProtocol::Https => from == Some(Protocol::Https),
    };
    let kept = |text: &Option<Text>, own: &[&str]| match text {
        None => true,
        Some(text) => text.as_known().is_some_and(|text| own.contains(&text)),
    };
    let port = port.map(|port| port.to_string()).unwrap_or_default();
    let loops = same_protocol
        && kept(&config.port, &["#{port}", &port])
        && kept(&config.host, &["#{host}"])
        && kept(&config.path, &["/#{path}"]);
    loops.then(|| {
        let wrong = "lead back to the very same place".to_owned();
        (
            wrong,
            "`Action::redirect_to_https()` on an HTTP listener leads to HTTPS",
        )
    })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Arn,
        elastic_load_balancing_v2::{
            Action, AuthenticateCognitoConfig, Listener, Protocol, RedirectConfig, RedirectStatus,
        },
    };

    use super::super::testing::balancer;
    use crate::check::testing::{broken, healthy};

    #[test]
    fn http_may_lead_to_https() {
        healthy(|h| {
            h.scope.add(
                "http",
                Listener::builder()
                    .load_balancer_arn(balancer(h))
                    .port(80)
                    .protocol(Protocol::Http)
                    .default_actions(Action::redirect_to_https())
                    .build(),
            );
        });
    }

    #[test]
    fn a_login_is_followed_by_something_and_needs_tls() {
        let login = || {
            AuthenticateCognitoConfig::builder()
                .user_pool_arn(Arn::new(
                    "arn:aws:cognito-idp:eu-west-3:123456789012:userpool/x",
                ))
                .user_pool_client_id("client")
                .user_pool_domain("domain")
                .build()
        };
        assert_snapshot!(broken("action-order", |h| {
            h.scope.add("http", Listener::builder().load_balancer_arn(balancer(h)).port(80)
                .protocol(Protocol::Http).default_actions(login()).build());
        }), @"
        error: main/http: DefaultActions end with 0 actions after 1 logins
          rule: any number of logins over HTTPS, then exactly one forward to 1 to 5 target groups, redirect or fixed response; a network load balancer only forwards (InvalidLoadBalancerAction)
          hint: end with one forward, redirect or fixed response
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html
        ");
        assert_snapshot!(broken("action-order", |h| {
            let actions = [Action::from(login()), Action::fixed_response(200, "hello")];
            h.scope.add("http", Listener::builder().load_balancer_arn(balancer(h)).port(80)
                .protocol(Protocol::Http).default_actions(actions).build());
        }), @"
        error: main/http: DefaultActions log in without TLS
          rule: any number of logins over HTTPS, then exactly one forward to 1 to 5 target groups, redirect or fixed response; a network load balancer only forwards (InvalidLoadBalancerAction)
          hint: log in on an HTTPS listener
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html
        ");
    }

    #[test]
    fn a_redirect_leads_elsewhere() {
        assert_snapshot!(broken("action-redirect", |h| {
            let same = RedirectConfig::builder().status_code(RedirectStatus::Permanent).build();
            h.scope.add("http", Listener::builder().load_balancer_arn(balancer(h)).port(80)
                .protocol(Protocol::Http).default_actions(same).build());
        }), @"
        error: main/http: DefaultActions lead back to the very same place
          rule: a redirect changes protocol, port, host or path, and does not lead from HTTPS to HTTP (InvalidLoadBalancerAction)
          hint: `Action::redirect_to_https()` on an HTTP listener leads to HTTPS
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
        ");
    }
}
