//! Rules for VPC endpoints.

use jeancloud_model::{
    Input, Region,
    ec2::{
        EndpointKind, EndpointServiceName, GatewayEndpoint, InterfaceEndpoint, IntoPorts,
        PrivateDnsScope, RouteTable, SecurityGroup, Subnet, Traffic, Vpc, VpcEndpoint,
    },
};

use super::super::{Report, Rule};
use super::traffic;
use crate::{Declared, View};

const CREATE: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html";
const GATEWAYS: &str = "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html";
const INTERFACES: &str =
    "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html";
const S3: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html#private-dns";

pub(super) const PRIVATE_DNS: Rule = Rule {
    name: "endpoint-private-dns",
    check: private_dns_needs_the_dns_of_the_vpc,
};
pub(super) const SUBNETS: Rule = Rule {
    name: "endpoint-subnets",
    check: an_interface_has_one_subnet_a_zone,
};
pub(super) const SAME_VPC: Rule = Rule {
    name: "endpoint-same-vpc",
    check: what_an_endpoint_names_is_in_its_vpc,
};
pub(super) const GROUPS: Rule = Rule {
    name: "endpoint-groups",
    check: an_interface_has_groups_that_let_in_443,
};
pub(super) const GATEWAY_SERVICE: Rule = Rule {
    name: "endpoint-gateway-service",
    check: gateways_lead_to_s3_and_dynamodb,
};
pub(super) const REGION: Rule = Rule {
    name: "endpoint-region",
    check: the_service_is_of_the_region,
};
pub(super) const ONCE: Rule = Rule {
    name: "endpoint-once",
    check: a_service_has_one_way,
};
pub(super) const ROUTES: Rule = Rule {
    name: "endpoint-routes",
    check: a_gateway_has_route_tables,
};
pub(super) const INBOUND_ONLY: Rule = Rule {
    name: "endpoint-inbound-only",
    check: inbound_only_dns_needs_a_gateway,
};

fn interfaces(
    view: &View,
) -> impl Iterator<Item = (Declared<'_, VpcEndpoint>, &InterfaceEndpoint)> {
    view.all::<VpcEndpoint>()
        .filter_map(|endpoint| match &endpoint.resource.kind {
            EndpointKind::Interface(interface) => Some((endpoint, interface)),
            EndpointKind::Gateway(_) => None,
        })
}

fn gateways(view: &View) -> impl Iterator<Item = (Declared<'_, VpcEndpoint>, &GatewayEndpoint)> {
    view.all::<VpcEndpoint>()
        .filter_map(|endpoint| match &endpoint.resource.kind {
            EndpointKind::Gateway(gateway) => Some((endpoint, gateway)),
            EndpointKind::Interface(_) => None,
        })
}

fn has_private_dns(interface: &InterfaceEndpoint) -> bool {
    let on = interface
        .private_dns_enabled
        .as_ref()
        .and_then(Input::known);
    on == Some(&true)
}

fn private_dns_needs_the_dns_of_the_vpc(view: &View, report: &mut Report) {
    for (endpoint, interface) in interfaces(view) {
        let Some(vpc) = view.target::<Vpc>(&endpoint.vpc_id) else {
            continue;
        };
        if !has_private_dns(interface) {
            continue;
        }
        // AWS's defaults: support is on, host names are off.
        let is = |value: &Option<Input<bool>>, default: bool| match value {
            None => default,
            Some(value) => value.known().copied().unwrap_or(true),
        };
        let lacking = match () {
            () if !is(&vpc.enable_dns_support, true) => "EnableDnsSupport",
            () if !is(&vpc.enable_dns_hostnames, false) => "EnableDnsHostnames",
            () => continue,
        };
        let wrong = format!("is true, and {lacking} of {} is not", vpc.address());
        report
            .error(endpoint.declaration, "PrivateDnsEnabled", wrong)
            .rule("private DNS needs EnableDnsSupport and EnableDnsHostnames of the VPC (InvalidParameter)")
            .hint(format!(
                "set `.{}(true)` on {}, or `.private_dns_enabled(false)` here",
                if lacking == "EnableDnsSupport" { "enable_dns_support" } else { "enable_dns_hostnames" },
                vpc.address()
            ))
            .document(CREATE);
    }
}

fn an_interface_has_one_subnet_a_zone(view: &View, report: &mut Report) {
    for (endpoint, interface) in interfaces(view) {
        if interface.subnet_ids.is_empty() {
            report
                .error(endpoint.declaration, "SubnetIds", "is empty")
                .rule("an interface endpoint has a network interface in at least one subnet")
                .hint("name a subnet in each zone that uses it")
                .document(INTERFACES);
        }
        let region = endpoint.declaration.region;
        let zone = |subnet: &Subnet| {
            let zone = subnet.availability_zone.as_ref()?.known()?;
            Some(zone.name_in(region))
        };
        for (index, id) in interface.subnet_ids.iter().enumerate() {
            let Some(subnet) = view.target::<Subnet>(id) else {
                continue;
            };
            let earlier = interface.subnet_ids[..index].iter();
            let same_zone = earlier
                .filter_map(|id| view.target::<Subnet>(id))
                .find(|other| {
                    other.address() == subnet.address()
                        || (zone(other).is_some() && zone(other) == zone(&subnet))
                });
            let Some(other) = same_zone else { continue };
            let wrong = match zone(&subnet) {
                Some(zone) => format!(
                    "names {} and {}, both in {zone}",
                    other.address(),
                    subnet.address()
                ),
                None => format!("names {} twice", subnet.address()),
            };
            report
                .error(endpoint.declaration, "SubnetIds", wrong)
                .rule("an endpoint has one subnet in a zone (DuplicateSubnetsInSameZone)")
                .hint("name one of them; the other subnets of the zone reach it there")
                .document(INTERFACES);
        }
    }
}

