//! Copies: of objects, and of objects into parts of uploads.

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::{
    content::Content,
    multipart,
    object::{self, Object},
    object_tagging, range, version,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// What is the copy's own, and not taken over with `MetadataDirective` COPY.
const OWN: [&str; 4] = [
    "ServerSideEncryption",
    "StorageClass",
    "VersionId",
    "WebsiteRedirectLocation",
];

/// CopyObject: with the source's metadata and tags, unless others are given.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>
pub(super) fn object(call: &mut Call<'_>, input: &Value) -> Outcome {
    let (named, source) = source(call, input)?;
    super::bucket::find(call, input)?;
    let replaces = input.text("MetadataDirective") == "REPLACE";
    let changes = OWN.iter().any(|member| input.at(member).is_some());
    let itself = object::id(&named) == object::id(input) && named.at("VersionId").is_none();
    if itself && !replaces && !changes {
        let message = "This copy request is illegal because it is trying to copy an object to \
                       itself without changing the object's metadata, storage class, website \
                       redirect location or encryption attributes.";
        return Err(AwsError::new("InvalidRequest", message));
    }
    let mut view = match replaces {
        true => call.keep("GetObjectOutput", input),
        false => source.view.clone(),
    };
    for member in OWN {
        view.clear(member);
    }
    view.take_over(input, &["StorageClass", "WebsiteRedirectLocation"]);
    let tags = match input.text("TaggingDirective") {
        "REPLACE" => object_tagging::from_header(input)?,
        _ => source.tags.clone(),
    };
    let etag = object::etag(&source.content.0);
    let stored = object::stored(call, view, source.content, etag, tags, input)?;
    Ok(json!({
        "CopyObjectResult": {"ETag": stored["ETag"], "LastModified": stored["LastModified"]},
        "CopySourceVersionId": source.view.get("VersionId"),
        "ServerSideEncryption": stored["ServerSideEncryption"],
        "VersionId": stored.get("VersionId"),
    }))
}

/// UploadPartCopy: a part that is an object, or a range of it.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html>
pub(super) fn part(call: &mut Call<'_>, input: &Value) -> Outcome {
    let (_, source) = source(call, input)?;
    let whole = source.content.0;
    let content = match input.some_text("CopySourceRange") {
        None => whole,
        Some(header) => match range::of(header, whole.len()) {
            Some(Ok(range)) => whole.slice(range),
            _ => {
                let message = "The x-amz-copy-source-range value must be of the form \
                               bytes=first-last where first and last are the zero-based offsets \
                               of the first and last bytes to copy";
                return Err(AwsError::new("InvalidArgument", message));
            }
        },
    };
    let etag = multipart::store(call, input, Content(content))?;
    Ok(json!({
        "CopyPartResult": {"ETag": etag, "LastModified": call.now},
        "CopySourceVersionId": source.view.get("VersionId"),
    }))
}

/// The object that `CopySource` names, with the input that would get it: "bucket/key", encoded, with
/// an optional `?versionId=`.
fn source(call: &Call<'_>, input: &Value) -> Result<(Value, Object), AwsError> {
    let text = input.text("CopySource");
    let (path, version) = match text.split_once("?versionId=") {
        Some((path, version)) => (path, Some(version)),
        None => (text, None),
    };
    let path = percent_decode_str(path.trim_start_matches('/')).decode_utf8_lossy();
    let Some((bucket, key)) = path.split_once('/').filter(|(_, key)| !key.is_empty()) else {
        let message = "Invalid copy source object key";
        return Err(AwsError::new("InvalidArgument", message));
    };
    let mut named = json!({"Bucket": bucket, "Key": key});
    if let Some(version) = version {
        named["VersionId"] = version.into();
    }
    let object = version::find(call, &named)?;
    let etag = object.view.text("ETag").trim_matches('"');
    let same = |member| {
        input
            .some_text(member)
            .map(|it| it.trim_matches('"') == etag)
    };
    let (wanted, unwanted) = (same("CopySourceIfMatch"), same("CopySourceIfNoneMatch"));
    if wanted == Some(false) || unwanted == Some(true) {
        let message = "At least one of the pre-conditions you specified did not hold";
        return Err(AwsError::new("PreconditionFailed", message).status(412));
    }
    Ok((named, object))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn with_object() -> Aws {
        let aws = Aws::new().in_region("us-east-1");
        aws.ok("s3", "CreateBucket", json!({"Bucket": "one"}));
        let put = json!({
            "Bucket": "one", "Key": "a b", "Body": "hello", "ContentType": "text/plain", "Tagging": "a=1",
        });
        aws.ok("s3", "PutObject", put);
        aws
    }

    fn copy(more: Value) -> Value {
        let mut copy = json!({"Bucket": "one", "Key": "copy", "CopySource": "/one/a%20b"});
        for (name, value) in more.as_object().into_iter().flatten() {
            copy[name] = value.clone();
        }
        copy
    }

    /// "Specifies whether the metadata is copied from the source object or replaced with metadata
    /// that's provided in the request", `MetadataDirective` of API_CopyObject.
    #[test]
    fn a_copy_has_what_its_source_has_unless_it_is_replaced() {
        let aws = with_object();
        aws.ok("s3", "CopyObject", copy(json!({})));
        let a_copy = json!({"Bucket": "one", "Key": "copy"});
        let got = aws.ok("s3", "GetObject", a_copy.clone());
        assert_eq!(
            (&got["Body"], &got["ContentType"]),
            (&json!("hello"), &json!("text/plain"))
        );
        assert_eq!(got["TagCount"], 1);
        let replaced = json!({
            "MetadataDirective": "REPLACE", "ContentType": "text/html", "TaggingDirective": "REPLACE",
        });
        aws.ok("s3", "CopyObject", copy(replaced));
        let got = aws.ok("s3", "GetObject", a_copy);
        assert_eq!(
            (got["ContentType"].as_str(), got.get("TagCount")),
            (Some("text/html"), None)
        );
    }

    #[test]
    fn a_copy_onto_itself_changes_something() {
        let aws = with_object();
        let itself = copy(json!({"Key": "a b"}));
        assert_eq!(aws.code("s3", "CopyObject", itself), "InvalidRequest");
        let other = copy(json!({"Key": "a b", "StorageClass": "STANDARD_IA"}));
        aws.ok("s3", "CopyObject", other);
    }

    #[test]
    fn the_source_has_to_be_there_and_as_it_is_wanted() {
        let aws = with_object();
        let absent = copy(json!({"CopySource": "one/b"}));
        assert_eq!(aws.code("s3", "CopyObject", absent), "NoSuchKey");
        let changed = copy(json!({"CopySourceIfMatch": "\"0\""}));
        assert_eq!(aws.refused("s3", "CopyObject", changed).status, 412);
    }
}
