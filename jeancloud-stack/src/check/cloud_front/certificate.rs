//! Rules for the certificates of distributions.

use jeancloud_model::{
    Region,
    certificate_manager::{Certificate, CertificateIssued, KeyAlgorithm},
    cloud_front::{
        AcmCertificate, Distribution, MinimumProtocolVersion, SslSupportMethod, ViewerCertificate,
    },
};

use super::super::{Report, Rule};
use crate::{Declared, View};

const REQUIREMENTS: &str = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html";
const ALTERNATE_NAMES: &str =
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html";
const AT: &str = "DistributionConfig/ViewerCertificate";

pub(super) const ALIASES: Rule = Rule {
    name: "distribution-aliases",
    check: aliases_have_a_certificate,
};
pub(super) const NAMES: Rule = Rule {
    name: "distribution-certificate-names",
    check: the_certificate_is_for_every_alias,
};
pub(super) const PROTOCOL: Rule = Rule {
    name: "distribution-protocol",
    check: the_protocol_fits_the_method,
};
pub(super) const REGION: Rule = Rule {
    name: "distribution-certificate-region",
    check: the_certificate_is_in_us_east_1,
};

pub(super) const KEY: Rule = Rule {
    name: "distribution-certificate-key",
    check: the_certificate_has_a_key_that_cloudfront_takes,
};
pub(super) const ALIAS_NAMES: Rule = Rule {
    name: "distribution-alias-names",
    check: aliases_are_names,
};

fn aliases_are_names(view: &View, report: &mut Report) {
    for distribution in view.all::<Distribution>() {
        let config = &distribution.resource.distribution_config;
        for (index, alias) in config.aliases.iter().enumerate() {
            let Some(alias) = alias.known().map(|alias| alias.as_str()) else {
                continue;
            };
            let rest = alias.strip_prefix("*.").unwrap_or(alias);
            if rest.contains('*') || !rest.contains('.') || alias.ends_with('.') {
                report
                    .error(
                        distribution.declaration,
                        format!("DistributionConfig/Aliases/{index}"),
                        format!("{alias} is no name of a host"),
                    )
                    .rule("an alias is a whole name without a dot at its end; a wildcard is its first label (InvalidArgument)")
                    .hint("as www.example.com or *.example.com")
                    .document(ALTERNATE_NAMES);
            }
        }
    }
}

/// "For ECDSA keys, CloudFront supports 256-bit keys."
fn the_certificate_has_a_key_that_cloudfront_takes(view: &View, report: &mut Report) {
    for (distribution, acm) in certificates(view) {
        let issued = view.target::<CertificateIssued>(&acm.acm_certificate_arn);
        let certificate =
            issued.and_then(|issued| view.target::<Certificate>(&issued.resource.certificate_arn));
        let Some(certificate) = certificate else {
            continue;
        };
        let key = certificate.resource.key_algorithm.as_ref();
        if key.and_then(|key| key.known()) == Some(&KeyAlgorithm::EcSecp384r1) {
            report
                .warning(
                    distribution.declaration,
                    format!("{AT}/AcmCertificateArn"),
                    format!("is that of {}, whose key is EC_secp384r1", certificate.address()),
                )
                .rule("CloudFront takes RSA keys and elliptic curves of 256 bits (InvalidViewerCertificate)")
                .hint("take KeyAlgorithm::EcPrime256v1")
                .document(REQUIREMENTS);
        }
    }
}

fn aliases_have_a_certificate(view: &View, report: &mut Report) {
    for distribution in view.all::<Distribution>() {
        let config = &distribution.resource.distribution_config;
        let own = matches!(config.viewer_certificate, Some(ViewerCertificate::Acm(_)));
        if !config.aliases.is_empty() && !own {
            report
                .error(
                    distribution.declaration,
                    "DistributionConfig/Aliases",
                    format!("names {}, without a certificate", names(&distribution).join(", ")),
                )
                .rule("a name of one's own needs a certificate for it (InvalidViewerCertificate)")
                .hint("declare a Certificate in us-east-1, its records and a CertificateIssued, and write `.viewer_certificate(ViewerCertificate::acm(&issued))`")
                .document(ALTERNATE_NAMES);
        }
    }
}

fn the_certificate_is_in_us_east_1(view: &View, report: &mut Report) {
    for (distribution, acm) in certificates(view) {
        let arn = &acm.acm_certificate_arn;
        let (region, shown) = match (arn.known(), view.target::<CertificateIssued>(arn)) {
            (Some(arn), _) => {
                let region = arn.as_str().split(':').nth(3).unwrap_or_default();
                (region.to_owned(), arn.to_string())
            }
            (None, Some(issued)) => (
                issued.declaration.region.to_string(),
                issued.address().to_string(),
            ),
            (None, None) => continue,
        };
        if region != Region::UsEast1.as_str() {
            report
                .error(
                    distribution.declaration,
                    format!("{AT}/AcmCertificateArn"),
                    format!("names {shown}, which is in {region}"),
                )
                .rule("CloudFront takes certificates of us-east-1 only (InvalidViewerCertificate)")
                .hint("declare the certificate in a scope `stack.region(\"virginia\", Region::UsEast1)`")
                .document(REQUIREMENTS);
        }
    }
}

