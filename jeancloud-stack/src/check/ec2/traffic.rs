//! What the declared rules of security groups let through. Rules of other services look here, too.

use jeancloud_model::{
    Input,
    ec2::{
        Peer, SecurityGroup, SecurityGroupEgress, SecurityGroupId, SecurityGroupIngress, Traffic,
        Vpc, VpcId,
    },
};

use crate::{Declaration, View};

/// A declared rule, of either direction.
pub(in crate::check) struct Passage<'v> {
    pub(in crate::check) declaration: &'v Declaration,
    pub(in crate::check) group: &'v Input<SecurityGroupId>,
    pub(in crate::check) egress: bool,
    pub(in crate::check) traffic: Traffic,
    pub(in crate::check) peer: Peer,
}

impl Passage<'_> {
    /// The property that names the other side.
    pub(in crate::check) fn peer_property(&self) -> &'static str {
        match (&self.peer, self.egress) {
            (Peer::Ipv4(_), _) => "CidrIp",
            (Peer::Ipv6(_), _) => "CidrIpv6",
            (Peer::PrefixList(_), false) => "SourcePrefixListId",
            (Peer::PrefixList(_), true) => "DestinationPrefixListId",
            (Peer::Group(_), false) => "SourceSecurityGroupId",
            (Peer::Group(_), true) => "DestinationSecurityGroupId",
        }
    }

    /// Whether the other side certainly holds this group or, of blocks and lists, may hold it.
    fn may_name(&self, view: &View, group: &Input<SecurityGroupId>) -> bool {
        match &self.peer {
            Peer::Group(peer) => view.same(peer, group),
            Peer::Ipv4(_) | Peer::Ipv6(_) | Peer::PrefixList(_) => true,
        }
    }
}

/// Every declared rule of a security group, in the order of declaring, ingress first.
pub(in crate::check) fn passages(view: &View) -> Vec<Passage<'_>> {
    let ingress = view.all::<SecurityGroupIngress>().map(|rule| Passage {
        declaration: rule.declaration,
        group: &rule.resource.group_id,
        egress: false,
        traffic: rule.traffic,
        peer: rule.source.clone().into(),
    });
    let egress = view.all::<SecurityGroupEgress>().map(|rule| Passage {
        declaration: rule.declaration,
        group: &rule.resource.group_id,
        egress: true,
        traffic: rule.traffic,
        peer: rule.destination.clone().into(),
    });
    ingress.chain(egress).collect()
}

/// Whether a group's rules may let `traffic` through to (`egress`) or from `peer`; with no peer,
/// to or from anybody. A group that the stack does not declare may: its rules are not known.
pub(in crate::check) fn may_pass(
    view: &View,
    group: &Input<SecurityGroupId>,
    egress: bool,
    traffic: Traffic,
    peer: Option<&Input<SecurityGroupId>>,
) -> bool {
    if view.target::<SecurityGroup>(group).is_none() {
        return true;
    }
    passages(view).iter().any(|passage| {
        passage.egress == egress
            && view.same(passage.group, group)
            && passage.traffic.covers(traffic)
            && peer.is_none_or(|peer| passage.may_name(view, peer))
    })
}

/// Whether two inputs certainly name different VPCs. One that is looked up may be any.
pub(in crate::check) fn are_other_vpcs(
    view: &View,
    one: &Input<VpcId>,
    other: &Input<VpcId>,
) -> bool {
    match (one, other) {
        (Input::Known(one), Input::Known(other)) => one != other,
        (Input::Output(a), Input::Output(b)) => {
            let declared = |input| view.target::<Vpc>(input).is_some();
            a.address != b.address && declared(one) && declared(other)
        }
        _ => false,
    }
}
