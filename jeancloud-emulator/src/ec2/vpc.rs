//! VPCs.

use serde_json::{Value, json};

use super::{
    cidr::Cidr,
    cidr_block,
    common::{self, Listing},
    default_vpc,
    internet_gateway::InternetGateway,
    network_acl::{self, NetworkAcl},
    route_table::{self, RouteTable},
    route_table_association,
    security_group::{self, SecurityGroup},
    subnet::Subnet,
    vpc_endpoint::VpcEndpoint,
};
use crate::{
    call::Call,
    durations::VPC_AVAILABLE,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Resource, Task, resource},
};

resource! {
    /// A VPC. Its attributes are told by an operation of their own.
    pub(crate) struct Vpc: "ec2/vpc" in Region {
        dns_support: bool,
        dns_hostnames: bool,
        usage_metrics: bool,
    }
    found by |vpc: &Vpc| match vpc.view.flag("IsDefault") {
        true => vec![default_vpc::IS_DEFAULT.to_owned()],
        false => Vec::new(),
    }
}

/// CreateVpc.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let Some(block) = input.some_text("CidrBlock") else {
        let message = "The request must contain the parameter cidrBlock";
        return Err(AwsError::new("MissingParameter", message));
    };
    let block = Cidr::parse("cidrBlock", block)?;
    if !(16..=28).contains(&block.prefix) {
        let message = format!("The CIDR '{block}' is invalid.");
        return Err(AwsError::new("InvalidVpc.Range", message));
    }
    let tags = common::tags_at_creation(input, "vpc")?;
    let ipv6 = input.flag("AmazonProvidedIpv6CidrBlock");
    let ipv6 = ipv6.then(|| cidr_block::amazons_block(call));
    let id = call.id("vpc");
    let view = json!({
        "CidrBlock": block.to_string(),
        "CidrBlockAssociationSet": [{
            "AssociationId": call.id("vpc-cidr-assoc"),
            "CidrBlock": block.to_string(),
            "CidrBlockState": {"State": "associated"},
        }],
        "DhcpOptionsId": "default",
        "InstanceTenancy": input.some_text("InstanceTenancy").unwrap_or("default"),
        "Ipv6CidrBlockAssociationSet": ipv6.into_iter().collect::<Vec<_>>(),
        "IsDefault": false,
        "OwnerId": call.account,
        "State": "pending",
        "Tags": tags,
        "VpcId": id,
    });
    let vpc = Vpc {
        view: view.clone(),
        dns_support: true,
        dns_hostnames: false,
        usage_metrics: false,
    };
    call.after(VPC_AVAILABLE, &AVAILABLE, &id);
    call.insert(id.clone(), vpc);
    security_group::create_default(call, &id);
    route_table::create_main(call, &id);
    network_acl::create_default(call, &id);
    Ok(json!({"Vpc": view}))
}

/// A VPC's becoming available.
pub(super) const AVAILABLE: Task = Task {
    service: "ec2",
    name: "vpc/available",
    run: |call, id| {
        if let Some(mut vpc) = call.table_mut::<Vpc>().get_mut(id) {
            vpc.view["State"] = "available".into();
        }
    },
};

/// DescribeVpcs.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let listing = Listing {
        filters: &[
            ("cidr", "CidrBlock"),
            (
                "cidr-block-association.state",
                "CidrBlockAssociationSet.CidrBlockState.State",
            ),
        ],
        ..Listing::of("Vpc", "VpcIds", not_found)
    };
    common::describe::<Vpc>(call, input, &listing)
}

/// ModifyVpcTenancy: from dedicated to default, and no other way.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcTenancy.html>
pub(super) fn modify_tenancy(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("VpcId");
    let mut vpc = call
        .table_mut::<Vpc>()
        .get_mut(id)
        .ok_or_else(|| not_found(id))?;
    vpc.view.take_over(input, &["InstanceTenancy"]);
    Ok(json!({"ReturnValue": true}))
}

