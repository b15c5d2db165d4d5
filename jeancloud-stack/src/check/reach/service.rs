//! What an ECS service's tasks have to reach: the services of AWS that start them, their database.

use std::collections::BTreeMap;

use jeancloud_model::{
    Bounded, Input, Reference, Text,
    ec2::{IntoPorts, SecurityGroup, Subnet, Traffic},
    ecs::{ContainerDefinition, Service, TaskDefinition},
    rds::{DbInstance, DbSubnetGroup},
};

use super::{
    super::{Problem, Report, Rule, ec2::traffic},
    needs::{Need, needs},
    place::{self, Blocked, Place},
};
use crate::{Declared, View};

const PULLING: &str = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html";
const DATABASE_RULES: &str =
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html";

pub(super) const SERVICES: Rule = Rule {
    name: "reach-services",
    check: tasks_reach_what_starts_them,
};
pub(super) const DATABASE: Rule = Rule {
    name: "reach-database",
    check: tasks_reach_their_database,
};

pub(super) const NAMES: Rule = Rule {
    name: "reach-names",
    check: tasks_resolve_names,
};
pub(super) const EXECUTE: Rule = Rule {
    name: "reach-execute-command",
    check: commands_reach_their_containers,
};

fn tasks_reach_what_starts_them(view: &View, report: &mut Report) {
    for (service, task, place) in services(view) {
        let tasks = tasks_of(&service);
        if tasks != Some(0) && !place.routes_are_declared() {
            continue;
        }
        let mut blocked: BTreeMap<Blocked, Vec<String>> = BTreeMap::new();
        for need in needs(view, task, service.declaration.region) {
            let reached = match &need {
                Need::Service(name) => place.reaches(name),
                Need::Elsewhere(_) => place.reaches_the_internet(),
            };
            if let Err(why) = reached {
                blocked.entry(why).or_default().push(need.name());
            }
        }
        let faults: Vec<(String, String)> = blocked
            .iter()
            .map(|(why, needs)| (wrong(&place, why, &needs.join(", ")), hint(why)))
            .collect();
        for (wrong, hint) in told(faults, tasks) {
            severe(report, &service, "NetworkConfiguration", wrong, tasks)
                .rule("before a task runs, its image is pulled, its secrets are read and its log group is asked, from its own subnets and behind its own groups")
                .hint(hint)
                .document(PULLING);
        }
    }
}

/// One problem each; of a service without tasks, all in one.
fn told(faults: Vec<(String, String)>, tasks: Option<u32>) -> Vec<(String, String)> {
    if tasks != Some(0) || faults.len() < 2 {
        return faults;
    }
    let (wrong, hints): (Vec<String>, Vec<String>) = faults.into_iter().unzip();
    vec![(wrong.join("; and "), hints.join("; and "))]
}

fn wrong(place: &Place<'_>, why: &Blocked, needs: &str) -> String {
    match why {
        Blocked::NoWay => format!(
            "leaves its tasks without {needs}: no route leads out of {}, and {} has no endpoint there",
            place.subnet(),
            place.vpc()
        ),
        Blocked::NoName => format!(
            "leaves its tasks without {needs}: no route leads out of {}, and the names don't lead to the endpoints, whose PrivateDnsEnabled is false",
            place.subnet()
        ),
        Blocked::NotLetOut => format!(
            "leaves its tasks without {needs}: {} lets nothing out on port 443",
            place.group_names()
        ),
        Blocked::NotLetThrough(groups) => format!(
            "leaves its tasks without {needs}: between {} and {groups} no rules let port 443 pass",
            place.group_names()
        ),
    }
}

fn hint(why: &Blocked) -> String {
    match why {
        Blocked::NoWay => "add a VpcEndpoint for each (S3 by a gateway in the subnets' route table), or a NAT gateway and a default route",
        Blocked::NoName => "take `.private_dns_enabled(false)` away from the endpoints",
        Blocked::NotLetOut => "`scope.allow(tcp(443).from(&tasks).to(&prefix_list))` for S3's gateway, `.to(Anywhere)` for the internet",
        Blocked::NotLetThrough(_) => "`scope.allow(tcp(443).from(&tasks).to(&endpoints))`",
    }
    .to_owned()
}

