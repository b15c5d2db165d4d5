//! Rules for target groups.

use std::collections::BTreeSet;

use jeancloud_model::{
    Address, Input,
    elastic_load_balancing_v2::{
        HealthCheckProtocol, Listener, ListenerRule, LoadBalancingAlgorithm, Protocol,
        ProtocolVersion, StickinessType, TargetGroup,
    },
    reference,
};

use super::super::{Report, Rule};
use crate::View;

const CREATE: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html";
const ATTRIBUTES: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html";

pub(super) const USED: Rule = Rule {
    name: "target-group-used",
    check: a_listener_forwards_to_it,
};
pub(super) const HEALTH_TIMES: Rule = Rule {
    name: "target-group-health-times",
    check: the_timeout_is_shorter_than_the_interval,
};
pub(super) const HEALTH_PROTOCOL: Rule = Rule {
    name: "target-group-health-protocol",
    check: paths_and_codes_are_asked_over_http,
};
pub(super) const HEALTH_OFF: Rule = Rule {
    name: "target-group-health-on",
    check: health_is_always_checked,
};
pub(super) const VERSION: Rule = Rule {
    name: "target-group-version",
    check: versions_are_of_http,
};
pub(super) const SETTINGS: Rule = Rule {
    name: "target-group-settings",
    check: settings_are_in_their_bounds,
};

fn known<T>(input: &Option<Input<T>>) -> Option<&T> {
    input.as_ref().and_then(Input::known)
}

fn is_http(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::Http | Protocol::Https)
}

fn a_listener_forwards_to_it(view: &View, report: &mut Report) {
    let mut named: BTreeSet<Address> = BTreeSet::new();
    let forwarders = view.all::<Listener>().map(|listener| listener.declaration);
    let forwarders = forwarders.chain(view.all::<ListenerRule>().map(|rule| rule.declaration));
    for forwarder in forwarders {
        reference::each(&forwarder.properties, &mut |address, _| {
            named.insert(Address::new(address));
        });
    }
    for group in view.all::<TargetGroup>() {
        if !named.contains(&group.address()) {
            report
                .warning(group.declaration, "", "gets no requests: no listener and no rule forwards to it")
                .rule("a load balancer sends to a target group that a listener or a rule names; ECS refuses a service with any other")
                .hint("forward to it: `.default_actions(Action::forward(&targets))`")
                .document("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html");
        }
    }
}

fn the_timeout_is_shorter_than_the_interval(view: &View, report: &mut Report) {
    for group in view.all::<TargetGroup>() {
        let http = group
            .protocol
            .known()
            .is_some_and(|protocol| is_http(*protocol));
        let Some(timeout) = known(&group.health_check_timeout_seconds) else {
            // AWS's default for HTTP is 5 s, which the shortest interval does not leave room for.
            let shortest =
                known(&group.health_check_interval_seconds).map(|one| one.number()) == Some(5);
            if shortest && http && group.health_check_timeout_seconds.is_none() {
                report
                    .error(group.declaration, "HealthCheckTimeoutSeconds", "is left out, and AWS's 5 s are too long for an interval of 5 s")
                    .rule("a health check's timeout is smaller than its interval (ValidationError); for TCP the two may be the same")
                    .hint("`.health_check_timeout_seconds(4)`")
                    .document(CREATE);
            }
            continue;
        };
        let interval = match &group.health_check_interval_seconds {
            None => 30,
            Some(interval) => match interval.known() {
                Some(interval) => interval.number(),
                None => continue,
            },
        };
        // Only groups of HTTP may not have both the same.
        let equal = timeout.number() == interval;
        if timeout.number() > interval || equal && http {
            let wrong = format!("{timeout} s is too long for an interval of {interval} s");
            report
                .error(group.declaration, "HealthCheckTimeoutSeconds", wrong)
                .rule("a health check's timeout is smaller than its interval (ValidationError); for TCP the two may be the same")
                .hint("shorten the timeout or lengthen HealthCheckIntervalSeconds")
                .document(CREATE);
        }
    }
}

fn paths_and_codes_are_asked_over_http(view: &View, report: &mut Report) {
    for group in view.all::<TargetGroup>() {
        let Some(protocol) = group.protocol.known().copied() else {
            continue;
        };
        let health = known(&group.health_check_protocol).copied();
        if is_http(protocol) && health == Some(HealthCheckProtocol::Tcp) {
            report
                .error(
                    group.declaration,
                    "HealthCheckProtocol",
                    format!("is TCP for a group of {protocol}"),
                )
                .rule("targets of HTTP and HTTPS are asked over HTTP or HTTPS (ValidationError)")
                .hint("leave it out: AWS asks over HTTP")
                .document(CREATE);
            continue;
        }
        let http = match health {
            Some(health) => health != HealthCheckProtocol::Tcp,
            None => is_http(protocol),
        };
        let asked = [
            ("HealthCheckPath", group.health_check_path.is_some()),
            ("Matcher", group.matcher.is_some()),
        ];
        for (property, _) in asked.into_iter().filter(|(_, set)| *set && !http) {
            report
                .error(
                    group.declaration,
                    property,
                    "is set, and targets are asked over TCP",
                )
                .rule(
                    "a path and codes are for health checks over HTTP and HTTPS (ValidationError)",
                )
                .hint("say `.health_check_protocol(HealthCheckProtocol::Http)`, or leave it out")
                .document(CREATE);
        }
    }
}

