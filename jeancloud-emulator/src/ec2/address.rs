//! Elastic IP addresses.

use serde_json::{Value, json};

use super::{
    common::{self, Listing},
    internet_gateway::InternetGateway,
    network_interface::{self, NetworkInterface},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

/// All AWS accounts have a quota of five Elastic IP addresses per Region; see "Elastic IP
/// addresses".
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html>
const PER_REGION: usize = 5;

resource! {
    /// An Elastic IP address.
    pub(crate) struct Address: "ec2/address" in Region {}
    found by |address: &Address| vec![ALL.to_owned(), ip_key(address.view.text("PublicIp"))]
}

/// Every address carries it, so that they are counted by the index.
const ALL: &str = "address";

/// AllocateAddress.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html>
pub(super) fn allocate(call: &mut Call<'_>, input: &Value) -> Outcome {
    let region = call.region.clone();
    let group = input.some_text("NetworkBorderGroup").unwrap_or(&region);
    if !group.starts_with(&region) {
        let message = format!("Value ({group}) for parameter networkBorderGroup is invalid.");
        return Err(common::invalid(message));
    }
    if call.table::<Address>().count_with(ALL) >= PER_REGION {
        let message = "The maximum number of addresses has been reached.";
        return Err(AwsError::new("AddressLimitExceeded", message));
    }
    let tags = common::tags_at_creation(input, "elastic-ip")?;
    let (id, ip) = (call.id("eipalloc"), free_ip(call));
    let view = json!({
        "AllocationId": id,
        "Domain": "vpc",
        "NetworkBorderGroup": group,
        "PublicIp": ip,
        "PublicIpv4Pool": "amazon",
        "Tags": tags,
    });
    let answer = call.keep("AllocateAddressResult", &view);
    call.insert(id, Address { view });
    Ok(answer)
}

/// DescribeAddresses. It has no pages.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut input = input.clone();
    for ip in input
        .texts("PublicIps")
        .map(str::to_owned)
        .collect::<Vec<_>>()
    {
        let id = with_ip(call, &ip)?;
        match input["AllocationIds"].as_array_mut() {
            Some(ids) => ids.push(id.into()),
            None => input["AllocationIds"] = json!([id]),
        }
    }
    let listing = Listing {
        indexed: &["public-ip"],
        ..Listing::of("Address", "AllocationIds", not_found)
    };
    let found = common::fitting::<Address>(call, &input, &listing, |_, it| {
        std::borrow::Cow::Borrowed(&it.view)
    })?;
    let found: Vec<Value> = found.map(|(_, view)| view.into_owned()).collect();
    Ok(json!({"Addresses": found}))
}

/// DescribeAddressesAttribute: names of addresses, which none has.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddressesAttribute.html>
pub(super) fn describe_attribute(call: &mut Call<'_>, input: &Value) -> Outcome {
    for id in input.texts("AllocationIds") {
        if !call.table::<Address>().contains(id) {
            return Err(not_found(id));
        }
    }
    Ok(json!({"Addresses": []}))
}

/// AssociateAddress: with a network interface.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html>
pub(super) fn associate(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = match (input.some_text("AllocationId"), input.some_text("PublicIp")) {
        (Some(id), _) => id.to_owned(),
        (None, Some(ip)) => with_ip(call, ip)?,
        (None, None) => return Err(common::missing("AllocationId")),
    };
    if let Some(instance) = input.some_text("InstanceId") {
        return Err(common::not_found("InvalidInstanceID", "instance", instance));
    }
    let interface = input.some_text("NetworkInterfaceId");
    let interface = interface.ok_or_else(|| common::missing("networkInterfaceId"))?;
    let address = call.get::<Address>(&id).ok_or_else(|| not_found(&id))?;
    if let Some(there) = address.view.some_text("AssociationId") {
        if address.view.text("NetworkInterfaceId") == interface {
            return Ok(json!({"AssociationId": there}));
        }
        if !input.flag("AllowReassociation") {
            let message = format!("resource {id} is already associated with associate-id {there}");
            return Err(AwsError::new("Resource.AlreadyAssociated", message));
        }
        release_from_interface(call, &id);
    }
    let association = bind(call, &id, interface)?;
    Ok(json!({"AssociationId": association}))
}

