//! [`TargetGroup`]: `AWS::ElasticLoadBalancingV2::TargetGroup`.

use crate::{
    Bounded, Facts, GeneratedName, Port, Unique, choice, ec2::VpcId, id_value, outputs, resource,
    text_value,
};

use super::{
    Attributes, FullName, HealthCheckPath, HealthCheckPort, HealthCheckProtocol, Matcher,
    TargetGroupAttributes, load_balancer::name_fault,
};

id_value! {
    /// The ARN of a target group.
    TargetGroupArn starts "arn:",
}

text_value! {
    /// The name of a target group.
    TargetGroupName {
        rule: "a target group's name has 1 to 32 letters, digits and hyphens, and no hyphen at either end",
        document: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html",
        check: name_fault,
    },
}

choice! {
    /// What is spoken: by a listener to clients, by a target group to targets.
    Protocol {
        /// HTTP. Application.
        Http = "HTTP",
        /// HTTP over TLS. Application.
        Https = "HTTPS",
        /// TCP. Network.
        Tcp = "TCP",
        /// TLS. Network.
        Tls = "TLS",
        /// UDP. Network.
        Udp = "UDP",
        /// TCP and UDP on one port. Network.
        TcpUdp = "TCP_UDP",
    }

    /// Which HTTP is spoken to targets. Application.
    ProtocolVersion {
        /// HTTP/1.1. AWS's default.
        Http1 = "HTTP1",
        /// HTTP/2.
        Http2 = "HTTP2",
        /// gRPC.
        Grpc = "GRPC",
    }

    /// What a target is.
    ///
    /// A group of one Lambda function, which has neither port nor VPC, is not modelled.
    TargetType {
        /// An EC2 instance, by its id. AWS's default.
        Instance = "instance",
        /// An address: what tasks on Fargate need.
        Ip = "ip",
        /// An application load balancer behind a network load balancer.
        Alb = "alb",
    }

    /// The addresses of targets.
    TargetGroupIpAddressType {
        /// IPv4. AWS's default.
        Ipv4 = "ipv4",
        /// IPv6.
        Ipv6 = "ipv6",
    }
}

resource! {
    /// Where a load balancer sends to, and how it sees which targets are well.
    ///
    /// It is of use once a listener forwards to it. Follows
    /// [`AWS::ElasticLoadBalancingV2::TargetGroup`] and ELBv2's [`CreateTargetGroup`].
    ///
    /// [`AWS::ElasticLoadBalancingV2::TargetGroup`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-targetgroup.html
    /// [`CreateTargetGroup`]: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
    TargetGroup = "AWS::ElasticLoadBalancingV2::TargetGroup", id "TargetGroupArn": TargetGroupArn,
    facts Facts {
        create_only: &["TargetType", "ProtocolVersion", "Port", "Name", "VpcId", "Protocol", "IpAddressType"],
        outputs: &["TargetGroupFullName", "TargetGroupName"],
        unordered: &["TargetGroupAttributes"],
        keyed: &[("TargetGroupAttributes", "Key")],
        defaults: &[
            ("TargetType", "\"instance\""),
            ("ProtocolVersion", "\"HTTP1\""),
            ("IpAddressType", "\"ipv4\""),
            ("HealthCheckEnabled", "true"),
            ("HealthCheckPort", "\"traffic-port\""),
            ("HealthCheckPath", "\"/\""),
            ("HealthCheckIntervalSeconds", "30"),
            ("HealthyThresholdCount", "5"),
            ("UnhealthyThresholdCount", "2"),
            ("Matcher/GrpcCode", "\"12\""),
            ("Matcher/HttpCode", "\"200\""),
            ("TargetGroupAttributes/deregistration_delay.timeout_seconds", "\"300\""),
            ("TargetGroupAttributes/deregistration_delay.connection_termination.enabled", "\"false\""),
            ("TargetGroupAttributes/slow_start.duration_seconds", "\"0\""),
            ("TargetGroupAttributes/stickiness.enabled", "\"false\""),
            ("TargetGroupAttributes/stickiness.lb_cookie.duration_seconds", "\"86400\""),
            ("TargetGroupAttributes/stickiness.app_cookie.duration_seconds", "\"86400\""),
            ("TargetGroupAttributes/load_balancing.algorithm.type", "\"round_robin\""),
            ("TargetGroupAttributes/load_balancing.cross_zone.enabled", "\"use_load_balancer_configuration\""),
            ("TargetGroupAttributes/proxy_protocol_v2.enabled", "\"false\""),
            ("TargetGroupAttributes/target_health_state.unhealthy.connection_termination.enabled", "\"true\""),
        ],
        name: Some(Unique {
            property: "Name",
            within: &[],
            generated: Some(GeneratedName { max: 32, lower_case: false }),
        }),
        ..Facts::DEFAULT
    };

    /// Its name, unique among the account's target groups in the region. Left out: generated.
    opt name "Name": TargetGroupName,
    /// The VPC of its targets; another one replaces it.
    one vpc_id "VpcId": VpcId,
    /// The port of its targets, where a target names none.
    one port "Port": Port,
    /// What is spoken to its targets.
    one protocol "Protocol": Protocol,
    /// Which HTTP. AWS's default: HTTP/1.1.
    opt protocol_version "ProtocolVersion": ProtocolVersion,
    /// What its targets are. AWS's default: instances.
    opt target_type "TargetType": TargetType,
    /// The addresses of its targets. AWS's default: IPv4.
    opt ip_address_type "IpAddressType": TargetGroupIpAddressType,
    /// Whether targets are asked. AWS's default: true; address targets always are.
    opt health_check_enabled "HealthCheckEnabled": bool,
    /// How they are asked. AWS's default: HTTP for HTTP and HTTPS groups, TCP for the others.
    opt health_check_protocol "HealthCheckProtocol": HealthCheckProtocol,
    /// The port that is asked: a number or `traffic-port`, AWS's default.
    opt health_check_port "HealthCheckPort": HealthCheckPort,
    /// The path that is asked for. AWS's default: `/`.
    opt health_check_path "HealthCheckPath": HealthCheckPath,
    /// Seconds between two questions, 5 to 300. AWS's default: 30.
    opt health_check_interval_seconds "HealthCheckIntervalSeconds": Bounded<5, 300>,
    /// Seconds to wait for an answer, 2 to 120, less than the interval. AWS's default: by protocol.
    opt health_check_timeout_seconds "HealthCheckTimeoutSeconds": Bounded<2, 120>,
    /// Good answers in a row that make a target healthy, 2 to 10. AWS's default: 5.
    opt healthy_threshold_count "HealthyThresholdCount": Bounded<2, 10>,
    /// Bad answers in a row that make it unhealthy, 2 to 10. AWS's default: 2.
    opt unhealthy_threshold_count "UnhealthyThresholdCount": Bounded<2, 10>,
    /// Which answers are good. AWS's default: 200, for gRPC 12.
    opt_plain matcher "Matcher": Matcher,
    /// Its settings. Left out: AWS's.
    opt_plain target_group_attributes "TargetGroupAttributes": Attributes<TargetGroupAttributes>,
    tags,
}

outputs! { TargetGroup {
    /// Its ARN.
    target_group_arn "TargetGroupArn": TargetGroupArn,
    /// Its name in CloudWatch's metrics, as `targetgroup/jeancloud-backend/73e2d6bc24d8a067`.
    target_group_full_name "TargetGroupFullName": FullName,
    /// Its name.
    target_group_name "TargetGroupName": TargetGroupName,
} }
