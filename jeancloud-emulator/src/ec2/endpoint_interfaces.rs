//! What interface endpoints have and gateway endpoints don't: interfaces, groups, names.

use serde_json::{Value, json};

use super::{
    endpoint_service as service,
    network_interface::{self, NetworkInterface, Requester},
    security_group::{self, SecurityGroup},
    subnet::{self, Subnet},
    vpc::Vpc,
    vpc_endpoint::{VpcEndpoint, private_key},
};
use crate::{call::Call, error::AwsError, fields::Fields, world::Draw};

const REQUESTER: Requester = Requester {
    id: "727180483921",
    owner: "amazon-aws",
    interface_type: "vpc_endpoint",
};

/// Completes the view of a new endpoint.
pub(super) fn create(call: &mut Call<'_>, input: &Value, view: &mut Value) -> Result<(), AwsError> {
    let vpc = view.text("VpcId").to_owned();
    // "Default: true", API_CreateVpcEndpoint.
    let private = input
        .get("PrivateDnsEnabled")
        .and_then(Value::as_bool)
        .unwrap_or(true);
    set_private(call, view, private)?;
    let default = security_group::default_of(call, &vpc);
    let mut groups: Vec<&str> = input.texts("SecurityGroupIds").collect();
    if groups.is_empty() {
        groups.extend(default.as_deref());
    }
    view["Groups"] = named(call, &groups)?;
    view["DnsOptions"] = json!({"DnsRecordIpType": view["IpAddressType"]});
    set_dns_options(input, view);
    let subnets: Vec<&str> = input.texts("SubnetIds").collect();
    check_subnets(call, &vpc, &[], &subnets)?;
    add_subnets(call, view, &subnets)?;
    name(call, view);
    Ok(())
}

/// Changes an endpoint's view, and says whether that takes time.
pub(super) fn modify(
    call: &mut Call<'_>,
    input: &Value,
    view: &mut Value,
) -> Result<bool, AwsError> {
    let vpc = view.text("VpcId").to_owned();
    let added: Vec<&str> = input.texts("AddSubnetIds").collect();
    let removed: Vec<&str> = input.texts("RemoveSubnetIds").collect();
    let before = view.clone();
    let kept: Vec<&str> = before
        .texts("SubnetIds")
        .filter(|id| !removed.contains(id))
        .collect();
    check_subnets(call, &vpc, &kept, &added)?;
    let before_groups = before
        .items("Groups")
        .iter()
        .map(|group| group.text("GroupId"));
    let gone: Vec<&str> = input.texts("RemoveSecurityGroupIds").collect();
    let mut groups: Vec<&str> = before_groups.filter(|id| !gone.contains(id)).collect();
    for id in input.texts("AddSecurityGroupIds") {
        if !groups.contains(&id) {
            groups.push(id);
        }
    }
    let named = named(call, &groups)?;
    if let Some(private) = input.get("PrivateDnsEnabled").and_then(Value::as_bool) {
        set_private(call, view, private)?;
    }
    if named != view["Groups"] {
        for interface in before.texts("NetworkInterfaceIds") {
            network_interface::set_groups(call, interface, &groups)?;
        }
        view["Groups"] = named;
    }
    view.take_over(input, &["IpAddressType"]);
    set_dns_options(input, view);
    remove_subnets(call, view, &removed);
    add_subnets(call, view, &added)?;
    name(call, view);
    Ok(view["SubnetIds"] != before["SubnetIds"]
        || view["PrivateDnsEnabled"] != before["PrivateDnsEnabled"])
}

fn set_dns_options(input: &Value, view: &mut Value) {
    if let Some(options) = input.at("DnsOptions") {
        let names = [
            "DnsRecordIpType",
            "PrivateDnsOnlyForInboundResolverEndpoint",
        ];
        view["DnsOptions"].take_over(options, &names);
    }
}

