//! Lists of certificates.

use serde_json::{Value, json};

use super::certificate::{self, Certificate};
use crate::{call::Call, error::Outcome, fields::Fields};

/// "If you do not specify … 100" rows a page. Not documented; 100 is usual.
const PAGE: usize = 100;

/// ListCertificates: without a filter for keys, only RSA keys of up to 2048 bits.
///
/// "Default filtering returns only RSA_1024 and RSA_2048 certificates",
/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_Filters.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arns = call.table::<Certificate>().iter();
    let arns: Vec<String> = arns.map(|(arn, _)| arn.to_owned()).collect();
    for arn in &arns {
        // Those whose time is over are told so.
        certificate::find(call, arn)?;
    }
    let statuses: Vec<&str> = input.texts("CertificateStatuses").collect();
    let keys: Vec<&str> = input["Includes"].texts("keyTypes").collect();
    let keys = if keys.is_empty() {
        vec!["RSA_1024", "RSA_2048"]
    } else {
        keys
    };
    let rows = call.table::<Certificate>().iter().filter(|(_, it)| {
        let key = it.view.text("KeyAlgorithm").replace('-', "_");
        keys.contains(&key.as_str())
            && (statuses.is_empty() || statuses.contains(&it.view.text("Status")))
    });
    let rows = rows.map(|(arn, it)| (arn.to_owned(), it));
    call.page(input, PAGE, rows, |it| shown(call, it))
}

fn shown(call: &Call<'_>, certificate: &Certificate) -> Value {
    let view = &certificate.view;
    let arn = view.text("CertificateArn");
    let names = &view["SubjectAlternativeNames"];
    let mut summary = json!({
        "ExportOption": view["Options"]["Export"],
        "Exported": false,
        "HasAdditionalSubjectAlternativeNames": false,
        "InUse": !certificate::users(call, arn).is_empty(),
        "SubjectAlternativeNameSummaries": names,
    });
    let same = [
        "CertificateArn",
        "CreatedAt",
        "DomainName",
        "IssuedAt",
        "KeyAlgorithm",
        "NotAfter",
        "NotBefore",
        "RenewalEligibility",
        "Status",
        "Type",
    ];
    summary.take_over(view, &same);
    let usages = |list: &str| {
        let names = view.items(list).iter().map(|usage| usage["Name"].clone());
        Value::Array(names.collect())
    };
    summary["KeyUsages"] = usages("KeyUsages");
    summary["ExtendedKeyUsages"] = usages("ExtendedKeyUsages");
    summary
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    /// "Default filtering returns only RSA_1024 and RSA_2048 certificates", API_Filters.
    #[test]
    fn other_keys_are_listed_only_when_asked_for() {
        let aws = Aws::new();
        for key in ["RSA_2048", "EC_prime256v1", "RSA_4096"] {
            let request = json!({"DomainName": "a.fr", "KeyAlgorithm": key});
            aws.ok("acm", "RequestCertificate", request);
        }
        let count = |input| {
            let list = aws.ok("acm", "ListCertificates", input);
            list["CertificateSummaryList"].as_array().unwrap().len()
        };
        assert_eq!(count(json!({})), 1);
        let all = ["RSA_2048", "EC_prime256v1", "RSA_4096"];
        assert_eq!(count(json!({"Includes": {"keyTypes": all}})), 3);
        assert_eq!(count(json!({"CertificateStatuses": ["ISSUED"]})), 0);
    }

    #[test]
    fn pages_follow_one_another() {
        let aws = Aws::new();
        for _ in 0..3 {
            aws.ok("acm", "RequestCertificate", json!({"DomainName": "a.fr"}));
        }
        let first = aws.ok("acm", "ListCertificates", json!({"MaxItems": 2}));
        let next = json!({"MaxItems": 2, "NextToken": first["NextToken"]});
        let second = aws.ok("acm", "ListCertificates", next);
        assert_eq!(
            second["CertificateSummaryList"].as_array().unwrap().len(),
            1
        );
        assert_eq!(second.get("NextToken"), None);
    }
}
