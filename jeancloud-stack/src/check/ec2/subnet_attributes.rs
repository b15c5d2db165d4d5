//! Rules for what a subnet has beside its IPv4 block: zone, IPv6 addresses, public addresses.

use jeancloud_model::{
    AvailabilityZone, Az, Input, Region,
    ec2::{PrivateDnsNameOptions, Subnet, Vpc},
};

use super::{
    super::{Report, Rule},
    network,
};
use crate::View;

const CREATE_SUBNET: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html";
const MODIFY: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html";
const SIZES: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html";
const INTERNET: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html";

pub(super) const ONE_ZONE: Rule = Rule {
    name: "subnet-one-zone",
    check: a_zone_is_named_once,
};
pub(super) const ZONE_IN_REGION: Rule = Rule {
    name: "subnet-zone-in-region",
    check: the_zone_is_in_the_region,
};
pub(super) const IPV6_SIZE: Rule = Rule {
    name: "subnet-ipv6-size",
    check: an_ipv6_block_is_44_to_64,
};
pub(super) const IPV6_VPC: Rule = Rule {
    name: "subnet-ipv6-vpc",
    check: an_ipv6_block_is_part_of_the_vpcs,
};
pub(super) const IPV6_NEEDED: Rule = Rule {
    name: "subnet-ipv6-needed",
    check: ipv6_attributes_need_an_ipv6_block,
};
pub(super) const PUBLIC_ADDRESSES: Rule = Rule {
    name: "subnet-public-addresses",
    check: public_addresses_have_a_way_out,
};

fn a_zone_is_named_once(view: &View, report: &mut Report) {
    for subnet in view.all::<Subnet>() {
        if subnet.resource.availability_zone.is_some()
            && subnet.resource.availability_zone_id.is_some()
        {
            report
                .error(subnet.declaration, "AvailabilityZoneId", "stands beside AvailabilityZone")
                .rule("a zone is given by its name or by its id, not by both (InvalidParameterCombination)")
                .hint("keep the one that you mean")
                .document(CREATE_SUBNET);
        }
    }
}

fn the_zone_is_in_the_region(view: &View, report: &mut Report) {
    for subnet in view.all::<Subnet>() {
        let zone = subnet.resource.availability_zone.as_ref();
        let region = subnet.declaration.region;
        let (zone, known) = match zone.and_then(|zone| zone.known()) {
            Some(AvailabilityZone::Named(zone)) => {
                (zone.clone(), zone.starts_with(region.as_str()))
            }
            Some(AvailabilityZone::Letter(letter)) => (
                format!("{region}{}", letter.letter()),
                *letter <= last_zone(region),
            ),
            None => continue,
        };
        if region != Region::Global && !known {
            report
                .error(subnet.declaration, "AvailabilityZone", format!("{zone} is no zone of {region}"))
                .rule("a subnet is in a zone of its own region (InvalidParameterValue)")
                .hint("write Az::A for the region's first zone, or look the zones up with AvailabilityZones")
                .document(CREATE_SUBNET);
        }
    }
}

/// The letter of a region's last zone: "Regions and Zones" of AWS's documents. A zone that is newer
/// than this list is named in full.
fn last_zone(region: Region) -> Az {
    match region {
        Region::UsEast1 => Az::F,
        Region::ApNortheast1
        | Region::ApNortheast2
        | Region::CaCentral1
        | Region::CnNorth1
        | Region::UsWest2 => Az::D,
        _ => Az::C,
    }
}

fn an_ipv6_block_is_44_to_64(view: &View, report: &mut Report) {
    for subnet in view.all::<Subnet>() {
        let block = subnet.resource.ipv6_cidr_block.as_ref();
        let Some(block) = block.and_then(|block| block.known()) else {
            continue;
        };
        let prefix = block.network().prefix();
        if !(44..=64).contains(&prefix) || prefix % 4 != 0 {
            report
                .error(subnet.declaration, "Ipv6CidrBlock", format!("{block} is a /{prefix}"))
                .rule("a subnet's IPv6 block is between /44 and /64, in steps of four (InvalidSubnet.Range)")
                .hint("take a /64")
                .document(SIZES);
        }
    }
}

