//! One broken endpoint a rule.

use insta::assert_snapshot;
use jeancloud_model::{
    Az, Handle, Region, cidr,
    ec2::{
        DnsOptions, EndpointKind, EndpointServiceName, GatewayEndpoint, InterfaceEndpoint,
        PrivateDnsScope, RouteTable, SecurityGroup, Subnet, SubnetId, Vpc, VpcEndpoint, tcp,
    },
};

use crate::{
    Scope,
    check::testing::{Healthy, broken, healthy, problems},
};

/// A VPC with DNS names, apart from the healthy stack's own, and what an endpoint in it needs.
struct Network<'s> {
    scope: Scope<'s>,
    vpc: Handle<Vpc>,
    subnets: [Handle<Subnet>; 2],
    group: Handle<SecurityGroup>,
    table: Handle<RouteTable>,
}

fn network<'s>(h: &Healthy<'s>, hostnames: bool, open: bool) -> Network<'s> {
    const NET: jeancloud_model::Cidr = cidr!("10.9.0.0/16");
    let scope = h.scope.component("net");
    let vpc = Vpc::builder()
        .cidr_block(NET)
        .enable_dns_hostnames(hostnames);
    let vpc = scope.add("vpc", vpc.build());
    let subnets = [Az::A, Az::B].map(|az| {
        let subnet = Subnet::builder()
            .vpc_id(&vpc)
            .cidr_block(NET.part(24, az as u32))
            .availability_zone(az);
        scope.add(&format!("subnet-{}", az.letter()), subnet.build())
    });
    let group = SecurityGroup::builder()
        .vpc_id(&vpc)
        .group_description("endpoints");
    let group = scope.add("group", group.build());
    if open {
        scope.allow(tcp(443).from(NET).to(&group));
    }
    let table = scope.add("table", RouteTable::builder().vpc_id(&vpc).build());
    Network {
        scope,
        vpc,
        subnets,
        group,
        table,
    }
}

impl Network<'_> {
    fn add(&self, name: &str, service: &str, kind: impl Into<EndpointKind>) {
        let service = EndpointServiceName::of(Region::EuWest3, service);
        let endpoint = VpcEndpoint::builder()
            .vpc_id(&self.vpc)
            .service_name(service);
        self.scope.add(name, endpoint.kind(kind).build());
    }

    fn interface(&self) -> InterfaceEndpoint {
        let interface = InterfaceEndpoint::builder().subnet_ids(self.subnets);
        interface.security_group_ids([self.group]).build()
    }

    fn gateway(&self) -> GatewayEndpoint {
        GatewayEndpoint::builder()
            .route_table_ids([self.table])
            .build()
    }
}

#[test]
fn endpoints_of_both_kinds_are_healthy() {
    healthy(|h| {
        let net = network(h, true, true);
        net.add("s3", "s3", net.gateway());
        net.add("api", "ecr.api", net.interface());
        net.add("dkr", "ecr.dkr", net.interface());
    });
}

