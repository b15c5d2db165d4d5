//! Rules for VPCs.

use jeancloud_model::ec2::Vpc;

use super::super::{Report, Rule};
use crate::View;

const CREATE_VPC: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html";

pub(super) const SIZE: Rule = Rule {
    name: "vpc-size",
    check: size_is_16_to_28,
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
}
