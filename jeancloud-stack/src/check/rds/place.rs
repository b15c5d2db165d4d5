//! Rules for the zones, the VPC and the addresses of a database.

use std::collections::BTreeSet;

use jeancloud_model::{
    Input, Region,
    ec2::{Subnet, Vpc, VpcGatewayAttachment},
    rds::{DbInstance, DbNetworkType, DbSubnetGroup},
};

use super::{
    super::{Report, Rule},
    CREATE_DB_INSTANCE, known,
    network::{groups, subnet_of},
};
use crate::{Declared, View};

const IN_A_VPC: &str = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html";

pub(super) const ZONE: Rule = Rule {
    name: "db-zone",
    check: a_database_in_two_zones_names_none,
};
pub(super) const ZONE_OF_GROUP: Rule = Rule {
    name: "db-zone-of-group",
    check: zones_are_those_of_the_subnet_group,
};
pub(super) const DEFAULT_VPC: Rule = Rule {
    name: "db-default-vpc",
    check: a_database_without_subnets_has_no_groups_of_a_vpc,
};
pub(super) const PUBLIC: Rule = Rule {
    name: "db-public",
    check: public_databases_can_be_reached,
};
pub(super) const DUAL: Rule = Rule {
    name: "db-dual-stack",
    check: subnets_have_the_addresses_of_the_database,
};

fn a_database_in_two_zones_names_none(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        if known(&database.multi_az) == Some(true) && database.availability_zone.is_some() {
            report
                .error(
                    database.declaration,
                    "AvailabilityZone",
                    "is set for a database that is in two",
                )
                .rule("with MultiAZ, RDS chooses the zones (InvalidParameterCombination)")
                .hint("leave it out")
                .document(CREATE_DB_INSTANCE);
        }
    }
}

/// The declared subnets of a database's group, where all of them are declared.
fn subnets<'v>(view: &'v View, database: &DbInstance) -> Option<Vec<Declared<'v, Subnet>>> {
    let group = view.target::<DbSubnetGroup>(database.db_subnet_group_name.as_ref()?)?;
    let subnets = group.resource.subnet_ids.iter();
    subnets.map(|id| view.target::<Subnet>(id)).collect()
}

fn zones_are_those_of_the_subnet_group(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let here = database.declaration.region;
        let zone = database.availability_zone.as_ref().and_then(Input::known);
        let Some(zone) = zone.map(|zone| zone.name_in(here)) else {
            continue;
        };
        let stranger = Region::ALL
            .iter()
            .filter(|region| **region != here)
            .find(|region| {
                zone.strip_prefix(region.as_str())
                    .is_some_and(|letter| letter.len() == 1)
            });
        let zones: Option<BTreeSet<String>> =
            subnets(view, database.resource).and_then(|subnets| {
                let zone = |subnet: &Declared<'_, Subnet>| {
                    let zone = subnet.resource.availability_zone.as_ref()?.known()?;
                    Some(zone.name_in(subnet.declaration.region))
                };
                subnets.iter().map(zone).collect()
            });
        let wrong = match (stranger, zones) {
            (Some(region), _) => format!("{zone} is a zone of {region}"),
            (None, Some(zones)) if !zones.contains(&zone) => {
                let names: Vec<String> = zones.into_iter().collect();
                format!("is {zone}, and the subnets are in {}", names.join(" and "))
            }
            _ => continue,
        };
        report
            .error(database.declaration, "AvailabilityZone", wrong)
            .rule("a database stands in a zone of its region in which its group has a subnet (InvalidVPCNetworkStateFault)")
            .hint("leave it out: AWS chooses one")
            .document(CREATE_DB_INSTANCE);
    }
}

fn a_database_without_subnets_has_no_groups_of_a_vpc(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        if database.resource.db_subnet_group_name.is_some() {
            continue;
        }
        // A VPC that is declared here is never the default one.
        let vpc = |group: &Declared<'_, _>| view.target::<Vpc>(vpc_of(group));
        let other =
            groups(view, database.resource).find_map(|group| Some((group.address(), vpc(&group)?)));
        if let Some((group, vpc)) = other {
            report
                .error(
                    database.declaration,
                    "DBSubnetGroupName",
                    format!("is left out, and {group} is a group of {}", vpc.address()),
                )
                .rule("without a subnet group, a database stands in the default VPC, and its groups are of the VPC in which it stands (InvalidVPCNetworkStateFault)")
                .hint("declare a DbSubnetGroup of subnets of that VPC, and name it")
                .document(IN_A_VPC);
        }
    }
}

fn vpc_of<'g>(
    group: &'g Declared<'_, jeancloud_model::ec2::SecurityGroup>,
) -> &'g Input<jeancloud_model::ec2::VpcId> {
    &group.resource.vpc_id
}

