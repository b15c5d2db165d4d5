//! Every property of a load balancer, its listeners, rules and target groups.

use jeancloud_model::{
    Arn, Az, Bounded, Handle, IntoInputs, IntoText, Region,
    certificate_manager::CertificateIssued,
    cidr,
    ec2::{InternetGateway, SecurityGroup, Subnet, Vpc, VpcGatewayAttachment},
    elastic_load_balancing_v2::{
        Action, Actions, AdvertiseTrustStoreCaNames, AlpnPolicy, AuthenticateCognitoConfig,
        Condition, CrossZone, DesyncMitigation, FixedResponseConfig, FixedResponseContentType,
        ForwardConfig, HealthCheckProtocol, Listener, ListenerAttributes, ListenerCertificate,
        ListenerRule, LoadBalancer, LoadBalancerAttributes, LoadBalancerType,
        LoadBalancingAlgorithm, Matcher, MutualAuthentication, MutualAuthenticationMode, OnOff,
        OnUnauthenticatedRequest, Protocol, ProtocolVersion, RedirectConfig, RedirectProtocol,
        RedirectStatus, Scheme, StickinessType, SubnetMapping, TargetGroup, TargetGroupAttributes,
        TargetGroupStickinessConfig, TargetGroupTuple, TargetType, XffHeaderProcessing,
    },
    iam::{Principal, Statement},
    s3::{Bucket, BucketPolicy},
    text,
};
use jeancloud_stack::{Scope, Stack};

use super::{issued, lacking};
use crate::{gaps, harness::Case};

