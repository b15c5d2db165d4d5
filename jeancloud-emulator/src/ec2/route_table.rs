//! Route tables.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::{
    common::{self, Listing},
    route_table_association::{self as association, RouteTableAssociation},
    vpc::{self, Vpc},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

/// Route tables per VPC: 200; see "Amazon VPC quotas". The main route table counts.
const PER_VPC: usize = 200;

resource! {
    /// A route table. Its associations are resources of their own.
    pub(crate) struct RouteTable: "ec2/route-table" in Region {
        request: Option<Value>,
    }
    found by |table: &RouteTable| common::token_key(table.request.as_ref()).into_iter().collect()
}

/// CreateRouteTable.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let token = input["ClientToken"].clone();
    if let Some(made) = common::repeated::<RouteTable>(call, input, |it| it.request.as_ref())? {
        let view = whole(call, made);
        return Ok(json!({"ClientToken": token, "RouteTable": view}));
    }
    let vpc = input.text("VpcId");
    if !call.table::<Vpc>().contains(vpc) {
        return Err(vpc::not_found(vpc));
    }
    if call.table::<RouteTable>().count_with(vpc) >= PER_VPC {
        let message = "The maximum number of route tables has been reached.";
        return Err(AwsError::new("RouteTableLimitExceeded", message));
    }
    let tags = common::tags_at_creation(input, "route-table")?;
    let mut view = insert(call, vpc, &tags, common::request_of(input));
    view["Associations"] = json!([]);
    Ok(json!({"ClientToken": token, "RouteTable": view}))
}

/// A new VPC's table.
///
/// <https://docs.aws.amazon.com/vpc/latest/userguide/main-route-table.html>
pub(super) fn create_main(call: &mut Call<'_>, vpc: &str) {
    let view = insert(call, vpc, &json!([]), None);
    association::insert(call, vpc, view.text("RouteTableId"), &json!({"Main": true}));
}

fn insert(call: &mut Call<'_>, vpc: &str, tags: &Value, request: Option<Value>) -> Value {
    let id = call.id("rtb");
    let view = json!({
        "OwnerId": call.account,
        "PropagatingVgws": [],
        "RouteTableId": id,
        "Routes": local_routes(call, vpc),
        "Tags": tags,
        "VpcId": vpc,
    });
    let table = RouteTable {
        view: view.clone(),
        request,
    };
    call.insert(id, table);
    view
}

/// Every route table contains a local route for communication within the VPC; see "Route table
/// concepts".
fn local_routes(call: &Call<'_>, vpc: &str) -> Vec<Value> {
    let Some(vpc) = call.get::<Vpc>(vpc) else {
        return Vec::new();
    };
    let ipv4 = vpc.view.items("CidrBlockAssociationSet").iter();
    let ipv4 = ipv4.map(|it| ("DestinationCidrBlock", it.text("CidrBlock")));
    let ipv6 = vpc.view.items("Ipv6CidrBlockAssociationSet").iter();
    let ipv6 = ipv6.map(|it| ("DestinationIpv6CidrBlock", it.text("Ipv6CidrBlock")));
    let blocks = ipv4.chain(ipv6);
    blocks
        .map(|(member, block)| {
            json!({
                member: block,
                "GatewayId": "local",
                "Origin": "CreateRouteTable",
                "State": "active",
            })
        })
        .collect()
}

/// Lets the local routes of a VPC's tables follow its blocks.
pub(super) fn follow_blocks(call: &mut Call<'_>, vpc: &str) {
    let local = local_routes(call, vpc);
    each_with(call, vpc, |view| {
        let made = view.items("Routes").iter();
        let made = made.filter(|route| route.text("Origin") != "CreateRouteTable");
        view["Routes"] = local.iter().chain(made).cloned().collect();
    });
}

/// What becomes of routes when their target comes or goes: `active` or `blackhole`.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html>
pub(super) fn set_state(call: &mut Call<'_>, target: &str, vpc: &str, state: &str) {
    each_with(call, target, |view| {
        if view.text("VpcId") != vpc {
            return;
        }
        for route in view["Routes"].as_array_mut().into_iter().flatten() {
            let members = ["GatewayId", "NatGatewayId", "NetworkInterfaceId"];
            if members.iter().any(|member| route.text(member) == target) {
                route["State"] = state.into();
            }
        }
    });
}

/// Changes every table that names `id`.
fn each_with(call: &mut Call<'_>, id: &str, change: impl Fn(&mut Value)) {
    let tables = call.table::<RouteTable>().with(id);
    let tables: Vec<String> = tables.map(|(id, _)| id.to_owned()).collect();
    for table in tables {
        if let Some(mut table) = call.table_mut::<RouteTable>().get_mut(&table) {
            change(&mut table.view);
        }
    }
}

