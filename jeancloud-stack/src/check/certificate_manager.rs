//! Rules for AWS Certificate Manager.

use std::collections::BTreeSet;

use jeancloud_model::{
    Address,
    certificate_manager::{Certificate, CertificateIssued},
    lookup,
    route53::{HostedZone, RecordSet},
};

use super::{Report, Rule};
use crate::{Declared, View};

const REQUEST: &str =
    "https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html";
const VALIDATION: &str = "https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html";

pub(super) const RULES: &[&Rule] = &[&DOMAINS, &RECORDS, &VALIDATED];

const DOMAINS: Rule = Rule {
    name: "certificate-domains",
    check: domains_are_few_and_short,
};
const RECORDS: Rule = Rule {
    name: "certificate-records",
    check: records_validate_domains_of_the_certificate,
};
const VALIDATED: Rule = Rule {
    name: "certificate-validated",
    check: every_domain_is_validated,
};

/// ACM's quota of domains, as long as nobody asks for more.
const MOST_DOMAINS: usize = 10;

fn domains_are_few_and_short(view: &View, report: &mut Report) {
    for certificate in view.all::<Certificate>() {
        let first = certificate.domain_name.known();
        if let Some(long) = first.filter(|name| name.as_str().len() > 64) {
            let wrong = format!("has {} characters", long.as_str().len());
            report
                .error(certificate.declaration, "DomainName", wrong)
                .rule("the first domain has at most 64 characters (InvalidDomainValidationOptionsException)")
                .hint("begin with a shorter domain and name this one among SubjectAlternativeNames")
                .document(REQUEST);
        }
        let count = certificate.domains().count();
        if count > MOST_DOMAINS {
            report
                .error(certificate.declaration, "SubjectAlternativeNames", format!("make {count} domains"))
                .rule("a certificate has 10 domains, unless AWS was asked for more (LimitExceededException)")
                .hint("use a wildcard, or a second certificate")
                .document("https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html");
        }
        let mut seen = BTreeSet::new();
        for domain in certificate.domains().filter_map(|domain| domain.known()) {
            if !seen.insert(domain) {
                report
                    .error(
                        certificate.declaration,
                        "SubjectAlternativeNames",
                        format!("name {domain} twice"),
                    )
                    .rule("AWS keeps each domain once, and the second plan would differ")
                    .hint("name it once")
                    .document(REQUEST);
            }
        }
    }
}

/// The base domains that a certificate is for; `None` where one is known later.
fn bases(certificate: &Certificate) -> Option<BTreeSet<&str>> {
    let mut all = BTreeSet::new();
    for domain in certificate.domains() {
        let name = domain.known()?.as_str();
        all.insert(name.strip_prefix("*.").unwrap_or(name));
    }
    Some(all)
}

/// The certificate and the domain that a record validates.
fn validated<'v>(
    view: &'v View,
    record: &RecordSet,
) -> Option<(Declared<'v, Certificate>, &'static str)> {
    let output = record.name.reference()?;
    let certificate = view.target::<Certificate>(&record.name)?;
    Some((
        certificate,
        Certificate::validated_by_output(output.output)?,
    ))
}

fn records_validate_domains_of_the_certificate(view: &View, report: &mut Report) {
    for record in view.all::<RecordSet>() {
        let Some((certificate, domain)) = validated(view, &record) else {
            continue;
        };
        if bases(certificate.resource).is_some_and(|bases| !bases.contains(domain)) {
            let wrong = format!(
                "validates {domain}, which is no domain of {}",
                certificate.address()
            );
            report
                .error(record.declaration, "Name", wrong)
                .rule("a certificate has a validation record for each of its domains")
                .hint("name one of the certificate's domains")
                .document(VALIDATION);
        }
        let zone = &record.hosted_zone_id;
        let own = view
            .target::<HostedZone>(zone)
            .and_then(|zone| zone.resource.name.known());
        let found = view
            .target::<lookup::HostedZone>(zone)
            .and_then(|zone| zone.resource.name.known());
        let Some(zone) = own.or(found).map(|name| name.as_str()) else {
            continue;
        };
        let inside = domain
            .strip_suffix(zone)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        if !inside {
            let wrong = format!("is {zone}, and the record validates {domain}");
            report
                .error(record.declaration, "HostedZoneId", wrong)
                .rule("a validation record stands in the zone of its domain (InvalidChangeBatch)")
                .hint(format!("put it into the zone that {domain} is in"))
                .document(VALIDATION);
        }
    }
}

