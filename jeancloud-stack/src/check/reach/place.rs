//! [`Place`]: where a service's tasks run, and the ways that lead out of there.

use jeancloud_model::{
    Cidr, Input,
    ec2::{
        EndpointKind, InterfaceEndpoint, IntoPorts, Peer, PrivateDnsScope, Route, RouteDestination,
        RouteTable, RouteTarget, SecurityGroup, SecurityGroupId, Subnet,
        SubnetRouteTableAssociation, Traffic, Vpc, VpcEndpoint, VpcId,
    },
    ecs::{AssignPublicIp, Service},
    lookup::ManagedPrefixList,
    route53::HostedZone,
};

use super::super::ec2::{network, traffic};
use crate::{Declared, View};

/// TCP to the port of AWS's services.
pub(super) fn https() -> Traffic {
    Traffic::Tcp(443.into_ports())
}

/// The subnets and groups of a service's tasks, all of them declared.
pub(super) struct Place<'v> {
    view: &'v View,
    vpc: Declared<'v, Vpc>,
    subnets: Vec<Declared<'v, Subnet>>,
    pub(super) groups: &'v [Input<SecurityGroupId>],
    has_public_address: bool,
}

/// Why a service of AWS can't be reached.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Blocked {
    /// No route and no endpoint leads there.
    NoWay,
    /// There is an endpoint, and the service's name doesn't lead to it.
    NoName,
    /// There is a way, and the tasks' groups let nothing out to it.
    NotLetOut,
    /// There is an endpoint behind these groups, and the groups of both sides let nothing pass.
    NotLetThrough(String),
}

impl<'v> Place<'v> {
    /// Where a service's tasks run; `None` where something that decides is not declared.
    pub(super) fn of(view: &'v View, service: &'v Service) -> Option<Self> {
        let network = service.network_configuration.as_ref()?;
        let network = network.awsvpc_configuration.as_ref()?;
        let subnets = network.subnets.iter();
        let subnets: Option<Vec<_>> = subnets.map(|id| view.target::<Subnet>(id)).collect();
        let subnets = subnets?;
        let groups = &network.security_groups[..];
        // Left out, it is the VPC's default group, whose rules nobody declares.
        let declared = |group| view.target::<SecurityGroup>(group).is_some();
        if groups.is_empty() || !groups.iter().all(declared) {
            return None;
        }
        let public = network.assign_public_ip.as_ref().and_then(Input::known);
        Some(Self {
            view,
            vpc: view.target::<Vpc>(&subnets.first()?.resource.vpc_id)?,
            subnets,
            groups,
            has_public_address: public == Some(&AssignPublicIp::Enabled),
        })
    }

    /// The first subnet's address, for messages.
    pub(super) fn subnet(&self) -> String {
        self.subnets[0].address().to_string()
    }

    /// The VPC's address, for messages.
    pub(super) fn vpc(&self) -> String {
        self.vpc.address().to_string()
    }

