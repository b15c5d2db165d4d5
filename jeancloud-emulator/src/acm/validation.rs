//! Validation by DNS: a certificate is issued once its records stand in zones of its account.

use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::certificate::{self, Certificate};
use crate::{
    call::Call,
    durations::{ACM_ISSUED, ACM_RECORDS},
    fields::Fields,
    route53::record_set,
    world::{Task, resource},
};

/// The certificate is described with its validation records.
pub(super) const RECORDS: Task = Task {
    service: "acm",
    name: "certificate/records",
    run: show_records,
};

/// ACM has looked for the records.
pub(super) const ISSUED: Task = Task {
    service: "acm",
    name: "certificate/issued",
    run: validate,
};

resource! {
    /// What records a certificate waits for, and where it is: records have no region.
    pub(crate) struct Awaited: "acm/validation" in Account {
        region: String,
        names: Vec<String>,
    }
    found by |awaited: &Awaited| awaited.names.clone()
}

/// Lets a new certificate wait for its records.
pub(super) fn await_records(call: &mut Call<'_>, arn: &str, domains: &[String]) {
    let names = domains
        .iter()
        .map(|domain| record_name(&call.account, domain));
    let awaited = Awaited {
        view: json!({"CertificateArn": arn}),
        region: call.region.clone(),
        names: names.collect(),
    };
    call.insert(arn, awaited);
    call.after(ACM_RECORDS, &RECORDS, arn);
    // They may stand already, from an earlier certificate.
    call.after(ACM_RECORDS + ACM_ISSUED, &ISSUED, arn);
}

/// Waits no more.
pub(super) fn forget(call: &mut Call<'_>, arn: &str) {
    call.table_mut::<Awaited>().remove(arn);
}

/// Tells that a CNAME record of a (normal) name stands in a zone now.
pub(crate) fn record_stands(call: &mut Call<'_>, name: &str) {
    let awaited = call.table::<Awaited>().with(name);
    let awaited: Vec<(String, String)> = awaited
        .map(|(arn, awaited)| (arn.to_owned(), awaited.region.clone()))
        .collect();
    let here = call.region.clone();
    for (arn, region) in awaited {
        call.region = region;
        call.after(ACM_ISSUED, &ISSUED, &arn);
    }
    call.region = here;
}

/// The name of the record for a domain: the same for every certificate of an account, and for the
/// domain's wildcard.
///
/// "DNS validation", AWS Certificate Manager User Guide.
fn record_name(account: &str, domain: &str) -> String {
    let bare = bare(domain);
    format!("_{}.{bare}.", digits(&[account, bare, "name"]))
}

fn record_value(account: &str, domain: &str) -> String {
    let bare = bare(domain);
    let value = digits(&[account, bare, "value"]);
    let zone = &digits(&[account, bare, "zone"])[..10];
    format!("_{value}.{zone}.acm-validations.aws.")
}

fn bare(domain: &str) -> &str {
    domain.strip_prefix("*.").unwrap_or(domain)
}

