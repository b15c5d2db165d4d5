//! Rules for the domains of certificates.

use std::collections::BTreeSet;

use jeancloud_model::certificate_manager::Certificate;

use super::super::{Report, Rule};
use crate::View;

const REQUEST: &str =
    "https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html";

pub(super) const DOMAINS: Rule = Rule {
    name: "certificate-domains",
    check: domains_are_few_and_short,
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
            // The quota can be raised up to 100.
            let add = if count > 100 {
                Report::error
            } else {
                Report::warning
            };
            add(report, certificate.declaration, "SubjectAlternativeNames", format!("make {count} domains"))
                .rule("a certificate has 10 domains, and up to 100 where AWS was asked for more (LimitExceededException)")
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

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::certificate_manager::Certificate;

    use crate::check::testing::broken;

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
        warning: main/certificate: SubjectAlternativeNames make 11 domains
          rule: a certificate has 10 domains, and up to 100 where AWS was asked for more (LimitExceededException)
          hint: use a wildcard, or a second certificate
          see: https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html
        ");
    }
}
