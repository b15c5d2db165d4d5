//! [`ExistingVpc`]: a VPC that the stack does not own.

use serde::{Deserialize, Serialize};

use crate::{
    Checked, Cidr, Facts, Input, IntoInput, Invalid, Tags,
    ec2::{RouteTableId, SecurityGroupId, VpcId},
    outputs, resource,
    shape::{Shape, Shaped},
};

/// Which VPC is meant: exactly one of these.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum VpcQuestion {
    /// The one with this id.
    #[serde(rename = "VpcId")]
    Id(Input<VpcId>),
    /// The one with all of these tags.
    #[serde(rename = "Tags")]
    Tags(Tags),
    /// The one that AWS made in the region (`true`).
    #[serde(rename = "IsDefault")]
    Default(bool),
}

impl Shaped for VpcQuestion {
    fn shape() -> Shape {
        Shape::one_of(&["VpcId", "Tags", "IsDefault"])
    }
}

impl Checked for VpcQuestion {
    /// Asked once for each of its properties, whose name ends `path`.
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        const DOCUMENT: &str =
            "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html";
        let property = path.rsplit('/').next().unwrap_or_default();
        let mut refuse =
            |wrong: &str, rule| found(path, Invalid::new(wrong, rule).document(DOCUMENT));
        match self {
            Self::Id(id) if property == "VpcId" => id.check_values(path, found),
            Self::Tags(tags) if property == "Tags" && tags.is_empty() => {
                refuse("names no tag", "a VPC is looked up by one tag at least");
            }
            Self::Default(false) if property == "IsDefault" => {
                refuse(
                    "asks for any VPC but the default one",
                    "one VPC is looked up",
                );
            }
            Self::Id(_) | Self::Tags(_) | Self::Default(_) => {}
        }
    }
}

resource! {
    /// A VPC that the stack does not own: by its id, by its tags, or the region's default one.
    ///
    /// It fits wherever a VPC does (`.vpc_id(&existing)`). None, or more than one, is an error.
    /// Follows EC2's [`DescribeVpcs`].
    ///
    /// [`DescribeVpcs`]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html
    lookup ExistingVpc = "Lookup::EC2::VPC", id "VpcId": VpcId,
    facts Facts {
        outputs: &["CidrBlock", "DefaultSecurityGroup", "MainRouteTableId"],
        ..Facts::UNTAGGED
    };

    /// Which one: by id, by tags, or the region's default.
    flat question ["VpcId", "Tags", "IsDefault"]: VpcQuestion,
}

impl ExistingVpc {
    /// The VPC with this id.
    pub fn by_id(id: impl IntoInput<VpcId>) -> Self {
        Self {
            question: VpcQuestion::Id(id.into_input()),
        }
    }

    /// The one VPC with all of these tags: `ExistingVpc::by_tags([("Name", "shared")])`.
    pub fn by_tags<K: Into<String>, V: crate::IntoText>(
        tags: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        Self {
            question: VpcQuestion::Tags(tags.into_iter().collect()),
        }
    }

    /// The VPC that AWS made in the scope's region.
    pub fn default_one() -> Self {
        Self {
            question: VpcQuestion::Default(true),
        }
    }
}

outputs! { ExistingVpc {
    /// The VPC's id.
    vpc_id "VpcId": VpcId,
    /// Its first IPv4 block.
    cidr_block "CidrBlock": Cidr,
    /// The group that AWS made with it.
    default_security_group "DefaultSecurityGroup": SecurityGroupId,
    /// The route table that its subnets use without an association.
    main_route_table_id "MainRouteTableId": RouteTableId,
} }

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_question_is_written_as_its_own_property() {
        for (question, written) in [
            (
                ExistingVpc::by_id(VpcId::new("vpc-1")),
                json!({"VpcId": "vpc-1"}),
            ),
            (
                ExistingVpc::by_tags([("Name", "shared")]),
                json!({"Tags": [{"Key": "Name", "Value": "shared"}]}),
            ),
            (ExistingVpc::default_one(), json!({"IsDefault": true})),
        ] {
            assert_eq!(serde_json::to_value(&question).unwrap(), written);
            assert_eq!(
                serde_json::from_value::<ExistingVpc>(written).unwrap(),
                question
            );
        }
    }

    #[test]
    fn a_question_without_tags_is_refused() {
        let mut found = 0;
        let none: [(&str, &str); 0] = [];
        ExistingVpc::by_tags(none).check_values("", &mut |path, _| {
            assert_eq!(path, "/Tags");
            found += 1;
        });
        assert_eq!(found, 1);
    }
}
