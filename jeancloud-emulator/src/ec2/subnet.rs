//! Subnets.

use serde_json::{Value, json};

use super::{
    cidr::Cidr,
    cidr_block,
    common::{self, Listing},
    network_acl,
    network_interface::NetworkInterface,
    route_table_association,
    vpc::{self, Vpc},
    zone,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

/// The first four IP addresses and the last IP address in each subnet CIDR block are not available
/// for your use; see "Subnet sizing for IPv4", Amazon VPC User Guide.
const RESERVED: u64 = 5;

resource! {
    /// A subnet.
    pub(crate) struct Subnet: "ec2/subnet" in Region {
        /// Its first address, by which its neighbours are found.
        first: u32,
    }
    found by |subnet: &Subnet| {
        let vpc = subnet.view.text("VpcId");
        let mut keys = vec![address_key(vpc, subnet.first)];
        if !subnet.view.items("Ipv6CidrBlockAssociationSet").is_empty() {
            keys.push(ipv6_key(vpc));
        }
        keys
    }
}

/// CreateSubnet.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let vpc = input.text("VpcId");
    let Some(block) = input.some_text("CidrBlock") else {
        let message = "The request must contain the parameter cidrBlock";
        return Err(AwsError::new("MissingParameter", message));
    };
    let block = Cidr::parse("cidrBlock", block)?;
    let blocks = vpc_blocks(call, vpc)?;
    let sized = (16..=28).contains(&block.prefix);
    if !sized || !blocks.iter().any(|vpc| vpc.contains(block)) {
        let message = format!("The CIDR '{block}' is invalid.");
        return Err(AwsError::new("InvalidSubnet.Range", message));
    }
    if conflicts(call, vpc, block) {
        let message = format!("The CIDR '{block}' conflicts with another subnet");
        return Err(AwsError::new("InvalidSubnet.Conflict", message));
    }
    let zone = zone_of(call, input)?;
    let tags = common::tags_at_creation(input, "subnet")?;
    let ipv6 = match input.some_text("Ipv6CidrBlock") {
        Some(block) => vec![cidr_block::subnets_block(call, vpc, block)?],
        None => Vec::new(),
    };
    let id = call.id("subnet");
    let view = json!({
        "AssignIpv6AddressOnCreation": false,
        "AvailabilityZone": zone,
        "AvailabilityZoneId": zone::id(&zone),
        "AvailableIpAddressCount": block.size() - RESERVED,
        "CidrBlock": block.to_string(),
        "DefaultForAz": false,
        "EnableDns64": false,
        "Ipv6CidrBlockAssociationSet": ipv6,
        "Ipv6Native": false,
        "MapCustomerOwnedIpOnLaunch": false,
        "MapPublicIpOnLaunch": false,
        "OwnerId": call.account,
        "PrivateDnsNameOptionsOnLaunch": {
            "EnableResourceNameDnsAAAARecord": false,
            "EnableResourceNameDnsARecord": false,
            "HostnameType": "ip-name",
        },
        "State": "available",
        "SubnetArn": call.arn("ec2", &format!("subnet/{id}")),
        "SubnetId": id,
        "Tags": tags,
        "VpcId": vpc,
    });
    let subnet = Subnet {
        view: view.clone(),
        first: block.first(),
    };
    call.insert(id.clone(), subnet);
    network_acl::associate_default(call, vpc, &id);
    Ok(json!({"Subnet": view}))
}

/// DescribeSubnets.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let listing = Listing {
        filters: &[("cidr", "CidrBlock"), ("cidrBlock", "CidrBlock")],
        ..Listing::of("Subnet", "SubnetIds", not_found)
    };
    common::describe::<Subnet>(call, input, &listing)
}

/// ModifySubnetAttribute.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html>
pub(super) fn modify(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("SubnetId");
    let mut subnet = call
        .table_mut::<Subnet>()
        .get_mut(id)
        .ok_or_else(|| not_found(id))?;
    let view = &mut subnet.view;
    for name in [
        "AssignIpv6AddressOnCreation",
        "EnableDns64",
        "MapPublicIpOnLaunch",
    ] {
        if let Some(value) = input.at(name) {
            view[name] = value.flag("Value").into();
        }
    }
    let options = &mut view["PrivateDnsNameOptionsOnLaunch"];
    for (name, option) in [
        (
            "EnableResourceNameDnsARecordOnLaunch",
            "EnableResourceNameDnsARecord",
        ),
        (
            "EnableResourceNameDnsAAAARecordOnLaunch",
            "EnableResourceNameDnsAAAARecord",
        ),
    ] {
        if let Some(value) = input.at(name) {
            options[option] = value.flag("Value").into();
        }
    }
    if let Some(kind) = input.at("PrivateDnsHostnameTypeOnLaunch") {
        options["HostnameType"] = kind.clone();
    }
    common::done()
}

/// DeleteSubnet: not while a network interface is in it. What associates it with a route table or
/// an ACL goes with it.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("SubnetId");
    if !call.table::<Subnet>().contains(id) {
        return Err(not_found(id));
    }
    if call.table::<NetworkInterface>().any_with(id) {
        return Err(common::dependency("subnet", id));
    }
    network_acl::forget_subnet(call, id);
    route_table_association::forget(call, id);
    call.table_mut::<Subnet>().remove(id);
    common::done()
}

pub(super) fn not_found(id: &str) -> AwsError {
    common::not_found("InvalidSubnetID", "subnet", id)
}

