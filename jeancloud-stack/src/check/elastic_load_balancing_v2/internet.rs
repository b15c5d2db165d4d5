//! Rules for the addresses of load balancers, and the way to them.

use std::net::Ipv4Addr;

use jeancloud_model::{
    Input,
    ec2::Subnet,
    elastic_load_balancing_v2::{IpAddressType, LoadBalancer, Scheme},
};

use super::{
    super::{
        Report, Rule,
        ec2::network::{self, Exit},
    },
    load_balancer::{is_network, subnet_ids},
};
use crate::{Declared, View};

const CREATE: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html";

pub(super) const INTERNET: Rule = Rule {
    name: "load-balancer-internet",
    check: what_faces_the_internet_is_reached_from_there,
};
pub(super) const IPV6: Rule = Rule {
    name: "load-balancer-ipv6",
    check: ipv6_is_there_where_it_is_asked_for,
};
pub(super) const MAPPED: Rule = Rule {
    name: "load-balancer-mapped-addresses",
    check: addresses_are_of_the_scheme,
};

/// Whether a load balancer faces the internet; `None` where that is known later.
fn faces_the_internet(balancer: &LoadBalancer) -> Option<bool> {
    match &balancer.scheme {
        None => Some(true),
        Some(scheme) => scheme
            .known()
            .map(|scheme| *scheme == Scheme::InternetFacing),
    }
}

fn subnets<'v>(
    view: &'v View,
    balancer: &'v LoadBalancer,
) -> impl Iterator<Item = Declared<'v, Subnet>> {
    subnet_ids(balancer).filter_map(|id| view.target::<Subnet>(id))
}

fn what_faces_the_internet_is_reached_from_there(view: &View, report: &mut Report) {
    for balancer in view.all::<LoadBalancer>() {
        if faces_the_internet(&balancer) != Some(true) {
            continue;
        }
        // A firewall may stand between the balancer and the internet.
        let cut_off = |subnet: &Declared<'_, Subnet>| {
            matches!(network::exit(view, *subnet), Some(Exit::None | Exit::Nat))
        };
        let hidden = subnets(view, balancer.resource).filter(cut_off);
        let hidden: Vec<&str> = hidden.map(|subnet| subnet.address().as_str()).collect();
        if hidden.is_empty() {
            continue;
        }
        let wrong = format!(
            "{} {} no route to an internet gateway",
            hidden.join(" and "),
            if hidden.len() == 1 { "has" } else { "have" }
        );
        report
            .error(balancer.declaration, "Subnets", wrong)
            .rule("an internet-facing load balancer stands in public subnets: AWS refuses it in a VPC without an internet gateway (InvalidSubnet), and nobody reaches it in a subnet whose table has no route there")
            .hint("name public subnets, whose table leads 0.0.0.0/0 to an internet gateway, or make it `.scheme(Scheme::Internal)`")
            .document("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html");
    }
}

fn ipv6_is_there_where_it_is_asked_for(view: &View, report: &mut Report) {
    for balancer in view.all::<LoadBalancer>() {
        let kind = balancer.ip_address_type.as_ref().and_then(Input::known);
        let Some(kind) = kind.filter(|kind| **kind != IpAddressType::Ipv4) else {
            continue;
        };
        let without = subnets(view, balancer.resource)
            .find(|subnet| subnet.resource.ipv6_cidr_block.is_none());
        let public_only = *kind == IpAddressType::DualstackWithoutPublicIpv4
            && (is_network(&balancer) == Some(true)
                || faces_the_internet(&balancer) == Some(false));
        let wrong = match without {
            Some(subnet) => format!("is {kind}, and {} has no IPv6 addresses", subnet.address()),
            None if public_only => {
                format!(
                    "is {kind} for a load balancer that does not face the internet, or is none of HTTP"
                )
            }
            None => continue,
        };
        report
            .error(balancer.declaration, "IpAddressType", wrong)
            .rule("dualstack needs subnets with an IPv6 block; dualstack-without-public-ipv4 is for application load balancers that face the internet (InvalidSubnet, InvalidConfigurationRequest)")
            .hint("leave it out, or give the subnets an Ipv6CidrBlock")
            .document(CREATE);
    }
}