fn what_an_endpoint_names_is_in_its_vpc(view: &View, report: &mut Report) {
    for endpoint in view.all::<VpcEndpoint>() {
        let mut others = Vec::new();
        match &endpoint.resource.kind {
            EndpointKind::Gateway(gateway) => {
                for table in gateway
                    .route_table_ids
                    .iter()
                    .filter_map(|id| view.target::<RouteTable>(id))
                {
                    others.push(("RouteTableIds", table.address(), &table.resource.vpc_id));
                }
            }
            EndpointKind::Interface(interface) => {
                for subnet in interface
                    .subnet_ids
                    .iter()
                    .filter_map(|id| view.target::<Subnet>(id))
                {
                    others.push(("SubnetIds", subnet.address(), &subnet.resource.vpc_id));
                }
                let groups = interface.security_group_ids.iter();
                for group in groups.filter_map(|id| view.target::<SecurityGroup>(id)) {
                    others.push(("SecurityGroupIds", group.address(), &group.resource.vpc_id));
                }
            }
        }
        for (property, address, vpc) in others {
            if traffic::are_other_vpcs(view, vpc, &endpoint.vpc_id) {
                report
                    .error(endpoint.declaration, property, format!("names {address}, which is in another VPC"))
                    .rule("an endpoint's route tables, subnets and groups are those of its VPC (InvalidParameter)")
                    .hint("name what is in the VPC of the endpoint, or make another endpoint in the other VPC")
                    .document(CREATE);
            }
        }
    }
}

fn an_interface_has_groups_that_let_in_443(view: &View, report: &mut Report) {
    for (endpoint, interface) in interfaces(view) {
        if interface.security_group_ids.is_empty() {
            report
                .warning(endpoint.declaration, "SecurityGroupIds", "is empty")
                .rule("an endpoint without groups gets the VPC's default group, whose rules nobody wrote")
                .hint("give it a group, and let its users in: `scope.allow(tcp(443).from(&users).to(&endpoints))`")
                .document(CREATE);
            continue;
        }
        // Services of others, and a few of AWS's, answer on ports of their own.
        let service = endpoint.service_name.known().and_then(service_of);
        if service.is_none_or(|(_, service)| OTHER_PORTS.contains(&service)) {
            continue;
        }
        let https = Traffic::Tcp(443.into_ports());
        let open = |group| traffic::may_pass(view, group, false, https, None);
        if !interface.security_group_ids.iter().any(open) {
            report
                .warning(endpoint.declaration, "SecurityGroupIds", "lets nobody in on port 443")
                .rule("AWS's services answer on port 443 of their endpoints, for whom the endpoint's groups let in")
                .hint("`scope.allow(tcp(443).from(&users).to(&endpoints))`")
                .document(INTERFACES);
        }
    }
}

/// Services of AWS that don't answer on port 443, or not only.
const OTHER_PORTS: &[&str] = &[
    "email-smtp",
    "cassandra",
    "cassandra-fips",
    "transfer.server",
];

/// The last part of `com.amazonaws.<region>.<service>`, with the region where it is one.
fn service_of(name: &EndpointServiceName) -> Option<(Region, &str)> {
    let rest = name.as_str();
    let rest = rest.strip_prefix("cn.").unwrap_or(rest);
    let (region, service) = rest.strip_prefix("com.amazonaws.")?.split_once('.')?;
    Some((region.parse().ok()?, service))
}

fn gateways_lead_to_s3_and_dynamodb(view: &View, report: &mut Report) {
    for (endpoint, _) in gateways(view) {
        let Some(name) = endpoint.service_name.known() else {
            continue;
        };
        let Some((_, service)) = service_of(name) else {
            continue;
        };
        if !["s3", "s3express", "dynamodb"].contains(&service) {
            report
                .error(endpoint.declaration, "VpcEndpointType", format!("is Gateway, and {service} has no gateway"))
                .rule("S3 and DynamoDB have gateway endpoints; every other service has interface endpoints (InvalidParameter)")
                .hint("write `.kind(InterfaceEndpoint::builder()…)`")
                .document(GATEWAYS);
        }
    }
}

