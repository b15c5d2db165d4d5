//! [`AliasTarget`]: where an alias record points.

use crate::{
    DnsName, Handle, Input, IntoInput, IntoOptional, elastic_load_balancing_v2::LoadBalancer,
    properties,
};

use super::HostedZoneId;

properties! {
    /// Where an alias record points: an AWS resource, by its DNS name and the hosted zone that AWS
    /// keeps that name in.
    ///
    /// `.alias_target(&alb)` and `.alias_target(&distribution)` make one.
    AliasTarget;
    /// The target's DNS name.
    one dns_name "DNSName": DnsName,
    /// The zone of that name: the load balancer's `CanonicalHostedZoneID`, `Z2FDTNDATAQYW2` for
    /// CloudFront.
    one hosted_zone_id "HostedZoneId": HostedZoneId,
    /// Whether the record is left out of answers while the target is unhealthy. AWS's default:
    /// false, and nothing else for CloudFront.
    opt evaluate_target_health "EvaluateTargetHealth": bool,
}

impl AliasTarget {
    /// The target with this name in this zone, its health not evaluated.
    pub fn new(dns_name: impl IntoInput<DnsName>, zone: impl IntoInput<HostedZoneId>) -> Self {
        Self {
            dns_name: dns_name.into_input(),
            hosted_zone_id: zone.into_input(),
            evaluate_target_health: Some(Input::Known(false)),
        }
    }

    /// Whether the record is left out of answers while the target is unhealthy.
    pub fn evaluate_target_health(mut self, evaluate: impl IntoOptional<bool>) -> Self {
        self.evaluate_target_health = evaluate.into_optional();
        self
    }
}

/// A load balancer's health is evaluated: an answer that leads to no healthy target helps nobody.
impl From<&Handle<LoadBalancer>> for AliasTarget {
    fn from(balancer: &Handle<LoadBalancer>) -> Self {
        Self::new(balancer.dns_name(), balancer.canonical_hosted_zone_id())
            .evaluate_target_health(true)
    }
}

impl From<&Handle<LoadBalancer>> for Option<AliasTarget> {
    fn from(balancer: &Handle<LoadBalancer>) -> Self {
        Some(balancer.into())
    }
}
