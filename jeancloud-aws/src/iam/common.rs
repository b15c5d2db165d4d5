//! What IAM's types share: tags, and policies as IAM writes them.

use aws_sdk_iam::types::Tag;
use jeancloud_model::{Resource, iam::PolicyDocument};
use jeancloud_stack::provider::{ErrorKind, ProviderError};

use crate::handler::{New, Result};

/// The tags of a creating call.
pub(super) fn tags<R: Resource>(new: &New<'_, R>) -> Option<Vec<Tag>> {
    Some(new.tags().map(|(key, value)| tag(key, value)).collect())
}

/// One tag as the SDK has it.
pub(super) fn tag(key: &str, value: &str) -> Tag {
    let tag = Tag::builder().key(key).value(value).build();
    tag.expect("broken invariant: a tag has a key and a value")
}

/// An SDK tag list as pairs.
pub(super) fn pairs(tags: &[Tag]) -> impl Iterator<Item = (&str, &str)> {
    tags.iter().map(|tag| (tag.key(), tag.value()))
}

/// A policy as IAM's answers have it: JSON, encoded as in URLs (RFC 3986).
pub(super) fn policy(operation: &'static str, encoded: &str) -> Result<PolicyDocument> {
    PolicyDocument::from_aws(&decode(encoded)).map_err(|error| {
        let message = format!("AWS gave a policy that can't be read: {error}");
        ProviderError::new(ErrorKind::Other, operation, message)
    })
}

/// A role or user that was made a moment ago is no valid principal yet.
pub(super) fn principal_may_come(error: ProviderError) -> ProviderError {
    let principal = error.message.contains("nvalid principal");
    match error.code.as_deref() {
        Some("MalformedPolicyDocument") if principal => ProviderError {
            kind: ErrorKind::NotYetConsistent,
            ..error
        },
        _ => error,
    }
}

fn decode(encoded: &str) -> String {
    let bytes = encoded.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%')
            .then(|| encoded.get(at + 1..at + 3))
            .flatten();
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_decoded_whether_encoded_or_not() {
        assert_eq!(decode("%7B%22a%22%3A%20%22%C3%A9%22%7D"), "{\"a\": \"é\"}");
        assert_eq!(decode("{\"a\": \"100%\"}"), "{\"a\": \"100%\"}");
    }
}