fn the_service_is_of_the_region(view: &View, report: &mut Report) {
    for endpoint in view.all::<VpcEndpoint>() {
        let Some((region, service)) = endpoint.service_name.known().and_then(service_of) else {
            continue;
        };
        let expected = match &endpoint.resource.kind {
            EndpointKind::Gateway(_) => endpoint.declaration.region,
            EndpointKind::Interface(interface) => match &interface.service_region {
                None => endpoint.declaration.region,
                Some(Input::Known(region)) => *region,
                Some(Input::Output(_)) => continue,
            },
        };
        if region != expected {
            report
                .error(endpoint.declaration, "ServiceName", format!("is a service of {region}, asked for in {expected}"))
                .rule("an endpoint leads to a service of its own region, or of ServiceRegion (InvalidServiceName)")
                .hint(format!("write `EndpointServiceName::of(scope.region(), \"{service}\")`"))
                .document(CREATE);
        }
    }
}

fn a_service_has_one_way(view: &View, report: &mut Report) {
    let same = |one: &VpcEndpoint, other: &VpcEndpoint| {
        view.same(&one.vpc_id, &other.vpc_id) && view.same(&one.service_name, &other.service_name)
    };
    let all: Vec<_> = interfaces(view)
        .filter(|(_, i)| has_private_dns(i))
        .collect();
    for (index, (endpoint, _)) in all.iter().enumerate() {
        if let Some((first, _)) = all[..index].iter().find(|(first, _)| same(first, endpoint)) {
            let wrong = format!("is that of {} too, in the same VPC", first.address());
            report
                .error(endpoint.declaration, "ServiceName", wrong)
                .rule("a VPC has one endpoint with private DNS for a service: the names can lead to one (InvalidParameter, conflicting DNS domain)")
                .hint("give the first one the subnets of both, or `.private_dns_enabled(false)` here")
                .document(INTERFACES);
        }
    }
    let all: Vec<_> = gateways(view).collect();
    for (index, (endpoint, gateway)) in all.iter().enumerate() {
        for (first, earlier) in all[..index]
            .iter()
            .filter(|(first, _)| same(first, endpoint))
        {
            let twice = gateway.route_table_ids.iter().any(|table| {
                earlier
                    .route_table_ids
                    .iter()
                    .any(|other| view.same(table, other))
            });
            if twice {
                let wrong = format!(
                    "names a route table that {} has a route in",
                    first.address()
                );
                report
                    .error(endpoint.declaration, "RouteTableIds", wrong)
                    .rule("a route table has one route to a service (RouteAlreadyExists)")
                    .hint("one gateway endpoint serves all route tables of a VPC")
                    .document(GATEWAYS);
            }
        }
    }
}

fn a_gateway_has_route_tables(view: &View, report: &mut Report) {
    for (endpoint, gateway) in gateways(view) {
        if gateway.route_table_ids.is_empty() {
            report
                .warning(
                    endpoint.declaration,
                    "RouteTableIds",
                    "is empty: no traffic takes this way",
                )
                .rule("a gateway endpoint is a route in each of its route tables")
                .hint("name the route tables of the subnets that use the service")
                .document(GATEWAYS);
        }
    }
}

fn is_s3(endpoint: &VpcEndpoint) -> bool {
    let service = endpoint.service_name.known().and_then(service_of);
    service.is_some_and(|(_, service)| service == "s3")
}

fn says_who_is_led(interface: &InterfaceEndpoint) -> bool {
    let options = interface.dns_options.as_ref();
    options.is_some_and(|options| {
        options
            .private_dns_only_for_inbound_resolver_endpoint
            .is_some()
    })
}

fn inbound_only_dns_needs_a_gateway(view: &View, report: &mut Report) {
    for (endpoint, interface) in interfaces(view) {
        let scope = interface.dns_options.as_ref().and_then(|options| {
            options
                .private_dns_only_for_inbound_resolver_endpoint
                .as_ref()?
                .known()
        });
        // For S3 that is what AWS takes where nothing is said.
        let wrong = match scope {
            Some(PrivateDnsScope::OnlyInboundResolver) => {
                "is OnlyInboundResolver, and the VPC has no gateway endpoint of the service"
            }
            None if is_s3(&endpoint) && !says_who_is_led(interface) => {
                "is left out, which means OnlyInboundResolver, and the VPC has no gateway endpoint of S3"
            }
            _ => continue,
        };
        if !has_private_dns(interface) {
            continue;
        }
        let has_gateway = gateways(view).any(|(gateway, _)| {
            view.same(&gateway.vpc_id, &endpoint.vpc_id)
                && view.same(&gateway.service_name, &endpoint.service_name)
        });
        if !has_gateway && view.target::<Vpc>(&endpoint.vpc_id).is_some() {
            report
                .error(
                    endpoint.declaration,
                    "DnsOptions/PrivateDnsOnlyForInboundResolverEndpoint",
                    wrong,
                )
                .rule("the VPC itself then needs a gateway endpoint of the service (InvalidParameter)")
                .hint("add a gateway endpoint of the same service, or take `PrivateDnsScope::AllResolvers`")
                .document(S3);
        }
    }
}

#[cfg(test)]
mod tests;
