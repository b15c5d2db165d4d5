//! Rules for where a database stands and who reaches it.

use jeancloud_model::{
    ec2::{Ports, SecurityGroup, SecurityGroupIngress, Subnet, Traffic},
    rds::{DbInstance, DbSubnetGroup},
    reference,
};

use super::{
    super::{Report, Rule},
    CREATE_DB_INSTANCE, known,
};
use crate::{Declared, View};

const ACCESS: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html";

pub(super) const GROUPS: Rule = Rule {
    name: "db-security-groups",
    check: groups_are_of_the_databases_vpc,
};
pub(super) const PORT: Rule = Rule {
    name: "db-port",
    check: ports_are_ones_that_rds_takes,
};
pub(super) const REACHABLE: Rule = Rule {
    name: "db-reachable",
    check: somebody_reaches_the_database,
};

fn groups_are_of_the_databases_vpc(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        if database.vpc_security_groups.is_empty() {
            report
                .warning(
                    database.declaration,
                    "VPCSecurityGroups",
                    "are left out: the VPC's default group decides who reaches the database",
                )
                .rule("without groups, AWS gives an instance the default one of its VPC")
                .hint("add `.vpc_security_groups([&group])`")
                .document(ACCESS);
        }
        let Some(subnet) = subnet_of(view, &database) else {
            continue;
        };
        for group in groups(view, &database) {
            let declared =
                group.vpc_id.reference().is_some() && subnet.vpc_id.reference().is_some();
            if declared && !view.same(&group.vpc_id, &subnet.vpc_id) {
                let wrong = format!(
                    "{} is in another VPC than {}",
                    group.address(),
                    subnet.address()
                );
                report
                    .error(database.declaration, "VPCSecurityGroups", wrong)
                    .rule("a database and its groups are in one VPC (InvalidVPCNetworkStateFault)")
                    .hint("take a group of the VPC of the subnet group")
                    .document(ACCESS);
            }
        }
    }
}

fn ports_are_ones_that_rds_takes(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        const OF_SQL_SERVER: [u16; 6] = [1234, 1434, 3260, 3343, 3389, 47_001];
        let sql_server = database
            .engine
            .known()
            .is_some_and(|engine| engine.is_sql_server());
        let taken = |port: &u16| OF_SQL_SERVER.contains(port) || (49_152..=49_156).contains(port);
        let port = known(&database.port).map(|port| port.number());
        if let Some(port) = port.filter(|port| sql_server && taken(port)) {
            report
                .error(
                    database.declaration,
                    "Port",
                    format!("{port} is one that SQL Server uses itself"),
                )
                .rule("SQL Server can't listen on 1234, 1434, 3260, 3343, 3389, 47001 and 49152 to 49156 (InvalidParameterValue)")
                .hint("leave it out for 1433")
                .document(CREATE_DB_INSTANCE);
        }
        if let Some(port) = known(&database.port).filter(|port| port.number() < 1150) {
            report
                .error(
                    database.declaration,
                    "Port",
                    format!("{port} is below 1150"),
                )
                .rule("a database listens on 1150 to 65535 (InvalidParameterValue)")
                .hint("leave it out for the engine's own")
                .document(CREATE_DB_INSTANCE);
        }
    }
}

/// Of groups that are all declared here, the rules are all known: if none lets in the database's
/// port, nothing reaches it. Where something of the stack asks for its address, `reach-database`
/// says more.
fn somebody_reaches_the_database(view: &View, report: &mut Report) {
    for database in view.all::<DbInstance>() {
        let groups: Vec<_> = groups(view, &database).collect();
        let foreign = groups.len() < database.vpc_security_groups.len();
        if groups.is_empty() || foreign || is_asked_for(view, &database) {
            continue;
        }
        let (Some(engine), true) = (
            database.engine.known(),
            database
                .port
                .as_ref()
                .is_none_or(|port| port.known().is_some()),
        ) else {
            continue;
        };
        let port = known(&database.port).map_or(engine.default_port(), |port| port.number());
        let wanted = Traffic::Tcp(Ports {
            from: port,
            to: port,
        });
        let reached = view.all::<SecurityGroupIngress>().any(|rule| {
            let target = view.target::<SecurityGroup>(&rule.group_id);
            let ours = target.is_none_or(|target| {
                groups
                    .iter()
                    .any(|group| group.address() == target.address())
            });
            ours && rule.traffic.covers(wanted)
        });
        if !reached {
            let names: Vec<_> = groups
                .iter()
                .map(|group| group.address().to_string())
                .collect();
            report
                .warning(
                    database.declaration,
                    "VPCSecurityGroups",
                    format!(
                        "let nobody in on port {port}: {} has no such rule",
                        names.join(", ")
                    ),
                )
                .rule("a security group lets in what a rule allows, and nothing else")
                .hint(format!(
                    "add `scope.allow(tcp({port}).from(&clients).to(&group))`"
                ))
                .document(ACCESS);
        }
    }
}

