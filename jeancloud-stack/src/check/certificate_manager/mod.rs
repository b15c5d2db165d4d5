//! Rules for AWS Certificate Manager.

mod authorities;
mod certificate;
mod validation;

use jeancloud_model::{
    Input, lookup,
    route53::{HostedZone, HostedZoneId},
};

use super::Rule;
use crate::View;

pub(super) const RULES: &[&Rule] = &[
    &certificate::DOMAINS,
    &validation::RECORDS,
    &validation::ONCE,
    &validation::VALIDATED,
    &validation::REGION,
    &authorities::AUTHORITIES,
];

/// Whether a zone answers in VPCs only.
fn is_private(view: &View, zone: &Input<HostedZoneId>) -> bool {
    let own = view.target::<HostedZone>(zone);
    let found = view.target::<lookup::HostedZone>(zone);
    own.is_some_and(|zone| !zone.resource.vpcs.is_empty())
        || found.is_some_and(|zone| {
            let private = zone.resource.private_zone.as_ref();
            private.and_then(Input::known) == Some(&true)
        })
}

#[cfg(test)]
mod testing {
    use jeancloud_model::{Handle, certificate_manager::Certificate, route53::HostedZone};

    use crate::check::testing::Healthy;

    pub(super) fn parts(h: &Healthy<'_>) -> (Handle<HostedZone>, Handle<Certificate>) {
        let zone = h
            .stack
            .global()
            .add("zone", HostedZone::builder().name("example.com").build());
        let certificate = Certificate::builder()
            .domain_name("example.com")
            .subject_alternative_names(["*.example.com"]);
        (zone, h.scope.add("certificate", certificate.build()))
    }
}
