//! Routes of route tables.

use serde_json::{Value, json};

use super::{
    cidr::Cidr,
    cidr6::Cidr6,
    common,
    internet_gateway::InternetGateway,
    nat_gateway::NatGateway,
    network_interface::NetworkInterface,
    prefix_list,
    route_table::{self, RouteTable},
    vpc_endpoint::VpcEndpoint,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// Routes per route table (non-propagated): 500; see "Amazon VPC quotas".
const PER_TABLE: usize = 500;

/// What a route may lead to, and the error for one that isn't there.
const TARGETS: [(&str, &str, &str); 12] = [
    ("GatewayId", "InvalidGatewayID", "gateway"),
    ("NatGatewayId", "InvalidNatGatewayID", "natGateway"),
    (
        "NetworkInterfaceId",
        "InvalidNetworkInterfaceID",
        "networkInterface",
    ),
    ("VpcEndpointId", "InvalidVpcEndpointId", "vpcEndpoint"),
    ("InstanceId", "InvalidInstanceID", "instance"),
    (
        "EgressOnlyInternetGatewayId",
        "InvalidGatewayID",
        "egressOnlyInternetGateway",
    ),
    (
        "TransitGatewayId",
        "InvalidTransitGatewayID",
        "transitGateway",
    ),
    (
        "VpcPeeringConnectionId",
        "InvalidVpcPeeringConnectionID",
        "vpcPeeringConnection",
    ),
    (
        "CarrierGatewayId",
        "InvalidCarrierGatewayID",
        "carrierGateway",
    ),
    ("LocalGatewayId", "InvalidLocalGatewayID", "localGateway"),
    ("CoreNetworkArn", "InvalidCoreNetworkArn", "coreNetwork"),
    ("OdbNetworkArn", "InvalidOdbNetworkArn", "odbNetwork"),
];

/// CreateRoute.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let table = table_of(call, input)?;
    let destination = Destination::of(call, input)?;
    let routes = table.view.items("Routes");
    if routes.iter().any(|route| destination.is_of(route)) {
        let message = format!(
            "The route identified by {} already exists.",
            destination.text
        );
        return Err(AwsError::new("RouteAlreadyExists", message));
    }
    let made = routes
        .iter()
        .filter(|it| it.text("Origin") == "CreateRoute");
    if made.count() >= PER_TABLE {
        let message = "The maximum number of routes has been reached.";
        return Err(AwsError::new("RouteLimitExceeded", message));
    }
    let target = target(call, input, &table.view)?;
    within_network(&table.view, &destination, &target)?;
    let mut route = json!({"Origin": "CreateRoute", "State": "active"});
    route[destination.member] = destination.text.into();
    route[target.member] = target.id.into();
    let id = input.text("RouteTableId");
    if let Some(mut table) = call.table_mut::<RouteTable>().get_mut(id)
        && let Some(routes) = table.view["Routes"].as_array_mut()
    {
        routes.push(route);
    }
    Ok(json!({"Return": true}))
}

/// ReplaceRoute: the same destination, another target.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRoute.html>
pub(super) fn replace(call: &mut Call<'_>, input: &Value) -> Outcome {
    let table = table_of(call, input)?;
    let destination = Destination::of(call, input)?;
    let routes = table.view.items("Routes");
    let Some(at) = routes.iter().position(|route| destination.is_of(route)) else {
        let message = format!(
            "There is no route defined for '{}' in the route table. Use CreateRoute instead.",
            destination.text
        );
        return Err(common::invalid(message));
    };
    let origin = routes[at].text("Origin").to_owned();
    let target = match input.flag("LocalTarget") {
        true => Target::local(),
        false => target(call, input, &table.view)?,
    };
    let mut route = json!({"Origin": origin, "State": "active"});
    route[destination.member] = destination.text.into();
    route[target.member] = target.id.into();
    let id = input.text("RouteTableId");
    if let Some(mut table) = call.table_mut::<RouteTable>().get_mut(id) {
        table.view["Routes"][at] = route;
    }
    common::done()
}

/// DeleteRoute: not of a local route, nor of an endpoint's.
///
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRoute.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let table = table_of(call, input)?;
    let id = input.text("RouteTableId");
    let destination = Destination::of(call, input)?;
    let routes = table.view.items("Routes");
    let Some(at) = routes.iter().position(|route| destination.is_of(route)) else {
        let message = format!(
            "no route with {} {} in route table {id}",
            destination.spelt, destination.text
        );
        return Err(AwsError::new("InvalidRoute.NotFound", message));
    };
    let route = &routes[at];
    if route.text("Origin") == "CreateRouteTable" {
        let message = format!(
            "cannot remove local route {} in route table {id}",
            destination.text
        );
        return Err(common::invalid(message));
    }
    if destination.member == "DestinationPrefixListId"
        && route.text("GatewayId").starts_with("vpce-")
    {
        let message = format!(
            "cannot remove VPC endpoint route {} in route table {id}",
            destination.text
        );
        return Err(common::invalid(message));
    }
    if let Some(mut table) = call.table_mut::<RouteTable>().get_mut(id)
        && let Some(routes) = table.view["Routes"].as_array_mut()
    {
        routes.remove(at);
    }
    common::done()
}

