//! [`ViewerCertificate`]: with which certificate CloudFront answers over HTTPS.

use serde::{Deserialize, Serialize};

use crate::{
    Checked, Input, IntoInput, Invalid,
    certificate_manager::CertificateArn,
    choice, properties,
    shape::{Shape, Shaped},
};

/// With which certificate CloudFront answers over HTTPS: its own, for `*.cloudfront.net`, or one of
/// Certificate Manager's for the distribution's aliases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ViewerCertificate {
    /// One of Certificate Manager's.
    Acm(AcmCertificate),
    /// CloudFront's own; the distribution has no aliases then.
    Default(DefaultCertificate),
}

impl ViewerCertificate {
    /// CloudFront's own certificate.
    pub fn cloud_front_default() -> Self {
        Self::Default(DefaultCertificate::builder().build())
    }

    /// This issued certificate of Certificate Manager in us-east-1 (`&issued` of a
    /// [`CertificateIssued`](crate::certificate_manager::CertificateIssued)), for viewers that speak
    /// TLS 1.2 and name the host.
    pub fn acm(certificate: impl IntoInput<CertificateArn>) -> Self {
        let certificate: Input<CertificateArn> = certificate.into_input();
        Self::Acm(
            AcmCertificate::builder()
                .acm_certificate_arn(certificate)
                .build(),
        )
    }
}

impl From<AcmCertificate> for ViewerCertificate {
    fn from(certificate: AcmCertificate) -> Self {
        Self::Acm(certificate)
    }
}

impl From<AcmCertificate> for Option<ViewerCertificate> {
    fn from(certificate: AcmCertificate) -> Self {
        Some(certificate.into())
    }
}

impl Shaped for ViewerCertificate {
    fn shape() -> Shape {
        Shape::either([AcmCertificate::shape(), DefaultCertificate::shape()])
    }
}

impl Checked for ViewerCertificate {
    fn check_values(&self, path: &str, found: &mut dyn FnMut(&str, Invalid)) {
        match self {
            Self::Acm(acm) => acm.check_values(path, found),
            Self::Default(default) => default.check_values(path, found),
        }
    }
}

choice! {
    /// The oldest protocol that viewers may speak; the newer the name, the fewer old ciphers.
    MinimumProtocolVersion {
        /// SSL 3, broken; for dedicated addresses only.
        Ssl3 = "SSLv3",
        /// TLS 1.0, for `vip` and viewers that can't name the host.
        Tls1 = "TLSv1",
        /// TLS 1.0, as of 2016.
        Tls1_2016 = "TLSv1_2016",
        /// TLS 1.1, as of 2016.
        Tls1_1_2016 = "TLSv1.1_2016",
        /// TLS 1.2, as of 2018.
        Tls1_2_2018 = "TLSv1.2_2018",
        /// TLS 1.2, as of 2019.
        Tls1_2_2019 = "TLSv1.2_2019",
        /// TLS 1.2, as of 2021. What AWS advises.
        Tls1_2_2021 = "TLSv1.2_2021",
        /// TLS 1.2, as of 2025.
        Tls1_2_2025 = "TLSv1.2_2025",
        /// TLS 1.3, as of 2025.
        Tls1_3_2025 = "TLSv1.3_2025",
    }

    /// How CloudFront tells which certificate a viewer wants.
    SslSupportMethod {
        /// The viewer names the host: all of today's do.
        SniOnly = "sni-only",
        /// Addresses of one's own, 600 dollars a month.
        Vip = "vip",
        /// The same at fixed addresses; on request only.
        StaticIp = "static-ip",
    }
}

properties! {
    /// A certificate of Certificate Manager's.
    AcmCertificate;
    /// The certificate: in us-east-1, issued, and for all aliases.
    one acm_certificate_arn "AcmCertificateArn": CertificateArn,
    /// How CloudFront tells which certificate a viewer wants. By the host that the viewer names
    /// unless written otherwise.
    plain ssl_support_method "SslSupportMethod": SslSupportMethod = SslSupportMethod::SniOnly,
    /// The oldest protocol. `TLSv1.2_2021` unless written otherwise.
    plain minimum_protocol_version "MinimumProtocolVersion": MinimumProtocolVersion = MinimumProtocolVersion::Tls1_2_2021,
}

properties! {
    /// CloudFront's own certificate. Viewers may speak TLS 1.0 then, whatever is written.
    DefaultCertificate;
    /// Always true.
    plain cloud_front_default_certificate "CloudFrontDefaultCertificate": bool = true,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_kinds_are_told_apart() {
        let arn = "arn:aws:acm:us-east-1:123456789012:certificate/c";
        for (certificate, expected) in [
            (
                ViewerCertificate::cloud_front_default(),
                json!({"CloudFrontDefaultCertificate": true}),
            ),
            (
                ViewerCertificate::acm(CertificateArn::new(arn)),
                json!({
                    "AcmCertificateArn": arn,
                    "SslSupportMethod": "sni-only",
                    "MinimumProtocolVersion": "TLSv1.2_2021",
                }),
            ),
        ] {
            let json = serde_json::to_value(&certificate).unwrap();
            assert_eq!(json, expected);
            assert_eq!(
                serde_json::from_value::<ViewerCertificate>(json).unwrap(),
                certificate
            );
        }
    }
}
