//! Tests of the rules for target groups.

use insta::assert_snapshot;
use jeancloud_model::{
    Handle,
    elastic_load_balancing_v2::{
        HealthCheckProtocol, LoadBalancingAlgorithm, Matcher, Protocol, ProtocolVersion,
        StickinessType, TargetGroup, TargetGroupAttributes,
    },
};

use super::super::testing::{balancer, listener, targets};
use crate::check::testing::{Healthy, broken};

/// Declares `group` and forwards to it.
fn used(h: &Healthy<'_>, group: TargetGroup) {
    let handle: Handle<TargetGroup> = h.scope.add("targets", group);
    listener(h, &balancer(h), &handle);
}

#[test]
fn a_group_that_nobody_forwards_to_is_a_doubt() {
    assert_snapshot!(broken("target-group-used", |h| { targets(h); }), @"
    warning: main/targets: gets no requests: no listener and no rule forwards to it
      rule: a load balancer sends to a target group that a listener or a rule names; ECS refuses a service with any other
      hint: forward to it: `.default_actions(Action::forward(&targets))`
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
    ");
}

#[test]
fn a_timeout_is_shorter_than_the_interval() {
    assert_snapshot!(broken("target-group-health-times", |h| {
        used(h, TargetGroup::builder().vpc_id(&h.vpc).port(80).protocol(Protocol::Http)
            .health_check_interval_seconds(10).health_check_timeout_seconds(10).build());
    }), @"
    error: main/targets: HealthCheckTimeoutSeconds 10 s is too long for an interval of 10 s
      rule: a health check's timeout is smaller than its interval (ValidationError); for TCP the two may be the same
      hint: shorten the timeout or lengthen HealthCheckIntervalSeconds
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
    ");
}

#[test]
fn http_targets_are_asked_over_http() {
    assert_snapshot!(broken("target-group-health-protocol", |h| {
        used(h, TargetGroup::builder().vpc_id(&h.vpc).port(80).protocol(Protocol::Http)
            .health_check_protocol(HealthCheckProtocol::Tcp).build());
    }), @"
    error: main/targets: HealthCheckProtocol is TCP for a group of HTTP
      rule: targets of HTTP and HTTPS are asked over HTTP or HTTPS (ValidationError)
      hint: leave it out: AWS asks over HTTP
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
    ");
}

#[test]
fn health_is_always_checked() {
    assert_snapshot!(broken("target-group-health-on", |h| {
        used(h, TargetGroup::builder().vpc_id(&h.vpc).port(80).protocol(Protocol::Http)
            .health_check_enabled(false).build());
    }), @"
    error: main/targets: HealthCheckEnabled is false
      rule: health checks of instances, addresses and load balancers can't be switched off
      hint: leave it out
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
    ");
}

#[test]
fn grpc_codes_are_for_grpc() {
    assert_snapshot!(broken("target-group-version", |h| {
        used(h, TargetGroup::builder().vpc_id(&h.vpc).port(80).protocol(Protocol::Http)
            .protocol_version(ProtocolVersion::Http2).matcher(Matcher::grpc("0")).build());
    }), @r#"
    error: main/targets: Matcher has gRPC codes for a group that does not speak gRPC
      rule: a group of gRPC has GrpcCode, any other HttpCode (ValidationError)
      hint: write `Matcher::http("200")`
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
    "#);
}

#[test]
fn a_slow_start_is_not_too_short() {
    assert_snapshot!(broken("target-group-settings", |h| {
        used(h, TargetGroup::builder().vpc_id(&h.vpc).port(80).protocol(Protocol::Http)
            .target_group_attributes(TargetGroupAttributes::builder().slow_start_seconds(10).build())
            .build());
    }), @"
    error: main/targets: TargetGroupAttributes/slow_start.duration_seconds 10 s is neither 0 nor between 30 and 900
      rule: settings depend on the group's protocol; slow start is 0 or 30 to 900 s (InvalidConfigurationRequest)
      hint: leave the setting out, or take a value that AWS documents for it
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
    ");
}

#[test]
fn http_groups_have_no_settings_of_the_network() {
    assert_snapshot!(broken("target-group-settings", |h| {
        used(h, TargetGroup::builder().vpc_id(&h.vpc).port(80).protocol(Protocol::Http)
            .target_group_attributes(TargetGroupAttributes::builder().proxy_protocol_v2(true).build())
            .build());
    }), @"
    error: main/targets: TargetGroupAttributes/proxy_protocol_v2.enabled true is no setting of a group of HTTP
      rule: settings depend on the group's protocol; slow start is 0 or 30 to 900 s (InvalidConfigurationRequest)
      hint: leave the setting out, or take a value that AWS documents for it
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
    ");
}

#[test]
fn the_shortest_interval_needs_a_timeout() {
    assert_snapshot!(broken("target-group-health-times", |h| {
        used(h, TargetGroup::builder().vpc_id(&h.vpc).port(80).protocol(Protocol::Http)
            .health_check_interval_seconds(5).build());
    }), @"
    error: main/targets: HealthCheckTimeoutSeconds is left out, and AWS's 5 s are too long for an interval of 5 s
      rule: a health check's timeout is smaller than its interval (ValidationError); for TCP the two may be the same
      hint: `.health_check_timeout_seconds(4)`
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
    ");
}

#[test]
fn an_applications_cookie_has_a_name() {
    assert_snapshot!(broken("target-group-settings", |h| {
        used(h, TargetGroup::builder().vpc_id(&h.vpc).port(80).protocol(Protocol::Http)
            .target_group_attributes(TargetGroupAttributes::builder()
                .stickiness_enabled(true).stickiness_type(StickinessType::AppCookie).build())
            .build());
    }), @r#"
    error: main/targets: TargetGroupAttributes/stickiness.type is app_cookie, and the cookie has no name
      rule: a cookie of the application has a name that does not begin with AWSALB; slow start goes with round_robin (InvalidConfigurationRequest)
      hint: `.stickiness_app_cookie_name("sessionid")`
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
    "#);
}

#[test]
fn a_slow_start_goes_in_turn() {
    assert_snapshot!(broken("target-group-settings", |h| {
        used(h, TargetGroup::builder().vpc_id(&h.vpc).port(80).protocol(Protocol::Http)
            .target_group_attributes(TargetGroupAttributes::builder().slow_start_seconds(60)
                .load_balancing_algorithm(LoadBalancingAlgorithm::LeastOutstandingRequests).build())
            .build());
    }), @"
    error: main/targets: TargetGroupAttributes/slow_start.duration_seconds is set, and targets are not taken in turn
      rule: a cookie of the application has a name that does not begin with AWSALB; slow start goes with round_robin (InvalidConfigurationRequest)
      hint: leave slow start out, or take LoadBalancingAlgorithm::RoundRobin
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
    ");
}
