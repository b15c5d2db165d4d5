//! [`RouteTarget`]: where a route sends traffic; and the ids of targets that no type here makes.

use serde::{Deserialize, Serialize};

use crate::{
    Arn, Checked, Handle, Input, Invalid, Output, id_value,
    shape::{Shape, Shaped},
};

use super::{
    InternetGateway, InternetGatewayId, NatGateway, NatGatewayId, VpcEndpoint, VpcEndpointId,
};

id_value! {
    /// The id of an internet gateway (`igw-…`) or of a virtual private gateway (`vgw-…`).
    GatewayId,
    /// The id of a virtual private gateway, as `vgw-0a1b2c3d4e5f60718`.
    VpnGatewayId starts "vgw-",
    /// The id of a gateway that lets IPv6 out and nothing in, as `eigw-0a1b2c3d4e5f60718`.
    EgressOnlyInternetGatewayId starts "eigw-",
    /// The id of a transit gateway, as `tgw-0a1b2c3d4e5f60718`.
    TransitGatewayId starts "tgw-",
    /// The id of a peering of two VPCs, as `pcx-0a1b2c3d4e5f60718`.
    VpcPeeringConnectionId starts "pcx-",
    /// The id of a network interface, as `eni-0a1b2c3d4e5f60718`.
    NetworkInterfaceId starts "eni-",
    /// The id of a carrier gateway, as `cagw-0a1b2c3d4e5f60718`.
    CarrierGatewayId starts "cagw-",
    /// The id of a local gateway of an outpost, as `lgw-0a1b2c3d4e5f60718`.
    LocalGatewayId starts "lgw-",
}

/// Where a route sends traffic: exactly one of these.
///
/// A handle fits as it is: `.target(&gateway)`. What the stack doesn't declare is named by its id:
/// `.target(TransitGatewayId::new("tgw-0a1b2c3d"))`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RouteTarget {
    /// An internet gateway or a virtual private gateway, attached to the table's VPC.
    #[serde(rename = "GatewayId")]
    Gateway(Input<GatewayId>),
    /// A NAT gateway; for IPv4.
    #[serde(rename = "NatGatewayId")]
    NatGateway(Input<NatGatewayId>),
    /// A gateway that lets IPv6 out and nothing in; for IPv6.
    #[serde(rename = "EgressOnlyInternetGatewayId")]
    EgressOnlyInternetGateway(Input<EgressOnlyInternetGatewayId>),
    /// A transit gateway that the VPC is attached to.
    #[serde(rename = "TransitGatewayId")]
    TransitGateway(Input<TransitGatewayId>),
    /// A peering with another VPC.
    #[serde(rename = "VpcPeeringConnectionId")]
    VpcPeeringConnection(Input<VpcPeeringConnectionId>),
    /// The endpoint of a gateway load balancer.
    #[serde(rename = "VpcEndpointId")]
    VpcEndpoint(Input<VpcEndpointId>),
    /// A network interface, of a NAT instance or a firewall.
    #[serde(rename = "NetworkInterfaceId")]
    NetworkInterface(Input<NetworkInterfaceId>),
    /// A carrier gateway; from a wavelength zone.
    #[serde(rename = "CarrierGatewayId")]
    CarrierGateway(Input<CarrierGatewayId>),
    /// A local gateway; from an outpost.
    #[serde(rename = "LocalGatewayId")]
    LocalGateway(Input<LocalGatewayId>),
    /// A core network of Cloud WAN.
    #[serde(rename = "CoreNetworkArn")]
    CoreNetwork(Input<Arn>),
    /// A network of Oracle Database@AWS.
    #[serde(rename = "OdbNetworkArn")]
    OdbNetwork(Input<Arn>),
}

