//! Rules for internet gateways and their attachments.

use jeancloud_model::ec2::{InternetGateway, VpcGatewayAttachment};

use super::{
    super::{Report, Rule},
    network,
};
use crate::View;

const ATTACH: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html";

pub(super) const ATTACHED: Rule = Rule {
    name: "internet-gateway-attached",
    check: a_gateway_is_attached,
};
pub(super) const ONE_VPC: Rule = Rule {
    name: "internet-gateway-one-vpc",
    check: a_gateway_is_in_one_vpc,
};
pub(super) const ONE_GATEWAY: Rule = Rule {
    name: "vpc-one-internet-gateway",
    check: a_vpc_has_one_gateway,
};

fn a_gateway_is_attached(view: &View, report: &mut Report) {
    for gateway in view.all::<InternetGateway>() {
        if network::attachments_of(view, gateway).next().is_none() {
            report
                .warning(gateway.declaration, "", "is attached to no VPC")
                .rule(
                    "a gateway carries traffic of the VPC that it is attached to, and of no other",
                )
                .hint("add a VpcGatewayAttachment with the VPC and this gateway")
                .document(ATTACH);
        }
    }
}

fn a_gateway_is_in_one_vpc(view: &View, report: &mut Report) {
    let attachments: Vec<_> = view.all::<VpcGatewayAttachment>().collect();
    for (index, attachment) in attachments.iter().enumerate() {
        let gateway = &attachment.resource.internet_gateway_id;
        let earlier = attachments[..index]
            .iter()
            .find(|earlier| view.same(&earlier.resource.internet_gateway_id, gateway));
        if let Some(earlier) = earlier {
            let wrong = format!("is attached by {} already", earlier.address());
            report
                .error(attachment.declaration, "InternetGatewayId", wrong)
                .rule("a gateway is in one VPC at a time (Resource.AlreadyAssociated)")
                .hint("declare a gateway for each VPC")
                .document(ATTACH);
        }
    }
}

fn a_vpc_has_one_gateway(view: &View, report: &mut Report) {
    let attachments: Vec<_> = view.all::<VpcGatewayAttachment>().collect();
    for (index, attachment) in attachments.iter().enumerate() {
        let earlier = attachments[..index].iter().find(|earlier| {
            view.same(&earlier.resource.vpc_id, &attachment.resource.vpc_id)
                && !view.same(
                    &earlier.resource.internet_gateway_id,
                    &attachment.resource.internet_gateway_id,
                )
        });
        if let Some(earlier) = earlier {
            let wrong = format!(
                "{} has a gateway already, by {}",
                network::name(&attachment.resource.vpc_id),
                earlier.address()
            );
            report
                .error(attachment.declaration, "VpcId", wrong)
                .rule("a VPC has one internet gateway (InvalidParameterValue)")
                .hint("let the routes lead to the gateway that is there")
                .document(ATTACH);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        cidr,
        ec2::{InternetGateway, Vpc, VpcGatewayAttachment},
    };

    use crate::check::testing::broken;

    #[test]
    fn a_gateway_is_attached() {
        assert_snapshot!(broken("internet-gateway-attached", |h| {
            h.scope.add("gateway", InternetGateway::builder().build());
        }), @"
        warning: main/gateway: is attached to no VPC
          rule: a gateway carries traffic of the VPC that it is attached to, and of no other
          hint: add a VpcGatewayAttachment with the VPC and this gateway
          see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html
        ");
    }

    #[test]
    fn a_gateway_is_in_one_vpc() {
        assert_snapshot!(broken("internet-gateway-one-vpc", |h| {
            let other = h.scope.add("other", Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build());
            let gateway = h.scope.add("gateway", InternetGateway::builder().build());
            for (name, vpc) in [("one", h.vpc), ("two", other)] {
                h.scope.add(name, VpcGatewayAttachment::builder()
                    .vpc_id(vpc).internet_gateway_id(gateway).build());
            }
        }), @"
        error: main/two: InternetGatewayId is attached by main/one already
          rule: a gateway is in one VPC at a time (Resource.AlreadyAssociated)
          hint: declare a gateway for each VPC
          see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html
        ");
    }

    #[test]
    fn a_vpc_has_one_gateway() {
        assert_snapshot!(broken("vpc-one-internet-gateway", |h| {
            for name in ["one", "two"] {
                let gateway = h.scope.add(name, InternetGateway::builder().build());
                h.scope.add(&format!("{name}-attached"), VpcGatewayAttachment::builder()
                    .vpc_id(h.vpc).internet_gateway_id(gateway).build());
            }
        }), @"
        error: main/two-attached: VpcId main/vpc has a gateway already, by main/one-attached
          rule: a VPC has one internet gateway (InvalidParameterValue)
          hint: let the routes lead to the gateway that is there
          see: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html
        ");
    }
}
