//! Rules for subnet groups.

use std::collections::BTreeSet;

use jeancloud_model::{AvailabilityZone, ec2::Subnet, rds::DbSubnetGroup};

use super::super::{Report, Rule};
use crate::View;

const CREATE_DB_SUBNET_GROUP: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html";

pub(super) const ZONES: Rule = Rule {
    name: "db-subnet-group-zones",
    check: subnets_are_in_two_zones,
};
pub(super) const LIMITS: Rule = Rule {
    name: "db-subnet-group-limits",
    check: groups_keep_to_their_limits,
};
pub(super) const ONE_VPC: Rule = Rule {
    name: "db-subnet-group-one-vpc",
    check: subnets_are_of_one_vpc,
};

fn subnets_are_in_two_zones(view: &View, report: &mut Report) {
    for group in view.all::<DbSubnetGroup>() {
        let zone = |subnet: &jeancloud_model::Input<_>| {
            let zone = view.target::<Subnet>(subnet)?.availability_zone.clone()?;
            zone.known()
                .map(|zone: &AvailabilityZone| zone.name_in(group.declaration.region))
        };
        let zones: Option<BTreeSet<String>> = group.subnet_ids.iter().map(zone).collect();
        let wrong = match zones {
            _ if group.subnet_ids.len() < 2 => format!("has {} subnets", group.subnet_ids.len()),
            Some(zones) if zones.len() < 2 => {
                let zone = zones.into_iter().next().unwrap_or_default();
                format!("are all in {zone}")
            }
            _ => continue,
        };
        report
            .error(group.declaration, "SubnetIds", wrong)
            .rule("a database's subnets are in at least two availability zones (DBSubnetGroupDoesNotCoverEnoughAZs)")
            .hint("add a subnet with another `availability_zone`")
            .document(CREATE_DB_SUBNET_GROUP);
    }
}

fn groups_keep_to_their_limits(view: &View, report: &mut Report) {
    for group in view.all::<DbSubnetGroup>() {
        let description = group.resource.db_subnet_group_description.as_known();
        let subnets = group.resource.subnet_ids.len();
        let (property, wrong, rule, hint) = if description == Some("") {
            (
                "DBSubnetGroupDescription",
                "is empty".to_owned(),
                "a subnet group has a description (InvalidParameterValue)",
                "say what it is for",
            )
        } else if subnets > 20 {
            (
                "SubnetIds",
                format!("are {subnets}"),
                "a subnet group has at most 20 subnets (DBSubnetQuotaExceededFault)",
                "one in each zone is enough",
            )
        } else {
            continue;
        };
        report
            .error(group.declaration, property, wrong)
            .rule(rule)
            .hint(hint)
            .document(CREATE_DB_SUBNET_GROUP);
    }
}

fn subnets_are_of_one_vpc(view: &View, report: &mut Report) {
    for group in view.all::<DbSubnetGroup>() {
        let mut subnets = group
            .subnet_ids
            .iter()
            .filter_map(|id| view.target::<Subnet>(id));
        let Some(first) = subnets.next() else {
            continue;
        };
        let other = subnets.find(|subnet| {
            let declared =
                first.vpc_id.reference().is_some() && subnet.vpc_id.reference().is_some();
            let known = first.vpc_id.known().is_some() && subnet.vpc_id.known().is_some();
            (declared || known) && !view.same(&first.vpc_id, &subnet.vpc_id)
        });
        if let Some(other) = other {
            let wrong = format!(
                "{} and {} are in different VPCs",
                first.address(),
                other.address()
            );
            report
                .error(group.declaration, "SubnetIds", wrong)
                .rule("a database's subnets are of one VPC (InvalidSubnet)")
                .hint("make one group for each VPC")
                .document(CREATE_DB_SUBNET_GROUP);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Az, cidr,
        ec2::{Subnet, Vpc},
        rds::DbSubnetGroup,
    };

    use crate::check::testing::broken;

    #[test]
    fn subnets_are_in_two_zones() {
        assert_snapshot!(broken("db-subnet-group-zones", |h| {
            let same = h.scope.add("same", Subnet::builder()
                .vpc_id(&h.vpc)
                .cidr_block(cidr!("10.0.8.0/24"))
                .availability_zone(Az::A)
                .build());
            h.scope.add("group", DbSubnetGroup::builder()
                .db_subnet_group_description("a group")
                .subnet_ids([&h.subnets[0], &same])
                .build());
        }), @"
        error: main/group: SubnetIds are all in eu-west-3a
          rule: a database's subnets are in at least two availability zones (DBSubnetGroupDoesNotCoverEnoughAZs)
          hint: add a subnet with another `availability_zone`
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
        ");
    }

    #[test]
    fn subnets_are_of_one_vpc() {
        assert_snapshot!(broken("db-subnet-group-one-vpc", |h| {
            let vpc = h.scope.add("other", Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build());
            let foreign = h.scope.add("foreign", Subnet::builder()
                .vpc_id(&vpc)
                .cidr_block(cidr!("10.1.0.0/24"))
                .availability_zone(Az::B)
                .build());
            h.scope.add("group", DbSubnetGroup::builder()
                .db_subnet_group_description("a group")
                .subnet_ids([&h.subnets[0], &foreign])
                .build());
        }), @"
        error: main/group: SubnetIds main/subnet-a and main/foreign are in different VPCs
          rule: a database's subnets are of one VPC (InvalidSubnet)
          hint: make one group for each VPC
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
        ");
    }

    #[test]
    fn a_group_has_a_description() {
        assert_snapshot!(broken("db-subnet-group-limits", |h| {
            h.scope.add("group", DbSubnetGroup::builder()
                .db_subnet_group_description("")
                .subnet_ids([&h.subnets[0], &h.subnets[1]])
                .build());
        }), @"
        error: main/group: DBSubnetGroupDescription is empty
          rule: a subnet group has a description (InvalidParameterValue)
          hint: say what it is for
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
        ");
    }
}
