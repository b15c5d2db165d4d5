//! NAT gateways.

use serde_json::{Value, json};

use super::{
    address::{self, Address},
    common::{self, Listing},
    internet_gateway::InternetGateway,
    network_interface::{self, NetworkInterface, Requester},
    route_table,
    subnet::{self, Subnet},
};
use crate::{
    call::Call,
    durations::{NAT_GATEWAY_AVAILABLE, NAT_GATEWAY_DELETED, NAT_GATEWAY_FORGOTTEN},
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Task, resource},
};

/// NAT gateways per Availability Zone: 5, of which only those count that are pending, available or
/// deleting
/// state; see "Amazon VPC quotas".
const PER_ZONE: usize = 5;

const REQUESTER: Requester = Requester {
    id: "036872051663",
    owner: "amazon-aws",
    interface_type: "nat_gateway",
};

resource! {
    /// A NAT gateway. It is shown for an hour after it was deleted.
    pub(crate) struct NatGateway: "ec2/nat-gateway" in Region {
        request: Option<Value>,
        zone: String,
        /// Why it can't become available.
        failure: Option<(String, String)>,
    }
    found by |gateway: &NatGateway| {
        let mut keys: Vec<String> = common::token_key(gateway.request.as_ref()).into_iter().collect();
        if ["pending", "available", "deleting"].contains(&gateway.view.text("State")) {
            keys.push(zone_key(&gateway.zone));
        }
        keys
    }
}

/// CreateNatGateway. What is wrong with the address or the network shows later, as a failure.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let token = input["ClientToken"].clone();
    if let Some(made) = common::repeated::<NatGateway>(call, input, |it| it.request.as_ref())? {
        return Ok(json!({"ClientToken": token, "NatGateway": made.view}));
    }
    let public = input.text("ConnectivityType") != "private";
    let allocation = input.some_text("AllocationId");
    match (public, allocation) {
        (true, None) => return Err(common::missing("AllocationId")),
        (false, Some(_)) => {
            let message = "You can't specify an allocation ID for a private NAT gateway.";
            return Err(AwsError::new("InvalidParameter", message));
        }
        _ => {}
    }
    let subnet_id = input
        .some_text("SubnetId")
        .ok_or_else(|| common::missing("SubnetId"))?;
    let subnet = call.get::<Subnet>(subnet_id);
    let subnet = subnet.ok_or_else(|| subnet::not_found(subnet_id))?;
    let (vpc, zone) = (
        subnet.view.text("VpcId").to_owned(),
        subnet.view.text("AvailabilityZone").to_owned(),
    );
    if let Some(allocation) = allocation
        && !call.table::<Address>().contains(allocation)
    {
        return Err(address::not_found(allocation));
    }
    if call.table::<NatGateway>().count_with(&zone_key(&zone)) >= PER_ZONE {
        let message =
            format!("Performing this operation would exceed the limit of {PER_ZONE} NAT gateways");
        return Err(AwsError::new("NatGatewayLimitExceeded", message));
    }
    let tags = common::tags_at_creation(input, "natgateway")?;
    let failure = failure(call, &vpc, allocation);
    let id = call.id("nat");
    let mut addresses = json!([{"IsPrimary": true, "Status": "succeeded"}]);
    if failure.is_none() {
        let description = format!("Interface for NAT Gateway {id}");
        let interface = network_interface::attach(call, subnet_id, &[], &description, REQUESTER)?;
        if let Some(allocation) = allocation {
            let association = address::bind(call, allocation, &interface)?;
            addresses[0]["AssociationId"] = association.into();
            addresses[0]["AllocationId"] = allocation.into();
            let address = call.get::<Address>(allocation);
            addresses[0]["PublicIp"] = address.map(|it| it.view["PublicIp"].clone()).into();
        }
        let shown = call.get::<NetworkInterface>(&interface);
        addresses[0]["PrivateIp"] = shown.map(|it| it.view["PrivateIpAddress"].clone()).into();
        addresses[0]["NetworkInterfaceId"] = interface.into();
    } else if let Some(allocation) = allocation {
        addresses[0]["AllocationId"] = allocation.into();
    }
    let view = json!({
        "ConnectivityType": if public { "public" } else { "private" },
        "CreateTime": call.now,
        "NatGatewayAddresses": addresses,
        "NatGatewayId": id,
        "State": "pending",
        "SubnetId": subnet_id,
        "Tags": tags,
        "VpcId": vpc,
    });
    let gateway = NatGateway {
        view: view.clone(),
        request: common::request_of(input),
        zone,
        failure,
    };
    call.after(NAT_GATEWAY_AVAILABLE, &AVAILABLE, &id);
    call.insert(id, gateway);
    Ok(json!({"ClientToken": token, "NatGateway": view}))
}

