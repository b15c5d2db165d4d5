//! What security groups let in. Found again by tags, which `AuthorizeSecurityGroupIngress` sets.

use jeancloud_model::{
    Input,
    ec2::{SecurityGroupId, SecurityGroupIngress, SecurityGroupRuleDescription},
};

use super::rule::{Directed, Key};

impl Directed for SecurityGroupIngress {
    const EGRESS: bool = false;
    const PERMISSIONS: &'static [&'static str] = &[
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateTags",
        "ec2:DeleteTags",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroups",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
    ];

    fn key(&self) -> Key {
        Key {
            group: self.group_id.value().as_str().to_owned(),
            egress: false,
            traffic: self.traffic,
            peer: self.source.clone().into(),
        }
    }

    fn description(&self) -> Option<&Input<SecurityGroupRuleDescription>> {
        self.description.as_ref()
    }

    fn of(key: Key, description: SecurityGroupRuleDescription) -> Self {
        SecurityGroupIngress {
            group_id: Input::Known(SecurityGroupId::new(key.group)),
            traffic: key.traffic,
            source: key.peer.into(),
            description: Some(Input::Known(description)),
        }
    }
}
