//! What every resource type promises, one function a promise.

use std::collections::BTreeSet;

use jeancloud_model::{Address, Tagging, catalogue};
use jeancloud_stack::{
    engine::AdoptError,
    plan::{Action, Op, Plan, PropertyChange},
    provider::{Marks, Ownership},
};

use super::{
    On, attempt,
    case::{Case, Version},
    world::World,
};

/// Tries the named promise of `case`, which `module` declares. One that this AWS is known not to let
/// through has to fail.
pub async fn run(on: On, module: &'static str, case: &'static Case, promise: &'static str) {
    let gap = case.gap_of_test(on, promise);
    attempt(gap, keep(on, module, case, promise)).await;
}

async fn keep(on: On, module: &'static str, case: &'static Case, promise: &'static str) {
    let mut world = World::new(on, &format!("{module}::{promise}")).await;
    match promise {
        "creates_and_reads_back" => creates_and_reads_back(case, &mut world).await,
        "updates_set_change_and_clear" => updates_set_change_and_clear(case, &mut world).await,
        "replaces_when_create_only_changes" => {
            replaces_when_create_only_changes(case, &mut world).await;
        }
        "resumes_after_a_lost_answer" => resumes_after_a_lost_answer(case, &mut world).await,
        "finishes_what_an_interrupted_run_began" => {
            finishes_what_an_interrupted_run_began(case, &mut world).await;
        }
        "deletes_when_already_gone" => deletes_when_already_gone(case, &mut world).await,
        "changes_hands_by_its_tags_alone" => changes_hands_by_its_tags_alone(case, &world).await,
        "is_adopted_by_its_id" => is_adopted_by_its_id(case, &world).await,
        _ => panic!("no type promises {promise}"),
    }
}

/// What was made reads back as it was declared, is found without the state, and goes for good.
async fn creates_and_reads_back(case: &Case, world: &mut World) {
    let plan = world.apply(case.base).await;
    let created = only(&plan, case);
    assert_eq!(
        (created.op, &*created.type_name),
        (Op::Create, case.type_name)
    );
    expect_nothing(world, case.base).await;

    world.lose_state();
    let again = world.plan(case.base).await;
    let doubled = again
        .actions
        .iter()
        .find(|action| matches!(action.op, Op::Create | Op::Delete));
    assert!(
        doubled.is_none(),
        "without its state, it is not found again: {doubled:#?}"
    );

    let _ = world.apply(case.base).await;
    world.destroy(case.base).await;
    assert_eq!(
        world.count(case, case.base).await,
        0,
        "something is left after it was destroyed"
    );
}

/// Each change of a property that AWS can change is one update, and then AWS has it so.
async fn updates_set_change_and_clear(case: &Case, world: &mut World) {
    let _ = world.apply(case.base).await;
    let before = world.id(case);
    for (name, version) in case.updates {
        let plan = world.apply(*version).await;
        let update = only(&plan, case);
        assert_eq!(update.op, Op::Update, "{name} is no update: {update:#?}");
        expect_nothing(world, *version).await;
    }
    assert_eq!(
        world.id(case),
        before,
        "an update in place made another one"
    );
}

/// Another value of what AWS can't change makes a new one, and takes the old one away.
async fn replaces_when_create_only_changes(case: &Case, world: &mut World) {
    let _ = world.apply(case.base).await;
    let Some(replaced) = case.replaced else {
        return;
    };
    let plan = world.apply(replaced).await;
    let ops: BTreeSet<Op> = plan.at(case.address).map(|action| action.op).collect();
    assert_eq!(ops, BTreeSet::from([Op::Create, Op::Delete]), "{plan:#?}");
    assert!(
        plan.at(case.address).all(|action| action.replacement),
        "{plan:#?}"
    );
    expect_nothing(world, replaced).await;
    assert_eq!(
        world.count(case, replaced).await,
        1,
        "the old one is still there"
    );
}

/// When the answer to the creating call is lost, there is one of it in the end, not two.
async fn resumes_after_a_lost_answer(case: &Case, world: &mut World) {
    world.lose_an_answer_when_creating(case.address);
    let (_, outcome) = world.try_apply(case.base).await;
    // A wait has nothing of its own in AWS.
    let asks_for_something = !case.type_name.starts_with("Wait::");
    assert_eq!(world.lost_an_answer(), asks_for_something);
    if outcome.is_complete() {
        expect_nothing(world, case.base).await;
    }
    // Whether that run went on or gave up: the next one finds what there is.
    let _ = world.apply(case.base).await;
    assert_eq!(world.count(case, case.base).await, 1);
    expect_nothing(world, case.base).await;
}

