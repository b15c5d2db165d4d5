//! [`Route`]: `AWS::EC2::Route`, one way out of a route table.

use serde::{Deserialize, Serialize};

use crate::{
    Checked, Cidr, Facts, Handle, Input, IntoInput, Invalid, Ipv6Cidr, Output, Unique, id_value,
    lookup::{ManagedPrefixList, PrefixListId},
    outputs, resource,
    shape::{Shape, Shaped},
};

use super::{InternetGateway, RouteTableId, RouteTarget};

id_value! {
    /// A route's table and destination, as `rtb-0a1b2c3d4e5f60718|0.0.0.0/0`.
    RouteId starts "rtb-",
}

/// Which traffic a route is for: exactly one of these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RouteDestination {
    /// To these IPv4 addresses.
    #[serde(rename = "DestinationCidrBlock")]
    Ipv4(Input<Cidr>),
    /// To these IPv6 addresses.
    #[serde(rename = "DestinationIpv6CidrBlock")]
    Ipv6(Input<Ipv6Cidr>),
    /// To the addresses of a managed prefix list.
    #[serde(rename = "DestinationPrefixListId")]
    PrefixList(Input<PrefixListId>),
}

impl RouteDestination {
    /// CloudFormation's name of the property that it is written as.
    pub const fn property(&self) -> &'static str {
        match self {
            Self::Ipv4(_) => "DestinationCidrBlock",
            Self::Ipv6(_) => "DestinationIpv6CidrBlock",
            Self::PrefixList(_) => "DestinationPrefixListId",
        }
    }
}

impl Shaped for RouteDestination {
    fn shape() -> Shape {
        Shape::one_of(&[
            "DestinationCidrBlock",
            "DestinationIpv6CidrBlock",
            "DestinationPrefixListId",
        ])
    }
}

impl Checked for RouteDestination {
    /// Asked once for each of its properties, whose name ends `path`.
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        if !path.ends_with(&format!("/{}", self.property())) {
            return;
        }
        match self {
            Self::Ipv4(block) => block.check_values(path, found),
            Self::Ipv6(block) => block.check_values(path, found),
            Self::PrefixList(list) => list.check_values(path, found),
        }
    }
}

macro_rules! destinations {
    ($($variant:ident: $type:ty),* $(,)?) => {$(
        impl From<$type> for RouteDestination {
            fn from(value: $type) -> Self {
                Self::$variant(Input::Known(value))
            }
        }

        impl From<Output<$type>> for RouteDestination {
            fn from(output: Output<$type>) -> Self {
                Self::$variant(Input::Output(output.reference()))
            }
        }

        impl From<Input<$type>> for RouteDestination {
            fn from(input: Input<$type>) -> Self {
                Self::$variant(input)
            }
        }
    )*};
}
destinations! { Ipv4: Cidr, Ipv6: Ipv6Cidr, PrefixList: PrefixListId }

impl From<&Handle<ManagedPrefixList>> for RouteDestination {
    fn from(list: &Handle<ManagedPrefixList>) -> Self {
        list.id().into()
    }
}

impl From<Handle<ManagedPrefixList>> for RouteDestination {
    fn from(list: Handle<ManagedPrefixList>) -> Self {
        list.id().into()
    }
}

resource! {
    /// One way out of a route table: which traffic, and where to.
    ///
    /// A table has one route a destination; of several that fit, AWS takes the narrowest. Another
    /// target changes the route in place, without a gap. Follows [`AWS::EC2::Route`] and EC2's
    /// [`CreateRoute`].
    ///
    /// [`AWS::EC2::Route`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-route.html
    /// [`CreateRoute`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
    Route = "AWS::EC2::Route", id "Id": RouteId,
    facts Facts {
        create_only: &[
            "RouteTableId", "DestinationCidrBlock", "DestinationIpv6CidrBlock",
            "DestinationPrefixListId",
        ],
        outputs: &["CidrBlock"],
        name: Some(Unique {
            property: "RouteTableId",
            within: &[
                "DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId",
            ],
            generated: None,
        }),
        ..Facts::UNTAGGED
    };

    /// The table that it is part of.
    one route_table_id "RouteTableId": RouteTableId,
    /// Which traffic: `Cidr::ANYWHERE` for whatever no other route of the table is for.
    flat destination [
        "DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId",
    ]: RouteDestination,
    /// Where to: `&gateway`, `&nat`, or the id of something else.
    flat target [
        "GatewayId", "NatGatewayId", "EgressOnlyInternetGatewayId", "TransitGatewayId",
        "VpcPeeringConnectionId", "VpcEndpointId", "NetworkInterfaceId",
        "CarrierGatewayId", "LocalGatewayId", "CoreNetworkArn", "OdbNetworkArn",
    ]: RouteTarget,
}

outputs! { Route {
    /// The table and the destination.
    route_id "Id": RouteId,
} }

impl Route {
    /// The way to the internet: what goes to `0.0.0.0/0` leaves through the gateway, which makes a
    /// subnet with this route table a public one.
    pub fn to_internet(
        table: impl IntoInput<RouteTableId>,
        gateway: &Handle<InternetGateway>,
    ) -> Self {
        Self {
            route_table_id: table.into_input(),
            destination: Cidr::ANYWHERE.into(),
            target: gateway.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        Address, Resource,
        ec2::{NatGateway, TransitGatewayId, VpnGatewayId},
    };

    #[test]
    fn a_route_writes_one_destination_and_one_target() {
        let gateway = Handle::<InternetGateway>::declared(Address::new("x/gateway"));
        let route = Route::to_internet(RouteTableId::new("rtb-1"), &gateway);
        assert_eq!(
            serde_json::to_value(&route).unwrap(),
            json!({
                "RouteTableId": "rtb-1",
                "DestinationCidrBlock": "0.0.0.0/0",
                "GatewayId": {"$output": ["x/gateway", "InternetGatewayId"]},
            })
        );
    }

    #[test]
    fn every_target_reads_back_and_stands_among_the_properties() {
        let nat = Handle::<NatGateway>::declared(Address::new("x/nat"));
        let targets: [RouteTarget; 3] = [
            VpnGatewayId::new("vgw-1").into(),
            TransitGatewayId::new("tgw-1").into(),
            RouteTarget::CoreNetwork(Input::Known("arn:aws:networkmanager::1:core/x".into())),
        ];
        for target in targets {
            let route = Route::builder()
                .route_table_id(RouteTableId::new("rtb-1"))
                .destination("2001:db8::/32".parse::<Ipv6Cidr>().unwrap())
                .target(target.clone())
                .build();
            let written = serde_json::to_value(&route).unwrap();
            assert_eq!(serde_json::from_value::<Route>(written).unwrap(), route);
            assert!(Route::PROPERTIES.contains(&target.property()));
        }
        assert_eq!(RouteTarget::from(&nat).property(), "NatGatewayId");
    }

    #[test]
    fn a_wrong_id_is_found_under_the_name_of_its_property() {
        let route = Route::builder()
            .route_table_id(RouteTableId::new("rtb-1"))
            .destination(PrefixListId::new("pl-1"))
            .target(TransitGatewayId::new("nat-1"))
            .build();
        let mut paths = Vec::new();
        route.check_values("", &mut |path, _| paths.push(path.to_owned()));
        assert_eq!(paths, ["/TransitGatewayId"]);
    }
}
