//! [`LoadBalancer`]: `AWS::ElasticLoadBalancingV2::LoadBalancer`.

use crate::{
    DnsName, Facts, GeneratedName, Input, IntoInput, Unique, choice,
    ec2::{SecurityGroupId, SubnetId},
    id_value, outputs, properties, resource,
    route53::HostedZoneId,
    text_value,
};

use super::{Attributes, LoadBalancerAttributes, load_balancer_attributes::DEFAULTS};

id_value! {
    /// The ARN of a load balancer.
    LoadBalancerArn starts "arn:",
}

text_value! {
    /// The name of a load balancer.
    LoadBalancerName {
        rule: "a load balancer's name has 1 to 32 letters, digits and hyphens, no hyphen at either end, and does not begin with internal-",
        document: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html",
        check: |text| match name_fault(text) {
            None if text.starts_with("internal-") => Some("begins with internal-"),
            fault => fault,
        },
    },
    /// The part of an ARN by which CloudWatch and auto scaling name a load balancer or a target
    /// group, as `app/jeancloud-alb/50dc6c495c0c9188`.
    FullName,
}

/// What is wrong with the name of a load balancer or a target group.
pub(super) fn name_fault(text: &str) -> Option<&'static str> {
    if !(1..=32).contains(&text.len()) {
        return Some("has no or more than 32 characters");
    }
    if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Some("has characters that are no letters, digits or hyphens");
    }
    (text.starts_with('-') || text.ends_with('-')).then_some("has a hyphen at an end")
}

choice! {
    /// What a load balancer understands.
    ///
    /// Gateway load balancers serve virtual appliances and have no listener ports; they are not
    /// modelled.
    LoadBalancerType {
        /// HTTP.
        Application = "application",
        /// TCP, UDP and TLS.
        Network = "network",
    }

    /// From where a load balancer can be reached.
    Scheme {
        /// From the internet: its subnets need a route to an internet gateway.
        InternetFacing = "internet-facing",
        /// From its VPC.
        Internal = "internal",
    }

    /// The addresses of a load balancer.
    IpAddressType {
        /// IPv4.
        Ipv4 = "ipv4",
        /// IPv4 and IPv6: every subnet needs an IPv6 block.
        Dualstack = "dualstack",
        /// IPv6 for clients, without public IPv4 addresses. Application, internet-facing.
        DualstackWithoutPublicIpv4 = "dualstack-without-public-ipv4",
    }

    /// On or off.
    OnOff {
        /// On.
        On = "on",
        /// Off.
        Off = "off",
    }
}

properties! {
    /// A subnet, with the addresses that the load balancer has in it.
    SubnetMapping;
    /// The subnet.
    one subnet_id "SubnetId": SubnetId,
    /// The elastic address of an internet-facing network load balancer, by its allocation's id.
    opt_text allocation_id "AllocationId",
    /// The private address of an internal network load balancer.
    opt_text private_ipv4_address "PrivateIPv4Address",
    /// The IPv6 address of a network load balancer.
    opt_text ipv6_address "IPv6Address",
}

impl SubnetMapping {
    /// The subnet alone.
    pub fn of(subnet: impl IntoInput<SubnetId>) -> Self {
        let subnet_id: Input<SubnetId> = subnet.into_input();
        Self {
            subnet_id,
            allocation_id: None,
            private_ipv4_address: None,
            ipv6_address: None,
        }
    }
}

resource! {
    /// A load balancer: one DNS name, listeners on it, targets behind them.
    ///
    /// Follows [`AWS::ElasticLoadBalancingV2::LoadBalancer`] and ELBv2's [`CreateLoadBalancer`].
    /// AWS takes some minutes to make one.
    ///
    /// [`AWS::ElasticLoadBalancingV2::LoadBalancer`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html
    /// [`CreateLoadBalancer`]: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    LoadBalancer = "AWS::ElasticLoadBalancingV2::LoadBalancer", id "LoadBalancerArn": LoadBalancerArn,
    facts Facts {
        create_only: &["Name", "Type", "Scheme"],
        outputs: &["CanonicalHostedZoneID", "DNSName", "LoadBalancerFullName", "LoadBalancerName"],
        unordered: &["SecurityGroups", "Subnets", "SubnetMappings", "LoadBalancerAttributes"],
        keyed: &[("LoadBalancerAttributes", "Key")],
        defaults: DEFAULTS,
        name: Some(Unique {
            property: "Name",
            within: &[],
            generated: Some(GeneratedName { max: 32, lower_case: false }),
        }),
        // "SetSubnets" takes subnets of its own VPC only, "SetSecurityGroups" groups of the same.
        stays_in_vpc: &["SecurityGroups", "SubnetMappings", "Subnets"],
        deletion_protection: Some("LoadBalancerAttributes/deletion_protection.enabled"),
        ..Facts::DEFAULT
    };

    /// Its name, unique among the account's load balancers in the region. Left out: generated.
    opt name "Name": LoadBalancerName,
    /// What it understands. AWS's default: application (HTTP).
    opt load_balancer_type "Type": LoadBalancerType,
    /// From where it can be reached. AWS's default: the internet.
    opt scheme "Scheme": Scheme,
    /// Its subnets, one a zone; two zones at least for an application load balancer. Either these
    /// or `subnet_mappings`.
    opt_list subnets "Subnets": SubnetId,
    /// Its subnets with addresses of its own choice. Network.
    plain_list subnet_mappings "SubnetMappings": SubnetMapping,
    /// Its security groups. Left out, an application load balancer gets the VPC's default group. A
    /// network load balancer made without any can't have one later.
    opt_list security_groups "SecurityGroups": SecurityGroupId,
    /// Its addresses. AWS's default: IPv4.
    opt ip_address_type "IpAddressType": IpAddressType,
    /// Whether its groups' rules hold for traffic through PrivateLink. Network. AWS's default: on.
    opt enforce_security_group_inbound_rules_on_private_link_traffic "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": OnOff,
    /// Its settings. Left out: AWS's.
    opt_plain load_balancer_attributes "LoadBalancerAttributes": Attributes<LoadBalancerAttributes>,
    tags,
}

outputs! { LoadBalancer {
    /// Its ARN.
    load_balancer_arn "LoadBalancerArn": LoadBalancerArn,
    /// Its DNS name.
    dns_name "DNSName": DnsName,
    /// The hosted zone that AWS keeps that name in: alias records name it.
    canonical_hosted_zone_id "CanonicalHostedZoneID": HostedZoneId,
    /// Its name in CloudWatch's metrics, as `app/jeancloud-alb/50dc6c495c0c9188`.
    load_balancer_full_name "LoadBalancerFullName": FullName,
    /// Its name.
    load_balancer_name "LoadBalancerName": LoadBalancerName,
} }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn names_follow_the_rule() {
        for good in ["jeancloud-alb", "a", "A1"] {
            assert!(LoadBalancerName::new(good).check().is_ok(), "{good}");
        }
        for bad in [
            "",
            "-a",
            "a-",
            "a_b",
            "internal-a",
            "a23456789012345678901234567890123",
        ] {
            assert!(LoadBalancerName::new(bad).check().is_err(), "{bad}");
        }
    }
}