/// DeleteVpc: not while anything is in it but what came with it: "you must … delete all security
/// groups associated with the VPC (except the default one), delete all route tables associated with
/// the VPC (except the default one), and so on."
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("VpcId");
    if !call.table::<Vpc>().contains(id) {
        return Err(not_found(id));
    }
    let used = call.table::<Subnet>().any_with(id)
        || call.table::<InternetGateway>().any_with(id)
        || call.table::<VpcEndpoint>().any_with(id)
        || call.table::<SecurityGroup>().count_with(id) > 1
        || call.table::<RouteTable>().count_with(id) > 1
        || call.table::<NetworkAcl>().count_with(id) > 1;
    if used {
        return Err(common::dependency("vpc", id));
    }
    if let Some(group) = security_group::default_of(call, id) {
        security_group::remove(call, &group);
    }
    route_table_association::forget_main(call, id);
    remove_all::<RouteTable>(call, id);
    remove_all::<NetworkAcl>(call, id);
    call.table_mut::<Vpc>().remove(id);
    common::done()
}

fn remove_all<R: Resource>(call: &mut Call<'_>, vpc: &str) {
    let ids = call.table::<R>().with(vpc).map(|(id, _)| id.to_owned());
    for id in ids.collect::<Vec<_>>() {
        call.table_mut::<R>().remove(&id);
    }
}

