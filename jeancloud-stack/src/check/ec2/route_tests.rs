//! Tests of the rules for routes.

use insta::assert_snapshot;
use jeancloud_model::{
    Cidr, Handle, Input, Ipv6Cidr, Region, cidr,
    ec2::{
        Connectivity, EgressOnlyInternetGatewayId, EndpointServiceName, GatewayEndpoint, GatewayId,
        InternetGateway, NatGateway, NatGatewayId, NetworkInterfaceId, Route, RouteDestination,
        RouteTable, RouteTarget, Subnet, SubnetRouteTableAssociation, TransitGatewayId, Vpc,
        VpcEndpoint, VpcGatewayAttachment,
    },
};

use crate::check::testing::{Healthy, broken, healthy};

fn transit() -> TransitGatewayId {
    TransitGatewayId::new("tgw-0a1b2c3d")
}

/// A table of the healthy VPC that its first subnet uses.
fn table(h: &Healthy<'_>) -> Handle<RouteTable> {
    let table = h
        .scope
        .add("table", RouteTable::builder().vpc_id(h.vpc).build());
    let used = SubnetRouteTableAssociation::builder()
        .subnet_id(h.subnets[0])
        .route_table_id(table)
        .build();
    h.scope.add("used", used);
    table
}

fn add(
    h: &Healthy<'_>,
    name: &str,
    to: impl Into<RouteDestination>,
    target: impl Into<RouteTarget>,
    table: Handle<RouteTable>,
) {
    let route = Route::builder()
        .route_table_id(table)
        .destination(to)
        .target(target);
    h.scope.add(name, route.build());
}

fn gateway(h: &Healthy<'_>, vpc: Handle<Vpc>) -> Handle<InternetGateway> {
    let gateway = h.scope.add("gateway", InternetGateway::builder().build());
    let attachment = VpcGatewayAttachment::builder()
        .vpc_id(vpc)
        .internet_gateway_id(gateway);
    h.scope.add("attachment", attachment.build());
    gateway
}

fn other_vpc(h: &Healthy<'_>) -> Handle<Vpc> {
    let vpc = Vpc::builder().cidr_block(cidr!("10.1.0.0/16"));
    h.scope.add("other", vpc.build())
}

#[test]
fn a_public_table_is_healthy() {
    healthy(|h| {
        let gateway = gateway(h, h.vpc);
        add(h, "route", Cidr::ANYWHERE, &gateway, table(h));
    });
}

