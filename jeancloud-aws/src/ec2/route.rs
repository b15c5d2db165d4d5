//! Routes. Found again by table and destination, where the table or its VPC is the stack's own.

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_ec2::types::{Route as SdkRoute, RouteOrigin, RouteTable as SdkRouteTable};
use jeancloud_model::{
    Arn, Input,
    ec2::{
        CarrierGatewayId, EgressOnlyInternetGatewayId, GatewayId, LocalGatewayId, NatGatewayId,
        NetworkInterfaceId, Route, RouteDestination, RouteTableId, RouteTarget, TransitGatewayId,
        VpcEndpointId, VpcPeeringConnectionId,
    },
    lookup::PrefixListId,
};
use jeancloud_stack::provider::Found;

use super::{common, parent, route_table};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    wait,
};

pub(super) struct RouteHandler;

#[async_trait]
impl Handler for RouteHandler {
    type Resource = Route;

    const PERMISSIONS: &'static [&'static str] = &[
        "ec2:CreateRoute",
        "ec2:DeleteRoute",
        "ec2:DescribeRouteTables",
        "ec2:DescribeVpcs",
        "ec2:ReplaceRoute",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<Route>>> {
        let of = |id: &String| id.split_once('|').map(|(table, _)| table.to_owned());
        let tables: BTreeSet<String> = ids.iter().filter_map(of).collect();
        let tables: Vec<String> = tables.into_iter().collect();
        let tables = route_table::describe(aws, "route-table-id", &tables).await?;
        let asked: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
        let seen = tables.iter().flat_map(routes).map(|(_, seen)| seen);
        Ok(seen
            .filter(|seen| asked.contains(seen.id.as_str()))
            .collect())
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let wanted: Vec<_> = search
            .keyed(KEY)
            .filter_map(|(wanted, key)| {
                let table = key.get("RouteTableId")?.as_str()?.to_owned();
                let destination = KEY[1..].iter().find_map(|name| key.get(*name)?.as_str())?;
                Some((wanted, format!("{table}|{destination}"), table))
            })
            .collect();
        let tables: BTreeSet<&str> = wanted.iter().map(|(_, _, table)| table.as_str()).collect();
        let tables: Vec<&str> = tables.into_iter().collect();
        let tables = route_table::describe(aws, "route-table-id", &tables).await?;
        let mut found = Vec::new();
        for (wanted, id, _) in &wanted {
            let there = tables
                .iter()
                .flat_map(routes)
                .find(|(_, seen)| seen.id == *id);
            let Some((table, _)) = there else { continue };
            let vpc = table.vpc_id().unwrap_or_default();
            let ours = parent::is_ours(search, table.tags())
                || parent::vpc_is_ours(aws, search, vpc).await?;
            if ours {
                let ownership = wanted.ownership.clone();
                found.push(Found {
                    ownership,
                    id: id.clone(),
                });
            }
        }
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, Route>) -> Result<String> {
        let route = &new.resource;
        let (ipv4, ipv6, list) = destination(&route.destination);
        let to = Target::of(&route.target);
        let call = aws
            .ec2_once()
            .create_route()
            .route_table_id(route.route_table_id.value().as_str())
            .set_destination_cidr_block(ipv4)
            .set_destination_ipv6_cidr_block(ipv6)
            .set_destination_prefix_list_id(list)
            .set_gateway_id(to.take("GatewayId"))
            .set_nat_gateway_id(to.take("NatGatewayId"))
            .set_egress_only_internet_gateway_id(to.take("EgressOnlyInternetGatewayId"))
            .set_transit_gateway_id(to.take("TransitGatewayId"))
            .set_vpc_peering_connection_id(to.take("VpcPeeringConnectionId"))
            .set_vpc_endpoint_id(to.take("VpcEndpointId"))
            .set_network_interface_id(to.take("NetworkInterfaceId"))
            .set_carrier_gateway_id(to.take("CarrierGatewayId"))
            .set_local_gateway_id(to.take("LocalGatewayId"))
            .set_core_network_arn(to.take("CoreNetworkArn"))
            .set_odb_network_arn(to.take("OdbNetworkArn"));
        call.send().await.map_err(error::of("CreateRoute"))?;
        Ok(id_of(route))
    }

    async fn finish(&self, aws: &Clients, new: &New<'_, Route>, id: &str) -> Result<()> {
        until_there(self, aws, id, &new.resource.target).await
    }

    async fn update(&self, aws: &Clients, change: &Change<Route>) -> Result<()> {
        let route = &change.after;
        let (ipv4, ipv6, list) = destination(&route.destination);
        let to = Target::of(&route.target);
        let call = aws
            .ec2()
            .replace_route()
            .route_table_id(route.route_table_id.value().as_str())
            .set_destination_cidr_block(ipv4)
            .set_destination_ipv6_cidr_block(ipv6)
            .set_destination_prefix_list_id(list)
            .set_gateway_id(to.take("GatewayId"))
            .set_nat_gateway_id(to.take("NatGatewayId"))
            .set_egress_only_internet_gateway_id(to.take("EgressOnlyInternetGatewayId"))
            .set_transit_gateway_id(to.take("TransitGatewayId"))
            .set_vpc_peering_connection_id(to.take("VpcPeeringConnectionId"))
            .set_vpc_endpoint_id(to.take("VpcEndpointId"))
            .set_network_interface_id(to.take("NetworkInterfaceId"))
            .set_carrier_gateway_id(to.take("CarrierGatewayId"))
            .set_local_gateway_id(to.take("LocalGatewayId"))
            .set_core_network_arn(to.take("CoreNetworkArn"))
            .set_odb_network_arn(to.take("OdbNetworkArn"));
        call.send().await.map_err(error::of("ReplaceRoute"))?;
        until_there(self, aws, &change.id, &route.target).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<Route>) -> Result<()> {
        let (ipv4, ipv6, list) = destination(&old.resource.destination);
        let call = aws
            .ec2()
            .delete_route()
            .route_table_id(old.resource.route_table_id.value().as_str())
            .set_destination_cidr_block(ipv4)
            .set_destination_ipv6_cidr_block(ipv6)
            .set_destination_prefix_list_id(list);
        error::or_gone(call.send().await.map_err(error::of("DeleteRoute")))
    }
}