changes! {
    attributes_of_an_application_load_balancer: Case {
        type_name: "AWS::ElasticLoadBalancingV2::LoadBalancer",
        address: "main/balancer",
        base: |stack| balancer(stack, LoadBalancerType::Application, None),
        updates: &[
            ("set", |stack| balancer(stack, LoadBalancerType::Application, Some(application(true)))),
            ("change", |stack| balancer(stack, LoadBalancerType::Application, Some(application(false)))),
            ("less", |stack| balancer(stack, LoadBalancerType::Application, Some(LoadBalancerAttributes::builder()
                .idle_timeout_seconds(45)
                .build()))),
            ("least", |stack| balancer(stack, LoadBalancerType::Application, Some(LoadBalancerAttributes::builder()
                .waf_fail_open(true)
                .build()))),
            ("clear", |stack| balancer(stack, LoadBalancerType::Application, None)),
        ],
        replaced: None,
        gaps: &[],
    },
    attributes_of_a_network_load_balancer: Case {
        type_name: "AWS::ElasticLoadBalancingV2::LoadBalancer",
        address: "main/balancer",
        base: |stack| network(stack, None, None),
        updates: &[
            ("set", |stack| network(stack, Some(OnOff::Off), Some(true))),
            ("change", |stack| network(stack, Some(OnOff::On), Some(false))),
            ("set again", |stack| network(stack, Some(OnOff::Off), Some(true))),
            ("clear", |stack| network(stack, None, Some(false))),
        ],
        replaced: None,
        gaps: &[lacking(gaps::RULES_HOLD_FOR_PRIVATE_LINK)],
    },
    logs_of_a_load_balancer: Case {
        type_name: "AWS::ElasticLoadBalancingV2::LoadBalancer",
        address: "main/balancer",
        base: |stack| logged(stack, None),
        updates: &[
            ("set", |stack| logged(stack, Some(("one", true)))),
            ("change", |stack| logged(stack, Some(("two", false)))),
            ("set again", |stack| logged(stack, Some(("two", true)))),
            ("clear", |stack| logged(stack, None)),
        ],
        replaced: None,
        gaps: &[],
    },
    subnets_of_a_network_load_balancer: Case {
        type_name: "AWS::ElasticLoadBalancingV2::LoadBalancer",
        address: "main/balancer",
        base: |stack| mapped(stack, 1),
        updates: &[("change", |stack| mapped(stack, 2))],
        replaced: None,
        gaps: &[],
    },
    http_target_group: Case {
        type_name: "AWS::ElasticLoadBalancingV2::TargetGroup",
        address: "main/targets",
        base: |stack| http(stack, |group| group),
        updates: &[
            ("set", |stack| http(stack, |mut group| {
                group.health_check_enabled = Some(known(true));
                group.health_check_protocol = Some(known(HealthCheckProtocol::Http));
                group.health_check_port = Some(known("8080".into()));
                group.health_check_path = Some(known("/a".into()));
                group.health_check_interval_seconds = Some(known(Bounded::new(15)));
                group.health_check_timeout_seconds = Some(known(Bounded::new(4)));
                group.healthy_threshold_count = Some(known(Bounded::new(3)));
                group.unhealthy_threshold_count = Some(known(Bounded::new(4)));
                group.matcher = Some(Matcher::http("200-299"));
                group.target_group_attributes = TargetGroupAttributes::builder()
                    .deregistration_delay_seconds(30)
                    .slow_start_seconds(60)
                    .stickiness_enabled(true)
                    .stickiness_type(StickinessType::LbCookie)
                    .stickiness_lb_cookie_seconds(600)
                    .stickiness_app_cookie_name("one")
                    .stickiness_app_cookie_seconds(600)
                    .load_balancing_algorithm(LoadBalancingAlgorithm::RoundRobin)
                    .cross_zone(CrossZone::Enabled)
                    .build().into();
                group
            })),
            ("change", |stack| http(stack, |mut group| {
                group.health_check_protocol = Some(known(HealthCheckProtocol::Https));
                group.health_check_port = Some(known("8443".into()));
                group.health_check_path = Some(known("/b".into()));
                group.health_check_interval_seconds = Some(known(Bounded::new(20)));
                group.health_check_timeout_seconds = Some(known(Bounded::new(6)));
                group.healthy_threshold_count = Some(known(Bounded::new(4)));
                group.unhealthy_threshold_count = Some(known(Bounded::new(5)));
                group.matcher = Some(Matcher::http("200,204"));
                group.target_group_attributes = TargetGroupAttributes::builder()
                    .deregistration_delay_seconds(40)
                    .slow_start_seconds(0)
                    .stickiness_enabled(false)
                    .stickiness_type(StickinessType::AppCookie)
                    .stickiness_lb_cookie_seconds(700)
                    .stickiness_app_cookie_name("two")
                    .stickiness_app_cookie_seconds(700)
                    .load_balancing_algorithm(LoadBalancingAlgorithm::LeastOutstandingRequests)
                    .cross_zone(CrossZone::Disabled)
                    .build().into();
                group
            })),
            ("less", |stack| http(stack, |mut group| {
                group.target_group_attributes = TargetGroupAttributes::builder().stickiness_enabled(true).build().into();
                group
            })),
            ("clear", |stack| http(stack, |group| group)),
        ],
        replaced: None,
        gaps: &[],
    },
    network_target_group: Case {
        type_name: "AWS::ElasticLoadBalancingV2::TargetGroup",
        address: "main/targets",
        base: |stack| tcp(stack, |group| group),
        updates: &[
            ("set", |stack| tcp(stack, |mut group| {
                group.target_group_attributes = TargetGroupAttributes::builder()
                    .deregistration_connection_termination(true)
                    .preserve_client_ip(true)
                    .proxy_protocol_v2(true)
                    .unhealthy_connection_termination(false)
                    .build().into();
                group
            })),
            ("change", |stack| tcp(stack, |mut group| {
                group.target_group_attributes = TargetGroupAttributes::builder()
                    .deregistration_connection_termination(false)
                    .preserve_client_ip(false)
                    .proxy_protocol_v2(false)
                    .unhealthy_connection_termination(true)
                    .build().into();
                group
            })),
            ("set again", |stack| tcp(stack, |mut group| {
                group.target_group_attributes = TargetGroupAttributes::builder()
                    .deregistration_connection_termination(true)
                    .preserve_client_ip(false)
                    .proxy_protocol_v2(true)
                    .unhealthy_connection_termination(false)
                    .build().into();
                group
            })),
            ("less", |stack| tcp(stack, |mut group| {
                group.target_group_attributes = TargetGroupAttributes::builder().preserve_client_ip(false).build().into();
                group
            })),
        ],
        replaced: None,
        gaps: &[],
    },
    grpc_target_group: Case {
        type_name: "AWS::ElasticLoadBalancingV2::TargetGroup",
        address: "main/targets",
        base: |stack| grpc(stack, None),
        updates: &[
            ("set", |stack| grpc(stack, Some("0-99"))),
            ("change", |stack| grpc(stack, Some("0"))),
            ("clear", |stack| grpc(stack, None)),
        ],
        replaced: None,
        gaps: &[lacking(gaps::NO_GRPC_CODES)],
    },
    actions_of_a_listener: Case {
        type_name: "AWS::ElasticLoadBalancingV2::Listener",
        address: "main/listener",
        base: |stack| listener(stack, |_| fixed(Some(true)).into()),
        updates: &[
            ("another answer", |stack| listener(stack, |_| fixed(Some(false)).into())),
            ("a bare answer", |stack| listener(stack, |_| fixed(None).into())),
            ("shares", |stack| listener(stack, |net| net.shares(Some(1)).into())),
            ("other shares", |stack| listener(stack, |net| net.shares(Some(2)).into())),
            ("no time", |stack| listener(stack, |net| net.shares(Some(3)).into())),
            ("no shares", |stack| listener(stack, |net| net.shares(None).into())),
            ("a redirect", |stack| listener(stack, |_| redirect(Some(true)).into())),
            ("another redirect", |stack| listener(stack, |_| redirect(Some(false)).into())),
            ("a bare redirect", |stack| listener(stack, |_| redirect(None).into())),
            ("a redirect of paths", |stack| listener(stack, |_| elsewhere().into())),
            ("an answer again", |stack| listener(stack, |_| fixed(Some(true)).into())),
        ],
        replaced: None,
        gaps: &[],
    },
    actions_of_a_rule: Case {
        type_name: "AWS::ElasticLoadBalancingV2::ListenerRule",
        address: "main/rule",
        base: |stack| rule(stack, host("a"), |_| fixed(Some(true)).into()),
        updates: &[
            ("another host and answer", |stack| rule(stack, host("b"), |_| fixed(Some(false)).into())),
            ("a path and a bare answer", |stack| rule(stack, Condition::path(["/a/*"]), |_| fixed(None).into())),
            ("another path, and shares", |stack| rule(stack, Condition::path(["/b/*"]), |net| net.shares(Some(1)).into())),
            ("methods and other shares", |stack| rule(stack, Condition::method(["GET"]), |net| net.shares(Some(2)).into())),
            ("no time", |stack| rule(stack, Condition::method(["GET"]), |net| net.shares(Some(3)).into())),
            ("other methods, no shares", |stack| rule(stack, Condition::method(["PUT"]), |net| net.shares(None).into())),
            ("addresses and a redirect", |stack| rule(stack, Condition::source_ip(["203.0.113.0/24"]), |_| redirect(Some(true)).into())),
            ("other addresses and redirect", |stack| rule(stack, Condition::source_ip(["198.51.100.0/24"]), |_| redirect(Some(false)).into())),
            ("a header and a bare redirect", |stack| rule(stack, Condition::header("X-A", ["1"]), |_| redirect(None).into())),
            ("another header", |stack| rule(stack, Condition::header("X-B", ["2"]), |_| redirect(None).into())),
            ("a query", |stack| rule(stack, Condition::query("a", "1"), |_| redirect(None).into())),
            ("another query", |stack| rule(stack, Condition::query("b", "2"), |_| redirect(None).into())),
            ("any key", |stack| rule(stack, any_key("3"), |_| redirect(None).into())),
            ("a redirect of paths", |stack| rule(stack, any_key("3"), |_| elsewhere().into())),
            ("a host again", |stack| rule(stack, host("a"), |_| fixed(Some(true)).into())),
        ],
        replaced: None,
        gaps: &[],
    },
    logins: Case {
        type_name: "AWS::ElasticLoadBalancingV2::Listener",
        address: "main/listener",
        base: |stack| https(stack, |listener, _| listener),
        updates: &[
            ("set", |stack| https(stack, |mut listener, _| { listener.default_actions = login(Some(true)); listener })),
            ("change", |stack| https(stack, |mut listener, _| { listener.default_actions = login(Some(false)); listener })),
            ("less", |stack| https(stack, |mut listener, _| { listener.default_actions = login(None); listener })),
            ("clear", |stack| https(stack, |listener, _| listener)),
        ],
        replaced: None,
        gaps: &[],
    },
    logins_of_a_rule: Case {
        type_name: "AWS::ElasticLoadBalancingV2::ListenerRule",
        address: "main/rule",
        base: |stack| https_rule(stack, fixed(Some(true)).into()),
        updates: &[
            ("set", |stack| https_rule(stack, login(Some(true)))),
            ("change", |stack| https_rule(stack, login(Some(false)))),
            ("less", |stack| https_rule(stack, login(None))),
            ("clear", |stack| https_rule(stack, fixed(Some(true)).into())),
        ],
        replaced: None,
        gaps: &[],
    },
    attributes_of_a_listener: Case {
        type_name: "AWS::ElasticLoadBalancingV2::Listener",
        address: "main/listener",
        base: |stack| https(stack, |listener, _| listener),
        updates: &[
            ("set", |stack| https(stack, |mut listener, _| {
                listener.ssl_policy = Some(known("ELBSecurityPolicy-TLS13-1-2-2021-06".into()));
                listener.listener_attributes = headers(true, "max-age=31536000", "default-src 'self'", "nosniff", "DENY", "https://a.example.com").into();
                listener
            })),
            ("change", |stack| https(stack, |mut listener, other| {
                listener.ssl_policy = Some(known("ELBSecurityPolicy-TLS13-1-3-2021-06".into()));
                listener.certificates = vec![ListenerCertificate::new(other)];
                listener.listener_attributes = headers(false, "max-age=600", "default-src 'none'", "", "SAMEORIGIN", "https://b.example.com").into();
                listener
            })),
            ("less", |stack| https(stack, |mut listener, other| {
                listener.ssl_policy = Some(known("ELBSecurityPolicy-TLS13-1-3-2021-06".into()));
                listener.certificates = vec![ListenerCertificate::new(other)];
                listener.listener_attributes = ListenerAttributes::builder().response_server_enabled(false).build().into();
                listener
            })),
            ("clear", |stack| https(stack, |mut listener, other| {
                listener.certificates = vec![ListenerCertificate::new(other)];
                listener
            })),
        ],
        replaced: None,
        gaps: &[],
    },
    clients_with_certificates: Case {
        type_name: "AWS::ElasticLoadBalancingV2::Listener",
        address: "main/listener",
        base: |stack| mutual(stack, None),
        updates: &[
            ("set", |stack| mutual(stack, Some(verify("1", Some(true))))),
            ("change", |stack| mutual(stack, Some(verify("2", Some(false))))),
            ("set again", |stack| mutual(stack, Some(verify("2", Some(true))))),
            ("less", |stack| mutual(stack, Some(verify("2", None)))),
            ("other mode", |stack| mutual(stack, Some(MutualAuthentication::builder().mode(MutualAuthenticationMode::Passthrough).build()))),
            ("clear", |stack| mutual(stack, None)),
        ],
        replaced: None,
        gaps: &[lacking(gaps::CLIENTS_SHOW_NO_CERTIFICATE)],
    },
    tcp_listener: Case {
        type_name: "AWS::ElasticLoadBalancingV2::Listener",
        address: "main/listener",
        base: |stack| tls(stack, Protocol::Tcp, None, None),
        updates: &[
            ("set", |stack| tls(stack, Protocol::Tcp, Some(60), None)),
            ("change", |stack| tls(stack, Protocol::Tcp, Some(90), None)),
            ("less", |stack| tls(stack, Protocol::Tcp, None, None)),
            ("tls", |stack| tls(stack, Protocol::Tls, None, Some(AlpnPolicy::Http2Preferred))),
            ("other alpn", |stack| tls(stack, Protocol::Tls, None, Some(AlpnPolicy::Http2Only))),
            ("no alpn", |stack| tls(stack, Protocol::Tls, None, None)),
        ],
        replaced: None,
        gaps: &[lacking(gaps::NO_TLS_LISTENERS)],
    },
}