fn addresses_are_of_the_scheme(view: &View, report: &mut Report) {
    for balancer in view.all::<LoadBalancer>() {
        let facing = faces_the_internet(&balancer);
        for mapping in &balancer.subnet_mappings {
            let private = mapping.private_ipv4_address.as_ref();
            let subnet = view.target::<Subnet>(&mapping.subnet_id);
            let block =
                subnet.and_then(|subnet| Some((subnet, *subnet.resource.cidr_block.known()?)));
            let outside = private.and_then(|text| {
                let address: Ipv4Addr = text.as_known()?.parse().ok()?;
                let (subnet, block) = block?;
                let inside = (block.first()..=block.last()).contains(&address);
                (!inside)
                    .then(|| format!("{address} lies outside of {} ({block})", subnet.address()))
            });
            let (wrong, hint) = if facing == Some(false) && mapping.allocation_id.is_some() {
                (
                    "give an internal load balancer an elastic address".to_owned(),
                    "leave AllocationId out, or make it `.scheme(Scheme::InternetFacing)`",
                )
            } else if facing == Some(true) && private.is_some() {
                (
                    "give an internet-facing load balancer a private address".to_owned(),
                    "leave PrivateIPv4Address out, or make it `.scheme(Scheme::Internal)`",
                )
            } else if let Some(outside) = outside {
                (outside, "take an address of the subnet, or leave it out")
            } else {
                continue;
            };
            report
                .error(balancer.declaration, "SubnetMappings", wrong)
                .rule("an internet-facing network load balancer has elastic addresses, an internal one private addresses of its subnets (InvalidConfigurationRequest)")
                .hint(hint)
                .document("https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SubnetMapping.html");
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Cidr,
        ec2::{
            InternetGateway, Route, RouteTable, SubnetRouteTableAssociation, VpcEndpointId,
            VpcGatewayAttachment,
        },
        elastic_load_balancing_v2::{
            IpAddressType, LoadBalancer, LoadBalancerType, Scheme, SubnetMapping,
        },
    };

    use super::super::testing::group;
    use crate::check::testing::{Healthy, broken, healthy};

    fn facing(h: &Healthy<'_>) {
        h.scope.add(
            "alb",
            LoadBalancer::builder()
                .scheme(Scheme::InternetFacing)
                .subnets(h.subnets)
                .security_groups([group(h)])
                .build(),
        );
    }

    fn gateway(h: &Healthy<'_>) -> jeancloud_model::Handle<InternetGateway> {
        let gateway = h.scope.add("gateway", InternetGateway::builder().build());
        let attachment = VpcGatewayAttachment::builder()
            .vpc_id(h.vpc)
            .internet_gateway_id(gateway);
        h.scope.add("attachment", attachment.build());
        gateway
    }

    fn route(h: &Healthy<'_>, target: impl Into<jeancloud_model::ec2::RouteTarget>) {
        let table = h
            .scope
            .add("table", RouteTable::builder().vpc_id(h.vpc).build());
        for (subnet, name) in h.subnets.into_iter().zip(["a", "b"]) {
            let used = SubnetRouteTableAssociation::builder()
                .subnet_id(subnet)
                .route_table_id(table);
            h.scope.add(&format!("used-{name}"), used.build());
        }
        let route = Route::builder()
            .route_table_id(table)
            .destination(Cidr::ANYWHERE)
            .target(target);
        h.scope.add("route", route.build());
    }

    #[test]
    fn a_balancer_in_public_subnets_is_healthy() {
        healthy(|h| {
            let gateway = gateway(h);
            route(h, &gateway);
            facing(h);
        });
    }

    #[test]
    fn a_balancer_behind_a_firewall_is_healthy() {
        healthy(|h| {
            gateway(h);
            route(h, VpcEndpointId::new("vpce-0a1b2c3d"));
            facing(h);
        });
    }

    #[test]
    fn what_faces_the_internet_is_reached_from_there() {
        assert_snapshot!(broken("load-balancer-internet", |h| {
            gateway(h);
            facing(h);
        }), @"
        error: main/alb: Subnets main/subnet-a and main/subnet-b have no route to an internet gateway
          rule: an internet-facing load balancer stands in public subnets: AWS refuses it in a VPC without an internet gateway (InvalidSubnet), and nobody reaches it in a subnet whose table has no route there
          hint: name public subnets, whose table leads 0.0.0.0/0 to an internet gateway, or make it `.scheme(Scheme::Internal)`
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
        ");
    }

    #[test]
    fn ipv6_is_there_where_it_is_asked_for() {
        assert_snapshot!(broken("load-balancer-ipv6", |h| {
            h.scope.add("alb", LoadBalancer::builder().scheme(Scheme::Internal)
                .ip_address_type(IpAddressType::Dualstack)
                .subnets(h.subnets).security_groups([group(h)]).build());
        }), @"
        error: main/alb: IpAddressType is dualstack, and main/subnet-a has no IPv6 addresses
          rule: dualstack needs subnets with an IPv6 block; dualstack-without-public-ipv4 is for application load balancers that face the internet (InvalidSubnet, InvalidConfigurationRequest)
          hint: leave it out, or give the subnets an Ipv6CidrBlock
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
        ");
    }

    #[test]
    fn a_private_address_is_the_subnets() {
        assert_snapshot!(broken("load-balancer-mapped-addresses", |h| {
            let mut mapping = SubnetMapping::of(h.subnets[0]);
            mapping.private_ipv4_address = Some(jeancloud_model::Text::known("10.0.7.10"));
            h.scope.add("nlb", LoadBalancer::builder().scheme(Scheme::Internal)
                .load_balancer_type(LoadBalancerType::Network).subnet_mappings([mapping]).build());
        }), @"
        error: main/nlb: SubnetMappings 10.0.7.10 lies outside of main/subnet-a (10.0.0.0/24)
          rule: an internet-facing network load balancer has elastic addresses, an internal one private addresses of its subnets (InvalidConfigurationRequest)
          hint: take an address of the subnet, or leave it out
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SubnetMapping.html
        ");
    }

    #[test]
    fn an_internal_balancer_has_no_elastic_address() {
        assert_snapshot!(broken("load-balancer-mapped-addresses", |h| {
            let mut mapping = SubnetMapping::of(h.subnets[0]);
            mapping.allocation_id = Some(jeancloud_model::Text::known("eipalloc-0a1b2c3d"));
            h.scope.add("nlb", LoadBalancer::builder().scheme(Scheme::Internal)
                .load_balancer_type(LoadBalancerType::Network).subnet_mappings([mapping]).build());
        }), @"
        error: main/nlb: SubnetMappings give an internal load balancer an elastic address
          rule: an internet-facing network load balancer has elastic addresses, an internal one private addresses of its subnets (InvalidConfigurationRequest)
          hint: leave AllocationId out, or make it `.scheme(Scheme::InternetFacing)`
          see: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SubnetMapping.html
        ");
    }

    #[test]
    fn nobody_reaches_the_default_group_from_the_internet() {
        assert_snapshot!(broken("load-balancer-groups", |h| {
            let gateway = gateway(h);
            route(h, &gateway);
            h.scope.add("alb", LoadBalancer::builder().subnets(h.subnets).build());
        }).lines().next().unwrap_or_default(), @"error: main/alb: SecurityGroups is empty, so that the VPC's default group holds");
    }
}