fn every_domain_is_validated(view: &View, report: &mut Report) {
    for issued in view.all::<CertificateIssued>() {
        let Some(certificate) = view.target::<Certificate>(&issued.certificate_arn) else {
            continue;
        };
        let Some(bases) = bases(certificate.resource) else {
            continue;
        };
        let same = |other: &Declared<'_, Certificate>| {
            self::bases(other.resource).is_some_and(|theirs| theirs == bases)
        };
        // Certificates of the same domains in other regions share the records.
        let by_records: BTreeSet<(Address, &str)> = view
            .all::<RecordSet>()
            .filter_map(|record| validated(view, record.resource))
            .filter(|(of, _)| of.address() == certificate.address() || same(of))
            .map(|(of, domain)| (of.address(), domain))
            .collect();
        let missing: Vec<&str> = bases
            .iter()
            .filter(|base| !by_records.iter().any(|(_, domain)| domain == *base))
            .copied()
            .collect();
        if !missing.is_empty() {
            let wrong = format!(
                "waits for validation records of {} that the stack does not declare",
                missing.join(", ")
            );
            report
                .warning(issued.declaration, "CertificateArn", wrong)
                .rule("a certificate is issued once the validation record of each domain is there")
                .hint("declare `RecordSet::validating(&certificate, domain, &zone)` for each, or see that somebody else writes them")
                .document(VALIDATION);
        }
        let mut waited_for = BTreeSet::new();
        for record in &issued.resource.validation_records {
            waited_for.extend(record.reference().map(|reference| reference.address));
        }
        let unordered = view.all::<RecordSet>().find(|record| {
            let its = validated(view, record.resource)
                .is_some_and(|(of, _)| of.address() == certificate.address());
            its && !waited_for.contains(&record.address())
        });
        if let Some(record) = unordered {
            let wrong = format!("leave out {}", record.address());
            report
                .error(issued.declaration, "ValidationRecords", wrong)
                .rule("the wait begins once the validation records are written, and destroying takes them away after it")
                .hint("name all of them: `.validation_records([&record])`")
                .document(VALIDATION);
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Handle,
        certificate_manager::{Certificate, CertificateIssued},
        route53::{HostedZone, RecordSet},
    };

    use crate::check::testing::{Healthy, broken, healthy};

    fn parts(h: &Healthy<'_>) -> (Handle<HostedZone>, Handle<Certificate>) {
        let zone = h
            .stack
            .global()
            .add("zone", HostedZone::builder().name("example.com").build());
        let certificate = Certificate::builder()
            .domain_name("example.com")
            .subject_alternative_names(["*.example.com"]);
        (zone, h.scope.add("certificate", certificate.build()))
    }

    #[test]
    fn a_domain_and_its_wildcard_need_one_record() {
        healthy(|h| {
            let (zone, certificate) = parts(h);
            let record = RecordSet::validating(&certificate, "example.com", &zone);
            let record = h.stack.global().add("record", record);
            h.scope.add(
                "issued",
                CertificateIssued::builder()
                    .certificate_arn(&certificate)
                    .validation_records([&record])
                    .build(),
            );
        });
    }

    #[test]
    fn a_domain_is_named_once() {
        assert_snapshot!(broken("certificate-domains", |h| {
            h.scope.add("certificate", Certificate::builder().domain_name("example.com")
                .subject_alternative_names(["example.com"]).build());
        }), @"
        error: main/certificate: SubjectAlternativeNames name example.com twice
          rule: AWS keeps each domain once, and the second plan would differ
          hint: name it once
          see: https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
        ");
    }

    #[test]
    fn a_certificate_has_ten_domains() {
        assert_snapshot!(broken("certificate-domains", |h| {
            let names: Vec<String> = (0..10).map(|n| format!("n{n}.example.com")).collect();
            h.scope.add("certificate", Certificate::builder().domain_name("example.com")
                .subject_alternative_names(names).build());
        }), @"
        error: main/certificate: SubjectAlternativeNames make 11 domains
          rule: a certificate has 10 domains, unless AWS was asked for more (LimitExceededException)
          hint: use a wildcard, or a second certificate
          see: https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html
        ");
    }

    #[test]
    fn a_record_validates_a_domain_of_the_certificate() {
        assert_snapshot!(broken("certificate-records", |h| {
            let (zone, certificate) = parts(h);
            h.stack.global().add("record", RecordSet::validating(&certificate, "www.example.com", &zone));
        }), @"
        error: global/record: Name validates www.example.com, which is no domain of main/certificate
          rule: a certificate has a validation record for each of its domains
          hint: name one of the certificate's domains
          see: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
        ");
    }

    #[test]
    fn a_wait_without_records_is_a_doubt() {
        assert_snapshot!(broken("certificate-validated", |h| {
            let (_, certificate) = parts(h);
            h.scope.add("issued", CertificateIssued::builder().certificate_arn(&certificate).build());
        }), @"
        warning: main/issued: CertificateArn waits for validation records of example.com that the stack does not declare
          rule: a certificate is issued once the validation record of each domain is there
          hint: declare `RecordSet::validating(&certificate, domain, &zone)` for each, or see that somebody else writes them
          see: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
        ");
    }

    #[test]
    fn a_wait_comes_after_its_records() {
        assert_snapshot!(broken("certificate-validated", |h| {
            let (zone, certificate) = parts(h);
            h.stack.global().add("record", RecordSet::validating(&certificate, "example.com", &zone));
            h.scope.add("issued", CertificateIssued::builder().certificate_arn(&certificate).build());
        }), @"
        error: main/issued: ValidationRecords leave out global/record
          rule: the wait begins once the validation records are written, and destroying takes them away after it
          hint: name all of them: `.validation_records([&record])`
          see: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
        ");
    }
}