fn known<T>(value: T) -> jeancloud_model::Input<T> {
    jeancloud_model::Input::Known(value)
}

/// A VPC with subnets, a group, a gateway, and target groups.
struct Net<'s> {
    global: Scope<'s>,
    scope: Scope<'s>,
    vpc: Handle<Vpc>,
    subnets: [Handle<Subnet>; 2],
    group: Handle<SecurityGroup>,
}

impl<'s> Net<'s> {
    fn of(stack: &'s Stack) -> Self {
        let scope = stack.region("main", Region::EuWest3);
        let all = cidr!("10.0.0.0/16");
        let vpc = scope.add("vpc", Vpc::builder().cidr_block(all).build());
        let gateway = scope.add("gateway", InternetGateway::builder().build());
        let attachment = VpcGatewayAttachment::builder()
            .vpc_id(&vpc)
            .internet_gateway_id(&gateway);
        scope.add("attachment", attachment.build());
        let subnets = [Az::A, Az::B].map(|az| {
            let subnet = Subnet::builder()
                .vpc_id(&vpc)
                .cidr_block(all.part(24, az as u32))
                .availability_zone(az);
            scope.add(&format!("subnet-{}", az.letter()), subnet.build())
        });
        let group = SecurityGroup::in_vpc(&vpc, "changes", "a group of the load balancer");
        let group = scope.add("group", group);
        Self {
            global: stack.global(),
            scope,
            vpc,
            subnets,
            group,
        }
    }