fn vpc_blocks(call: &Call<'_>, vpc: &str) -> Result<Vec<Cidr>, AwsError> {
    let found = call.get::<Vpc>(vpc).ok_or_else(|| vpc::not_found(vpc))?;
    let blocks = found.view.items("CidrBlockAssociationSet").iter();
    let blocks = blocks.map(|it| Cidr::parse("cidrBlock", it.text("CidrBlock")));
    blocks.collect()
}

/// Subnets of a VPC don't overlap, so only the last that begins before the block's end can reach
/// into it.
pub(super) fn conflicts(call: &Call<'_>, vpc: &str, block: Cidr) -> bool {
    let from = address_key(vpc, 0);
    let to = address_key(vpc, block.last());
    let before = call.table::<Subnet>().last_between(&from, &to);
    before.is_some_and(|(_, subnet)| {
        Cidr::parse("cidrBlock", subnet.view.text("CidrBlock")).is_ok_and(|it| it.overlaps(block))
    })
}

/// By what the subnets of a VPC that have IPv6 blocks are found.
pub(super) fn ipv6_key(vpc: &str) -> String {
    format!("ipv6={vpc}")
}

fn address_key(vpc: &str, first: u32) -> String {
    format!("{vpc}/{first:08x}")
}

/// The zone that the input names, or any.
fn zone_of(call: &mut Call<'_>, input: &Value) -> Result<String, AwsError> {
    let mut zones = zone::names(&call.region);
    let wanted = |zone: &String| match input.some_text("AvailabilityZoneId") {
        Some(id) => zone::id(zone) == id,
        None => input
            .some_text("AvailabilityZone")
            .is_none_or(|name| zone == name),
    };
    if let Some(found) = zones.iter().position(wanted) {
        return Ok(zones.swap_remove(found));
    }
    let name = input.some_text("AvailabilityZone");
    let name = name.unwrap_or_else(|| input.text("AvailabilityZoneId"));
    let message = format!(
        "Value ({name}) for parameter availabilityZone is invalid. Subnets can currently only be \
         created in the following availability zones: {}.",
        zones.join(", ")
    );
    Err(AwsError::new("InvalidParameterValue", message))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn vpc(aws: &Aws) -> Value {
        let vpc = aws.ok("ec2", "CreateVpc", json!({"CidrBlock": "10.0.0.0/16"}));
        vpc["Vpc"]["VpcId"].clone()
    }

    fn subnet(vpc: &Value, block: &str) -> Value {
        json!({"VpcId": vpc, "CidrBlock": block, "AvailabilityZone": "eu-west-3b"})
    }

    #[test]
    fn a_subnet_comes_back_as_it_was_made() {
        let aws = Aws::new();
        let made = aws.ok("ec2", "CreateSubnet", subnet(&vpc(&aws), "10.0.1.0/24"));
        let made = &made["Subnet"];
        assert_eq!(made["AvailabilityZone"], "eu-west-3b");
        assert_eq!(made["AvailableIpAddressCount"], 251);
        let told = aws.ok(
            "ec2",
            "DescribeSubnets",
            json!({"SubnetIds": [made["SubnetId"]]}),
        );
        assert_eq!(&told["Subnets"][0], made);
    }

    /// The subnet must be a subset of the VPC's CIDR block, between a /28 netmask and a /16
    /// netmask; see "Subnet CIDR blocks", Amazon VPC User Guide.
    #[test]
    fn a_block_lies_inside_its_vpc_and_is_sized() {
        let aws = Aws::new();
        let vpc = vpc(&aws);
        for block in ["10.1.0.0/24", "10.0.0.0/29", "10.0.0.0/8"] {
            let code = aws.code("ec2", "CreateSubnet", subnet(&vpc, block));
            assert_eq!(code, "InvalidSubnet.Range", "{block}");
        }
    }

    /// The CIDR blocks of the subnets can't overlap; see the same.
    #[test]
    fn blocks_do_not_overlap() {
        let aws = Aws::new();
        let vpc = vpc(&aws);
        aws.ok("ec2", "CreateSubnet", subnet(&vpc, "10.0.1.0/24"));
        for block in ["10.0.1.0/24", "10.0.0.0/22", "10.0.1.128/25"] {
            let code = aws.code("ec2", "CreateSubnet", subnet(&vpc, block));
            assert_eq!(code, "InvalidSubnet.Conflict", "{block}");
        }
        for block in ["10.0.0.0/24", "10.0.2.0/24"] {
            aws.ok("ec2", "CreateSubnet", subnet(&vpc, block));
        }
    }

    #[test]
    fn vpc_and_zone_have_to_exist() {
        let aws = Aws::new();
        let code = aws.code(
            "ec2",
            "CreateSubnet",
            subnet(&json!("vpc-0"), "10.0.1.0/24"),
        );
        assert_eq!(code, "InvalidVpcID.NotFound");
        let mut elsewhere = subnet(&vpc(&aws), "10.0.1.0/24");
        elsewhere["AvailabilityZone"] = "us-east-1a".into();
        assert_eq!(
            aws.code("ec2", "CreateSubnet", elsewhere),
            "InvalidParameterValue"
        );
    }

    #[test]
    fn attributes_are_set() {
        let aws = Aws::new();
        let made = aws.ok("ec2", "CreateSubnet", subnet(&vpc(&aws), "10.0.1.0/24"));
        let id = &made["Subnet"]["SubnetId"];
        let on = json!({"SubnetId": id, "MapPublicIpOnLaunch": {"Value": true}});
        aws.ok("ec2", "ModifySubnetAttribute", on);
        let told = aws.ok("ec2", "DescribeSubnets", json!({}));
        assert_eq!(told["Subnets"][0]["MapPublicIpOnLaunch"], true);
    }
}