/// What names a route: its table and one of the destinations.
const KEY: &[&str] = &[
    "RouteTableId",
    "DestinationCidrBlock",
    "DestinationIpv6CidrBlock",
    "DestinationPrefixListId",
];

/// The target of a route by the name of its property.
struct Target {
    property: &'static str,
    id: String,
}

impl Target {
    fn of(target: &RouteTarget) -> Self {
        Self {
            property: target.property(),
            id: target_id(target),
        }
    }

    fn take(&self, property: &str) -> Option<String> {
        (self.property == property).then(|| self.id.clone())
    }
}

fn target_id(target: &RouteTarget) -> String {
    match target {
        RouteTarget::Gateway(id) => id.value().to_string(),
        RouteTarget::NatGateway(id) => id.value().to_string(),
        RouteTarget::EgressOnlyInternetGateway(id) => id.value().to_string(),
        RouteTarget::TransitGateway(id) => id.value().to_string(),
        RouteTarget::VpcPeeringConnection(id) => id.value().to_string(),
        RouteTarget::VpcEndpoint(id) => id.value().to_string(),
        RouteTarget::NetworkInterface(id) => id.value().to_string(),
        RouteTarget::CarrierGateway(id) => id.value().to_string(),
        RouteTarget::LocalGateway(id) => id.value().to_string(),
        RouteTarget::CoreNetwork(arn) | RouteTarget::OdbNetwork(arn) => arn.value().to_string(),
    }
}