    /// A bucket into which load balancers may write.
    fn logs(&self, name: &str) -> Handle<Bucket> {
        let bucket = self
            .scope
            .add(&format!("logs-{name}"), Bucket::builder().build());
        let policy = BucketPolicy::builder().bucket(&bucket).policy_document(
            Statement::allow("s3:PutObject")
                .principal(Principal::service(
                    "logdelivery.elasticloadbalancing.amazonaws.com",
                ))
                .on(text!("{}/*", bucket.arn())),
        );
        self.scope.add(&format!("policy-{name}"), policy.build());
        bucket
    }

    fn balancer(&self, kind: LoadBalancerType) -> LoadBalancer {
        LoadBalancer::builder()
            .name("changes")
            .load_balancer_type(kind)
            .scheme(Scheme::Internal)
            .subnets(&self.subnets)
            .build()
    }

    fn targets(&self, name: &str, protocol: Protocol) -> Handle<TargetGroup> {
        let targets = TargetGroup::builder()
            .vpc_id(&self.vpc)
            .port(8000)
            .protocol(protocol)
            .target_type(TargetType::Ip);
        self.scope.add(name, targets.build())
    }

    /// Shares of groups; with 3, no time to stay with one; with `None`, no weights either.
    fn shares(&self, weight: Option<u32>) -> Action {
        let [blue, green] = ["blue", "green"].map(|name| self.targets(name, Protocol::Http));
        let first = if weight == Some(2) { &green } else { &blue };
        let tuple = |group: &Handle<TargetGroup>| {
            let weight = weight.map(|weight| Bounded::new(weight * 10));
            TargetGroupTuple::builder()
                .target_group_arn(group)
                .weight(weight)
                .build()
        };
        let groups = match weight {
            Some(_) => vec![tuple(first)],
            None => vec![tuple(&blue), tuple(&green)],
        };
        let config = ForwardConfig::builder().target_groups(groups);
        let stays = weight.map(|weight| {
            let seconds = (weight < 3).then(|| Bounded::new(weight * 60));
            TargetGroupStickinessConfig::builder()
                .enabled(weight == 1)
                .duration_seconds(seconds)
                .build()
        });
        Action::Forward {
            config: config.target_group_stickiness_config(stays).build(),
        }
    }
}

