//! [`Certificate`]: `AWS::CertificateManager::Certificate`, requested and validated by DNS.

use crate::{
    Address, DnsName, Facts, Handle, Output, choice, id_value, outputs, resource,
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

    /// Whether the certificate is written into a public transparency log.
    TransparencyLogging {
        /// Logged. Browsers don't trust certificates that are in no log.
        Enabled = "ENABLED",
        /// Not logged.
        Disabled = "DISABLED",
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
    /// Follows `AWS::CertificateManager::Certificate` and ACM's `RequestCertificate`.
    ///
    /// [`CertificateIssued`]: super::CertificateIssued
    Certificate = "AWS::CertificateManager::Certificate", id "CertificateArn": RequestedCertificateArn,
    facts Facts {
        create_only: &["DomainName", "SubjectAlternativeNames", "KeyAlgorithm"],
        outputs: VALIDATION_OUTPUTS,
        unordered: &["SubjectAlternativeNames"],
        defaults: &[
            ("KeyAlgorithm", "\"RSA_2048\""),
            ("CertificateTransparencyLoggingPreference", "\"ENABLED\""),
        ],
        ..Facts::DEFAULT
    };

    /// The first domain, at most 64 characters: the common name of the certificate.
    one domain_name "DomainName": CertificateDomain,
    /// Further domains. AWS's quota is 10 with the first one.
    opt_list subject_alternative_names "SubjectAlternativeNames": CertificateDomain,
    /// How the domain's owner is asked: by DNS.
    opt validation_method "ValidationMethod": ValidationMethod = ValidationMethod::Dns,
    /// The key. AWS's default: RSA, 2048 bits.
    opt key_algorithm "KeyAlgorithm": KeyAlgorithm,
    /// Whether it is logged publicly. AWS's default: it is.
    opt certificate_transparency_logging_preference "CertificateTransparencyLoggingPreference": TransparencyLogging,
    tags,
}

outputs! { Certificate {
    /// The certificate's ARN, before it is issued.
    certificate_arn "CertificateArn": RequestedCertificateArn,
} }

/// The outputs of the validation records: a name and a value for each of at most ten domains.
const VALIDATION_OUTPUTS: &[&str] = &[
    "ValidationRecord0.Name",
    "ValidationRecord0.Value",
    "ValidationRecord1.Name",
    "ValidationRecord1.Value",
    "ValidationRecord2.Name",
    "ValidationRecord2.Value",
    "ValidationRecord3.Name",
    "ValidationRecord3.Value",
    "ValidationRecord4.Name",
    "ValidationRecord4.Value",
    "ValidationRecord5.Name",
    "ValidationRecord5.Value",
    "ValidationRecord6.Name",
    "ValidationRecord6.Value",
    "ValidationRecord7.Name",
    "ValidationRecord7.Value",
    "ValidationRecord8.Name",
    "ValidationRecord8.Value",
    "ValidationRecord9.Name",
    "ValidationRecord9.Value",
];

impl Certificate {
    /// The name of the output that holds the name of the CNAME record which validates the domain
    /// with this index.
    pub fn validation_name_output(index: usize) -> String {
        format!("ValidationRecord{index}.Name")
    }

    /// The same for the record's value.
    pub fn validation_value_output(index: usize) -> String {
        format!("ValidationRecord{index}.Value")
    }

    /// Its domains: the first one, then the others, in the author's order. Validation records are
    /// counted in this order.
    pub fn domains(&self) -> impl Iterator<Item = &crate::Input<CertificateDomain>> {
        std::iter::once(&self.domain_name).chain(&self.subject_alternative_names)
    }
}

impl Handle<Certificate> {
    /// The name of the CNAME record that validates the domain with this index: 0 is the domain
    /// name, 1 the first alternative name.
    ///
    /// A domain and its wildcard (`example.com`, `*.example.com`) share one record, and so do
    /// certificates of the same domain in several regions.
    pub fn validation_record_name(&self, index: usize) -> Output<RecordName> {
        self.output(Address::new(&Certificate::validation_name_output(index)).as_str())
    }

    /// The value of the CNAME record that validates the domain with this index.
    pub fn validation_record_value(&self, index: usize) -> Output<DnsName> {
        self.output(Address::new(&Certificate::validation_value_output(index)).as_str())
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
    fn validation_outputs_are_the_declared_ones() {
        let certificate = Handle::<Certificate>::declared(Address::new("france/cert"));
        for (index, names) in VALIDATION_OUTPUTS.chunks(2).enumerate() {
            let name = certificate.validation_record_name(index).reference();
            let value = certificate.validation_record_value(index).reference();
            assert_eq!([name.output, value.output], names);
        }
    }
}