fn the_certificate_is_for_every_alias(view: &View, report: &mut Report) {
    for (distribution, acm) in certificates(view) {
        let Some(domains) = domains(view, acm) else {
            continue;
        };
        for alias in names(&distribution) {
            if !domains.iter().any(|domain| is_for(domain, alias)) {
                report
                    .error(
                        distribution.declaration,
                        "DistributionConfig/Aliases",
                        format!("names {alias}, and the certificate is for {}", domains.join(", ")),
                    )
                    .rule("the certificate is for every alias (InvalidViewerCertificate)")
                    .hint(format!("add `.subject_alternative_names([\"{alias}\"])` to the certificate, with its validation record"))
                    .document(ALTERNATE_NAMES);
            }
        }
    }
}

fn the_protocol_fits_the_method(view: &View, report: &mut Report) {
    for (distribution, acm) in certificates(view) {
        let sni = acm.ssl_support_method == SslSupportMethod::SniOnly;
        if sni && acm.minimum_protocol_version == MinimumProtocolVersion::Ssl3 {
            report
                .error(
                    distribution.declaration,
                    format!("{AT}/MinimumProtocolVersion"),
                    "is SSLv3, and viewers name the host",
                )
                .rule("viewers that name the host speak at least TLS 1.0 (InvalidMinimumProtocolVersion)")
                .hint("leave it out: TLSv1.2_2021 is what AWS advises")
                .document("https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ViewerCertificate.html");
        }
    }
}

fn certificates(
    view: &View,
) -> impl Iterator<Item = (Declared<'_, Distribution>, &AcmCertificate)> {
    view.all::<Distribution>().filter_map(|distribution| {
        match distribution
            .resource
            .distribution_config
            .viewer_certificate
            .as_ref()?
        {
            ViewerCertificate::Acm(acm) => Some((distribution, acm)),
            ViewerCertificate::Default(_) => None,
        }
    })
}

fn names<'v>(distribution: &Declared<'v, Distribution>) -> Vec<&'v str> {
    let aliases = distribution.resource.distribution_config.aliases.iter();
    aliases
        .filter_map(|alias| Some(alias.known()?.as_str()))
        .collect()
}

/// The domains of a declared certificate, where all are known.
fn domains(view: &View, acm: &AcmCertificate) -> Option<Vec<String>> {
    let issued = view.target::<CertificateIssued>(&acm.acm_certificate_arn)?;
    let certificate = view.target::<Certificate>(&issued.certificate_arn)?;
    certificate
        .resource
        .domains()
        .map(|domain| Some(domain.known()?.to_string()))
        .collect()
}

