//! Other addresses for what is there, and letting go of it.

use jeancloud_stack::plan::between;

use super::{
    document::{notes, shows, shows_with_notes},
    page::{changes, steps},
    programs::{one, vpc},
};
use crate::world::World;

#[test]
fn a_renaming_that_is_declared() {
    let after = one("network", vpc());
    after.moved("main/vpc", "main/network");
    let (plan, _) = between(&one("vpc", vpc()), &after).expect("it can be planned");
    shows("a_renaming_that_is_declared", &changes(&plan));
}

#[test]
fn a_renaming_that_nobody_declared() {
    let planned = between(&one("vpc", vpc()), &one("network", vpc()));
    let (plan, report) = planned.expect("it can be planned");
    shows_with_notes(
        "a_renaming_that_nobody_declared",
        &steps(&plan),
        &notes(&report),
    );
}

#[test]
fn where_something_is_at_both_addresses_nothing_moves() {
    let both = one("vpc", vpc());
    let main = both.region("main", jeancloud_model::Region::EuWest3);
    main.add("network", vpc());
    let after = one("network", vpc());
    after.moved("main/vpc", "main/network");
    let (plan, _) = between(&both, &after).expect("it can be planned");
    assert_eq!(steps(&plan), " 0 delete main/vpc  no longer declared");
}

#[test]
fn a_resource_that_is_forgotten() {
    let stack = one("vpc", vpc());
    let mut world = World::new(&stack);
    let _ = world.apply(&stack);
    let plan = world.forget(&stack, "main/vpc");
    shows("a_resource_that_is_forgotten", &steps(&plan));
    assert_eq!(world.aws.content(), ["nobody's AWS::EC2::VPC"]);
    let plan = world.plan(&stack).expect("it can be planned");
    assert_eq!(steps(&plan), " 0 create main/vpc  new");
}
