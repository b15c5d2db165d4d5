//! What an author says about changes and ends.

use jeancloud_model::{cidr, ec2::Vpc, logs::LogGroup, s3::Bucket};
use jeancloud_stack::{Declare, Stack, plan::between};
use serde_json::json;

use super::{
    document::{notes, shows, shows_with_notes},
    page::{changes, refusal, steps},
    programs::{WEB, one, stack, vpc},
};
use crate::world::World;

fn elsewhere() -> Vpc {
    Vpc::builder().cidr_block(cidr!("10.1.0.0/16")).build()
}

fn nothing() -> Stack {
    stack(|_| {})
}

/// That the document shows what this change of the program does.
#[track_caller]
fn changes_to(name: &str, before: &Stack, after: &Stack) {
    let (plan, _) = between(before, after).expect("it can be planned");
    shows(name, &changes(&plan));
}

#[test]
fn a_protected_vpc_that_would_be_replaced() {
    let protected = one("vpc", vpc().protect());
    let refused = refusal(between(&protected, &one("vpc", elsewhere().protect())));
    shows("a_protected_vpc_that_would_be_replaced", &refused);
}

#[test]
fn a_protected_vpc_that_nobody_declares() {
    let refused = refusal(between(&one("vpc", vpc().protect()), &nothing()));
    shows("a_protected_vpc_that_nobody_declares", &refused);
}

#[test]
fn protection_that_is_taken_off() {
    let protected = one("vpc", vpc().protect());
    changes_to(
        "protection_that_is_taken_off",
        &protected,
        &one("vpc", vpc()),
    );
}

#[test]
fn what_goes_with_what_is_deleted() {
    let before = stack(|main| {
        main.add("logs", LogGroup::builder().build());
        main.add("photos", Bucket::builder().build());
        let cache = Bucket::builder().empty_on_delete(true);
        main.add("cache", cache.build());
    });
    let (plan, report) = between(&before, &nothing()).expect("it can be planned");
    let name = "what_goes_with_what_is_deleted";
    shows_with_notes(name, &steps(&plan), &notes(&report));
}

#[test]
fn a_bucket_that_is_destroyed_as_the_program_says_now() {
    let version = |empties: bool| {
        let cache = Bucket::builder().empty_on_delete(empties);
        one("cache", cache.build())
    };
    let mut world = World::new(&version(false));
    let _ = world.apply(&version(false));
    let (plan, report) = world.destruction(&version(true));
    let name = "a_bucket_that_is_destroyed_as_the_program_says_now";
    shows_with_notes(name, &steps(&plan), &notes(&report));
}

#[test]
fn a_retained_bucket_that_nobody_declares() {
    let retained = one("photos", Bucket::builder().build().retain());
    changes_to(
        "a_retained_bucket_that_nobody_declares",
        &retained,
        &nothing(),
    );
}

#[test]
fn a_tag_that_is_somebody_elses() {
    let version = |name: &str| {
        let vpc = Vpc::builder().cidr_block(WEB.network);
        let vpc = vpc.tag("Name", name).tag("Owner", "us").build();
        one("vpc", vpc.ignore_changes(["Tags/Owner"]))
    };
    let mut world = World::new(&version("web"));
    let _ = world.apply(&version("web"));
    let tags = json!([{"Key": "Name", "Value": "web"}, {"Key": "Owner", "Value": "them"}]);
    world.aws.change("main/vpc", "Tags", &tags);
    let plan = world.plan(&version("shop")).expect("it can be planned");
    shows("a_tag_that_is_somebody_elses", &changes(&plan));
}

#[test]
fn a_log_group_for_each_format() {
    let version = |format: &str| one("logs", LogGroup::builder().build().replace_when(format));
    let (plan, _) = between(&version("1"), &version("2")).expect("it can be planned");
    shows("a_log_group_for_each_format", &steps(&plan));
}

#[test]
fn an_order_that_no_property_asks_for() {
    let both = stack(|main| {
        let logs = main.add("logs", LogGroup::builder().build());
        main.add("vpc", vpc().depends_on(&logs));
    });
    let (plan, _) = between(&nothing(), &both).expect("it can be planned");
    shows("an_order_that_no_property_asks_for", &steps(&plan));
    let (plan, _) = between(&both, &nothing()).expect("it can be planned");
    let order = plan.actions.iter().map(|action| action.address.as_str());
    assert_eq!(order.collect::<Vec<_>>(), ["main/vpc", "main/logs"]);
}
