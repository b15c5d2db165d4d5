//! ACM's types.

use jeancloud_model::{
    Handle, Region,
    certificate_manager::{Certificate, CertificateIssued, KeyAlgorithm},
    route53::{HostedZone, RecordSet},
};
use jeancloud_stack::{Scope, Stack};

use crate::{
    gaps,
    harness::{Case, Gap},
};

conformance! {
    certificate: Case {
        type_name: "AWS::CertificateManager::Certificate",
        address: "main/certificate",
        base: |stack| { add_certificate(main(stack), "example.com"); },
        updates: &[
            ("set", |stack| { main(stack).add("certificate", Certificate::builder()
                .domain_name("example.com")
                .subject_alternative_names(["*.example.com", "example.org"])
                .tag("Name", "one")
                .build()); }),
            ("change", |stack| { main(stack).add("certificate", Certificate::builder()
                .domain_name("example.com")
                .subject_alternative_names(["example.org", "*.example.com"])
                .tag("Name", "two")
                .tag("Team", "web")
                .build()); }),
            ("clear", |stack| { add_certificate(main(stack), "example.com"); }),
        ],
        replaced: Some(|stack| { add_certificate(main(stack), "api.example.com"); }),
        gaps: &[],
    },
    elliptic_certificate: Case {
        type_name: "AWS::CertificateManager::Certificate",
        address: "main/certificate",
        base: |stack| { main(stack).add("certificate", Certificate::builder()
            .domain_name("example.com")
            .key_algorithm(KeyAlgorithm::EcPrime256v1)
            .build()); },
        updates: &[],
        replaced: None,
        gaps: &[
            Gap { difference: gaps::KEYS_ARE_RSA, test: "creates_and_reads_back" },
            Gap { difference: gaps::KEYS_ARE_RSA, test: "resumes_after_a_lost_answer" },
            Gap { difference: gaps::KEYS_ARE_RSA, test: "finishes_what_an_interrupted_run_began" },
            Gap { difference: gaps::KEYS_ARE_RSA, test: "is_adopted_by_its_id" },
        ],
    },
    certificate_issued: Case {
        type_name: "Wait::CertificateManager::CertificateIssued",
        address: "main/issued",
        base: |stack| { issued(stack, "example.com"); },
        updates: &[],
        replaced: Some(|stack| { issued(stack, "api.example.com"); }),
        gaps: &[],
    },
}

fn main(stack: &Stack) -> Scope<'_> {
    stack.region("main", Region::EuWest3)
}

fn add_certificate(scope: Scope<'_>, domain: &str) -> Handle<Certificate> {
    let certificate = Certificate::builder()
        .domain_name(domain)
        .subject_alternative_names(["*.example.com", "example.org"]);
    scope.add("certificate", certificate.build())
}

/// A certificate with the record that validates it, and the wait for it.
fn issued(stack: &Stack, domain: &str) {
    let (global, scope) = (stack.global(), main(stack));
    let zone = global.add("zone", HostedZone::builder().name("example.com").build());
    let certificate = scope.add(
        "certificate",
        Certificate::builder().domain_name(domain).build(),
    );
    let record = global.add("record", RecordSet::validating(&certificate, domain, &zone));
    let issued = CertificateIssued::builder()
        .certificate_arn(&certificate)
        .validation_records([&record]);
    scope.add("issued", issued.build());
}
