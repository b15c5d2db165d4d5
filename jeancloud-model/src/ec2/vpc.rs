//! [`Vpc`]: `AWS::EC2::VPC`, a network of one's own.

use crate::{Cidr, Conditional, Facts, choice, id_value, outputs, resource};

use super::SecurityGroupId;

id_value! {
    /// The id of a VPC, as `vpc-0a1b2c3d4e5f60718`.
    VpcId starts "vpc-",
    /// The id of a network ACL, as `acl-0a1b2c3d4e5f60718`.
    NetworkAclId starts "acl-",
}

choice! {
    /// On which hardware instances of a VPC run.
    InstanceTenancy {
        /// Shared hardware.
        Default = "default",
        /// Hardware of one's own, at a price.
        Dedicated = "dedicated",
    }
}

resource! {
    /// A network of one's own: a range of private addresses in a region.
    ///
    /// Follows [`AWS::EC2::VPC`] and EC2's [`CreateVpc`]. AWS makes a main route table, a default
    /// security group and a network ACL with it, which are deleted with it.
    ///
    /// [`AWS::EC2::VPC`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html
    /// [`CreateVpc`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html
    Vpc = "AWS::EC2::VPC", id "VpcId": VpcId,
    facts Facts {
        create_only: &["CidrBlock"],
        conditional: &[Conditional {
            property: "InstanceTenancy",
            rule: "a VPC's tenancy changes to default, and never to dedicated",
            document: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcTenancy.html",
            replaces: |_, after| after.as_str() != Some("default"),
        }],
        outputs: &["CidrBlock", "DefaultSecurityGroup", "DefaultNetworkAcl"],
        defaults: &[("EnableDnsSupport", "true"), ("EnableDnsHostnames", "false"), ("InstanceTenancy", "\"default\"")],
        ..Facts::DEFAULT
    };

    /// Its IPv4 addresses, /16 to /28; others replace it.
    one cidr_block "CidrBlock": Cidr,
    /// Whether AWS's DNS server answers in it. AWS's default: true.
    opt enable_dns_support "EnableDnsSupport": bool,
    /// Whether instances get public DNS names; private DNS of endpoints needs it and
    /// `enable_dns_support`. AWS's default: false.
    opt enable_dns_hostnames "EnableDnsHostnames": bool,
    /// On which hardware instances run. AWS's default: shared. From dedicated to default changes
    /// in place, the other way replaces the VPC.
    opt instance_tenancy "InstanceTenancy": InstanceTenancy,
    tags,
}

outputs! { Vpc {
    /// The VPC's id.
    vpc_id "VpcId": VpcId,
    /// Its IPv4 block.
    cidr_block "CidrBlock": Cidr,
    /// The group that AWS made with it.
    default_security_group "DefaultSecurityGroup": SecurityGroupId,
    /// The network ACL that AWS made with it.
    default_network_acl "DefaultNetworkAcl": NetworkAclId,
} }