/// Gives an interface an address, and answers with the association's id.
///
/// Gateway.NotAttached: An internet gateway is not attached to a VPC, of an Elastic IP address.
pub(super) fn bind(call: &mut Call<'_>, id: &str, interface: &str) -> Result<String, AwsError> {
    let found = call.get::<NetworkInterface>(interface);
    let found = found.ok_or_else(|| network_interface::not_found(interface))?;
    let (vpc, subnet, private) = (
        found.view["VpcId"].clone(),
        found.view["SubnetId"].clone(),
        found.view["PrivateIpAddress"].clone(),
    );
    let vpc = vpc.as_str().unwrap_or_default();
    if !call.table::<InternetGateway>().any_with(vpc) {
        let message = format!("Network {vpc} is not attached to any internet gateway");
        return Err(AwsError::new("Gateway.NotAttached", message));
    }
    let (association, account) = (call.id("eipassoc"), call.account.clone());
    let name = |ip: &str| public_name(&call.region, ip);
    let ip = call
        .get::<Address>(id)
        .map(|it| it.view.text("PublicIp").to_owned());
    let ip = ip.ok_or_else(|| not_found(id))?;
    let shown = json!({
        "AllocationId": id,
        "AssociationId": association,
        "IpOwnerId": account,
        "PublicDnsName": name(&ip),
        "PublicIp": ip,
    });
    if let Some(mut interface) = call.table_mut::<NetworkInterface>().get_mut(interface) {
        interface.view["Association"] = shown.clone();
        interface.view["PrivateIpAddresses"][0]["Association"] = shown;
    }
    if let Some(mut address) = call.table_mut::<Address>().get_mut(id) {
        let view = &mut address.view;
        view["AssociationId"] = association.clone().into();
        view["NetworkInterfaceId"] = interface.into();
        view["NetworkInterfaceOwnerId"] = account.into();
        view["PrivateIpAddress"] = private;
        view["SubnetId"] = subnet;
    }
    Ok(association)
}

/// DisassociateAddress.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateAddress.html>
pub(super) fn disassociate(call: &mut Call<'_>, input: &Value) -> Outcome {
    let association = input.text("AssociationId");
    let found = call.table::<Address>().with(association).next();
    let Some((id, address)) = found else {
        let message = format!("The association ID '{association}' does not exist");
        return Err(AwsError::new("InvalidAssociationID.NotFound", message));
    };
    let id = id.to_owned();
    own_interface(call, address)?;
    release_from_interface(call, &id);
    common::done()
}

/// ReleaseAddress: not while anything uses it.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html>
pub(super) fn release(call: &mut Call<'_>, input: &Value) -> Outcome {
    let Some(id) = input.some_text("AllocationId") else {
        let message = "You must specify an allocation id when releasing a VPC elastic IP address";
        return Err(AwsError::new("InvalidParameterValue", message));
    };
    let address = call.get::<Address>(id).ok_or_else(|| not_found(id))?;
    if address.view.at("AssociationId").is_some() {
        own_interface(call, address)?;
        let message = format!("Address {} is in use.", address.view.text("PublicIp"));
        return Err(AwsError::new("InvalidIPAddress.InUse", message));
    }
    call.table_mut::<Address>().remove(id);
    common::done()
}

/// Takes an address away from the interface that has it.
pub(super) fn release_from_interface(call: &mut Call<'_>, id: &str) {
    let Some(mut address) = call.table_mut::<Address>().get_mut(id) else {
        return;
    };
    let interface = address.view.text("NetworkInterfaceId").to_owned();
    for member in [
        "AssociationId",
        "NetworkInterfaceId",
        "NetworkInterfaceOwnerId",
        "PrivateIpAddress",
        "SubnetId",
    ] {
        address.view.clear(member);
    }
    drop(address);
    if let Some(mut interface) = call.table_mut::<NetworkInterface>().get_mut(&interface) {
        interface.view.clear("Association");
        interface.view["PrivateIpAddresses"][0].clear("Association");
    }
}

/// Frees the address of an interface that goes.
pub(super) fn forget_interface(call: &mut Call<'_>, interface: &str) {
    let ids = call.table::<Address>().with(interface);
    let ids: Vec<String> = ids.map(|(id, _)| id.to_owned()).collect();
    for id in ids {
        release_from_interface(call, &id);
    }
}

/// Of an address on a service's interface, AWS says that it isn't one's own.
fn own_interface(call: &Call<'_>, address: &Address) -> Result<(), AwsError> {
    let interface = call.get::<NetworkInterface>(address.view.text("NetworkInterfaceId"));
    if interface.is_some_and(|it| it.view.flag("RequesterManaged")) {
        let message = "You do not have permission to access the specified resource.";
        return Err(AwsError::new("AuthFailure", message));
    }
    Ok(())
}

