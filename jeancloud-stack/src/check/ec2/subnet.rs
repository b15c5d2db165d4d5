//! Rules for subnets.

use jeancloud_model::{
    Cidr,
    ec2::{Subnet, Vpc},
};

use super::super::{Report, Rule};
use crate::{Declared, View};

const CREATE_SUBNET: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html";

pub(super) const INSIDE_VPC: Rule = Rule {
    name: "subnet-inside-vpc",
    check: block_is_inside_the_vpc,
};
pub(super) const SIZE: Rule = Rule {
    name: "subnet-size",
    check: size_is_16_to_28,
};
pub(super) const NO_OVERLAP: Rule = Rule {
    name: "subnet-no-overlap",
    check: blocks_of_a_vpc_do_not_overlap,
};

fn block_is_inside_the_vpc(view: &View, report: &mut Report) {
    for subnet in view.all::<Subnet>() {
        let Some((vpc, outer)) = vpc_of(view, &subnet) else {
            continue;
        };
        let Some(cidr) = subnet
            .cidr_block
            .known()
            .filter(|cidr| !outer.contains(**cidr))
        else {
            continue;
        };
        let wrong = format!("{cidr} lies outside its VPC {} ({outer})", vpc.address());
        report
            .error(subnet.declaration, "CidrBlock", wrong)
            .rule("a subnet's block is part of its VPC's (InvalidSubnet.Range)")
            .hint(free_block(view, &subnet, outer, cidr.prefix()))
            .document(CREATE_SUBNET);
    }
}

fn size_is_16_to_28(view: &View, report: &mut Report) {
    for subnet in view.all::<Subnet>() {
        let Some(cidr) = subnet.cidr_block.known() else {
            continue;
        };
        if !(16..=28).contains(&cidr.prefix()) {
            report
                .error(
                    subnet.declaration,
                    "CidrBlock",
                    format!("{cidr} is a /{}", cidr.prefix()),
                )
                .rule("a subnet's block is between /16 and /28 (InvalidSubnet.Range)")
                .hint("take a /24: 251 addresses that can be used")
                .document(CREATE_SUBNET);
        }
    }
}

fn blocks_of_a_vpc_do_not_overlap(view: &View, report: &mut Report) {
    let subnets: Vec<_> = view.all::<Subnet>().collect();
    for (index, subnet) in subnets.iter().enumerate() {
        let Some(cidr) = subnet.cidr_block.known() else {
            continue;
        };
        for earlier in &subnets[..index] {
            let Some(other) = earlier.cidr_block.known() else {
                continue;
            };
            if !view.same(&subnet.vpc_id, &earlier.vpc_id) || !cidr.overlaps(*other) {
                continue;
            }
            let hint = match vpc_of(view, subnet) {
                Some((_, outer)) => free_block(view, subnet, outer, cidr.prefix()),
                None => "give one of them another block".to_owned(),
            };
            report
                .error(
                    subnet.declaration,
                    "CidrBlock",
                    format!("{cidr} overlaps {other} of {}", earlier.address()),
                )
                .rule("subnets of one VPC share no address (InvalidSubnet.Conflict)")
                .hint(hint)
                .document(CREATE_SUBNET);
        }
    }
}

fn vpc_of<'v>(view: &'v View, subnet: &Subnet) -> Option<(Declared<'v, Vpc>, Cidr)> {
    let vpc = view.target::<Vpc>(&subnet.vpc_id)?;
    let block = *vpc.cidr_block.known()?;
    Some((vpc, block))
}

/// Names the first block of this size that no other subnet of the VPC touches.
fn free_block(view: &View, subnet: &Declared<'_, Subnet>, outer: Cidr, prefix: u8) -> String {
    let taken: Vec<Cidr> = view
        .all::<Subnet>()
        .filter(|other| {
            other.address() != subnet.address() && view.same(&other.vpc_id, &subnet.vpc_id)
        })
        .filter_map(|other| other.cidr_block.known().copied())
        .collect();
    let prefix = prefix.clamp(outer.prefix().max(16), 28);
    let free = outer
        .parts(prefix)
        .find(|part| !taken.iter().any(|block| block.overlaps(*part)));
    match free {
        Some(free) => format!("pick a block inside {outer}; {free} is free"),
        None => {
            format!("no /{prefix} is free inside {outer}; take a smaller block or a larger VPC")
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{cidr, ec2::Subnet};

    use crate::check::testing::broken;

    #[test]
    fn a_subnet_lies_inside_its_vpc() {
        assert_snapshot!(broken("subnet-inside-vpc", |h| {
            h.scope.add("out", Subnet::builder().vpc_id(&h.vpc).cidr_block(cidr!("10.1.3.0/24")).build());
        }), @"
        error: main/out: CidrBlock 10.1.3.0/24 lies outside its VPC main/vpc (10.0.0.0/16)
          rule: a subnet's block is part of its VPC's (InvalidSubnet.Range)
          hint: pick a block inside 10.0.0.0/16; 10.0.2.0/24 is free
          see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
        ");
    }

    #[test]
    fn a_subnet_is_16_to_28() {
        assert_snapshot!(broken("subnet-size", |h| {
            h.scope.add("small", Subnet::builder().vpc_id(&h.vpc).cidr_block(cidr!("10.0.9.0/29")).build());
        }), @"
        error: main/small: CidrBlock 10.0.9.0/29 is a /29
          rule: a subnet's block is between /16 and /28 (InvalidSubnet.Range)
          hint: take a /24: 251 addresses that can be used
          see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
        ");
    }

    #[test]
    fn subnets_do_not_overlap() {
        assert_snapshot!(broken("subnet-no-overlap", |h| {
            h.scope.add("double", Subnet::builder().vpc_id(&h.vpc).cidr_block(cidr!("10.0.1.128/25")).build());
        }), @"
        error: main/double: CidrBlock 10.0.1.128/25 overlaps 10.0.1.0/24 of main/subnet-b
          rule: subnets of one VPC share no address (InvalidSubnet.Conflict)
          hint: pick a block inside 10.0.0.0/16; 10.0.2.0/25 is free
          see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
        ");
    }
}
