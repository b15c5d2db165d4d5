//! [`InternetGateway`]: `AWS::EC2::InternetGateway`, the door between a VPC and the internet.

use crate::{Facts, id_value, outputs, resource};

id_value! {
    /// The id of an internet gateway, as `igw-0a1b2c3d4e5f60718`.
    InternetGatewayId starts "igw-",
}

resource! {
    /// The door between a VPC and the internet.
    ///
    /// By itself it does nothing: a [`VpcGatewayAttachment`](super::VpcGatewayAttachment) puts it
    /// into a VPC, and a [`Route`](super::Route) sends traffic to it. Follows
    /// [`AWS::EC2::InternetGateway`] and EC2's [`CreateInternetGateway`].
    ///
    /// [`AWS::EC2::InternetGateway`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-internetgateway.html
    /// [`CreateInternetGateway`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInternetGateway.html
    InternetGateway = "AWS::EC2::InternetGateway", id "InternetGatewayId": InternetGatewayId,
    facts Facts::DEFAULT;

    tags,
}

outputs! { InternetGateway {
    /// The gateway's id.
    internet_gateway_id "InternetGatewayId": InternetGatewayId,
} }
