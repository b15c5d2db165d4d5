//! Requests for certificates.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{certificate::Certificate, tags, validation};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// "The maximum length of … ten", "Quotas": domain names of a certificate, the first included.
const MOST_NAMES: usize = 10;

/// What ACM says of a name that is none. Its looking ahead is `is_domain`'s here.
const PATTERN: &str =
    r"(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])";

/// RequestCertificate.
///
/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html>
pub(super) fn request(call: &mut Call<'_>, input: &Value) -> Outcome {
    let domain = input.text("DomainName").to_ascii_lowercase();
    let mut domains = vec![domain.clone()];
    for name in input.texts("SubjectAlternativeNames") {
        let name = name.to_ascii_lowercase();
        if !domains.contains(&name) {
            domains.push(name);
        }
    }
    if let Some(name) = domains.iter().find(|name| !is_domain(name)) {
        let message = format!(
            "1 validation error detected: Value '{name}' at 'domainName' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: {PATTERN}"
        );
        return Err(AwsError::new("ValidationException", message));
    }
    if domains.len() > MOST_NAMES {
        let message = format!("You can request at most {MOST_NAMES} domain names");
        return Err(AwsError::new("LimitExceededException", message));
    }
    let given = tags::merged(&BTreeMap::new(), input.items("Tags"))?;
    let token = input.some_text("IdempotencyToken");
    // "If you change the idempotency token for each call, ACM recognizes that you are requesting
    // multiple certificates", the same.
    let token = token.map(|token| format!("token/{token}/{}", domains.join(",")));
    if let Some(token) = &token
        && let Some((arn, _)) = call.table::<Certificate>().with(token).next()
    {
        return Ok(json!({"CertificateArn": arn}));
    }
    let id = call.draw("certificate").uuid();
    let arn = call.arn("acm", &format!("certificate/{id}"));
    let certificate = Certificate {
        view: view(call, input, &arn, &domains),
        tags: given,
        token,
        requested: call.now,
    };
    call.insert(arn.clone(), certificate);
    if method(input) == "DNS" {
        validation::await_records(call, &arn, &domains);
    }
    Ok(json!({"CertificateArn": arn}))
}

fn view(call: &Call<'_>, input: &Value, arn: &str, domains: &[String]) -> Value {
    let method = method(input);
    let chosen = |domain: &str| {
        let options = input.items("DomainValidationOptions").iter();
        let mut options = options.filter(|option| option.text("DomainName") == domain);
        let chosen = options.next().map(|option| option.text("ValidationDomain"));
        chosen.unwrap_or(domain).to_owned()
    };
    let option = |domain: &String| {
        let mut option = json!({
            "DomainName": domain,
            "ValidationDomain": chosen(domain),
            "ValidationMethod": method,
            "ValidationStatus": "PENDING_VALIDATION",
        });
        if method == "EMAIL" {
            let to = chosen(domain);
            let boxes = [
                "administrator",
                "hostmaster",
                "postmaster",
                "webmaster",
                "admin",
            ];
            let mails = boxes.map(|name| format!("{name}@{to}"));
            option["ValidationEmails"] = json!(mails);
        }
        option
    };
    let algorithm = input.some_text("KeyAlgorithm").unwrap_or("RSA_2048");
    let logging = input["Options"].some_text("CertificateTransparencyLoggingPreference");
    let export = input["Options"].some_text("Export").unwrap_or("DISABLED");
    json!({
        "CertificateArn": arn,
        "CreatedAt": call.now,
        "DomainName": domains[0],
        "DomainValidationOptions": domains.iter().map(option).collect::<Vec<_>>(),
        "InUseBy": [],
        "Issuer": "Amazon",
        "KeyAlgorithm": algorithm.replace('_', "-"),
        "ManagedBy": input.at("ManagedBy"),
        "Options": {
            "CertificateTransparencyLoggingPreference": logging.unwrap_or("ENABLED"),
            "Export": export,
        },
        "RenewalEligibility": "INELIGIBLE",
        "SignatureAlgorithm": signature(algorithm),
        "Status": "PENDING_VALIDATION",
        "Subject": format!("CN={}", domains[0]),
        "SubjectAlternativeNames": domains,
        "Type": "AMAZON_ISSUED",
    })
}

