//! What something lives in and can't leave: a subnet of a DB subnet group, the group itself, a cluster.
//!
//! RDS puts an instance into one subnet of its group, in a zone that it tells, and never moves it to
//! another one of the same zone: the group is refused with `SubnetAlreadyInUse`, and the subnet with
//! `DependencyViolation`. A group goes only once no instance is in it, and a cluster without services.

use jeancloud_model::{Address, Resource, ec2::Subnet, ecs, rds};
use serde_json::Value as Json;

use super::{Generation, Op, PlanInput, draft::Draft, step::Step};
use crate::{Problem, check::Report};

/// What goes only once nobody lives in it: its type, that of its inhabitants, and how they name it.
const HOMES: [(&str, &str, &str); 2] = [
    (ecs::Cluster::TYPE, ecs::Service::TYPE, "Cluster"),
    (
        rds::DbSubnetGroup::TYPE,
        rds::DbInstance::TYPE,
        "DBSubnetGroupName",
    ),
];

/// Every DB subnet group that would lose a subnet with a database in it, and all that would go before
/// those who live in it.
pub(super) fn refused(input: PlanInput<'_>, step: &Step) -> Vec<Problem> {
    let mut report = Report::new("inhabited");
    for home in step.drafts.iter().filter(|draft| draft.delete_first) {
        if let (Op::Delete, Some(inhabitant)) = (home.op, inhabitant(input, step, home)) {
            tell_home(input, &mut report, home, inhabitant);
        }
    }
    let groups = step
        .drafts
        .iter()
        .filter(|draft| draft.op == Op::Update && draft.type_name == rds::DbSubnetGroup::TYPE);
    for group in groups {
        for (database, subnet) in evicted(input, step, group) {
            tell(input, &mut report, group.address, database, &subnet);
        }
    }
    report.into_problems()
}

/// Somebody who stays in what goes.
fn inhabitant(input: PlanInput<'_>, step: &Step, home: &Draft) -> Option<Address> {
    let mut homes = HOMES.iter();
    let (_, type_name, property) = homes.find(|(of, ..)| *of == home.type_name)?;
    let mut generations = input.observed.resources.get(&home.address)?.iter();
    let old = generations.find(|one| Some(&one.observed.id) == home.work.id.as_ref())?;
    let outputs = old.observed.outputs.values().filter_map(Json::as_str);
    let names: Vec<&str> = outputs.chain([old.observed.id.as_str()]).collect();
    let lives_there = |one: &Generation| {
        let named = one.observed.properties[*property].as_str();
        one.type_name == *type_name
            && named.is_some_and(|named| names.iter().any(|it| it.eq_ignore_ascii_case(named)))
            && !goes(step, &one.observed.id)
    };
    let all = input.observed.resources.keys();
    let mut all = all.filter_map(|address| Some((*address, newest(input, *address)?)));
    all.find(|(_, one)| lives_there(one))
        .map(|(address, _)| address)
}

fn goes(step: &Step, id: &str) -> bool {
    let mut deletions = step.drafts.iter().filter(|draft| draft.op == Op::Delete);
    deletions.any(|draft| draft.work.id.as_deref() == Some(id))
}

/// A subnet that AWS has.
struct Place<'a> {
    address: Address,
    zone: &'a str,
}

/// Each database whose subnet this change of a group takes away, with that subnet.
fn evicted<'a>(input: PlanInput<'a>, step: &Step, group: &Draft) -> Vec<(Address, Place<'a>)> {
    let Some(now) = newest(input, group.address) else {
        return Vec::new();
    };
    let had = texts(&now.observed.properties["SubnetIds"]);
    let wanted = texts(&group.work.properties["SubnetIds"]);
    let (kept, lost): (Vec<&str>, Vec<&str>) = had.into_iter().partition(|id| wanted.contains(id));
    let kept: Vec<Place> = kept.into_iter().filter_map(|id| place(input, id)).collect();
    let mut evicted = Vec::new();
    for (address, database) in databases(input, step, &now.observed.id) {
        let zone = database.observed.properties["AvailabilityZone"].as_str();
        // Of two subnets in its zone, nobody tells which one it lives in.
        let lives_on = kept.iter().any(|place| Some(place.zone) == zone);
        let places = lost.iter().filter_map(|id| place(input, id));
        let mut homes = places.filter(|place| Some(place.zone) == zone && !lives_on);
        evicted.extend(homes.next().map(|home| (address, home)));
    }
    evicted
}