/// Whether something of the stack is told where the database is.
fn is_asked_for(view: &View, database: &Declared<'_, DbInstance>) -> bool {
    let name = database.address();
    view.declarations().iter().any(|declaration| {
        let mut asks = false;
        reference::each(&declaration.properties, &mut |address, output| {
            asks |= address == name.as_str() && output.starts_with("Endpoint");
        });
        asks
    })
}

pub(super) fn groups<'v>(
    view: &'v View,
    database: &DbInstance,
) -> impl Iterator<Item = Declared<'v, SecurityGroup>> {
    database
        .vpc_security_groups
        .iter()
        .filter_map(|group| view.target(group))
}

/// A subnet in which the database may stand.
pub(super) fn subnet_of<'v>(view: &'v View, database: &DbInstance) -> Option<Declared<'v, Subnet>> {
    let group = view.target::<DbSubnetGroup>(database.db_subnet_group_name.as_ref()?)?;
    group
        .resource
        .subnet_ids
        .iter()
        .find_map(|id| view.target(id))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        IntoInput, Port, cidr,
        ec2::{SecurityGroup, Vpc, tcp},
    };

    use super::super::testing::{healthy_database, security_group, set, with};
    use crate::check::testing::broken;

    #[test]
    fn a_databases_groups_are_of_its_vpc() {
        assert_snapshot!(broken("db-security-groups", |h| {
            let vpc = h.scope.add("other", Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build());
            let foreign = h.scope.add("foreign", SecurityGroup::builder()
                .vpc_id(&vpc)
                .group_description("a group")
                .group_name("foreign")
                .build());
            let peer = h.scope.add("peer", SecurityGroup::builder()
                .vpc_id(&vpc)
                .group_description("a group")
                .group_name("peer")
                .build());
            h.scope.allow(tcp(5432).from(&peer).to(&foreign));
            with(h, |db| db.vpc_security_groups = vec![(&foreign).into_input()]);
        }), @"
        error: main/db: VPCSecurityGroups main/foreign is in another VPC than main/subnet-a
          rule: a database and its groups are in one VPC (InvalidVPCNetworkStateFault)
          hint: take a group of the VPC of the subnet group
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html
        ");
    }

    #[test]
    fn a_database_without_groups_is_doubtful() {
        assert_snapshot!(broken("db-security-groups", |h| {
            with(h, |db| db.vpc_security_groups.clear());
        }), @"
        warning: main/db: VPCSecurityGroups are left out: the VPC's default group decides who reaches the database
          rule: without groups, AWS gives an instance the default one of its VPC
          hint: add `.vpc_security_groups([&group])`
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html
        ");
    }

    #[test]
    fn a_port_is_one_that_rds_takes() {
        assert_snapshot!(broken("db-port", |h| {
            let clients = security_group(h, "others");
            let mut database = healthy_database(h);
            let own = security_group(h, "low");
            h.scope.allow(tcp(80).from(&clients).to(&own));
            database.port = set(Port::new(80));
            database.vpc_security_groups = vec![(&own).into_input()];
            h.scope.add("db", database);
        }), @"
        error: main/db: Port 80 is below 1150
          rule: a database listens on 1150 to 65535 (InvalidParameterValue)
          hint: leave it out for the engine's own
          see: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
        ");
    }

    #[test]
    fn somebody_reaches_the_database() {
        assert_snapshot!(broken("db-reachable", |h| {
            with(h, |db| db.port = set(Port::new(6432)));
        }), @"
        warning: main/db: VPCSecurityGroups let nobody in on port 6432: main/own has no such rule
          rule: a security group lets in what a rule allows, and nothing else
          hint: add `scope.allow(tcp(6432).from(&clients).to(&group))`
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html
        ");
    }
}
