//! Rules for routes: what a table takes.

use jeancloud_model::{
    Cidr, Input, cidr,
    ec2::{
        EndpointKind, NatGateway, Route, RouteDestination, RouteTarget, Subnet, Vpc, VpcEndpoint,
    },
};

use super::{
    super::{Report, Rule},
    network,
};
use crate::{Declared, View};

const CREATE_ROUTE: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html";
const TABLES: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html";

pub(super) const ONCE: Rule = Rule {
    name: "route-once",
    check: a_table_has_one_route_a_destination,
};
pub(super) const LOCAL: Rule = Rule {
    name: "route-local",
    check: the_vpcs_own_addresses_stay_local,
};
pub(super) const RESERVED: Rule = Rule {
    name: "route-reserved",
    check: reserved_addresses_have_no_route,
};
pub(super) const GATEWAY_ATTACHED: Rule = Rule {
    name: "route-gateway-attached",
    check: the_gateway_is_attached_to_the_tables_vpc,
};
pub(super) const GATEWAY_KIND: Rule = Rule {
    name: "route-gateway-kind",
    check: a_gateway_is_an_internet_or_vpn_gateway,
};
pub(super) const NAT_VPC: Rule = Rule {
    name: "route-nat-vpc",
    check: the_nat_gateway_is_in_the_tables_vpc,
};
pub(super) const ENDPOINT_KIND: Rule = Rule {
    name: "route-endpoint-kind",
    check: an_endpoint_of_a_route_is_a_gateway_load_balancers,
};
pub(super) const FAMILY: Rule = Rule {
    name: "route-family",
    check: the_target_takes_the_destinations_family,
};

fn a_table_has_one_route_a_destination(view: &View, report: &mut Report) {
    let routes: Vec<_> = view.all::<Route>().collect();
    for (index, route) in routes.iter().enumerate() {
        let earlier = routes[..index].iter().find(|earlier| {
            let (one, other) = (earlier.resource, route.resource);
            view.same(&one.route_table_id, &other.route_table_id)
                && same_destination(view, &one.destination, &other.destination)
        });
        if let Some(earlier) = earlier {
            let wrong = format!("is the destination of {} too", earlier.address());
            report
                .error(route.declaration, route.destination.property(), wrong)
                .rule("a table has one route a destination (RouteAlreadyExists)")
                .hint("keep one of the two, or put one of them into another table")
                .document(CREATE_ROUTE);
        }
    }
}

fn same_destination(view: &View, one: &RouteDestination, other: &RouteDestination) -> bool {
    match (one, other) {
        (RouteDestination::Ipv4(one), RouteDestination::Ipv4(other)) => view.same(one, other),
        (RouteDestination::Ipv6(one), RouteDestination::Ipv6(other)) => view.same(one, other),
        (RouteDestination::PrefixList(one), RouteDestination::PrefixList(other)) => {
            view.same(one, other)
        }
        _ => false,
    }
}

fn the_vpcs_own_addresses_stay_local(view: &View, report: &mut Report) {
    for route in view.all::<Route>() {
        let Some(to) = ipv4(&route) else { continue };
        let vpc = network::vpc_of_table(view, &route.resource.route_table_id);
        let Some(vpc) = vpc.and_then(|vpc| view.target::<Vpc>(vpc)) else {
            continue;
        };
        let Some(own) = vpc
            .resource
            .cidr_block
            .known()
            .filter(|own| own.contains(to))
        else {
            continue;
        };
        let of_a_subnet = view.all::<Subnet>().any(|subnet| {
            let its_vpc = view.target::<Vpc>(&subnet.resource.vpc_id);
            its_vpc.is_some_and(|its| its.address() == vpc.address())
                && subnet
                    .resource
                    .cidr_block
                    .known()
                    .is_none_or(|block| *block == to)
        });
        let inspects = matches!(
            route.resource.target,
            RouteTarget::NatGateway(_)
                | RouteTarget::NetworkInterface(_)
                | RouteTarget::VpcEndpoint(_)
        );
        if to != *own && of_a_subnet && inspects {
            continue;
        }
        let wrong = format!("{to} is inside the VPC {} ({own})", vpc.address());
        report
            .error(route.declaration, "DestinationCidrBlock", wrong)
            .rule("what is inside the VPC goes by the local route; a narrower route has exactly a subnet's block and leads to a NAT gateway, a network interface or an endpoint of a gateway load balancer (InvalidParameterValue)")
            .hint("take the route away, or give it a destination outside the VPC")
            .document(TABLES);
    }
}

fn reserved_addresses_have_no_route(view: &View, report: &mut Report) {
    const RESERVED: Cidr = cidr!("169.254.168.0/22");
    for route in view.all::<Route>() {
        let Some(to) = ipv4(&route).filter(|to| RESERVED.contains(*to)) else {
            continue;
        };
        let wrong = format!("{to} is inside {RESERVED}");
        report
            .error(route.declaration, "DestinationCidrBlock", wrong)
            .rule("AWS keeps 169.254.168.0/22 for its own services: it is no destination, nor is a part of it")
            .hint("take the route away: these services are reached without one")
            .document(TABLES);
    }
    for route in view.all::<Route>() {
        let RouteDestination::Ipv6(Input::Known(to)) = &route.resource.destination else {
            continue;
        };
        let network = to.network();
        if network.prefix() >= 32 && network.network().segments()[..2] == [0xfd00, 0x0ec2] {
            report
                .error(route.declaration, "DestinationIpv6CidrBlock", format!("{to} is inside fd00:ec2::/32"))
                .rule("AWS keeps fd00:ec2::/32 for its own services: it is no destination, nor is a part of it")
                .hint("take the route away: these services are reached without one")
                .document(TABLES);
        }
    }
}

