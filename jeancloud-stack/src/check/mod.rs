//! Checks: what the compiler can't see and AWS would refuse, or take and not work with.
//!
//! A [`Rule`] is one function that looks at a [`View`] and reports [`Problem`]s. Every rule is run
//! every time, so that all mistakes show at once. A rule never asks AWS anything.

mod application_auto_scaling;
mod certificate_manager;
mod cloud_front;
mod ec2;
mod ecr;
mod ecs;
mod elastic_load_balancing_v2;
mod general;
mod iam;
mod kms;
mod logs;
mod lookup;
mod problem;
mod rds;
mod reach;
mod route53;
mod s3;
mod secrets_manager;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod unusual;

pub(crate) use problem::line;
pub use problem::{Problem, Report, Severity};

use crate::View;

/// One rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name, as `subnet-inside-vpc`: what tests and the documentation call it.
    pub name: &'static str,
    /// Looks around and reports.
    pub check: fn(&View, &mut Report),
}

/// Every rule, by service.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        general::RULES,
        application_auto_scaling::RULES,
        certificate_manager::RULES,
        cloud_front::RULES,
        ec2::RULES,
        ecr::RULES,
        ecs::RULES,
        elastic_load_balancing_v2::RULES,
        iam::RULES,
        kms::RULES,
        logs::RULES,
        lookup::RULES,
        rds::RULES,
        reach::RULES,
        route53::RULES,
        s3::BUCKET,
        s3::BUCKET_POLICY,
        secrets_manager::RULES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Every problem that any rule finds, in the order of the addresses.
pub(crate) fn all(view: &View) -> Vec<Problem> {
    let mut problems = Vec::new();
    for rule in rules() {
        let mut report = Report::new(rule.name);
        (rule.check)(view, &mut report);
        problems.append(&mut report.into_problems());
    }
    problems.sort_by(|a, b| {
        (a.address, &a.property, &a.wrong).cmp(&(b.address, &b.property, &b.wrong))
    });
    problems.dedup();
    problems
}