/// The databases of a group that stay.
fn databases<'a>(input: PlanInput<'a>, step: &Step, group: &str) -> Vec<(Address, &'a Generation)> {
    let all = input.observed.resources.keys();
    let all = all.filter_map(|address| Some((*address, newest(input, *address)?)));
    all.filter(|(_, one)| {
        let of = one.observed.properties["DBSubnetGroupName"].as_str();
        one.type_name == rds::DbInstance::TYPE
            && of.is_some_and(|of| of.eq_ignore_ascii_case(group))
            && !goes(step, &one.observed.id)
    })
    .collect()
}

fn newest<'a>(input: PlanInput<'a>, address: Address) -> Option<&'a Generation> {
    input.observed.resources.get(&address)?.last()
}

/// Where a subnet of the stack lies.
fn place<'a>(input: PlanInput<'a>, id: &str) -> Option<Place<'a>> {
    let mut all = input.observed.resources.iter();
    all.find_map(|(address, generations)| {
        let subnet = generations
            .iter()
            .find(|one| one.type_name == Subnet::TYPE && one.observed.id == id)?;
        let zone = subnet.observed.properties["AvailabilityZone"].as_str()?;
        Some(Place {
            address: *address,
            zone,
        })
    })
}

fn texts(list: &Json) -> Vec<&str> {
    let items = list.as_array().into_iter().flatten();
    items.filter_map(Json::as_str).collect()
}

fn tell_home(input: PlanInput<'_>, report: &mut Report, home: &Draft, inhabitant: Address) {
    let Some(declaration) = input.view.get(home.address) else {
        return;
    };
    let (address, reason) = (home.address, &home.reason);
    let property = declaration.facts.name.map_or("Tags", |name| name.property);
    report
        .error(
            declaration,
            property,
            format!("is replaced ({reason}) under the name that it has, and {inhabitant} lives in it"),
        )
        .rule("AWS refuses two of the same name, and deletes none that somebody lives in")
        .hint(format!(
            "replace both, `--replace {address} --replace {inhabitant}`, which is without {inhabitant} for a while; or give {address} another {property}"
        ))
        .document(match declaration.type_name {
            ecs::Cluster::TYPE => {
                "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html"
            }
            _ => {
                "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSubnetGroup.html"
            }
        });
}

fn tell(
    input: PlanInput<'_>,
    report: &mut Report,
    group: Address,
    database: Address,
    Place {
        address: subnet,
        zone,
    }: &Place<'_>,
) {
    let Some(declaration) = input.view.get(group) else {
        return;
    };
    // The one that stands by lives in the old zone afterwards, and goes with `multi_az`.
    let is_multi_az = |it: &Generation| it.observed.properties["MultiAZ"] == Json::Bool(true);
    let stand_by = match newest(input, database).is_some_and(is_multi_az) {
        true => "",
        false => "`.multi_az(true)`, apply, ",
    };
    let wrong = format!("loses {subnet}, the group's subnet in {zone}, where {database} lives");
    report
        .error(declaration, "SubnetIds", wrong)
        .rule("RDS takes no subnet from a group that an instance lives in, and never moves the instance within its zone")
        .hint(format!(
            "keep {subnet}; or move the database to another zone first: {stand_by}`aws rds reboot-db-instance --force-failover`, `.multi_az(false)`, apply"
        ))
        .document("https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSubnetGroup.html");
}

#[cfg(test)]
mod tests {
    use jeancloud_model::{
        Az, Cidr, Region, cidr,
        ec2::Vpc,
        rds::{DbInstance, DbSubnetGroup, Engine},
    };
    use serde_json::json;

    use super::*;
    use crate::{
        Stack, View,
        plan::{PlanError, PlanOptions, plan, plan_with, testing},
    };