/// As the three parameters of the API: IPv4 block, IPv6 block, prefix list.
fn destination(destination: &RouteDestination) -> (Option<String>, Option<String>, Option<String>) {
    match destination {
        RouteDestination::Ipv4(block) => (Some(block.value().to_string()), None, None),
        RouteDestination::Ipv6(block) => (None, Some(block.value().to_string()), None),
        RouteDestination::PrefixList(list) => (None, None, Some(list.value().to_string())),
    }
}

fn id_of(route: &Route) -> String {
    let (ipv4, ipv6, list) = destination(&route.destination);
    let destination = ipv4.or(ipv6).or(list).unwrap_or_default();
    format!("{}|{destination}", route.route_table_id.value())
}

async fn until_there(
    handler: &RouteHandler,
    aws: &Clients,
    id: &str,
    target: &RouteTarget,
) -> Result<()> {
    let ids = [id.to_owned()];
    let visible = common::visible("DescribeRouteTables", "the route");
    wait::until(visible, || async {
        let there = handler.observe(aws, &ids).await?.pop();
        Ok(there
            .filter(|seen| seen.resource.target == *target)
            .map(|_| ()))
    })
    .await
}

/// The routes of a table that somebody made: not the local ones, nor what a virtual private gateway
/// propagates.
fn routes(table: &SdkRouteTable) -> impl Iterator<Item = (&SdkRouteTable, Seen<Route>)> {
    let made = |route: &&SdkRoute| route.origin() == Some(&RouteOrigin::CreateRoute);
    let id = table.route_table_id().unwrap_or_default();
    table
        .routes()
        .iter()
        .filter(made)
        .filter_map(move |route| Some((table, read(id, route)?)))
}

fn read(table: &str, route: &SdkRoute) -> Option<Seen<Route>> {
    let destination = if let Some(block) = route.destination_cidr_block() {
        RouteDestination::Ipv4(Input::Known(block.parse().ok()?))
    } else if let Some(block) = route.destination_ipv6_cidr_block() {
        RouteDestination::Ipv6(Input::Known(block.parse().ok()?))
    } else {
        let list = route.destination_prefix_list_id()?.to_owned();
        RouteDestination::PrefixList(Input::Known(PrefixListId::new(list)))
    };
    let resource = Route {
        route_table_id: Input::Known(RouteTableId::new(table.to_owned())),
        destination,
        target: read_target(route)?,
    };
    let id = id_of(&resource);
    let block = id.split_once('|').map(|(_, block)| block.to_owned());
    Some(Seen::new(id, resource).output_text("CidrBlock", block.as_deref()))
}

/// AWS tells the endpoint of a gateway load balancer as a gateway.
fn read_target(route: &SdkRoute) -> Option<RouteTarget> {
    macro_rules! first {
        ($($method:ident: $variant:ident $type:ident),* $(,)?) => {
            $(if let Some(id) = route.$method() {
                return Some(RouteTarget::$variant(Input::Known($type::new(id.to_owned()))));
            })*
        };
    }
    if let Some(id) = route.gateway_id().filter(|id| id.starts_with("vpce-")) {
        let id = VpcEndpointId::new(id.to_owned());
        return Some(RouteTarget::VpcEndpoint(Input::Known(id)));
    }
    first! {
        gateway_id: Gateway GatewayId,
        nat_gateway_id: NatGateway NatGatewayId,
        egress_only_internet_gateway_id: EgressOnlyInternetGateway EgressOnlyInternetGatewayId,
        transit_gateway_id: TransitGateway TransitGatewayId,
        vpc_peering_connection_id: VpcPeeringConnection VpcPeeringConnectionId,
        carrier_gateway_id: CarrierGateway CarrierGatewayId,
        local_gateway_id: LocalGateway LocalGatewayId,
        core_network_arn: CoreNetwork Arn,
        odb_network_arn: OdbNetwork Arn,
        network_interface_id: NetworkInterface NetworkInterfaceId,
    }
    None
}