fn the_gateway_is_attached_to_the_tables_vpc(view: &View, report: &mut Report) {
    for route in view.all::<Route>() {
        let Some(gateway) = network::internet_gateway(view, &route.resource.target) else {
            continue;
        };
        let Some(vpc) = network::vpc_of_table(view, &route.resource.route_table_id) else {
            continue;
        };
        let attachments: Vec<_> = network::attachments_of(view, gateway).collect();
        let elsewhere = |attachment: &Input<_>| network::apart(view, attachment, vpc);
        if !attachments
            .iter()
            .all(|attachment| elsewhere(&attachment.resource.vpc_id))
        {
            continue;
        }
        let where_it_is = match attachments.first() {
            Some(attachment) => {
                format!("attached to {}", network::name(&attachment.resource.vpc_id))
            }
            None => "attached to no VPC".to_owned(),
        };
        let vpc = network::name(vpc);
        let wrong = format!(
            "{} is {where_it_is}, and the table is in {vpc}",
            gateway.address()
        );
        report
            .error(route.declaration, "GatewayId", wrong)
            .rule("a route leads to a gateway that is attached to its table's VPC (InvalidParameterValue: they belong to different networks)")
            .hint(format!("add a VpcGatewayAttachment of {vpc} with its own gateway"))
            .document(CREATE_ROUTE);
    }
}

fn a_gateway_is_an_internet_or_vpn_gateway(view: &View, report: &mut Report) {
    for route in view.all::<Route>() {
        let RouteTarget::Gateway(Input::Known(id)) = &route.resource.target else {
            continue;
        };
        if network::is_internet_gateway(id) || id.as_str().starts_with("vgw-") {
            continue;
        }
        report
            .error(route.declaration, "GatewayId", format!("`{id}` is no gateway's id"))
            .rule("GatewayId is an internet gateway's (igw-…) or a virtual private gateway's (vgw-…) id (InvalidGatewayID.NotFound)")
            .hint("use the target's own type, as NatGatewayId::new or TransitGatewayId::new")
            .document(CREATE_ROUTE);
    }
}

fn the_nat_gateway_is_in_the_tables_vpc(view: &View, report: &mut Report) {
    for route in view.all::<Route>() {
        let RouteTarget::NatGateway(nat) = &route.resource.target else {
            continue;
        };
        let nat = view.target::<NatGateway>(nat);
        let nats_vpc = nat.and_then(|nat| network::vpc_of_subnet(view, &nat.resource.subnet_id));
        let vpc = network::vpc_of_table(view, &route.resource.route_table_id);
        let (Some(nats), Some(tables)) = (nats_vpc, vpc) else {
            continue;
        };
        if network::apart(view, nats, tables) {
            let (nats, tables) = (network::name(nats), network::name(tables));
            let wrong = format!("names a gateway in {nats}, and the table is in {tables}");
            report
                .error(route.declaration, "NatGatewayId", wrong)
                .rule("a route leads to a NAT gateway of its table's VPC (InvalidNatGatewayID.NotFound)")
                .hint(format!("declare a NAT gateway in a public subnet of {tables}"))
                .document(CREATE_ROUTE);
        }
    }
}

fn an_endpoint_of_a_route_is_a_gateway_load_balancers(view: &View, report: &mut Report) {
    for route in view.all::<Route>() {
        let RouteTarget::VpcEndpoint(endpoint) = &route.resource.target else {
            continue;
        };
        // Those that can be declared are gateways and interfaces.
        let Some(endpoint) = view.target::<VpcEndpoint>(endpoint) else {
            continue;
        };
        let (kind, hint) = match endpoint.resource.kind {
            EndpointKind::Gateway(_) => (
                "a gateway",
                "name the table in the endpoint's RouteTableIds: AWS then writes the route",
            ),
            EndpointKind::Interface(_) => (
                "an interface",
                "take the route away: an interface has addresses of the VPC, and names lead to it",
            ),
        };
        let wrong = format!("names {}, which is {kind} endpoint", endpoint.address());
        report
            .error(route.declaration, "VpcEndpointId", wrong)
            .rule("a route leads to the endpoint of a gateway load balancer, and to no other endpoint (InvalidParameterValue)")
            .hint(hint)
            .document(CREATE_ROUTE);
    }
}

fn the_target_takes_the_destinations_family(view: &View, report: &mut Report) {
    for route in view.all::<Route>() {
        let wrong = match (&route.resource.destination, &route.resource.target) {
            (RouteDestination::Ipv6(Input::Known(block)), RouteTarget::NatGateway(_))
                if block.to_string() != NAT64 =>
            {
                format!("{block} leads to a NAT gateway")
            }
            (RouteDestination::Ipv4(_), RouteTarget::EgressOnlyInternetGateway(_)) => {
                "leads to a gateway that is for IPv6 only".to_owned()
            }
            _ => continue,
        };
        report
            .error(route.declaration, route.resource.destination.property(), wrong)
            .rule(format!("a NAT gateway is for IPv4 and for {NAT64}, an egress-only internet gateway for IPv6 (InvalidParameterCombination)"))
            .hint("let IPv4 leave by a NAT gateway, and IPv6 by an egress-only internet gateway")
            .document(CREATE_ROUTE);
    }
}

/// The IPv6 block under which NAT64 reaches IPv4 addresses. RFC 6052.
const NAT64: &str = "64:ff9b::/96";

fn ipv4(route: &Declared<'_, Route>) -> Option<Cidr> {
    match &route.resource.destination {
        RouteDestination::Ipv4(block) => block.known().copied(),
        _ => None,
    }
}

#[cfg(test)]
#[path = "route_tests.rs"]
mod tests;
