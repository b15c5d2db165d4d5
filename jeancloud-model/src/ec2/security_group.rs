//! [`SecurityGroup`]: `AWS::EC2::SecurityGroup`, a firewall around network interfaces.

use crate::{Facts, GeneratedName, Unique, id_value, outputs, resource, text_value};

use super::VpcId;

id_value! {
    /// The id of a security group, as `sg-0a1b2c3d4e5f60718`.
    SecurityGroupId starts "sg-",
}

const DOCUMENT: &str = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html";

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

resource! {
    /// A firewall around the network interfaces that it is given to.
    ///
    /// It lets through what its rules allow and nothing else, in either direction: AWS's rule that
    /// allows everything out is taken away. Rules are resources of their own, written with
    /// `scope.allow(tcp(80).from(Anywhere).to(&group))`, so that two groups can name each other.
    /// A group's rules belong to the stack whole: a rule that the stack does not declare is drift
    /// and is removed.
    ///
    /// Follows `AWS::EC2::SecurityGroup` and EC2's `CreateSecurityGroup`.
    SecurityGroup = "AWS::EC2::SecurityGroup", id "GroupId": SecurityGroupId,
    facts Facts {
        create_only: &["GroupDescription", "GroupName", "VpcId"],
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
    tags,
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
    fn descriptions_may_begin_as_ids_do() {
        assert!(SecurityGroupDescription::new("sg- of the balancer").check().is_ok());
        assert!(SecurityGroupDescription::new("a < b").check().is_err());
    }
}