    /// The VPC.
    pub(super) fn vpc_id(&self) -> &'v Input<VpcId> {
        &self.subnets[0].resource.vpc_id
    }

    /// Whether names are resolved there.
    pub(super) fn has_dns(&self) -> bool {
        let support = self.vpc.resource.enable_dns_support.as_ref();
        support.and_then(Input::known) != Some(&false)
    }

    /// Whether a route leads on into networks that the stack does not see whole.
    pub(super) fn is_joined(&self) -> bool {
        network::is_joined(self.view, &[self.vpc_id()])
    }

    /// The groups' addresses, for messages.
    pub(super) fn group_names(&self) -> String {
        names(self.view, self.groups)
    }

    /// Whether the stack says what is in every subnet's route table. Where it declares tables of the
    /// VPC, a subnet without one uses the main table, which has the local route only; where it
    /// declares none, nobody knows who writes the main table's routes.
    pub(super) fn routes_are_declared(&self) -> bool {
        let mut tables = self.view.all::<RouteTable>();
        let writes_tables = tables.any(|table| self.view.same(&table.vpc_id, self.vpc_id()));
        self.subnets
            .iter()
            .all(|subnet| match self.association(subnet) {
                None => writes_tables,
                Some(uses) => self
                    .view
                    .target::<RouteTable>(&uses.route_table_id)
                    .is_some(),
            })
    }

    fn association(
        &self,
        subnet: &Declared<'v, Subnet>,
    ) -> Option<&'v SubnetRouteTableAssociation> {
        let mut associations = self.view.all::<SubnetRouteTableAssociation>();
        let association = associations.find(|association| {
            let of = self.view.target::<Subnet>(&association.subnet_id);
            of.is_some_and(|of| of.address() == subnet.address())
        })?;
        Some(association.resource)
    }

    fn table(&self, subnet: &Declared<'v, Subnet>) -> Option<Declared<'v, RouteTable>> {
        self.view.target(&self.association(subnet)?.route_table_id)
    }

    /// Whether a service of AWS, as `ecr.api`, can be reached from every subnet.
    pub(super) fn reaches(&self, service: &str) -> Result<(), Blocked> {
        // Zones of names below amazonaws.com lead somewhere of the author's choice.
        let zones = self.view.all::<HostedZone>();
        let named = zones.filter_map(|zone| zone.resource.name.known());
        if named
            .map(|name| name.as_str().trim_end_matches('.'))
            .any(|name| name.ends_with("amazonaws.com"))
        {
            return Ok(());
        }
        // With private DNS the service's name leads to the endpoint, whatever routes there are.
        if let Some((endpoint, interface)) = self.interface(service) {
            let groups = &interface.security_group_ids;
            return match traffic::may_reach(self.view, self.groups, groups, https()) {
                true => Ok(()),
                // Endpoints of one group share one fault.
                false if groups.is_empty() => {
                    Err(Blocked::NotLetThrough(endpoint.address().to_string()))
                }
                false => Err(Blocked::NotLetThrough(names(self.view, groups))),
            };
        }
        if self.has_gateway(service) {
            return self.lets_out(service);
        }
        if self.has_way_out() {
            return self.lets_out(service);
        }
        Err(match self.has_nameless(service) {
            true => Blocked::NoName,
            false => Blocked::NoWay,
        })
    }

    /// Whether the internet can be reached from every subnet.
    pub(super) fn reaches_the_internet(&self) -> Result<(), Blocked> {
        match self.has_way_out() {
            true => self.lets_out("the internet"),
            false => Err(Blocked::NoWay),
        }
    }

    /// Whether the groups let something out to addresses that may be this service's.
    fn lets_out(&self, service: &str) -> Result<(), Blocked> {
        let passages = traffic::passages(self.view);
        let out = self.groups.iter().any(|group| {
            passages.iter().any(|passage| {
                passage.egress
                    && self.view.same(passage.group, group)
                    && passage.traffic.covers(https())
                    && self.may_be_of(service, &passage.peer)
            })
        });
        out.then_some(()).ok_or(Blocked::NotLetOut)
    }

    fn may_be_of(&self, service: &str, peer: &Peer) -> bool {
        match peer {
            // What the VPC's own block holds is in the VPC.
            Peer::Ipv4(Input::Known(block)) => {
                let own = self.vpc.resource.cidr_block.known();
                own.is_none_or(|own: &Cidr| !own.contains(*block))
            }
            Peer::Ipv4(Input::Output(_)) => true,
            Peer::Ipv6(_) => self.has_ipv6(),
            // AWS's own lists hold the addresses of the service that they are named after.
            Peer::PrefixList(list) => {
                let list = self.view.target::<ManagedPrefixList>(list);
                let name = list.and_then(|list| list.resource.prefix_list_name.known());
                name.is_none_or(|name| {
                    let own = name.as_str().strip_prefix("com.amazonaws.");
                    own.is_none_or(|name| name.ends_with(&format!(".{service}")))
                })
            }
            Peer::Group(_) => false,
        }
    }

    fn has_ipv6(&self) -> bool {
        let mut subnets = self.subnets.iter();
        subnets.all(|subnet| subnet.resource.ipv6_cidr_block.is_some())
    }

    fn interface(
        &self,
        service: &str,
    ) -> Option<(Declared<'v, VpcEndpoint>, &'v InterfaceEndpoint)> {
        self.endpoints(service)
            .find_map(|endpoint| match &endpoint.resource.kind {
                EndpointKind::Interface(interface) => {
                    let led = is_named(interface) && leads_the_vpc(interface, service);
                    led.then_some((endpoint, interface))
                }
                EndpointKind::Gateway(_) => None,
            })
    }

    /// Whether there is an interface endpoint of the service without its name.
    fn has_nameless(&self, service: &str) -> bool {
        let mut endpoints = self.endpoints(service);
        endpoints.any(|endpoint| match &endpoint.resource.kind {
            EndpointKind::Interface(interface) => !is_named(interface),
            EndpointKind::Gateway(_) => false,
        })
    }

    fn has_gateway(&self, service: &str) -> bool {
        let tables: Option<Vec<_>> = self
            .subnets
            .iter()
            .map(|subnet| self.table(subnet))
            .collect();
        let Some(tables) = tables else { return false };
        self.endpoints(service)
            .any(|endpoint| match &endpoint.resource.kind {
                EndpointKind::Interface(_) => false,
                EndpointKind::Gateway(gateway) => tables.iter().all(|table| {
                    let mut ids = gateway.route_table_ids.iter();
                    ids.any(|id| {
                        let named = self.view.target::<RouteTable>(id);
                        named.is_some_and(|named| named.address() == table.address())
                    })
                }),
            })
    }

    /// The endpoints of this service in the VPC.
    fn endpoints(&self, service: &str) -> impl Iterator<Item = Declared<'v, VpcEndpoint>> {
        let suffix = format!(".{service}");
        let (view, vpc) = (self.view, self.vpc.address());
        view.all::<VpcEndpoint>().filter(move |endpoint| {
            let here = view
                .target::<Vpc>(&endpoint.vpc_id)
                .map(|vpc| vpc.address());
            let name = endpoint.service_name.known();
            here == Some(vpc) && name.is_some_and(|name| name.as_str().ends_with(&suffix))
        })
    }

    fn has_way_out(&self) -> bool {
        self.subnets.iter().all(|subnet| {
            let table = self.table(subnet);
            table.is_some_and(|table| self.leads_out(&table))
        })
    }

    fn leads_out(&self, table: &Declared<'v, RouteTable>) -> bool {
        self.view.all::<Route>().any(|route| {
            let of = self.view.target::<RouteTable>(&route.route_table_id);
            let default = match &route.destination {
                // Two halves make a whole, too.
                RouteDestination::Ipv4(Input::Known(block)) => block.prefix() <= 1,
                RouteDestination::Ipv6(_) => self.has_ipv6(),
                // What is not known may lead anywhere.
                RouteDestination::Ipv4(Input::Output(_)) | RouteDestination::PrefixList(_) => true,
            };
            let leads = match &route.target {
                RouteTarget::Gateway(Input::Known(id)) if !network::is_internet_gateway(id) => true,
                // An internet gateway lets out who has a public address; every IPv6 one is.
                RouteTarget::Gateway(_) => default && (self.has_public_address || self.has_ipv6()),
                RouteTarget::NatGateway(_) | RouteTarget::EgressOnlyInternetGateway(_) => default,
                RouteTarget::VpcEndpoint(endpoint) => {
                    default && self.view.target::<VpcEndpoint>(endpoint).is_none()
                }
                // Networks behind these may have endpoints and ways out of their own.
                _ => true,
            };
            leads && of.is_some_and(|of| of.address() == table.address())
        })
    }
}

/// Whether the service's name leads to the endpoint at all.
fn is_named(interface: &InterfaceEndpoint) -> bool {
    let named = interface.private_dns_enabled.as_ref();
    named.and_then(Input::known) != Some(&false)
}

/// Whether the service's name leads the VPC itself there. For S3, AWS leads by default only who asks
/// from outside of the VPC.
fn leads_the_vpc(interface: &InterfaceEndpoint, service: &str) -> bool {
    let options = interface.dns_options.as_ref();
    let scope = options.and_then(|options| {
        options
            .private_dns_only_for_inbound_resolver_endpoint
            .as_ref()
    });
    match scope {
        None => service != "s3",
        Some(scope) => scope.known() != Some(&PrivateDnsScope::OnlyInboundResolver),
    }
}

/// The addresses of groups, for messages.
pub(super) fn names(view: &View, groups: &[Input<SecurityGroupId>]) -> String {
    let name = |group| {
        view.target::<SecurityGroup>(group)
            .map(|group| group.address().to_string())
    };
    let names: Vec<String> = groups.iter().filter_map(name).collect();
    names.join(", ")
}
