//! [`RouteTable`]: `AWS::EC2::RouteTable`, which way traffic leaves a subnet.

use crate::{Facts, id_value, outputs, resource};

use super::VpcId;

id_value! {
    /// The id of a route table, as `rtb-0a1b2c3d4e5f60718`.
    RouteTableId starts "rtb-",
}

resource! {
    /// Which way traffic leaves the subnets that use it.
    ///
    /// AWS puts the local route, to the VPC's own addresses, into each. The others are resources of
    /// their own ([`Route`](super::Route)), and so is the use of a table by a subnet
    /// ([`SubnetRouteTableAssociation`](super::SubnetRouteTableAssociation)). Follows
    /// [`AWS::EC2::RouteTable`] and EC2's [`CreateRouteTable`].
    ///
    /// [`AWS::EC2::RouteTable`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-routetable.html
    /// [`CreateRouteTable`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html
    RouteTable = "AWS::EC2::RouteTable", id "RouteTableId": RouteTableId,
    facts Facts {
        create_only: &["VpcId"],
        outputs: &["VpcId"],
        ..Facts::DEFAULT
    };

    /// The VPC whose subnets may use it; another one replaces it.
    one vpc_id "VpcId": VpcId,
    tags,
}

outputs! { RouteTable {
    /// The table's id.
    route_table_id "RouteTableId": RouteTableId,
} }