impl RouteTarget {
    /// CloudFormation's name of the property that it is written as.
    pub const fn property(&self) -> &'static str {
        match self {
            Self::Gateway(_) => "GatewayId",
            Self::NatGateway(_) => "NatGatewayId",
            Self::EgressOnlyInternetGateway(_) => "EgressOnlyInternetGatewayId",
            Self::TransitGateway(_) => "TransitGatewayId",
            Self::VpcPeeringConnection(_) => "VpcPeeringConnectionId",
            Self::VpcEndpoint(_) => "VpcEndpointId",
            Self::NetworkInterface(_) => "NetworkInterfaceId",
            Self::CarrierGateway(_) => "CarrierGatewayId",
            Self::LocalGateway(_) => "LocalGatewayId",
            Self::CoreNetwork(_) => "CoreNetworkArn",
            Self::OdbNetwork(_) => "OdbNetworkArn",
        }
    }
}

impl Shaped for RouteTarget {
    fn shape() -> Shape {
        Shape::one_of(&[
            "GatewayId",
            "NatGatewayId",
            "EgressOnlyInternetGatewayId",
            "TransitGatewayId",
            "VpcPeeringConnectionId",
            "VpcEndpointId",
            "NetworkInterfaceId",
            "CarrierGatewayId",
            "LocalGatewayId",
            "CoreNetworkArn",
            "OdbNetworkArn",
        ])
    }
}

impl Checked for RouteTarget {
    /// Asked once for each of its properties, whose name ends `path`.
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        if !path.ends_with(&format!("/{}", self.property())) {
            return;
        }
        match self {
            Self::Gateway(id) => id.check_values(path, found),
            Self::NatGateway(id) => id.check_values(path, found),
            Self::EgressOnlyInternetGateway(id) => id.check_values(path, found),
            Self::TransitGateway(id) => id.check_values(path, found),
            Self::VpcPeeringConnection(id) => id.check_values(path, found),
            Self::VpcEndpoint(id) => id.check_values(path, found),
            Self::NetworkInterface(id) => id.check_values(path, found),
            Self::CarrierGateway(id) => id.check_values(path, found),
            Self::LocalGateway(id) => id.check_values(path, found),
            Self::CoreNetwork(arn) | Self::OdbNetwork(arn) => arn.check_values(path, found),
        }
    }
}

macro_rules! targets {
    ($($variant:ident: $id:ty),* $(,)?) => {$(
        impl From<$id> for RouteTarget {
            fn from(id: $id) -> Self {
                Self::$variant(Input::Known(id))
            }
        }

        impl From<Output<$id>> for RouteTarget {
            fn from(id: Output<$id>) -> Self {
                Self::$variant(Input::Output(id.reference()))
            }
        }

        impl From<Input<$id>> for RouteTarget {
            fn from(id: Input<$id>) -> Self {
                Self::$variant(id)
            }
        }
    )*};
}
targets! {
    NatGateway: NatGatewayId,
    EgressOnlyInternetGateway: EgressOnlyInternetGatewayId,
    TransitGateway: TransitGatewayId,
    VpcPeeringConnection: VpcPeeringConnectionId,
    VpcEndpoint: VpcEndpointId,
    NetworkInterface: NetworkInterfaceId,
    CarrierGateway: CarrierGatewayId,
    LocalGateway: LocalGatewayId,
}

// Two kinds of gateway share one property.
macro_rules! gateways {
    ($($id:ty),* $(,)?) => {$(
        impl From<$id> for RouteTarget {
            fn from(id: $id) -> Self {
                Self::Gateway(Input::Known(GatewayId::new(id.as_str().to_owned())))
            }
        }

        impl From<Output<$id>> for RouteTarget {
            fn from(id: Output<$id>) -> Self {
                Self::Gateway(Input::Output(id.reference()))
            }
        }
    )*};
}
gateways!(InternetGatewayId, VpnGatewayId);

macro_rules! handles {
    ($($resource:ty),* $(,)?) => {$(
        impl From<&Handle<$resource>> for RouteTarget {
            fn from(handle: &Handle<$resource>) -> Self {
                handle.id().into()
            }
        }

        impl From<Handle<$resource>> for RouteTarget {
            fn from(handle: Handle<$resource>) -> Self {
                handle.id().into()
            }
        }
    )*};
}
handles!(InternetGateway, NatGateway, VpcEndpoint);
