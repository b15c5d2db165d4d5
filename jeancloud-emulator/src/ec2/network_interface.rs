//! Network interfaces: of one's own, and those that AWS's services put into subnets.

use serde_json::{Value, json};

use super::{
    cidr::Cidr,
    common::{self, Listing},
    security_group::{self, SecurityGroup},
    subnet::{self, Subnet},
    vpc::Vpc,
    zone,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

/// Security groups per network interface: 5; see "Amazon VPC quotas".
const GROUPS: usize = 5;

resource! {
    /// A network interface.
    pub(crate) struct NetworkInterface: "ec2/network-interface" in Region {
        request: Option<Value>,
    }
    found by |interface: &NetworkInterface| {
        let view = &interface.view;
        let (subnet, vpc) = (view.text("SubnetId"), view.text("VpcId"));
        let addresses = view.items("PrivateIpAddresses").iter();
        let addresses = addresses.map(|it| address_key(subnet, it.text("PrivateIpAddress")));
        let mut keys: Vec<String> = addresses.collect();
        keys.extend(common::token_key(interface.request.as_ref()));
        if view.at("Association").is_some() {
            keys.push(public_key(vpc));
        }
        keys
    }
}

/// A service that puts network interfaces into other people's subnets, as AWS spells it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Requester {
    /// Who asked for it: `amazon-elb`, `amazon-rds`, or digits that are a service's account.
    pub id: &'static str,
    /// Who owns what it is attached to: `amazon-elb`, `amazon-rds`, `amazon-aws`.
    pub owner: &'static str,
    /// `interface`, `network_load_balancer`, `nat_gateway`, `vpc_endpoint`.
    pub interface_type: &'static str,
}

impl Requester {
    fn is_nat(self) -> bool {
        self.interface_type == "nat_gateway"
    }
}

/// Puts a service's interface into a subnet, in use at once, and answers with its id. Without
/// groups it has its VPC's default one, but for NAT gateways, which have none.
pub(crate) fn attach(
    call: &mut Call<'_>,
    subnet: &str,
    groups: &[&str],
    description: &str,
    requester: Requester,
) -> Result<String, AwsError> {
    let plan = Plan {
        subnet,
        groups,
        description,
        address: None,
        requester: Some(requester),
    };
    let mut view = plan.view(call)?;
    view["Attachment"] = json!({
        "AttachTime": call.now,
        "AttachmentId": call.id("eni-attach"),
        "DeleteOnTermination": false,
        "DeviceIndex": 1,
        "InstanceOwnerId": requester.owner,
        "Status": "attached",
    });
    view["InterfaceType"] = requester.interface_type.into();
    view["RequesterId"] = requester.id.into();
    view["RequesterManaged"] = true.into();
    view["SourceDestCheck"] = (!requester.is_nat()).into();
    view["Status"] = "in-use".into();
    let id = view.text("NetworkInterfaceId").to_owned();
    insert(call, view, None);
    Ok(id)
}

/// Takes an interface out of its subnet. Of one that has gone, that is true already.
pub(crate) fn remove(call: &mut Call<'_>, id: &str) {
    let Some(gone) = call.table_mut::<NetworkInterface>().remove(id) else {
        return;
    };
    let count = gone.view.items("PrivateIpAddresses").len();
    let subnet = gone.view.text("SubnetId");
    change_free_addresses(call, subnet, i64::try_from(count).unwrap_or(0));
}

/// Gives an interface other groups.
pub(crate) fn set_groups(call: &mut Call<'_>, id: &str, groups: &[&str]) -> Result<(), AwsError> {
    let interface = call
        .get::<NetworkInterface>(id)
        .ok_or_else(|| not_found(id))?;
    let (vpc, subnet) = (
        interface.view.text("VpcId").to_owned(),
        interface.view.text("SubnetId").to_owned(),
    );
    let groups = named_groups(call, &vpc, &subnet, groups)?;
    if let Some(mut interface) = call.table_mut::<NetworkInterface>().get_mut(id) {
        interface.view["Groups"] = groups;
    }
    Ok(())
}

/// Whether anything in a VPC has a public address.
pub(super) fn any_public(call: &Call<'_>, vpc: &str) -> bool {
    call.table::<NetworkInterface>().any_with(&public_key(vpc))
}

