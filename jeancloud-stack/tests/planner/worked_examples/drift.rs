//! What somebody changed in AWS, and what the author changed.

use jeancloud_model::ec2::{SecurityGroup, Vpc};
use jeancloud_stack::{Stack, plan::PlanOptions};
use serde_json::json;

use super::{
    document::shows,
    page::{changes, changes_and_drift},
    programs::{WEB, one, service, stack, vpc},
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
    let world = applied(&service("1"));
    world.aws.change("main/service", "DesiredCount", &json!(4));
    assert_eq!(planned(&world, &service("1")), "nothing to do");
}

#[test]
fn a_lost_state_is_no_drift() {
    let stack = one("vpc", vpc());
    let mut world = applied(&stack);
    world.lose_the_state();
    assert_eq!(planned(&world, &stack), "nothing to do");
}
