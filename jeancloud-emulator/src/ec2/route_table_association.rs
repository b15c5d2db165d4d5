//! Which subnet or gateway uses which route table.

use serde_json::{Value, json};

use super::{
    common,
    internet_gateway::InternetGateway,
    route_table::{self, RouteTable},
    subnet::{self, Subnet},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

resource! {
    /// An association of a route table, or a VPC's choice of its main one.
    pub(crate) struct RouteTableAssociation: "ec2/route-table-association" in Region {
        /// The network of the two, for which one table is the main one.
        vpc: String,
    }
    found by |it: &RouteTableAssociation| match it.view.flag("Main") {
        true => vec![main_key(&it.vpc)],
        false => Vec::new(),
    }
}

/// AssociateRouteTable: a subnet has one table of its own at most.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html>
pub(super) fn associate(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("RouteTableId");
    let vpc = vpc_of(call, id)?;
    let (member, other) = match (input.some_text("SubnetId"), input.some_text("GatewayId")) {
        (Some(subnet), None) => ("SubnetId", subnet),
        (None, Some(gateway)) => ("GatewayId", gateway),
        (None, None) => return Err(common::missing("subnetId or gatewayId")),
        (Some(_), Some(_)) => {
            let message = "Only one of subnetId and gatewayId may be specified";
            return Err(AwsError::new("InvalidParameterCombination", message));
        }
    };
    let network = if member == "SubnetId" {
        let subnet = call.get::<Subnet>(other);
        subnet
            .map(|it| it.view.text("VpcId").to_owned())
            .ok_or_else(|| subnet::not_found(other))?
    } else {
        let gateway = call.get::<InternetGateway>(other);
        let missing = || common::not_found("InvalidGatewayID", "gateway", other);
        let gateway = gateway.ok_or_else(missing)?;
        let attached = gateway.view.items("Attachments").first();
        attached
            .map(|it| it.text("VpcId").to_owned())
            .unwrap_or_default()
    };
    if network != vpc {
        let message = format!("route table {id} and network {other} belong to different networks");
        return Err(common::invalid(message));
    }
    let there = call.table::<RouteTableAssociation>().with(other).next();
    if let Some((there, _)) = there {
        let message = format!(
            "the specified association for route table {id} conflicts with an existing association \
             {there}"
        );
        return Err(AwsError::new("Resource.AlreadyAssociated", message));
    }
    let view = insert(call, &vpc, id, &json!({"Main": false, member: other}));
    Ok(json!({
        "AssociationId": view["RouteTableAssociationId"],
        "AssociationState": view["AssociationState"],
    }))
}

/// DisassociateRouteTable: the subnet uses the main table from then on.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateRouteTable.html>
pub(super) fn disassociate(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("AssociationId");
    let association = call.get::<RouteTableAssociation>(id);
    let association = association.ok_or_else(|| not_found(id))?;
    if association.view.flag("Main") {
        let message = format!("cannot disassociate the main route table association {id}");
        return Err(common::invalid(message));
    }
    call.table_mut::<RouteTableAssociation>().remove(id);
    common::done()
}

/// ReplaceRouteTableAssociation: also of the main table, which another one becomes.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRouteTableAssociation.html>
pub(super) fn replace(call: &mut Call<'_>, input: &Value) -> Outcome {
    let (id, table) = (input.text("AssociationId"), input.text("RouteTableId"));
    let association = call.get::<RouteTableAssociation>(id);
    let association = association.ok_or_else(|| not_found(id))?;
    let (mut what, vpc) = (association.view.clone(), association.vpc.clone());
    if vpc_of(call, table)? != vpc {
        let message = format!("route table {table} and network {vpc} belong to different networks");
        return Err(common::invalid(message));
    }
    call.table_mut::<RouteTableAssociation>().remove(id);
    what.clear("RouteTableAssociationId");
    let view = insert(call, &vpc, table, &what);
    Ok(json!({
        "AssociationState": view["AssociationState"],
        "NewAssociationId": view["RouteTableAssociationId"],
    }))
}

/// Associates a table with what `what` names.
pub(super) fn insert(call: &mut Call<'_>, vpc: &str, table: &str, what: &Value) -> Value {
    let id = call.id("rtbassoc");
    let mut view = json!({
        "AssociationState": {"State": "associated"},
        "RouteTableAssociationId": id,
        "RouteTableId": table,
    });
    view.take_over(what, &["Main", "SubnetId", "GatewayId"]);
    let association = RouteTableAssociation {
        view: view.clone(),
        vpc: vpc.to_owned(),
    };
    call.insert(id, association);
    view
}

/// Forgets the association of a subnet or gateway that goes.
pub(super) fn forget(call: &mut Call<'_>, other: &str) {
    let associations = call.table::<RouteTableAssociation>().with(other);
    let gone: Vec<String> = associations.map(|(id, _)| id.to_owned()).collect();
    for id in gone {
        call.table_mut::<RouteTableAssociation>().remove(&id);
    }
}

/// Forgets which table is a VPC's main one.
pub(super) fn forget_main(call: &mut Call<'_>, vpc: &str) {
    forget(call, &main_key(vpc));
}

fn main_key(vpc: &str) -> String {
    format!("main={vpc}")
}

fn vpc_of(call: &Call<'_>, table: &str) -> Result<String, AwsError> {
    let found = call.get::<RouteTable>(table);
    let found = found.ok_or_else(|| route_table::not_found(table))?;
    Ok(found.view.text("VpcId").to_owned())
}

fn not_found(id: &str) -> AwsError {
    let message = format!("The association ID '{id}' does not exist");
    AwsError::new("InvalidAssociationID.NotFound", message)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn table(aws: &Aws, vpc: &Value) -> Value {
        let table = aws.ok("ec2", "CreateRouteTable", json!({"VpcId": vpc}));
        table["RouteTable"]["RouteTableId"].clone()
    }

    /// A subnet can only be associated with one route table at a time; see "Subnet route tables",
    /// Amazon VPC User Guide.
    #[test]
    fn a_subnet_has_one_table_which_is_found_and_replaced() {
        let aws = Aws::new();
        let vpc = aws.vpc("10.0.0.0/16");
        let subnet = aws.subnet(&vpc, "10.0.0.0/24", "eu-west-3a");
        let (one, other) = (table(&aws, &vpc), table(&aws, &vpc));
        let to = |table: &Value| json!({"RouteTableId": table, "SubnetId": subnet});
        let made = aws.ok("ec2", "AssociateRouteTable", to(&one));
        assert_eq!(made["AssociationState"]["State"], "associated");
        let code = aws.code("ec2", "AssociateRouteTable", to(&other));
        assert_eq!(code, "Resource.AlreadyAssociated");
        let gone = json!({"RouteTableId": one});
        assert_eq!(
            aws.code("ec2", "DeleteRouteTable", gone),
            "DependencyViolation"
        );
        let replaced = json!({"AssociationId": made["AssociationId"], "RouteTableId": other});
        let replaced = aws.ok("ec2", "ReplaceRouteTableAssociation", replaced);
        let id = &replaced["NewAssociationId"];
        for (name, value) in [
            ("association.route-table-association-id", id),
            ("association.subnet-id", &subnet),
        ] {
            let filters = json!([{"Name": name, "Values": [value]}]);
            let found = aws.ok("ec2", "DescribeRouteTables", json!({"Filters": filters}));
            assert_eq!(found["RouteTables"][0]["RouteTableId"], other, "{name}");
        }
        let id = json!({"AssociationId": id});
        aws.ok("ec2", "DisassociateRouteTable", id.clone());
        let code = aws.code("ec2", "DisassociateRouteTable", id);
        assert_eq!(code, "InvalidAssociationID.NotFound");
    }

    #[test]
    fn table_and_subnet_are_of_one_vpc() {
        let aws = Aws::new();
        let (one, other) = (aws.vpc("10.0.0.0/16"), aws.vpc("10.1.0.0/16"));
        let subnet = aws.subnet(&other, "10.1.0.0/24", "eu-west-3a");
        let input = json!({"RouteTableId": table(&aws, &one), "SubnetId": subnet});
        let code = aws.code("ec2", "AssociateRouteTable", input);
        assert_eq!(code, "InvalidParameterValue");
    }

    /// You can replace the main route table association; see API_ReplaceRouteTableAssociation.
    #[test]
    fn another_table_becomes_the_main_one() {
        let aws = Aws::new();
        let vpc = aws.vpc("10.0.0.0/16");
        let other = table(&aws, &vpc);
        let main = || {
            let filters = json!([
                {"Name": "association.main", "Values": ["true"]},
                {"Name": "vpc-id", "Values": [vpc]},
            ]);
            let found = aws.ok("ec2", "DescribeRouteTables", json!({"Filters": filters}));
            found["RouteTables"][0].clone()
        };
        let association = main()["Associations"][0]["RouteTableAssociationId"].clone();
        let away = json!({"AssociationId": association});
        let code = aws.code("ec2", "DisassociateRouteTable", away);
        assert_eq!(code, "InvalidParameterValue");
        let replaced = json!({"AssociationId": association, "RouteTableId": other});
        aws.ok("ec2", "ReplaceRouteTableAssociation", replaced);
        assert_eq!(main()["RouteTableId"], other);
    }

    #[test]
    fn an_association_goes_with_its_subnet() {
        let aws = Aws::new();
        let vpc = aws.vpc("10.0.0.0/16");
        let subnet = aws.subnet(&vpc, "10.0.0.0/24", "eu-west-3a");
        let table = table(&aws, &vpc);
        let input = json!({"RouteTableId": table, "SubnetId": subnet});
        aws.ok("ec2", "AssociateRouteTable", input);
        aws.ok("ec2", "DeleteSubnet", json!({"SubnetId": subnet}));
        aws.ok("ec2", "DeleteRouteTable", json!({"RouteTableId": table}));
    }
}
