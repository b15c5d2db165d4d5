//! Elastic Load Balancing's types, version 2.

use jeancloud_model::{
    Az, Handle, Region, cidr,
    ec2::{SecurityGroup, Subnet, Vpc},
    elastic_load_balancing_v2::{
        Action, Condition, HealthCheckProtocol, Listener, ListenerAttributes, ListenerRule,
        LoadBalancer, LoadBalancerAttributes, LoadBalancingAlgorithm, Matcher, Protocol,
        RedirectConfig, RedirectProtocol, RedirectStatus, Scheme, TargetGroup,
        TargetGroupAttributes, TargetType,
    },
};
use jeancloud_stack::{Scope, Stack};

use crate::harness::Case;

conformance! {
    load_balancer: Case {
        type_name: "AWS::ElasticLoadBalancingV2::LoadBalancer",
        address: "main/alb",
        base: |stack| { Net::of(stack).balancer("alb", "conformance-alb"); },
        updates: &[
            ("set", |stack| {
                let net = Net::of(stack);
                let groups = net.groups();
                net.scope.add("alb", LoadBalancer::builder()
                    .name("conformance-alb")
                    .scheme(Scheme::Internal)
                    .subnets([&net.subnets[0], &net.subnets[1]])
                    .security_groups([&groups[0]])
                    .load_balancer_attributes(LoadBalancerAttributes::builder()
                        .idle_timeout_seconds(120)
                        .drop_invalid_header_fields(true)
                        .build())
                    .tag("Name", "one")
                    .build());
            }),
            ("change", |stack| {
                let net = Net::of(stack);
                let groups = net.groups();
                net.scope.add("alb", LoadBalancer::builder()
                    .name("conformance-alb")
                    .scheme(Scheme::Internal)
                    .subnets([&net.subnets[2], &net.subnets[1]])
                    .security_groups([&groups[1], &groups[0]])
                    .load_balancer_attributes(LoadBalancerAttributes::builder()
                        .idle_timeout_seconds(30)
                        .build())
                    .tag("Name", "two")
                    .tag("Team", "web")
                    .build());
            }),
            ("clear", |stack| {
                let net = Net::of(stack);
                let groups = net.groups();
                net.scope.add("alb", LoadBalancer::builder()
                    .name("conformance-alb")
                    .scheme(Scheme::Internal)
                    .subnets([&net.subnets[2], &net.subnets[1]])
                    .security_groups([&groups[1], &groups[0]])
                    .build());
            }),
        ],
        replaced: Some(|stack| { Net::of(stack).balancer("alb", "conformance-other"); }),
        gaps: &[],
    },
    target_group: Case {
        type_name: "AWS::ElasticLoadBalancingV2::TargetGroup",
        address: "main/targets",
        base: |stack| { Net::of(stack).targets(8000); },
        updates: &[
            ("set", |stack| {
                let net = Net::of(stack);
                net.scope.add("targets", TargetGroup::builder()
                    .vpc_id(&net.vpc)
                    .port(8000)
                    .protocol(Protocol::Http)
                    .target_type(TargetType::Ip)
                    .health_check_path("/health")
                    .health_check_interval_seconds(15)
                    .health_check_timeout_seconds(4)
                    .healthy_threshold_count(3)
                    .unhealthy_threshold_count(4)
                    .matcher(Matcher::http("200-299"))
                    .target_group_attributes(TargetGroupAttributes::builder()
                        .deregistration_delay_seconds(30)
                        .stickiness_enabled(true)
                        .load_balancing_algorithm(LoadBalancingAlgorithm::LeastOutstandingRequests)
                        .build())
                    .tag("Name", "one")
                    .build());
            }),
            ("change", |stack| {
                let net = Net::of(stack);
                net.scope.add("targets", TargetGroup::builder()
                    .vpc_id(&net.vpc)
                    .port(8000)
                    .protocol(Protocol::Http)
                    .target_type(TargetType::Ip)
                    .health_check_protocol(HealthCheckProtocol::Https)
                    .health_check_port(8443)
                    .health_check_path("/well")
                    .health_check_interval_seconds(20)
                    .matcher(Matcher::http("200,204"))
                    .target_group_attributes(TargetGroupAttributes::builder()
                        .deregistration_delay_seconds(0)
                        .build())
                    .tag("Name", "two")
                    .build());
            }),
            ("clear", |stack| { Net::of(stack).targets(8000); }),
        ],
        replaced: Some(|stack| { Net::of(stack).targets(9000); }),
        gaps: &[],
    },
    listener: Case {
        type_name: "AWS::ElasticLoadBalancingV2::Listener",
        address: "main/listener",
        base: |stack| {
            let net = Net::of(stack);
            let balancer = net.balancer("alb", "conformance-alb");
            net.listener("listener", &balancer, 80);
        },
        updates: &[
            ("set", |stack| {
                let net = Net::of(stack);
                let balancer = net.balancer("alb", "conformance-alb");
                let targets = net.targets(8000);
                net.scope.add("listener", Listener::builder()
                    .load_balancer_arn(&balancer)
                    .port(80)
                    .protocol(Protocol::Http)
                    .default_actions(Action::forward(&targets))
                    .listener_attributes(ListenerAttributes::builder()
                        .response_server_enabled(false)
                        .x_frame_options("DENY")
                        .build())
                    .tag("Name", "one")
                    .build());
            }),
            ("change", |stack| {
                let net = Net::of(stack);
                let balancer = net.balancer("alb", "conformance-alb");
                net.targets(8000);
                net.scope.add("listener", Listener::builder()
                    .load_balancer_arn(&balancer)
                    .port(8080)
                    .protocol(Protocol::Http)
                    .default_actions(to_https_elsewhere())
                    .listener_attributes(ListenerAttributes::builder()
                        .x_frame_options("SAMEORIGIN")
                        .build())
                    .tag("Name", "two")
                    .build());
            }),
            ("clear", |stack| {
                let net = Net::of(stack);
                let balancer = net.balancer("alb", "conformance-alb");
                net.listener("listener", &balancer, 8080);
            }),
        ],
        replaced: Some(|stack| {
            let net = Net::of(stack);
            net.balancer("alb", "conformance-alb");
            let other = net.balancer("other", "conformance-other");
            net.listener("listener", &other, 80);
        }),
        gaps: &[],
    },
    listener_rule: Case {
        type_name: "AWS::ElasticLoadBalancingV2::ListenerRule",
        address: "main/rule",
        base: |stack| {
            let net = Net::of(stack);
            let balancer = net.balancer("alb", "conformance-alb");
            let listener = net.listener("listener", &balancer, 80);
            net.rule(&listener, 10);
        },
        updates: &[
            ("set", |stack| {
                let net = Net::of(stack);
                let balancer = net.balancer("alb", "conformance-alb");
                let listener = net.listener("listener", &balancer, 80);
                let targets = net.targets(8000);
                net.scope.add("rule", ListenerRule::builder()
                    .listener_arn(&listener)
                    .priority(20)
                    .conditions([
                        Condition::host(["api.example.com"]),
                        Condition::method(["GET", "HEAD"]),
                        Condition::header("X-Version", ["2"]),
                    ])
                    .actions(Action::forward_weighted([(&targets, 7)]))
                    .tag("Name", "one")
                    .build());
            }),
            ("change", |stack| {
                let net = Net::of(stack);
                let balancer = net.balancer("alb", "conformance-alb");
                let listener = net.listener("listener", &balancer, 80);
                net.targets(8000);
                net.scope.add("rule", ListenerRule::builder()
                    .listener_arn(&listener)
                    .priority(20)
                    .conditions([
                        Condition::source_ip(["203.0.113.0/24"]),
                        Condition::query("debug", "1"),
                    ])
                    .actions(to_https_elsewhere())
                    .tag("Name", "two")
                    .build());
            }),
            ("clear", |stack| {
                let net = Net::of(stack);
                let balancer = net.balancer("alb", "conformance-alb");
                let listener = net.listener("listener", &balancer, 80);
                net.rule(&listener, 20);
            }),
        ],
        replaced: Some(|stack| {
            let net = Net::of(stack);
            let balancer = net.balancer("alb", "conformance-alb");
            net.listener("listener", &balancer, 80);
            let second = net.listener("second", &balancer, 81);
            net.rule(&second, 10);
        }),
        gaps: &[],
    },
}

