//! Where a load balancer is and what may reach it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{common, load_balancer::LoadBalancer};
use crate::{
    call::Call,
    ec2::{internet_gateway::InternetGateway, subnet::Subnet},
    error::{AwsError, Outcome},
    fields::Fields,
    interfaces,
};

/// The subnets of a load balancer.
pub(super) struct Place {
    pub vpc: String,
    /// As `AvailabilityZones` tells them, by zone.
    pub zones: Vec<Value>,
}

/// Reads `Subnets` or `SubnetMappings`.
pub(super) fn place(
    call: &Call<'_>,
    input: &Value,
    kind: &str,
    scheme: &str,
) -> Result<Place, AwsError> {
    let mappings = input.items("SubnetMappings").iter();
    let mapped = mappings.map(|it| it.text("SubnetId"));
    let named: BTreeSet<&str> = input.texts("Subnets").chain(mapped).collect();
    let mut zones = Vec::new();
    let mut vpcs = BTreeSet::new();
    for id in &named {
        let subnet = call.get::<Subnet>(id).ok_or_else(|| {
            let message = format!("The subnet ID '{id}' does not exist");
            AwsError::new("SubnetNotFound", message)
        })?;
        vpcs.insert(subnet.view.text("VpcId"));
        zones.push(json!({
            "LoadBalancerAddresses": [],
            "SubnetId": id,
            "ZoneName": subnet.view["AvailabilityZone"],
        }));
    }
    let least = if kind == "application" { 2 } else { 1 };
    if zones.len() < least {
        let message = match least {
            2 => "At least two subnets in two different Availability Zones must be specified",
            _ => "At least one subnet must be specified",
        };
        return Err(common::invalid(message));
    }
    let different: BTreeSet<&str> = zones.iter().map(|it| it.text("ZoneName")).collect();
    if different.len() < zones.len() {
        let message =
            "A load balancer cannot be attached to multiple subnets in the same Availability Zone";
        return Err(AwsError::new("InvalidConfigurationRequest", message));
    }
    let vpc = vpcs.first().copied().unwrap_or_default().to_owned();
    if vpcs.len() > 1 {
        let message = "All subnets must belong to the same VPC";
        return Err(AwsError::new("InvalidConfigurationRequest", message));
    }
    let way_out = call.table::<InternetGateway>().any_with(&vpc);
    if scheme == "internet-facing" && kind != "gateway" && !way_out {
        let message = format!("VPC {vpc} has no internet gateway");
        return Err(AwsError::new("InvalidSubnet", message));
    }
    zones.sort_by(|one, other| one.text("ZoneName").cmp(other.text("ZoneName")));
    Ok(Place { vpc, zones })
}

/// The groups that an input names, or those that it then has.
pub(super) fn groups(
    call: &Call<'_>,
    input: &Value,
    kind: &str,
    vpc: &str,
) -> Result<Option<Vec<String>>, AwsError> {
    let named: Vec<String> = input.texts("SecurityGroups").map(str::to_owned).collect();
    if kind == "gateway" {
        return Ok(None);
    }
    interfaces::check_groups(call, &named, vpc).map_err(|id| {
        AwsError::new(
            "InvalidSecurityGroup",
            format!("The security group '{id}' does not exist"),
        )
    })?;
    match (named.is_empty(), kind) {
        // "If you don't specify … the default security group for the VPC", the user guide.
        (true, "application") => Ok(interfaces::default_group(call, vpc).map(|it| vec![it])),
        (true, _) => Ok(None),
        (false, _) => Ok(Some(named)),
    }
}

/// Puts an interface into each subnet that has none, and takes away those that are elsewhere.
pub(super) fn attach(call: &mut Call<'_>, balancer: &mut LoadBalancer) -> Result<(), AwsError> {
    let arn = balancer.view.text("LoadBalancerArn").to_owned();
    let path = arn
        .split_once(":loadbalancer/")
        .map_or("", |(_, path)| path);
    let requester = match balancer.view.text("Type") {
        "application" => interfaces::LOAD_BALANCER,
        _ => interfaces::NETWORK_LOAD_BALANCER,
    };
    let subnets = balancer.view.items("AvailabilityZones").iter();
    let subnets: Vec<String> = subnets.map(|it| it.text("SubnetId").to_owned()).collect();
    let groups: Vec<&str> = balancer.view.texts("SecurityGroups").collect();
    for subnet in &subnets {
        if !balancer.interfaces.contains_key(subnet) {
            let description = format!("ELB {path}");
            let (id, _) = interfaces::attach(call, subnet, &groups, &description, requester)?;
            balancer.interfaces.insert(subnet.clone(), id);
        }
    }
    balancer.interfaces.retain(|subnet, id| {
        let stays = subnets.contains(subnet);
        if !stays {
            interfaces::remove(call, id);
        }
        stays
    });
    Ok(())
}

/// SetSubnets.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html>
pub(super) fn set_subnets(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut balancer = common::load_balancer(call, input)?.clone();
    let (kind, scheme) = (balancer.view.text("Type"), balancer.view.text("Scheme"));
    let place = place(call, input, kind, scheme)?;
    if place.vpc != balancer.view.text("VpcId") {
        let message = "The subnets must belong to the load balancer's VPC";
        return Err(AwsError::new("InvalidSubnet", message));
    }
    balancer.view["AvailabilityZones"] = place.zones.into();
    balancer.view.take_over(input, &["IpAddressType"]);
    attach(call, &mut balancer)?;
    let answer = json!({
        "AvailabilityZones": balancer.view["AvailabilityZones"],
        "IpAddressType": balancer.view["IpAddressType"],
    });
    *common::load_balancer(call, input)? = balancer;
    Ok(answer)
}

/// SetSecurityGroups.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html>
pub(super) fn set_security_groups(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut balancer = common::load_balancer(call, input)?.clone();
    let (kind, vpc) = (balancer.view.text("Type"), balancer.view.text("VpcId"));
    let had_none = balancer.view.at("SecurityGroups").is_none();
    if kind == "network" && had_none && !input.items("SecurityGroups").is_empty() {
        // "You can't perform this operation on a Network Load Balancer unless you specified a
        // security group for the load balancer when you created it", the same.
        let message = "You cannot set security groups on a Network Load Balancer that was created \
                       without any";
        return Err(AwsError::new("InvalidConfigurationRequest", message));
    }
    let groups = groups(call, input, kind, vpc)?.unwrap_or_default();
    let named: Vec<&str> = groups.iter().map(String::as_str).collect();
    for interface in balancer.interfaces.values() {
        interfaces::set_groups(call, interface, &named)?;
    }
    let enforce = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";
    balancer.view.take_over(input, &[enforce]);
    balancer.view["SecurityGroups"] = json!(groups);
    let mut answer = json!({"SecurityGroupIds": groups});
    answer.take_over(&balancer.view, &[enforce]);
    *common::load_balancer(call, input)? = balancer;
    Ok(answer)
}

/// SetIpAddressType.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetIpAddressType.html>
pub(super) fn set_ip_address_type(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut balancer = common::load_balancer(call, input)?;
    balancer.view.take_over(input, &["IpAddressType"]);
    Ok(json!({"IpAddressType": input["IpAddressType"]}))
}
