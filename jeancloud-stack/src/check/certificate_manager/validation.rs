//! Rules for how certificates are validated: their records, the wait, the authorities.

use std::collections::{BTreeMap, BTreeSet};

use jeancloud_model::{
    Address,
    certificate_manager::{Certificate, CertificateIssued},
    lookup,
    route53::{HostedZone, RecordSet},
};

use super::{
    super::{Report, Rule},
    is_private,
};
use crate::{Declared, View};

const VALIDATION: &str = "https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html";

pub(super) const RECORDS: Rule = Rule {
    name: "certificate-records",
    check: records_validate_domains_of_the_certificate,
};
pub(super) const ONCE: Rule = Rule {
    name: "certificate-records-once",
    check: a_domain_has_one_record,
};
pub(super) const VALIDATED: Rule = Rule {
    name: "certificate-validated",
    check: every_domain_is_validated,
};
pub(super) const REGION: Rule = Rule {
    name: "certificate-issued-region",
    check: the_wait_is_where_the_certificate_is,
};
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
        let zone = &record.resource.hosted_zone_id;
        if is_private(view, zone) {
            report
                .error(
                    record.declaration,
                    "HostedZoneId",
                    "is a private zone, and ACM asks the public DNS",
                )
                .rule("a certificate is issued once its records are found from the internet")
                .hint("put the record into the public zone of the domain")
                .document(VALIDATION);
        }
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

/// The certificates of a domain have one record in common, whatever their regions; a wildcard has
/// its parent's.
fn a_domain_has_one_record(view: &View, report: &mut Report) {
    let mut seen: BTreeMap<(String, &str), Address> = BTreeMap::new();
    for record in view.all::<RecordSet>() {
        let Some((_, domain)) = validated(view, record.resource) else {
            continue;
        };
        let zone = format!("{:?}", record.resource.hosted_zone_id);
        let first = *seen.entry((zone, domain)).or_insert(record.address());
        if first != record.address() {
            report
                .error(
                    record.declaration,
                    "Name",
                    format!("is the record that validates {domain}, as {first} is"),
                )
                .rule("ACM asks for one record a domain, the same for all of an account's certificates (InvalidChangeBatch: it already exists)")
                .hint(format!("leave it out, and name {first} in the `validation_records` of both waits"))
                .document(VALIDATION);
        }
    }
}

fn the_wait_is_where_the_certificate_is(view: &View, report: &mut Report) {
    for issued in view.all::<CertificateIssued>() {
        let Some(certificate) = view.target::<Certificate>(&issued.resource.certificate_arn) else {
            continue;
        };
        let (here, there) = (issued.declaration.region, certificate.declaration.region);
        if here != there {
            report
                .error(
                    issued.declaration,
                    "CertificateArn",
                    format!(
                        "is that of {}, which is in {there}, waited for in {here}",
                        certificate.address()
                    ),
                )
                .rule("a region knows its own certificates only (ResourceNotFoundException)")
                .hint(format!("declare the wait in the scope of {there}"))
                .document("https://docs.aws.amazon.com/acm/latest/userguide/acm-regions.html");
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Region,
        certificate_manager::{Certificate, CertificateIssued},
        cidr,
        ec2::Vpc,
        route53::{HostedZone, HostedZoneVpc, RecordSet},
    };

    use super::super::testing::parts;
    use crate::check::testing::{broken, healthy};

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

    #[test]
    fn a_domain_has_one_record_for_all_certificates() {
        assert_snapshot!(broken("certificate-records-once", |h| {
            let (zone, certificate) = parts(h);
            let virginia = h.stack.region("virginia", Region::UsEast1);
            let second = virginia.add("certificate", Certificate::builder().domain_name("example.com").build());
            let global = h.stack.global();
            global.add("one", RecordSet::validating(&certificate, "example.com", &zone));
            global.add("two", RecordSet::validating(&second, "example.com", &zone));
        }), @"
        error: global/two: Name is the record that validates example.com, as global/one is
          rule: ACM asks for one record a domain, the same for all of an account's certificates (InvalidChangeBatch: it already exists)
          hint: leave it out, and name global/one in the `validation_records` of both waits
          see: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
        ");
    }

    #[test]
    fn records_are_found_from_the_internet() {
        assert_snapshot!(broken("certificate-records", |h| {
            let (_, certificate) = parts(h);
            let vpc = h.scope.add("private", Vpc::builder()
                .cidr_block(cidr!("10.1.0.0/16"))
                .enable_dns_hostnames(true)
                .build());
            let zone = h.stack.global().add("private-zone", HostedZone::builder()
                .name("example.com")
                .vpcs([HostedZoneVpc::new(&vpc, Region::EuWest3)])
                .build());
            h.stack.global().add("record", RecordSet::validating(&certificate, "example.com", &zone));
        }), @"
        error: global/record: HostedZoneId is a private zone, and ACM asks the public DNS
          rule: a certificate is issued once its records are found from the internet
          hint: put the record into the public zone of the domain
          see: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
        ");
    }

    #[test]
    fn a_certificate_is_waited_for_in_its_region() {
        assert_snapshot!(broken("certificate-issued-region", |h| {
            let (zone, certificate) = parts(h);
            let record = RecordSet::validating(&certificate, "example.com", &zone);
            let record = h.stack.global().add("record", record);
            let virginia = h.stack.region("virginia", Region::UsEast1);
            virginia.add("issued", CertificateIssued::builder()
                .certificate_arn(&certificate)
                .validation_records([&record])
                .build());
        }), @"
        error: virginia/issued: CertificateArn is that of main/certificate, which is in eu-west-3, waited for in us-east-1
          rule: a region knows its own certificates only (ResourceNotFoundException)
          hint: declare the wait in the scope of eu-west-3
          see: https://docs.aws.amazon.com/acm/latest/userguide/acm-regions.html
        ");
    }
}
