//! Update or replace: what is compared, what goes back to a default, what has no order.

use jeancloud_model::{
    cidr,
    ec2::{Subnet, Vpc},
    elastic_load_balancing_v2::{HealthCheckProtocol, Protocol, TargetGroup, TargetType},
    iam::{Policy, PolicyDocument, Principal, Role, Statement},
    rds::DbSubnetGroup,
};
use jeancloud_stack::{
    Stack,
    plan::{PlanOptions, between},
};

use super::{
    document::{notes, shows_with_notes},
    page::{changes, steps},
    programs::{WEB, Web, one, stack, vpc, web},
};
use crate::world::World;

/// That the document shows what this change of the program does.
#[track_caller]
fn changes_to(name: &str, before: &Stack, after: &Stack) {
    let (plan, report) = between(before, after).expect("it can be planned");
    shows_with_notes(name, &changes(&plan), &notes(&report));
}

#[test]
fn a_change_in_place() {
    let vpc = || Vpc::builder().cidr_block(WEB.network);
    let before = vpc().enable_dns_hostnames(true).tag("Name", "web");
    let after = vpc().tag("Name", "shop");
    let [before, after] = [before.build(), after.build()].map(|vpc| one("vpc", vpc));
    changes_to("a_change_in_place", &before, &after);
}

#[test]
fn a_change_that_replaces() {
    let elsewhere = Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build();
    let [before, after] = [vpc(), elsewhere].map(|vpc| one("vpc", vpc));
    changes_to("a_change_that_replaces", &before, &after);
}

#[test]
fn what_has_no_documented_default_stays() {
    let version = |checks: Option<HealthCheckProtocol>| {
        stack(|main| {
            let vpc = main.add("vpc", vpc());
            let targets = TargetGroup::builder()
                .vpc_id(&vpc)
                .target_type(TargetType::Ip)
                .protocol(Protocol::Http)
                .port(8000)
                .health_check_protocol(checks);
            main.add("targets", targets.build());
        })
    };
    let [before, after] = [Some(HealthCheckProtocol::Http), None].map(version);
    changes_to("what_has_no_documented_default_stays", &before, &after);
    // Said once: from the apply on it is AWS's business.
    let mut world = World::new(&before);
    let _ = world.apply(&before);
    let notes = |world: &World| {
        let planned = world.plan_with(&after, &PlanOptions::default());
        planned.expect("it can be planned").1.notes
    };
    assert_eq!(notes(&world).len(), 1);
    let _ = world.apply(&after);
    assert_eq!(notes(&world), Vec::<String>::new());
}

#[test]
fn storage_that_grows() {
    let larger = Web { storage: 50, ..WEB };
    changes_to("storage_that_grows", &web(WEB), &web(larger));
}

#[test]
fn storage_that_shrinks() {
    let larger = Web { storage: 50, ..WEB };
    let (plan, report) = between(&web(larger), &web(WEB)).expect("it can be planned");
    shows_with_notes("storage_that_shrinks", &steps(&plan), &notes(&report));
}

#[test]
fn an_order_that_means_nothing() {
    let version = |turned: bool| {
        stack(|main| {
            let vpc = main.add("vpc", vpc());
            let mut subnets = [1, 2].map(|place| {
                let block = WEB.network.part(24, place);
                let subnet = Subnet::builder().vpc_id(&vpc).cidr_block(block);
                let zone = WEB.zones[usize::from(place == 2)];
                main.add(
                    format!("private-{place}"),
                    subnet.availability_zone(zone).build(),
                )
            });
            let mut statements = ["logs:PutLogEvents", "s3:GetObject"]
                .map(|action| Statement::allow(action).on("*"));
            if turned {
                subnets.reverse();
                statements.reverse();
            }
            let group = DbSubnetGroup::builder().db_subnet_group_description("private");
            main.add("db-subnets", group.subnet_ids(&subnets).build());
            let tasks = Principal::service("ecs-tasks.amazonaws.com");
            let trust = Statement::allow("sts:AssumeRole").principal(tasks);
            let policy = Policy::new("work", PolicyDocument::from(statements));
            let role = Role::builder().assume_role_policy_document(trust);
            let global = main.stack().global();
            global.add("role", role.policies([policy]).build());
        })
    };
    changes_to(
        "an_order_that_means_nothing",
        &version(false),
        &version(true),
    );
}
