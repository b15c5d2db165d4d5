//! Tests of the rules for actions.

use insta::assert_snapshot;
use jeancloud_model::{
    Arn, Text,
    certificate_manager::CertificateArn,
    elastic_load_balancing_v2::{
        Action, AuthenticateCognitoConfig, Listener, Protocol, RedirectConfig, RedirectStatus,
    },
};

use super::super::testing::balancer;
use crate::check::testing::{Healthy, broken, healthy};

#[test]
fn http_may_lead_to_https() {
    healthy(|h| {
        let balancer = balancer(h);
        let arn = "arn:aws:acm:eu-west-3:123456789012:certificate/1";
        h.scope.add(
            "https",
            Listener::builder()
                .load_balancer_arn(&balancer)
                .port(443)
                .protocol(Protocol::Https)
                .certificates([CertificateArn::new(arn)])
                .default_actions(Action::fixed_response(404, "no"))
                .build(),
        );
        h.scope.add(
            "http",
            Listener::builder()
                .load_balancer_arn(&balancer)
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

#[test]
fn redirects_are_well_formed() {
    let to = |change: fn(&mut RedirectConfig)| {
        move |h: &Healthy<'_>| {
            let mut redirect = RedirectConfig::builder()
                .status_code(RedirectStatus::Permanent)
                .host("www.example.com")
                .build();
            change(&mut redirect);
            h.scope.add(
                "http",
                Listener::builder()
                    .load_balancer_arn(balancer(h))
                    .port(80)
                    .protocol(Protocol::Http)
                    .default_actions(redirect)
                    .build(),
            );
        }
    };
    assert_snapshot!(broken("action-parts", to(|redirect| redirect.path = Some(Text::known("new/#{path}")))), @"
    error: main/http: DefaultActions lead to the path `new/#{path}`
      rule: a redirect has a port of 1 to 65535, a host of at most 128 characters, a path that begins with / and a query without ?; an answer has at most 1024 characters (ValidationError)
      hint: as `/#{path}` or `/new`
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
    ");
    assert_snapshot!(broken("action-parts", to(|redirect| redirect.port = Some(Text::known("https")))), @"
    error: main/http: DefaultActions lead to the port `https`
      rule: a redirect has a port of 1 to 65535, a host of at most 128 characters, a path that begins with / and a query without ?; an answer has at most 1024 characters (ValidationError)
      hint: as `443`
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
    ");
    assert_snapshot!(broken("action-parts", to(|redirect| redirect.host = Some(Text::known("https://www.example.com")))), @"
    error: main/http: DefaultActions lead to the host `https://www.example.com`
      rule: a redirect has a port of 1 to 65535, a host of at most 128 characters, a path that begins with / and a query without ?; an answer has at most 1024 characters (ValidationError)
      hint: a host's name alone; protocol, port and path have settings of their own
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
    ");
}

#[test]
fn an_answer_is_short() {
    assert_snapshot!(broken("action-parts", |h| {
        h.scope.add("http", Listener::builder().load_balancer_arn(balancer(h)).port(80)
            .protocol(Protocol::Http).default_actions(Action::fixed_response(503, "x".repeat(1025))).build());
    }), @"
    error: main/http: DefaultActions answer with 1025 characters
      rule: a redirect has a port of 1 to 65535, a host of at most 128 characters, a path that begins with / and a query without ?; an answer has at most 1024 characters (ValidationError)
      hint: shorten it, or redirect to a page
      see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html
    ");
}