#[test]
fn a_table_has_one_route_a_destination() {
    assert_snapshot!(broken("route-once", |h| {
        let (gateway, table) = (gateway(h, h.vpc), table(h));
        add(h, "one", Cidr::ANYWHERE, &gateway, table);
        add(h, "two", Cidr::ANYWHERE, transit(), table);
    }), @"
    error: main/two: DestinationCidrBlock is the destination of main/one too
      rule: a table has one route a destination (RouteAlreadyExists)
      hint: keep one of the two, or put one of them into another table
      see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
    ");
}

#[test]
fn the_vpcs_own_addresses_stay_local() {
    assert_snapshot!(broken("route-local", |h| {
        add(h, "route", cidr!("10.0.0.0/16"), transit(), table(h));
    }), @"
    error: main/route: DestinationCidrBlock 10.0.0.0/16 is inside the VPC main/vpc (10.0.0.0/16)
      rule: what is inside the VPC goes by the local route; a narrower route has exactly a subnet's block and leads to a NAT gateway, a network interface or an endpoint of a gateway load balancer (InvalidParameterValue)
      hint: take the route away, or give it a destination outside the VPC
      see: https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html
    ");
}

#[test]
fn a_subnets_traffic_may_pass_a_firewall() {
    healthy(|h| {
        let firewall = NetworkInterfaceId::new("eni-0a1b2c3d");
        add(h, "route", cidr!("10.0.1.0/24"), firewall, table(h));
    });
}

#[test]
fn reserved_addresses_have_no_route() {
    assert_snapshot!(broken("route-reserved", |h| {
        add(h, "route", cidr!("169.254.169.0/24"), transit(), table(h));
    }), @"
    error: main/route: DestinationCidrBlock 169.254.169.0/24 is inside 169.254.168.0/22
      rule: AWS keeps 169.254.168.0/22 for its own services: it is no destination, nor is a part of it
      hint: take the route away: these services are reached without one
      see: https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html
    ");
}

#[test]
fn the_gateway_is_attached_to_the_tables_vpc() {
    assert_snapshot!(broken("route-gateway-attached", |h| {
        let gateway = gateway(h, other_vpc(h));
        add(h, "route", Cidr::ANYWHERE, &gateway, table(h));
    }), @"
    error: main/route: GatewayId main/gateway is attached to main/other, and the table is in main/vpc
      rule: a route leads to a gateway that is attached to its table's VPC (InvalidParameterValue: they belong to different networks)
      hint: add a VpcGatewayAttachment of main/vpc with its own gateway
      see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
    ");
}

#[test]
fn a_gateway_is_an_internet_or_vpn_gateway() {
    assert_snapshot!(broken("route-gateway-kind", |h| {
        let target = RouteTarget::Gateway(Input::Known(GatewayId::new("nat-0a1b2c3d")));
        add(h, "route", Cidr::ANYWHERE, target, table(h));
    }), @"
    error: main/route: GatewayId `nat-0a1b2c3d` is no gateway's id
      rule: GatewayId is an internet gateway's (igw-…) or a virtual private gateway's (vgw-…) id (InvalidGatewayID.NotFound)
      hint: use the target's own type, as NatGatewayId::new or TransitGatewayId::new
      see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
    ");
}

#[test]
fn the_nat_gateway_is_in_the_tables_vpc() {
    assert_snapshot!(broken("route-nat-vpc", |h| {
        let subnet = Subnet::builder().vpc_id(other_vpc(h)).cidr_block(cidr!("10.1.0.0/24"));
        let subnet = h.scope.add("other-subnet", subnet.build());
        let nat = NatGateway::builder().subnet_id(subnet).connectivity(Connectivity::Private);
        let nat = h.scope.add("nat", nat.build());
        add(h, "route", Cidr::ANYWHERE, &nat, table(h));
    }), @"
    error: main/route: NatGatewayId names a gateway in main/other, and the table is in main/vpc
      rule: a route leads to a NAT gateway of its table's VPC (InvalidNatGatewayID.NotFound)
      hint: declare a NAT gateway in a public subnet of main/vpc
      see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
    ");
}

#[test]
fn a_nat_gateway_takes_no_ipv6() {
    assert_snapshot!(broken("route-family", |h| {
        let anywhere: Ipv6Cidr = "::/0".parse().unwrap();
        add(h, "route", anywhere, NatGatewayId::new("nat-0a1b2c3d"), table(h));
    }), @"
    error: main/route: DestinationIpv6CidrBlock ::/0 leads to a NAT gateway
      rule: a NAT gateway is for IPv4 and for 64:ff9b::/96, an egress-only internet gateway for IPv6 (InvalidParameterCombination)
      hint: let IPv4 leave by a NAT gateway, and IPv6 by an egress-only internet gateway
      see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
    ");
}

#[test]
fn an_egress_only_gateway_takes_no_ipv4() {
    assert_snapshot!(broken("route-family", |h| {
        let gateway = EgressOnlyInternetGatewayId::new("eigw-0a1b2c3d");
        add(h, "route", Cidr::ANYWHERE, gateway, table(h));
    }), @"
    error: main/route: DestinationCidrBlock leads to a gateway that is for IPv6 only
      rule: a NAT gateway is for IPv4 and for 64:ff9b::/96, an egress-only internet gateway for IPv6 (InvalidParameterCombination)
      hint: let IPv4 leave by a NAT gateway, and IPv6 by an egress-only internet gateway
      see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
    ");
}

#[test]
fn nat64_leads_to_a_nat_gateway() {
    healthy(|h| {
        let nat64: Ipv6Cidr = "64:ff9b::/96".parse().unwrap();
        add(
            h,
            "route",
            nat64,
            NatGatewayId::new("nat-0a1b2c3d"),
            table(h),
        );
    });
}

#[test]
fn reserved_ipv6_addresses_have_no_route() {
    assert_snapshot!(broken("route-reserved", |h| {
        let to: Ipv6Cidr = "fd00:ec2::/64".parse().unwrap();
        add(h, "route", to, transit(), table(h));
    }), @"
    error: main/route: DestinationIpv6CidrBlock fd00:ec2::/64 is inside fd00:ec2::/32
      rule: AWS keeps fd00:ec2::/32 for its own services: it is no destination, nor is a part of it
      hint: take the route away: these services are reached without one
      see: https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html
    ");
}

#[test]
fn an_endpoint_of_a_route_is_a_gateway_load_balancers() {
    assert_snapshot!(broken("route-endpoint-kind", |h| {
        let table = table(h);
        let s3 = EndpointServiceName::of(Region::EuWest3, "s3");
        let kind = GatewayEndpoint::builder().route_table_ids([table]).build();
        let endpoint = VpcEndpoint::builder().vpc_id(h.vpc).service_name(s3).kind(kind);
        let endpoint = h.scope.add("endpoint", endpoint.build());
        add(h, "route", cidr!("52.95.0.0/16"), &endpoint, table);
    }), @"
    error: main/route: VpcEndpointId names main/endpoint, which is a gateway endpoint
      rule: a route leads to the endpoint of a gateway load balancer, and to no other endpoint (InvalidParameterValue)
      hint: name the table in the endpoint's RouteTableIds: AWS then writes the route
      see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
    ");
}