fn balancer(stack: &Stack, kind: LoadBalancerType, attributes: Option<LoadBalancerAttributes>) {
    let net = Net::of(stack);
    let mut balancer = net.balancer(kind);
    if let Some(attributes) = attributes {
        balancer.load_balancer_attributes = attributes.into();
    }
    net.scope.add("balancer", balancer);
}

fn network(stack: &Stack, enforce: Option<OnOff>, cross_zone: Option<bool>) {
    let net = Net::of(stack);
    let mut balancer = net.balancer(LoadBalancerType::Network);
    balancer.security_groups = [&net.group].into_inputs();
    balancer.enforce_security_group_inbound_rules_on_private_link_traffic = enforce.map(known);
    if let Some(on) = cross_zone {
        let attributes = LoadBalancerAttributes::builder()
            .cross_zone_enabled(on)
            .zonal_shift(on);
        balancer.load_balancer_attributes = attributes.build().into();
    }
    net.scope.add("balancer", balancer);
}

fn mapped(stack: &Stack, count: usize) {
    let net = Net::of(stack);
    let mut balancer = net.balancer(LoadBalancerType::Network);
    balancer.subnets.clear();
    balancer.subnet_mappings = net.subnets[..count].iter().map(SubnetMapping::of).collect();
    net.scope.add("balancer", balancer);
}

