//! EC2's types that lead traffic: gateways, route tables, routes, addresses; and the lookups of
//! zones and VPCs.

use jeancloud_model::{
    AvailabilityZone, Az, Cidr, Handle, Output, Region, cidr,
    ec2::{
        Connectivity, Eip, InternetGateway, NatGateway, NetworkBorderGroup, Route, RouteTable,
        Subnet, SubnetRouteTableAssociation, Vpc, VpcGatewayAttachment,
    },
    lookup::{AvailabilityZones, ExistingVpc},
};
use jeancloud_stack::{Scope, Stack};

use crate::{
    gaps,
    harness::{Case, Gap},
};

conformance! {
    internet_gateway: Case {
        type_name: "AWS::EC2::InternetGateway",
        address: "main/gateway",
        base: |stack| { gateway(main(stack), &[]); },
        updates: &[
            ("set", |stack| { gateway(main(stack), &[("Name", "one")]); }),
            ("change", |stack| { gateway(main(stack), &[("Name", "two"), ("Team", "web")]); }),
            ("clear", |stack| { gateway(main(stack), &[]); }),
        ],
        replaced: None,
        gaps: &[],
    },
    vpc_gateway_attachment: Case {
        type_name: "AWS::EC2::VPCGatewayAttachment",
        address: "main/attachment",
        base: |stack| { attached(stack, "vpc", "gateway"); },
        updates: &[
            ("change", |stack| { attached(stack, "vpc", "other-gateway"); }),
            ("change back", |stack| { attached(stack, "vpc", "gateway"); }),
        ],
        replaced: Some(|stack| { attached(stack, "other-vpc", "gateway"); }),
        gaps: &[],
    },
    route_table: Case {
        type_name: "AWS::EC2::RouteTable",
        address: "main/table",
        base: |stack| { table(main(stack), "table", &vpc(main(stack)), &[]); },
        updates: &[
            ("set", |stack| { table(main(stack), "table", &vpc(main(stack)), &[("Name", "one")]); }),
            ("change", |stack| { table(main(stack), "table", &vpc(main(stack)), &[("Name", "two")]); }),
            ("clear", |stack| { table(main(stack), "table", &vpc(main(stack)), &[]); }),
        ],
        replaced: Some(|stack| {
            vpc(main(stack));
            let other = add_vpc(main(stack), "other-vpc", cidr!("10.1.0.0/16"));
            table(main(stack), "table", &other, &[]);
        }),
        gaps: &[],
    },
    subnet_route_table_association: Case {
        type_name: "AWS::EC2::SubnetRouteTableAssociation",
        address: "main/association",
        base: |stack| { associated(stack, "table"); },
        updates: &[],
        replaced: Some(|stack| { associated(stack, "other-table"); }),
        gaps: &[],
    },
    route: Case {
        type_name: "AWS::EC2::Route",
        address: "main/route",
        base: |stack| { routed(stack, Cidr::ANYWHERE, Way::Internet); },
        updates: &[
            ("change", |stack| { routed(stack, Cidr::ANYWHERE, Way::Nat); }),
            ("change back", |stack| { routed(stack, Cidr::ANYWHERE, Way::Internet); }),
        ],
        replaced: Some(|stack| { routed(stack, cidr!("203.0.113.0/24"), Way::Internet); }),
        gaps: &[],
    },
    eip: Case {
        type_name: "AWS::EC2::EIP",
        address: "main/address",
        base: |stack| { address(main(stack), &[]); },
        updates: &[
            ("set", |stack| { address(main(stack), &[("Name", "one")]); }),
            ("change", |stack| { address(main(stack), &[("Name", "two")]); }),
            ("clear", |stack| { address(main(stack), &[]); }),
        ],
        replaced: Some(|stack| {
            let group = NetworkBorderGroup::new("eu-west-3-par-1");
            main(stack).add("address", Eip::builder().network_border_group(group).build());
        }),
        gaps: &[Gap {
            difference: gaps::ADDRESSES_HAVE_NO_BORDER_GROUP,
            test: "replaces_when_create_only_changes",
        }],
    },
    nat_gateway: Case {
        type_name: "AWS::EC2::NatGateway",
        address: "main/nat",
        base: |stack| { public_nat(stack, &[]); },
        updates: &[
            ("set", |stack| { public_nat(stack, &[("Name", "one")]); }),
            ("change", |stack| { public_nat(stack, &[("Name", "two")]); }),
            ("clear", |stack| { public_nat(stack, &[]); }),
        ],
        replaced: Some(|stack| {
            let scope = main(stack);
            let subnet = subnet(scope, &vpc(scope));
            scope.add("nat", NatGateway::builder()
                .subnet_id(&subnet)
                .connectivity(Connectivity::Private)
                .build());
        }),
        gaps: &[],
    },
    subnet_in_a_looked_up_zone: Case {
        type_name: "AWS::EC2::Subnet",
        address: "main/subnet-in-zone",
        base: |stack| { in_zone(stack, |zones| zones.first()); },
        updates: &[],
        replaced: Some(|stack| { in_zone(stack, |zones| zones.third()); }),
        gaps: &[],
    },
    route_table_in_a_looked_up_vpc: Case {
        type_name: "AWS::EC2::RouteTable",
        address: "main/table-in-vpc",
        base: |stack| { in_default_vpc(stack, &[]); },
        updates: &[("set", |stack| { in_default_vpc(stack, &[("Name", "one")]); })],
        replaced: Some(|stack| { table(main(stack), "table-in-vpc", &vpc(main(stack)), &[]); }),
        gaps: &[],
    },
}