/// Another address, and marks, are written to its tags and can be read there; when it is let go of, no
/// tag of jeancloud's is left. Nothing else changes. A type without tags has nothing to write.
async fn changes_hands_by_its_tags_alone(case: &Case, world: &World) {
    let _ = world.apply(case.base).await;
    let made = world.seen(case).await;
    let mut types = catalogue::types().iter();
    let tagged = types.any(|info| {
        let tagging = info.facts.tagging;
        info.type_name == case.type_name
            && matches!(tagging, Tagging::OnCreate | Tagging::AfterCreate)
    });
    let Some(before) = made.ownership.clone() else {
        assert!(!tagged, "nobody's tags are on it: {made:#?}");
        return;
    };
    let marks = Marks {
        protect: tagged,
        ..Marks::default()
    };
    let after = Ownership {
        address: Address::new("other/place"),
        marks,
        ..before.clone()
    };
    world.own(case, &made, &before, Some(&after)).await;
    let moved = world.seen(case).await;
    assert_eq!(moved.ownership.as_ref(), Some(&after));
    assert_eq!(
        moved.ownership.map(|ownership| ownership.marks),
        Some(marks)
    );
    assert_eq!(moved.properties, made.properties);

    world.own(case, &made, &after, None).await;
    let let_go = world.seen(case).await;
    assert_eq!(let_go.ownership, None);
    assert_eq!(let_go.properties, made.properties);
}

/// What is on no record and carries no stack's tags becomes the stack's by its physical id, and then
/// there is nothing to do but write tags. What is found by its parent is the stack's already.
async fn is_adopted_by_its_id(case: &Case, world: &World) {
    let _ = world.apply(case.base).await;
    let made = world.seen(case).await;
    if let Some(owner) = &made.ownership {
        world.own(case, &made, owner, None).await;
    }
    world.forget(case).await;
    match world.adopt(case, &made.id).await {
        Ok(adopted) => assert_eq!(
            (&*adopted.origin.id, &adopted.kept[..]),
            (&*made.id, &[][..])
        ),
        Err(AdoptError::There { id, .. }) => assert_eq!(id, made.id),
        Err(error) => panic!("{} is not adopted: {error}", made.id),
    }
    let plan = world.plan(case.base).await;
    let is_tag = |change: &PropertyChange| change.path.starts_with("/Tags/jeancloud:");
    let more = plan.actions.iter().find(|action| {
        let tags = action.op == Op::Update && action.changes.iter().all(is_tag);
        action.op != Op::Read && !tags
    });
    assert!(more.is_none(), "more than tags is to do: {more:#?}");

    let _ = world.apply(case.base).await;
    let adopted = world.seen(case).await;
    assert_eq!(
        (adopted.id, adopted.properties, adopted.ownership),
        (made.id, made.properties, made.ownership)
    );
    expect_nothing(world, case.base).await;
}

/// A run that is killed right after the creating call leaves something that may not be ready and not
/// have all of its settings: the next run finishes it.
async fn finishes_what_an_interrupted_run_began(case: &Case, world: &mut World) {
    let outcome = world.apply_until_created(case.base, case.address).await;
    assert!(outcome.interrupted, "it was not interrupted: {outcome:#?}");
    let _ = world.apply(case.base).await;
    assert_eq!(world.count(case, case.base).await, 1);
    expect_nothing(world, case.base).await;
}

/// Deleting what somebody else deleted is no error.
async fn deletes_when_already_gone(case: &Case, world: &mut World) {
    let _ = world.apply(case.base).await;
    world.delete_behind_its_back(case).await;
    world.delete_behind_its_back(case).await;
    world.destroy(case.base).await;
    assert_eq!(world.count(case, case.base).await, 0);
}

/// The only action on the case's address.
fn only<'p>(plan: &'p Plan, case: &Case) -> &'p Action {
    let actions: Vec<&Action> = plan.at(case.address).collect();
    match actions[..] {
        [action] => action,
        _ => panic!(
            "expected one action on {}, planned is {plan:#?}",
            case.address
        ),
    }
}

/// Planning once more gives nothing to do.
async fn expect_nothing(world: &World, version: Version) {
    let plan = world.plan(version).await;
    let unexpected: Vec<&Action> = plan
        .actions
        .iter()
        .filter(|action| action.op != Op::Read)
        .collect();
    assert!(
        unexpected.is_empty(),
        "expected nothing to do, planned is {unexpected:#?}"
    );
}