/// NAT gateway creation fails; see "Troubleshoot NAT gateways".
///
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html>
fn failure(call: &Call<'_>, vpc: &str, allocation: Option<&str>) -> Option<(String, String)> {
    let allocation = allocation?;
    let address = call.get::<Address>(allocation)?;
    let (code, message) = if address.view.at("AssociationId").is_some() {
        (
            "Resource.AlreadyAssociated",
            format!("Elastic IP address {allocation} is already associated"),
        )
    } else if !call.table::<InternetGateway>().any_with(vpc) {
        (
            "Gateway.NotAttached",
            format!("Network {vpc} has no Internet gateway attached"),
        )
    } else {
        return None;
    };
    Some((code.to_owned(), message))
}

/// A gateway's becoming available, or failing.
pub(super) const AVAILABLE: Task = Task {
    service: "ec2",
    name: "nat-gateway/available",
    run: |call, id| {
        let now = call.now;
        let Some(mut gateway) = call.table_mut::<NatGateway>().get_mut(id) else {
            return;
        };
        if gateway.view.text("State") != "pending" {
            return;
        }
        match gateway.failure.clone() {
            None => gateway.view["State"] = "available".into(),
            Some((code, message)) => {
                gateway.view["State"] = "failed".into();
                gateway.view["FailureCode"] = code.into();
                gateway.view["FailureMessage"] = message.into();
                gateway.view["DeleteTime"] = json!(now);
                drop(gateway);
                call.after(NAT_GATEWAY_FORGOTTEN, &FORGOTTEN, id);
            }
        }
    },
};

/// DescribeNatGateways.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let listing = Listing::of("NatGateway", "NatGatewayIds", not_found);
    common::describe::<NatGateway>(call, input, &listing)
}

/// DeleteNatGateway: "disassociates its Elastic IP address, but does not release the address".
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNatGateway.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("NatGatewayId");
    let gateways = call.table_mut::<NatGateway>();
    let mut gateway = gateways.get_mut(id).ok_or_else(|| not_found(id))?;
    match gateway.view.text("State") {
        "deleted" => return Err(not_found(id)),
        "pending" | "available" => {}
        _ => return Ok(json!({"NatGatewayId": id})),
    }
    gateway.view["State"] = "deleting".into();
    let vpc = gateway.view.text("VpcId").to_owned();
    drop(gateway);
    route_table::set_state(call, id, &vpc, "blackhole");
    call.after(NAT_GATEWAY_DELETED, &DELETED, id);
    Ok(json!({"NatGatewayId": id}))
}

/// The end of a gateway's deletion: interface and address are free.
pub(super) const DELETED: Task = Task {
    service: "ec2",
    name: "nat-gateway/deleted",
    run: |call, id| {
        let now = call.now;
        let Some(mut gateway) = call.table_mut::<NatGateway>().get_mut(id) else {
            return;
        };
        gateway.view["State"] = "deleted".into();
        gateway.view["DeleteTime"] = json!(now);
        let interface = gateway.view["NatGatewayAddresses"][0].text("NetworkInterfaceId");
        let interface = interface.to_owned();
        drop(gateway);
        address::forget_interface(call, &interface);
        network_interface::remove(call, &interface);
        call.after(NAT_GATEWAY_FORGOTTEN, &FORGOTTEN, id);
    },
};

/// Its entry remains visible for about an hour; see "NAT gateway basics".
pub(super) const FORGOTTEN: Task = Task {
    service: "ec2",
    name: "nat-gateway/forgotten",
    run: |call, id| {
        call.table_mut::<NatGateway>().remove(id);
    },
};

fn zone_key(zone: &str) -> String {
    format!("zone={zone}")
}

