//! [`Place`]: where a service's tasks run, and the ways that lead out of there.

use jeancloud_model::{
    Input, Reference,
    ec2::{
        EndpointKind, GatewayId, InterfaceEndpoint, InternetGateway, IntoPorts, Peer, Route,
        RouteDestination, RouteTable, RouteTarget, SecurityGroup, SecurityGroupId, Subnet,
        SubnetRouteTableAssociation, Traffic, Vpc, VpcEndpoint,
    },
    ecs::{AssignPublicIp, Service},
};

use super::super::ec2::traffic;
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
    /// There is a way, and the tasks' groups let nothing out to it.
    NotLetOut,
    /// There is this endpoint, and the groups of both let nothing pass.
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

    /// The groups' addresses, for messages.
    pub(super) fn group_names(&self) -> String {
        names(self.view, self.groups)
    }

    /// Whether every subnet has a route table that the stack declares.
    pub(super) fn routes_are_declared(&self) -> bool {
        self.subnets
            .iter()
            .all(|subnet| self.table(subnet).is_some())
    }

    fn table(&self, subnet: &Declared<'v, Subnet>) -> Option<Declared<'v, RouteTable>> {
        let mut associations = self.view.all::<SubnetRouteTableAssociation>();
        let association = associations.find(|association| {
            let of = self.view.target::<Subnet>(&association.subnet_id);
            of.is_some_and(|of| of.address() == subnet.address())
        })?;
        self.view.target(&association.route_table_id)
    }

    /// Whether a service of AWS, as `ecr.api`, can be reached from every subnet.
    pub(super) fn reaches(&self, service: &str) -> Result<(), Blocked> {
        // With private DNS the service's name leads to the endpoint, whatever routes there are.
        if let Some((endpoint, interface)) = self.interface(service) {
            let groups = &interface.security_group_ids;
            return match traffic::may_reach(self.view, self.groups, groups, https()) {
                true => Ok(()),
                false => Err(Blocked::NotLetThrough(endpoint.address().to_string())),
            };
        }
        if self.has_gateway(service) {
            return self.lets_out(true);
        }
        self.reaches_the_internet()
    }

    /// Whether the internet can be reached from every subnet.
    pub(super) fn reaches_the_internet(&self) -> Result<(), Blocked> {
        match self.has_way_out() {
            true => self.lets_out(false),
            false => Err(Blocked::NoWay),
        }
    }

    /// Whether the groups let something out to addresses, or also to a prefix list, which is how a
    /// gateway endpoint's service is named.
    fn lets_out(&self, also_to_lists: bool) -> Result<(), Blocked> {
        let passages = traffic::passages(self.view);
        let out = self.groups.iter().any(|group| {
            passages.iter().any(|passage| {
                passage.egress
                    && self.view.same(passage.group, group)
                    && passage.traffic.covers(https())
                    && match passage.peer {
                        Peer::Ipv4(_) | Peer::Ipv6(_) => true,
                        Peer::PrefixList(_) => also_to_lists,
                        Peer::Group(_) => false,
                    }
            })
        });
        out.then_some(()).ok_or(Blocked::NotLetOut)
    }

    fn interface(
        &self,
        service: &str,
    ) -> Option<(Declared<'v, VpcEndpoint>, &'v InterfaceEndpoint)> {
        self.endpoints(service)
            .find_map(|endpoint| match &endpoint.resource.kind {
                EndpointKind::Interface(interface) => {
                    let named = interface
                        .private_dns_enabled
                        .as_ref()
                        .and_then(Input::known);
                    (named != Some(&false)).then_some((endpoint, interface))
                }
                EndpointKind::Gateway(_) => None,
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
                RouteDestination::Ipv4(Input::Known(block)) => block.prefix() == 0,
                RouteDestination::Ipv6(_) => false,
                // What is not known may lead anywhere.
                RouteDestination::Ipv4(Input::Output(_)) | RouteDestination::PrefixList(_) => true,
            };
            of.is_some_and(|of| of.address() == table.address())
                && default
                && (self.has_public_address || !self.is_internet_gateway(&route.target))
        })
    }

    /// An internet gateway lets out only who has a public address.
    fn is_internet_gateway(&self, target: &RouteTarget) -> bool {
        let declared =
            |reference: &Reference| self.view.referred::<InternetGateway>(*reference).is_some();
        match target {
            RouteTarget::Gateway(Input::Known(id)) => is_igw(id),
            RouteTarget::Gateway(Input::Output(reference)) => declared(reference),
            _ => false,
        }
    }
}

fn is_igw(id: &GatewayId) -> bool {
    id.as_str().starts_with("igw-")
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