/// DescribeRouteTables.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let listing = Listing {
        via: Some(|call, id| {
            let table = call.table::<RouteTableAssociation>();
            let itself = table.get(id).into_iter();
            let found = itself.chain(table.with(id).map(|(_, it)| it));
            found
                .map(|it| it.view.text("RouteTableId").to_owned())
                .collect()
        }),
        ..Listing::of("RouteTable", "RouteTableIds", not_found)
    };
    common::describe_as::<RouteTable>(call, input, &listing, |call, table| {
        Cow::Owned(whole(call, table))
    })
}

fn whole(call: &Call<'_>, table: &RouteTable) -> Value {
    let mut view = table.view.clone();
    let associations = call.table::<RouteTableAssociation>();
    let mine = associations.with(table.view.text("RouteTableId"));
    view["Associations"] = mine.map(|(_, it)| it.view.clone()).collect();
    view
}

/// DeleteRouteTable: "You must disassociate the route table from any subnets before you can delete
/// it. You can't delete the main route table."
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("RouteTableId");
    if !call.table::<RouteTable>().contains(id) {
        return Err(not_found(id));
    }
    if call.table::<RouteTableAssociation>().any_with(id) {
        return Err(common::dependency("routeTable", id));
    }
    call.table_mut::<RouteTable>().remove(id);
    super::vpc_endpoint::forget_route_table(call, id);
    common::done()
}

pub(super) fn not_found(id: &str) -> AwsError {
    common::not_found("InvalidRouteTableID", "routeTable", id)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    /// A VPC comes with a main route table; see "Configure
    /// route tables", Amazon VPC User Guide.
    #[test]
    fn a_vpc_has_a_main_table_that_stays() {
        let aws = Aws::new();
        let vpc = aws.vpc("10.0.0.0/16");
        let main = json!([
            {"Name": "association.main", "Values": ["true"]},
            {"Name": "vpc-id", "Values": [vpc]},
        ]);
        let tables = aws.ok("ec2", "DescribeRouteTables", json!({"Filters": main}));
        let table = &tables["RouteTables"][0];
        assert_eq!(table["Associations"][0]["Main"], true);
        let local = json!([{
            "DestinationCidrBlock": "10.0.0.0/16",
            "GatewayId": "local",
            "Origin": "CreateRouteTable",
            "State": "active",
        }]);
        assert_eq!(table["Routes"], local);
        let id = json!({"RouteTableId": table["RouteTableId"]});
        assert_eq!(
            aws.code("ec2", "DeleteRouteTable", id),
            "DependencyViolation"
        );
    }

    #[test]
    fn a_table_holds_its_vpc_and_goes() {
        let aws = Aws::new();
        let vpc = json!({"VpcId": aws.vpc("10.0.0.0/16")});
        let made = aws.ok("ec2", "CreateRouteTable", vpc.clone());
        let id = json!({"RouteTableId": made["RouteTable"]["RouteTableId"]});
        let code = aws.code("ec2", "DeleteVpc", vpc.clone());
        assert_eq!(code, "DependencyViolation");
        aws.ok("ec2", "DeleteRouteTable", id.clone());
        assert_eq!(
            aws.code("ec2", "DeleteRouteTable", id),
            "InvalidRouteTableID.NotFound"
        );
        aws.ok("ec2", "DeleteVpc", vpc);
        let left = aws.ok("ec2", "DescribeRouteTables", json!({}));
        assert_eq!(left["RouteTables"], json!([]));
    }

    /// "Ensuring idempotency in Amazon EC2 API requests", Amazon EC2 Developer Guide.
    #[test]
    fn a_client_token_makes_one_table() {
        let aws = Aws::new();
        let input = json!({"VpcId": aws.vpc("10.0.0.0/16"), "ClientToken": "once"});
        let first = aws.ok("ec2", "CreateRouteTable", input.clone());
        let second = aws.ok("ec2", "CreateRouteTable", input);
        assert_eq!(first, second);
        let other = json!({"VpcId": aws.vpc("10.1.0.0/16"), "ClientToken": "once"});
        let code = aws.code("ec2", "CreateRouteTable", other);
        assert_eq!(code, "IdempotentParameterMismatch");
    }

    /// Route tables per VPC: 200; see "Amazon VPC quotas".
    #[test]
    fn a_vpc_has_two_hundred_tables_at_most() {
        let aws = Aws::new();
        let vpc = json!({"VpcId": aws.vpc("10.0.0.0/16")});
        for _ in 1..200 {
            aws.ok("ec2", "CreateRouteTable", vpc.clone());
        }
        let code = aws.code("ec2", "CreateRouteTable", vpc);
        assert_eq!(code, "RouteTableLimitExceeded");
    }
}
