//! [`Subnet`]: `AWS::EC2::Subnet`, a part of a VPC in one availability zone.

use crate::{AvailabilityZone, Cidr, Facts, id_value, outputs, resource};

use super::VpcId;

id_value! {
    /// The id of a subnet, as `subnet-0a1b2c3d4e5f60718`.
    SubnetId starts "subnet-",
}

resource! {
    /// A part of a VPC's addresses, in one availability zone.
    ///
    /// Follows `AWS::EC2::Subnet` and EC2's `CreateSubnet`. AWS keeps five addresses of each.
    Subnet = "AWS::EC2::Subnet", id "SubnetId": SubnetId,
    facts Facts {
        create_only: &["VpcId", "CidrBlock", "AvailabilityZone"],
        outputs: &["AvailabilityZone", "CidrBlock", "VpcId"],
        defaults: &[("MapPublicIpOnLaunch", "false")],
        ..Facts::DEFAULT
    };

    /// The VPC that it is part of.
    one vpc_id "VpcId": VpcId,
    /// Its IPv4 addresses: /16 to /28, inside the VPC, apart from every other subnet.
    one cidr_block "CidrBlock": Cidr,
    /// Its zone, by letter (`Az::A`) or name. Where it is left out, AWS chooses.
    opt availability_zone "AvailabilityZone": AvailabilityZone,
    /// Whether network interfaces made in it get a public address. AWS's default: false.
    opt map_public_ip_on_launch "MapPublicIpOnLaunch": bool,
    tags,
}

outputs! { Subnet {
    /// The subnet's id.
    subnet_id "SubnetId": SubnetId,
    /// Its zone's name.
    availability_zone "AvailabilityZone": AvailabilityZone,
} }
