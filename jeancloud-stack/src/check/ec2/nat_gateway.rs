//! Rules for NAT gateways and the addresses that they use.

use std::{collections::BTreeMap, net::Ipv4Addr};

use jeancloud_model::{
    Cidr, Region,
    ec2::{Connectivity, Eip, InternetGateway, NatGateway, Subnet, Vpc, VpcGatewayAttachment},
};

use super::{
    super::{Report, Rule},
    network::{self, Exit},
};
use crate::View;

const CREATE_NAT: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html";
const NAT: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html";
const ADDRESSES: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html";
const SUBNET_SIZE: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html";

pub(super) const VPC_HAS_GATEWAY: Rule = Rule {
    name: "nat-gateway-vpc-has-gateway",
    check: a_public_gateways_vpc_has_an_internet_gateway,
};
pub(super) const PUBLIC_SUBNET: Rule = Rule {
    name: "nat-gateway-public-subnet",
    check: a_public_gateway_is_in_a_public_subnet,
};
pub(super) const PRIVATE_IP: Rule = Rule {
    name: "nat-gateway-private-ip",
    check: the_private_address_is_free_in_the_subnet,
};
pub(super) const ADDRESS_ONCE: Rule = Rule {
    name: "eip-once",
    check: an_address_serves_one_gateway,
};
pub(super) const ADDRESS_USED: Rule = Rule {
    name: "eip-used",
    check: an_address_is_used,
};
pub(super) const ADDRESS_QUOTA: Rule = Rule {
    name: "eip-quota",
    check: a_region_has_five_addresses,
};

fn a_public_gateways_vpc_has_an_internet_gateway(view: &View, report: &mut Report) {
    for nat in view.all::<NatGateway>() {
        if matches!(nat.resource.connectivity, Connectivity::Private) {
            continue;
        }
        let vpc = network::vpc_of_subnet(view, &nat.resource.subnet_id);
        let Some(vpc) = vpc.and_then(|vpc| view.target::<Vpc>(vpc)) else {
            continue;
        };
        let attached = view.all::<VpcGatewayAttachment>().any(|attachment| {
            let its = view.target::<Vpc>(&attachment.resource.vpc_id);
            its.is_none_or(|its| its.address() == vpc.address())
        });
        if !attached {
            let wrong = format!("is in {}, which has no internet gateway", vpc.address());
            report
                .error(nat.declaration, "SubnetId", wrong)
                .rule("a public NAT gateway fails in a VPC without an internet gateway (Gateway.NotAttached)")
                .hint("add an InternetGateway and its VpcGatewayAttachment, or make it Connectivity::Private")
                .document(NAT);
        }
    }
}

fn a_public_gateway_is_in_a_public_subnet(view: &View, report: &mut Report) {
    for nat in view.all::<NatGateway>() {
        // Where no gateway is declared at all, the other rule says so.
        if matches!(nat.resource.connectivity, Connectivity::Private)
            || view.all::<InternetGateway>().next().is_none()
        {
            continue;
        }
        let Some(subnet) = view.target::<Subnet>(&nat.resource.subnet_id) else {
            continue;
        };
        // A firewall may stand between the gateway and the internet.
        if matches!(network::exit(view, subnet), Some(Exit::None | Exit::Nat)) {
            let wrong = format!(
                "is in {}, whose table has no route to an internet gateway",
                subnet.address()
            );
            report
                .error(nat.declaration, "SubnetId", wrong)
                .rule("a public NAT gateway reaches the internet by the route of the subnet that it stands in")
                .hint("put it into a public subnet: one whose table leads 0.0.0.0/0 to an internet gateway")
                .document(NAT);
        }
    }
}

fn the_private_address_is_free_in_the_subnet(view: &View, report: &mut Report) {
    for nat in view.all::<NatGateway>() {
        let known = nat
            .resource
            .private_ip_address
            .as_ref()
            .and_then(|ip| ip.known());
        let Some(ip) = known.and_then(|ip| ip.as_str().parse::<Ipv4Addr>().ok()) else {
            continue;
        };
        let Some(subnet) = view.target::<Subnet>(&nat.resource.subnet_id) else {
            continue;
        };
        let Some(block) = subnet.resource.cidr_block.known() else {
            continue;
        };
        let wrong = if !holds(*block, ip) {
            format!(
                "{ip} lies outside its subnet {} ({block})",
                subnet.address()
            )
        } else if is_reserved(*block, ip) {
            format!("{ip} is kept by AWS in {} ({block})", subnet.address())
        } else {
            continue;
        };
        let free = Ipv4Addr::from_bits(block.first().to_bits() + RESERVED_FIRST);
        report
            .error(nat.declaration, "PrivateIpAddress", wrong)
            .rule("the address is the subnet's, but not one of its first four, nor its last (InvalidParameterValue)")
            .hint(format!("take {free}, or leave it out and let AWS choose"))
            .document(SUBNET_SIZE);
    }
}

/// AWS keeps the first four addresses of a subnet, and the last.
const RESERVED_FIRST: u32 = 4;

fn holds(block: Cidr, ip: Ipv4Addr) -> bool {
    (block.first()..=block.last()).contains(&ip)
}

fn is_reserved(block: Cidr, ip: Ipv4Addr) -> bool {
    ip.to_bits() - block.first().to_bits() < RESERVED_FIRST || ip == block.last()
}

fn an_address_serves_one_gateway(view: &View, report: &mut Report) {
    let gateways: Vec<_> = view.all::<NatGateway>().collect();
    for (index, nat) in gateways.iter().enumerate() {
        let Connectivity::Public { allocation_id } = &nat.resource.connectivity else {
            continue;
        };
        let earlier = gateways[..index].iter().find(|earlier| {
            matches!(&earlier.resource.connectivity, Connectivity::Public { allocation_id: other }
                if view.same(other, allocation_id))
        });
        if let Some(earlier) = earlier {
            let wrong = format!("is the address of {} too", earlier.address());
            report
                .error(nat.declaration, "AllocationId", wrong)
                .rule("an address serves one NAT gateway (Resource.AlreadyAssociated)")
                .hint("declare an Eip for each gateway")
                .document(CREATE_NAT);
        }
    }
}

fn an_address_is_used(view: &View, report: &mut Report) {
    for address in view.all::<Eip>() {
        if !network::is_used(view, &address) {
            report
                .warning(
                    address.declaration,
                    "",
                    "is used by nothing that the stack declares",
                )
                .rule("AWS charges for an address by the hour, used or not")
                .hint("give it to a NAT gateway, or take it away")
                .document(ADDRESSES);
        }
    }
}

fn a_region_has_five_addresses(view: &View, report: &mut Report) {
    const QUOTA: usize = 5;
    let mut by_region: BTreeMap<Region, usize> = BTreeMap::new();
    for address in view.all::<Eip>() {
        let count = by_region.entry(address.declaration.region).or_default();
        *count += 1;
        if *count == QUOTA + 1 {
            report
                .warning(address.declaration, "", format!("is the sixth address in {}", address.declaration.region))
                .rule("an account has 5 addresses in a region, unless AWS gave it more (AddressLimitExceeded)")
                .hint("ask for more in Service Quotas: EC2-VPC Elastic IPs (L-0263D0A3)")
                .document(ADDRESSES);
        }
    }
}

#[cfg(test)]
#[path = "nat_gateway_tests.rs"]
mod tests;
