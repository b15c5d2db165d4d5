//! What S3's types share: a bucket's tags, and whose it is.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::operation::BuildError;
use jeancloud_model::{Input, Text};
use jeancloud_stack::provider::{ErrorKind, Ownership, ProviderError};

use crate::{Clients, error, handler::Result};

/// How many buckets are asked at once: S3 has no call about several.
pub(super) const AT_ONCE: usize = 8;

/// A request part of which everything required is set.
pub(super) fn built<T>(part: std::result::Result<T, BuildError>) -> T {
    part.unwrap_or_else(|error| panic!("broken invariant: a required part is not set: {error}"))
}

/// `Ok(None)` where a bucket has no such setting. A bucket that is gone is an error.
pub(super) fn if_set<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Err(error) if is_gone(&error) => Err(error),
        other => error::if_there(other),
    }
}

/// Whether the error says that there is no such bucket.
pub(super) fn is_gone(error: &ProviderError) -> bool {
    error.code.as_deref() == Some("NoSuchBucket")
}

/// A bucket's tags; `None` where it has none, or is none.
pub(super) async fn tags(aws: &Clients, bucket: &str) -> Result<Option<Vec<(String, String)>>> {
    let call = aws.s3().get_bucket_tagging().bucket(bucket).send().await;
    let answer = error::if_there(call.map_err(error::of("GetBucketTagging")))?;
    Ok(answer.map(|answer| {
        let pair = |tag: &aws_sdk_s3::types::Tag| (tag.key().to_owned(), tag.value().to_owned());
        answer.tag_set().iter().map(pair).collect()
    }))
}

/// Whose a bucket is, where its tags say so.
pub(super) async fn owner(aws: &Clients, bucket: &str) -> Result<Option<Ownership>> {
    let tags = tags(aws, bucket).await?.unwrap_or_default();
    Ok(Ownership::from_tags(pairs(&tags)))
}

/// The text of `element` in an answer of `GET ?versioning` or `GET ?accelerate` that the SDK can't
/// read. Some S3-compatible endpoints, moto among them, name the answer after the call, and the SDK
/// wants AWS's name for it; what stands in it is the same.
///
/// `None`: the call itself failed. `Some(None)`: it did not, and the element isn't there.
pub(super) fn element_of_renamed<E>(
    error: &SdkError<E, HttpResponse>,
    element: &str,
) -> Option<Option<String>> {
    let answer = error
        .raw_response()
        .filter(|answer| answer.status().is_success())?;
    let text = std::str::from_utf8(answer.body().bytes()?).ok()?;
    let inner = |text: &str| {
        let (_, after) = text.split_once(&format!("<{element}>"))?;
        let (inner, _) = after.split_once(&format!("</{element}>"))?;
        Some(inner.to_owned())
    };
    Some(inner(text))
}

/// Tags as pairs of texts.
pub(super) fn pairs(tags: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    tags.iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
}

/// That the error is about a bucket that another account has, or another region, or nobody: one
/// that can't be this stack's.
pub(super) fn is_foreign(error: &ProviderError) -> bool {
    match error.kind {
        ErrorKind::Denied | ErrorKind::NotFound => true,
        _ => matches!(
            error.code.as_deref(),
            Some("PermanentRedirect" | "TemporaryRedirect")
        ),
    }
}

/// A text that AWS gives, where it is not empty.
pub(super) fn text(text: Option<&str>) -> Option<Text> {
    text.filter(|text| !text.is_empty()).map(Text::known)
}

/// A text as AWS takes it.
pub(super) fn sdk_text(text: &Option<Text>) -> Option<String> {
    text.as_ref().map(|text| text.value().to_owned())
}

/// A number that AWS gives.
pub(super) fn number(number: Option<i32>) -> Option<Input<u32>> {
    number
        .and_then(|number| u32::try_from(number).ok())
        .map(Input::Known)
}

/// A number as AWS takes it.
pub(super) fn sdk_number(number: &Option<Input<u32>>) -> Option<i32> {
    number.as_ref().map(|number| sdk_int(*number.value()))
}

/// A number as AWS takes it; one that is too large is left to AWS to refuse.
pub(super) fn sdk_int(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_that_is_gone_is_not_one_without_settings() {
        let refused = |code: &str| {
            let mut error = ProviderError::new(ErrorKind::NotFound, "GetBucketCors", "none");
            error.code = Some(code.to_owned());
            if_set::<()>(Err(error))
        };
        assert_eq!(refused("NoSuchCORSConfiguration").unwrap(), None);
        assert!(is_gone(&refused("NoSuchBucket").unwrap_err()));
    }
}