/// A wildcard stands for one label.
fn is_for(domain: &str, alias: &str) -> bool {
    let (domain, alias) = (domain.to_ascii_lowercase(), alias.to_ascii_lowercase());
    let under_the_star = || Some(domain.strip_prefix("*.")? == alias.split_once('.')?.1);
    domain == alias || under_the_star() == Some(true)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Handle, Input, Region,
        certificate_manager::{Certificate, CertificateArn, CertificateIssued, KeyAlgorithm},
        cloud_front::{AcmCertificate, MinimumProtocolVersion, ViewerCertificate},
        route53::{HostedZone, RecordSet},
    };

    use super::super::testing::add;
    use crate::check::testing::{Healthy, broken, healthy};

    fn issued(h: &Healthy<'_>, region: Region, domain: &str) -> Handle<CertificateIssued> {
        let scope = h.stack.region("certificates", region);
        let zone = h
            .stack
            .global()
            .add("zone", HostedZone::builder().name("example.com").build());
        let certificate = scope.add(
            "certificate",
            Certificate::builder().domain_name(domain).build(),
        );
        let record = h
            .stack
            .global()
            .add("record", RecordSet::validating(&certificate, domain, &zone));
        let issued = CertificateIssued::builder()
            .certificate_arn(&certificate)
            .validation_records([&record]);
        scope.add("issued", issued.build())
    }

    #[test]
    fn a_certificate_of_us_east_1_for_the_alias_is_healthy() {
        for domain in ["www.example.com", "*.example.com"] {
            healthy(|h| {
                let issued = issued(h, Region::UsEast1, domain);
                add(h, |config| {
                    config.aliases = vec![Input::Known("www.example.com".into())];
                    config.viewer_certificate = Some(ViewerCertificate::acm(&issued));
                });
            });
        }
    }

    #[test]
    fn an_alias_is_a_name() {
        assert_snapshot!(broken("distribution-alias-names", |h| {
            let issued = issued(h, Region::UsEast1, "*.example.com");
            add(h, |config| {
                config.aliases = vec![Input::Known("www*.example.com".into())];
                config.viewer_certificate = Some(ViewerCertificate::acm(&issued));
            });
        }), @"
        error: global/cdn: DistributionConfig/Aliases/0 www*.example.com is no name of a host
          rule: an alias is a whole name without a dot at its end; a wildcard is its first label (InvalidArgument)
          hint: as www.example.com or *.example.com
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html
        ");
    }

    #[test]
    fn a_key_is_one_that_cloudfront_takes() {
        assert_snapshot!(broken("distribution-certificate-key", |h| {
            let virginia = h.stack.region("certificates", Region::UsEast1);
            let certificate = virginia.add("certificate", Certificate::builder()
                .domain_name("www.example.com")
                .key_algorithm(KeyAlgorithm::EcSecp384r1)
                .build());
            let issued = virginia.add("issued", CertificateIssued::builder()
                .certificate_arn(&certificate)
                .build());
            add(h, |config| {
                config.aliases = vec![Input::Known("www.example.com".into())];
                config.viewer_certificate = Some(ViewerCertificate::acm(&issued));
            });
        }), @"
        warning: global/cdn: DistributionConfig/ViewerCertificate/AcmCertificateArn is that of certificates/certificate, whose key is EC_secp384r1
          rule: CloudFront takes RSA keys and elliptic curves of 256 bits (InvalidViewerCertificate)
          hint: take KeyAlgorithm::EcPrime256v1
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
        ");
    }

    #[test]
    fn an_alias_needs_a_certificate() {
        assert_snapshot!(broken("distribution-aliases", |h| {
            add(h, |config| config.aliases = vec![Input::Known("www.example.com".into())]);
        }), @"
        error: global/cdn: DistributionConfig/Aliases names www.example.com, without a certificate
          rule: a name of one's own needs a certificate for it (InvalidViewerCertificate)
          hint: declare a Certificate in us-east-1, its records and a CertificateIssued, and write `.viewer_certificate(ViewerCertificate::acm(&issued))`
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html
        ");
    }

    #[test]
    fn a_certificate_is_in_us_east_1() {
        assert_snapshot!(broken("distribution-certificate-region", |h| {
            let issued = issued(h, Region::EuWest3, "www.example.com");
            add(h, |config| {
                config.aliases = vec![Input::Known("www.example.com".into())];
                config.viewer_certificate = Some(ViewerCertificate::acm(&issued));
            });
        }), @r#"
        error: global/cdn: DistributionConfig/ViewerCertificate/AcmCertificateArn names certificates/issued, which is in eu-west-3
          rule: CloudFront takes certificates of us-east-1 only (InvalidViewerCertificate)
          hint: declare the certificate in a scope `stack.region("virginia", Region::UsEast1)`
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
        "#);
    }

    #[test]
    fn an_arn_tells_the_region_too() {
        assert_snapshot!(broken("distribution-certificate-region", |h| {
            let arn = CertificateArn::new("arn:aws:acm:eu-west-3:123456789012:certificate/c");
            add(h, |config| config.viewer_certificate = Some(ViewerCertificate::acm(arn)));
        }), @r#"
        error: global/cdn: DistributionConfig/ViewerCertificate/AcmCertificateArn names arn:aws:acm:eu-west-3:123456789012:certificate/c, which is in eu-west-3
          rule: CloudFront takes certificates of us-east-1 only (InvalidViewerCertificate)
          hint: declare the certificate in a scope `stack.region("virginia", Region::UsEast1)`
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
        "#);
    }

    #[test]
    fn a_certificate_is_for_every_alias() {
        assert_snapshot!(broken("distribution-certificate-names", |h| {
            let issued = issued(h, Region::UsEast1, "www.example.com");
            add(h, |config| {
                config.aliases = vec![Input::Known("www.example.com".into()), Input::Known("example.com".into())];
                config.viewer_certificate = Some(ViewerCertificate::acm(&issued));
            });
        }), @r#"
        error: global/cdn: DistributionConfig/Aliases names example.com, and the certificate is for www.example.com
          rule: the certificate is for every alias (InvalidViewerCertificate)
          hint: add `.subject_alternative_names(["example.com"])` to the certificate, with its validation record
          see: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html
        "#);
    }

    #[test]
    fn ssl_3_is_for_addresses_of_ones_own() {
        assert_snapshot!(broken("distribution-protocol", |h| {
            let acm = AcmCertificate::builder()
                .acm_certificate_arn(CertificateArn::new("arn:aws:acm:us-east-1:123456789012:certificate/c"))
                .minimum_protocol_version(MinimumProtocolVersion::Ssl3)
                .build();
            add(h, |config| config.viewer_certificate = acm.into());
        }), @"
        error: global/cdn: DistributionConfig/ViewerCertificate/MinimumProtocolVersion is SSLv3, and viewers name the host
          rule: viewers that name the host speak at least TLS 1.0 (InvalidMinimumProtocolVersion)
          hint: leave it out: TLSv1.2_2021 is what AWS advises
          see: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ViewerCertificate.html
        ");
    }
}
