//! [`SecurityGroupEgress`]: `AWS::EC2::SecurityGroupEgress`, what a group lets out.

use crate::{Facts, Unique, resource};

use super::{
    EgressDestination, SecurityGroupId, SecurityGroupRuleDescription, SecurityGroupRuleId, Traffic,
};

resource! {
    /// A rule of a security group: what it lets out, and to where.
    ///
    /// `scope.allow(tcp(443).from(&group).to(Anywhere))` writes it. Follows
    /// [`AWS::EC2::SecurityGroupEgress`] and EC2's [`AuthorizeSecurityGroupEgress`].
    ///
    /// [`AWS::EC2::SecurityGroupEgress`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupegress.html
    /// [`AuthorizeSecurityGroupEgress`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html
    SecurityGroupEgress = "AWS::EC2::SecurityGroupEgress", id "Id": SecurityGroupRuleId,
    facts Facts {
        create_only: &[
            "GroupId", "IpProtocol", "FromPort", "ToPort",
            "CidrIp", "CidrIpv6", "DestinationPrefixListId", "DestinationSecurityGroupId",
        ],
        defaults: &[("Description", "\"\"")],
        name: Some(Unique {
            property: "GroupId",
            within: &[
                "IpProtocol", "FromPort", "ToPort",
                "CidrIp", "CidrIpv6", "DestinationPrefixListId", "DestinationSecurityGroupId",
            ],
            generated: None,
        }),
        // CloudFormation's type has no tags. EC2's rules have, and they say which rules are ours.
        ..Facts::DEFAULT
    };

    /// The group whose rule it is; another one replaces the rule.
    one group_id "GroupId": SecurityGroupId,
    /// The protocol and ports that are let out; others replace the rule.
    flat traffic ["IpProtocol", "FromPort", "ToPort"]: Traffic,
    /// To where: a block, a prefix list or a group; another one replaces the rule.
    flat destination ["CidrIp", "CidrIpv6", "DestinationPrefixListId", "DestinationSecurityGroupId"]: EgressDestination,
    /// What it is for: up to 255 characters.
    opt description "Description": SecurityGroupRuleDescription,
}
