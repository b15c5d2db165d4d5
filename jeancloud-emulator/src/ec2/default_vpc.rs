//! Default VPCs: what every region of an account begins with.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    internet_gateway, route,
    route_table::RouteTable,
    subnet::{self, Subnet},
    vpc::{self, Vpc},
    zone,
};
use crate::{
    call::Call,
    error::Outcome,
    fields::Fields,
    services,
    world::{PlaceKey, Time, World, resource},
};

resource! {
    /// That a region has begun, and with what: a default VPC that was deleted does not come back.
    pub(crate) struct Beginning: "ec2/beginning" in Region {
        given: BTreeSet<String>,
    }
}

/// The only id in the table of beginnings.
const REGION: &str = "region";

/// "Creates a default VPC with a size /16 IPv4 CIDR block", API_CreateDefaultVpc, whose example has
/// this one, as everybody's default VPC.
const BLOCK: &str = "172.31.0.0/16";
/// "Creates a default subnet with a size /20 IPv4 CIDR block", API_CreateDefaultSubnet: so many
/// addresses.
const SUBNET: usize = 1 << 12;

/// Gives a region its default VPC when it is first asked for anything.
///
/// Every account has one in each region from its beginning: with a public subnet in each zone, an
/// internet gateway, and names for machines.
///
/// <https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html>
pub(super) fn begin(call: &mut Call<'_>) {
    if !call.begins_with_default_vpcs() || call.table::<Beginning>().contains(REGION) {
        return;
    }
    // It is older than whatever is asked now, so nobody has to wait for it.
    let now = std::mem::replace(&mut call.now, Time(0));
    let made = make(call);
    call.now = now;
    debug_assert!(made.is_ok(), "{made:?}");
    let kinds = services::named("ec2").kinds.iter().map(|kind| kind.name);
    let given = kinds.flat_map(|kind| call.ids_of(kind)).collect();
    let view = json!({});
    call.insert(REGION, Beginning { view, given });
}

/// What AWS does: "Default VPC components".
///
/// <https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html>
fn make(call: &mut Call<'_>) -> Outcome {
    let made = vpc::create(call, &json!({"CidrBlock": BLOCK}))?;
    let vpc = &made["Vpc"]["VpcId"];
    if let Some(mut vpc) = call.table_mut::<Vpc>().get_mut(made["Vpc"].text("VpcId")) {
        vpc.dns_hostnames = true;
        vpc.view["IsDefault"] = true.into();
        vpc.view["State"] = "available".into();
    }
    let region = call.region.clone();
    for (at, zone) in zone::names(&region).iter().enumerate() {
        make_subnet(call, vpc, zone, at)?;
    }
    let made = internet_gateway::create(call, &json!({}))?;
    let gateway = &made["InternetGateway"]["InternetGatewayId"];
    let pair = json!({"InternetGatewayId": gateway, "VpcId": vpc});
    internet_gateway::attach(call, &pair)?;
    let main = call.table::<RouteTable>().iter().next();
    let route = json!({
        "RouteTableId": main.map(|(id, _)| id),
        "DestinationCidrBlock": "0.0.0.0/0",
        "GatewayId": gateway,
    });
    route::create(call, &route)
}

fn make_subnet(call: &mut Call<'_>, vpc: &Value, zone: &str, at: usize) -> Outcome {
    let third = at * SUBNET / 256;
    let input = json!({
        "VpcId": vpc,
        "CidrBlock": format!("172.31.{third}.0/20"),
        "AvailabilityZone": zone,
    });
    let made = subnet::create(call, &input)?;
    let id = made["Subnet"].text("SubnetId");
    if let Some(mut subnet) = call.table_mut::<Subnet>().get_mut(id) {
        subnet.view["DefaultForAz"] = true.into();
        subnet.view["MapPublicIpOnLaunch"] = true.into();
    }
    Ok(made)
}

/// The default VPC of the region, if it is still there.
pub(super) fn of(call: &Call<'_>) -> Option<String> {
    let vpcs = call.table::<Vpc>().with(IS_DEFAULT);
    vpcs.map(|(id, _)| id.to_owned()).next()
}

/// By what a default VPC is found.
pub(super) const IS_DEFAULT: &str = "is-default";