fn tasks_reach_their_database(view: &View, report: &mut Report) {
    for (service, task, place) in services(view) {
        let mut databases = BTreeMap::new();
        for reference in task.container_definitions.iter().flat_map(asked) {
            if let Some(database) = view.referred::<DbInstance>(reference) {
                databases.insert(database.address(), database);
            }
        }
        for (address, database) in databases {
            let groups = &database.resource.vpc_security_groups[..];
            let declared = |group| view.target::<SecurityGroup>(group).is_some();
            let port = match (&database.port, database.engine.known()) {
                (Some(Input::Known(port)), _) => port.number(),
                (None, Some(engine)) => engine.default_port(),
                _ => continue,
            };
            if let Some(subnet) = in_another_vpc(view, &place, database.resource) {
                let wrong = format!(
                    "leaves its tasks without {address}: it is in another VPC than {}, in {subnet}",
                    place.subnet()
                );
                severe(report, &service, "NetworkConfiguration", wrong, tasks_of(&service))
                    .rule("VPCs don't reach each other, unless a peering or a transit gateway joins them")
                    .hint("run the tasks in the database's VPC, or route to it: `.target(VpcPeeringConnectionId::new(\"pcx-…\"))`")
                    .document(DATABASE_RULES);
                continue;
            }
            let database_traffic = Traffic::Tcp(port.into_ports());
            if groups.is_empty()
                || !groups.iter().all(declared)
                || traffic::may_reach(view, place.groups, groups, database_traffic)
            {
                continue;
            }
            let wrong = format!(
                "leaves its tasks without {address}: between {} and {} no rules let port {port} pass",
                place.group_names(),
                place::names(view, groups)
            );
            severe(report, &service, "NetworkConfiguration", wrong, tasks_of(&service))
                .rule("a database is reached on its port by whom its groups let in and whose own groups let them out")
                .hint(format!("`scope.allow(tcp({port}).from(&tasks).to(&database))`"))
                .document(DATABASE_RULES);
        }
    }
}

/// The database's first subnet, where it is certainly in another VPC that nothing joins.
fn in_another_vpc(view: &View, place: &Place<'_>, database: &DbInstance) -> Option<String> {
    let group = database.db_subnet_group_name.as_ref()?;
    let group = view.target::<DbSubnetGroup>(group)?;
    let subnet = view.target::<Subnet>(group.resource.subnet_ids.first()?)?;
    let other = traffic::are_other_vpcs(view, &subnet.resource.vpc_id, place.vpc_id());
    (other && !place.is_joined()).then(|| subnet.address().to_string())
}

fn tasks_resolve_names(view: &View, report: &mut Report) {
    for (service, _, place) in services(view) {
        if !place.has_dns() {
            let wrong = format!(
                "puts its tasks into {}, whose EnableDnsSupport is false",
                place.vpc()
            );
            severe(report, &service, "NetworkConfiguration", wrong, tasks_of(&service))
                .rule("AWS's DNS server tells tasks where their image, logs, secrets and database are; without it they don't start")
                .hint(format!("take `.enable_dns_support(false)` away from {}", place.vpc()))
                .document("https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html");
        }
    }
}

fn commands_reach_their_containers(view: &View, report: &mut Report) {
    for (service, _, place) in services(view) {
        let on = service.resource.enable_execute_command.as_ref();
        if on.and_then(Input::known) != Some(&true) || !place.routes_are_declared() {
            continue;
        }
        if let Err(why) = place.reaches("ssmmessages") {
            let wrong = wrong(&place, &why, "ssmmessages");
            report
                .warning(service.declaration, "EnableExecuteCommand", wrong)
                .rule("commands go through Systems Manager: tasks reach its service ssmmessages")
                .hint(hint(&why))
                .document(
                    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html",
                );
        }
    }
}

/// The services whose tasks and whose place are declared.
fn services<'v>(
    view: &'v View,
) -> impl Iterator<Item = (Declared<'v, Service>, &'v TaskDefinition, Place<'v>)> {
    view.all::<Service>().filter_map(|service| {
        let task = view.target::<TaskDefinition>(&service.resource.task_definition)?;
        let place = Place::of(view, service.resource)?;
        Some((service, task.resource, place))
    })
}

fn tasks_of(service: &Service) -> Option<u32> {
    let count = service.desired_count.as_ref()?.known()?;
    Some(Bounded::number(*count))
}

/// An error; of a service without tasks, a warning.
fn severe<'r>(
    report: &'r mut Report,
    service: &Declared<'_, Service>,
    property: &str,
    wrong: String,
    tasks: Option<u32>,
) -> &'r mut Problem {
    match tasks {
        Some(0) => {
            let wrong = format!("{wrong} (it has none now; to run any, it needs that)");
            report.warning(service.declaration, property, wrong)
        }
        _ => report.error(service.declaration, property, wrong),
    }
}

/// What a container's environment and secrets name.
fn asked(container: &ContainerDefinition) -> impl Iterator<Item = Reference> {
    let environment = container.environment.iter().map(|variable| &variable.value);
    let secrets = container.secrets.iter().map(|secret| &secret.value_from);
    environment.chain(secrets).flat_map(Text::references)
}

#[cfg(test)]
#[path = "service_tests.rs"]
mod tests;