fn table_of<'c>(call: &'c Call<'_>, input: &Value) -> Result<&'c RouteTable, AwsError> {
    let id = input.text("RouteTableId");
    call.get(id).ok_or_else(|| route_table::not_found(id))
}

/// Where a route's traffic wants to go.
struct Destination {
    member: &'static str,
    spelt: &'static str,
    text: String,
}

impl Destination {
    /// "We modify the specified CIDR block to its canonical form", API_CreateRoute.
    fn of(call: &Call<'_>, input: &Value) -> Result<Self, AwsError> {
        if let Some(block) = input.some_text("DestinationCidrBlock") {
            return Ok(Self {
                member: "DestinationCidrBlock",
                spelt: "destination-cidr-block",
                text: Cidr::parse("destinationCidrBlock", block)?.to_string(),
            });
        }
        if let Some(block) = input.some_text("DestinationIpv6CidrBlock") {
            return Ok(Self {
                member: "DestinationIpv6CidrBlock",
                spelt: "destination-ipv6-cidr-block",
                text: Cidr6::parse("destinationIpv6CidrBlock", block)?.to_string(),
            });
        }
        let list = input.some_text("DestinationPrefixListId");
        let list = list.ok_or_else(|| common::missing("destinationCidrBlock"))?;
        prefix_list::named(&call.region, list)?;
        Ok(Self {
            member: "DestinationPrefixListId",
            spelt: "destination-prefix-list-id",
            text: list.to_owned(),
        })
    }

    fn is_of(&self, route: &Value) -> bool {
        route.text(self.member) == self.text
    }
}

/// What a route leads to, as the route shows it.
struct Target {
    member: &'static str,
    id: String,
}

impl Target {
    fn local() -> Self {
        Self {
            member: "GatewayId",
            id: "local".to_owned(),
        }
    }
}

/// The target in the input, which exists and is in the table's network.
fn target(call: &Call<'_>, input: &Value, table: &Value) -> Result<Target, AwsError> {
    let given = TARGETS
        .iter()
        .filter(|(member, ..)| input.at(member).is_some());
    let given: Vec<_> = given.collect();
    let [(member, code, what)] = given[..] else {
        let names: Vec<&str> = TARGETS.iter().map(|(member, ..)| *member).collect();
        let message = format!(
            "The request must contain exactly one of {}",
            names.join(", ")
        );
        return Err(match given.is_empty() {
            true => AwsError::new("MissingParameter", message),
            false => AwsError::new("InvalidParameterCombination", message),
        });
    };
    let id = input.text(member);
    let shown = match *member {
        // An endpoint stands where gateways stand.
        "VpcEndpointId" => "GatewayId",
        member => member,
    };
    let missing = || common::not_found(code, what, id);
    let network = network_of(call, member, id).ok_or_else(missing)?;
    if network != table.text("VpcId") {
        let message = format!(
            "route table {} and network gateway {id} belong to different networks",
            table.text("RouteTableId")
        );
        return Err(common::invalid(message));
    }
    Ok(Target {
        member: shown,
        id: id.to_owned(),
    })
}

/// The VPC of a target, "" of a gateway that is attached to none.
fn network_of(call: &Call<'_>, member: &str, id: &str) -> Option<String> {
    let vpc = match member {
        "GatewayId" if id.starts_with("igw-") => {
            let gateway = call.get::<InternetGateway>(id)?;
            let attachment = gateway.view.items("Attachments").first();
            attachment.map(|it| it.text("VpcId")).unwrap_or_default()
        }
        "GatewayId" | "VpcEndpointId" => call.get::<VpcEndpoint>(id)?.view.text("VpcId"),
        "NatGatewayId" => {
            let gateway = call.get::<NatGateway>(id)?;
            let over = ["deleting", "deleted", "failed"];
            if over.contains(&gateway.view.text("State")) {
                return None;
            }
            gateway.view.text("VpcId")
        }
        "NetworkInterfaceId" => call.get::<NetworkInterface>(id)?.view.text("VpcId"),
        _ => return None,
    };
    Some(vpc.to_owned())
}