#[test]
fn private_dns_needs_the_dns_of_the_vpc() {
    assert_snapshot!(broken("endpoint-private-dns", |h| {
        let net = network(h, false, true);
        net.add("api", "ecr.api", net.interface());
    }), @r#"
    error: main/net/api: PrivateDnsEnabled is true, and EnableDnsHostnames of main/net/vpc is not
      rule: private DNS needs EnableDnsSupport and EnableDnsHostnames of the VPC (InvalidParameter)
      hint: set `.enable_dns_hostnames(true)` on main/net/vpc, or `.private_dns_enabled(false)` here
      see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
    "#);
}

#[test]
fn an_interface_has_one_subnet_a_zone() {
    assert_snapshot!(broken("endpoint-subnets", |h| {
        let net = network(h, true, true);
        let mut interface = net.interface();
        let third = Subnet::builder().vpc_id(&net.vpc).cidr_block(cidr!("10.9.7.0/24")).availability_zone(Az::A);
        let third = net.scope.add("third", third.build());
        interface.subnet_ids.push(jeancloud_model::IntoInput::<SubnetId>::into_input(third));
        net.add("api", "ecr.api", interface);
    }), @r#"
    error: main/net/api: SubnetIds names main/net/subnet-a and main/net/third, both in eu-west-3a
      rule: an endpoint has one subnet in a zone (DuplicateSubnetsInSameZone)
      hint: name one of them; the other subnets of the zone reach it there
      see: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    "#);
}

#[test]
fn what_an_endpoint_names_is_in_its_vpc() {
    assert_snapshot!(broken("endpoint-same-vpc", |h| {
        let net = network(h, true, true);
        let interface = InterfaceEndpoint::builder().subnet_ids([h.subnets[0]]).security_group_ids([net.group]);
        net.add("api", "ecr.api", interface.build());
    }), @r#"
    error: main/net/api: SubnetIds names main/subnet-a, which is in another VPC
      rule: an endpoint's route tables, subnets and groups are those of its VPC (InvalidParameter)
      hint: name what is in the VPC of the endpoint, or make another endpoint in the other VPC
      see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
    "#);
}

#[test]
fn an_interface_has_groups_that_let_in_443() {
    assert_snapshot!(broken("endpoint-groups", |h| {
        let net = network(h, true, false);
        net.add("api", "ecr.api", net.interface());
    }), @r#"
    warning: main/net/api: SecurityGroupIds lets nobody in on port 443
      rule: AWS's services answer on port 443 of their endpoints, for whom the endpoint's groups let in
      hint: `scope.allow(tcp(443).from(&users).to(&endpoints))`
      see: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    "#);
    assert_snapshot!(broken("endpoint-groups", |h| {
        let net = network(h, true, true);
        let mut interface = net.interface();
        interface.security_group_ids.clear();
        net.add("api", "ecr.api", interface);
    }), @r#"
    warning: main/net/api: SecurityGroupIds is empty
      rule: an endpoint without groups gets the VPC's default group, whose rules nobody wrote
      hint: give it a group, and let its users in: `scope.allow(tcp(443).from(&users).to(&endpoints))`
      see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
    "#);
}

#[test]
fn gateways_lead_to_s3_and_dynamodb() {
    assert_snapshot!(broken("endpoint-gateway-service", |h| {
        let net = network(h, true, true);
        net.add("logs", "logs", net.gateway());
    }), @r#"
    error: main/net/logs: VpcEndpointType is Gateway, and logs has no gateway
      rule: S3 and DynamoDB have gateway endpoints; every other service has interface endpoints (InvalidParameter)
      hint: write `.kind(InterfaceEndpoint::builder()…)`
      see: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    "#);
}

#[test]
fn the_service_is_of_the_region() {
    assert_snapshot!(broken("endpoint-region", |h| {
        let net = network(h, true, true);
        let service = EndpointServiceName::of(Region::EuCentral1, "s3");
        let endpoint = VpcEndpoint::builder().vpc_id(&net.vpc).service_name(service);
        net.scope.add("s3", endpoint.kind(net.gateway()).build());
    }), @r#"
    error: main/net/s3: ServiceName is a service of eu-central-1, asked for in eu-west-3
      rule: an endpoint leads to a service of its own region, or of ServiceRegion (InvalidServiceName)
      hint: write `EndpointServiceName::of(scope.region(), "s3")`
      see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
    "#);
}

#[test]
fn a_service_has_one_way() {
    assert_snapshot!(broken("endpoint-once", |h| {
        let net = network(h, true, true);
        net.add("api", "ecr.api", net.interface());
        net.add("again", "ecr.api", net.interface());
    }), @r#"
    error: main/net/again: ServiceName is that of main/net/api too, in the same VPC
      rule: a VPC has one endpoint with private DNS for a service: the names can lead to one (InvalidParameter, conflicting DNS domain)
      hint: give the first one the subnets of both, or `.private_dns_enabled(false)` here
      see: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    "#);
    assert_snapshot!(broken("endpoint-once", |h| {
        let net = network(h, true, true);
        net.add("s3", "s3", net.gateway());
        net.add("again", "s3", net.gateway());
    }), @r#"
    error: main/net/again: RouteTableIds names a route table that main/net/s3 has a route in
      rule: a route table has one route to a service (RouteAlreadyExists)
      hint: one gateway endpoint serves all route tables of a VPC
      see: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    "#);
}

#[test]
fn a_gateway_has_route_tables() {
    assert_snapshot!(broken("endpoint-routes", |h| {
        let net = network(h, true, true);
        net.add("s3", "s3", GatewayEndpoint::builder().build());
    }), @r#"
    warning: main/net/s3: RouteTableIds is empty: no traffic takes this way
      rule: a gateway endpoint is a route in each of its route tables
      hint: name the route tables of the subnets that use the service
      see: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    "#);
}

#[test]
fn inbound_only_dns_needs_a_gateway() {
    assert_snapshot!(broken("endpoint-inbound-only", |h| {
        let net = network(h, true, true);
        let mut interface = net.interface();
        interface.dns_options = Some(DnsOptions::builder()
            .private_dns_only_for_inbound_resolver_endpoint(PrivateDnsScope::OnlyInboundResolver).build());
        net.add("s3", "s3", interface);
    }), @r#"
    error: main/net/s3: DnsOptions/PrivateDnsOnlyForInboundResolverEndpoint is OnlyInboundResolver, and the VPC has no gateway endpoint of the service
      rule: the VPC itself then needs a gateway endpoint of the service (InvalidParameter)
      hint: add a gateway endpoint of the same service, or take `PrivateDnsScope::AllResolvers`
      see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html#private-dns
    "#);
}

#[test]
fn private_names_of_s3_need_a_gateway_unless_they_lead_everyone() {
    assert_snapshot!(broken("endpoint-inbound-only", |h| {
        let net = network(h, true, true);
        net.add("s3", "s3", net.interface());
    }), @"
    error: main/net/s3: DnsOptions/PrivateDnsOnlyForInboundResolverEndpoint is left out, which means OnlyInboundResolver, and the VPC has no gateway endpoint of S3
      rule: the VPC itself then needs a gateway endpoint of the service (InvalidParameter)
      hint: add a gateway endpoint of the same service, or take `PrivateDnsScope::AllResolvers`
      see: https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html#private-dns
    ");
    healthy(|h| {
        let net = network(h, true, true);
        let mut interface = net.interface();
        let all = DnsOptions::builder()
            .private_dns_only_for_inbound_resolver_endpoint(PrivateDnsScope::AllResolvers);
        interface.dns_options = Some(all.build());
        net.add("s3", "s3", interface);
    });
}

#[test]
fn an_endpoint_of_somebody_elses_service_may_answer_on_another_port() {
    let found = problems(|h| {
        let net = network(h, true, false);
        net.scope
            .allow(tcp(9000).from(cidr!("10.9.0.0/16")).to(&net.group));
        let endpoint = VpcEndpoint::builder()
            .vpc_id(&net.vpc)
            .service_name("com.amazonaws.vpce.eu-west-3.vpce-svc-0a1b2c3d")
            .kind(net.interface());
        net.scope.add("other", endpoint.build());
    });
    assert!(found.is_empty(), "{found:#?}");
}