/// A load balancer that writes its logs into one of two buckets.
fn logged(stack: &Stack, to: Option<(&str, bool)>) {
    let net = Net::of(stack);
    let buckets = ["one", "two"].map(|name| (name, net.logs(name)));
    let mut balancer = net.balancer(LoadBalancerType::Application);
    let bucket = |(to, on)| Some((to, buckets.iter().find(|(name, _)| *name == to)?, on));
    let mut attributes = LoadBalancerAttributes::builder()
        .idle_timeout_seconds(30)
        .build();
    if let Some((prefix, (_, bucket), on)) = to.and_then(bucket) {
        attributes.access_logs_s3_enabled = Some(known(on));
        attributes.access_logs_s3_bucket = Some(bucket.bucket_name().into_text());
        attributes.access_logs_s3_prefix = Some(prefix.into_text());
        attributes.connection_logs_s3_enabled = Some(known(on));
        attributes.connection_logs_s3_bucket = Some(bucket.bucket_name().into_text());
        attributes.connection_logs_s3_prefix = Some(prefix.into_text());
    }
    balancer.load_balancer_attributes = attributes.into();
    net.scope.add("balancer", balancer);
}

fn application(first: bool) -> LoadBalancerAttributes {
    LoadBalancerAttributes::builder()
        .deletion_protection_enabled(first)
        .idle_timeout_seconds(if first { 30 } else { 90 })
        .client_keep_alive_seconds(if first { 600 } else { 700 })
        .desync_mitigation_mode(match first {
            true => DesyncMitigation::Monitor,
            false => DesyncMitigation::Strictest,
        })
        .drop_invalid_header_fields(first)
        .preserve_host_header(first)
        .x_amzn_tls_version_and_cipher_suite(first)
        .xff_client_port(first)
        .xff_header_processing(match first {
            true => XffHeaderProcessing::Preserve,
            false => XffHeaderProcessing::Remove,
        })
        .http2_enabled(!first)
        .waf_fail_open(first)
        .zonal_shift(first)
        .build()
}

fn http(stack: &Stack, finish: fn(TargetGroup) -> TargetGroup) {
    let net = Net::of(stack);
    let group = TargetGroup::builder()
        .vpc_id(&net.vpc)
        .port(8000)
        .protocol(Protocol::Http)
        .target_type(TargetType::Ip);
    net.scope.add("targets", finish(group.build()));
}

