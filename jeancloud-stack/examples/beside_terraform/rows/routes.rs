//! Route tables, routes and associations.

use jeancloud_model::{
    cidr,
    ec2::{Route, RouteTable, SubnetRouteTableAssociation},
};
use serde_json::json;

use crate::table::{Kind, Table, known};

const ANOTHER_ASSOCIATION: &str = "\
    EC2 has ReplaceRouteTableAssociation, which ends the association and answers with \
    another one's id. CloudFormation replaces; jeancloud takes the old one away first, and \
    in between the subnet uses its VPC's main table.";
const ASSOCIATION: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnetroutetableassociation.html";

/// Adds them.
pub fn rows(table: &mut Table) {
    route_table(table);
    route(table);
    association(table);
}

fn route_table(table: &mut Table) {
    let mut tables = table.of(
        "aws_route_table",
        |on| RouteTable::builder().vpc_id(&on.vpcs[0]).build(),
        json!({"vpc_id": "${aws_vpc.ground[0].id}"}),
    );
    tables.change(
        |it, on| it.vpc_id = known(&on.vpcs[1]),
        json!({"vpc_id": "${aws_vpc.ground[1].id}"}),
    );
    tables.change(
        |it, _| it.tags.insert("Name", "public"),
        json!({"tags": {"Name": "public"}}),
    );
}

fn route(table: &mut Table) {
    let mut route = table.of(
        "aws_route",
        |on| {
            Route::builder()
                .route_table_id(&on.tables[0])
                .destination(cidr!("203.0.1.0/24"))
                .target(&on.gateway)
                .build()
        },
        json!({
            "route_table_id": "${aws_route_table.ground[0].id}",
            "destination_cidr_block": "203.0.{n}.0/24",
            "gateway_id": "${aws_internet_gateway.ground.id}",
        }),
    );
    route.change(
        |it, on| it.route_table_id = known(&on.tables[1]),
        json!({"route_table_id": "${aws_route_table.ground[1].id}"}),
    );
    route.change(
        |it, _| it.destination = cidr!("203.1.1.0/24").into(),
        json!({"destination_cidr_block": "203.1.{n}.0/24"}),
    );
    route.change(
        |it, on| it.target = (&on.nat).into(),
        json!({"gateway_id": null, "nat_gateway_id": "${aws_nat_gateway.ground.id}"}),
    );
}

fn association(table: &mut Table) {
    let mut association = table
        .of(
            "aws_route_table_association",
            |on| SubnetRouteTableAssociation::new(&on.loose_subnets[0], &on.tables[0]),
            json!({
                "subnet_id": "${aws_subnet.own_{n}.id}",
                "route_table_id": "${aws_route_table.ground[0].id}",
            }),
        )
        .beside(json!({"aws_subnet": {"own_{n}": {
            "vpc_id": "${aws_vpc.ground[0].id}",
            "cidr_block": "10.0.{n}.0/24",
        }}}));
    association.change(
        |it, on| it.subnet_id = known(&on.loose_subnets[1]),
        json!({"subnet_id": "${aws_subnet.loose.id}"}),
    );
    association
        .change(
            |it, on| it.route_table_id = known(&on.tables[1]),
            json!({"route_table_id": "${aws_route_table.ground[1].id}"}),
        )
        .because(Kind::WeReplace, ANOTHER_ASSOCIATION, ASSOCIATION);
}
