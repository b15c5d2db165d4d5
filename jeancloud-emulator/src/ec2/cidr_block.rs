//! More blocks of VPCs and subnets, which come and go.

use serde_json::{Value, json};

use super::{
    cidr::Cidr,
    cidr6::Cidr6,
    common, route_table,
    subnet::{self, Subnet},
    vpc::{self, Vpc},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::Resource,
};

/// IPv4 CIDR blocks per VPC: 5; see "Amazon VPC quotas".
const PER_VPC: usize = 5;

const IPV4: &str = "CidrBlockAssociationSet";
const IPV6: &str = "Ipv6CidrBlockAssociationSet";

/// AssociateVpcCidrBlock: an IPv4 block of one's own choice, or an IPv6 block of AWS's.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateVpcCidrBlock.html>
pub(super) fn associate_vpc(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("VpcId");
    let vpc = call.get::<Vpc>(id).ok_or_else(|| vpc::not_found(id))?;
    if let Some(block) = input.some_text("CidrBlock") {
        let block = Cidr::parse("cidrBlock", block)?;
        check_ipv4(&vpc.view, block)?;
        let association = json!({
            "AssociationId": call.id("vpc-cidr-assoc"),
            "CidrBlock": block.to_string(),
            "CidrBlockState": {"State": "associated"},
        });
        add::<Vpc>(call, id, IPV4, &association);
        route_table::follow_blocks(call, id);
        let shown = with_state(association, "CidrBlockState", "associating");
        return Ok(json!({"CidrBlockAssociation": shown, "VpcId": id}));
    }
    if !input.flag("AmazonProvidedIpv6CidrBlock") {
        return Err(common::missing("cidrBlock or amazonProvidedIpv6CidrBlock"));
    }
    let association = amazons_block(call);
    add::<Vpc>(call, id, IPV6, &association);
    route_table::follow_blocks(call, id);
    let shown = with_state(association, "Ipv6CidrBlockState", "associating");
    Ok(json!({"Ipv6CidrBlockAssociation": shown, "VpcId": id}))
}

/// An association with a block out of AWS's: an IPv6 CIDR block of /56; see "VPC CIDR blocks".
pub(super) fn amazons_block(call: &mut Call<'_>) -> Value {
    let mut draw = call.draw("ipv6 block");
    let (high, low) = (draw.below(1 << 16), draw.below(1 << 8));
    let address = 0x2a05_d012_u128 << 96 | u128::from(high) << 80 | u128::from(low) << 72;
    json!({
        "AssociationId": call.id("vpc-cidr-assoc"),
        "Ipv6CidrBlock": Cidr6::new(address, 56).to_string(),
        "Ipv6CidrBlockState": {"State": "associated"},
        "Ipv6Pool": "Amazon",
        "NetworkBorderGroup": call.region,
    })
}

fn check_ipv4(vpc: &Value, block: Cidr) -> Result<(), AwsError> {
    if !(16..=28).contains(&block.prefix) {
        let message = format!("The CIDR '{block}' is invalid.");
        return Err(AwsError::new("InvalidVpc.Range", message));
    }
    let there = vpc.items(IPV4);
    for it in there {
        let other = Cidr::parse("cidrBlock", it.text("CidrBlock"))?;
        if other.overlaps(block) {
            let message = format!("The CIDR '{block}' overlaps with {other} of the VPC.");
            return Err(common::invalid(message));
        }
    }
    if there.len() >= PER_VPC {
        let message = format!(
            "This network '{}' has met its maximum number of allowed CIDRs: {PER_VPC}",
            vpc.text("VpcId")
        );
        return Err(AwsError::new("CidrLimitExceeded", message));
    }
    Ok(())
}

/// DisassociateVpcCidrBlock: neither the first block, nor one with subnets in it.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateVpcCidrBlock.html>
pub(super) fn disassociate_vpc(call: &mut Call<'_>, input: &Value) -> Outcome {
    let association = input.text("AssociationId");
    let found = call.table::<Vpc>().with(association).next();
    let Some((id, vpc)) = found else {
        let message = format!("The vpc CIDR block association ID '{association}' does not exist");
        return Err(AwsError::new(
            "InvalidVpcCidrBlockAssociationID.NotFound",
            message,
        ));
    };
    let (id, view) = (id.to_owned(), &vpc.view);
    if view[IPV4][0].text("AssociationId") == association {
        let message = format!(
            "The vpc CIDR block with association ID {association} may not be disassociated. It is \
             the primary IPv4 CIDR block of the VPC"
        );
        return Err(AwsError::new("OperationNotPermitted", message));
    }
    let is_it = |it: &&Value| it.text("AssociationId") == association;
    let ipv4 = view.items(IPV4).iter().find(is_it);
    let used = match ipv4 {
        Some(it) => {
            let block = Cidr::parse("cidrBlock", it.text("CidrBlock"))?;
            subnet::conflicts(call, &id, block)
        }
        None => call.table::<Subnet>().any_with(&subnet::ipv6_key(&id)),
    };
    if used {
        let message = format!("The vpc {id} currently has a subnet within the CIDR block");
        return Err(AwsError::new("InvalidCidrBlock.InUse", message));
    }
    let (list, shown, state) = match ipv4 {
        Some(_) => (IPV4, "CidrBlockAssociation", "CidrBlockState"),
        None => (IPV6, "Ipv6CidrBlockAssociation", "Ipv6CidrBlockState"),
    };
    let gone = take::<Vpc>(call, &id, list, association);
    route_table::follow_blocks(call, &id);
    Ok(json!({"VpcId": id, shown: with_state(gone, state, "disassociating")}))
}

