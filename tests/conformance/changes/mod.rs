//! Every property that AWS changes in place is set, changed and cleared, and read back.
//!
//! The cases of the services make all named tests of each type; these make one, with many properties
//! in each version. [`tried`](crate::harness::tried) says which steps are taken, and the test below
//! that none is missing but those of [`untried`], each with its reason.

mod cloud_front;
mod ecs;
mod elastic_load_balancing_v2;
mod others;
mod rds;
mod s3;
mod untried;

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{
    Handle,
    certificate_manager::{Certificate, CertificateIssued},
    route53::{HostedZone, RecordSet},
};
use jeancloud_stack::Scope;

use crate::harness::{
    Case, Difference, Gap,
    tried::{self, Steps},
};

/// That the changes of a case don't all work on one of the two.
const fn lacking(difference: Difference) -> Gap {
    Gap {
        difference,
        test: "updates_set_change_and_clear",
    }
}

/// An issued certificate of this subdomain of example.com.
fn issued(global: Scope<'_>, scope: Scope<'_>, name: &str) -> Handle<CertificateIssued> {
    let domain = format!("{name}.example.com");
    let zone = HostedZone::builder().name(&*domain).build();
    let zone = global.add(&format!("zone-{name}"), zone);
    let certificate = Certificate::builder().domain_name(&*domain).build();
    let certificate = scope.add(&format!("certificate-{name}"), certificate);
    let record = RecordSet::validating(&certificate, &domain, &zone);
    let record = global.add(&format!("record-{name}"), record);
    let issued = CertificateIssued::builder()
        .certificate_arn(&certificate)
        .validation_records([&record]);
    scope.add(&format!("issued-{name}"), issued.build())
}

/// Every case of a resource type.
fn cases() -> impl Iterator<Item = &'static Case> {
    let all = [
        crate::application_auto_scaling::CASES,
        crate::certificate_manager::CASES,
        crate::cloud_front::CASES,
        crate::ec2::CASES,
        crate::ec2_groups::CASES,
        crate::ec2_networks::CASES,
        crate::ecr::CASES,
        crate::ecs::CASES,
        crate::elastic_load_balancing_v2::CASES,
        crate::iam::CASES,
        crate::kms::CASES,
        crate::logs::CASES,
        crate::rds::CASES,
        crate::route53::CASES,
        crate::s3::CASES,
        crate::secrets_manager::CASES,
        cloud_front::CASES,
        ecs::CASES,
        elastic_load_balancing_v2::CASES,
        others::CASES,
        rds::CASES,
        s3::CASES,
    ];
    let cases = all.into_iter().flatten().copied();
    cases.filter(|case| case.type_name.starts_with("AWS::"))
}

#[test]
fn every_property_that_changes_in_place_is_set_changed_and_cleared() {
    let mut by_type: BTreeMap<&str, (Steps, Steps)> = BTreeMap::new();
    for case in cases() {
        let (possible, taken) = by_type.entry(case.type_name).or_default();
        possible.extend(tried::possible(case));
        taken.extend(tried::taken(case));
    }
    let (mut missing, mut needed) = (Vec::new(), BTreeSet::new());
    let (mut all, mut tried) = (0, 0);
    for (type_name, (possible, taken)) in &by_type {
        all += possible.len();
        tried += possible.intersection(taken).count();
        for (path, step) in possible.difference(taken) {
            match untried::reason(type_name, path, *step) {
                Some(reason) => drop(needed.insert(reason)),
                None => missing.push(format!("{type_name} {path}: {step:?}")),
            }
        }
    }
    assert!(missing.is_empty(), "\n{}\n", missing.join("\n"));
    let stale = untried::all().filter(|reason| !needed.contains(reason));
    let stale: Vec<_> = stale.collect();
    assert!(stale.is_empty(), "no step needs these reasons: {stale:#?}");
    assert!(all > 1000 && tried * 10 > all * 8, "{tried} of {all}");
    println!("{tried} of {all} steps of {} types", by_type.len());
}
