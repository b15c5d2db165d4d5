//! AWS Certificate Manager: certificates, and the wait until one is issued.
//!
//! A DNS-validated certificate takes three declarations: the [`Certificate`] (requested), the
//! [`RecordSet`](crate::route53::RecordSet)s that prove the domain
//! ([`RecordSet::validating`](crate::route53::RecordSet::validating)), and [`CertificateIssued`],
//! which waits. What serves TLS takes a [`CertificateArn`], which only the last one has.

mod certificate;
mod certificate_issued;

pub use certificate::{
    Certificate, CertificateDomain, KeyAlgorithm, RequestedCertificateArn, ValidationMethod,
};
pub use certificate_issued::{CertificateArn, CertificateIssued};
