//! Assertions on plans. Each names what differs, not only that something does.

use std::collections::BTreeSet;

use jeancloud_stack::plan::{Action, Op, Plan};

/// Nothing is to be done.
///
/// # Panics
/// If something is: it says what, property by property.
#[track_caller]
pub fn assert_empty(plan: &Plan) {
    if plan.is_empty() {
        return;
    }
    let mut text = String::from("there is something to do");
    for action in plan.actions.iter().filter(|action| action.op != Op::Read) {
        let op = format!("{:?}", action.op).to_lowercase();
        text += &format!("\n  {op} {} ({})", action.address, action.reason);
        for change in action.changes.iter().filter(|_| action.op == Op::Update) {
            text += &format!(
                "\n    {}: {} → {}",
                change.path, change.before, change.after
            );
        }
    }
    panic!("{text}");
}

/// These are made anew, and no others; what is replaced doesn't count.
///
/// ```
/// use jeancloud::{plan_offline, prelude::*, testing::assert_creates};
///
/// let stack = Stack::new("web");
/// let france = stack.region("france", Region::EuWest3);
/// france.add("vpc", Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build());
/// assert_creates(&plan_offline(&stack).unwrap().plan, ["france/vpc"]);
/// ```
///
/// # Panics
/// If not: it says which are missing, and which are too many.
#[track_caller]
pub fn assert_creates<'a>(plan: &Plan, addresses: impl IntoIterator<Item = &'a str>) {
    let new = |action: &Action| action.op == Op::Create && !action.replacement;
    compare(plan, "creates", new, addresses);
}

/// These are changed in place, and no others.
///
/// # Panics
/// If not: it says which are missing, and which are too many.
#[track_caller]
pub fn assert_updates<'a>(plan: &Plan, addresses: impl IntoIterator<Item = &'a str>) {
    compare(plan, "updates", |action| action.op == Op::Update, addresses);
}

/// These are replaced by new ones, and no others.
///
/// # Panics
/// If not: it says which are missing, and which are too many.
#[track_caller]
pub fn assert_replaces<'a>(plan: &Plan, addresses: impl IntoIterator<Item = &'a str>) {
    let replaced = |action: &Action| action.op == Op::Create && action.replacement;
    compare(plan, "replaces", replaced, addresses);
}

/// These are deleted, and no others; what is replaced doesn't count.
///
/// # Panics
/// If not: it says which are missing, and which are too many.
#[track_caller]
pub fn assert_deletes<'a>(plan: &Plan, addresses: impl IntoIterator<Item = &'a str>) {
    let gone = |action: &Action| action.op == Op::Delete && !action.replacement;
    compare(plan, "deletes", gone, addresses);
}

#[track_caller]
fn compare<'a>(
    plan: &Plan,
    verb: &str,
    which: impl Fn(&Action) -> bool,
    expected: impl IntoIterator<Item = &'a str>,
) {
    let planned = plan.actions.iter().filter(|action| which(action));
    let planned: BTreeSet<&str> = planned.map(|action| action.address.as_str()).collect();
    let expected: BTreeSet<&str> = expected.into_iter().collect();
    if planned == expected {
        return;
    }
    let mut text = format!("the plan {verb} something else");
    for missing in expected.difference(&planned) {
        text += &format!("\n  not, but expected: {missing}");
    }
    for more in planned.difference(&expected) {
        text += &format!("\n  not expected: {more}");
    }
    panic!("{text}");
}