/// Whether a text is a domain name of at least two labels, with a star before them perhaps.
fn is_domain(name: &str) -> bool {
    let name = name.strip_prefix("*.").unwrap_or(name);
    let label = |label: &str| {
        let fits = (1..=63).contains(&label.len());
        let letters = label
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'-');
        fits && letters && !label.starts_with('-') && !label.ends_with('-')
    };
    name.contains('.') && name.split('.').all(label)
}

/// The default is EMAIL for requests without a method, "Email validation".
fn method(input: &Value) -> &str {
    input.some_text("ValidationMethod").unwrap_or("EMAIL")
}

fn signature(algorithm: &str) -> &'static str {
    match algorithm {
        "EC_prime256v1" => "SHA256WITHECDSA",
        "EC_secp384r1" => "SHA384WITHECDSA",
        "EC_secp521r1" => "SHA512WITHECDSA",
        _ => "SHA256WITHRSA",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn described(aws: &Aws, made: &Value) -> Value {
        aws.ok("acm", "DescribeCertificate", made.clone())["Certificate"].clone()
    }

    #[test]
    fn a_certificate_is_told_with_its_names_and_defaults() {
        let aws = Aws::new();
        let request = json!({
            "DomainName": "A.fr",
            "SubjectAlternativeNames": ["www.a.fr", "a.fr"],
            "ValidationMethod": "DNS",
            "KeyAlgorithm": "EC_prime256v1",
        });
        let made = aws.ok("acm", "RequestCertificate", request);
        let told = described(&aws, &made);
        assert_eq!(told["DomainName"], "a.fr");
        assert_eq!(told["SubjectAlternativeNames"], json!(["a.fr", "www.a.fr"]));
        assert_eq!(told["Status"], "PENDING_VALIDATION");
        assert_eq!(told["KeyAlgorithm"], "EC-prime256v1");
        let logging = &told["Options"]["CertificateTransparencyLoggingPreference"];
        assert_eq!(logging, "ENABLED");
        let arn = made["CertificateArn"].as_str().unwrap();
        assert!(
            arn.starts_with("arn:aws:acm:eu-west-3:123456789012:certificate/"),
            "{arn}"
        );
    }

    /// "RSA-2048": so DescribeCertificate spells what RequestCertificate takes as `RSA_2048`.
    #[test]
    fn an_rsa_key_is_told_with_a_hyphen() {
        let aws = Aws::new();
        let made = aws.ok("acm", "RequestCertificate", json!({"DomainName": "a.fr"}));
        assert_eq!(described(&aws, &made)["KeyAlgorithm"], "RSA-2048");
    }

    /// "ACM recognizes that you are requesting only one certificate", API_RequestCertificate.
    #[test]
    fn a_token_makes_one_certificate() {
        let aws = Aws::new();
        let request = |token: &str| json!({"DomainName": "a.fr", "IdempotencyToken": token});
        let one = aws.ok("acm", "RequestCertificate", request("one"));
        assert_eq!(aws.ok("acm", "RequestCertificate", request("one")), one);
        assert_ne!(aws.ok("acm", "RequestCertificate", request("two")), one);
    }

    #[test]
    fn names_are_counted_and_checked() {
        let aws = Aws::new();
        let names: Vec<String> = (0..10).map(|at| format!("n{at}.a.fr")).collect();
        let many = json!({"DomainName": "a.fr", "SubjectAlternativeNames": names});
        assert_eq!(
            aws.code("acm", "RequestCertificate", many),
            "LimitExceededException"
        );
        let wrong = json!({"DomainName": "not a name"});
        assert_eq!(
            aws.code("acm", "RequestCertificate", wrong),
            "ValidationException"
        );
    }
}