fn an_ipv6_block_is_part_of_the_vpcs(view: &View, report: &mut Report) {
    for subnet in view.all::<Subnet>() {
        if subnet.resource.ipv6_cidr_block.is_none() {
            continue;
        }
        let Some(vpc) = view.target::<Vpc>(&subnet.resource.vpc_id) else {
            continue;
        };
        report
            .error(subnet.declaration, "Ipv6CidrBlock", format!("has nothing to be part of: {} has no IPv6 addresses", vpc.address()))
            .rule("a subnet's IPv6 block is part of its VPC's, and a VPC that is declared here has IPv4 addresses only (InvalidSubnet.Range)")
            .hint("leave it out, or put the subnet into a VPC that has IPv6 addresses (ExistingVpc)")
            .document(CREATE_SUBNET);
    }
}

fn ipv6_attributes_need_an_ipv6_block(view: &View, report: &mut Report) {
    for subnet in view.all::<Subnet>() {
        let resource = subnet.resource;
        if resource.ipv6_cidr_block.is_some() {
            continue;
        }
        let names = resource.private_dns_name_options_on_launch.as_ref();
        let aaaa = names.and_then(|names: &PrivateDnsNameOptions| {
            names.enable_resource_name_dns_aaaa_record.as_ref()
        });
        let attributes = [
            (
                "AssignIpv6AddressOnCreation",
                resource.assign_ipv6_address_on_creation.as_ref(),
            ),
            ("EnableDns64", resource.enable_dns64.as_ref()),
            (
                "PrivateDnsNameOptionsOnLaunch/EnableResourceNameDnsAAAARecord",
                aaaa,
            ),
        ];
        for (property, _) in attributes.into_iter().filter(|(_, on)| is_on(*on)) {
            report
                .error(
                    subnet.declaration,
                    property,
                    "is on in a subnet without IPv6 addresses",
                )
                .rule("it needs an Ipv6CidrBlock (InvalidParameterCombination)")
                .hint("give the subnet an Ipv6CidrBlock, or leave this out")
                .document(MODIFY);
        }
    }
}

fn public_addresses_have_a_way_out(view: &View, report: &mut Report) {
    for subnet in view.all::<Subnet>() {
        if !is_on(subnet.resource.map_public_ip_on_launch.as_ref()) {
            continue;
        }
        if network::is_public(view, subnet) == Some(false) {
            report
                .warning(
                    subnet.declaration,
                    "MapPublicIpOnLaunch",
                    "gives addresses that the internet doesn't reach",
                )
                .rule("a public address works in a subnet whose table has a route to an internet gateway")
                .hint("add a route for 0.0.0.0/0 to an internet gateway, or leave this out")
                .document(INTERNET);
        }
    }
}