/// What an interface is to be.
struct Plan<'p> {
    subnet: &'p str,
    groups: &'p [&'p str],
    description: &'p str,
    address: Option<&'p str>,
    requester: Option<Requester>,
}

impl Plan<'_> {
    fn view(&self, call: &mut Call<'_>) -> Result<Value, AwsError> {
        let subnet = call.get::<Subnet>(self.subnet);
        let subnet = subnet.ok_or_else(|| subnet::not_found(self.subnet))?;
        let (vpc, zone) = (
            subnet.view.text("VpcId").to_owned(),
            subnet.view.text("AvailabilityZone").to_owned(),
        );
        let default = security_group::default_of(call, &vpc);
        let default: Vec<&str> = default.as_deref().into_iter().collect();
        let groups = match self.requester {
            _ if !self.groups.is_empty() => self.groups,
            Some(requester) if requester.is_nat() => &[],
            _ => &default,
        };
        let groups = named_groups(call, &vpc, self.subnet, groups)?;
        let address = free_address(call, self.subnet, self.address)?;
        let mut view = json!({
            "AvailabilityZone": zone,
            "AvailabilityZoneId": zone::id(&zone),
            "Description": self.description,
            "Groups": groups,
            "InterfaceType": "interface",
            "Ipv6Addresses": [],
            "MacAddress": mac_address(call),
            "NetworkInterfaceId": call.id("eni"),
            "OwnerId": call.account,
            "PrivateIpAddress": address,
            "PrivateIpAddresses": [{"Primary": true, "PrivateIpAddress": address}],
            "RequesterManaged": false,
            "SourceDestCheck": true,
            "Status": "available",
            "SubnetId": self.subnet,
            "TagSet": [],
            "VpcId": vpc,
        });
        if call.get::<Vpc>(&vpc).is_some_and(|vpc| vpc.dns_hostnames) {
            let name = private_name(&call.region, &address);
            view["PrivateIpAddresses"][0]["PrivateDnsName"] = name.clone().into();
            view["PrivateDnsName"] = name.into();
        }
        Ok(view)
    }
}

/// CreateNetworkInterface.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let token = input["ClientToken"].clone();
    if let Some(made) = common::repeated::<NetworkInterface>(call, input, |it| it.request.as_ref())?
    {
        return Ok(json!({"ClientToken": token, "NetworkInterface": made.view}));
    }
    let groups: Vec<&str> = input.texts("Groups").collect();
    let plan = Plan {
        subnet: input.text("SubnetId"),
        groups: &groups,
        description: input.text("Description"),
        address: input.some_text("PrivateIpAddress"),
        requester: None,
    };
    let tags = common::tags_at_creation(input, "network-interface")?;
    let mut view = plan.view(call)?;
    view["TagSet"] = tags;
    view["RequesterId"] = call.account.clone().into();
    insert(call, view.clone(), common::request_of(input));
    view["Status"] = "pending".into();
    Ok(json!({"ClientToken": token, "NetworkInterface": view}))
}

fn insert(call: &mut Call<'_>, view: Value, request: Option<Value>) {
    change_free_addresses(call, view.text("SubnetId"), -1);
    let id = view.text("NetworkInterfaceId").to_owned();
    call.insert(id, NetworkInterface { view, request });
}

/// DescribeNetworkInterfaces.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let listing = Listing {
        filters: &[
            ("group-id", "Groups.GroupId"),
            ("group-name", "Groups.GroupName"),
            ("addresses.primary", "PrivateIpAddresses.Primary"),
            (
                "addresses.private-ip-address",
                "PrivateIpAddresses.PrivateIpAddress",
            ),
            (
                "addresses.association.public-ip",
                "PrivateIpAddresses.Association.PublicIp",
            ),
        ],
        ..Listing::of("NetworkInterface", "NetworkInterfaceIds", not_found)
    };
    common::describe::<NetworkInterface>(call, input, &listing)
}

