//! Certificates. Found again by tags, which `RequestCertificate` sets; a repeated request with the
//! same idempotency token gives the same certificate.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_acm::types::{
    CertificateDetail, Filters, KeyAlgorithm as SdkKey, Tag, ValidationMethod as SdkMethod,
};
use jeancloud_model::{
    Input, Tags,
    certificate_manager::{Certificate, CertificateDomain, KeyAlgorithm, ValidationMethod},
};
use jeancloud_stack::provider::{ErrorKind, Found, ProviderError};

use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    wait::{self, Wait},
};

pub(super) struct CertificateHandler;

/// How long ACM may take to tell the validation records of a new certificate. AWS names no bound;
/// it takes seconds, and Terraform waits five minutes.
const RECORDS: Wait = Wait {
    operation: "DescribeCertificate",
    what: "the certificate with its validation records",
    at_most: Duration::from_secs(300),
    pause: Duration::from_secs(5),
};

#[async_trait]
impl Handler for CertificateHandler {
    type Resource = Certificate;

    const PERMISSIONS: &'static [&'static str] = &[
        "acm:AddTagsToCertificate",
        "acm:DeleteCertificate",
        "acm:DescribeCertificate",
        "acm:ListCertificates",
        "acm:ListTagsForCertificate",
        "acm:RemoveTagsFromCertificate",
        "acm:RequestCertificate",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<Certificate>>> {
        let mut seen = Vec::new();
        for arn in ids {
            // ACM describes one a call, and its tags in another.
            let (Some(detail), Some(tags)) = (describe(aws, arn).await?, tags_of(aws, arn).await?)
            else {
                continue;
            };
            seen.push(read(&detail)?.tagged(tags));
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        // Without the filter, ACM lists certificates with RSA keys of 2048 bits only.
        let keys = KeyAlgorithm::ALL
            .iter()
            .map(|key| SdkKey::from(key.as_str()));
        let keys = Filters::builder()
            .set_key_types(Some(keys.collect()))
            .build();
        let mut pages = aws
            .acm()
            .list_certificates()
            .includes(keys)
            .into_paginator()
            .send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(error::of("ListCertificates"))?;
            for arn in page
                .certificate_summary_list()
                .iter()
                .filter_map(|c| c.certificate_arn())
            {
                let tags = tags_of(aws, arn).await?.unwrap_or_default();
                let tags = tags
                    .iter()
                    .map(|(key, value)| (key.as_str(), value.as_str()));
                found.extend(search.owned(arn, tags));
            }
        }
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, Certificate>) -> Result<String> {
        let certificate = &new.resource;
        let names = certificate.subject_alternative_names.iter();
        let names: Vec<String> = names.map(|name| name.value().as_str().to_owned()).collect();
        let tags = new.tags().map(|(key, value)| tag(key, Some(value)));
        let call = aws
            .acm()
            .request_certificate()
            .domain_name(certificate.domain_name.value().as_str())
            .set_subject_alternative_names(Some(names).filter(|names| !names.is_empty()))
            .validation_method(SdkMethod::Dns)
            .idempotency_token(idempotency_token(new.token))
            .set_key_algorithm(
                certificate
                    .key_algorithm
                    .as_ref()
                    .map(|key| SdkKey::from(key.value().as_str())),
            )
            .set_tags(Some(tags.collect::<Result<_>>()?));
        let answer = call.send().await.map_err(error::of("RequestCertificate"))?;
        Ok(answer.certificate_arn().unwrap_or_default().to_owned())
    }

    async fn finish(&self, aws: &Clients, _: &New<'_, Certificate>, arn: &str) -> Result<()> {
        wait::until(RECORDS, || async {
            let detail = describe(aws, arn).await?;
            Ok(detail.filter(has_records).map(|_| ()))
        })
        .await
    }

    async fn update(&self, aws: &Clients, change: &Change<Certificate>) -> Result<()> {
        let set = change.tags_to_set();
        if !set.is_empty() {
            let tags = set.iter().map(|(key, value)| tag(key, Some(value)));
            let call = aws
                .acm()
                .add_tags_to_certificate()
                .certificate_arn(&change.id);
            let call = call
                .set_tags(Some(tags.collect::<Result<_>>()?))
                .send()
                .await;
            call.map_err(error::of("AddTagsToCertificate"))?;
        }
        let removed = change.tags_to_remove();
        if !removed.is_empty() {
            let tags = removed.iter().map(|key| tag(key, None));
            let call = aws
                .acm()
                .remove_tags_from_certificate()
                .certificate_arn(&change.id);
            let call = call
                .set_tags(Some(tags.collect::<Result<_>>()?))
                .send()
                .await;
            call.map_err(error::of("RemoveTagsFromCertificate"))?;
        }
        Ok(())
    }

    async fn delete(&self, aws: &Clients, old: &Old<Certificate>) -> Result<()> {
        let call = aws
            .acm()
            .delete_certificate()
            .certificate_arn(&old.id)
            .send()
            .await;
        match error::or_gone(call.map_err(error::of("DeleteCertificate"))) {
            Err(error) if error.kind == ErrorKind::Dependency => {
                // That it is in use is the news; what can't be asked about it is left out.
                let detail = describe(aws, &old.id).await.unwrap_or_default();
                Err(error.with_hint(way_out(detail.as_ref())))
            }
            ended => ended,
        }
    }
}