fn not_found(id: &str) -> AwsError {
    AwsError::new(
        "NatGatewayNotFound",
        format!("The Nat Gateway {id} was not found"),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{NAT_GATEWAY_AVAILABLE, NAT_GATEWAY_DELETED, NAT_GATEWAY_FORGOTTEN};
    use crate::{Emulator, testing::Aws};

    fn state(aws: &Aws, id: &Value) -> Vec<Value> {
        let found = aws.found("DescribeNatGateways", "NatGateways", "nat-gateway-id", id);
        found
            .into_iter()
            .map(|gateway| gateway["State"].clone())
            .collect()
    }

    /// `pending`, `failed`, `available`, `deleting`, `deleted`; see "NAT gateway basics: NAT
    /// gateway states".
    #[test]
    fn a_gateway_goes_through_its_states_and_gives_its_address_back() {
        let aws = Aws::of(Emulator::new().client());
        let vpc = aws.vpc("10.0.0.0/16");
        let subnet = aws.subnet(&vpc, "10.0.0.0/24", "eu-west-3a");
        aws.gateway(&vpc);
        let address = aws.ok("ec2", "AllocateAddress", json!({}));
        let allocation = &address["AllocationId"];
        let input = json!({"SubnetId": subnet, "AllocationId": allocation, "ClientToken": "once"});
        let made = aws.ok("ec2", "CreateNatGateway", input.clone());
        let again = aws.ok("ec2", "CreateNatGateway", input);
        assert_eq!(made, again);
        let id = &made["NatGateway"]["NatGatewayId"];
        assert_eq!(state(&aws, id), ["pending"]);
        aws.emulator().advance(NAT_GATEWAY_AVAILABLE);
        assert_eq!(state(&aws, id), ["available"]);
        let interfaces = || {
            aws.found(
                "DescribeNetworkInterfaces",
                "NetworkInterfaces",
                "subnet-id",
                &subnet,
            )
        };
        assert_eq!(
            interfaces()[0]["Association"]["PublicIp"],
            address["PublicIp"]
        );
        assert_eq!(interfaces()[0]["InterfaceType"], "nat_gateway");
        let release = json!({"AllocationId": allocation});
        assert_eq!(
            aws.code("ec2", "ReleaseAddress", release.clone()),
            "AuthFailure"
        );
        let gone = json!({"NatGatewayId": id});
        aws.ok("ec2", "DeleteNatGateway", gone.clone());
        assert_eq!(state(&aws, id), ["deleting"]);
        let code = aws.code("ec2", "DeleteSubnet", json!({"SubnetId": subnet}));
        assert_eq!(code, "DependencyViolation");
        aws.emulator().advance(NAT_GATEWAY_DELETED);
        assert_eq!(state(&aws, id), ["deleted"]);
        assert!(interfaces().is_empty());
        aws.ok("ec2", "ReleaseAddress", release);
        aws.ok("ec2", "DeleteSubnet", json!({"SubnetId": subnet}));
        aws.emulator().advance(NAT_GATEWAY_FORGOTTEN);
        assert!(state(&aws, id).is_empty());
        assert_eq!(
            aws.code("ec2", "DeleteNatGateway", gone),
            "NatGatewayNotFound"
        );
    }

    /// "Network vpc-xxxxxxxx has no internet gateway attached", "Troubleshoot NAT gateways".
    #[test]
    fn a_gateway_in_a_closed_network_fails() {
        let aws = Aws::of(Emulator::new().client());
        let subnet = aws.subnet(&aws.vpc("10.0.0.0/16"), "10.0.0.0/24", "eu-west-3a");
        let address = aws.ok("ec2", "AllocateAddress", json!({}));
        let input = json!({"SubnetId": subnet, "AllocationId": address["AllocationId"]});
        let made = aws.ok("ec2", "CreateNatGateway", input);
        aws.emulator().advance(NAT_GATEWAY_AVAILABLE);
        let ids = json!({"NatGatewayIds": [made["NatGateway"]["NatGatewayId"]]});
        let told = aws.ok("ec2", "DescribeNatGateways", ids);
        assert_eq!(told["NatGateways"][0]["State"], "failed");
        assert_eq!(told["NatGateways"][0]["FailureCode"], "Gateway.NotAttached");
    }

    #[test]
    fn a_gateway_needs_subnet_and_address() {
        let aws = Aws::new();
        let subnet = aws.subnet(&aws.vpc("10.0.0.0/16"), "10.0.0.0/24", "eu-west-3a");
        let code = |input: Value| aws.code("ec2", "CreateNatGateway", input);
        assert_eq!(code(json!({"SubnetId": subnet})), "MissingParameter");
        let missing = json!({"SubnetId": subnet, "AllocationId": "eipalloc-00000000"});
        assert_eq!(code(missing), "InvalidAllocationID.NotFound");
        let missing = json!({"SubnetId": "subnet-00000000", "ConnectivityType": "private"});
        assert_eq!(code(missing), "InvalidSubnetID.NotFound");
    }

    /// NAT gateways per Availability Zone: 5; see "Amazon VPC quotas".
    #[test]
    fn a_zone_has_five_and_each_takes_an_address_of_its_subnet() {
        let aws = Aws::new();
        let subnet = aws.subnet(&aws.vpc("10.0.0.0/16"), "10.0.0.0/24", "eu-west-3a");
        let input = json!({"SubnetId": subnet, "ConnectivityType": "private"});
        for _ in 0..5 {
            aws.ok("ec2", "CreateNatGateway", input.clone());
        }
        let code = aws.code("ec2", "CreateNatGateway", input);
        assert_eq!(code, "NatGatewayLimitExceeded");
        let told = aws.found("DescribeSubnets", "Subnets", "subnet-id", &subnet);
        assert_eq!(told[0]["AvailableIpAddressCount"], 246);
    }
}
