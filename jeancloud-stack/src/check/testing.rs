//! How a rule is tested: a healthy stack, broken in one place.

use jeancloud_model::{
    Handle, Region, cidr,
    ec2::{Subnet, Vpc},
};

use super::{Problem, Severity};
use crate::{Scope, Stack};

/// A small healthy stack that tests add to: a VPC with two subnets in two zones.
pub(crate) struct Healthy<'s> {
    pub(crate) stack: &'s Stack,
    pub(crate) scope: Scope<'s>,
    pub(crate) vpc: Handle<Vpc>,
    pub(crate) subnets: [Handle<Subnet>; 2],
}

/// What the check says of the healthy stack with `change` made to it.
pub(crate) fn problems(change: impl FnOnce(&Healthy<'_>)) -> Vec<Problem> {
    let stack = Stack::new("test");
    let scope = stack.region("main", Region::EuWest3);
    let vpc = scope.add(
        "vpc",
        Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).build(),
    );
    let subnets = [jeancloud_model::Az::A, jeancloud_model::Az::B].map(|az| {
        let block = cidr!("10.0.0.0/16").part(24, az as u32);
        scope.add(
            &format!("subnet-{}", az.letter()),
            Subnet::builder()
                .vpc_id(&vpc)
                .cidr_block(block)
                .availability_zone(az)
                .build(),
        )
    });
    change(&Healthy {
        stack: &stack,
        scope,
        vpc,
        subnets,
    });
    stack.check()
}

/// The one problem of this rule after `change`, as text without its source line. The check finds no
/// other mistake: doubts of other rules, about what the test's stack leaves out, don't count.
#[track_caller]
pub(crate) fn broken(code: &str, change: impl FnOnce(&Healthy<'_>)) -> String {
    let found = problems(change);
    let (of_the_rule, others): (Vec<_>, Vec<_>) = found.iter().partition(|one| one.code == code);
    let mistaken = others.iter().any(|one| one.severity == Severity::Error);
    match of_the_rule[..] {
        [one] if !mistaken => text(one),
        _ => panic!("expected one problem of {code}, found {found:#?}"),
    }
}

/// That nothing is wrong after `change`.
#[track_caller]
pub(crate) fn healthy(change: impl FnOnce(&Healthy<'_>)) {
    let found = problems(change);
    let errors: Vec<_> = found
        .iter()
        .filter(|p| p.severity == Severity::Error)
        .collect();
    assert!(errors.is_empty(), "expected no error, found {errors:#?}");
}

fn text(problem: &Problem) -> String {
    let text = problem.to_string();
    let (before, _) = text.rsplit_once("\n  at ").unwrap_or((&text, ""));
    before.to_owned()
}