fn health_is_always_checked(view: &View, report: &mut Report) {
    for group in view.all::<TargetGroup>() {
        if known(&group.health_check_enabled) == Some(&false) {
            report
                .error(group.declaration, "HealthCheckEnabled", "is false")
                .rule("health checks of instances, addresses and load balancers can't be switched off")
                .hint("leave it out")
                .document(CREATE);
        }
    }
}

fn versions_are_of_http(view: &View, report: &mut Report) {
    for group in view.all::<TargetGroup>() {
        let protocol = group.protocol.known().copied();
        let version = known(&group.protocol_version).copied();
        if let (Some(protocol), Some(version)) = (protocol, version)
            && !is_http(protocol)
        {
            let wrong = format!("is {version} for a group of {protocol}");
            report
                .error(group.declaration, "ProtocolVersion", wrong)
                .rule("a protocol version is for HTTP and HTTPS")
                .hint("leave it out")
                .document(CREATE);
        }
        let Some(matcher) = &group.matcher else {
            continue;
        };
        let grpc = match &group.protocol_version {
            None => false,
            Some(version) => match version.known() {
                Some(version) => *version == ProtocolVersion::Grpc,
                None => continue,
            },
        };
        let wrong = match (grpc, &matcher.http_code, &matcher.grpc_code) {
            (true, Some(_), _) => "has HTTP codes for a group that speaks gRPC",
            (false, _, Some(_)) => "has gRPC codes for a group that does not speak gRPC",
            (_, None, None) => "is empty",
            _ => continue,
        };
        report
            .error(group.declaration, "Matcher", wrong)
            .rule("a group of gRPC has GrpcCode, any other HttpCode (ValidationError)")
            .hint(if grpc {
                "write `Matcher::grpc(\"0\")`"
            } else {
                "write `Matcher::http(\"200\")`"
            })
            .document(CREATE);
    }
}

/// Settings of application load balancers' groups, by what their keys begin with.
const HTTP_ONLY: &[&str] = &[
    "slow_start.",
    "stickiness.lb_cookie.",
    "stickiness.app_cookie.",
    "load_balancing.algorithm.",
];
/// Settings of network load balancers' groups.
const NETWORK_ONLY: &[&str] = &[
    "deregistration_delay.connection_termination.",
    "preserve_client_ip.",
    "proxy_protocol_v2.",
    "target_health_state.",
];

fn settings_are_in_their_bounds(view: &View, report: &mut Report) {
    for group in view.all::<TargetGroup>() {
        let (Some(settings), Some(protocol)) = (
            &group.target_group_attributes,
            group.protocol.known().copied(),
        ) else {
            continue;
        };
        let begins = |starts: &[&str], key: &str| starts.iter().any(|start| key.starts_with(start));
        let mut wrong = |key: &str, wrong: &str, hint: &str| {
            report
                .error(group.declaration, format!("TargetGroupAttributes/{key}"), wrong)
                .rule("a cookie of the application has a name that does not begin with AWSALB; slow start goes with round_robin (InvalidConfigurationRequest)")
                .hint(hint)
                .document(ATTRIBUTES);
        };
        let all = &settings.0;
        let cookie = all.stickiness_app_cookie_name.as_ref();
        let by_cookie = known(&all.stickiness_type) == Some(&StickinessType::AppCookie);
        if by_cookie && cookie.is_none() {
            wrong(
                "stickiness.type",
                "is app_cookie, and the cookie has no name",
                "`.stickiness_app_cookie_name(\"sessionid\")`",
            );
        } else if cookie
            .and_then(|cookie| cookie.as_known())
            .is_some_and(|name| name.is_empty() || name.starts_with("AWSALB"))
        {
            wrong(
                "stickiness.app_cookie.cookie_name",
                "is empty or one of the load balancer's own names",
                "take the name of the application's cookie, as `sessionid`",
            );
        }
        let turns = matches!(
            known(&all.load_balancing_algorithm),
            None | Some(LoadBalancingAlgorithm::RoundRobin)
        );
        if known(&all.slow_start_seconds).is_some_and(|seconds| seconds.number() > 0) && !turns {
            wrong(
                "slow_start.duration_seconds",
                "is set, and targets are not taken in turn",
                "leave slow start out, or take LoadBalancingAlgorithm::RoundRobin",
            );
        }
        for (key, value) in super::pairs(settings) {
            let http = is_http(protocol);
            let wrong = if begins(HTTP_ONLY, &key) && !http
                || begins(NETWORK_ONLY, &key) && http
                || key == "stickiness.type" && (value == "source_ip") == http
            {
                format!("{value} is no setting of a group of {protocol}")
            } else if key == "slow_start.duration_seconds"
                && value
                    .parse()
                    .is_ok_and(|seconds: u32| (1..30).contains(&seconds))
            {
                format!("{value} s is neither 0 nor between 30 and 900")
            } else {
                continue;
            };
            report
                .error(group.declaration, format!("TargetGroupAttributes/{key}"), wrong)
                .rule("settings depend on the group's protocol; slow start is 0 or 30 to 900 s (InvalidConfigurationRequest)")
                .hint("leave the setting out, or take a value that AWS documents for it")
                .document(ATTRIBUTES);
        }
    }
}

#[cfg(test)]
#[path = "target_group_tests.rs"]
mod tests;
