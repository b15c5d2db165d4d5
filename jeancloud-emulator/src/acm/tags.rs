//! Tags of certificates.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::certificate;
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// "Maximum number of tags … 50", "Tag restrictions", AWS Certificate Manager User Guide.
const MOST: usize = 50;

/// AddTagsToCertificate.
///
/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_AddTagsToCertificate.html>
pub(super) fn add(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut certificate = certificate::find(call, input.text("CertificateArn"))?;
    let tags = merged(&certificate.tags, input.items("Tags"))?;
    certificate.tags = tags;
    Ok(json!({}))
}

/// RemoveTagsFromCertificate: with a value, only if the tag has it.
///
/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_RemoveTagsFromCertificate.html>
pub(super) fn remove(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut certificate = certificate::find(call, input.text("CertificateArn"))?;
    for tag in input.items("Tags") {
        let (key, value) = (tag.text("Key"), tag.some_text("Value"));
        let there = certificate.tags.get(key);
        if there.is_some_and(|there| value.is_none_or(|value| there == value)) {
            certificate.tags.remove(key);
        }
    }
    Ok(json!({}))
}

/// ListTagsForCertificate.
///
/// <https://docs.aws.amazon.com/acm/latest/APIReference/API_ListTagsForCertificate.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let certificate = certificate::find(call, input.text("CertificateArn"))?;
    let tags = certificate.tags.iter();
    let tags = tags.map(|(key, value)| json!({"Key": key, "Value": value}));
    Ok(json!({"Tags": tags.collect::<Vec<_>>()}))
}

/// `old` with `new` in their places.
pub(super) fn merged(
    old: &BTreeMap<String, String>,
    new: &[Value],
) -> Result<BTreeMap<String, String>, AwsError> {
    let mut tags = old.clone();
    for tag in new {
        if tag.text("Key").starts_with("aws:") {
            let message = "Tag keys may not start with the reserved prefix aws:";
            return Err(AwsError::new("InvalidTagException", message));
        }
        tags.insert(tag.text("Key").to_owned(), tag.text("Value").to_owned());
    }
    if tags.len() > MOST {
        let message = format!("A certificate can have at most {MOST} tags");
        return Err(AwsError::new("TooManyTagsException", message));
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    /// If you specify the value, the tag is removed only if it matches; see
    /// API_RemoveTagsFromCertificate.
    #[test]
    fn tags_are_set_and_removed() {
        let aws = Aws::new();
        let tags = json!([{"Key": "a", "Value": "1"}]);
        let request = json!({"DomainName": "a.fr", "Tags": tags});
        let made = aws.ok("acm", "RequestCertificate", request);
        let arn = &made["CertificateArn"];
        let with = |key: &str, value: Option<&str>| json!({"CertificateArn": arn, "Tags": [{"Key": key, "Value": value}]});
        aws.ok("acm", "AddTagsToCertificate", with("b", Some("2")));
        aws.ok("acm", "RemoveTagsFromCertificate", with("b", Some("other")));
        aws.ok("acm", "RemoveTagsFromCertificate", with("a", None));
        let told = aws.ok("acm", "ListTagsForCertificate", made.clone());
        assert_eq!(told["Tags"], json!([{"Key": "b", "Value": "2"}]));
        let code = aws.code("acm", "AddTagsToCertificate", with("aws:a", Some("")));
        assert_eq!(code, "InvalidTagException");
    }
}
