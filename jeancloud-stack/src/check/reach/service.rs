//! What an ECS service's tasks have to reach: the services of AWS that start them, their database.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{
    Bounded, Input, Reference, Text,
    ec2::{IntoPorts, SecurityGroup, Traffic},
    ecr::Repository,
    ecs::{ContainerDefinition, LogDriver, Service, TaskDefinition},
    rds::DbInstance,
    secrets_manager::Secret,
};

use super::{
    super::{Problem, Report, Rule, ec2::traffic},
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

/// What a task asks before and while it runs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// A service of AWS in its region, by the name that its endpoints have.
    Service(&'static str),
    /// A registry that is not ECR.
    Internet,
}

impl Need {
    fn name(&self) -> &'static str {
        match self {
            Self::Service(name) => name,
            Self::Internet => "the registry of its image",
        }
    }
}

fn tasks_reach_what_starts_them(view: &View, report: &mut Report) {
    for (service, task, place) in services(view) {
        let tasks = tasks_of(&service);
        // A subnet without a table of its own uses the VPC's main one, which nobody declares.
        if tasks != Some(0) && !place.routes_are_declared() {
            continue;
        }
        let mut blocked: BTreeMap<Blocked, Vec<&str>> = BTreeMap::new();
        for need in needs(view, task) {
            let reached = match need {
                Need::Service(name) => place.reaches(name),
                Need::Internet => place.reaches_the_internet(),
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
        Blocked::NotLetOut => format!(
            "leaves its tasks without {needs}: {} lets nothing out on port 443",
            place.group_names()
        ),
        Blocked::NotLetThrough(endpoint) => format!(
            "leaves its tasks without {needs}: between {} and {endpoint} no rules let port 443 pass",
            place.group_names()
        ),
    }
}

fn hint(why: &Blocked) -> String {
    match why {
        Blocked::NoWay => "add a VpcEndpoint for each (S3 by a gateway in the subnets' route table), or a NAT gateway and a default route",
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

fn needs(view: &View, task: &TaskDefinition) -> BTreeSet<Need> {
    let mut needs = BTreeSet::new();
    for container in &task.container_definitions {
        let is_ecr = container.image.pattern().contains(".dkr.ecr.")
            || names_a::<Repository>(view, &container.image);
        match is_ecr {
            // ECR keeps the layers in S3.
            true => needs.extend(["ecr.api", "ecr.dkr", "s3"].map(Need::Service)),
            false => drop(needs.insert(Need::Internet)),
        }
        let logs = container.log_configuration.as_ref();
        let driver = logs.and_then(|logs| logs.log_driver.known());
        if driver == Some(&LogDriver::Awslogs) {
            needs.insert(Need::Service("logs"));
        }
        for secret in &container.secrets {
            let from = &secret.value_from;
            let is_secret = from.pattern().contains(":secretsmanager:")
                || names_a::<Secret>(view, from)
                || names_a::<DbInstance>(view, from);
            needs.insert(Need::Service(if is_secret {
                "secretsmanager"
            } else {
                "ssm"
            }));
        }
    }
    needs
}

fn names_a<R: jeancloud_model::Resource>(view: &View, text: &Text) -> bool {
    text.references()
        .any(|reference| view.referred::<R>(reference).is_some())
}

/// What a container's environment and secrets name.
fn asked(container: &ContainerDefinition) -> impl Iterator<Item = Reference> {
    let environment = container.environment.iter().map(|variable| &variable.value);
    let secrets = container.secrets.iter().map(|secret| &secret.value_from);
    environment.chain(secrets).flat_map(Text::references)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::super::testing::{System, system};
    use crate::check::testing::{broken, healthy, problems};

    #[test]
    fn a_service_behind_endpoints_is_healthy() {
        healthy(|h| system(h, System::default()));
    }

    #[test]
    fn tasks_reach_what_starts_them() {
        assert_snapshot!(broken("reach-services", |h| {
            system(h, System { endpoints: &["ecr.api", "logs", "secretsmanager"], ..System::default() });
        }), @r#"
        error: main/app/service: NetworkConfiguration leaves its tasks without ecr.dkr: no route leads out of main/app/private-a, and main/app/vpc has no endpoint there
          rule: before a task runs, its image is pulled, its secrets are read and its log group is asked, from its own subnets and behind its own groups
          hint: add a VpcEndpoint for each (S3 by a gateway in the subnets' route table), or a NAT gateway and a default route
          see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
        "#);
        assert_snapshot!(broken("reach-services", |h| {
            system(h, System { to_s3: false, ..System::default() });
        }), @r#"
        error: main/app/service: NetworkConfiguration leaves its tasks without s3: main/app/sg-tasks lets nothing out on port 443
          rule: before a task runs, its image is pulled, its secrets are read and its log group is asked, from its own subnets and behind its own groups
          hint: `scope.allow(tcp(443).from(&tasks).to(&prefix_list))` for S3's gateway, `.to(Anywhere)` for the internet
          see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
        "#);
        assert_snapshot!(broken("reach-services", |h| {
            system(h, System { to_endpoints: false, endpoints: &[], nat: true, ..System::default() });
        }), @r#"
        error: main/app/service: NetworkConfiguration leaves its tasks without ecr.api, ecr.dkr, logs, secretsmanager: main/app/sg-tasks lets nothing out on port 443
          rule: before a task runs, its image is pulled, its secrets are read and its log group is asked, from its own subnets and behind its own groups
          hint: `scope.allow(tcp(443).from(&tasks).to(&prefix_list))` for S3's gateway, `.to(Anywhere)` for the internet
          see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
        "#);
        assert_snapshot!(broken("reach-services", |h| {
            system(h, System { image: Some("docker.io/library/nginx:1"), ..System::default() });
        }), @r#"
        error: main/app/service: NetworkConfiguration leaves its tasks without the registry of its image: no route leads out of main/app/private-a, and main/app/vpc has no endpoint there
          rule: before a task runs, its image is pulled, its secrets are read and its log group is asked, from its own subnets and behind its own groups
          hint: add a VpcEndpoint for each (S3 by a gateway in the subnets' route table), or a NAT gateway and a default route
          see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
        "#);
    }

    #[test]
    fn endpoints_have_to_let_the_tasks_in() {
        assert_snapshot!(broken("reach-services", |h| {
            system(h, System { to_endpoints: false, endpoints: &["ecr.api"], nat: true, everywhere: true, ..System::default() });
        }), @r#"
        error: main/app/service: NetworkConfiguration leaves its tasks without ecr.api: between main/app/sg-tasks and main/app/endpoint-ecr.api no rules let port 443 pass
          rule: before a task runs, its image is pulled, its secrets are read and its log group is asked, from its own subnets and behind its own groups
          hint: `scope.allow(tcp(443).from(&tasks).to(&endpoints))`
          see: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
        "#);
    }

    #[test]
    fn a_service_without_tasks_is_warned() {
        let lacking = System {
            endpoints: &[],
            to_endpoints: false,
            to_s3: false,
            tasks: 0,
            ..System::default()
        };
        let found = problems(|h| system(h, lacking));
        let texts: Vec<String> = found
            .iter()
            .filter(|problem| problem.code == "reach-services")
            .map(|problem| format!("{:?}: {}", problem.severity, problem.wrong))
            .collect();
        assert_snapshot!(texts.join("\n"), @r#"
        Warning: leaves its tasks without ecr.api, ecr.dkr, logs, secretsmanager: no route leads out of main/app/private-a, and main/app/vpc has no endpoint there; and leaves its tasks without s3: main/app/sg-tasks lets nothing out on port 443 (it has none now; to run any, it needs that)
        "#);
    }

    #[test]
    fn tasks_reach_their_database() {
        assert_snapshot!(broken("reach-database", |h| {
            system(h, System { to_database: false, ..System::default() });
        }), @r#"
        error: main/app/service: NetworkConfiguration leaves its tasks without main/app/db: between main/app/sg-tasks and main/app/sg-database no rules let port 5432 pass
          rule: a database is reached on its port by whom its groups let in and whose own groups let them out
          hint: `scope.allow(tcp(5432).from(&tasks).to(&database))`
          see: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html
        "#);
    }
}
