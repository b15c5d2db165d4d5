//! Network ACLs: each VPC's default one, and which subnet has which.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::common::{self, Listing};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

resource! {
    /// A network ACL. Its associations are resources of their own, so that a VPC of many subnets
    /// has no large view that changes with each.
    pub(crate) struct NetworkAcl: "ec2/network-acl" in Region {}
}

resource! {
    /// Which ACL a subnet has.
    pub(crate) struct NetworkAclAssociation: "ec2/network-acl-association" in Region {}
}

/// The rule that nothing else matched. It can't be removed.
const LAST_RULE: u32 = 32767;

/// A new VPC's ACL: By default, it allows all inbound and outbound IPv4 traffic; see "Default
/// network
/// ACL for a VPC".
///
/// <https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html>
pub(super) fn create_default(call: &mut Call<'_>, vpc: &str) {
    let entry = |egress: bool, number: u32, action: &str| {
        json!({
            "CidrBlock": "0.0.0.0/0",
            "Egress": egress,
            "Protocol": "-1",
            "RuleAction": action,
            "RuleNumber": number,
        })
    };
    let id = call.id("acl");
    let view = json!({
        "Entries": [
            entry(true, 100, "allow"),
            entry(true, LAST_RULE, "deny"),
            entry(false, 100, "allow"),
            entry(false, LAST_RULE, "deny"),
        ],
        "IsDefault": true,
        "NetworkAclId": id,
        "OwnerId": call.account,
        "Tags": [],
        "VpcId": vpc,
    });
    call.insert(id, NetworkAcl { view });
}

/// Gives a new subnet its VPC's default ACL: Each subnet in your VPC must be associated with a
/// network ACL.
pub(super) fn associate_default(call: &mut Call<'_>, vpc: &str, subnet: &str) {
    let default = call
        .table::<NetworkAcl>()
        .with(vpc)
        .find(|(_, acl)| acl.view.flag("IsDefault"))
        .map(|(id, _)| id.to_owned());
    if let Some(acl) = default {
        associate(call, &acl, subnet);
    }
}

/// Forgets the association of a subnet that goes.
pub(super) fn forget_subnet(call: &mut Call<'_>, subnet: &str) {
    let associations = call.table::<NetworkAclAssociation>().with(subnet);
    let gone: Vec<String> = associations.map(|(id, _)| id.to_owned()).collect();
    for id in gone {
        call.table_mut::<NetworkAclAssociation>().remove(&id);
    }
}

/// DescribeNetworkAcls.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let listing = Listing {
        filters: &[
            ("default", "IsDefault"),
            ("entry.cidr", "Entries.CidrBlock"),
            ("entry.egress", "Entries.Egress"),
            ("entry.protocol", "Entries.Protocol"),
            ("entry.rule-action", "Entries.RuleAction"),
            ("entry.rule-number", "Entries.RuleNumber"),
            (
                "association.association-id",
                "Associations.NetworkAclAssociationId",
            ),
        ],
        via: Some(|call, id| {
            let table = call.table::<NetworkAclAssociation>();
            let itself = table.get(id).into_iter();
            let found = itself.chain(table.with(id).map(|(_, it)| it));
            found
                .map(|it| it.view.text("NetworkAclId").to_owned())
                .collect()
        }),
        ..Listing::of("NetworkAcl", "NetworkAclIds", not_found)
    };
    common::describe_as::<NetworkAcl>(call, input, &listing, |call, acl| {
        let mut view = acl.view.clone();
        let id = view.text("NetworkAclId").to_owned();
        let associations = call.table::<NetworkAclAssociation>().with(&id);
        view["Associations"] = associations.map(|(_, it)| it.view.clone()).collect();
        Cow::Owned(view)
    })
}

/// ReplaceNetworkAclAssociation: the subnet gets another ACL, and its association another id.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html>
pub(super) fn replace_association(call: &mut Call<'_>, input: &Value) -> Outcome {
    let (association, acl) = (input.text("AssociationId"), input.text("NetworkAclId"));
    let found = call.get::<NetworkAclAssociation>(association);
    let Some(found) = found else {
        let message = format!("The association ID '{association}' does not exist");
        return Err(AwsError::new("InvalidAssociationID.NotFound", message));
    };
    let subnet = found.view.text("SubnetId").to_owned();
    let old = call.get::<NetworkAcl>(found.view.text("NetworkAclId"));
    let new = call.get::<NetworkAcl>(acl).ok_or_else(|| not_found(acl))?;
    if old.is_some_and(|old| old.view["VpcId"] != new.view["VpcId"]) {
        let message = format!("network acl {acl} and subnet {subnet} belong to different networks");
        return Err(common::invalid(message));
    }
    call.table_mut::<NetworkAclAssociation>()
        .remove(association);
    let new = associate(call, acl, &subnet);
    Ok(json!({"NewAssociationId": new}))
}

fn associate(call: &mut Call<'_>, acl: &str, subnet: &str) -> String {
    let id = call.id("aclassoc");
    let view = json!({"NetworkAclAssociationId": id, "NetworkAclId": acl, "SubnetId": subnet});
    call.insert(id.clone(), NetworkAclAssociation { view });
    id
}

fn not_found(id: &str) -> AwsError {
    common::not_found("InvalidNetworkAclID", "networkAcl", id)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    /// Your VPC automatically comes with a modifiable default network ACL; see "Default network ACL
    /// for a VPC", Amazon VPC User Guide.
    #[test]
    fn a_vpc_has_an_acl_that_lets_everything_pass_and_its_subnets_use_it() {
        let aws = Aws::new();
        let vpc = aws.vpc("10.0.0.0/16");
        let subnet = aws.subnet(&vpc, "10.0.0.0/24", "eu-west-3a");
        let default = json!([
            {"Name": "default", "Values": ["true"]},
            {"Name": "vpc-id", "Values": [vpc]},
        ]);
        let acls = aws.ok("ec2", "DescribeNetworkAcls", json!({"Filters": default}));
        let acl = &acls["NetworkAcls"][0];
        assert_eq!(acl["Entries"].as_array().unwrap().len(), 4);
        assert_eq!(acl["Associations"][0]["SubnetId"], subnet);
        let of_subnet = json!([{"Name": "association.subnet-id", "Values": [subnet]}]);
        let found = aws.ok("ec2", "DescribeNetworkAcls", json!({"Filters": of_subnet}));
        assert_eq!(found["NetworkAcls"][0]["NetworkAclId"], acl["NetworkAclId"]);
        let again = json!({
            "AssociationId": acl["Associations"][0]["NetworkAclAssociationId"],
            "NetworkAclId": acl["NetworkAclId"],
        });
        let new = aws.ok("ec2", "ReplaceNetworkAclAssociation", again.clone());
        assert_ne!(new["NewAssociationId"], again["AssociationId"]);
        let code = aws.code("ec2", "ReplaceNetworkAclAssociation", again);
        assert_eq!(code, "InvalidAssociationID.NotFound");
    }
}
