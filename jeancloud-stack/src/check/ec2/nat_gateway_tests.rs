//! Tests of the rules for NAT gateways and addresses.

use insta::assert_snapshot;
use jeancloud_model::{
    Cidr, Handle,
    ec2::{
        Connectivity, Eip, InternetGateway, NatGateway, Route, RouteTable,
        SubnetRouteTableAssociation, VpcEndpointId, VpcGatewayAttachment,
    },
};

use crate::check::testing::{Healthy, broken, healthy};

/// Makes the first subnet of the healthy VPC a public one.
fn public_subnet(h: &Healthy<'_>) {
    let gateway = gateway(h);
    let table = RouteTable::builder().vpc_id(h.vpc).build();
    let table = h.scope.add("table", table);
    let used = SubnetRouteTableAssociation::builder()
        .subnet_id(h.subnets[0])
        .route_table_id(table);
    h.scope.add("used", used.build());
    let route = Route::builder()
        .route_table_id(table)
        .destination(Cidr::ANYWHERE)
        .target(gateway);
    h.scope.add("route", route.build());
}

fn gateway(h: &Healthy<'_>) -> Handle<InternetGateway> {
    let gateway = h.scope.add("gateway", InternetGateway::builder().build());
    let attachment = VpcGatewayAttachment::builder()
        .vpc_id(h.vpc)
        .internet_gateway_id(gateway);
    h.scope.add("attachment", attachment.build());
    gateway
}

fn address(h: &Healthy<'_>) -> Handle<Eip> {
    h.scope.add("address", Eip::builder().build())
}

fn nat(h: &Healthy<'_>, name: &str, connectivity: impl Into<Connectivity>) {
    let nat = NatGateway::builder()
        .subnet_id(h.subnets[0])
        .connectivity(connectivity);
    h.scope.add(name, nat.build());
}

#[test]
fn a_public_gateway_in_a_public_subnet_is_healthy() {
    healthy(|h| {
        public_subnet(h);
        nat(h, "nat", address(h));
    });
}

#[test]
fn a_public_gateway_may_stand_behind_a_firewall() {
    healthy(|h| {
        gateway(h);
        let table = RouteTable::builder().vpc_id(h.vpc).build();
        let table = h.scope.add("table", table);
        let used = SubnetRouteTableAssociation::builder()
            .subnet_id(h.subnets[0])
            .route_table_id(table);
        h.scope.add("used", used.build());
        let route = Route::builder()
            .route_table_id(table)
            .destination(Cidr::ANYWHERE)
            .target(VpcEndpointId::new("vpce-0a1b2c3d"));
        h.scope.add("route", route.build());
        nat(h, "nat", address(h));
    });
}

#[test]
fn a_public_gateways_vpc_has_an_internet_gateway() {
    assert_snapshot!(broken("nat-gateway-vpc-has-gateway", |h| {
        nat(h, "nat", address(h));
    }), @"
    error: main/nat: SubnetId is in main/vpc, which has no internet gateway
      rule: a public NAT gateway fails in a VPC without an internet gateway (Gateway.NotAttached)
      hint: add an InternetGateway and its VpcGatewayAttachment, or make it Connectivity::Private
      see: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
    ");
}

#[test]
fn a_public_gateway_is_in_a_public_subnet() {
    assert_snapshot!(broken("nat-gateway-public-subnet", |h| {
        gateway(h);
        nat(h, "nat", address(h));
    }), @"
    error: main/nat: SubnetId is in main/subnet-a, whose table has no route to an internet gateway
      rule: a public NAT gateway reaches the internet by the route of the subnet that it stands in
      hint: put it into a public subnet: one whose table leads 0.0.0.0/0 to an internet gateway
      see: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
    ");
}

#[test]
fn the_private_address_is_in_the_subnet() {
    assert_snapshot!(broken("nat-gateway-private-ip", |h| {
        let nat = NatGateway::builder()
            .subnet_id(h.subnets[1])
            .connectivity(Connectivity::Private)
            .private_ip_address("10.0.2.10");
        h.scope.add("nat", nat.build());
    }), @"
    error: main/nat: PrivateIpAddress 10.0.2.10 lies outside its subnet main/subnet-b (10.0.1.0/24)
      rule: the address is the subnet's, but not one of its first four, nor its last (InvalidParameterValue)
      hint: take 10.0.1.4, or leave it out and let AWS choose
      see: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    ");
}

#[test]
fn the_private_address_is_not_awss() {
    assert_snapshot!(broken("nat-gateway-private-ip", |h| {
        let nat = NatGateway::builder()
            .subnet_id(h.subnets[1])
            .connectivity(Connectivity::Private)
            .private_ip_address("10.0.1.3");
        h.scope.add("nat", nat.build());
    }), @"
    error: main/nat: PrivateIpAddress 10.0.1.3 is kept by AWS in main/subnet-b (10.0.1.0/24)
      rule: the address is the subnet's, but not one of its first four, nor its last (InvalidParameterValue)
      hint: take 10.0.1.4, or leave it out and let AWS choose
      see: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    ");
}

#[test]
fn an_address_serves_one_gateway() {
    assert_snapshot!(broken("eip-once", |h| {
        public_subnet(h);
        let address = address(h);
        nat(h, "one", address);
        nat(h, "two", address);
    }), @"
    error: main/two: AllocationId is the address of main/one too
      rule: an address serves one NAT gateway (Resource.AlreadyAssociated)
      hint: declare an Eip for each gateway
      see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html
    ");
}

#[test]
fn an_address_is_used() {
    assert_snapshot!(broken("eip-used", |h| {
        address(h);
    }), @"
    warning: main/address: is used by nothing that the stack declares
      rule: AWS charges for an address by the hour, used or not
      hint: give it to a NAT gateway, or take it away
      see: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html
    ");
}

#[test]
fn a_region_has_five_addresses() {
    assert_snapshot!(broken("eip-quota", |h| {
        public_subnet(h);
        for number in 1..=6 {
            let address = h.scope.add(&format!("address-{number}"), Eip::builder().build());
            nat(h, &format!("nat-{number}"), address);
        }
    }), @"
    warning: main/address-6: is the sixth address in eu-west-3
      rule: an account has 5 addresses in a region, unless AWS gave it more (AddressLimitExceeded)
      hint: ask for more in Service Quotas: EC2-VPC Elastic IPs (L-0263D0A3)
      see: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html
    ");
}
