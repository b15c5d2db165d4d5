//! [`Certificate`]: `AWS::CertificateManager::Certificate`, requested and validated by DNS.

use crate::{
    Address, DnsName, Facts, Handle, Input, Output, choice, id_value, outputs, resource,
    route53::RecordName, text_value,
};

id_value! {
    /// The ARN of a certificate that has been requested and need not be issued yet.
    ///
    /// What serves TLS takes a [`CertificateArn`](super::CertificateArn) instead, which
    /// [`CertificateIssued`](super::CertificateIssued) gives.
    RequestedCertificateArn starts "arn:",
}

text_value! {
    /// A domain that a certificate is for, as `example.com` or `*.example.com`.
    CertificateDomain {
        rule: "a certificate's domain is a DNS name of at most 253 characters; `*.` may stand before it, and nowhere else",
        document: "https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html",
        check: |text| {
            let base = text.strip_prefix("*.").unwrap_or(text);
            let label = |label: &str| {
                (1..=63).contains(&label.len())
                    && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                    && !label.starts_with('-') && !label.ends_with('-')
            };
            if text.len() > 253 {
                return Some("has too many characters");
            }
            let whole = base.contains('.') && base.split('.').all(label);
            (!whole).then_some("is no domain that a certificate can be for")
        },
    },
}

choice! {
    /// How the owner of the domain is asked.
    ///
    /// Validation by e-mail waits for a person and can't be renewed by itself; it is not offered.
    ValidationMethod {
        /// By records in the domain's zone; they have to stay there for the renewals.
        Dns = "DNS",
    }

    /// The certificate's key: its algorithm and size.
    KeyAlgorithm {
        /// RSA, 2048 bits: understood everywhere.
        Rsa2048 = "RSA_2048",
        /// Elliptic curve P-256.
        EcPrime256v1 = "EC_prime256v1",
        /// Elliptic curve P-384.
        EcSecp384r1 = "EC_secp384r1",
    }
}

resource! {
    /// A public certificate, validated by DNS.
    ///
    /// It is created once AWS has taken the request and told the validation records; it is issued
    /// some minutes after these are in the domain's zone. [`CertificateIssued`] waits for that, and
    /// what serves TLS takes its ARN from there. For CloudFront it has to be in `us-east-1`, for a
    /// load balancer in the load balancer's region.
    ///
    /// Follows [`AWS::CertificateManager::Certificate`] and ACM's [`RequestCertificate`].
    ///
    /// [`CertificateIssued`]: super::CertificateIssued
    ///
    /// [`AWS::CertificateManager::Certificate`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-certificatemanager-certificate.html
    /// [`RequestCertificate`]: https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
    Certificate = "AWS::CertificateManager::Certificate", id "CertificateArn": RequestedCertificateArn,
    facts Facts {
        create_only: &["DomainName", "SubjectAlternativeNames", "KeyAlgorithm", "ValidationMethod"],
        unordered: &["SubjectAlternativeNames"],
        defaults: &[("KeyAlgorithm", "\"RSA_2048\"")],
        ..Facts::DEFAULT
    };

    /// The first domain, at most 64 characters: the common name of the certificate.
    one domain_name "DomainName": CertificateDomain,
    /// Further domains. AWS's quota is 10 with the first one.
    opt_list subject_alternative_names "SubjectAlternativeNames": CertificateDomain,
    /// How the domain's owner is asked: by DNS.
    opt validation_method "ValidationMethod": ValidationMethod = ValidationMethod::Dns,
    /// The kind of its key; another one replaces it. AWS's default: RSA, 2048 bits.
    opt key_algorithm "KeyAlgorithm": KeyAlgorithm,
    tags,
}

outputs! { Certificate {
    /// The certificate's ARN, before it is issued.
    certificate_arn "CertificateArn": RequestedCertificateArn,
} }

impl Certificate {
    /// The name of the output that holds the name of the CNAME record which validates `domain`.
    pub fn validation_name_output(domain: &str) -> String {
        format!("ValidationRecord/{}/Name", base(domain))
    }

    /// The same for the record's value.
    pub fn validation_value_output(domain: &str) -> String {
        format!("ValidationRecord/{}/Value", base(domain))
    }

    /// The domain that an output of a validation record is about, if it is one of those.
    pub fn validated_by_output(output: &str) -> Option<&str> {
        let rest = output.strip_prefix("ValidationRecord/")?;
        rest.strip_suffix("/Name").or(rest.strip_suffix("/Value"))
    }

    /// Its domains: the first one, then the others.
    pub fn domains(&self) -> impl Iterator<Item = &Input<CertificateDomain>> {
        std::iter::once(&self.domain_name).chain(&self.subject_alternative_names)
    }
}

/// A domain and its wildcard share one validation record.
fn base(domain: &str) -> &str {
    domain.strip_prefix("*.").unwrap_or(domain)
}

impl Handle<Certificate> {
    /// The name of the CNAME record that validates `domain`, which has to be one of the
    /// certificate's.
    ///
    /// A domain and its wildcard (`example.com`, `*.example.com`) share one record, and so do an
    /// account's certificates of one domain in several regions.
    pub fn validation_record_name(&self, domain: &str) -> Output<RecordName> {
        self.output(Address::new(&Certificate::validation_name_output(domain)).as_str())
    }

    /// The value of the CNAME record that validates `domain`.
    pub fn validation_record_value(&self, domain: &str) -> Output<DnsName> {
        self.output(Address::new(&Certificate::validation_value_output(domain)).as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn domains_take_a_wildcard_in_front_only() {
        for good in ["example.com", "*.example.com", "a-b.example.com"] {
            assert!(CertificateDomain::new(good).check().is_ok(), "{good}");
        }
        for bad in [
            "example",
            "a.*.example.com",
            "*example.com",
            "-a.example.com",
            "",
        ] {
            assert!(CertificateDomain::new(bad).check().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_domain_and_its_wildcard_share_a_validation_record() {
        let certificate = Handle::<Certificate>::declared(Address::new("france/cert"));
        let name = certificate
            .validation_record_name("*.example.com")
            .reference();
        assert_eq!(name.output, "ValidationRecord/example.com/Name");
        let domain = Certificate::validated_by_output(name.output);
        assert_eq!(domain, Some("example.com"));
    }
}
