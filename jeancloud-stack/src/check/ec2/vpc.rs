//! Rules for VPCs.

use std::collections::BTreeMap;

use jeancloud_model::{Cidr, Input, Region, cidr, ec2::Vpc};

use super::super::{Report, Rule};
use crate::View;

const CREATE_VPC: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html";
const MODIFY_VPC_ATTRIBUTE: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html";
const VPC_BLOCKS: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html";
const QUOTAS: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";

pub(super) const SIZE: Rule = Rule {
    name: "vpc-size",
    check: size_is_16_to_28,
};

pub(super) const HOSTNAMES_NEED_SUPPORT: Rule = Rule {
    name: "vpc-hostnames-need-support",
    check: host_names_need_dns_support,
};
pub(super) const QUOTA: Rule = Rule {
    name: "vpc-quota",
    check: a_region_has_five_vpcs,
};

pub(super) const PRIVATE_BLOCK: Rule = Rule {
    name: "vpc-private-block",
    check: the_block_is_a_private_one,
};

fn size_is_16_to_28(view: &View, report: &mut Report) {
    for vpc in view.all::<Vpc>() {
        let Some(cidr) = vpc.cidr_block.known() else {
            continue;
        };
        if !(16..=28).contains(&cidr.prefix()) {
            report
                .error(
                    vpc.declaration,
                    "CidrBlock",
                    format!("{cidr} is a /{}", cidr.prefix()),
                )
                .rule("a VPC's block is between /16 and /28 (InvalidVpc.Range)")
                .hint(format!("take {}/16", cidr.first()))
                .document(CREATE_VPC);
        }
    }
}

fn host_names_need_dns_support(view: &View, report: &mut Report) {
    let known = |on: &Option<Input<bool>>| on.as_ref().and_then(|on| on.known().copied());
    for vpc in view.all::<Vpc>() {
        let names = known(&vpc.enable_dns_hostnames) == Some(true);
        if names && known(&vpc.enable_dns_support) == Some(false) {
            report
                .error(
                    vpc.declaration,
                    "EnableDnsHostnames",
                    "is on while EnableDnsSupport is off",
                )
                .rule("DNS host names need DNS support (InvalidParameterCombination)")
                .hint("leave EnableDnsSupport out: it is on by default")
                .document(MODIFY_VPC_ATTRIBUTE);
        }
    }
}

/// RFC 1918, and the shared addresses of RFC 6598, which AWS takes as private ones too.
const PRIVATE: [Cidr; 4] = [
    cidr!("10.0.0.0/8"),
    cidr!("172.16.0.0/12"),
    cidr!("192.168.0.0/16"),
    cidr!("100.64.0.0/10"),
];

fn the_block_is_a_private_one(view: &View, report: &mut Report) {
    for vpc in view.all::<Vpc>() {
        let Some(cidr) = vpc.cidr_block.known() else {
            continue;
        };
        if PRIVATE.iter().any(|private| private.contains(*cidr)) || cidr.prefix() < 16 {
            continue;
        }
        report
            .warning(vpc.declaration, "CidrBlock", format!("{cidr} holds addresses of the internet"))
            .rule("in the VPC the block's addresses are its own: whoever has them on the internet can't be reached from there")
            .hint("take a block inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 (RFC 1918)")
            .document(VPC_BLOCKS);
    }
}

fn a_region_has_five_vpcs(view: &View, report: &mut Report) {
    const MOST: usize = 5;
    let mut by_region: BTreeMap<Region, usize> = BTreeMap::new();
    for vpc in view.all::<Vpc>() {
        let region = vpc.declaration.region;
        let count = by_region.entry(region).or_default();
        *count += 1;
        if *count == MOST + 1 {
            report
                .warning(vpc.declaration, "", format!("is the sixth VPC in {region}"))
                .rule("an account has 5 VPCs in a region, the default one among them, unless AWS gave it more (VpcLimitExceeded)")
                .hint("ask for more in Service Quotas: VPCs per Region (L-F678F1CE)")
                .document(QUOTAS);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{cidr, ec2::Vpc};

    use crate::check::testing::broken;

    #[test]
    fn a_vpc_is_16_to_28() {
        assert_snapshot!(broken("vpc-size", |h| {
            h.scope.add("large", Vpc::builder().cidr_block(cidr!("10.0.0.0/8")).build());
        }), @"
        error: main/large: CidrBlock 10.0.0.0/8 is a /8
          rule: a VPC's block is between /16 and /28 (InvalidVpc.Range)
          hint: take 10.0.0.0/16
          see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html
        ");
    }

    #[test]
    fn host_names_need_dns_support() {
        assert_snapshot!(broken("vpc-hostnames-need-support", |h| {
            h.scope.add("silent", Vpc::builder().cidr_block(cidr!("10.1.0.0/16"))
                .enable_dns_support(false).enable_dns_hostnames(true).build());
        }), @"
        error: main/silent: EnableDnsHostnames is on while EnableDnsSupport is off
          rule: DNS host names need DNS support (InvalidParameterCombination)
          hint: leave EnableDnsSupport out: it is on by default
          see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html
        ");
    }

    #[test]
    fn a_region_has_five_vpcs() {
        assert_snapshot!(broken("vpc-quota", |h| {
            for number in 1..=5 {
                let block = cidr!("10.0.0.0/8").part(16, number);
                h.scope.add(&format!("vpc-{number}"), Vpc::builder().cidr_block(block).build());
            }
        }), @"
        warning: main/vpc-5: is the sixth VPC in eu-west-3
          rule: an account has 5 VPCs in a region, the default one among them, unless AWS gave it more (VpcLimitExceeded)
          hint: ask for more in Service Quotas: VPCs per Region (L-F678F1CE)
          see: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
        ");
    }

    #[test]
    fn the_block_is_a_private_one() {
        assert_snapshot!(broken("vpc-private-block", |h| {
            h.scope.add("open", Vpc::builder().cidr_block(cidr!("8.8.0.0/16")).build());
        }), @"
        warning: main/open: CidrBlock 8.8.0.0/16 holds addresses of the internet
          rule: in the VPC the block's addresses are its own: whoever has them on the internet can't be reached from there
          hint: take a block inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 (RFC 1918)
          see: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
        ");
    }
}
