//! [`LoadBalancerAttributes`]: a load balancer's settings.

use crate::{Bounded, choice, properties};

use super::attributes::taken_as_attributes;

choice! {
    /// What happens with requests that may be meant to be read in two ways.
    DesyncMitigation {
        /// They are passed on and counted.
        Monitor = "monitor",
        /// Dangerous ones are blocked. AWS's default.
        Defensive = "defensive",
        /// All that break RFC 7230 are blocked.
        Strictest = "strictest",
    }

    /// What happens with the header `X-Forwarded-For` of a request.
    XffHeaderProcessing {
        /// The client's address is added. AWS's default.
        Append = "append",
        /// It is passed on as it is.
        Preserve = "preserve",
        /// It is taken out.
        Remove = "remove",
    }
}

properties! {
    /// A load balancer's settings. What is left out stays with AWS.
    ///
    /// Follows ELBv2's [`LoadBalancerAttribute`]; AWS refuses a setting that the load balancer's
    /// type does not have.
    ///
    /// [`LoadBalancerAttribute`]: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
    #[derive(Default)]
    LoadBalancerAttributes;
    /// Whether AWS refuses to delete it. AWS's default: false.
    opt deletion_protection_enabled "deletion_protection.enabled": bool,
    /// Whether each node sends to the targets of every zone. Application load balancers always do;
    /// network load balancers don't by default.
    opt cross_zone_enabled "load_balancing.cross_zone.enabled": bool,
    /// Whether requests are logged into a bucket. AWS's default: false.
    opt access_logs_s3_enabled "access_logs.s3.enabled": bool,
    /// The bucket of the logs, in the load balancer's region.
    opt_text access_logs_s3_bucket "access_logs.s3.bucket",
    /// What stands before the names of the logs.
    opt_text access_logs_s3_prefix "access_logs.s3.prefix",
    /// Whether connections are logged into a bucket. Application. AWS's default: false.
    opt connection_logs_s3_enabled "connection_logs.s3.enabled": bool,
    /// The bucket of the connection logs.
    opt_text connection_logs_s3_bucket "connection_logs.s3.bucket",
    /// What stands before the names of the connection logs.
    opt_text connection_logs_s3_prefix "connection_logs.s3.prefix",
    /// Seconds after which a silent connection is closed, 1 to 4000. Application. AWS's default: 60.
    opt idle_timeout_seconds "idle_timeout.timeout_seconds": Bounded<1, 4000>,
    /// Seconds for which a client may keep a connection, 60 to 604800. Application. AWS's default:
    /// 3600.
    opt client_keep_alive_seconds "client_keep_alive.seconds": Bounded<60, 604800>,
    /// What happens with ambiguous requests. Application. AWS's default: defensive.
    opt desync_mitigation_mode "routing.http.desync_mitigation_mode": DesyncMitigation,
    /// Whether headers with invalid names are taken out. Application. AWS's default: false.
    opt drop_invalid_header_fields "routing.http.drop_invalid_header_fields.enabled": bool,
    /// Whether the `Host` header reaches the target as it is. Application. AWS's default: false.
    opt preserve_host_header "routing.http.preserve_host_header.enabled": bool,
    /// Whether targets learn of the TLS version and cipher. Application. AWS's default: false.
    opt x_amzn_tls_version_and_cipher_suite "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": bool,
    /// Whether `X-Forwarded-For` keeps the client's port. Application. AWS's default: false.
    opt xff_client_port "routing.http.xff_client_port.enabled": bool,
    /// What happens with `X-Forwarded-For`. Application. AWS's default: it is added to.
    opt xff_header_processing "routing.http.xff_header_processing.mode": XffHeaderProcessing,
    /// Whether HTTP/2 is spoken. Application. AWS's default: true.
    opt http2_enabled "routing.http2.enabled": bool,
    /// Whether requests pass while AWS WAF can't be reached. Application. AWS's default: false.
    opt waf_fail_open "waf.fail_open.enabled": bool,
    /// Whether traffic can be moved out of a zone. AWS's default: false.
    opt zonal_shift "zonal_shift.config.enabled": bool,
}

taken_as_attributes!(LoadBalancerAttributes);

/// AWS's documented defaults, as facts of the load balancer.
pub(super) const DEFAULTS: &[(&str, &str)] = &[
    (
        "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
        "\"on\"",
    ),
    ("IpAddressType", "\"ipv4\""),
    ("Scheme", "\"internet-facing\""),
    ("Type", "\"application\""),
    (
        "LoadBalancerAttributes/deletion_protection.enabled",
        "\"false\"",
    ),
    ("LoadBalancerAttributes/access_logs.s3.enabled", "\"false\""),
    ("LoadBalancerAttributes/access_logs.s3.prefix", "\"\""),
    (
        "LoadBalancerAttributes/connection_logs.s3.enabled",
        "\"false\"",
    ),
    ("LoadBalancerAttributes/connection_logs.s3.prefix", "\"\""),
    (
        "LoadBalancerAttributes/idle_timeout.timeout_seconds",
        "\"60\"",
    ),
    (
        "LoadBalancerAttributes/client_keep_alive.seconds",
        "\"3600\"",
    ),
    (
        "LoadBalancerAttributes/routing.http.desync_mitigation_mode",
        "\"defensive\"",
    ),
    (
        "LoadBalancerAttributes/routing.http.drop_invalid_header_fields.enabled",
        "\"false\"",
    ),
    (
        "LoadBalancerAttributes/routing.http.preserve_host_header.enabled",
        "\"false\"",
    ),
    (
        "LoadBalancerAttributes/routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
        "\"false\"",
    ),
    (
        "LoadBalancerAttributes/routing.http.xff_client_port.enabled",
        "\"false\"",
    ),
    (
        "LoadBalancerAttributes/routing.http.xff_header_processing.mode",
        "\"append\"",
    ),
    ("LoadBalancerAttributes/routing.http2.enabled", "\"true\""),
    ("LoadBalancerAttributes/waf.fail_open.enabled", "\"false\""),
    (
        "LoadBalancerAttributes/zonal_shift.config.enabled",
        "\"false\"",
    ),
];
