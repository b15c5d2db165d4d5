//! EC2's types.

use jeancloud_model::{
    Az, Handle, Region, cidr,
    ec2::{InstanceTenancy, PrivateDnsNameOptions, Subnet, Vpc},
};
use jeancloud_stack::{Scope, Stack};

use crate::harness::Case;

conformance! {
    vpc: Case {
        type_name: "AWS::EC2::VPC",
        address: "main/vpc",
        base: |stack| { add_vpc(main(stack)); },
        updates: &[
            ("set", |stack| { main(stack).add("vpc", Vpc::builder()
                .cidr_block(cidr!("10.0.0.0/16"))
                .enable_dns_hostnames(true)
                .enable_dns_support(true)
                .tag("Name", "one")
                .build()); }),
            ("change", |stack| { main(stack).add("vpc", Vpc::builder()
                .cidr_block(cidr!("10.0.0.0/16"))
                .enable_dns_hostnames(false)
                .tag("Name", "two")
                .tag("Team", "web")
                .build()); }),
            ("clear", |stack| { add_vpc(main(stack)); }),
        ],
        replaced: Some(|stack| { main(stack).add("vpc", Vpc::builder()
            .cidr_block(cidr!("10.1.0.0/16"))
            .build()); }),
        gaps: &[],
    },
    dedicated_vpc: Case {
        type_name: "AWS::EC2::VPC",
        address: "main/dedicated",
        base: |stack| { main(stack).add("dedicated", Vpc::builder()
            .cidr_block(cidr!("10.0.0.0/16"))
            .instance_tenancy(InstanceTenancy::Dedicated)
            .build()); },
        updates: &[("change", |stack| { main(stack).add("dedicated", Vpc::builder()
            .cidr_block(cidr!("10.0.0.0/16"))
            .instance_tenancy(InstanceTenancy::Default)
            .build()); })],
        replaced: None,
        gaps: &[],
    },
    subnet: Case {
        type_name: "AWS::EC2::Subnet",
        address: "main/subnet",
        base: |stack| {
            let vpc = add_vpc(main(stack));
            main(stack).add("subnet", Subnet::builder()
                .vpc_id(&vpc)
                .cidr_block(cidr!("10.0.1.0/24"))
                .availability_zone(Az::A)
                .build());
        },
        updates: &[
            ("set", |stack| {
                let vpc = add_vpc(main(stack));
                main(stack).add("subnet", Subnet::builder()
                    .vpc_id(&vpc)
                    .cidr_block(cidr!("10.0.1.0/24"))
                    .availability_zone(Az::A)
                    .map_public_ip_on_launch(true)
                    .private_dns_name_options_on_launch(PrivateDnsNameOptions::builder()
                        .enable_resource_name_dns_a_record(true)
                        .build())
                    .tag("Name", "one")
                    .build());
            }),
            ("change", |stack| {
                let vpc = add_vpc(main(stack));
                main(stack).add("subnet", Subnet::builder()
                    .vpc_id(&vpc)
                    .cidr_block(cidr!("10.0.1.0/24"))
                    .availability_zone(Az::A)
                    .map_public_ip_on_launch(true)
                    .tag("Name", "two")
                    .build());
            }),
            ("clear", |stack| {
                let vpc = add_vpc(main(stack));
                main(stack).add("subnet", Subnet::builder()
                    .vpc_id(&vpc)
                    .cidr_block(cidr!("10.0.1.0/24"))
                    .availability_zone(Az::A)
                    .build());
            }),
        ],
        replaced: Some(|stack| {
            let vpc = add_vpc(main(stack));
            main(stack).add("subnet", Subnet::builder()
                .vpc_id(&vpc)
                .cidr_block(cidr!("10.0.2.0/24"))
                .availability_zone(Az::A)
                .build());
        }),
        gaps: &[],
    },
}

fn main(stack: &Stack) -> Scope<'_> {
    stack.region("main", Region::EuWest3)
}

fn add_vpc(scope: Scope<'_>) -> Handle<Vpc> {
    scope.add(
        "vpc",
        Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build(),
    )
}
