//! A run that is not done whole, and the plan after it.

use jeancloud_model::elastic_load_balancing_v2::{Protocol, TargetGroup};
use jeancloud_stack::plan::PlanOptions;

use super::{
    document::{notes, shows, shows_with_notes},
    page::{outcome, steps},
    programs::{WEB, Web, stack, vpc, web},
};
use crate::world::World;

/// An account in which somebody else has a target group of the name `web`.
fn taken() -> World {
    let theirs = stack(|main| {
        let vpc = main.add("vpc", vpc());
        let targets = TargetGroup::builder().name("web").vpc_id(&vpc);
        let targets = targets.protocol(Protocol::Http).port(80).build();
        main.add("targets", targets);
    });
    let mut world = World::new(&theirs);
    let _ = world.apply(&theirs);
    world.let_go();
    World::on(world.aws.clone(), &theirs)
}

#[test]
fn a_run_that_fails_in_part() {
    let mut world = taken();
    let stack = web(WEB);
    let plan = world.plan(&stack).expect("it can be planned");
    let ended = world.try_to_apply(&stack);
    shows("a_run_that_fails_in_part", &outcome(&plan, &ended));
    let other = Web {
        targets: "shop",
        ..WEB
    };
    let plan = world.plan(&web(other)).expect("it can be planned");
    shows("what_is_left_to_do_after_it", &steps(&plan));
}

#[test]
fn a_change_of_mind() {
    let stack = web(WEB);
    let mut world = World::new(&stack);
    let _ = world.apply(&stack);
    let changed = web(Web {
        description: "In front of the tasks",
        ..WEB
    });
    // A group, its rule, and the load balancer on its way over.
    let _ = world.apply_until_killed(&changed, 3);
    let (plan, report) = world
        .plan_with(&stack, &PlanOptions::default())
        .expect("it can be planned");
    shows_with_notes("a_change_of_mind", &steps(&plan), &notes(&report));
}

#[test]
fn an_old_one_that_could_not_be_deleted() {
    let stack = web(WEB);
    let mut world = World::new(&stack);
    let _ = world.apply(&stack);
    let changed = web(Web {
        description: "In front of the tasks",
        ..WEB
    });
    world.aws.keep("main/sg-alb", true);
    assert_eq!(world.try_to_apply(&changed).failed.len(), 1);
    let plan = world.plan(&changed).expect("it can be planned");
    shows("an_old_one_that_could_not_be_deleted", &steps(&plan));
}
