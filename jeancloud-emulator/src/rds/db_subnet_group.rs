//! DB subnet groups.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{common, db_instance::DbInstance};
use crate::{
    call::Call,
    ec2::{network_interface::NetworkInterface, subnet::Subnet},
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

resource! {
    /// A DB subnet group, by its name in small letters.
    pub(crate) struct DbSubnetGroup: "rds/db-subnet-group" in Region {
        tags: Vec<Value>,
    }
}

/// CreateDBSubnetGroup.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("DBSubnetGroupName").to_ascii_lowercase();
    let fits = |it: u8| it.is_ascii_alphanumeric() || b"._ -".contains(&it);
    if name.is_empty() || name == "default" || name.len() > 255 || !name.bytes().all(fits) {
        return Err(common::invalid(
            "The parameter DBSubnetGroupName is not a valid identifier: it must contain no more \
             than 255 letters, digits, periods, underscores, spaces or hyphens, and must not be \
             \"default\".",
        ));
    }
    if call.table::<DbSubnetGroup>().contains(&name) {
        let message = format!("The DB subnet group '{name}' already exists.");
        return Err(AwsError::new("DBSubnetGroupAlreadyExists", message));
    }
    let (vpc, subnets) = covered(call, input)?;
    let view = json!({
        "DBSubnetGroupArn": call.arn("rds", &format!("subgrp:{name}")),
        "DBSubnetGroupDescription": input.text("DBSubnetGroupDescription"),
        "DBSubnetGroupName": name,
        "SubnetGroupStatus": "Complete",
        "Subnets": subnets,
        "SupportedNetworkTypes": ["IPV4"],
        "VpcId": vpc,
    });
    let tags = input.items("Tags").to_vec();
    call.insert(
        name,
        DbSubnetGroup {
            view: view.clone(),
            tags,
        },
    );
    Ok(json!({"DBSubnetGroup": view}))
}

/// DescribeDBSubnetGroups.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBSubnetGroups.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input
        .some_text("DBSubnetGroupName")
        .map(str::to_ascii_lowercase);
    if let Some(name) = &name {
        find(call, name)?;
    }
    let groups = call.table::<DbSubnetGroup>().iter();
    let groups = groups.filter(|(id, _)| name.as_ref().is_none_or(|name| name == id));
    let rows = groups.map(|(id, group)| (id.to_owned(), group.view.clone()));
    common::page(call, input, rows)
}

/// ModifyDBSubnetGroup.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSubnetGroup.html>
pub(super) fn modify(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("DBSubnetGroupName").to_ascii_lowercase();
    let old = find(call, &name)?.view["VpcId"].clone();
    let (vpc, subnets) = covered(call, input)?;
    let used = call.table::<DbInstance>().any_with(&group_key(&name));
    if used && old != vpc {
        let message = "The new Subnets are not in the same Vpc as the existing subnet group";
        return Err(AwsError::new("InvalidSubnet", message));
    }
    check_inhabited(call, &name, &subnets)?;
    let Some(mut group) = call.table_mut::<DbSubnetGroup>().get_mut(&name) else {
        return Err(not_found(&name));
    };
    group.view["Subnets"] = subnets;
    group.view["VpcId"] = vpc;
    group.view.take_over(input, &["DBSubnetGroupDescription"]);
    Ok(json!({"DBSubnetGroup": group.view}))
}

/// A group keeps the subnets that its instances are in.
fn check_inhabited(call: &Call<'_>, name: &str, subnets: &Value) -> Result<(), AwsError> {
    let instances = call.table::<DbInstance>().with(&group_key(name));
    for (_, instance) in instances {
        let interface = call.get::<NetworkInterface>(&instance.interface);
        let Some(home) = interface.map(|interface| interface.view.text("SubnetId")) else {
            continue;
        };
        let mut left = subnets.as_array().into_iter().flatten();
        if !left.any(|subnet| subnet.text("SubnetIdentifier") == home) {
            let message =
                format!("Some of the subnets to be deleted are currently in use: {home}.");
            return Err(AwsError::new("SubnetAlreadyInUse", message));
        }
    }
    Ok(())
}

/// DeleteDBSubnetGroup: not one that a database is in.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSubnetGroup.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("DBSubnetGroupName").to_ascii_lowercase();
    find(call, &name)?;
    if let Some((id, _)) = call.table::<DbInstance>().with(&group_key(&name)).next() {
        let message = format!(
            "Cannot delete the subnet group '{name}' because at least one database instance: {id} \
             is still using it."
        );
        return Err(AwsError::new("InvalidDBSubnetGroupStateFault", message));
    }
    call.table_mut::<DbSubnetGroup>().remove(&name);
    Ok(json!({}))
}

pub(super) fn find<'c>(call: &'c Call<'_>, name: &str) -> Result<&'c DbSubnetGroup, AwsError> {
    call.get::<DbSubnetGroup>(name)
        .ok_or_else(|| not_found(name))
}

