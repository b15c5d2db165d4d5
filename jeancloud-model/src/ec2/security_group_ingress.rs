//! [`SecurityGroupIngress`]: `AWS::EC2::SecurityGroupIngress`, what a group lets in.

use crate::{Facts, Unique, id_value, resource, text_value};

use super::{IngressSource, SecurityGroupId, Traffic};

id_value! {
    /// The id of a security group's rule, as `sgr-0a1b2c3d4e5f60718`.
    SecurityGroupRuleId starts "sgr-",
}

text_value! {
    /// What a rule is for: up to 255 characters.
    SecurityGroupRuleDescription {
        rule: "a rule's description has 1 to 255 of a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$*",
        document: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html",
        check: |text| {
            let allowed = |c: char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
            if text.is_empty() {
                Some("is empty")
            } else if text.len() > 255 {
                Some("is longer than 255 characters")
            } else if !text.chars().all(allowed) {
                Some("holds a character that AWS refuses")
            } else {
                None
            }
        },
    },
}

resource! {
    /// A rule of a security group: what it lets in, and from where.
    ///
    /// `scope.allow(tcp(80).from(Anywhere).to(&group))` writes it. Follows
    /// [`AWS::EC2::SecurityGroupIngress`] and EC2's [`AuthorizeSecurityGroupIngress`].
    ///
    /// [`AWS::EC2::SecurityGroupIngress`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupingress.html
    /// [`AuthorizeSecurityGroupIngress`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html
    SecurityGroupIngress = "AWS::EC2::SecurityGroupIngress", id "Id": SecurityGroupRuleId,
    facts Facts {
        create_only: &[
            "GroupId", "IpProtocol", "FromPort", "ToPort",
            "CidrIp", "CidrIpv6", "SourcePrefixListId", "SourceSecurityGroupId",
        ],
        defaults: &[("Description", "\"\"")],
        name: Some(Unique {
            property: "GroupId",
            within: &[
                "IpProtocol", "FromPort", "ToPort",
                "CidrIp", "CidrIpv6", "SourcePrefixListId", "SourceSecurityGroupId",
            ],
            generated: None,
        }),
        // CloudFormation's type has no tags. EC2's rules have, and they say which rules are ours.
        ..Facts::DEFAULT
    };

    /// The group whose rule it is; another one replaces the rule.
    one group_id "GroupId": SecurityGroupId,
    /// The protocol and ports that are let in; others replace the rule.
    flat traffic ["IpProtocol", "FromPort", "ToPort"]: Traffic,
    /// From where: a block, a prefix list or a group; another one replaces the rule.
    flat source ["CidrIp", "CidrIpv6", "SourcePrefixListId", "SourceSecurityGroupId"]: IngressSource,
    /// What it is for: up to 255 characters.
    opt description "Description": SecurityGroupRuleDescription,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        Address, Cidr, Handle, Input,
        ec2::{IntoPorts, SecurityGroup},
    };

    #[test]
    fn it_has_cloudformations_flat_shape() {
        let rule = SecurityGroupIngress::builder()
            .group_id(SecurityGroupId::new("sg-1"))
            .traffic(Traffic::Tcp(80.into_ports()))
            .source(IngressSource::Ipv4(Input::Known(Cidr::ANYWHERE)))
            .build();
        let json = serde_json::to_value(&rule).unwrap();
        assert_eq!(
            json,
            json!({"GroupId": "sg-1", "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0"})
        );
        assert_eq!(
            serde_json::from_value::<SecurityGroupIngress>(json).unwrap(),
            rule
        );
    }

    #[test]
    fn a_group_as_source_is_a_reference() {
        let group = Handle::<SecurityGroup>::declared(Address::new("france/alb"));
        let rule = SecurityGroupIngress::builder()
            .group_id(group)
            .traffic(Traffic::All)
            .source(IngressSource::Group(crate::IntoInput::into_input(group)))
            .build();
        assert_eq!(
            serde_json::to_value(&rule).unwrap()["SourceSecurityGroupId"],
            json!({"$output": ["france/alb", "GroupId"]})
        );
    }
}
