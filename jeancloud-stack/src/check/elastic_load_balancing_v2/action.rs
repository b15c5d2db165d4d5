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
pub(super) const REDIRECT_DOCUMENT: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html";

pub(super) const ORDER: Rule = Rule {
    name: "action-order",
    check: one_action_ends_what_logins_begin,
};
pub(super) const PARTS: Rule = Rule {
    name: "action-parts",
    check: redirects_and_answers_are_well_formed,
};
pub(super) const REDIRECT: Rule = Rule {
    name: "action-redirect",
    check: redirects_lead_elsewhere,
};

/// Actions with where they stand and the listener that they are done for, where that is declared.
pub(super) struct Place<'v> {
    pub(super) declaration: &'v Declaration,
    pub(super) property: &'static str,
    pub(super) actions: &'v [Action],
    pub(super) listener: Option<Declared<'v, Listener>>,
}

pub(super) fn places(view: &View) -> impl Iterator<Item = Place<'_>> {
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

fn redirects_and_answers_are_well_formed(view: &View, report: &mut Report) {
    for place in places(view) {
        for action in place.actions {
            let fault = match action {
                Action::Redirect { config } => part_fault(config),
                Action::FixedResponse { config } => {
                    let body = config.message_body.as_ref().and_then(Text::as_known);
                    let count = body.map_or(0, |body| body.chars().count());
                    (count > 1024).then(|| {
                        let wrong = format!("answer with {count} characters");
                        (wrong, "shorten it, or redirect to a page")
                    })
                }
                Action::Forward { .. } | Action::AuthenticateCognito { .. } => None,
            };
            let Some((wrong, hint)) = fault else { continue };
            report
                .error(place.declaration, place.property, wrong)
                .rule("a redirect has a port of 1 to 65535, a host of at most 128 characters, a path that begins with / and a query without ?; an answer has at most 1024 characters (ValidationError)")
                .hint(hint)
                .document(REDIRECT_DOCUMENT);
        }
    }
}

fn part_fault(config: &RedirectConfig) -> Option<(String, &'static str)> {
    fn known(text: &Option<Text>) -> Option<&str> {
        text.as_ref()?.as_known()
    }
    let port = known(&config.port)
        .filter(|port| *port != "#{port}" && !port.parse::<u16>().is_ok_and(|port| port > 0));
    let path =
        known(&config.path).filter(|path| !path.starts_with('/') || path.chars().count() > 128);
    let query = known(&config.query).filter(|query| query.starts_with('?'));
    let host = known(&config.host)
        .filter(|host| host.is_empty() || host.chars().count() > 128 || host.contains(['/', ':']));
    match (port, path, query, host) {
        (Some(port), ..) => Some((format!("lead to the port `{port}`"), "as `443`")),
        (_, Some(path), ..) => Some((
            format!("lead to the path `{path}`"),
            "as `/#{path}` or `/new`",
        )),
        (_, _, Some(query), _) => Some((
            format!("lead to the query `{query}`"),
            "leave the ? out: AWS adds it",
        )),
        (.., Some(host)) => Some((
            format!("lead to the host `{host}`"),
            "a host's name alone; protocol, port and path have settings of their own",
        )),
        _ => None,
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
#[path = "action_tests.rs"]
mod tests;
