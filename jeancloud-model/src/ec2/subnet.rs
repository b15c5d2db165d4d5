//! [`Subnet`]: `AWS::EC2::Subnet`, a part of a VPC in one availability zone.

use crate::{
    AvailabilityZone, Cidr, Facts, Ipv6Cidr, Unique, choice, id_value, outputs, properties,
    resource, text_value,
};

use super::VpcId;

id_value! {
    /// The id of a subnet, as `subnet-0a1b2c3d4e5f60718`.
    SubnetId starts "subnet-",
}

text_value! {
    /// The id of an availability zone, which names the same place in every account, as `euw3-az1`.
    AvailabilityZoneId {
        rule: "a zone's id is like euw3-az1",
        document: "https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html",
        check: |text| {
            let formed = text.contains("-az")
                && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            (!formed).then_some("is no zone's id")
        },
    },
}

choice! {
    /// From what an instance's host name is made.
    HostnameType {
        /// Its private IPv4 address.
        IpName = "ip-name",
        /// Its id.
        ResourceName = "resource-name",
    }
}

properties! {
    /// The private DNS names of the instances that start in a subnet.
    PrivateDnsNameOptions;

    /// From what the host name is made. AWS's default: the private IPv4 address.
    opt hostname_type "HostnameType": HostnameType,
    /// Whether the name made of the id answers with the IPv4 address. AWS's default: false.
    opt enable_resource_name_dns_a_record "EnableResourceNameDnsARecord": bool,
    /// Whether the name made of the id answers with the IPv6 address. AWS's default: false.
    opt enable_resource_name_dns_aaaa_record "EnableResourceNameDnsAAAARecord": bool,
}

resource! {
    /// A part of a VPC's addresses, in one availability zone.
    ///
    /// Follows [`AWS::EC2::Subnet`] and EC2's [`CreateSubnet`]. AWS keeps five addresses of each.
    ///
    /// [`AWS::EC2::Subnet`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnet.html
    /// [`CreateSubnet`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
    Subnet = "AWS::EC2::Subnet", id "SubnetId": SubnetId,
    facts Facts {
        create_only: &["VpcId", "CidrBlock", "AvailabilityZone", "AvailabilityZoneId"],
        outputs: &["AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "VpcId"],
        defaults: &[
            ("MapPublicIpOnLaunch", "false"),
            ("AssignIpv6AddressOnCreation", "false"),
            ("EnableDns64", "false"),
            ("Ipv6CidrBlock", "null"),
            (
                "PrivateDnsNameOptionsOnLaunch",
                r#"{"HostnameType":"ip-name","EnableResourceNameDnsARecord":false,"EnableResourceNameDnsAAAARecord":false}"#,
            ),
            ("PrivateDnsNameOptionsOnLaunch/HostnameType", "\"ip-name\""),
            ("PrivateDnsNameOptionsOnLaunch/EnableResourceNameDnsARecord", "false"),
            ("PrivateDnsNameOptionsOnLaunch/EnableResourceNameDnsAAAARecord", "false"),
        ],
        // Two subnets of one block can't stand side by side: the old one goes first.
        name: Some(Unique { property: "CidrBlock", within: &["VpcId"], generated: None }),
        ..Facts::DEFAULT
    };

    /// The VPC that it is part of; another one replaces it.
    one vpc_id "VpcId": VpcId,
    /// Its IPv4 addresses: /16 to /28, inside the VPC, apart from every other subnet.
    one cidr_block "CidrBlock": Cidr,
    /// Its zone, by letter (`Az::A`) or name. Where it is left out, AWS chooses.
    opt availability_zone "AvailabilityZone": AvailabilityZone,
    /// Its zone by the id that is the same in every account. Not together with
    /// `availability_zone`.
    opt availability_zone_id "AvailabilityZoneId": AvailabilityZoneId,
    /// Whether network interfaces made in it get a public address. AWS's default: false.
    opt map_public_ip_on_launch "MapPublicIpOnLaunch": bool,
    /// Its IPv6 addresses: /44 to /64 in steps of four, inside an IPv6 block of the VPC.
    opt ipv6_cidr_block "Ipv6CidrBlock": Ipv6Cidr,
    /// Whether network interfaces made in it get an IPv6 address; needs `ipv6_cidr_block`. AWS's
    /// default: false.
    opt assign_ipv6_address_on_creation "AssignIpv6AddressOnCreation": bool,
    /// Whether AWS's DNS server gives IPv6 addresses for names that have IPv4 ones only; needs
    /// `ipv6_cidr_block`. AWS's default: false.
    opt enable_dns64 "EnableDns64": bool,
    /// The private DNS names of instances that start in it.
    opt_plain private_dns_name_options_on_launch "PrivateDnsNameOptionsOnLaunch": PrivateDnsNameOptions,
    tags,
}

outputs! { Subnet {
    /// The subnet's id.
    subnet_id "SubnetId": SubnetId,
    /// Its zone's name.
    availability_zone "AvailabilityZone": AvailabilityZone,
    /// Its zone's id, the same in every account.
    availability_zone_id "AvailabilityZoneId": AvailabilityZoneId,
} }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn zone_ids_are_told_from_zone_names() {
        assert_eq!(AvailabilityZoneId::new("euw3-az1").check(), Ok(()));
        assert_eq!(AvailabilityZoneId::new("usw2-lax1-az1").check(), Ok(()));
        assert!(AvailabilityZoneId::new("eu-west-3a").check().is_err());
    }
}
