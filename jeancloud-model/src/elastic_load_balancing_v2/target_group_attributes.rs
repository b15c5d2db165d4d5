//! [`TargetGroupAttributes`]: a target group's settings.

use crate::{Bounded, choice, properties};

use super::attributes::taken_as_attributes;

choice! {
    /// What makes a client's requests go to one target.
    StickinessType {
        /// A cookie of the load balancer. Application.
        LbCookie = "lb_cookie",
        /// A cookie of the application. Application.
        AppCookie = "app_cookie",
        /// The client's address. Network.
        SourceIp = "source_ip",
    }

    /// How a target is chosen. Application.
    LoadBalancingAlgorithm {
        /// In turn. AWS's default.
        RoundRobin = "round_robin",
        /// The one with the fewest open requests.
        LeastOutstandingRequests = "least_outstanding_requests",
        /// At random, with less for targets that misbehave.
        WeightedRandom = "weighted_random",
    }

    /// Whether targets of every zone are used.
    CrossZone {
        /// They are.
        Enabled = "true",
        /// Each node uses the targets of its zone.
        Disabled = "false",
        /// As the load balancer is set. AWS's default.
        UseLoadBalancerConfiguration = "use_load_balancer_configuration",
    }
}

properties! {
    /// A target group's settings. What is left out stays with AWS.
    ///
    /// Follows ELBv2's [`TargetGroupAttribute`]; AWS refuses a setting that the group's protocol
    /// does not have.
    ///
    /// [`TargetGroupAttribute`]: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
    #[derive(Default)]
    TargetGroupAttributes;
    /// Seconds that a leaving target has for what it is doing, 0 to 3600. AWS's default: 300.
    opt deregistration_delay_seconds "deregistration_delay.timeout_seconds": Bounded<0, 3600>,
    /// Whether connections are cut at the end of that time. Network. AWS's default: false.
    opt deregistration_connection_termination "deregistration_delay.connection_termination.enabled": bool,
    /// Seconds over which a new target gets more and more requests: 0 (off), or 30 to 900.
    /// Application. AWS's default: 0.
    opt slow_start_seconds "slow_start.duration_seconds": Bounded<0, 900>,
    /// Whether a client's requests go to one target. AWS's default: false.
    opt stickiness_enabled "stickiness.enabled": bool,
    /// How a client is recognised; the group's protocol decides what is possible.
    opt stickiness_type "stickiness.type": StickinessType,
    /// Seconds that the load balancer's cookie lasts, 1 to 604800. AWS's default: 86400.
    opt stickiness_lb_cookie_seconds "stickiness.lb_cookie.duration_seconds": Bounded<1, 604800>,
    /// The application's cookie; needed where a client is recognised by it.
    opt_text stickiness_app_cookie_name "stickiness.app_cookie.cookie_name",
    /// Seconds that the application's cookie counts, 1 to 604800. AWS's default: 86400.
    opt stickiness_app_cookie_seconds "stickiness.app_cookie.duration_seconds": Bounded<1, 604800>,
    /// How a target is chosen. Application. AWS's default: round robin.
    opt load_balancing_algorithm "load_balancing.algorithm.type": LoadBalancingAlgorithm,
    /// Whether targets of every zone are used. AWS's default: as the load balancer is set.
    opt cross_zone "load_balancing.cross_zone.enabled": CrossZone,
    /// Whether targets see the client's address. Network. AWS's default: by target type and protocol.
    opt preserve_client_ip "preserve_client_ip.enabled": bool,
    /// Whether the proxy protocol, version 2, is spoken. Network. AWS's default: false.
    opt proxy_protocol_v2 "proxy_protocol_v2.enabled": bool,
    /// Whether connections to a target that became unhealthy are cut. Network. AWS's default: true.
    opt unhealthy_connection_termination "target_health_state.unhealthy.connection_termination.enabled": bool,
}

taken_as_attributes!(TargetGroupAttributes);
