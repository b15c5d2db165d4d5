//! What holds of every stack, of every change from one version to another, and of every end.

use std::collections::BTreeMap;

use jeancloud_model::{Address, reference};
use jeancloud_stack::{
    Stack,
    plan::{Action, Op, Plan},
};
use proptest::{prelude::*, test_runner::RngSeed};

use crate::{
    choices::{Choices, choices},
    order::Order,
    stacks::stack,
    world::World,
};

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        // The same cases in every run: a commit is judged by its own change. More of them, and others,
        // are two numbers away.
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_change_is_planned_in_order_and_done(choices in choices()) {
        lives(&choices);
    }

    #[test]
    fn the_same_input_is_planned_to_the_same_bytes(choices in choices()) {
        let versions = [0, 1].map(|version| stack(&choices, version));
        let mut world = World::new(&versions[0]);
        let _ = world.apply(&versions[0]);
        let bytes = || {
            let plan = world.plan(&stack(&choices, 1)).expect("it can be planned");
            serde_json::to_string(&plan.to_json()).expect("a plan is JSON")
        };
        prop_assert_eq!(bytes(), bytes());
    }
}

#[test]
fn a_gateway_follows_its_vpc_with_all_that_needs_it() {
    lives(&Choices::but(&[
        ("west: there", [1, 1]),
        ("west: gateway", [1, 1]),
        ("west: route", [1, 1]),
        ("west: subnet a table", [1, 1]),
        ("west: nat", [1, 1]),
        ("west: vpc block", [0, 3]),
    ]));
}

#[test]
fn a_group_of_a_fixed_name_goes_with_the_rules_that_name_it() {
    lives(&Choices::but(&[
        ("west: there", [1, 1]),
        ("west: group 1", [1, 4]),
        ("west: group 1 named", [1, 1]),
        ("west: rule 0-1", [1, 1]),
        ("west: rule 1-0", [1, 1]),
    ]));
}

#[test]
fn a_load_balancer_of_a_fixed_name_goes_inside() {
    lives(&Choices::but(&[
        ("west: there", [1, 1]),
        ("west: gateway", [1, 0]),
        ("west: route", [1, 1]),
        ("west: subnet a table", [1, 1]),
        ("west: subnet b table", [1, 1]),
        ("west: balancer", [5, 5]),
        ("west: balancer named", [1, 1]),
        ("global: zone", [1, 1]),
        ("global: alias", [1, 1]),
    ]));
}

#[test]
fn a_cluster_of_another_name_takes_its_service_along() {
    lives(&Choices::but(&[
        ("west: there", [1, 1]),
        ("west: cluster", [1, 1]),
        ("west: cluster named", [0, 1]),
        ("west: service", [1, 1]),
        ("west: service named", [1, 1]),
        ("west: scaling", [1, 1]),
    ]));
}

/// A life: made, changed, and gone, each in order and to its end.
#[track_caller]
fn lives(choices: &Choices) {
    let [first, second] = [0, 1].map(|version| stack(choices, version));
    let mut world = World::new(&first);

    let made = world.apply(&first);
    references_are_kept(&made, &first, &first);
    nothing_is_left_to_do(&world, &first);

    let changed = world.apply(&second);
    references_are_kept(&changed, &first, &second);
    nothing_is_left_to_do(&world, &second);

    let gone = world.destroy(&second);
    references_are_kept(&gone, &second, &second);
    assert_eq!(world.aws.content(), [""; 0], "AWS is empty");
    let state = world.state();
    assert!(state.resources.is_empty() && state.retired.is_empty() && state.intents.is_empty());
}

fn nothing_is_left_to_do(world: &World, stack: &Stack) {
    let again = world.plan(stack).expect("it can be planned");
    assert!(again.is_empty(), "{again:#?}");
}

/// What is made or changed comes after what it refers to; what goes, goes after what referred to it
/// in the version before, unless it has to make room for what takes its name.
fn references_are_kept(plan: &Plan, before: &Stack, after: &Stack) {
    let order = Order::of(plan);
    let made = by_address(plan, |action| action.op != Op::Delete);
    let gone = by_address(plan, |action| action.op == Op::Delete);
    for (address, targets) in references(after) {
        let Some(action) = made.get(&address) else {
            continue;
        };
        for target in targets.iter().filter_map(|target| made.get(target)) {
            assert!(order.holds(target, action), "{action:#?} needs {target:#?}");
        }
    }
    for (address, targets) in references(before) {
        for target in targets {
            let Some(old) = gone.get(&target) else {
                continue;
            };
            if let Some(action) = gone.get(&address) {
                assert!(order.holds(action, old), "{action:#?} refers to {old:#?}");
            }
            let makes_room = made.get(&target).is_some_and(|new| order.holds(old, new));
            if let Some(action) = made.get(&address).filter(|_| !makes_room) {
                assert!(
                    order.holds(action, old),
                    "{action:#?} moves away from {old:#?}"
                );
            }
        }
    }
}

fn by_address(plan: &Plan, wanted: impl Fn(&Action) -> bool) -> BTreeMap<Address, &Action> {
    let actions = plan.actions.iter().filter(|action| wanted(action));
    actions.map(|action| (action.address, action)).collect()
}

/// What each declaration refers to.
fn references(stack: &Stack) -> BTreeMap<Address, Vec<Address>> {
    let of = |declaration: jeancloud_stack::Declaration| {
        let mut targets = Vec::new();
        reference::each(&declaration.properties, &mut |address, _| {
            targets.push(Address::new(address));
        });
        (declaration.address, targets)
    };
    stack.declarations().into_iter().map(of).collect()
}