/// "To use a private hosted zone, you must set the following VPC attributes to true:
/// enableDnsHostnames and enableDnsSupport", API_CreateVpcEndpoint; and one endpoint of a VPC has a
/// service's own name.
fn set_private(call: &Call<'_>, view: &mut Value, private: bool) -> Result<(), AwsError> {
    let (vpc, name) = (view.text("VpcId"), view.text("ServiceName"));
    if private && !view.flag("PrivateDnsEnabled") {
        let ready = call
            .get::<Vpc>(vpc)
            .is_some_and(|it| it.dns_support && it.dns_hostnames);
        if !ready {
            let message = format!(
                "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC \
                 attributes set to true for {vpc}"
            );
            return Err(AwsError::new("InvalidParameter", message));
        }
        if call
            .table::<VpcEndpoint>()
            .any_with(&private_key(vpc, name))
        {
            let domain = service::private_name(&call.region, name).unwrap_or_default();
            let message = format!(
                "private-dns-enabled cannot be set because there is already a conflicting DNS \
                 domain for {domain} in the VPC {vpc}"
            );
            return Err(AwsError::new("InvalidParameter", message));
        }
    }
    view["PrivateDnsEnabled"] = private.into();
    Ok(())
}

fn named(call: &Call<'_>, groups: &[&str]) -> Result<Value, AwsError> {
    let named = groups.iter().map(|id| {
        let group = call.get::<SecurityGroup>(id);
        let group = group.ok_or_else(|| security_group::not_found(id))?;
        Ok(json!({"GroupId": id, "GroupName": group.view["GroupName"]}))
    });
    named.collect()
}

/// You can select one subnet per Availability Zone; see "Access an AWS service using an interface
/// VPC
/// endpoint".
///
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html>
fn check_subnets(
    call: &Call<'_>,
    vpc: &str,
    kept: &[&str],
    added: &[&str],
) -> Result<(), AwsError> {
    let mut zones = Vec::new();
    for id in kept.iter().chain(added) {
        let found = call
            .get::<Subnet>(id)
            .ok_or_else(|| subnet::not_found(id))?;
        if found.view.text("VpcId") != vpc {
            let message = format!("Subnet {id} belongs to another network than {vpc}");
            return Err(AwsError::new("InvalidParameter", message));
        }
        let zone = found.view.text("AvailabilityZone");
        if zones.contains(&zone) {
            let message =
                format!("Found another VPC endpoint subnet in the availability zone of {id}");
            return Err(AwsError::new("DuplicateSubnetsInSameZone", message));
        }
        zones.push(zone);
    }
    Ok(())
}

fn add_subnets(call: &mut Call<'_>, view: &mut Value, subnets: &[&str]) -> Result<(), AwsError> {
    let groups = view["Groups"].clone();
    let groups: Vec<&str> = groups
        .as_array()
        .into_iter()
        .flatten()
        .map(|group| group.text("GroupId"))
        .collect();
    let description = format!("VPC Endpoint Interface {}", view.text("VpcEndpointId"));
    let mut made: Vec<String> = Vec::new();
    for id in subnets {
        let interface = network_interface::attach(call, id, &groups, &description, REQUESTER);
        match interface {
            Ok(interface) => made.push(interface),
            Err(error) => {
                for interface in made {
                    network_interface::remove(call, &interface);
                }
                return Err(error);
            }
        }
    }
    push(view, "SubnetIds", subnets.iter().map(|id| (*id).to_owned()));
    push(view, "NetworkInterfaceIds", made.into_iter());
    Ok(())
}

fn push(view: &mut Value, member: &str, more: impl Iterator<Item = String>) {
    if let Some(list) = view[member].as_array_mut() {
        list.extend(more.map(Value::from));
    }
}

fn remove_subnets(call: &mut Call<'_>, view: &mut Value, subnets: &[&str]) {
    let interfaces: Vec<String> = view
        .texts("NetworkInterfaceIds")
        .map(str::to_owned)
        .collect();
    let gone = |id: &String| {
        let interface = call.get::<NetworkInterface>(id);
        interface.is_none_or(|it| subnets.contains(&it.view.text("SubnetId")))
    };
    let (gone, kept): (Vec<String>, Vec<String>) = interfaces.into_iter().partition(gone);
    for interface in gone {
        network_interface::remove(call, &interface);
    }
    view["NetworkInterfaceIds"] = kept.into();
    if let Some(ids) = view["SubnetIds"].as_array_mut() {
        ids.retain(|id| !subnets.iter().any(|gone| id == gone));
    }
}

