//! How things end, by what the program says and what was applied.

use jeancloud_model::{
    Address, Az, Region, cidr,
    ec2::{Subnet, Vpc},
    logs::LogGroup,
    rds::{DbInstance, DbSubnetGroup, Engine},
    s3::Bucket,
};
use serde_json::{Value as Json, json};

use super::super::{Observations, Plan, PlanInput, PlanReport, destroy, testing};
use crate::{Declare, Scope, Stack, View, state::State};

/// A database with its network, whose author says this of its last snapshot.
fn database(stack: &Stack, class: &str, skip: Option<bool>) {
    let main = stack.region("main", Region::EuWest3);
    let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
    let vpc = main.add("vpc", vpc);
    let subnet = |name, block, zone| {
        let subnet = Subnet::builder().vpc_id(&vpc).cidr_block(block);
        main.add(name, subnet.availability_zone(zone).build())
    };
    let subnets = [
        subnet("a", cidr!("10.0.1.0/24"), Az::A),
        subnet("b", cidr!("10.0.2.0/24"), Az::B),
    ];
    let group = DbSubnetGroup::builder()
        .db_subnet_group_description("private")
        .subnet_ids(&subnets);
    let database = DbInstance::builder()
        .db_instance_class(class)
        .engine(Engine::Postgres)
        .master_username(if class == "db.t4g.micro" {
            "app"
        } else {
            "other"
        })
        .allocated_storage(20)
        .db_subnet_group_name(&main.add("db-subnets", group.build()))
        .deletion_protection(false)
        .skip_final_snapshot(skip);
    main.add("db", database.build());
}

#[test]
fn what_aws_never_tells_is_known_from_the_stack_when_the_state_is_lost() {
    let stack = Stack::new("test");
    database(&stack, "db.t4g.micro", Some(true));
    let (state, mut observed) = testing::applied(&stack);
    for generation in observed.resources.values_mut().flatten() {
        let told = generation.observed.properties.as_object_mut().unwrap();
        told.remove("jeancloud:SkipFinalSnapshot");
    }
    for state in [state, State::empty(View::new(&stack).stack())] {
        let (plan, _) = destroy(PlanInput {
            view: &View::new(&stack),
            state: &state,
            observed: &observed,
        })
        .unwrap();
        let mut actions = plan.actions.iter();
        let deletion = actions.find(|action| action.address == Address::new("main/db"));
        let properties = &deletion.unwrap().work.properties;
        assert_eq!(properties["jeancloud:SkipFinalSnapshot"], json!(true));
    }
}

fn destroyed(stack: &Stack, state: &State, observed: &Observations) -> (Plan, PlanReport) {
    let view = &View::new(stack);
    let input = PlanInput {
        view,
        state,
        observed,
    };
    destroy(input).unwrap()
}

/// What is planned for the database, and what the report says of it, where it was applied as the
/// one and is deleted as the other says; `None`: nobody declares it any more.
fn ending(applied: Option<bool>, now: Option<Option<bool>>) -> (Json, PlanReport) {
    let [before, after] = [Stack::new("test"), Stack::new("test")];
    database(&before, "db.t4g.micro", applied);
    if let Some(now) = now {
        database(&after, "db.t4g.micro", now);
    }
    let (state, observed) = testing::applied(&before);
    let (plan, report) = destroyed(&after, &state, &observed);
    let deletion = plan.at("main/db").next().unwrap();
    (
        deletion.work.properties["jeancloud:SkipFinalSnapshot"].clone(),
        report,
    )
}

#[test]
fn whether_a_snapshot_is_left_is_what_the_program_says_now_and_the_plan_says_that_it_is_new() {
    let (skip, report) = ending(None, Some(Some(true)));
    assert_eq!(skip, json!(true));
    insta::assert_snapshot!(report.notes.join("\n"), @"main/db: it ends as the program says now: SkipFinalSnapshot true (applied: false)");
    insta::assert_snapshot!(report.losses[0], @"main/db: its data is lost: no final snapshot is made, as the program says; its automated backups are deleted with it");
    let (skip, report) = ending(Some(true), Some(None));
    assert_eq!(skip, Json::Null);
    insta::assert_snapshot!(report.notes.join("\n"), @"main/db: it ends as the program says now: SkipFinalSnapshot false (applied: true)");
    insta::assert_snapshot!(report.losses[0], @"main/db: its data stays in a final snapshot; its automated backups are deleted with it");
}

#[test]
fn what_the_program_says_as_before_is_no_note() {
    for said in [None, Some(false), Some(true)] {
        let (_, report) = ending(said, Some(said));
        assert_eq!(report.notes, [""; 0]);
    }
    let (_, report) = ending(None, Some(Some(false)));
    assert_eq!(report.notes, [""; 0], "it is the default");
}

#[test]
fn what_nobody_declares_any_more_ends_as_it_was_applied() {
    let (skip, report) = ending(Some(true), None);
    assert_eq!(skip, json!(true));
    assert_eq!(report.notes, [""; 0]);
    insta::assert_snapshot!(report.losses[0], @"main/db: its data is lost: no final snapshot is made, as was last applied; its automated backups are deleted with it");
}

#[test]
fn what_is_left_to_others_or_was_another_type_ends_as_it_was_applied() {
    let bucket = |empties: bool| {
        let bucket = Bucket::builder().bucket_name("web-assets");
        bucket.empty_on_delete(empties).build()
    };
    let version = |assets: &dyn Fn(Scope<'_>)| {
        let stack = Stack::new("test");
        assets(stack.region("main", Region::EuWest3));
        stack
    };
    let (state, observed) = testing::applied(&version(&|main| {
        main.add("assets", bucket(true));
    }));
    let emptied = |now: &Stack| {
        let (plan, _) = destroyed(now, &state, &observed);
        let deletion = plan.at("main/assets").next().unwrap();
        deletion.work.properties["jeancloud:EmptyOnDelete"].clone()
    };
    let changed = version(&|main| {
        main.add("assets", bucket(false));
    });
    assert_eq!(emptied(&changed), json!(false));
    let ignored = version(&|main| {
        let ignored = ["jeancloud:EmptyOnDelete"];
        main.add("assets", bucket(false).ignore_changes(ignored));
    });
    assert_eq!(emptied(&ignored), json!(true));
    let other = version(&|main| {
        main.add("assets", LogGroup::builder().build());
    });
    assert_eq!(emptied(&other), json!(true));
}

#[test]
fn a_replaced_database_says_whether_a_snapshot_is_left() {
    for (skip, said) in [
        (Some(true), "no final snapshot is made"),
        (None, "stays in a final snapshot"),
    ] {
        let (_, report) = testing::changing(
            |stack| database(stack, "db.t4g.micro", skip),
            |stack| database(stack, "db.t4g.small", skip),
        );
        let loss = report.losses[0].to_string();
        assert!(
            loss.starts_with("main/db: the new database is empty; of the old one: "),
            "{loss}"
        );
        assert!(loss.contains(said), "{loss}");
    }
}
