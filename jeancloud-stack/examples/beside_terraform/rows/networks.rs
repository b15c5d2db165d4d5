//! VPCs, subnets and gateways.

use jeancloud_model::{
    Az, cidr,
    ec2::{
        Connectivity, Eip, InstanceTenancy, InternetGateway, NatGateway, NetworkBorderGroup,
        Subnet, Vpc, VpcGatewayAttachment,
    },
};
use serde_json::json;

use crate::table::{Kind, Table, known, some};

const NO_HOST_NAMES: &str = "Left out, a VPC gives no DNS host names.";
const VPC: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html";
const DETACHED_AND_ATTACHED: &str = "\
    Either way the old gateway is detached and the new one attached; CloudFormation keeps \
    the attachment.";
const ATTACHMENT: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcgatewayattachment.html";

/// Adds them.
pub fn rows(table: &mut Table) {
    vpc(table);
    subnet(table);
    gateways(table);
    nat_gateway(table);
    address(table);
}

fn vpc(table: &mut Table) {
    let mut vpc = table.of(
        "aws_vpc",
        |_| Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build(),
        json!({"cidr_block": "10.0.0.0/16"}),
    );
    vpc.change(
        |it, _| it.cidr_block = known(cidr!("10.1.0.0/16")),
        json!({"cidr_block": "10.1.0.0/16"}),
    );
    vpc.change(
        |it, _| it.enable_dns_hostnames = some(true),
        json!({"enable_dns_hostnames": true}),
    );
    vpc.change(
        |it, _| it.enable_dns_support = some(false),
        json!({"enable_dns_support": false}),
    );
    vpc.starting(
        |it, _| it.enable_dns_hostnames = some(true),
        json!({"enable_dns_hostnames": true}),
    )
    .change(
        |it, _| it.enable_dns_hostnames = None,
        json!({"enable_dns_hostnames": null}),
    )
    .because(Kind::Removed, NO_HOST_NAMES, VPC);
    vpc.change(
        |it, _| it.instance_tenancy = some(InstanceTenancy::Dedicated),
        json!({"instance_tenancy": "dedicated"}),
    );
    vpc.starting(
        |it, _| it.instance_tenancy = some(InstanceTenancy::Dedicated),
        json!({"instance_tenancy": "dedicated"}),
    )
    .change(
        |it, _| it.instance_tenancy = some(InstanceTenancy::Default),
        json!({"instance_tenancy": "default"}),
    );
    vpc.change(
        |it, _| it.tags.insert("Name", "france"),
        json!({"tags": {"Name": "france"}}),
    );
}

fn subnet(table: &mut Table) {
    let mut subnet = table.of(
        "aws_subnet",
        |on| {
            Subnet::builder()
                .vpc_id(&on.vpcs[0])
                .cidr_block(cidr!("10.0.1.0/24"))
                .availability_zone(Az::A)
                .build()
        },
        json!({
            "vpc_id": "${aws_vpc.ground[0].id}",
            "cidr_block": "10.0.{n}.0/24",
            "availability_zone": "eu-west-3a",
        }),
    );
    subnet.change(
        |it, _| it.cidr_block = known(cidr!("10.0.1.0/25")),
        json!({"cidr_block": "10.0.{n}.0/25"}),
    );
    subnet.change(
        |it, _| it.availability_zone = some(Az::B),
        json!({"availability_zone": "eu-west-3b"}),
    );
    subnet.change(
        |it, on| it.vpc_id = known(&on.vpcs[1]),
        json!({"vpc_id": "${aws_vpc.ground[1].id}"}),
    );
    subnet.change(
        |it, _| it.map_public_ip_on_launch = some(true),
        json!({"map_public_ip_on_launch": true}),
    );
    subnet
        .starting(
            |it, _| it.map_public_ip_on_launch = some(true),
            json!({"map_public_ip_on_launch": true}),
        )
        .change(
            |it, _| it.map_public_ip_on_launch = None,
            json!({"map_public_ip_on_launch": null}),
        );
}

fn gateways(table: &mut Table) {
    table
        .of(
            "aws_internet_gateway",
            |_| InternetGateway::builder().build(),
            json!({}),
        )
        .change(
            |it, _| it.tags.insert("Name", "france"),
            json!({"tags": {"Name": "france"}}),
        );
    let mut attachment = table
        .of(
            "aws_internet_gateway_attachment",
            |on| VpcGatewayAttachment::new(&on.bare_vpcs[0], &on.loose_gateways[0]),
            json!({
                "vpc_id": "${aws_vpc.own_{n}.id}",
                "internet_gateway_id": "${aws_internet_gateway.own_{n}.id}",
            }),
        )
        .beside(json!({
            "aws_vpc": {"own_{n}": {"cidr_block": "10.0.0.0/16"}},
            "aws_internet_gateway": {"own_{n}": {}, "other_{n}": {}},
        }));
    attachment.change(
        |it, on| it.vpc_id = known(&on.bare_vpcs[1]),
        json!({"vpc_id": "${aws_vpc.bare[0].id}"}),
    );
    attachment
        .change(
            |it, on| it.internet_gateway_id = known(&on.loose_gateways[1]),
            json!({"internet_gateway_id": "${aws_internet_gateway.other_{n}.id}"}),
        )
        .because(Kind::TheyReplace, DETACHED_AND_ATTACHED, ATTACHMENT);
}

fn nat_gateway(table: &mut Table) {
    let mut nat = table.of(
        "aws_nat_gateway",
        |on| {
            NatGateway::builder()
                .subnet_id(&on.subnets[0])
                .connectivity(Connectivity::Private)
                .build()
        },
        json!({"subnet_id": "${aws_subnet.ground[0].id}", "connectivity_type": "private"}),
    );
    nat.change(
        |it, on| it.subnet_id = known(&on.subnets[1]),
        json!({"subnet_id": "${aws_subnet.ground[1].id}"}),
    );
    nat.change(
        |it, _| it.private_ip_address = some("10.0.200.77"),
        json!({"private_ip": "10.0.200.77"}),
    );
    nat.change(
        |it, _| it.tags.insert("Name", "france"),
        json!({"tags": {"Name": "france"}}),
    );
    let mut public = table
        .of(
            "aws_nat_gateway",
            |on| {
                NatGateway::builder()
                    .subnet_id(&on.subnets[0])
                    .connectivity(&on.addresses[0])
                    .build()
            },
            json!({
                "subnet_id": "${aws_subnet.ground[0].id}",
                "allocation_id": "${aws_eip.own_{n}.allocation_id}",
            }),
        )
        .beside(json!({"aws_eip": {"own_{n}": {}, "other_{n}": {}}}));
    public.change(
        |it, on| it.connectivity = (&on.addresses[1]).into(),
        json!({"allocation_id": "${aws_eip.other_{n}.allocation_id}"}),
    );
}

fn address(table: &mut Table) {
    let mut address = table.of("aws_eip", |_| Eip::builder().build(), json!({}));
    address.change(
        |it, _| it.tags.insert("Name", "france"),
        json!({"tags": {"Name": "france"}}),
    );
    let mut bordered = address.starting(
        |it, _| it.network_border_group = some(NetworkBorderGroup::new("eu-west-3")),
        json!({"network_border_group": "eu-west-3"}),
    );
    bordered.change(
        |it, _| it.network_border_group = some(NetworkBorderGroup::new("eu-west-3-cmn-1")),
        json!({"network_border_group": "eu-west-3-cmn-1"}),
    );
}
