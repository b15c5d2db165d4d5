//! [`NatGateway`]: `AWS::EC2::NatGateway`, by which private subnets reach out.

use serde::{Deserialize, Serialize};

use crate::{
    Checked, Facts, Handle, Input, IntoInput, Invalid, Output, Unique, id_value, outputs, resource,
    shape::{Member, Shape, Shaped},
    text_value,
};

use super::{AllocationId, Eip, SubnetId};

id_value! {
    /// The id of a NAT gateway, as `nat-0a1b2c3d4e5f60718`.
    NatGatewayId starts "nat-",
}

text_value! {
    /// A private IPv4 address, as `10.0.1.5`.
    PrivateIpAddress {
        rule: "an address is four numbers of 0 to 255, as 10.0.1.5",
        document: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html",
        check: |text| text.parse::<std::net::Ipv4Addr>().is_err().then_some("is no IPv4 address"),
    },
}

/// Where a NAT gateway leads: to the internet, or to other private networks.
///
/// Written as `ConnectivityType`, with an `AllocationId` for a public one only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ConnectivityType")]
pub enum Connectivity {
    /// To the internet, under a public address. The gateway stands in a public subnet.
    #[serde(rename = "public")]
    Public {
        /// The address, which nothing else uses.
        #[serde(rename = "AllocationId")]
        allocation_id: Input<AllocationId>,
    },
    /// To other VPCs and networks on premises, through a transit gateway or a virtual private
    /// gateway.
    #[serde(rename = "private")]
    Private,
}

impl Connectivity {
    /// To the internet, under this address.
    pub fn public(allocation_id: impl IntoInput<AllocationId>) -> Self {
        Self::Public {
            allocation_id: allocation_id.into_input(),
        }
    }

    /// As AWS writes it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Public { .. } => "public",
            Self::Private => "private",
        }
    }
}

impl From<&Handle<Eip>> for Connectivity {
    fn from(eip: &Handle<Eip>) -> Self {
        Self::public(eip)
    }
}

impl From<Handle<Eip>> for Connectivity {
    fn from(eip: Handle<Eip>) -> Self {
        Self::public(eip)
    }
}

impl From<AllocationId> for Connectivity {
    fn from(allocation_id: AllocationId) -> Self {
        Self::public(allocation_id)
    }
}

impl From<Output<AllocationId>> for Connectivity {
    fn from(allocation_id: Output<AllocationId>) -> Self {
        Self::public(allocation_id)
    }
}

impl Shaped for Connectivity {
    fn shape() -> Shape {
        Shape::Object(vec![
            Member::value("ConnectivityType"),
            Member::new("AllocationId", Shape::Value, true),
        ])
    }
}

impl Checked for Connectivity {
    /// Asked once for each of its properties, whose name ends `path`.
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        match self {
            Self::Public { allocation_id } if path.ends_with("/AllocationId") => {
                allocation_id.check_values(path, found);
            }
            Self::Public { .. } | Self::Private => {}
        }
    }
}

resource! {
    /// By which private subnets reach out and nothing reaches in.
    ///
    /// Subnets use it through a [`Route`](super::Route) (`.target(&nat)`). It serves one zone; a
    /// network that shall outlive a zone has one in each. AWS charges by the hour and by the byte.
    /// Follows [`AWS::EC2::NatGateway`] and EC2's [`CreateNatGateway`].
    ///
    /// [`AWS::EC2::NatGateway`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-natgateway.html
    /// [`CreateNatGateway`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html
    NatGateway = "AWS::EC2::NatGateway", id "NatGatewayId": NatGatewayId,
    facts Facts {
        create_only: &["SubnetId", "ConnectivityType", "AllocationId", "PrivateIpAddress"],
        outputs: &["EniId"],
        // An address serves one gateway: the old one goes before the new one takes it.
        name: Some(Unique { property: "AllocationId", within: &[], generated: None }),
        ..Facts::DEFAULT
    };

    /// The subnet that it stands in: a public one for a public gateway.
    one subnet_id "SubnetId": SubnetId,
    /// Where it leads: `&eip` for the internet, or [`Connectivity::Private`].
    flat connectivity ["ConnectivityType", "AllocationId"]: Connectivity,
    /// Its private address, inside the subnet. Where it is left out, AWS chooses.
    opt private_ip_address "PrivateIpAddress": PrivateIpAddress,
    tags,
}

outputs! { NatGateway {
    /// The gateway's id.
    nat_gateway_id "NatGatewayId": NatGatewayId,
    /// The id of the network interface that AWS made for it.
    eni_id "EniId": super::NetworkInterfaceId,
} }

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Value;

    #[test]
    fn connectivity_writes_cloudformations_properties() {
        let public = NatGateway::builder()
            .subnet_id(SubnetId::new("subnet-1"))
            .connectivity(AllocationId::new("eipalloc-1"))
            .build();
        let written = json!({
            "SubnetId": "subnet-1", "ConnectivityType": "public", "AllocationId": "eipalloc-1",
        });
        assert_eq!(serde_json::to_value(&public).unwrap(), written);
        assert_eq!(
            serde_json::from_value::<NatGateway>(written).unwrap(),
            public
        );
        let private = NatGateway::builder()
            .subnet_id(SubnetId::new("subnet-1"))
            .connectivity(Connectivity::Private)
            .build();
        let written = json!({"SubnetId": "subnet-1", "ConnectivityType": "private"});
        assert_eq!(serde_json::to_value(&private).unwrap(), written);
        assert_eq!(
            serde_json::from_value::<NatGateway>(written).unwrap(),
            private
        );
    }

    #[test]
    fn an_address_has_four_numbers() {
        assert_eq!(PrivateIpAddress::new("10.0.1.5").check(), Ok(()));
        assert!(PrivateIpAddress::new("10.0.1").check().is_err());
        assert!(PrivateIpAddress::new("10.0.1.256").check().is_err());
    }
}