/// What ACM knows of a certificate; `None` where there is none.
pub(super) async fn describe(aws: &Clients, arn: &str) -> Result<Option<CertificateDetail>> {
    let call = aws
        .acm()
        .describe_certificate()
        .certificate_arn(arn)
        .send()
        .await;
    let answer = error::if_there(call.map_err(error::of("DescribeCertificate")))?;
    Ok(answer.and_then(|answer| answer.certificate))
}

async fn tags_of(aws: &Clients, arn: &str) -> Result<Option<Vec<(String, String)>>> {
    let call = aws
        .acm()
        .list_tags_for_certificate()
        .certificate_arn(arn)
        .send()
        .await;
    let answer = error::if_there(call.map_err(error::of("ListTagsForCertificate")))?;
    let pair = |tag: &Tag| {
        (
            tag.key().to_owned(),
            tag.value().unwrap_or_default().to_owned(),
        )
    };
    Ok(answer.map(|answer| answer.tags().iter().map(pair).collect()))
}

/// Whether the validation record of each domain is known.
fn has_records(detail: &CertificateDetail) -> bool {
    let options = detail.domain_validation_options();
    !options.is_empty()
        && options
            .iter()
            .all(|option| option.resource_record().is_some())
}

/// Who has to let go of a certificate before it can be deleted.
fn way_out(detail: Option<&CertificateDetail>) -> String {
    const NAMED: usize = 5;
    let users = detail.map_or(&[][..], CertificateDetail::in_use_by);
    let mut named: Vec<&str> = users.iter().take(NAMED).map(String::as_str).collect();
    if users.len() > NAMED {
        named.push("…");
    }
    let used = match named.is_empty() {
        true => "something still uses it (`aws acm describe-certificate` says what, as InUseBy)"
            .to_owned(),
        false => format!("used by {}", named.join(", ")),
    };
    format!("{used}: delete that, or give it another certificate, then run this again")
}

/// ACM's tokens are up to 32 letters, digits and underscores.
fn idempotency_token(token: &str) -> String {
    token
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(32)
        .collect()
}

fn tag(key: &str, value: Option<&str>) -> Result<Tag> {
    let tag = Tag::builder()
        .key(key)
        .set_value(value.map(str::to_owned))
        .build();
    tag.map_err(|error| ProviderError::new(ErrorKind::Invalid, "", error.to_string()))
}

fn read(detail: &CertificateDetail) -> Result<Seen<Certificate>> {
    let arn = detail.certificate_arn().unwrap_or_default();
    let domain = detail.domain_name().unwrap_or_default();
    let known = |name: &str| Input::Known(CertificateDomain::new(name.to_owned()));
    // AWS counts the domain name among the alternative names.
    let names = detail
        .subject_alternative_names()
        .iter()
        .filter(|name| *name != domain);
    let options = detail.domain_validation_options();
    let by_dns = options
        .first()
        .and_then(|option| option.validation_method());
    // It is told as `RSA-2048` and taken as `RSA_2048`.
    let key = detail
        .key_algorithm()
        .map(|key| key.as_str().replace('-', "_"));
    let resource = Certificate {
        domain_name: known(domain),
        subject_alternative_names: names.map(|name| known(name)).collect(),
        validation_method: by_dns
            .and_then(|method| ValidationMethod::from_aws(method.as_str()))
            .map(Input::Known),
        key_algorithm: key
            .and_then(|key| KeyAlgorithm::from_aws(&key))
            .map(Input::Known),
        tags: Tags::new(),
    };
    let mut seen = Seen::new(arn, resource);
    for option in options {
        let (domain, Some(record)) = (option.domain_name(), option.resource_record()) else {
            continue;
        };
        // Records are written without the dot at the end.
        let name = record.name().trim_end_matches('.');
        let value = record.value().trim_end_matches('.');
        seen = seen
            .output_text(&Certificate::validation_name_output(domain), Some(name))
            .output_text(&Certificate::validation_value_output(domain), Some(value));
    }
    Ok(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_use_a_certificate_are_named() {
        let detail = CertificateDetail::builder()
            .in_use_by("arn:one")
            .in_use_by("arn:two");
        let hint = way_out(Some(&detail.build()));
        assert!(
            hint.starts_with("used by arn:one, arn:two: delete"),
            "{hint}"
        );
        let many = CertificateDetail::builder().set_in_use_by(Some(vec!["arn".to_owned(); 9]));
        assert_eq!(way_out(Some(&many.build())).matches("arn").count(), 5);
        assert!(way_out(None).starts_with("something still uses it"));
    }

    #[test]
    fn tokens_fit_acm_s_rule() {
        let token = idempotency_token("0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f-and-more");
        assert_eq!(token, "0a1b2c3d0a1b2c3d4e5f0a1b2c3d4e5f");
    }
}