fn is_on(on: Option<&Input<bool>>) -> bool {
    on.and_then(|on| on.known()).is_some_and(|on| *on)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        AvailabilityZone, Az, Ipv6Cidr, cidr,
        ec2::{AvailabilityZoneId, Subnet, VpcId},
    };

    use crate::check::testing::broken;

    fn ipv6(text: &str) -> Ipv6Cidr {
        text.parse().unwrap()
    }

    #[test]
    fn a_zone_is_named_once() {
        assert_snapshot!(broken("subnet-one-zone", |h| {
            h.scope.add("subnet", Subnet::builder().vpc_id(h.vpc).cidr_block(cidr!("10.0.9.0/24"))
                .availability_zone(Az::A).availability_zone_id(AvailabilityZoneId::new("euw3-az1")).build());
        }), @"
        error: main/subnet: AvailabilityZoneId stands beside AvailabilityZone
          rule: a zone is given by its name or by its id, not by both (InvalidParameterCombination)
          hint: keep the one that you mean
          see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
        ");
    }

    #[test]
    fn the_zone_is_in_the_region() {
        assert_snapshot!(broken("subnet-zone-in-region", |h| {
            h.scope.add("subnet", Subnet::builder().vpc_id(h.vpc).cidr_block(cidr!("10.0.9.0/24"))
                .availability_zone(AvailabilityZone::named("us-east-1a")).build());
        }), @"
        error: main/subnet: AvailabilityZone us-east-1a is no zone of eu-west-3
          rule: a subnet is in a zone of its own region (InvalidParameterValue)
          hint: write Az::A for the region's first zone, or look the zones up with AvailabilityZones
          see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
        ");
    }

    #[test]
    fn paris_has_three_zones() {
        assert_snapshot!(broken("subnet-zone-in-region", |h| {
            h.scope.add("subnet", Subnet::builder().vpc_id(h.vpc).cidr_block(cidr!("10.0.9.0/24"))
                .availability_zone(Az::D).build());
        }), @"
        error: main/subnet: AvailabilityZone eu-west-3d is no zone of eu-west-3
          rule: a subnet is in a zone of its own region (InvalidParameterValue)
          hint: write Az::A for the region's first zone, or look the zones up with AvailabilityZones
          see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
        ");
    }

    #[test]
    fn an_ipv6_block_is_44_to_64() {
        assert_snapshot!(broken("subnet-ipv6-size", |h| {
            h.scope.add("subnet", Subnet::builder().vpc_id(VpcId::new("vpc-0a1b2c3d"))
                .cidr_block(cidr!("10.0.9.0/24")).ipv6_cidr_block(ipv6("2001:db8::/62")).build());
        }), @"
        error: main/subnet: Ipv6CidrBlock 2001:db8::/62 is a /62
          rule: a subnet's IPv6 block is between /44 and /64, in steps of four (InvalidSubnet.Range)
          hint: take a /64
          see: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
        ");
    }

    #[test]
    fn an_ipv6_block_is_part_of_the_vpcs() {
        assert_snapshot!(broken("subnet-ipv6-vpc", |h| {
            h.scope.add("subnet", Subnet::builder().vpc_id(h.vpc)
                .cidr_block(cidr!("10.0.9.0/24")).ipv6_cidr_block(ipv6("2001:db8::/64")).build());
        }), @"
        error: main/subnet: Ipv6CidrBlock has nothing to be part of: main/vpc has no IPv6 addresses
          rule: a subnet's IPv6 block is part of its VPC's, and a VPC that is declared here has IPv4 addresses only (InvalidSubnet.Range)
          hint: leave it out, or put the subnet into a VPC that has IPv6 addresses (ExistingVpc)
          see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
        ");
    }

    #[test]
    fn ipv6_attributes_need_an_ipv6_block() {
        assert_snapshot!(broken("subnet-ipv6-needed", |h| {
            h.scope.add("subnet", Subnet::builder().vpc_id(h.vpc)
                .cidr_block(cidr!("10.0.9.0/24")).enable_dns64(true).build());
        }), @"
        error: main/subnet: EnableDns64 is on in a subnet without IPv6 addresses
          rule: it needs an Ipv6CidrBlock (InvalidParameterCombination)
          hint: give the subnet an Ipv6CidrBlock, or leave this out
          see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html
        ");
    }

    #[test]
    fn public_addresses_have_a_way_out() {
        assert_snapshot!(broken("subnet-public-addresses", |h| {
            h.scope.add("subnet", Subnet::builder().vpc_id(h.vpc)
                .cidr_block(cidr!("10.0.9.0/24")).map_public_ip_on_launch(true).build());
        }), @"
        warning: main/subnet: MapPublicIpOnLaunch gives addresses that the internet doesn't reach
          rule: a public address works in a subnet whose table has a route to an internet gateway
          hint: add a route for 0.0.0.0/0 to an internet gateway, or leave this out
          see: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
        ");
    }
}
