//! Planning without asking AWS (`--refresh=false`): what the state remembers is enough to see that nothing
//! has changed, and that a question has.

use jeancloud_model::{
    Region,
    ec2::{SecurityGroup, tcp},
    lookup::{ManagedPrefixList, PrefixListName},
};
use jeancloud_stack::Stack;

use crate::{
    worked_examples::programs::{stack, vpc},
    world::World,
};

/// A group that may send to what a service has in a region.
fn reaching(service: &str) -> Stack {
    let name = PrefixListName::of(Region::EuWest3, service);
    stack(|main| {
        let vpc = main.add("vpc", vpc());
        let list = ManagedPrefixList::builder().prefix_list_name(name).build();
        let list = main.lookup("list", list);
        let group = SecurityGroup::in_vpc(&vpc, "web", "The web servers");
        let group = main.add("sg-web", group);
        main.allow(tcp(443).from(&group).to(&list));
    })
}

fn planned(world: &World, stack: &Stack) -> Vec<String> {
    let plan = world.plan_unasked(stack).expect("it can be planned");
    let actions = plan.actions.iter();
    let line = actions.map(|action| format!("{:?} {}", action.op, action.address));
    line.collect()
}

#[test]
fn answers_to_lookups_are_remembered() {
    let stack = reaching("s3");
    let mut world = World::new(&stack);
    let _ = world.apply(&stack);
    assert_eq!(planned(&world, &stack), Vec::<String>::new());
}

#[test]
fn an_answer_is_to_its_question_alone() {
    let mut world = World::new(&reaching("s3"));
    let _ = world.apply(&reaching("s3"));
    let other = reaching("dynamodb");
    let planned = planned(&world, &other);
    assert_eq!(planned[0], "Read main/list");
    let _ = world.apply(&other);
    assert_eq!(self::planned(&world, &other), Vec::<String>::new());
}

#[test]
fn nothing_is_remembered_of_what_was_destroyed() {
    let stack = reaching("s3");
    let mut world = World::new(&stack);
    let _ = world.apply(&stack);
    assert_eq!(world.state().lookups.len(), 1);
    let _ = world.destroy(&stack);
    assert!(world.state().lookups.is_empty());
}