/// What instances of a group are found by.
pub(super) fn group_key(name: &str) -> String {
    format!("subnet-group/{name}")
}

fn not_found(name: &str) -> AwsError {
    let message = format!("DB subnet group '{name}' does not exist.");
    AwsError::new("DBSubnetGroupNotFoundFault", message)
}

/// The VPC and the subnets that the input names: they lie in at least two zones.
fn covered(call: &Call<'_>, input: &Value) -> Result<(Value, Value), AwsError> {
    let (mut vpcs, mut zones, mut subnets) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for id in input.texts("SubnetIds") {
        let Some(subnet) = call.get::<Subnet>(id) else {
            let message = format!("Some input subnets in :[{id}] are invalid.");
            return Err(AwsError::new("InvalidSubnet", message));
        };
        let zone = subnet.view.text("AvailabilityZone");
        vpcs.insert(subnet.view.text("VpcId"));
        zones.insert(zone);
        subnets.push(json!({
            "SubnetAvailabilityZone": {"Name": zone},
            "SubnetIdentifier": id,
            "SubnetOutpost": {},
            "SubnetStatus": "Active",
        }));
    }
    if vpcs.len() > 1 {
        let message = "The subnets are not all in the same VPC.";
        return Err(AwsError::new("InvalidSubnet", message));
    }
    if zones.len() < 2 {
        let covered: Vec<&str> = zones.into_iter().collect();
        let message = format!(
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current \
             AZ coverage: {}. Add subnets to cover at least 2 AZs.",
            covered.join(", ")
        );
        return Err(AwsError::new("DBSubnetGroupDoesNotCoverEnoughAZs", message));
    }
    Ok((json!(vpcs.first()), subnets.into()))
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    /// A group called `Main` with subnets in two zones.
    pub(in crate::rds) fn with_group(aws: &Aws) -> Value {
        let vpc = aws.ok("ec2", "CreateVpc", json!({"CidrBlock": "10.0.0.0/16"}));
        let subnet = |zone: &str, block: &str| {
            let subnet = json!({
                "VpcId": vpc["Vpc"]["VpcId"],
                "CidrBlock": block,
                "AvailabilityZone": format!("{}{zone}", "eu-west-3"),
            });
            aws.ok("ec2", "CreateSubnet", subnet)["Subnet"]["SubnetId"].clone()
        };
        let subnets = [subnet("a", "10.0.0.0/24"), subnet("b", "10.0.1.0/24")];
        let group = json!({
            "DBSubnetGroupName": "Main",
            "DBSubnetGroupDescription": "all",
            "SubnetIds": subnets,
        });
        aws.ok("rds", "CreateDBSubnetGroup", group)["DBSubnetGroup"].clone()
    }

    /// "stored as a lowercase string", API_CreateDBSubnetGroup.
    #[test]
    fn a_group_is_told_in_small_letters() {
        let aws = Aws::new();
        let made = with_group(&aws);
        assert_eq!(made["DBSubnetGroupName"], "main");
        let arn = "arn:aws:rds:eu-west-3:123456789012:subgrp:main";
        assert_eq!(made["DBSubnetGroupArn"], arn);
        let named = json!({"DBSubnetGroupName": "MAIN"});
        let told = aws.ok("rds", "DescribeDBSubnetGroups", named.clone());
        assert_eq!(told["DBSubnetGroups"], json!([made]));
        let again = json!({
            "DBSubnetGroupName": "main", "DBSubnetGroupDescription": "", "SubnetIds": ["subnet-0"],
        });
        let code = aws.code("rds", "CreateDBSubnetGroup", again);
        assert_eq!(code, "DBSubnetGroupAlreadyExists");
        aws.ok("rds", "DeleteDBSubnetGroup", named.clone());
        let gone = aws.refused("rds", "DescribeDBSubnetGroups", named);
        assert_eq!(
            (gone.status, gone.code.as_str()),
            (404, "DBSubnetGroupNotFoundFault")
        );
    }

    /// "at least one subnet in at least two AZs", API_CreateDBSubnetGroup.
    #[test]
    fn a_group_covers_two_zones() {
        let aws = Aws::new();
        let made = with_group(&aws);
        let one = &made["Subnets"][0]["SubnetIdentifier"];
        let group = json!({
            "DBSubnetGroupName": "one", "DBSubnetGroupDescription": "", "SubnetIds": [one],
        });
        let refusal = aws.refused("rds", "CreateDBSubnetGroup", group);
        assert_eq!(refusal.code, "DBSubnetGroupDoesNotCoverEnoughAZs");
        let absent = json!({"DBSubnetGroupName": "main", "SubnetIds": ["subnet-0"]});
        assert_eq!(
            aws.code("rds", "ModifyDBSubnetGroup", absent),
            "InvalidSubnet"
        );
    }
}