fn public_databases_can_be_reached(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        if known(&database.publicly_accessible) != Some(true) {
            continue;
        }
        let vpc = subnet_of(view, database.resource)
            .and_then(|subnet| view.target::<Vpc>(&subnet.resource.vpc_id));
        let Some(vpc) = vpc else { continue };
        let hosts = known(&vpc.enable_dns_hostnames) == Some(true);
        let support = known(&vpc.enable_dns_support) != Some(false);
        let later = vpc
            .enable_dns_hostnames
            .as_ref()
            .is_some_and(|on| on.known().is_none());
        let gateway = view.all::<VpcGatewayAttachment>().any(|attachment| {
            let its = view.target::<Vpc>(&attachment.resource.vpc_id);
            its.is_none_or(|its| its.address() == vpc.address())
        });
        let (wrong, hint) = if !gateway {
            (
                format!("is true, and {} has no internet gateway", vpc.address()),
                "declare an InternetGateway and its VpcGatewayAttachment; or leave it out: what is in the VPC reaches the database without",
            )
        } else if !(later || hosts && support) {
            (
                format!("is true, and {} has no DNS host names", vpc.address()),
                "add `.enable_dns_hostnames(true)` to the VPC",
            )
        } else {
            continue;
        };
        report
            .error(database.declaration, "PubliclyAccessible", wrong)
            .rule("a database with a public address is in a VPC with an internet gateway, EnableDnsHostnames and EnableDnsSupport (InvalidVPCNetworkStateFault, InvalidSubnet)")
            .hint(hint)
            .document(IN_A_VPC);
    }
}

fn subnets_have_the_addresses_of_the_database(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        if known(&database.network_type) != Some(DbNetworkType::Dual) {
            continue;
        }
        let subnets = subnets(view, database.resource).unwrap_or_default();
        let plain = subnets
            .iter()
            .find(|subnet| subnet.resource.ipv6_cidr_block.is_none());
        if let Some(plain) = plain {
            report
                .error(
                    database.declaration,
                    "NetworkType",
                    format!("is DUAL, and {} has no IPv6 block", plain.address()),
                )
                .rule("a database with both kinds of addresses is in subnets with both (InvalidSubnet)")
                .hint("leave it out, or give each subnet of the group an `ipv6_cidr_block`")
                .document(IN_A_VPC);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{AvailabilityZone, Az, rds::DbNetworkType};

    use super::super::testing::{set, with};
    use crate::check::testing::broken;

    #[test]
    fn a_database_in_two_zones_names_none() {
        assert_snapshot!(broken("db-zone", |h| {
            with(h, |db| {
                db.multi_az = set(true);
                db.availability_zone = set(AvailabilityZone::Letter(Az::A));
            });
        }), @"
        error: main/db: AvailabilityZone is set for a database that is in two
          rule: with MultiAZ, RDS chooses the zones (InvalidParameterCombination)
          hint: leave it out
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        ");
    }

    #[test]
    fn a_database_stands_where_its_group_has_a_subnet() {
        assert_snapshot!(broken("db-zone-of-group", |h| {
            with(h, |db| db.availability_zone = set(AvailabilityZone::Named("eu-west-3c".into())));
        }), @"
        error: main/db: AvailabilityZone is eu-west-3c, and the subnets are in eu-west-3a and eu-west-3b
          rule: a database stands in a zone of its region in which its group has a subnet (InvalidVPCNetworkStateFault)
          hint: leave it out: AWS chooses one
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        ");
        assert_snapshot!(broken("db-zone-of-group", |h| {
            with(h, |db| db.availability_zone = set(AvailabilityZone::Named("eu-central-1a".into())));
        }), @"
        error: main/db: AvailabilityZone eu-central-1a is a zone of eu-central-1
          rule: a database stands in a zone of its region in which its group has a subnet (InvalidVPCNetworkStateFault)
          hint: leave it out: AWS chooses one
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        ");
    }

    #[test]
    fn a_database_without_subnets_is_in_the_default_vpc() {
        assert_snapshot!(broken("db-default-vpc", |h| {
            with(h, |db| db.db_subnet_group_name = None);
        }), @"
        error: main/db: DBSubnetGroupName is left out, and main/own is a group of main/vpc
          rule: without a subnet group, a database stands in the default VPC, and its groups are of the VPC in which it stands (InvalidVPCNetworkStateFault)
          hint: declare a DbSubnetGroup of subnets of that VPC, and name it
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
        ");
    }

    #[test]
    fn a_public_database_has_a_gateway() {
        assert_snapshot!(broken("db-public", |h| {
            with(h, |db| db.publicly_accessible = set(true));
        }), @"
        error: main/db: PubliclyAccessible is true, and main/vpc has no internet gateway
          rule: a database with a public address is in a VPC with an internet gateway, EnableDnsHostnames and EnableDnsSupport (InvalidVPCNetworkStateFault, InvalidSubnet)
          hint: declare an InternetGateway and its VpcGatewayAttachment; or leave it out: what is in the VPC reaches the database without
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
        ");
    }

    #[test]
    fn a_database_of_both_kinds_is_in_subnets_of_both() {
        assert_snapshot!(broken("db-dual-stack", |h| {
            with(h, |db| db.network_type = set(DbNetworkType::Dual));
        }), @"
        error: main/db: NetworkType is DUAL, and main/subnet-a has no IPv6 block
          rule: a database with both kinds of addresses is in subnets with both (InvalidSubnet)
          hint: leave it out, or give each subnet of the group an `ipv6_cidr_block`
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
        ");
    }
}
