//! What a person asks of one plan, and a plan that is kept in a file.

use jeancloud_model::ec2::Vpc;
use jeancloud_stack::plan::{Moved, PlanOptions};
use serde_json::json;

use super::{
    document::shows,
    page::{refusal, steps},
    programs::{WEB, one, service, vpc, web},
};
use crate::world::World;

#[test]
fn one_target_in_an_empty_account() {
    let stack = web(WEB);
    let world = World::new(&stack);
    let options = PlanOptions::default().target("main/sg-alb*");
    let (plan, report) = world
        .plan_with(&stack, &options)
        .expect("it can be planned");
    let left_out = report.left_out.len();
    let text = format!("{}\nleft out: {left_out} actions", steps(&plan));
    shows("one_target_in_an_empty_account", &text);
}

#[test]
fn a_replacement_that_is_asked_for() {
    let stack = service("1");
    let mut world = World::new(&stack);
    let _ = world.apply(&stack);
    let options = PlanOptions::default().replace("main/task");
    let (plan, _) = world
        .plan_with(&stack, &options)
        .expect("it can be planned");
    shows("a_replacement_that_is_asked_for", &steps(&plan));
}

#[test]
fn a_replacement_that_is_at_no_target() {
    let stack = service("1");
    let mut world = World::new(&stack);
    let _ = world.apply(&stack);
    let options = PlanOptions::default().replace("main/task");
    let planned = world.plan_with(&stack, &options.target("main/vpc"));
    shows("a_replacement_that_is_at_no_target", &refusal(planned));
}

#[test]
fn a_saved_plan_whose_ground_has_moved() {
    let version = |name: &str| {
        let vpc = Vpc::builder().cidr_block(WEB.network);
        one("vpc", vpc.tag("Name", name).build())
    };
    let mut world = World::new(&version("web"));
    let _ = world.apply(&version("web"));
    let saved = world.save(&version("shop"));
    assert_eq!(world.moved_since(&saved, &version("shop")), []);
    world
        .aws
        .change("main/vpc", "EnableDnsHostnames", &json!(true));
    let later = version("store");
    let main = later.region("main", jeancloud_model::Region::EuWest3);
    main.add("more", vpc());
    let moved = world.moved_since(&saved, &later);
    let moved: Vec<String> = moved.iter().map(Moved::to_string).collect();
    shows("a_saved_plan_whose_ground_has_moved", &moved.join("\n"));
}
