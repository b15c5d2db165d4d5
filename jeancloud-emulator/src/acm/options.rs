//! Options of certificates.

use serde_json::{Value, json};

use super::certificate;
use crate::{call::Call, error::Outcome, fields::Fields};

/// UpdateCertificateOptions.
///
/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_UpdateCertificateOptions.html>
pub(super) fn update(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut certificate = certificate::find(call, input.text("CertificateArn"))?;
    let members = ["CertificateTransparencyLoggingPreference", "Export"];
    certificate.view["Options"].take_over(&input["Options"], &members);
    Ok(json!({}))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn logging_is_switched_off() {
        let aws = Aws::new();
        let made = aws.ok("acm", "RequestCertificate", json!({"DomainName": "a.fr"}));
        let off = json!({"CertificateTransparencyLoggingPreference": "DISABLED"});
        let update = json!({"CertificateArn": made["CertificateArn"], "Options": off});
        aws.ok("acm", "UpdateCertificateOptions", update);
        let told = aws.ok("acm", "DescribeCertificate", made);
        let options = &told["Certificate"]["Options"];
        assert_eq!(
            options["CertificateTransparencyLoggingPreference"],
            "DISABLED"
        );
    }
}
