//! What is decided about living resources, one situation a test.

use jeancloud_model::{
    Az, Region, cidr,
    ec2::{Subnet, Vpc},
};

use super::*;
use crate::{
    Declare, Stack, View,
    plan::{plan, testing},
    state::Intent,
};

#[test]
fn what_an_interrupted_run_began_is_finished_before_anybody_relies_on_it() {
    let stack = Stack::new("test");
    let main = stack.region("main", Region::EuWest3);
    let block = cidr!("10.0.0.0/16");
    let vpc = main.add("vpc", Vpc::builder().cidr_block(block).build());
    let subnet = Subnet::builder().vpc_id(&vpc).cidr_block(block.part(24, 1));
    main.add("subnet", subnet.availability_zone(Az::A).build());
    let (mut state, mut observed) = testing::applied(&stack);
    let made = state
        .resources
        .remove(&vpc.address())
        .expect("it was applied");
    state
        .resources
        .remove(&Address::new("main/subnet"))
        .expect("it was applied");
    observed.resources.remove(&Address::new("main/subnet"));
    let there = observed.resources.get_mut(&vpc.address());
    let there = there.expect("it was applied");
    there[0].observed.ownership = None;
    let mut older = there[0].clone();
    there[0].number = 2;
    older.observed.id = "an older one".into();
    there.insert(0, older);
    let begun = Intent {
        type_name: made.type_name,
        region: made.region,
        generation: 2,
        token: "token".into(),
        id: Some(made.id),
        properties: Json::Null,
        replace_when: vec![],
        since: 0,
    };
    state.intents.insert(vpc.address(), begun);

    let view = View::new(&stack);
    let input = PlanInput {
        view: &view,
        state: &state,
        observed: &observed,
    };
    let (plan, _) = plan(input).expect("it can be planned");
    let lines = testing::lines(&plan);
    assert_eq!(
        lines,
        ["update main/vpc", "create main/subnet", "delete main/vpc"]
    );
    let reason = "begun by an earlier run and not finished";
    assert_eq!(plan.actions[0].reason, reason);
    assert!(testing::waits(
        &plan,
        "create main/subnet",
        "update main/vpc"
    ));
    assert!(testing::waits(&plan, "delete main/vpc", "update main/vpc"));
    assert_eq!((plan.summary.update, plan.summary.unchanged), (1, 0));
}

/// Even where its declaration protects it: AWS deletes it all the same.
#[test]
fn what_aws_is_deleting_is_made_again_and_is_drift() {
    let stack = Stack::new("test");
    let main = stack.region("main", Region::EuWest3);
    let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
    main.add("vpc", vpc.protect());
    let (state, mut observed) = testing::applied(&stack);
    for generation in observed.resources.values_mut().flatten() {
        generation.observed.going = true;
    }
    let input = PlanInput {
        view: &View::new(&stack),
        state: &state,
        observed: &observed,
    };
    let (plan, report) = plan(input).expect("nothing can protect it any more");
    assert_eq!(
        testing::lines(&plan),
        ["create main/vpc", "delete main/vpc"]
    );
    assert_eq!(plan.actions[0].reason, "AWS is deleting it");
    let [drift] = &report.drift[..] else {
        panic!("{report:#?}");
    };
    assert!(drift.gone);
}

#[test]
fn what_a_killed_run_deleted_itself_is_no_drift() {
    let stack = Stack::new("test");
    let main = stack.region("main", Region::EuWest3);
    let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build();
    main.add("vpc", vpc);
    let (mut state, mut observed) = testing::applied(&stack);
    observed.resources.clear();
    let view = View::new(&stack);
    for (deleting, reason, drifts) in [
        (false, "deleted outside of jeancloud", 1),
        (true, "deleted by an earlier run", 0),
    ] {
        for record in state.resources.values_mut() {
            record.deleting = deleting;
        }
        let input = PlanInput {
            view: &view,
            state: &state,
            observed: &observed,
        };
        let (plan, report) = plan(input).expect("it can be planned");
        assert_eq!(plan.actions[0].reason, reason);
        assert_eq!(report.drift.len(), drifts);
    }
}
