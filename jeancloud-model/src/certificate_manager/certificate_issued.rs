//! [`CertificateIssued`]: the wait until a certificate can be used.

use crate::{Facts, IntoInput, IntoInputs, id_value, outputs, resource, route53::RecordSetId};

use super::RequestedCertificateArn;

id_value! {
    /// The ARN of a certificate that is issued, so that a listener or a distribution can serve it.
    ///
    /// `&issued` of a [`CertificateIssued`] fits; so does `CertificateArn::new("arn:aws:acm:…")`
    /// for a certificate that the stack does not declare.
    CertificateArn starts "arn:",
}

resource! {
    /// The wait until AWS has issued a [`Certificate`](super::Certificate).
    ///
    /// Nothing of its own in AWS: it is there when the certificate's status is `ISSUED`, and goes
    /// without a call. It has no CloudFormation type, because CloudFormation's certificate waits by
    /// itself; here the validation records stand between the request and the wait.
    ///
    /// Follows ACM's [`DescribeCertificate`]. It "can take 30 minutes or longer", and ACM gives up
    /// after 72 hours.
    ///
    /// [`DescribeCertificate`]: https://docs.aws.amazon.com/acm/latest/APIReference/API_DescribeCertificate.html
    CertificateIssued = "Wait::CertificateManager::CertificateIssued", id "CertificateArn": CertificateArn,
    facts Facts {
        create_only: &["CertificateArn"],
        write_only: &["ValidationRecords"],
        ..Facts::UNTAGGED
    };

    /// The certificate to wait for.
    one certificate_arn "CertificateArn": RequestedCertificateArn,
    /// The records that validate it: the wait begins once they are written, and they go after it.
    opt_list validation_records "ValidationRecords": RecordSetId,
}

impl CertificateIssued {
    /// This certificate, once these records have validated it.
    pub fn of(
        certificate: impl IntoInput<RequestedCertificateArn>,
        validation_records: impl IntoInputs<RecordSetId>,
    ) -> Self {
        Self {
            certificate_arn: certificate.into_input(),
            validation_records: validation_records.into_inputs(),
        }
    }
}

outputs! { CertificateIssued {
    /// The certificate's ARN, now that it can be used.
    certificate_arn "CertificateArn": CertificateArn,
} }
