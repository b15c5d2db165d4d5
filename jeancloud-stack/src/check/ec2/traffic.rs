//! What the declared rules of security groups let through. Rules of other services look here, too.

use jeancloud_model::{
    Input,
    ec2::{
        Peer, SecurityGroup, SecurityGroupEgress, SecurityGroupId, SecurityGroupIngress, Traffic,
        Vpc, VpcId,
    },
    lookup::ManagedPrefixList,
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

    /// Whether the other side may hold what has this group: the group itself, or addresses that are
    /// or may be its VPC's.
    fn may_name(&self, view: &View, group: &Input<SecurityGroupId>) -> bool {
        match &self.peer {
            Peer::Group(peer) => view.same(peer, group),
            Peer::Ipv4(Input::Known(block)) => {
                let group = view.target::<SecurityGroup>(group);
                let vpc = group.and_then(|group| view.target::<Vpc>(&group.resource.vpc_id));
                let addresses = vpc.and_then(|vpc| vpc.cidr_block.known().copied());
                addresses.is_none_or(|addresses| addresses.overlaps(*block))
            }
            // AWS's own lists hold AWS's addresses.
            Peer::PrefixList(list) => {
                let list = view.target::<ManagedPrefixList>(list);
                let name = list.and_then(|list| list.resource.prefix_list_name.known());
                !name.is_some_and(|name| name.as_str().starts_with("com.amazonaws."))
            }
            Peer::Ipv4(Input::Output(_)) | Peer::Ipv6(_) => true,
        }
    }
}

/// Whether something is let through by both.
pub(in crate::check) fn meet(one: Traffic, other: Traffic) -> bool {
    match (one, other) {
        (Traffic::Tcp(a), Traffic::Tcp(b)) | (Traffic::Udp(a), Traffic::Udp(b)) => {
            a.from <= b.to && b.from <= a.to
        }
        _ => one.covers(other) || other.covers(one),
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
    passes(view, group, egress, peer, |passage| {
        passage.traffic.covers(traffic)
    })
}

/// Whether a group's rules may let a part of `traffic` through to or from `peer`.
pub(in crate::check) fn may_pass_some(
    view: &View,
    group: &Input<SecurityGroupId>,
    egress: bool,
    traffic: Traffic,
    peer: &Input<SecurityGroupId>,
) -> bool {
    passes(view, group, egress, Some(peer), |passage| {
        meet(passage.traffic, traffic)
    })
}

fn passes(
    view: &View,
    group: &Input<SecurityGroupId>,
    egress: bool,
    peer: Option<&Input<SecurityGroupId>>,
    fits: impl Fn(&Passage<'_>) -> bool,
) -> bool {
    if view.target::<SecurityGroup>(group).is_none() {
        return true;
    }
    passages(view).iter().any(|passage| {
        passage.egress == egress
            && view.same(passage.group, group)
            && fits(passage)
            && peer.is_none_or(|peer| passage.may_name(view, peer))
    })
}

/// Whether a group's rules may let `traffic` in from addresses: of what has no group of its own.
pub(in crate::check) fn may_enter_from_addresses(
    view: &View,
    group: &Input<SecurityGroupId>,
    traffic: Traffic,
) -> bool {
    passes(view, group, false, None, |passage| {
        passage.traffic.covers(traffic) && !matches!(passage.peer, Peer::Group(_))
    })
}

/// Whether `traffic` may come from what has one of `from` to what has one of `to`: one group of
/// each side is enough, since groups add up.
pub(in crate::check) fn may_reach(
    view: &View,
    from: &[Input<SecurityGroupId>],
    to: &[Input<SecurityGroupId>],
    traffic: Traffic,
) -> bool {
    let leaves = from.iter().any(|group| {
        to.iter()
            .any(|peer| may_pass(view, group, true, traffic, Some(peer)))
    });
    let enters = to.iter().any(|group| {
        from.iter()
            .any(|peer| may_pass(view, group, false, traffic, Some(peer)))
    });
    leaves && enters
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