    /// A database over a subnet in each of two zones.
    fn database(blocks: [Cidr; 2]) -> Stack {
        let stack = Stack::new("test");
        let main = stack.region("main", Region::EuWest3);
        let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
        let vpc = main.add("vpc", vpc);
        let subnets = [("a", Az::A, blocks[0]), ("b", Az::B, blocks[1])];
        let subnets = subnets.map(|(name, zone, block)| {
            let subnet = Subnet::builder().vpc_id(&vpc).cidr_block(block);
            main.add(name, subnet.availability_zone(zone).build())
        });
        let group = DbSubnetGroup::builder()
            .db_subnet_group_description("private")
            .subnet_ids(&subnets);
        let database = DbInstance::builder()
            .db_instance_class("db.t4g.micro")
            .engine(Engine::Postgres)
            .master_username("app")
            .allocated_storage(20)
            .deletion_protection(false)
            .db_subnet_group_name(&main.add("group", group.build()));
        main.add("db", database.build());
        stack
    }

    fn planned(blocks: [Cidr; 2]) -> Result<super::super::Plan, PlanError> {
        replanned(blocks, false)
    }

    fn replanned(blocks: [Cidr; 2], multi_az: bool) -> Result<super::super::Plan, PlanError> {
        let before = database([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")]);
        let (state, mut observed) = testing::applied(&before);
        let zone = json!("eu-west-3a");
        for generation in observed.resources.values_mut().flatten() {
            let properties = &mut generation.observed.properties;
            if generation.type_name == rds::DbInstance::TYPE {
                properties["AvailabilityZone"] = zone.clone();
                properties["MultiAZ"] = multi_az.into();
            }
        }
        let input = PlanInput {
            view: &View::new(&database(blocks)),
            state: &state,
            observed: &observed,
        };
        plan(input).map(|(plan, _)| plan)
    }

    #[test]
    fn the_subnet_that_a_database_lives_in_stays_in_its_group() {
        let Err(PlanError::Problems(problems)) =
            planned([cidr!("10.0.3.0/24"), cidr!("10.0.2.0/24")])
        else {
            panic!("it was planned");
        };
        let [problem] = &problems[..] else {
            panic!("{problems:#?}");
        };
        assert_eq!(problem.address, Address::new("main/group"));
        assert_eq!(
            problem.wrong,
            "loses main/a, the group's subnet in eu-west-3a, where main/db lives"
        );
        let hint = &problem.hint;
        assert!(
            hint.contains("first: `.multi_az(true)`, apply, `aws rds"),
            "{hint}"
        );
    }

    #[test]
    fn a_database_in_two_zones_already_is_not_told_to_become_one() {
        let blocks = [cidr!("10.0.3.0/24"), cidr!("10.0.2.0/24")];
        let Err(PlanError::Problems(problems)) = replanned(blocks, true) else {
            panic!("it was planned");
        };
        let hint = &problems[0].hint;
        assert!(hint.contains("zone first: `aws rds reboot"), "{hint}");
    }

    #[test]
    fn a_group_is_not_replaced_under_a_database_that_stays() {
        let stack = database([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")]);
        stack.edit("main/group", |properties| {
            properties["DBSubnetGroupName"] = json!("web");
        });
        let (state, observed) = testing::applied(&stack);
        let input = PlanInput {
            view: &View::new(&stack),
            state: &state,
            observed: &observed,
        };
        let asked = |addresses: &[&str]| {
            let options = PlanOptions::default();
            let options = addresses.iter().fold(options, |all, one| all.replace(*one));
            plan_with(input, &options)
        };
        let Err(PlanError::Problems(problems)) = asked(&["main/group"]) else {
            panic!("it was planned");
        };
        assert!(
            problems[0].wrong.contains("main/db lives in it"),
            "{problems:#?}"
        );
        let (both, _) = asked(&["main/group", "main/db"]).unwrap();
        assert!(testing::waits(&both, "delete main/group", "delete main/db"));
    }

    #[test]
    fn another_subnet_of_its_group_is_replaced() {
        let plan = planned([cidr!("10.0.1.0/24"), cidr!("10.0.4.0/24")]).unwrap();
        assert_eq!(plan.summary.replace, 1);
    }
}
