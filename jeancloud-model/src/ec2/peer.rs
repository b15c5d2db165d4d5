//! [`Peer`]: the other side of a security group's rule, and how each direction writes it.

use serde::{Deserialize, Serialize};

use crate::{
    Checked, Cidr, Input, Invalid, Ipv6Cidr,
    lookup::PrefixListId,
    shape::{Shape, Shaped},
};

use super::SecurityGroupId;

/// The other side of a rule: exactly one of these.
#[derive(Clone, Debug, PartialEq)]
pub enum Peer {
    /// A block of IPv4 addresses.
    Ipv4(Input<Cidr>),
    /// A block of IPv6 addresses.
    Ipv6(Input<Ipv6Cidr>),
    /// The blocks of a managed prefix list.
    PrefixList(Input<PrefixListId>),
    /// The network interfaces that this group is given to.
    Group(Input<SecurityGroupId>),
}

macro_rules! sides {
    ($($(#[$meta:meta])* $name:ident { $prefix_list:literal, $group:literal })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum $name {
            /// A block of IPv4 addresses.
            #[serde(rename = "CidrIp")]
            Ipv4(Input<Cidr>),
            /// A block of IPv6 addresses.
            #[serde(rename = "CidrIpv6")]
            Ipv6(Input<Ipv6Cidr>),
            /// The blocks of a managed prefix list.
            #[serde(rename = $prefix_list)]
            PrefixList(Input<PrefixListId>),
            /// The network interfaces that this group is given to.
            #[serde(rename = $group)]
            Group(Input<SecurityGroupId>),
        }

        impl From<Peer> for $name {
            fn from(peer: Peer) -> Self {
                match peer {
                    Peer::Ipv4(block) => Self::Ipv4(block),
                    Peer::Ipv6(block) => Self::Ipv6(block),
                    Peer::PrefixList(list) => Self::PrefixList(list),
                    Peer::Group(group) => Self::Group(group),
                }
            }
        }

        impl From<$name> for Peer {
            fn from(side: $name) -> Self {
                match side {
                    $name::Ipv4(block) => Self::Ipv4(block),
                    $name::Ipv6(block) => Self::Ipv6(block),
                    $name::PrefixList(list) => Self::PrefixList(list),
                    $name::Group(group) => Self::Group(group),
                }
            }
        }

        impl Shaped for $name {
            fn shape() -> Shape {
                Shape::one_of(&["CidrIp", "CidrIpv6", $prefix_list, $group])
            }
        }

        impl Checked for $name {
            /// Asked once for each of its properties, whose name ends `path`.
            fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
                let property = path.rsplit('/').next().unwrap_or_default();
                match self {
                    Self::Ipv4(block) if property == "CidrIp" => block.check_values(path, found),
                    Self::Ipv6(block) if property == "CidrIpv6" => block.check_values(path, found),
                    Self::PrefixList(list) if property == $prefix_list => list.check_values(path, found),
                    Self::Group(group) if property == $group => group.check_values(path, found),
                    _ => {}
                }
            }
        }
    )*};
}

sides! {
    /// Where what comes in may come from; written as exactly one of `CidrIp`, `CidrIpv6`,
    /// `SourcePrefixListId` and `SourceSecurityGroupId`.
    IngressSource { "SourcePrefixListId", "SourceSecurityGroupId" }
    /// Where what goes out may go to; written as exactly one of `CidrIp`, `CidrIpv6`,
    /// `DestinationPrefixListId` and `DestinationSecurityGroupId`.
    EgressDestination { "DestinationPrefixListId", "DestinationSecurityGroupId" }
}
