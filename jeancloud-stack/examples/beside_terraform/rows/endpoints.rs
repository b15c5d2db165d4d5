//! VPC endpoints.

use jeancloud_model::{
    Region,
    ec2::{EndpointKind, EndpointServiceName, VpcEndpoint},
    iam::{Principal, Statement},
    inputs,
};
use serde_json::{Value as Json, json};

use crate::table::{Table, known};

/// Adds them.
pub fn rows(table: &mut Table) {
    gateway(table);
    interface(table);
}

fn service(name: &str) -> EndpointServiceName {
    EndpointServiceName::of(Region::EuWest3, name)
}

fn reading() -> Statement {
    Statement::allow("s3:GetObject")
        .principal(Principal::anyone())
        .on("*")
}

fn read_only() -> Json {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"},
    ]})
}

fn gateway(table: &mut Table) {
    let mut endpoint = table.of(
        "aws_vpc_endpoint",
        |on| {
            VpcEndpoint::builder()
                .vpc_id(&on.vpcs[0])
                .service_name(service("s3"))
                .kind(EndpointKind::gateway([&on.tables[0]]))
                .build()
        },
        json!({
            "vpc_id": "${aws_vpc.ground[0].id}",
            "service_name": "com.amazonaws.eu-west-3.s3",
            "vpc_endpoint_type": "Gateway",
            "route_table_ids": ["${aws_route_table.own_{n}.id}"],
        }),
    );
    endpoint = endpoint.beside(json!({"aws_route_table": {
        "own_{n}": {"vpc_id": "${aws_vpc.ground[0].id}"},
        "other_{n}": {"vpc_id": "${aws_vpc.ground[0].id}"},
    }}));
    endpoint.change(
        |it, _| it.service_name = known(service("dynamodb")),
        json!({"service_name": "com.amazonaws.eu-west-3.dynamodb"}),
    );
    endpoint.change(
        |it, on| it.kind = EndpointKind::gateway([&on.tables[1]]),
        json!({"route_table_ids": ["${aws_route_table.other_{n}.id}"]}),
    );
    endpoint.change(
        |it, _| it.policy_document = Some(reading().into()),
        json!({"policy": read_only().to_string()}),
    );
}

fn interface(table: &mut Table) {
    let mut endpoint = table.of(
        "aws_vpc_endpoint",
        |on| {
            VpcEndpoint::builder()
                .vpc_id(&on.vpcs[0])
                .service_name(service("logs"))
                .kind(EndpointKind::interface([&on.subnets[0]], [&on.groups[0]]))
                .build()
        },
        json!({
            "vpc_id": "${aws_vpc.own_{n}.id}",
            "service_name": "com.amazonaws.eu-west-3.logs",
            "vpc_endpoint_type": "Interface",
            "private_dns_enabled": true,
            "subnet_ids": ["${aws_subnet.own_{n}.id}"],
            "security_group_ids": ["${aws_security_group.own_{n}.id}"],
        }),
    );
    endpoint = endpoint.beside(json!({
        "aws_vpc": {"own_{n}": {"cidr_block": "10.0.0.0/16", "enable_dns_hostnames": true}},
        "aws_subnet": {
            "own_{n}": {"vpc_id": "${aws_vpc.own_{n}.id}", "cidr_block": "10.0.1.0/24", "availability_zone": "eu-west-3a"},
            "other_{n}": {"vpc_id": "${aws_vpc.own_{n}.id}", "cidr_block": "10.0.2.0/24", "availability_zone": "eu-west-3b"},
        },
        "aws_security_group": {
            "own_{n}": {"vpc_id": "${aws_vpc.own_{n}.id}", "name": "own"},
            "other_{n}": {"vpc_id": "${aws_vpc.own_{n}.id}", "name": "other"},
        },
    }));
    endpoint.change(
        |it, on| {
            it.kind =
                EndpointKind::interface(inputs![&on.subnets[0], &on.subnets[1]], [&on.groups[0]]);
        },
        json!({"subnet_ids": ["${aws_subnet.own_{n}.id}", "${aws_subnet.other_{n}.id}"]}),
    );
    endpoint.change(
        |it, on| it.kind = EndpointKind::interface([&on.subnets[0]], [&on.groups[1]]),
        json!({"security_group_ids": ["${aws_security_group.other_{n}.id}"]}),
    );
}