type Tags = [(&'static str, &'static str)];

fn main(stack: &Stack) -> Scope<'_> {
    stack.region("main", Region::EuWest3)
}

fn vpc(scope: Scope<'_>) -> Handle<Vpc> {
    add_vpc(scope, "vpc", cidr!("10.0.0.0/16"))
}

fn add_vpc(scope: Scope<'_>, name: &str, block: Cidr) -> Handle<Vpc> {
    scope.add(name, Vpc::builder().cidr_block(block).build())
}

fn subnet(scope: Scope<'_>, vpc: &Handle<Vpc>) -> Handle<Subnet> {
    let subnet = Subnet::builder()
        .vpc_id(vpc)
        .cidr_block(cidr!("10.0.1.0/24"))
        .availability_zone(Az::A)
        .build();
    scope.add("subnet", subnet)
}

fn gateway(scope: Scope<'_>, tags: &Tags) -> Handle<InternetGateway> {
    let gateway = InternetGateway::builder().tags(tags.iter().copied());
    scope.add("gateway", gateway.build())
}

fn table(scope: Scope<'_>, name: &str, vpc: &Handle<Vpc>, tags: &Tags) -> Handle<RouteTable> {
    let table = RouteTable::builder().vpc_id(vpc).tags(tags.iter().copied());
    scope.add(name, table.build())
}

fn address(scope: Scope<'_>, tags: &Tags) -> Handle<Eip> {
    scope.add("address", Eip::builder().tags(tags.iter().copied()).build())
}

/// Two VPCs and two gateways, of which these are attached to each other.
fn attached(stack: &Stack, vpc: &str, gateway: &str) {
    let scope = main(stack);
    let vpcs = ["vpc", "other-vpc"].map(|name| {
        let block = cidr!("10.0.0.0/8").part(16, u32::from(name == "other-vpc"));
        (name, add_vpc(scope, name, block))
    });
    let gateways = ["gateway", "other-gateway"]
        .map(|name| (name, scope.add(name, InternetGateway::builder().build())));
    let attachment = VpcGatewayAttachment::builder()
        .vpc_id(named(&vpcs, vpc))
        .internet_gateway_id(named(&gateways, gateway))
        .build();
    scope.add("attachment", attachment);
}

fn associated(stack: &Stack, name: &str) {
    let scope = main(stack);
    let vpc = vpc(scope);
    let tables = ["table", "other-table"].map(|name| (name, table(scope, name, &vpc, &[])));
    let association = SubnetRouteTableAssociation::builder()
        .subnet_id(&subnet(scope, &vpc))
        .route_table_id(named(&tables, name))
        .build();
    scope.add("association", association);
}

fn named<'h, H>(all: &'h [(&str, H)], name: &str) -> &'h H {
    let found = all.iter().find(|(its, _)| *its == name);
    &found.expect("one of the two").1
}

enum Way {
    Internet,
    Nat,
}

/// A table with one route, by one of two ways.
fn routed(stack: &Stack, to: Cidr, way: Way) {
    let scope = main(stack);
    let vpc = vpc(scope);
    let gateway = gateway(scope, &[]);
    let attachment = VpcGatewayAttachment::builder()
        .vpc_id(&vpc)
        .internet_gateway_id(&gateway)
        .build();
    scope.add("attachment", attachment);
    let nat = NatGateway::builder()
        .subnet_id(&subnet(scope, &vpc))
        .connectivity(Connectivity::Private)
        .build();
    let nat = scope.add("nat", nat);
    let route = Route::builder()
        .route_table_id(&table(scope, "table", &vpc, &[]))
        .destination(to);
    let route = match way {
        Way::Internet => route.target(&gateway).build(),
        Way::Nat => route.target(&nat).build(),
    };
    scope.add("route", route);
}

fn public_nat(stack: &Stack, tags: &Tags) {
    let scope = main(stack);
    let vpc = vpc(scope);
    let gateway = gateway(scope, &[]);
    let attachment = VpcGatewayAttachment::builder()
        .vpc_id(&vpc)
        .internet_gateway_id(&gateway)
        .build();
    scope.add("attachment", attachment);
    let subnet = subnet(scope, &vpc);
    let table = table(scope, "table", &vpc, &[]);
    let association = SubnetRouteTableAssociation::builder()
        .subnet_id(&subnet)
        .route_table_id(&table)
        .build();
    scope.add("association", association);
    let route = Route::builder()
        .route_table_id(&table)
        .destination(Cidr::ANYWHERE)
        .target(&gateway)
        .build();
    scope.add("route", route);
    let nat = NatGateway::builder()
        .subnet_id(&subnet)
        .connectivity(&address(scope, &[]))
        .tags(tags.iter().copied());
    scope.add("nat", nat.build());
}

fn in_zone(stack: &Stack, zone: fn(&Handle<AvailabilityZones>) -> Output<AvailabilityZone>) {
    let scope = main(stack);
    let zones = scope.lookup("zones", AvailabilityZones::builder().build());
    let subnet = Subnet::builder()
        .vpc_id(&vpc(scope))
        .cidr_block(cidr!("10.0.1.0/24"))
        .availability_zone(zone(&zones))
        .build();
    scope.add("subnet-in-zone", subnet);
}

fn in_default_vpc(stack: &Stack, tags: &Tags) {
    let scope = main(stack);
    let existing = scope.lookup("existing", ExistingVpc::default_one());
    let table = RouteTable::builder()
        .vpc_id(&existing)
        .tags(tags.iter().copied());
    scope.add("table-in-vpc", table.build());
}
