//! Certificates, and their being issued.

use jeancloud_model::{
    IntoInputs,
    certificate_manager::{Certificate, CertificateIssued, KeyAlgorithm},
};
use serde_json::json;

use crate::table::{Table, known, some};

/// Adds them.
pub fn rows(table: &mut Table) {
    certificate(table);
    issued(table);
}

fn certificate(table: &mut Table) {
    let mut certificate = table.of(
        "aws_acm_certificate",
        |_| {
            Certificate::builder()
                .domain_name("www.example.com")
                .build()
        },
        json!({"domain_name": "row-{n}.example.com", "validation_method": "DNS"}),
    );
    certificate.change(
        |it, _| it.domain_name = known("api.example.com"),
        json!({"domain_name": "other-{n}.example.com"}),
    );
    certificate.change(
        |it, _| it.subject_alternative_names = ["api.example.com"].into_inputs(),
        json!({"subject_alternative_names": ["other-{n}.example.com"]}),
    );
    certificate.change(
        |it, _| it.key_algorithm = some(KeyAlgorithm::EcPrime256v1),
        json!({"key_algorithm": "EC_prime256v1"}),
    );
    certificate.change(
        |it, _| it.tags.insert("Name", "www"),
        json!({"tags": {"Name": "www"}}),
    );
}

fn issued(table: &mut Table) {
    let mut issued = table.of(
        "aws_acm_certificate_validation",
        |on| {
            let (certificate, record) = &on.certificates[0];
            CertificateIssued::builder()
                .certificate_arn(certificate)
                .validation_records([record])
                .build()
        },
        json!({
            "certificate_arn": "${aws_acm_certificate.ground[0].arn}",
            "validation_record_fqdns": ["${aws_route53_record.validation[0].fqdn}"],
        }),
    );
    issued.change(
        |it, on| {
            let (certificate, record) = &on.certificates[1];
            it.certificate_arn = known(certificate);
            it.validation_records = [record].into_inputs();
        },
        json!({
            "certificate_arn": "${aws_acm_certificate.ground[1].arn}",
            "validation_record_fqdns": ["${aws_route53_record.validation[1].fqdn}"],
        }),
    );
}