/// Names an endpoint: in the region, in each zone, and the service's own.
///
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html>
fn name(call: &Call<'_>, view: &mut Value) {
    let (region, service_name) = (&call.region, view.text("ServiceName"));
    let id = view.text("VpcEndpointId");
    let short = service::short_name(region, service_name).unwrap_or_default();
    let label = format!("{id}-{}", Draw::new(0, ["endpoint", id]).hex(8));
    // Some names stand for all that a client puts before them.
    let star = if short == "s3" { "*." } else { "" };
    let suffix = format!("{short}.{region}.vpce.amazonaws.com");
    let mut names = vec![format!("{star}{label}.{suffix}")];
    for subnet in view.texts("SubnetIds") {
        if let Some(subnet) = call.get::<Subnet>(subnet) {
            let zone = subnet.view.text("AvailabilityZone");
            names.push(format!("{star}{label}-{zone}.{suffix}"));
        }
    }
    let shared = zone_id(&["endpoints", region]);
    let mut entries: Vec<Value> = names
        .into_iter()
        .map(|name| json!({"DnsName": name, "HostedZoneId": shared}))
        .collect();
    if view.flag("PrivateDnsEnabled")
        && let Some(private) = service::private_name(region, service_name)
    {
        let zone = zone_id(&["endpoint", id]);
        entries.push(json!({"DnsName": private, "HostedZoneId": zone}));
    }
    view["DnsEntries"] = entries.into();
}

