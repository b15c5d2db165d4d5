//! Policy documents.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::error::AwsError;

/// What RFC 3986 leaves as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Refuses what isn't a policy.
pub(super) fn check(document: &str) -> Result<(), AwsError> {
    let policy = serde_json::from_str::<Value>(document).unwrap_or_default();
    match policy.get("Statement") {
        Some(Value::Array(_) | Value::Object(_)) => Ok(()),
        _ => Err(AwsError::new(
            "MalformedPolicyDocument",
            "Syntax errors in policy.",
        )),
    }
}

/// The document as IAM answers it: "Policies returned by this operation are URL-encoded compliant
/// with RFC 3986", API_GetRole.
pub(super) fn encoded(document: &str) -> String {
    utf8_percent_encode(document, ENCODED).to_string()
}
