//! What security groups let out. Found again by tags, which `AuthorizeSecurityGroupEgress` sets.

use jeancloud_model::{
    Input,
    ec2::{SecurityGroupEgress, SecurityGroupId, SecurityGroupRuleDescription},
};

use super::rule::{Directed, Key};

impl Directed for SecurityGroupEgress {
    const EGRESS: bool = true;
    const PERMISSIONS: &'static [&'static str] = &[
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:CreateTags",
        "ec2:DeleteTags",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroups",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:UpdateSecurityGroupRuleDescriptionsEgress",
    ];

    fn key(&self) -> Key {
        Key {
            group: self.group_id.value().as_str().to_owned(),
            egress: true,
            traffic: self.traffic,
            peer: self.destination.clone().into(),
        }
    }

    fn description(&self) -> Option<&Input<SecurityGroupRuleDescription>> {
        self.description.as_ref()
    }

    fn of(key: Key, description: SecurityGroupRuleDescription) -> Self {
        SecurityGroupEgress {
            group_id: Input::Known(SecurityGroupId::new(key.group)),
            traffic: key.traffic,
            destination: key.peer.into(),
            description: Some(Input::Known(description)),
        }
    }
}