fn zone_id(words: &[&str]) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    format!("Z{}", Draw::new(0, words.iter().copied()).text(letters, 20))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{
        Emulator,
        durations::{INTERFACE_ENDPOINT_AVAILABLE, INTERFACE_ENDPOINT_DELETED},
        testing::Aws,
    };

    const LOGS: &str = "com.amazonaws.eu-west-3.logs";

    fn named_vpc(aws: &Aws) -> Value {
        let vpc = aws.vpc("10.0.0.0/16");
        let on = json!({"VpcId": vpc, "EnableDnsHostnames": {"Value": true}});
        aws.ok("ec2", "ModifyVpcAttribute", on);
        vpc
    }

    fn input(vpc: &Value, subnets: &[&Value]) -> Value {
        json!({
            "VpcId": vpc,
            "ServiceName": LOGS,
            "VpcEndpointType": "Interface",
            "SubnetIds": subnets,
        })
    }

    /// "Pending, Available, Deleting", API_VpcEndpoint; an interface in each subnet, which hold
    /// subnets and groups.
    #[test]
    fn an_endpoint_comes_with_interfaces_and_names_and_goes_with_them() {
        let aws = Aws::of(Emulator::new().client());
        let vpc = named_vpc(&aws);
        let subnet = aws.subnet(&vpc, "10.0.0.0/24", "eu-west-3a");
        let group = aws.group(&vpc, "endpoints");
        let mut wanted = input(&vpc, &[&subnet]);
        wanted["SecurityGroupIds"] = json!([group]);
        let made = aws.ok("ec2", "CreateVpcEndpoint", wanted);
        let id = &made["VpcEndpoint"]["VpcEndpointId"];
        let told = || {
            let found = aws.found(
                "DescribeVpcEndpoints",
                "VpcEndpoints",
                "vpc-endpoint-id",
                id,
            );
            found.into_iter().next()
        };
        assert_eq!(told().unwrap()["State"], "pending");
        aws.emulator().advance(INTERFACE_ENDPOINT_AVAILABLE);
        let endpoint = told().unwrap();
        assert_eq!(endpoint["State"], "available");
        let names = endpoint["DnsEntries"].as_array().unwrap();
        assert_eq!(names.len(), 3);
        assert_eq!(names[2]["DnsName"], "logs.eu-west-3.amazonaws.com");
        let interfaces = aws.found(
            "DescribeNetworkInterfaces",
            "NetworkInterfaces",
            "group-id",
            &group,
        );
        let interface = &interfaces[0];
        assert_eq!(
            endpoint["NetworkInterfaceIds"][0],
            interface["NetworkInterfaceId"]
        );
        assert_eq!(interface["InterfaceType"], "vpc_endpoint");
        let own = json!({"NetworkInterfaceId": interface["NetworkInterfaceId"]});
        let code = aws.code("ec2", "DeleteNetworkInterface", own);
        assert_eq!(code, "InvalidParameterValue");
        let attachment = json!({"AttachmentId": interface["Attachment"]["AttachmentId"]});
        assert_eq!(
            aws.code("ec2", "DetachNetworkInterface", attachment),
            "AuthFailure"
        );
        aws.ok("ec2", "DeleteVpcEndpoints", json!({"VpcEndpointIds": [id]}));
        assert_eq!(told().unwrap()["State"], "deleting");
        let group = json!({"GroupId": group});
        let code = aws.code("ec2", "DeleteSecurityGroup", group.clone());
        assert_eq!(code, "DependencyViolation");
        aws.emulator().advance(INTERFACE_ENDPOINT_DELETED);
        assert_eq!(told(), None);
        aws.ok("ec2", "DeleteSecurityGroup", group);
        aws.ok("ec2", "DeleteSubnet", json!({"SubnetId": subnet}));
        aws.ok("ec2", "DeleteVpc", json!({"VpcId": vpc}));
    }

    /// "Enable private DNS names", "Access an AWS service using an interface VPC endpoint".
    #[test]
    fn private_names_need_attributes_and_are_one_endpoints() {
        let aws = Aws::new();
        let plain = aws.vpc("10.1.0.0/16");
        let code = aws.code("ec2", "CreateVpcEndpoint", input(&plain, &[]));
        assert_eq!(code, "InvalidParameter");
        let vpc = named_vpc(&aws);
        aws.ok("ec2", "CreateVpcEndpoint", input(&vpc, &[]));
        let refusal = aws.refused("ec2", "CreateVpcEndpoint", input(&vpc, &[]));
        assert_eq!(refusal.code, "InvalidParameter");
        assert!(
            refusal.message.contains("conflicting DNS domain"),
            "{refusal:?}"
        );
        let mut without = input(&vpc, &[]);
        without["PrivateDnsEnabled"] = false.into();
        aws.ok("ec2", "CreateVpcEndpoint", without);
    }

    #[test]
    fn a_zone_has_one_subnet_and_subnets_are_changed() {
        let aws = Aws::new();
        let vpc = named_vpc(&aws);
        let a = aws.subnet(&vpc, "10.0.0.0/24", "eu-west-3a");
        let same = aws.subnet(&vpc, "10.0.1.0/24", "eu-west-3a");
        let b = aws.subnet(&vpc, "10.0.2.0/24", "eu-west-3b");
        let code = aws.code("ec2", "CreateVpcEndpoint", input(&vpc, &[&a, &same]));
        assert_eq!(code, "DuplicateSubnetsInSameZone");
        let made = aws.ok("ec2", "CreateVpcEndpoint", input(&vpc, &[&a]));
        let id = &made["VpcEndpoint"]["VpcEndpointId"];
        let change = json!({"VpcEndpointId": id, "AddSubnetIds": [b], "RemoveSubnetIds": [a]});
        aws.ok("ec2", "ModifyVpcEndpoint", change);
        let found = aws.found(
            "DescribeVpcEndpoints",
            "VpcEndpoints",
            "vpc-endpoint-id",
            id,
        );
        assert_eq!(found[0]["SubnetIds"], json!([b]));
        aws.ok("ec2", "DeleteSubnet", json!({"SubnetId": a}));
        let code = aws.code("ec2", "DeleteSubnet", json!({"SubnetId": b}));
        assert_eq!(code, "DependencyViolation");
    }
}
