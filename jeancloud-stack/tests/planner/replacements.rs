//! What AWS makes hard to replace, each replaced without a dead-lock, and finished, or taken back, after a
//! kill between any two calls.

use jeancloud_stack::plan::{Action, Op, Plan, PlanOptions};

use crate::{
    choices::Choices,
    order::Order,
    properties::{goes_back_after_a_kill, is_finished_after_a_kill, lives, nothing_is_left_to_do},
    stacks::stack,
    world::World,
};

/// A network with all that carries a group: a load balancer, a service, a database, an endpoint; and
/// groups that name each other in their rules.
const NETWORK: &[(&str, [u8; 2])] = &[
    ("west: there", [1, 1]),
    ("west: group 1", [1, 1]),
    ("west: rule 0-1", [1, 1]),
    ("west: rule 1-0", [1, 1]),
    ("west: interface endpoint", [1, 1]),
    ("west: balancer", [1, 1]),
    ("west: cluster", [1, 1]),
    ("west: service", [1, 1]),
    ("west: scaling", [1, 1]),
    ("west: database", [1, 1]),
    ("global: role", [1, 1]),
    ("global: zone", [1, 1]),
    ("global: alias", [1, 1]),
];

fn network(changes: &[(&'static str, [u8; 2])]) -> Choices {
    Choices::but(&[NETWORK, changes].concat())
}

/// The plan of a change, which is then done, and done again with a kill after each number of calls.
#[track_caller]
fn replaced(changes: &[(&'static str, [u8; 2])]) -> Plan {
    let choices = network(changes);
    lives(&choices);
    let [first, second] = [0, 1].map(|version| stack(&choices, version));
    let mut world = World::new(&first);
    let _ = world.apply(&first);
    let plan = world.apply(&second);
    for calls in 1..=plan.actions.len() as u32 {
        is_finished_after_a_kill(&choices, calls);
        goes_back_after_a_kill(&choices, calls);
    }
    plan
}

/// The actions of a kind on an address, in their order.
fn actions<'p>(plan: &'p Plan, op: Op, address: &str) -> Vec<&'p Action> {
    let all = plan.actions.iter();
    all.filter(|action| action.op == op && action.address.as_str() == address)
        .collect()
}

#[track_caller]
fn in_order(plan: &Plan, steps: &[(Op, &str, usize)]) {
    let order = Order::of(plan);
    let action = |step: &(Op, &str, usize)| {
        let &(op, address, nth) = step;
        let action = actions(plan, op, address).get(nth).copied();
        action.unwrap_or_else(|| panic!("no {nth}. {op:?} of {address}: {plan:#?}"))
    };
    for pair in steps.windows(2) {
        let (earlier, later) = (action(&pair[0]), action(&pair[1]));
        assert!(
            order.holds(earlier, later),
            "{earlier:#?} before {later:#?}"
        );
    }
}

const CARRIERS: [&str; 4] = [
    "west/balancer",
    "west/service",
    "west/database",
    "west/logs-endpoint",
];

#[test]
fn a_group_in_use_is_replaced_before_the_old_one_goes() {
    let plan = replaced(&[("west: group 0", [0, 3])]);
    for carrier in CARRIERS {
        in_order(
            &plan,
            &[
                (Op::Create, "west/group-0", 0),
                (Op::Update, carrier, 0),
                (Op::Delete, "west/group-0", 0),
            ],
        );
    }
}

#[test]
fn a_group_in_use_whose_name_is_fixed_is_replaced_by_way_of_a_stand_in() {
    let plan = replaced(&[("west: group 0", [0, 3]), ("west: group 0 named", [1, 1])]);
    for carrier in CARRIERS {
        in_order(
            &plan,
            &[
                (Op::Create, "west/group-0", 0),
                (Op::Update, carrier, 0),
                (Op::Delete, "west/group-0", 0),
                (Op::Create, "west/group-0", 1),
                (Op::Update, carrier, 1),
                (Op::Delete, "west/group-0", 1),
            ],
        );
    }
    // Rules are there before anything moves to the group, and go after everything has left it.
    let rule = "west/group-0/egress/tcp-8000-to-group-1";
    let rule = plan
        .at(rule)
        .next()
        .map_or("west/group-0/ingress/tcp-80-81-from-0.0.0.0/0", |_| rule);
    in_order(
        &plan,
        &[
            (Op::Create, rule, 0),
            (Op::Update, "west/balancer", 0),
            (Op::Delete, rule, 0),
            (Op::Delete, "west/group-0", 0),
            (Op::Create, rule, 1),
            (Op::Update, "west/balancer", 1),
            (Op::Delete, rule, 1),
        ],
    );
    let reasons: Vec<&str> = plan
        .at("west/group-0")
        .map(|action| action.reason.as_str())
        .collect();
    insta::assert_snapshot!(reasons.join("\n"), @"
    GroupDescription can't be changed in place; stands in until the GroupName is free: west/logs-endpoint, west/balancer, west/service and west/database use the old one
    GroupDescription can't be changed in place
    the GroupName is free now
    it stood in
    ");
    assert_eq!(plan.summary.update, 4, "each carrier counts once");
}

#[test]
fn a_target_group_behind_a_listener_is_replaced_by_way_of_a_stand_in() {
    let plan = replaced(&[
        ("west: targets port", [0, 5]),
        ("west: targets named", [1, 1]),
    ]);
    for user in ["west/listener", "west/service"] {
        in_order(
            &plan,
            &[
                (Op::Create, "west/targets", 0),
                (Op::Update, user, 0),
                (Op::Delete, "west/targets", 0),
                (Op::Create, "west/targets", 1),
                (Op::Update, user, 1),
                (Op::Delete, "west/targets", 1),
            ],
        );
    }
}

#[test]
fn a_task_definition_gets_a_new_revision_and_loses_the_old_one_last() {
    let plan = replaced(&[("west: image", [0, 1])]);
    in_order(
        &plan,
        &[
            (Op::Create, "west/task", 0),
            (Op::Update, "west/service", 0),
            (Op::Delete, "west/task", 0),
        ],
    );
    assert_eq!(plan.actions.len(), 3, "{plan:#?}");
}

#[test]
fn a_subnet_of_a_database_goes_when_its_group_has_another() {
    let plan = replaced(&[("west: subnet a block", [0, 1])]);
    for user in ["west/database-subnets", "west/balancer", "west/service"] {
        in_order(
            &plan,
            &[
                (Op::Create, "west/subnet-a", 0),
                (Op::Update, user, 0),
                (Op::Delete, "west/subnet-a", 0),
            ],
        );
    }
    assert_eq!(plan.at("west/database").count(), 0, "{plan:#?}");
}

#[test]
fn a_role_in_use_goes_when_the_tasks_run_as_another() {
    let plan = replaced(&[("global: role path", [0, 5])]);
    in_order(
        &plan,
        &[
            (Op::Create, "global/role", 0),
            (Op::Create, "west/task", 0),
            (Op::Update, "west/service", 0),
            (Op::Delete, "west/task", 0),
        ],
    );
    in_order(
        &plan,
        &[
            (Op::Update, "west/service", 0),
            (Op::Delete, "global/role", 0),
        ],
    );
}

#[test]
fn a_load_balancer_is_replaced_although_a_target_group_serves_only_one() {
    let plan = replaced(&[
        ("west: balancer named", [0, 1]),
        ("west: targets named", [1, 1]),
    ]);
    in_order(
        &plan,
        &[
            (Op::Create, "west/balancer", 0),
            (Op::Create, "west/listener", 0),
            (Op::Delete, "west/balancer", 0),
        ],
    );
    in_order(
        &plan,
        &[
            (Op::Delete, "west/listener", 0),
            (Op::Create, "west/listener", 0),
        ],
    );
}

#[test]
fn a_whole_vpc_takes_along_what_can_live_in_no_other() {
    let plan = replaced(&[
        ("west: vpc block", [0, 3]),
        ("west: gateway", [1, 1]),
        ("west: route", [1, 1]),
        ("west: subnet a table", [1, 1]),
        ("west: subnet b table", [1, 1]),
        ("west: group 0 named", [1, 1]),
    ]);
    for replaced in [
        "west/vpc",
        "west/subnet-a",
        "west/table-0",
        "west/group-0",
        "west/balancer",
        "west/listener",
        "west/targets",
        "west/database-subnets",
        "west/database",
        "west/logs-endpoint",
    ] {
        assert_eq!(actions(&plan, Op::Create, replaced).len(), 1, "{replaced}");
        assert_eq!(actions(&plan, Op::Delete, replaced).len(), 1, "{replaced}");
    }
    for stays in ["west/service", "west/gateway"] {
        assert_eq!(actions(&plan, Op::Create, stays).len(), 0, "{stays}");
    }
    let database = actions(&plan, Op::Create, "west/database")[0];
    assert_eq!(
        database.reason,
        "DBSubnetGroupName can't be changed to another VPC"
    );
}

/// EC2 gives a service's own name in a VPC to one endpoint, and a route table one route to it.
#[test]
fn an_endpoint_goes_before_the_one_that_takes_its_place() {
    let choices = network(&[("west: s3 endpoint", [1, 1])]);
    let stack = stack(&choices, 0);
    let mut world = World::new(&stack);
    let _ = world.apply(&stack);
    for endpoint in ["west/logs-endpoint", "west/s3"] {
        let options = PlanOptions::default().replace(endpoint);
        let (_, report) = world
            .plan_with(&stack, &options)
            .expect("it can be planned");
        let why = "one endpoint of a VPC, or of a route table, leads to a service";
        let note = format!("{endpoint}: the old one goes before the new one comes, since {why}");
        assert_eq!(report.notes, [note]);
        let plan = world.apply_with(&stack, &options);
        in_order(
            &plan,
            &[(Op::Delete, endpoint, 0), (Op::Create, endpoint, 0)],
        );
        nothing_is_left_to_do(&world, &stack);
    }
}

#[test]
fn what_can_not_be_deleted_stays_on_record_until_it_can() {
    let choices = network(&[("west: group 0", [0, 3])]);
    let [first, second] = [0, 1].map(|version| stack(&choices, version));
    let mut world = World::new(&first);
    let _ = world.apply(&first);
    world.aws.keep("west/group-0", true);
    let outcome = world.try_to_apply(&second);
    let failed: Vec<_> = outcome
        .failed
        .iter()
        .map(|it| (it.op, it.address.as_str()))
        .collect();
    assert_eq!(failed, [(Op::Delete, "west/group-0")]);
    assert_eq!(outcome.skipped, [], "nothing waits for what goes last");
    assert_eq!(world.state().retired.len(), 1);

    let plan = world.plan(&second).expect("it can be planned");
    let [left] = &plan.actions[..] else {
        panic!("only the deletion is left: {plan:#?}");
    };
    assert_eq!(
        (left.op, left.address.as_str()),
        (Op::Delete, "west/group-0")
    );
    assert_eq!(left.reason, "left to delete after its replacement");
    assert_eq!((plan.summary.replace, plan.summary.delete), (0, 1));

    // Beside a new replacement it counts as well.
    let third = stack(&network(&[("west: group 0 named", [1, 1])]), 0);
    let again = world.plan(&third).expect("it can be planned");
    assert!(again.summary.replace > 0, "{again:#?}");
    assert_eq!(again.summary.delete, 1);
    let left: Vec<u32> = again
        .leftovers()
        .iter()
        .map(|id| again.actions[*id].work.generation)
        .collect();
    assert_eq!(left, [1]);

    world.aws.keep("west/group-0", false);
    let _ = world.apply(&second);
    assert!(world.state().retired.is_empty());
    nothing_is_left_to_do(&world, &second);
}

/// Half of it would leave the stand-in's name.
#[test]
fn what_stands_in_for_a_target_is_taken_over_in_the_same_plan() {
    let choices = network(&[
        ("west: targets port", [0, 5]),
        ("west: targets named", [1, 1]),
    ]);
    let [first, second] = [0, 1].map(|version| stack(&choices, version));
    for target in ["west/targets", "west/listener", "west/service"] {
        let mut world = World::new(&first);
        let _ = world.apply(&first);
        let plan = world.apply_with(&second, &PlanOptions::default().target(target));
        let made = actions(&plan, Op::Create, "west/targets");
        assert_eq!(
            made.len(),
            2,
            "{target}: a stand-in, and what it stands in for"
        );
        let left = world.plan(&second).expect("it can be planned");
        for address in ["west/targets", "west/listener"] {
            assert_eq!(left.at(address).count(), 0, "{target}: {left:#?}");
        }
    }
}
