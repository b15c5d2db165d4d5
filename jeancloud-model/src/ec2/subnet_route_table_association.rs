//! [`SubnetRouteTableAssociation`]: `AWS::EC2::SubnetRouteTableAssociation`, a subnet's use of a
//! route table.

use crate::{Facts, IntoInput, Unique, id_value, resource};

use super::{RouteTableId, SubnetId};

id_value! {
    /// The id of a subnet's use of a route table, as `rtbassoc-0a1b2c3d4e5f60718`.
    SubnetRouteTableAssociationId starts "rtbassoc-",
}

resource! {
    /// A subnet's use of a route table. Without one, a subnet uses its VPC's main table.
    ///
    /// A subnet has one at most. Follows [`AWS::EC2::SubnetRouteTableAssociation`] and EC2's
    /// [`AssociateRouteTable`].
    ///
    /// [`AWS::EC2::SubnetRouteTableAssociation`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnetroutetableassociation.html
    /// [`AssociateRouteTable`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html
    SubnetRouteTableAssociation = "AWS::EC2::SubnetRouteTableAssociation", id "Id": SubnetRouteTableAssociationId,
    facts Facts {
        create_only: &["SubnetId", "RouteTableId"],
        // AWS refuses a second association of a subnet: the old one goes first.
        name: Some(Unique { property: "SubnetId", within: &[], generated: None }),
        ..Facts::UNTAGGED
    };

    /// The subnet, in the table's VPC.
    one subnet_id "SubnetId": SubnetId,
    /// The table that it uses from now on, instead of the VPC's main one.
    one route_table_id "RouteTableId": RouteTableId,
}

impl SubnetRouteTableAssociation {
    /// What leaves this subnet goes where this table says.
    pub fn new(subnet: impl IntoInput<SubnetId>, table: impl IntoInput<RouteTableId>) -> Self {
        Self {
            subnet_id: subnet.into_input(),
            route_table_id: table.into_input(),
        }
    }
}
