//! [`SecurityGroup`]: `AWS::EC2::SecurityGroup`, a firewall around network interfaces.

use serde::{Deserialize, Serialize};

use crate::{
    Checked, Facts, GeneratedName, IntoInput, Invalid, Unique, id_value, outputs, properties,
    resource,
    shape::{Shape, Shaped},
    text_value,
};

use super::{EgressDestination, IngressSource, SecurityGroupRuleDescription, Traffic, VpcId};

id_value! {
    /// The id of a security group, as `sg-0a1b2c3d4e5f60718`.
    SecurityGroupId starts "sg-",
}

const DOCUMENT: &str =
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html";

text_value! {
    /// A security group's name: 1 to 255 characters, unique in its VPC, not beginning with `sg-`.
    SecurityGroupName {
        rule: "a group's name has 1 to 255 of a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$*, does not begin with sg-, does not end with a space, and is not `default`",
        document: DOCUMENT,
        check: |name| {
            if name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("sg-")) {
                Some("begins with sg-, which is how ids begin")
            } else if name == "default" {
                Some("is the name of the group that AWS makes with each VPC")
            } else if name.ends_with(' ') {
                Some("ends with a space, which AWS takes away")
            } else {
                wrong_text(name)
            }
        },
    },
    /// What a security group is for: 1 to 255 characters.
    SecurityGroupDescription {
        rule: "a group's description has 1 to 255 of a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$*",
        document: DOCUMENT,
        check: wrong_text,
    },
}

fn wrong_text(text: &str) -> Option<&'static str> {
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
}

properties! {
    /// A rule that lets something in, as it stands in its group.
    IngressRule;
    /// The protocol and ports that are let in.
    flat traffic ["IpProtocol", "FromPort", "ToPort"]: Traffic,
    /// From where: a block, a prefix list or a group.
    flat source ["CidrIp", "CidrIpv6", "SourcePrefixListId", "SourceSecurityGroupId"]: IngressSource,
    /// What it is for: up to 255 characters.
    opt description "Description": SecurityGroupRuleDescription,
}

properties! {
    /// A rule that lets something out, as it stands in its group.
    EgressRule;
    /// The protocol and ports that are let out.
    flat traffic ["IpProtocol", "FromPort", "ToPort"]: Traffic,
    /// To where: a block, a prefix list or a group.
    flat destination ["CidrIp", "CidrIpv6", "DestinationPrefixListId", "DestinationSecurityGroupId"]: EgressDestination,
    /// What it is for: up to 255 characters.
    opt description "Description": SecurityGroupRuleDescription,
}

/// The rules of a group that no resource of the stack declares.
///
/// A declared group has none: [`Undeclared::NONE`], always written, so that a plan compares it with
/// what AWS has and takes away what is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Undeclared<T>(Vec<T>);

impl<T> Undeclared<T> {
    /// No rule.
    pub const NONE: Self = Self(Vec::new());

    /// The rules.
    pub fn rules(&self) -> &[T] {
        &self.0
    }
}

impl<T> FromIterator<T> for Undeclared<T> {
    fn from_iter<I: IntoIterator<Item = T>>(rules: I) -> Self {
        Self(rules.into_iter().collect())
    }
}

impl<T> Shaped for Undeclared<T> {
    /// No rule that an author could write stands in it.
    fn shape() -> Shape {
        Shape::Value
    }
}

impl<T> Checked for Undeclared<T> {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        if !self.0.is_empty() {
            let wrong = format!("holds {} rules", self.0.len());
            let rule =
                "a group's rules are resources of their own, so that groups can name each other";
            found(
                path,
                Invalid::new(wrong, rule)
                    .hint("write `scope.allow(tcp(80).from(Anywhere).to(&group))`"),
            );
        }
    }
}

resource! {
    /// A firewall around the network interfaces that it is given to.
    ///
    /// It lets through what its rules allow and nothing else, in either direction: AWS's rule that
    /// allows everything out is taken away. Rules are resources of their own, written with
    /// `scope.allow(tcp(80).from(Anywhere).to(&group))`, so that two groups can name each other.
    /// A group's rules belong to the stack whole: a rule that the stack does not declare is drift
    /// and is removed.
    ///
    /// Follows [`AWS::EC2::SecurityGroup`] and EC2's [`CreateSecurityGroup`].
    ///
    /// [`AWS::EC2::SecurityGroup`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html
    /// [`CreateSecurityGroup`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
    SecurityGroup = "AWS::EC2::SecurityGroup", id "GroupId": SecurityGroupId,
    facts Facts {
        create_only: &["GroupDescription", "GroupName", "VpcId"],
        inert: &["GroupDescription"],
        unordered: &["SecurityGroupEgress", "SecurityGroupIngress"],
        name: Some(Unique {
            property: "GroupName",
            within: &["VpcId"],
            generated: Some(GeneratedName { max: 255, lower_case: false }),
        }),
        ..Facts::DEFAULT
    };

    /// What it is for: 1 to 255 characters. AWS can't change it: another description is another
    /// group.
    one group_description "GroupDescription": SecurityGroupDescription,
    /// Its name, unique in its VPC. Where it is left out, one is generated, and a replacement can
    /// exist beside what it replaces.
    opt group_name "GroupName": SecurityGroupName,
    /// The VPC whose network interfaces it can be given to.
    one vpc_id "VpcId": VpcId,
    /// What it lets in and no rule of the stack says: nothing. Not for setting.
    plain undeclared_ingress "SecurityGroupIngress": Undeclared<IngressRule> = Undeclared::NONE,
    /// What it lets out and no rule of the stack says: nothing. Not for setting.
    plain undeclared_egress "SecurityGroupEgress": Undeclared<EgressRule> = Undeclared::NONE,
    tags,
}

impl SecurityGroup {
    /// A group of this VPC, with this name and description.
    ///
    /// AWS never changes any of the three: another one means another group.
    pub fn in_vpc(
        vpc: impl IntoInput<VpcId>,
        name: impl IntoInput<SecurityGroupName>,
        description: impl IntoInput<SecurityGroupDescription>,
    ) -> Self {
        Self::builder()
            .vpc_id(vpc.into_input())
            .group_name(name.into_input())
            .group_description(description.into_input())
            .build()
    }
}

outputs! { SecurityGroup {
    /// The group's id.
    group_id "GroupId": SecurityGroupId,
} }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn names_follow_awss_rule() {
        let good = |name: &'static str| SecurityGroupName::new(name).check().is_ok();
        assert!(good("jeancloud-sg-alb"));
        assert!(good("web (public) #1"));
        assert!(!good("sg-alb"));
        assert!(!good("SG-alb"));
        assert!(!good("default"));
        assert!(!good("web "));
        assert!(!good("wéb"));
        assert!(!good(""));
        assert!(SecurityGroupName::new("a".repeat(255)).check().is_ok());
        assert!(SecurityGroupName::new("a".repeat(256)).check().is_err());
    }

    #[test]
    fn a_group_declares_that_it_has_no_other_rules() {
        let group = SecurityGroup::in_vpc(VpcId::new("vpc-1"), "web", "web servers");
        let json = crate::to_json(&group);
        assert_eq!(json["SecurityGroupEgress"], serde_json::json!([]));
        assert_eq!(json["SecurityGroupIngress"], serde_json::json!([]));
    }

    #[test]
    fn descriptions_may_begin_as_ids_do() {
        assert!(
            SecurityGroupDescription::new("sg- of the balancer")
                .check()
                .is_ok()
        );
        assert!(SecurityGroupDescription::new("a < b").check().is_err());
    }
}