pub(super) fn not_found(id: &str) -> AwsError {
    common::not_found("InvalidVpcID", "vpc", id)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::VPC_AVAILABLE;
    use crate::{Emulator, testing::Aws};

    fn created(aws: &Aws, block: &str) -> Value {
        aws.ok("ec2", "CreateVpc", json!({"CidrBlock": block}))["Vpc"].clone()
    }

    #[test]
    fn a_vpc_is_pending_for_a_second() {
        let aws = Aws::of(Emulator::new().client());
        created(&aws, "10.0.0.0/16");
        let state = || {
            let told = aws.ok("ec2", "DescribeVpcs", json!({}));
            told["Vpcs"][0]["State"].clone()
        };
        assert_eq!(state(), "pending");
        assert!(aws.emulator().next_event().is_some());
        aws.emulator().advance(VPC_AVAILABLE);
        assert_eq!(state(), "available");
        assert_eq!(aws.emulator().next_event(), None);
    }

    #[test]
    fn a_vpc_is_available_at_once_where_nothing_takes_time() {
        let aws = Aws::new();
        let vpc = created(&aws, "10.0.0.0/16");
        assert_eq!(vpc["State"], "pending");
        assert_eq!(vpc["OwnerId"], "123456789012");
        let told = aws.ok("ec2", "DescribeVpcs", json!({"VpcIds": [vpc["VpcId"]]}));
        assert_eq!(told["Vpcs"][0]["State"], "available");
        let id = vpc["VpcId"].as_str().unwrap();
        assert!(id.starts_with("vpc-0") && id.len() == 21, "{id}");
    }

    /// The allowed block size is between a /28 netmask and /16 netmask; see "VPC CIDR blocks",
    /// Amazon
    /// VPC User Guide.
    #[test]
    fn a_block_is_between_16_and_28() {
        let aws = Aws::new();
        for block in ["10.0.0.0/15", "10.0.0.0/29"] {
            let input = json!({"CidrBlock": block});
            assert_eq!(
                aws.code("ec2", "CreateVpc", input),
                "InvalidVpc.Range",
                "{block}"
            );
        }
        created(&aws, "10.0.0.0/16");
        created(&aws, "10.0.0.0/28");
    }

    /// A CIDR block is brought to its canonical form; see API_CreateVpc.
    #[test]
    fn host_bits_are_cut_off() {
        assert_eq!(
            created(&Aws::new(), "10.0.1.2/16")["CidrBlock"],
            "10.0.0.0/16"
        );
    }

    #[test]
    fn a_block_that_is_none_is_refused() {
        let aws = Aws::new();
        let refusal = aws.refused("ec2", "CreateVpc", json!({"CidrBlock": "10.0.0.0"}));
        assert_eq!(refusal.code, "InvalidParameterValue");
        assert_eq!(aws.code("ec2", "CreateVpc", json!({})), "MissingParameter");
    }

    #[test]
    fn vpcs_are_found_by_tag_and_by_block() {
        let aws = Aws::new();
        let tagged = json!([{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "main"}]}]);
        let input = json!({"CidrBlock": "10.0.0.0/16", "TagSpecifications": tagged});
        let vpc = aws.ok("ec2", "CreateVpc", input)["Vpc"].clone();
        created(&aws, "10.1.0.0/16");
        for (name, value) in [
            ("tag:Name", "main"),
            ("tag:Name", "m*"),
            ("tag-key", "Name"),
            ("cidr", "10.0.0.0/16"),
            ("vpc-id", vpc["VpcId"].as_str().unwrap()),
        ] {
            let filters = json!([{"Name": name, "Values": [value]}]);
            let found = aws.ok("ec2", "DescribeVpcs", json!({"Filters": filters}));
            let found = found["Vpcs"].as_array().unwrap();
            assert_eq!(found.len(), 1, "{name}");
            assert_eq!(found[0]["VpcId"], vpc["VpcId"], "{name}");
        }
        let unknown = json!({"Filters": [{"Name": "colour", "Values": ["red"]}]});
        assert_eq!(
            aws.code("ec2", "DescribeVpcs", unknown),
            "InvalidParameterValue"
        );
    }

    #[test]
    fn pages_follow_one_another() {
        let aws = Aws::new();
        for third in 0..12 {
            created(&aws, &format!("10.{third}.0.0/16"));
        }
        let first = aws.ok("ec2", "DescribeVpcs", json!({"MaxResults": 5}));
        let second = json!({"MaxResults": 5, "NextToken": first["NextToken"]});
        let second = aws.ok("ec2", "DescribeVpcs", second);
        let third = json!({"MaxResults": 5, "NextToken": second["NextToken"]});
        let third = aws.ok("ec2", "DescribeVpcs", third);
        let pages = [&first, &second, &third].map(|page| page["Vpcs"].as_array().unwrap());
        assert_eq!(pages.map(Vec::len), [5, 5, 2]);
        assert_eq!(third.get("NextToken"), None);
        let mut ids: Vec<_> = pages
            .into_iter()
            .flatten()
            .map(|vpc| &vpc["VpcId"])
            .collect();
        ids.dedup();
        assert_eq!(ids.len(), 12);
    }

    #[test]
    fn accounts_and_regions_see_only_their_own() {
        let aws = Aws::new();
        created(&aws, "10.0.0.0/16");
        for other in [aws.in_region("us-east-1"), aws.with_key("210987654321")] {
            let vpcs = other.ok("ec2", "DescribeVpcs", json!({}));
            assert_eq!(vpcs["Vpcs"], json!([]));
        }
    }

    #[test]
    fn a_vpc_that_is_used_stays() {
        let aws = Aws::new();
        let vpc = created(&aws, "10.0.0.0/16");
        let subnet = json!({"VpcId": vpc["VpcId"], "CidrBlock": "10.0.0.0/24"});
        let subnet = aws.ok("ec2", "CreateSubnet", subnet);
        let gone = json!({"VpcId": vpc["VpcId"]});
        assert_eq!(
            aws.code("ec2", "DeleteVpc", gone.clone()),
            "DependencyViolation"
        );
        let id = json!({"SubnetId": subnet["Subnet"]["SubnetId"]});
        aws.ok("ec2", "DeleteSubnet", id);
        aws.ok("ec2", "DeleteVpc", gone.clone());
        assert_eq!(aws.code("ec2", "DeleteVpc", gone), "InvalidVpcID.NotFound");
    }

    #[test]
    fn an_unknown_id_is_named() {
        let ids = json!({"VpcIds": ["vpc-00000000"]});
        let refusal = Aws::new().refused("ec2", "DescribeVpcs", ids);
        assert_eq!(refusal.code, "InvalidVpcID.NotFound");
        assert_eq!(refusal.message, "The vpc ID 'vpc-00000000' does not exist");
    }
}
