//! What holds of every stack, of every change from one version to another, and of every end.

use std::collections::BTreeMap;

use jeancloud_model::{Address, reference};
use jeancloud_stack::{
    Stack,
    plan::{Action, Op, Plan},
};
use proptest::{collection::vec, prelude::*, test_runner::RngSeed};

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
    fn what_was_killed_is_finished_by_the_next_run(choices in choices(), calls in 1u32..60) {
        is_finished_after_a_kill(&choices, calls);
    }

    #[test]
    fn what_a_killed_run_was_to_replace_goes_on_where_it_is_wanted_again(
        choices in choices(),
        calls in 1u32..60,
    ) {
        goes_back_after_a_kill(&choices, calls);
    }

    #[test]
    fn any_program_follows_any_killed_runs(
        choices in [choices(), choices()],
        kills in vec((0usize..4, 1u32..40), 1..4),
        last in 0usize..4,
    ) {
        follows_killed_runs(&choices, &kills, last);
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

/// A change that is killed after so many calls is finished by the next run, and nothing is left over.
#[track_caller]
pub fn is_finished_after_a_kill(choices: &Choices, calls: u32) {
    let [first, second] = [0, 1].map(|version| stack(choices, version));
    let mut world = World::new(&first);
    let _ = world.apply(&first);
    let _ = world.apply_until_killed(&second, calls);
    let _ = world.apply(&second);
    nothing_is_left_to_do(&world, &second);
    let _ = world.destroy(&second);
    assert_eq!(world.aws.content(), [""; 0], "AWS is empty");
}

/// A change that is killed after so many calls is taken back by the program of before: what is still
/// there goes on, and nothing is left over.
#[track_caller]
pub fn goes_back_after_a_kill(choices: &Choices, calls: u32) {
    let [first, second] = [0, 1].map(|version| stack(choices, version));
    let mut world = World::new(&first);
    let _ = world.apply(&first);
    let made = world.aws.content();
    let _ = world.apply_until_killed(&second, calls);
    let survived = world.aws.content();
    let _ = world.apply(&first);
    nothing_is_left_to_do(&world, &first);
    let there = world.aws.content();
    assert_eq!(there.len(), made.len(), "{there:#?}");
    let goes_on = |it: &&String| survived.contains(it);
    for one in made.iter().filter(goes_on) {
        assert!(there.contains(one), "{one} is gone: {there:#?}");
    }
    let _ = world.destroy(&first);
    assert_eq!(world.aws.content(), [""; 0], "AWS is empty");
}

/// Four programs, of which runs are killed after so many calls; the last one then does everything, unless
/// it can't follow each of them as it is.
#[track_caller]
fn follows_killed_runs(choices: &[Choices; 2], kills: &[(usize, u32)], last: usize) {
    let stacks = choices.each_ref().map(|of| [stack(of, 0), stack(of, 1)]);
    let stacks: Vec<&Stack> = stacks.iter().flatten().collect();
    let last = stacks[last];
    let refused = |from: &&&Stack| {
        let mut world = World::new(from);
        let _ = world.apply(from);
        world.plan(last).is_err()
    };
    if stacks.iter().any(|from| refused(&from)) {
        return;
    }
    let mut world = World::new(stacks[0]);
    let _ = world.apply(stacks[0]);
    for &(which, calls) in kills {
        if world.plan(stacks[which]).is_ok() {
            let _ = world.apply_until_killed(stacks[which], calls);
        }
    }
    let _ = world.apply(last);
    nothing_is_left_to_do(&world, last);
    let declared = last.declarations().len();
    assert_eq!(
        world.aws.content().len(),
        declared,
        "{:#?}",
        world.aws.content()
    );
    let _ = world.destroy(last);
    assert_eq!(world.aws.content(), [""; 0], "AWS is empty");
}

/// A life: made, changed, and gone, each in order and to its end.
#[track_caller]
pub fn lives(choices: &Choices) {
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

pub fn nothing_is_left_to_do(world: &World, stack: &Stack) {
    let again = world.plan(stack).expect("it can be planned");
    assert!(again.is_empty(), "{again:#?}");
}

/// What is made or changed comes after what it refers to; what goes, goes after what referred to it
/// in the version before, unless it has to make room for what takes its name. Where something stands
/// in, both are done twice: the first before the first, and the last before the last.
fn references_are_kept(plan: &Plan, before: &Stack, after: &Stack) {
    let order = Order::of(plan);
    let made = by_address(plan, |action| action.op != Op::Delete);
    let gone = by_address(plan, |action| action.op == Op::Delete);
    for (address, targets) in references(after) {
        let Some(actions) = made.get(&address) else {
            continue;
        };
        for targets in targets.iter().filter_map(|target| made.get(target)) {
            for (target, action) in ends(targets, actions) {
                assert!(order.holds(target, action), "{action:#?} needs {target:#?}");
            }
        }
    }
    for (address, targets) in references(before) {
        for target in targets {
            let Some(olds) = gone.get(&target) else {
                continue;
            };
            if let Some(actions) = gone.get(&address) {
                let (action, old) = (actions[0], olds[0]);
                assert!(order.holds(action, old), "{action:#?} refers to {old:#?}");
            }
            let news = made.get(&target);
            let makes_room = news.is_some_and(|news| order.holds(olds[0], news[0]));
            if let Some(actions) = made.get(&address).filter(|_| !makes_room) {
                for (action, old) in ends(actions, olds) {
                    assert!(
                        order.holds(action, old),
                        "{action:#?} moves away from {old:#?}"
                    );
                }
            }
        }
    }
}

/// The first of both, and where there are as many of one as of the other, the last of both.
fn ends<'p>(ones: &[&'p Action], others: &[&'p Action]) -> Vec<(&'p Action, &'p Action)> {
    let pairs = ones.iter().copied().zip(others.iter().copied());
    match ones.len() == others.len() {
        true => pairs.collect(),
        false => pairs.take(1).collect(),
    }
}

fn by_address(plan: &Plan, wanted: impl Fn(&Action) -> bool) -> BTreeMap<Address, Vec<&Action>> {
    let mut by_address: BTreeMap<Address, Vec<&Action>> = BTreeMap::new();
    for action in plan.actions.iter().filter(|action| wanted(action)) {
        by_address.entry(action.address).or_default().push(action);
    }
    by_address
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