fn free_ip(call: &mut Call<'_>) -> String {
    loop {
        let mut draw = call.draw("public address");
        let ip = format!("15.188.{}.{}", draw.below(256), 1 + draw.below(254));
        if !call.table::<Address>().any_with(&ip_key(&ip)) {
            return ip;
        }
    }
}

fn with_ip(call: &Call<'_>, ip: &str) -> Result<String, AwsError> {
    let found = call.table::<Address>().with(&ip_key(ip)).next();
    let missing = || {
        AwsError::new(
            "InvalidAddress.NotFound",
            format!("Address '{ip}' not found."),
        )
    };
    found.map(|(id, _)| id.to_owned()).ok_or_else(missing)
}

fn public_name(region: &str, ip: &str) -> String {
    let host = ip.replace('.', "-");
    match region {
        "us-east-1" => format!("ec2-{host}.compute-1.amazonaws.com"),
        _ => format!("ec2-{host}.{region}.compute.amazonaws.com"),
    }
}

fn ip_key(ip: &str) -> String {
    format!("public-ip={ip}")
}

pub(super) fn not_found(id: &str) -> AwsError {
    let message = format!("The allocation ID '{id}' does not exist");
    AwsError::new("InvalidAllocationID.NotFound", message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn an_address_is_found_and_released() {
        let aws = Aws::new();
        let made = aws.ok("ec2", "AllocateAddress", json!({"Domain": "vpc"}));
        assert_eq!(made["NetworkBorderGroup"], "eu-west-3");
        let id = json!({"AllocationId": made["AllocationId"]});
        for (name, value) in [
            ("public-ip", &made["PublicIp"]),
            ("allocation-id", &made["AllocationId"]),
        ] {
            let found = aws.found("DescribeAddresses", "Addresses", name, value);
            assert_eq!(found.len(), 1, "{name}");
        }
        let by_ip = json!({"PublicIps": [made["PublicIp"]]});
        let found = aws.ok("ec2", "DescribeAddresses", by_ip.clone());
        assert_eq!(found["Addresses"][0]["AllocationId"], made["AllocationId"]);
        aws.ok("ec2", "ReleaseAddress", id.clone());
        let code = aws.code("ec2", "ReleaseAddress", id);
        assert_eq!(code, "InvalidAllocationID.NotFound");
        let code = aws.code("ec2", "DescribeAddresses", by_ip);
        assert_eq!(code, "InvalidAddress.NotFound");
    }

    /// Five Elastic IP addresses per Region; see "Elastic IP addresses", Amazon EC2 User Guide.
    #[test]
    fn a_region_has_five() {
        let aws = Aws::new();
        for _ in 0..5 {
            aws.ok("ec2", "AllocateAddress", json!({}));
        }
        let code = aws.code("ec2", "AllocateAddress", json!({}));
        assert_eq!(code, "AddressLimitExceeded");
        aws.in_region("us-east-1")
            .ok("ec2", "AllocateAddress", json!({}));
    }

    #[test]
    fn an_address_of_an_interface_stays_and_holds_the_gateway() {
        let aws = Aws::new();
        let vpc = aws.vpc("10.0.0.0/16");
        let subnet = aws.subnet(&vpc, "10.0.0.0/24", "eu-west-3a");
        let made = aws.ok("ec2", "CreateNetworkInterface", json!({"SubnetId": subnet}));
        let interface = &made["NetworkInterface"]["NetworkInterfaceId"];
        let address = aws.ok("ec2", "AllocateAddress", json!({}));
        let id = &address["AllocationId"];
        let pair = json!({"AllocationId": id, "NetworkInterfaceId": interface});
        let code = aws.code("ec2", "AssociateAddress", pair.clone());
        assert_eq!(code, "Gateway.NotAttached");
        let gateway = aws.gateway(&vpc);
        let made = aws.ok("ec2", "AssociateAddress", pair);
        let release = json!({"AllocationId": id});
        let code = aws.code("ec2", "ReleaseAddress", release.clone());
        assert_eq!(code, "InvalidIPAddress.InUse");
        // Error for a network with mapped public addresses; see API_DetachInternetGateway.
        let detach = json!({"InternetGatewayId": gateway, "VpcId": vpc});
        let code = aws.code("ec2", "DetachInternetGateway", detach.clone());
        assert_eq!(code, "DependencyViolation");
        let association = json!({"AssociationId": made["AssociationId"]});
        aws.ok("ec2", "DisassociateAddress", association);
        aws.ok("ec2", "ReleaseAddress", release);
        aws.ok("ec2", "DetachInternetGateway", detach);
    }
}