/// AssociateSubnetCidrBlock: one IPv6 block, out of the VPC's.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateSubnetCidrBlock.html>
pub(super) fn associate_subnet(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("SubnetId");
    let subnet = call
        .get::<Subnet>(id)
        .ok_or_else(|| subnet::not_found(id))?;
    let Some(block) = input.some_text("Ipv6CidrBlock") else {
        return Err(common::missing("ipv6CidrBlock"));
    };
    if !subnet.view.items(IPV6).is_empty() {
        let message = format!("The subnet {id} has an IPv6 CIDR block already.");
        return Err(common::invalid(message));
    }
    let vpc = subnet.view.text("VpcId").to_owned();
    let association = subnets_block(call, &vpc, block)?;
    add::<Subnet>(call, id, IPV6, &association);
    let shown = with_state(association, "Ipv6CidrBlockState", "associating");
    Ok(json!({"Ipv6CidrBlockAssociation": shown, "SubnetId": id}))
}

/// An association with a block of a subnet's: between /44 and /64 in increments of /4; see "Subnet
/// sizing for IPv6", inside a block of the VPC and of no other subnet.
pub(super) fn subnets_block(call: &mut Call<'_>, vpc: &str, text: &str) -> Result<Value, AwsError> {
    let block = Cidr6::parse("ipv6CidrBlock", text)?;
    let found = call.get::<Vpc>(vpc).ok_or_else(|| vpc::not_found(vpc))?;
    let blocks_of = |view: &Value| -> Vec<Cidr6> {
        let blocks = view.items(IPV6).iter();
        let blocks = blocks.filter_map(|it| Cidr6::parse("", it.text("Ipv6CidrBlock")).ok());
        blocks.collect()
    };
    let sized = (44..=64).contains(&block.prefix) && block.prefix % 4 == 0;
    if !sized || !blocks_of(&found.view).iter().any(|it| it.contains(block)) {
        let message = format!("The CIDR '{block}' is invalid.");
        return Err(AwsError::new("InvalidSubnet.Range", message));
    }
    // Only those with IPv6 blocks carry the key.
    let others = call.table::<Subnet>().with(&subnet::ipv6_key(vpc));
    let mut blocks = others
        .flat_map(|(_, other)| blocks_of(&other.view))
        .collect::<Vec<_>>()
        .into_iter();
    if blocks.any(|it| it.overlaps(block)) {
        let message = format!("The CIDR '{block}' conflicts with another subnet");
        return Err(AwsError::new("InvalidSubnet.Conflict", message));
    }
    Ok(json!({
        "AssociationId": call.id("subnet-cidr-assoc"),
        "Ipv6CidrBlock": block.to_string(),
        "Ipv6CidrBlockState": {"State": "associated"},
    }))
}

/// DisassociateSubnetCidrBlock.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateSubnetCidrBlock.html>
pub(super) fn disassociate_subnet(call: &mut Call<'_>, input: &Value) -> Outcome {
    let association = input.text("AssociationId");
    let found = call.table::<Subnet>().with(association).next();
    let Some(id) = found.map(|(id, _)| id.to_owned()) else {
        let message =
            format!("The subnet CIDR block association ID '{association}' does not exist");
        return Err(AwsError::new(
            "InvalidSubnetCidrBlockAssociationID.NotFound",
            message,
        ));
    };
    let gone = take::<Subnet>(call, &id, IPV6, association);
    let shown = with_state(gone, "Ipv6CidrBlockState", "disassociating");
    Ok(json!({"Ipv6CidrBlockAssociation": shown, "SubnetId": id}))
}

fn add<R: Resource>(call: &mut Call<'_>, id: &str, list: &str, association: &Value) {
    if let Some(mut resource) = call.table_mut::<R>().get_mut(id)
        && let Some(list) = resource.view_mut()[list].as_array_mut()
    {
        list.push(association.clone());
    }
}

/// Removes an association, and answers with it.
fn take<R: Resource>(call: &mut Call<'_>, id: &str, list: &str, association: &str) -> Value {
    let mut gone = json!({});
    if let Some(mut resource) = call.table_mut::<R>().get_mut(id)
        && let Some(list) = resource.view_mut()[list].as_array_mut()
        && let Some(at) = list
            .iter()
            .position(|it| it.text("AssociationId") == association)
    {
        gone = list.remove(at);
    }
    gone
}

