//! The wait for a certificate. Found again by looking at the certificate: it is there when ACM has
//! issued it.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_acm::types::{CertificateDetail, CertificateStatus, DomainStatus};
use jeancloud_model::{
    Input,
    certificate_manager::{CertificateIssued, RequestedCertificateArn},
};
use jeancloud_stack::provider::{ErrorKind, Found, ProviderError};

use super::certificate::describe;
use crate::{
    Clients,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    wait::{self, Wait},
};

pub(super) struct CertificateIssuedHandler;

/// How long ACM may take to see the validation records and issue. ACM: "can take 30 minutes or
/// longer"; Terraform waits 75 minutes.
const ISSUED: Wait = Wait {
    operation: "DescribeCertificate",
    what: "the issued certificate",
    at_most: Duration::from_secs(75 * 60),
    pause: Duration::from_secs(10),
};

#[async_trait]
impl Handler for CertificateIssuedHandler {
    type Resource = CertificateIssued;

    const PERMISSIONS: &'static [&'static str] = &["acm:DescribeCertificate"];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<CertificateIssued>>> {
        let mut seen = Vec::new();
        for arn in ids {
            if describe(aws, arn)
                .await?
                .is_some_and(|detail| is_issued(&detail))
            {
                let resource = CertificateIssued {
                    certificate_arn: Input::Known(RequestedCertificateArn::new(arn.clone())),
                    validation_records: Vec::new(),
                };
                seen.push(Seen::new(arn, resource));
            }
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        for (wanted, values) in search.keyed(&["CertificateArn"]) {
            let Some(arn) = values.get("CertificateArn").and_then(|arn| arn.as_str()) else {
                continue;
            };
            if describe(aws, arn)
                .await?
                .is_some_and(|detail| is_issued(&detail))
            {
                found.push(Found {
                    ownership: wanted.ownership.clone(),
                    id: arn.to_owned(),
                });
            }
        }
        Ok(found)
    }

    async fn create(&self, _: &Clients, new: &New<'_, CertificateIssued>) -> Result<String> {
        Ok(new.resource.certificate_arn.value().to_string())
    }

    async fn finish(&self, aws: &Clients, _: &New<'_, CertificateIssued>, arn: &str) -> Result<()> {
        let issued = wait::until(ISSUED, || async {
            match describe(aws, arn).await? {
                Some(detail) if is_issued(&detail) => Ok(Some(())),
                Some(detail) => pending(&detail).map(|()| None),
                None => Err(failed(format!("{arn} is gone"))),
            }
        });
        match issued.await {
            Err(error) if error.kind == ErrorKind::TimedOut => {
                // That it took too long is the news; what can't be asked about it is left out.
                let detail = describe(aws, arn).await.unwrap_or_default();
                Err(error.with_hint(way_out(detail.as_ref())))
            }
            ended => ended,
        }
    }

    async fn update(&self, _: &Clients, _: &Change<CertificateIssued>) -> Result<()> {
        Ok(())
    }

    async fn delete(&self, _: &Clients, _: &Old<CertificateIssued>) -> Result<()> {
        Ok(())
    }
}

fn is_issued(detail: &CertificateDetail) -> bool {
    detail.status() == Some(&CertificateStatus::Issued)
}

/// What has to be seen from the Internet before ACM issues: the records that it has not seen.
fn way_out(detail: Option<&CertificateDetail>) -> String {
    let options = detail.map(CertificateDetail::domain_validation_options);
    let unseen = options
        .unwrap_or_default()
        .iter()
        .filter(|option| option.validation_status() == Some(&DomainStatus::PendingValidation));
    let records = unseen.filter_map(|option| {
        let record = option.resource_record()?;
        let (name, kind, value) = (record.name(), record.r#type().as_str(), record.value());
        Some(format!("{name} {kind} {value}"))
    });
    let mut records: Vec<String> = records.collect();
    records.sort();
    records.dedup();
    let seen = "the domain's registrar has to name the name servers of the zone that has its validation records; then apply again, which goes on waiting";
    match records.is_empty() {
        true => seen.to_owned(),
        false => format!("{seen}. Not seen yet: {}", records.join("; ")),
    }
}

/// An error where it will never be issued.
fn pending(detail: &CertificateDetail) -> Result<()> {
    let status = detail.status().map_or("unknown", CertificateStatus::as_str);
    if status == CertificateStatus::PendingValidation.as_str() {
        return Ok(());
    }
    let reason = detail
        .failure_reason()
        .map_or("ACM gave no reason", |reason| reason.as_str());
    Err(failed(format!("the certificate is {status}: {reason}")))
}

fn failed(message: String) -> ProviderError {
    ProviderError::new(ErrorKind::Failed, "DescribeCertificate", message).with_hint(
        "see https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-failed.html",
    )
}

#[cfg(test)]
mod tests {
    use aws_sdk_acm::types::{DomainValidation, RecordType, ResourceRecord};

    use super::*;

    #[test]
    fn the_records_that_nobody_saw_are_named() {
        let option = |domain: &str, status: DomainStatus| {
            let record = ResourceRecord::builder()
                .name(format!("_x.{domain}."))
                .r#type(RecordType::Cname)
                .value("_y.acm-validations.aws.")
                .build();
            let option = DomainValidation::builder().domain_name(domain);
            let option = option.validation_status(status);
            option.resource_record(record.expect("it is whole")).build()
        };
        let detail = CertificateDetail::builder()
            .domain_validation_options(
                option("a.example", DomainStatus::Success).expect("it is whole"),
            )
            .domain_validation_options(
                option("b.example", DomainStatus::PendingValidation).expect("it is whole"),
            )
            .build();
        let hint = way_out(Some(&detail));
        let ends = "Not seen yet: _x.b.example. CNAME _y.acm-validations.aws.";
        assert!(hint.ends_with(ends), "{hint}");
        assert!(way_out(None).ends_with("which goes on waiting"));
    }
}
