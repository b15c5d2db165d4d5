//! [`VpcGatewayAttachment`]: `AWS::EC2::VPCGatewayAttachment`, an internet gateway in its VPC.

use crate::{Facts, IntoInput, Unique, id_value, resource};

use super::{InternetGatewayId, VpcId};

id_value! {
    /// What CloudFormation's `Ref` gives for an attachment, as `IGW|vpc-0a1b2c3d4e5f60718`.
    VpcGatewayAttachmentId starts "IGW|",
}

resource! {
    /// An internet gateway in its VPC.
    ///
    /// A gateway is in one VPC at a time, and a VPC has one internet gateway. Routes to the
    /// gateway, and whatever faces the internet through it, come after the attachment and go before
    /// it. Follows [`AWS::EC2::VPCGatewayAttachment`] and EC2's [`AttachInternetGateway`].
    ///
    /// [`AWS::EC2::VPCGatewayAttachment`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcgatewayattachment.html
    /// [`AttachInternetGateway`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html
    VpcGatewayAttachment = "AWS::EC2::VPCGatewayAttachment", id "Id": VpcGatewayAttachmentId,
    facts Facts {
        create_only: &["VpcId"],
        // A gateway leaves its old VPC before a new one takes it.
        name: Some(Unique { property: "InternetGatewayId", within: &[], generated: None }),
        ..Facts::UNTAGGED
    };

    /// The VPC that gets the gateway.
    one vpc_id "VpcId": VpcId,
    /// The gateway. Another one takes its place without a new attachment; in between, the VPC has
    /// none.
    one internet_gateway_id "InternetGatewayId": InternetGatewayId,
}

impl VpcGatewayAttachment {
    /// This gateway in this VPC.
    pub fn new(vpc: impl IntoInput<VpcId>, gateway: impl IntoInput<InternetGatewayId>) -> Self {
        Self {
            vpc_id: vpc.into_input(),
            internet_gateway_id: gateway.into_input(),
        }
    }
}