/// DeleteNetworkInterface: "You must detach the network interface before you can delete it."
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkInterface.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("NetworkInterfaceId");
    let interface = call
        .get::<NetworkInterface>(id)
        .ok_or_else(|| not_found(id))?;
    if interface.view.at("Attachment").is_some() {
        let message = format!("Network interface '{id}' is currently in use.");
        return Err(common::invalid(message));
    }
    super::address::forget_interface(call, id);
    super::route_table::set_state(call, id, &vpc_of(call, id), "blackhole");
    remove(call, id);
    common::done()
}

fn vpc_of(call: &Call<'_>, id: &str) -> String {
    let interface = call.get::<NetworkInterface>(id);
    interface
        .map(|it| it.view.text("VpcId").to_owned())
        .unwrap_or_default()
}

/// DetachNetworkInterface: what a service attached, only the service detaches.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachNetworkInterface.html>
pub(super) fn detach(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("AttachmentId");
    let attached = call.table::<NetworkInterface>().any_with(id);
    if attached {
        let message = "You do not have permission to access the specified resource.";
        return Err(AwsError::new("AuthFailure", message));
    }
    let message = format!("The attachment ID '{id}' does not exist");
    Err(AwsError::new("InvalidAttachmentID.NotFound", message))
}

/// Ids and names of groups, which exist in this VPC.
fn named_groups(
    call: &Call<'_>,
    vpc: &str,
    subnet: &str,
    groups: &[&str],
) -> Result<Value, AwsError> {
    if groups.len() > GROUPS {
        let message = "You have exceeded the number of security groups allowed per interface.";
        return Err(AwsError::new(
            "SecurityGroupsPerInterfaceLimitExceeded",
            message,
        ));
    }
    let named = groups.iter().map(|id| {
        let group = call.get::<SecurityGroup>(id);
        let group = group.ok_or_else(|| security_group::not_found(id))?;
        if group.view.text("VpcId") != vpc {
            let message =
                format!("Security group {id} and subnet {subnet} belong to different networks.");
            return Err(AwsError::new("InvalidParameter", message));
        }
        Ok(json!({"GroupId": id, "GroupName": group.view["GroupName"]}))
    });
    named.collect()
}

/// An address of a subnet that nothing has, the wanted one or any.
fn free_address(
    call: &mut Call<'_>,
    subnet: &str,
    wanted: Option<&str>,
) -> Result<String, AwsError> {
    let found = call
        .get::<Subnet>(subnet)
        .ok_or_else(|| subnet::not_found(subnet))?;
    let block = Cidr::parse("cidrBlock", found.view.text("CidrBlock"))?;
    let free = found.view.int("AvailableIpAddressCount").unwrap_or(0);
    let taken = |call: &Call<'_>, address: &str| {
        call.table::<NetworkInterface>()
            .any_with(&address_key(subnet, address))
    };
    // The first four IP addresses and the last IP address are not available for your use.
    let (first, last) = (block.first() + 4, block.last() - 1);
    if let Some(wanted) = wanted {
        let number: Option<u32> = wanted.parse().ok().map(std::net::Ipv4Addr::into);
        if !number.is_some_and(|number| (first..=last).contains(&number)) {
            let message = "Address does not fall within the subnet's address range";
            return Err(common::invalid(message));
        }
        if taken(call, wanted) {
            let message = format!("Address {wanted} is in use.");
            return Err(AwsError::new("InvalidIPAddress.InUse", message));
        }
        return Ok(wanted.to_owned());
    }
    let count = u64::from(last - first) + 1;
    let start = call.draw("private address").below(count);
    let numbers = (0..count).map(|at| first + ((start + at) % count) as u32);
    let mut addresses = numbers.map(|number| std::net::Ipv4Addr::from(number).to_string());
    let found = match free {
        1.. => addresses.find(|address| !taken(call, address)),
        _ => None,
    };
    found.ok_or_else(|| {
        let message = "The specified subnet does not have enough free addresses to satisfy the \
                       request.";
        AwsError::new("InsufficientFreeAddressesInSubnet", message)
    })
}

fn change_free_addresses(call: &mut Call<'_>, subnet: &str, by: i64) {
    if let Some(mut subnet) = call.table_mut::<Subnet>().get_mut(subnet) {
        let count = subnet.view.int("AvailableIpAddressCount").unwrap_or(0);
        subnet.view["AvailableIpAddressCount"] = (count + by).into();
    }
}