/// You can't add routes that are more specific than the local route but to a NAT gateway, a
/// network interface or an endpoint.
///
/// <https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html>
fn within_network(table: &Value, to: &Destination, target: &Target) -> Result<(), AwsError> {
    if to.member != "DestinationCidrBlock" || !target.id.starts_with("igw-") {
        return Ok(());
    }
    let block = Cidr::parse("destinationCidrBlock", &to.text)?;
    let local = table.items("Routes").iter().filter(|route| {
        route.text("Origin") == "CreateRouteTable" && route.at("DestinationCidrBlock").is_some()
    });
    for route in local {
        let local = Cidr::parse("destinationCidrBlock", route.text("DestinationCidrBlock"))?;
        if local.contains(block) {
            let message = format!(
                "Cannot create a more specific route for {block} than local route {local} in \
                 route table {}",
                table.text("RouteTableId")
            );
            return Err(common::invalid(message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn public(aws: &Aws) -> (Value, Value, Value) {
        let vpc = aws.vpc("10.0.0.0/16");
        let gateway = aws.gateway(&vpc);
        let table = aws.ok("ec2", "CreateRouteTable", json!({"VpcId": vpc}));
        (vpc, gateway, table["RouteTable"]["RouteTableId"].clone())
    }

    fn routes(aws: &Aws, table: &Value) -> Value {
        let told = aws.ok(
            "ec2",
            "DescribeRouteTables",
            json!({"RouteTableIds": [table]}),
        );
        told["RouteTables"][0]["Routes"].clone()
    }

    #[test]
    fn a_route_is_made_canonical_once_and_goes() {
        let aws = Aws::new();
        let (_, gateway, table) = public(&aws);
        let route = |block: &str| json!({"RouteTableId": table, "DestinationCidrBlock": block, "GatewayId": gateway});
        aws.ok("ec2", "CreateRoute", route("0.0.0.0/0"));
        aws.ok("ec2", "CreateRoute", route("100.68.0.18/18"));
        let told = routes(&aws, &table);
        let made = json!({
            "DestinationCidrBlock": "0.0.0.0/0",
            "GatewayId": gateway,
            "Origin": "CreateRoute",
            "State": "active",
        });
        assert_eq!(told[1], made);
        assert_eq!(told[2]["DestinationCidrBlock"], "100.68.0.0/18");
        let code = aws.code("ec2", "CreateRoute", route("0.0.0.0/0"));
        assert_eq!(code, "RouteAlreadyExists");
        let gone = json!({"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0"});
        aws.ok("ec2", "DeleteRoute", gone.clone());
        assert_eq!(
            aws.code("ec2", "DeleteRoute", gone.clone()),
            "InvalidRoute.NotFound"
        );
        let mut replaced = gone;
        replaced["GatewayId"] = gateway;
        assert_eq!(
            aws.code("ec2", "ReplaceRoute", replaced),
            "InvalidParameterValue"
        );
    }

    /// You can't delete the local route; see "Route table concepts"; more specific ones lead to
    /// middleboxes only, "Example routing options".
    #[test]
    fn the_local_route_stays() {
        let aws = Aws::new();
        let (_, gateway, table) = public(&aws);
        let local = json!({"RouteTableId": table, "DestinationCidrBlock": "10.0.0.0/16"});
        assert_eq!(
            aws.code("ec2", "DeleteRoute", local),
            "InvalidParameterValue"
        );
        for (block, code) in [
            ("10.0.0.0/16", "RouteAlreadyExists"),
            ("10.0.1.0/24", "InvalidParameterValue"),
        ] {
            let route =
                json!({"RouteTableId": table, "DestinationCidrBlock": block, "GatewayId": gateway});
            assert_eq!(aws.code("ec2", "CreateRoute", route), code, "{block}");
        }
    }

    #[test]
    fn a_route_leads_to_one_target_in_its_network() {
        let aws = Aws::new();
        let (_, _, table) = public(&aws);
        let other = aws.gateway(&aws.vpc("10.1.0.0/16"));
        let to = |targets: Value| {
            let mut route = json!({"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0"});
            for (name, id) in targets.as_object().unwrap() {
                route[name] = id.clone();
            }
            aws.code("ec2", "CreateRoute", route)
        };
        assert_eq!(to(json!({})), "MissingParameter");
        let missing = json!({"GatewayId": "igw-00000000"});
        assert_eq!(to(missing), "InvalidGatewayID.NotFound");
        let missing = json!({"NatGatewayId": "nat-00000000"});
        assert_eq!(to(missing), "InvalidNatGatewayID.NotFound");
        assert_eq!(to(json!({"GatewayId": other})), "InvalidParameterValue");
        let two = json!({"GatewayId": other, "NatGatewayId": "nat-00000000"});
        assert_eq!(to(two), "InvalidParameterCombination");
    }

    /// State: blackhole indicates that the route's target isn't available (for example, the
    /// specified gateway isn't attached to the VPC); see API_Route.
    #[test]
    fn a_route_to_a_detached_gateway_is_a_blackhole() {
        let aws = Aws::new();
        let (vpc, gateway, table) = public(&aws);
        let route = json!({
            "RouteTableId": table,
            "DestinationIpv6CidrBlock": "::/0",
            "GatewayId": gateway,
        });
        aws.ok("ec2", "CreateRoute", route);
        let pair = json!({"InternetGatewayId": gateway, "VpcId": vpc});
        aws.ok("ec2", "DetachInternetGateway", pair.clone());
        assert_eq!(routes(&aws, &table)[1]["State"], "blackhole");
        aws.ok("ec2", "AttachInternetGateway", pair);
        assert_eq!(routes(&aws, &table)[1]["State"], "active");
    }
}
