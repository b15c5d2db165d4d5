//! [`DbSubnetGroup`]: `AWS::RDS::DBSubnetGroup`, the subnets in which a database may stand.

use crate::{Arn, Facts, GeneratedName, Unique, ec2::SubnetId, outputs, resource, text_value};

text_value! {
    /// The name of a subnet group: 1 to 255 lower-case letters, digits, spaces and `-_.`.
    ///
    /// RDS takes upper-case letters and keeps lower-case ones; here only those are taken, so that
    /// a name is what was written.
    DbSubnetGroupName {
        rule: "a subnet group's name has 1 to 255 lower-case letters, digits, spaces and - _ . and is not `default`",
        document: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html",
        check: |text| {
            let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b" -_.".contains(&b);
            match text.len() {
                1..=255 if text == "default" => Some("is reserved"),
                1..=255 if !text.bytes().all(allowed) => Some("has a character that does not fit"),
                1..=255 => None,
                _ => Some("is empty or too long"),
            }
        },
    },
}

resource! {
    /// The subnets in which a database may stand: in at least two availability zones.
    ///
    /// Follows [`AWS::RDS::DBSubnetGroup`] and RDS's [`CreateDBSubnetGroup`].
    ///
    /// [`AWS::RDS::DBSubnetGroup`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbsubnetgroup.html
    /// [`CreateDBSubnetGroup`]: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
    DbSubnetGroup = "AWS::RDS::DBSubnetGroup", id "DBSubnetGroupName": DbSubnetGroupName,
    facts Facts {
        create_only: &["DBSubnetGroupName"],
        outputs: &["DBSubnetGroupArn"],
        unordered: &["SubnetIds"],
        name: Some(Unique {
            property: "DBSubnetGroupName",
            within: &[],
            generated: Some(GeneratedName { max: 255, lower_case: true }),
        }),
        // "The new Subnets are not in the same Vpc as the existing subnet group."
        stays_in_vpc: &["SubnetIds"],
        ..Facts::DEFAULT
    };

    /// Its name, unique in the account and region. Left out, one is generated.
    opt db_subnet_group_name "DBSubnetGroupName": DbSubnetGroupName,
    /// What it is for. RDS wants one.
    text db_subnet_group_description "DBSubnetGroupDescription",
    /// The subnets, of one VPC, in at least two zones.
    list subnet_ids "SubnetIds": SubnetId,
    tags,
}

outputs! { DbSubnetGroup {
    /// Its name.
    db_subnet_group_name "DBSubnetGroupName": DbSubnetGroupName,
    /// Its ARN.
    arn "DBSubnetGroupArn": Arn,
} }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn names_are_in_lower_case() {
        assert!(DbSubnetGroupName::new("jeancloud-db").check().is_ok());
        for bad in ["", "default", "JeanCloud", "a/b"] {
            assert!(DbSubnetGroupName::new(bad).check().is_err(), "{bad}");
        }
    }
}
