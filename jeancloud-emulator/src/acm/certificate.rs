//! Certificates.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use crate::{
    call::Call,
    cloudfront::Distribution,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Edit, Time, resource},
};

/// If not validated within 72 hours, the request times out; see "DNS validation", AWS
/// Certificate Manager User Guide.
///
/// A deadline, not a duration of AWS's own: no factor shrinks it.
const DEADLINE: Duration = Duration::from_secs(72 * 3600);

resource! {
    /// A certificate, by its ARN.
    pub(crate) struct Certificate: "acm/certificate" in Region {
        tags: BTreeMap<String, String>,
        /// The token of the request that made it, with what was requested.
        token: Option<String>,
        /// Since when it waits for its validation.
        requested: Time,
    }
    found by |certificate: &Certificate| certificate.token.iter().cloned().collect()
}

/// DescribeCertificate.
///
/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_DescribeCertificate.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("CertificateArn");
    let mut view = find(call, arn)?.view.clone();
    view["InUseBy"] = users(call, arn).into();
    Ok(json!({"Certificate": view}))
}

/// GetCertificate: the text of an issued one.
///
/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_GetCertificate.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("CertificateArn");
    let certificate = find(call, arn)?;
    if certificate.view.text("Status") != "ISSUED" {
        let message = format!("Certificate for ARN {arn} is still pending validation");
        return Err(AwsError::new("RequestInProgressException", message));
    }
    // Nothing is signed here: a text of the right form, another one for each certificate.
    let text = base64_simd::STANDARD.encode_to_string(arn);
    let lines: Vec<&str> = (0..text.len())
        .step_by(64)
        .map(|at| &text[at..text.len().min(at + 64)])
        .collect();
    let text = lines.join("\n");
    let text = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
    Ok(json!({"Certificate": text, "CertificateChain": text}))
}

/// DeleteCertificate: not one that is used.
///
/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_DeleteCertificate.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("CertificateArn");
    find(call, arn)?;
    if !users(call, arn).is_empty() {
        let account = &call.account;
        let message = format!("Certificate {arn} in account {account} is in use.");
        return Err(AwsError::new("ResourceInUseException", message));
    }
    call.table_mut::<Certificate>().remove(arn);
    super::validation::forget(call, arn);
    Ok(json!({}))
}

/// A certificate, which has timed out by now if it was not validated in time.
pub(super) fn find<'c>(
    call: &'c mut Call<'_>,
    arn: &str,
) -> Result<Edit<'c, Certificate>, AwsError> {
    if !arn.contains(":certificate/") {
        let message = format!("Invalid arn: {arn}");
        return Err(AwsError::new("InvalidArnException", message));
    }
    let (now, account) = (call.now, call.account.clone());
    let Some(mut certificate) = call.table_mut::<Certificate>().get_mut(arn) else {
        let message = format!("Could not find certificate {arn} in account {account}.");
        return Err(AwsError::new("ResourceNotFoundException", message));
    };
    let pending = certificate.view.text("Status") == "PENDING_VALIDATION";
    if pending && certificate.requested.after(DEADLINE) <= now {
        certificate.view["Status"] = "VALIDATION_TIMED_OUT".into();
        for option in options(&mut certificate.view) {
            option["ValidationStatus"] = "FAILED".into();
        }
    }
    Ok(certificate)
}

/// A certificate's domains with the state of their validation.
pub(super) fn options(view: &mut Value) -> &mut [Value] {
    match &mut view["DomainValidationOptions"] {
        Value::Array(options) => options,
        _ => &mut [],
    }
}

/// ARNs of what uses a certificate: distributions, and load balancers by their listeners.
pub(super) fn users(call: &Call<'_>, arn: &str) -> Vec<String> {
    let distributions = call.table::<Distribution>().with(arn);
    let distributions = distributions.map(|(_, it)| it.view.text("ARN").to_owned());
    let listeners = call.referrers(arn).into_iter();
    let listeners = listeners.filter(|(kind, _)| kind.starts_with("elbv2/"));
    let balancers = listeners.map(|(_, id)| {
        match (
            id.replace(":listener/", ":loadbalancer/"),
            id.contains(":listener/"),
        ) {
            (balancer, true) => balancer
                .rsplit_once('/')
                .map_or(balancer.clone(), |(balancer, _)| balancer.to_owned()),
            (id, false) => id,
        }
    });
    let mut users: Vec<String> = distributions.chain(balancers).collect();
    users.sort();
    users.dedup();
    users
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use crate::{Emulator, testing::Aws};

    #[test]
    fn an_unknown_certificate_is_named() {
        let arn = "arn:aws:acm:eu-west-3:123456789012:certificate/0";
        let refusal =
            Aws::new().refused("acm", "DescribeCertificate", json!({"CertificateArn": arn}));
        assert_eq!(refusal.code, "ResourceNotFoundException");
        let message = format!("Could not find certificate {arn} in account 123456789012.");
        assert_eq!(refusal.message, message);
    }

    /// RequestInProgressException: The certificate request is in process; see API_GetCertificate.
    #[test]
    fn a_pending_certificate_has_no_text() {
        let aws = Aws::new();
        let made = aws.ok("acm", "RequestCertificate", json!({"DomainName": "a.fr"}));
        assert_eq!(
            aws.code("acm", "GetCertificate", made.clone()),
            "RequestInProgressException"
        );
        aws.ok("acm", "DeleteCertificate", made.clone());
        assert_eq!(
            aws.code("acm", "DeleteCertificate", made),
            "ResourceNotFoundException"
        );
    }

    /// "within 72 hours", "DNS validation", AWS Certificate Manager User Guide.
    #[test]
    fn validation_times_out_after_three_days() {
        let emulator = Emulator::builder().time_factor(0.0).build();
        let aws = Aws::of(emulator.client());
        let request = json!({"DomainName": "a.fr", "ValidationMethod": "DNS"});
        let made = aws.ok("acm", "RequestCertificate", request);
        emulator.advance(Duration::from_secs(71 * 3600));
        let told = aws.ok("acm", "DescribeCertificate", made.clone());
        assert_eq!(told["Certificate"]["Status"], "PENDING_VALIDATION");
        emulator.advance(Duration::from_secs(3600));
        let told = aws.ok("acm", "DescribeCertificate", made);
        assert_eq!(told["Certificate"]["Status"], "VALIDATION_TIMED_OUT");
    }
}