fn tcp(stack: &Stack, finish: fn(TargetGroup) -> TargetGroup) {
    let net = Net::of(stack);
    let group = TargetGroup::builder()
        .vpc_id(&net.vpc)
        .port(8000)
        .protocol(Protocol::Tcp)
        .target_type(TargetType::Ip);
    net.scope.add("targets", finish(group.build()));
}

fn grpc(stack: &Stack, codes: Option<&str>) {
    let net = Net::of(stack);
    let group = TargetGroup::builder()
        .vpc_id(&net.vpc)
        .port(8000)
        .protocol(Protocol::Http)
        .protocol_version(ProtocolVersion::Grpc)
        .target_type(TargetType::Ip)
        .matcher(codes.map(Matcher::grpc));
    net.scope.add("targets", group.build());
}

fn listener(stack: &Stack, actions: fn(&Net<'_>) -> Actions) {
    let net = Net::of(stack);
    let balancer = net
        .scope
        .add("balancer", net.balancer(LoadBalancerType::Application));
    let listener = Listener::builder()
        .load_balancer_arn(&balancer)
        .port(80)
        .protocol(Protocol::Http)
        .default_actions(actions(&net));
    net.scope.add("listener", listener.build());
}

fn rule(stack: &Stack, condition: Condition, actions: fn(&Net<'_>) -> Actions) {
    let net = Net::of(stack);
    let balancer = net
        .scope
        .add("balancer", net.balancer(LoadBalancerType::Application));
    let listener = Listener::builder()
        .load_balancer_arn(&balancer)
        .port(80)
        .protocol(Protocol::Http)
        .default_actions(Action::fixed_response(404, "nothing here"));
    let listener = net.scope.add("listener", listener.build());
    let rule = ListenerRule::builder()
        .listener_arn(&listener)
        .priority(1)
        .conditions([condition])
        .actions(actions(&net));
    net.scope.add("rule", rule.build());
}

fn host(name: &str) -> Condition {
    Condition::host([format!("{name}.example.com")])
}

fn any_key(value: &str) -> Condition {
    let Condition::QueryString { mut config } = Condition::query("any", value) else {
        unreachable!("a query is one");
    };
    config.values[0].key = None;
    Condition::QueryString { config }
}

fn fixed(first: Option<bool>) -> Action {
    let mut config = FixedResponseConfig::builder()
        .status_code(if first == Some(true) { 200 } else { 503 })
        .build();
    if let Some(first) = first {
        config.content_type = Some(known(match first {
            true => FixedResponseContentType::PlainText,
            false => FixedResponseContentType::Html,
        }));
        config.message_body = Some(if first { "well" } else { "ill" }.into_text());
    }
    Action::FixedResponse { config }
}

fn redirect(first: Option<bool>) -> Action {
    let Some(first) = first else {
        let bare = RedirectConfig::builder().status_code(RedirectStatus::Temporary);
        return bare.host("c.example.com").build().into();
    };
    let name = if first { "a" } else { "b" };
    let config = RedirectConfig::builder()
        .status_code(match first {
            true => RedirectStatus::Permanent,
            false => RedirectStatus::Temporary,
        })
        .protocol(match first {
            true => RedirectProtocol::Https,
            false => RedirectProtocol::Http,
        })
        .host(format!("{name}.example.com"))
        .port(if first { "443" } else { "8080" })
        .path(format!("/{name}"))
        .query(format!("{name}=1"));
    config.build().into()
}

fn elsewhere() -> Action {
    let config = RedirectConfig::builder().status_code(RedirectStatus::Temporary);
    config.path("/elsewhere").build().into()
}

fn login(first: Option<bool>) -> Actions {
    let name = if first == Some(true) { "a" } else { "b" };
    let mut config = AuthenticateCognitoConfig::builder()
        .user_pool_arn(Arn::new(format!(
            "arn:aws:cognito-idp:eu-west-3:123456789012:userpool/eu-west-3_{name}"
        )))
        .user_pool_client_id(format!("client-{name}"))
        .user_pool_domain(format!("domain-{name}"))
        .build();
    if let Some(first) = first {
        config.on_unauthenticated_request = Some(known(match first {
            true => OnUnauthenticatedRequest::Deny,
            false => OnUnauthenticatedRequest::Allow,
        }));
        config.scope = Some(format!("openid {name}").into_text());
        config.session_cookie_name = Some(format!("cookie-{name}").into_text());
        config.session_timeout = Some(known(Bounded::new(if first { 600 } else { 700 })));
    }
    Actions::from([Action::AuthenticateCognito { config }, fixed(Some(true))])
}

fn https(stack: &Stack, finish: impl FnOnce(Listener, &Handle<CertificateIssued>) -> Listener) {
    let net = Net::of(stack);
    add_https(&net, finish);
}

fn add_https(
    net: &Net<'_>,
    finish: impl FnOnce(Listener, &Handle<CertificateIssued>) -> Listener,
) -> Handle<Listener> {
    let [one, other] = ["one", "two"].map(|name| issued(net.global, net.scope, name));
    let balancer = net
        .scope
        .add("balancer", net.balancer(LoadBalancerType::Application));
    let listener = Listener::builder()
        .load_balancer_arn(&balancer)
        .port(443)
        .protocol(Protocol::Https)
        .certificates([ListenerCertificate::new(&one)])
        .default_actions(fixed(Some(true)));
    net.scope.add("listener", finish(listener.build(), &other))
}

fn https_rule(stack: &Stack, actions: Actions) {
    let net = Net::of(stack);
    let listener = add_https(&net, |listener, _| listener);
    let rule = ListenerRule::builder()
        .listener_arn(&listener)
        .priority(1)
        .conditions([host("a")])
        .actions(actions);
    net.scope.add("rule", rule.build());
}

fn headers(
    server: bool,
    transport: &str,
    content: &str,
    options: &str,
    frame: &str,
    origin: &str,
) -> ListenerAttributes {
    ListenerAttributes::builder()
        .response_server_enabled(server)
        .strict_transport_security(transport)
        .content_security_policy(content)
        .x_content_type_options(options)
        .x_frame_options(frame)
        .access_control_allow_origin(origin)
        .build()
}

fn mutual(stack: &Stack, mutual: Option<MutualAuthentication>) {
    https(stack, |mut listener, _| {
        listener.mutual_authentication = mutual;
        listener
    });
}

fn verify(store: &str, first: Option<bool>) -> MutualAuthentication {
    let mut mutual = MutualAuthentication::builder()
        .mode(MutualAuthenticationMode::Verify)
        .trust_store_arn(format!(
            "arn:aws:elasticloadbalancing:eu-west-3:123456789012:truststore/clients/{store}"
        ))
        .build();
    mutual.ignore_client_certificate_expiry = first.map(known);
    mutual.advertise_trust_store_ca_names = first.map(|first| {
        known(match first {
            true => AdvertiseTrustStoreCaNames::On,
            false => AdvertiseTrustStoreCaNames::Off,
        })
    });
    mutual
}

fn tls(stack: &Stack, protocol: Protocol, idle: Option<u32>, alpn: Option<AlpnPolicy>) {
    let net = Net::of(stack);
    let targets = net.targets("targets", Protocol::Tcp);
    let balancer = net
        .scope
        .add("balancer", net.balancer(LoadBalancerType::Network));
    let mut listener = Listener::builder()
        .load_balancer_arn(&balancer)
        .port(443)
        .protocol(protocol)
        .default_actions(Action::forward(&targets))
        .build();
    if protocol == Protocol::Tls {
        let one = issued(net.global, net.scope, "one");
        listener.certificates = vec![ListenerCertificate::new(&one)];
    }
    listener.alpn_policy = alpn.map(known).into_iter().collect();
    if protocol == Protocol::Tcp {
        let seconds = idle.map(Bounded::new);
        let attributes = ListenerAttributes::builder().tcp_idle_timeout_seconds(seconds);
        listener.listener_attributes = attributes.build().into();
    }
    net.scope.add("listener", listener);
}