fn digits(words: &[&str]) -> String {
    let digest = Md5::digest(words.join("/"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn show_records(call: &mut Call<'_>, arn: &str) {
    let account = call.account.clone();
    let Some(mut certificate) = call.table_mut::<Certificate>().get_mut(arn) else {
        return;
    };
    for option in certificate::options(&mut certificate.view) {
        let domain = option.text("DomainName");
        option["ResourceRecord"] = json!({
            "Name": record_name(&account, domain),
            "Type": "CNAME",
            "Value": record_value(&account, domain),
        });
    }
}

fn validate(call: &mut Call<'_>, arn: &str) {
    let now = call.now;
    let Ok(certificate) = certificate::find(call, arn) else {
        return;
    };
    if certificate.view.text("Status") != "PENDING_VALIDATION" {
        return;
    }
    let mut view = certificate.view.clone();
    drop(certificate);
    for option in certificate::options(&mut view) {
        if stands(call, &option["ResourceRecord"]) {
            option["ValidationStatus"] = "SUCCESS".into();
        }
    }
    let success = |option: &Value| option.text("ValidationStatus") == "SUCCESS";
    let issued = view.items("DomainValidationOptions").iter().all(success);
    if issued {
        let year = std::time::Duration::from_secs(395 * 86_400);
        let serial = digits(&[arn, "serial"]);
        let pairs: Vec<&str> = (0..32).step_by(2).map(|at| &serial[at..at + 2]).collect();
        view["IssuedAt"] = now.into();
        view["NotAfter"] = now.after(year).into();
        view["NotBefore"] = now.into();
        view["RenewalEligibility"] = "INELIGIBLE".into();
        view["Serial"] = pairs.join(":").into();
        view["Status"] = "ISSUED".into();
        view["KeyUsages"] = json!([{"Name": "DIGITAL_SIGNATURE"}, {"Name": "KEY_ENCIPHERMENT"}]);
        view["ExtendedKeyUsages"] =
            json!([{"Name": "TLS_WEB_SERVER_AUTHENTICATION", "OID": "1.3.6.1.5.5.7.3.1"}]);
        forget(call, arn);
    }
    if let Ok(mut certificate) = certificate::find(call, arn) {
        certificate.view = view;
    }
}

/// Whether a record stands in a public zone, with or without its last dot.
fn stands(call: &Call<'_>, record: &Value) -> bool {
    let wanted = record.text("Value").trim_end_matches('.');
    let values = record_set::public_values(call, "CNAME", record.text("Name"));
    !wanted.is_empty()
        && values
            .iter()
            .any(|value| value.trim_end_matches('.').eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use crate::{Emulator, testing::Aws};

    fn zone(aws: &Aws) -> Value {
        let zone = json!({"Name": "a.fr", "CallerReference": "1"});
        let made = aws.ok("route53", "CreateHostedZone", zone);
        let id = made["HostedZone"]["Id"].as_str().unwrap();
        id.strip_prefix("/hostedzone/").unwrap().into()
    }

    fn stand(aws: &Aws, zone: &Value, record: &Value) {
        let record = json!({
            "Name": record["Name"], "Type": "CNAME", "TTL": 60,
            "ResourceRecords": [{"Value": record["Value"]}],
        });
        let changes = json!([{"Action": "UPSERT", "ResourceRecordSet": record}]);
        let input = json!({"HostedZoneId": zone, "ChangeBatch": {"Changes": changes}});
        aws.ok("route53", "ChangeResourceRecordSets", input);
    }

    fn described(aws: &Aws, made: &Value) -> Value {
        aws.ok("acm", "DescribeCertificate", made.clone())["Certificate"].clone()
    }

    /// There might be a delay before the record is available; see API_RequestCertificate, and "ACM
    /// … issue the certificate" when "the CNAME record" is there, "DNS validation".
    #[test]
    fn a_certificate_is_issued_when_its_records_stand() {
        let emulator = Emulator::new();
        let aws = Aws::of(emulator.client());
        let zone = zone(&aws);
        let virginia = aws.in_region("us-east-1");
        let request = json!({
            "DomainName": "a.fr",
            "SubjectAlternativeNames": ["*.a.fr", "www.a.fr"],
            "ValidationMethod": "DNS",
        });
        let made = virginia.ok("acm", "RequestCertificate", request);
        let early = described(&virginia, &made);
        assert_eq!(
            early["DomainValidationOptions"][0].get("ResourceRecord"),
            None
        );
        emulator.advance(Duration::from_secs(6));
        let pending = described(&virginia, &made);
        let options = pending["DomainValidationOptions"].as_array().unwrap();
        assert_eq!(options.len(), 3);
        assert_eq!(options[0]["ResourceRecord"], options[1]["ResourceRecord"]);
        stand(&aws, &zone, &options[0]["ResourceRecord"]);
        emulator.advance(Duration::from_secs(600));
        let half = described(&virginia, &made);
        assert_eq!(half["Status"], "PENDING_VALIDATION");
        assert_eq!(
            half["DomainValidationOptions"][1]["ValidationStatus"],
            "SUCCESS"
        );
        stand(&aws, &zone, &options[2]["ResourceRecord"]);
        assert_eq!(described(&virginia, &made)["Status"], "PENDING_VALIDATION");
        emulator.advance(Duration::from_secs(600));
        let issued = described(&virginia, &made);
        assert_eq!(issued["Status"], "ISSUED");
        assert!(issued["NotAfter"].as_f64() > issued["IssuedAt"].as_f64());
    }

    /// You can add the CNAME record once: it is the same for every certificate of a domain.
    #[test]
    fn records_that_stand_already_serve_the_next_certificate() {
        let aws = Aws::new();
        let zone = zone(&aws);
        let request = json!({"DomainName": "a.fr", "ValidationMethod": "DNS"});
        let one = aws.ok("acm", "RequestCertificate", request.clone());
        let record = &described(&aws, &one)["DomainValidationOptions"][0]["ResourceRecord"];
        stand(&aws, &zone, record);
        assert_eq!(described(&aws, &one)["Status"], "ISSUED");
        let two = aws.ok("acm", "RequestCertificate", request);
        assert_eq!(described(&aws, &two)["Status"], "ISSUED");
    }
}
