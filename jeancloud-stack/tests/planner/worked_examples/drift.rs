//! What somebody changed in AWS, and what the author changed.

use jeancloud_model::ec2::{SecurityGroup, Vpc};
use jeancloud_stack::{Stack, plan::PlanOptions};
use serde_json::json;

use super::{
    document::shows,
    page::{changes, changes_and_drift},
    programs::{WEB, one, running, scaled, stack, vpc},
};
use crate::world::World;

/// That the document shows what is planned now.
#[track_caller]
fn plans(name: &str, world: &World, stack: &Stack) {
    shows(name, &planned(world, stack));
}

fn planned(world: &World, stack: &Stack) -> String {
    let planned = world.plan_with(stack, &PlanOptions::default());
    let (plan, report) = planned.expect("it can be planned");
    changes_and_drift(&plan, &report)
}

fn applied(stack: &Stack) -> World {
    let mut world = World::new(stack);
    let _ = world.apply(stack);
    world
}

#[test]
fn two_hands_on_one_vpc() {
    let version = |name: &str| {
        let vpc = Vpc::builder().cidr_block(WEB.network);
        let vpc = vpc.enable_dns_support(true).tag("Name", name);
        one("vpc", vpc.build())
    };
    let world = applied(&version("web"));
    world
        .aws
        .change("main/vpc", "EnableDnsSupport", &json!(false));
    // What nobody ever set is nobody's drift.
    world
        .aws
        .change("main/vpc", "EnableDnsHostnames", &json!(true));
    plans("two_hands_on_one_vpc", &world, &version("shop"));
}

#[test]
fn a_rule_that_nobody_declared() {
    let stack = stack(|main| {
        let vpc = main.add("vpc", vpc());
        main.add(
            "sg-web",
            SecurityGroup::in_vpc(&vpc, "web", "The web servers"),
        );
    });
    let world = applied(&stack);
    let rule = json!({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"});
    world
        .aws
        .change("main/sg-web", "SecurityGroupIngress", &json!([rule]));
    let plan = world.plan(&stack).expect("it can be planned");
    shows("a_rule_that_nobody_declared", &changes(&plan));
}

#[test]
fn what_was_deleted_by_hand() {
    let stack = one("vpc", vpc());
    let world = applied(&stack);
    world.aws.delete("main/vpc");
    plans("what_was_deleted_by_hand", &world, &stack);
}

#[test]
fn what_aws_moves_on_the_authors_behalf_is_no_drift() {
    let mut world = applied(&scaled(2));
    world.aws.change("main/service", "DesiredCount", &json!(4));
    assert_eq!(planned(&world, &scaled(2)), "nothing to do");
    // What the author changes counts all the same.
    let changed = planned(&world, &scaled(3));
    assert!(changed.contains("DesiredCount  4 → 3"), "{changed}");
    let _ = world.apply(&scaled(3));
    assert_eq!(planned(&world, &scaled(3)), "nothing to do");
}

#[test]
fn without_a_scalable_target_a_service_runs_as_many_as_its_author_says() {
    let world = applied(&running(2));
    world.aws.change("main/service", "DesiredCount", &json!(4));
    plans("four_tasks_of_two", &world, &running(2));
}

/// An update was made and its end was not heard of: what AWS has is not what was last applied.
#[test]
fn what_an_unfinished_update_left_is_taken_back() {
    let mut world = applied(&scaled(0));
    let _ = world.apply_until_killed(&scaled(2), 1);
    let back = planned(&world, &scaled(0));
    assert_eq!(
        back,
        " 0 update main/service  changed\n     DesiredCount  2 → 0"
    );
    let _ = world.apply(&scaled(0));
    assert_eq!(planned(&world, &scaled(0)), "nothing to do");
}

#[test]
fn a_lost_state_is_no_drift() {
    let stack = one("vpc", vpc());
    let mut world = applied(&stack);
    world.lose_the_state();
    assert_eq!(planned(&world, &stack), "nothing to do");
}