fn with_state(mut association: Value, member: &str, state: &str) -> Value {
    association[member] = json!({"State": state});
    association
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn local(aws: &Aws, vpc: &Value) -> usize {
        let tables = aws.found("DescribeRouteTables", "RouteTables", "vpc-id", vpc);
        tables[0]["Routes"].as_array().unwrap().len()
    }

    /// The route is automatically added to your VPC route tables; see "Add or remove a CIDR block";
    /// "You cannot disassociate … the primary CIDR block", API_DisassociateVpcCidrBlock.
    #[test]
    fn a_second_block_comes_with_a_route_and_goes_when_unused() {
        let aws = Aws::new();
        let vpc = aws.vpc("10.0.0.0/16");
        let block = |text: &str| json!({"VpcId": vpc, "CidrBlock": text});
        let overlap = aws.code("ec2", "AssociateVpcCidrBlock", block("10.0.1.0/24"));
        assert_eq!(overlap, "InvalidParameterValue");
        let range = aws.code("ec2", "AssociateVpcCidrBlock", block("10.1.0.0/29"));
        assert_eq!(range, "InvalidVpc.Range");
        let made = aws.ok("ec2", "AssociateVpcCidrBlock", block("10.1.0.0/16"));
        assert_eq!(local(&aws, &vpc), 2);
        let subnet = aws.subnet(&vpc, "10.1.0.0/24", "eu-west-3a");
        let id = json!({"AssociationId": made["CidrBlockAssociation"]["AssociationId"]});
        let code = aws.code("ec2", "DisassociateVpcCidrBlock", id.clone());
        assert_eq!(code, "InvalidCidrBlock.InUse");
        aws.ok("ec2", "DeleteSubnet", json!({"SubnetId": subnet}));
        aws.ok("ec2", "DisassociateVpcCidrBlock", id);
        assert_eq!(local(&aws, &vpc), 1);
        let told = aws.found("DescribeVpcs", "Vpcs", "vpc-id", &vpc);
        let first = &told[0]["CidrBlockAssociationSet"][0]["AssociationId"];
        let code = aws.code(
            "ec2",
            "DisassociateVpcCidrBlock",
            json!({"AssociationId": first}),
        );
        assert_eq!(code, "OperationNotPermitted");
    }

    /// IPv4 CIDR blocks per VPC: 5; see "Amazon VPC quotas".
    #[test]
    fn a_vpc_has_five_blocks() {
        let aws = Aws::new();
        let vpc = aws.vpc("10.0.0.0/16");
        let block = |at: u32| json!({"VpcId": vpc, "CidrBlock": format!("10.{at}.0.0/16")});
        for at in 1..5 {
            aws.ok("ec2", "AssociateVpcCidrBlock", block(at));
        }
        assert_eq!(
            aws.code("ec2", "AssociateVpcCidrBlock", block(5)),
            "CidrLimitExceeded"
        );
    }

    #[test]
    fn a_subnet_has_an_ipv6_block_out_of_its_vpcs() {
        let aws = Aws::new();
        let input = json!({"CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": true});
        let vpc = aws.ok("ec2", "CreateVpc", input)["Vpc"].clone();
        let all = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
            .as_str()
            .unwrap();
        assert_eq!(local(&aws, &vpc["VpcId"]), 2);
        let block = all.replace("/56", "/64");
        let mut input = json!({
            "VpcId": vpc["VpcId"],
            "CidrBlock": "10.0.0.0/24",
            "Ipv6CidrBlock": block,
        });
        let made = aws.ok("ec2", "CreateSubnet", input.clone());
        let of = &made["Subnet"]["Ipv6CidrBlockAssociationSet"][0];
        assert_eq!(of["Ipv6CidrBlock"], block);
        input["CidrBlock"] = "10.0.1.0/24".into();
        let code = aws.code("ec2", "CreateSubnet", input.clone());
        assert_eq!(code, "InvalidSubnet.Conflict");
        input["Ipv6CidrBlock"] = "2001:db8::/64".into();
        assert_eq!(
            aws.code("ec2", "CreateSubnet", input),
            "InvalidSubnet.Range"
        );
        let id = json!({"AssociationId": of["AssociationId"]});
        aws.ok("ec2", "DisassociateSubnetCidrBlock", id.clone());
        let code = aws.code("ec2", "DisassociateSubnetCidrBlock", id);
        assert_eq!(code, "InvalidSubnetCidrBlockAssociationID.NotFound");
        let again = json!({"SubnetId": made["Subnet"]["SubnetId"], "Ipv6CidrBlock": block});
        aws.ok("ec2", "AssociateSubnetCidrBlock", again.clone());
        let code = aws.code("ec2", "AssociateSubnetCidrBlock", again);
        assert_eq!(code, "InvalidParameterValue");
    }
}