/// What AWS itself put into every region, and the notes about it.
pub(crate) fn given(world: &World) -> BTreeSet<(PlaceKey, String)> {
    let beginnings = world.all::<Beginning>();
    beginnings
        .flat_map(|(place, note, beginning)| {
            let ids = beginning.given.iter().map(String::as_str);
            ids.chain([note])
                .map(|id| (place.clone(), id.to_owned()))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{Emulator, testing::Aws};

    fn aws() -> Aws {
        Aws::of(Emulator::new().client())
    }

    fn list(aws: &Aws, operation: &str, member: &str) -> Vec<Value> {
        let told = aws.ok("ec2", operation, json!({}));
        told[member].as_array().unwrap().clone()
    }

    /// "Default VPC components", Amazon VPC User Guide.
    #[test]
    fn every_region_begins_with_a_default_vpc() {
        let paris = aws();
        for (aws, zones) in [(&paris, 3), (&paris.in_region("us-east-1"), 6)] {
            let vpcs = list(aws, "DescribeVpcs", "Vpcs");
            let [vpc] = &vpcs[..] else { panic!("{vpcs:?}") };
            assert_eq!(
                (&vpc["IsDefault"], &vpc["CidrBlock"], &vpc["State"]),
                (&true.into(), &"172.31.0.0/16".into(), &"available".into())
            );
            let subnets = list(aws, "DescribeSubnets", "Subnets");
            assert_eq!(subnets.len(), zones);
            for subnet in &subnets {
                assert_eq!(subnet["DefaultForAz"], true);
                assert_eq!(subnet["MapPublicIpOnLaunch"], true);
                assert!(subnet["CidrBlock"].as_str().unwrap().ends_with("/20"));
            }
            let gateways = list(aws, "DescribeInternetGateways", "InternetGateways");
            assert_eq!(gateways[0]["Attachments"][0]["VpcId"], vpc["VpcId"]);
            let tables = list(aws, "DescribeRouteTables", "RouteTables");
            assert_eq!(tables.len(), 1);
            let out = &tables[0]["Routes"][1];
            assert_eq!(out["DestinationCidrBlock"], "0.0.0.0/0");
            assert_eq!(out["GatewayId"], gateways[0]["InternetGatewayId"]);
            assert_eq!(list(aws, "DescribeNetworkAcls", "NetworkAcls").len(), 1);
            let groups = list(aws, "DescribeSecurityGroups", "SecurityGroups");
            assert_eq!(groups[0]["GroupName"], "default");
            let names = json!({"VpcId": vpc["VpcId"], "Attribute": "enableDnsHostnames"});
            let names = aws.ok("ec2", "DescribeVpcAttribute", names);
            assert_eq!(names["EnableDnsHostnames"]["Value"], true);
        }
    }

    #[test]
    fn what_came_with_the_account_is_no_part_of_the_inventory() {
        let aws = aws();
        list(&aws, "DescribeVpcs", "Vpcs");
        let emulator = aws.emulator();
        assert_eq!(emulator.inventory(), []);
        let kinds = |kind: &str| {
            let all = emulator.everything().into_iter();
            all.filter(|item| item.kind == kind).count()
        };
        assert_eq!((kinds("ec2/vpc"), kinds("ec2/subnet")), (1, 3));
        assert_eq!(kinds("ec2/beginning"), 0, "AWS knows no such thing");
        let default = list(&aws, "DescribeVpcs", "Vpcs")[0]["VpcId"].clone();
        aws.group(&default, "mine");
        let mine = emulator.inventory();
        assert_eq!(
            mine.iter().map(|it| it.kind.as_str()).collect::<Vec<_>>(),
            ["ec2/security-group", "ec2/security-group-rule"]
        );
    }

    /// "If you deleted your previous default VPC, you can create a default VPC", API_CreateDefaultVpc:
    /// none comes back by itself.
    #[test]
    fn a_default_vpc_that_was_deleted_stays_away() {
        let aws = aws();
        let vpc = list(&aws, "DescribeVpcs", "Vpcs")[0]["VpcId"].clone();
        let gateways = list(&aws, "DescribeInternetGateways", "InternetGateways");
        let pair = json!({"InternetGatewayId": gateways[0]["InternetGatewayId"], "VpcId": vpc});
        aws.ok("ec2", "DetachInternetGateway", pair);
        for subnet in list(&aws, "DescribeSubnets", "Subnets") {
            aws.ok(
                "ec2",
                "DeleteSubnet",
                json!({"SubnetId": subnet["SubnetId"]}),
            );
        }
        aws.ok("ec2", "DeleteVpc", json!({"VpcId": vpc}));
        let snapshot = aws.emulator().snapshot();
        for _ in 0..2 {
            assert_eq!(list(&aws, "DescribeVpcs", "Vpcs"), Vec::<Value>::new());
            aws.emulator().restore(&snapshot);
        }
        aws.emulator().reset();
        assert_eq!(list(&aws, "DescribeVpcs", "Vpcs").len(), 1);
    }

    /// "The ID of the VPC. Required for a nondefault VPC", API_CreateSecurityGroup; "default-vpc: The
    /// ID of the default VPC for your account, or none", API_DescribeAccountAttributes.
    #[test]
    fn a_group_without_a_vpc_is_the_default_ones() {
        let aws = aws();
        let vpc = list(&aws, "DescribeVpcs", "Vpcs")[0]["VpcId"].clone();
        let group = json!({"GroupName": "web", "Description": "for a test"});
        let group = aws.ok("ec2", "CreateSecurityGroup", group);
        let told = json!({"GroupIds": [group["GroupId"]]});
        let told = aws.ok("ec2", "DescribeSecurityGroups", told);
        assert_eq!(told["SecurityGroups"][0]["VpcId"], vpc);
        let attribute = json!({"AttributeNames": ["default-vpc"]});
        let attribute = aws.ok("ec2", "DescribeAccountAttributes", attribute);
        let value = &attribute["AccountAttributes"][0]["AttributeValues"][0]["AttributeValue"];
        assert_eq!(value, &vpc);
    }

    /// An account whose default VPCs were deleted long ago.
    #[test]
    fn an_emulator_may_begin_without_any() {
        let empty = Emulator::builder().default_vpcs(false).build();
        let aws = Aws::of(empty.client());
        assert_eq!(list(&aws, "DescribeVpcs", "Vpcs"), Vec::<Value>::new());
        let group = json!({"GroupName": "web", "Description": "for a test"});
        let code = aws.code("ec2", "CreateSecurityGroup", group);
        assert_eq!(code, "VPCIdNotSpecified");
    }
}