/// A VPC with a subnet in each of three zones.
struct Net<'s> {
    scope: Scope<'s>,
    vpc: Handle<Vpc>,
    subnets: [Handle<Subnet>; 3],
}

impl<'s> Net<'s> {
    fn of(stack: &'s Stack) -> Self {
        let scope = stack.region("main", Region::EuWest3);
        let all = cidr!("10.0.0.0/16");
        let vpc = scope.add("vpc", Vpc::builder().cidr_block(all).build());
        let subnets = [Az::A, Az::B, Az::C].map(|az| {
            let subnet = Subnet::builder()
                .vpc_id(&vpc)
                .cidr_block(all.part(24, az as u32))
                .availability_zone(az);
            scope.add(&format!("subnet-{}", az.letter()), subnet.build())
        });
        Self {
            scope,
            vpc,
            subnets,
        }
    }

    fn groups(&self) -> [Handle<SecurityGroup>; 2] {
        ["one", "two"].map(|name| {
            let group = SecurityGroup::builder()
                .vpc_id(&self.vpc)
                .group_name(format!("conformance-{name}").as_str())
                .group_description("a group of the load balancer");
            self.scope.add(name, group.build())
        })
    }

    fn balancer(&self, address: &str, name: &str) -> Handle<LoadBalancer> {
        let balancer = LoadBalancer::builder()
            .name(name)
            .scheme(Scheme::Internal)
            .subnets([&self.subnets[0], &self.subnets[1]]);
        self.scope.add(address, balancer.build())
    }

    fn targets(&self, port: u16) -> Handle<TargetGroup> {
        let targets = TargetGroup::builder()
            .vpc_id(&self.vpc)
            .port(port)
            .protocol(Protocol::Http)
            .target_type(TargetType::Ip);
        self.scope.add("targets", targets.build())
    }

    fn listener(
        &self,
        address: &str,
        balancer: &Handle<LoadBalancer>,
        port: u16,
    ) -> Handle<Listener> {
        let listener = Listener::builder()
            .load_balancer_arn(balancer)
            .port(port)
            .protocol(Protocol::Http)
            .default_actions(Action::fixed_response(404, "nothing here"));
        self.scope.add(address, listener.build())
    }

    fn rule(&self, listener: &Handle<Listener>, priority: u32) -> Handle<ListenerRule> {
        let rule = ListenerRule::builder()
            .listener_arn(listener)
            .priority(priority)
            .conditions([Condition::path(["/api/*"])])
            .actions(Action::fixed_response(200, "well"));
        self.scope.add("rule", rule.build())
    }
}

/// A redirect that the load balancer's own listeners needn't answer.
fn to_https_elsewhere() -> Action {
    let redirect = RedirectConfig::builder()
        .status_code(RedirectStatus::Permanent)
        .protocol(RedirectProtocol::Https)
        .host("www.example.com")
        .port("443");
    redirect.build().into()
}