fn mac_address(call: &mut Call<'_>) -> String {
    let mut draw = call.draw("mac address");
    let parts: Vec<String> = (0..5).map(|_| draw.hex(2)).collect();
    format!("0a:{}", parts.join(":"))
}

fn private_name(region: &str, address: &str) -> String {
    let host = address.replace('.', "-");
    match region {
        "us-east-1" => format!("ip-{host}.ec2.internal"),
        _ => format!("ip-{host}.{region}.compute.internal"),
    }
}

fn address_key(subnet: &str, address: &str) -> String {
    format!("address={subnet}/{address}")
}

fn public_key(vpc: &str) -> String {
    format!("public={vpc}")
}

pub(super) fn not_found(id: &str) -> AwsError {
    common::not_found("InvalidNetworkInterfaceID", "networkInterface", id)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn an_interface_takes_an_address_and_holds_its_subnet() {
        let aws = Aws::new();
        let vpc = aws.vpc("10.0.0.0/16");
        let subnet = aws.subnet(&vpc, "10.0.0.0/28", "eu-west-3a");
        let input = json!({"SubnetId": subnet, "Description": "mine", "ClientToken": "once"});
        let made = aws.ok("ec2", "CreateNetworkInterface", input.clone());
        let interface = &made["NetworkInterface"];
        assert_eq!(interface["Groups"][0]["GroupName"], "default");
        assert_eq!(
            aws.ok("ec2", "CreateNetworkInterface", input)["NetworkInterface"]["MacAddress"],
            interface["MacAddress"]
        );
        let taken = json!({"SubnetId": subnet, "PrivateIpAddress": interface["PrivateIpAddress"]});
        let code = aws.code("ec2", "CreateNetworkInterface", taken);
        assert_eq!(code, "InvalidIPAddress.InUse");
        let outside = json!({"SubnetId": subnet, "PrivateIpAddress": "10.0.0.3"});
        let code = aws.code("ec2", "CreateNetworkInterface", outside);
        assert_eq!(code, "InvalidParameterValue");
        // A /28 has 16 addresses, five of which are AWS's; see "Subnet sizing for IPv4".
        for _ in 1..11 {
            aws.ok("ec2", "CreateNetworkInterface", json!({"SubnetId": subnet}));
        }
        let code = aws.code("ec2", "CreateNetworkInterface", json!({"SubnetId": subnet}));
        assert_eq!(code, "InsufficientFreeAddressesInSubnet");
        let code = aws.code("ec2", "DeleteSubnet", json!({"SubnetId": subnet}));
        assert_eq!(code, "DependencyViolation");
        let all = aws.found(
            "DescribeNetworkInterfaces",
            "NetworkInterfaces",
            "vpc-id",
            &vpc,
        );
        assert_eq!(all.len(), 11);
        for one in all {
            let id = json!({"NetworkInterfaceId": one["NetworkInterfaceId"]});
            aws.ok("ec2", "DeleteNetworkInterface", id);
        }
        aws.ok("ec2", "DeleteSubnet", json!({"SubnetId": subnet}));
    }

    /// Security groups per network interface: 5; see "Amazon VPC quotas".
    #[test]
    fn groups_are_five_at_most_and_of_the_same_network() {
        let aws = Aws::new();
        let vpc = aws.vpc("10.0.0.0/16");
        let subnet = aws.subnet(&vpc, "10.0.0.0/24", "eu-west-3a");
        let groups: Vec<_> = (0..6)
            .map(|at| aws.group(&vpc, &format!("group {at}")))
            .collect();
        let code = |groups: &[serde_json::Value]| {
            let input = json!({"SubnetId": subnet, "Groups": groups});
            aws.code("ec2", "CreateNetworkInterface", input)
        };
        assert_eq!(code(&groups), "SecurityGroupsPerInterfaceLimitExceeded");
        let foreign = aws.group(&aws.vpc("10.1.0.0/16"), "foreign");
        assert_eq!(code(&[foreign]), "InvalidParameter");
        assert_eq!(code(&["sg-00000000".into()]), "InvalidGroup.NotFound");
    }
}
