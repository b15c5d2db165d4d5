//! Where things stand in a network: what the rules of several types ask.

use jeancloud_model::{
    Cidr, Input, Resource,
    ec2::{
        GatewayId, InternetGateway, Route, RouteDestination, RouteTable, RouteTableId, RouteTarget,
        Subnet, SubnetId, SubnetRouteTableAssociation, Vpc, VpcGatewayAttachment, VpcId,
    },
    reference,
};

use crate::{Declaration, Declared, View};

/// The VPC of a declared subnet.
pub(super) fn vpc_of_subnet<'v>(
    view: &'v View,
    subnet: &Input<SubnetId>,
) -> Option<&'v Input<VpcId>> {
    let subnet = view.target::<Subnet>(subnet)?;
    Some(&subnet.resource.vpc_id)
}

/// The VPC of a declared route table.
pub(super) fn vpc_of_table<'v>(
    view: &'v View,
    table: &Input<RouteTableId>,
) -> Option<&'v Input<VpcId>> {
    let table = view.target::<RouteTable>(table)?;
    Some(&table.resource.vpc_id)
}

/// Whether two inputs certainly name two VPCs. A declared one and one that is looked up may be the
/// same.
pub(super) fn apart(view: &View, one: &Input<VpcId>, other: &Input<VpcId>) -> bool {
    match (one, other) {
        (Input::Known(one), Input::Known(other)) => one != other,
        (Input::Output(_), Input::Output(_)) => {
            let (one, other) = (view.target::<Vpc>(one), view.target::<Vpc>(other));
            matches!((one, other), (Some(one), Some(other)) if one.address() != other.address())
        }
        _ => false,
    }
}

/// How a VPC is called in a message.
pub(super) fn name(vpc: &Input<VpcId>) -> String {
    match vpc {
        Input::Known(id) => id.to_string(),
        Input::Output(reference) => reference.address.to_string(),
    }
}

/// The declared internet gateway that a route leads to.
pub(super) fn internet_gateway<'v>(
    view: &'v View,
    target: &RouteTarget,
) -> Option<Declared<'v, InternetGateway>> {
    match target {
        RouteTarget::Gateway(gateway) => view.target::<InternetGateway>(gateway),
        _ => None,
    }
}

/// The declared attachments of an internet gateway.
pub(super) fn attachments_of<'v>(
    view: &'v View,
    gateway: Declared<'v, InternetGateway>,
) -> impl Iterator<Item = Declared<'v, VpcGatewayAttachment>> {
    view.all::<VpcGatewayAttachment>()
        .filter(move |attachment| {
            let target = view.target::<InternetGateway>(&attachment.resource.internet_gateway_id);
            target.is_some_and(|target| target.address() == gateway.address())
        })
}

/// Whether a subnet's traffic to anywhere goes to an internet gateway: `None` where the stack does
/// not say what is in the subnet's table.
pub(super) fn is_public(view: &View, subnet: Declared<'_, Subnet>) -> Option<bool> {
    let association = view.all::<SubnetRouteTableAssociation>().find(|used| {
        let its = view.target::<Subnet>(&used.resource.subnet_id);
        its.is_some_and(|its| its.address() == subnet.address())
    });
    let Some(association) = association else {
        // The main table: of a VPC that is declared here it has the local route only.
        return view.target::<Vpc>(&subnet.resource.vpc_id).map(|_| false);
    };
    let table = &association.resource.route_table_id;
    view.target::<RouteTable>(table)?;
    let public = view
        .all::<Route>()
        .filter(|route| view.same(&route.resource.route_table_id, table))
        .any(|route| leads_to_the_internet(route.resource));
    Some(public)
}

/// Where a subnet's traffic to anywhere goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::check) enum Exit {
    /// Nowhere: its table has no such route.
    None,
    /// To a NAT gateway: out, and nothing comes in.
    Nat,
    /// To an internet gateway.
    Internet,
    /// To something whose own routes decide: a firewall, a transit gateway.
    Elsewhere,
}

/// Where a subnet's traffic to anywhere goes; `None` where the stack does not say what is in the
/// subnet's table. A way for a part of the internet is one, too: who has it may want no more.
pub(in crate::check) fn exit(view: &View, subnet: Declared<'_, Subnet>) -> Option<Exit> {
    let association = view.all::<SubnetRouteTableAssociation>().find(|used| {
        let its = view.target::<Subnet>(&used.resource.subnet_id);
        its.is_some_and(|its| its.address() == subnet.address())
    });
    let Some(association) = association else {
        // The main table: of a VPC that is declared here it has the local route only.
        return view
            .target::<Vpc>(&subnet.resource.vpc_id)
            .map(|_| Exit::None);
    };
    let table = &association.resource.route_table_id;
    view.target::<RouteTable>(table)?;
    let exits = view
        .all::<Route>()
        .filter(|route| view.same(&route.resource.route_table_id, table))
        .map(|route| exit_of(route.resource));
    // The best of all is the last of these.
    let rank = |exit: &Exit| match exit {
        Exit::None => 0,
        Exit::Nat => 1,
        Exit::Elsewhere => 2,
        Exit::Internet => 3,
    };
    Some(exits.max_by_key(rank).unwrap_or(Exit::None))
}

fn exit_of(route: &Route) -> Exit {
    match &route.target {
        RouteTarget::Gateway(Input::Known(id)) if !is_internet_gateway(id) => Exit::Elsewhere,
        RouteTarget::Gateway(_) => Exit::Internet,
        RouteTarget::NatGateway(_) => Exit::Nat,
        RouteTarget::EgressOnlyInternetGateway(_) => Exit::None,
        _ => Exit::Elsewhere,
    }
}

/// Whether a declared route leads out of one of these VPCs into a network that the stack does not
/// see whole: over a peering, a transit gateway or the like.
pub(in crate::check) fn is_joined(view: &View, vpcs: &[&Input<VpcId>]) -> bool {
    view.all::<Route>().any(|route| {
        let joins = matches!(
            route.resource.target,
            RouteTarget::VpcPeeringConnection(_)
                | RouteTarget::TransitGateway(_)
                | RouteTarget::CoreNetwork(_)
        );
        let table = vpc_of_table(view, &route.resource.route_table_id);
        joins && table.is_none_or(|table| vpcs.iter().any(|vpc| view.same(*vpc, table)))
    })
}

fn leads_to_the_internet(route: &Route) -> bool {
    let anywhere = match &route.destination {
        RouteDestination::Ipv4(block) => block.known().is_none_or(|block| *block == Cidr::ANYWHERE),
        RouteDestination::Ipv6(block) => block.known().is_none_or(|b| b.network().prefix() == 0),
        RouteDestination::PrefixList(_) => false,
    };
    let to_a_gateway = match &route.target {
        RouteTarget::Gateway(Input::Known(id)) => is_internet_gateway(id),
        RouteTarget::Gateway(Input::Output(_)) => true,
        _ => false,
    };
    anywhere && to_a_gateway
}

/// Whether an id is that of an internet gateway.
pub(in crate::check) fn is_internet_gateway(id: &GatewayId) -> bool {
    id.as_str().starts_with("igw-")
}

/// Whether anything declared takes an output of `declared`.
pub(super) fn is_used<R: Resource>(view: &View, declared: &Declared<'_, R>) -> bool {
    let refers = |other: &Declaration| {
        let mut refers = false;
        reference::each(&other.properties, &mut |address, _| {
            refers |= address == declared.address().as_str();
        });
        refers
    };
    view.declarations().iter().any(refers)
}
