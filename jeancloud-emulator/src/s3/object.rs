//! Objects, in their current version.

use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::{bucket, content::Content, object_acl, object_tagging, range, version};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

resource! {
    /// An object, by `BUCKET/KEY`, as GetObject shows it.
    pub(crate) struct Object: "s3/object" in World {
        content: Content,
        tags: Vec<Value>,
        /// Its access control list, null if nobody else may do anything.
        #[serde(default)]
        acl: Value,
    }
}

/// PutObject.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>
pub(super) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    bucket::find(call, input)?;
    let id = id(input);
    check_conditions(call.get::<Object>(&id), input)?;
    check_digest(call, input)?;
    let tags = object_tagging::from_header(input)?;
    let mut view = call.keep("GetObjectOutput", input);
    // On the way in it is a count of the body, on the way out of the tags.
    view.clear("TagCount");
    let content = Content(call.body.clone());
    let etag = etag(&content.0);
    let view = stored(call, view, content, etag, tags, input)?;
    Ok(call.keep("PutObjectOutput", &view))
}

/// Puts an object in place, and answers what GetObject will.
pub(super) fn stored(
    call: &mut Call<'_>,
    mut view: Value,
    content: Content,
    etag: String,
    tags: Vec<Value>,
    input: &Value,
) -> Outcome {
    let acl = object_acl::at_creation(call, input)?;
    view["AcceptRanges"] = "bytes".into();
    view["ContentLength"] = content.0.len().into();
    view["ETag"] = etag.into();
    view["LastModified"] = call.now.into();
    let encryption = input.some_text("ServerSideEncryption");
    view["ServerSideEncryption"] = encryption.unwrap_or("AES256").into();
    if view.at("ContentType").is_none() {
        view["ContentType"] = "binary/octet-stream".into();
    }
    let object = Object {
        view,
        content,
        tags,
        acl,
    };
    Ok(version::put(call, input, object))
}

/// GetObject, or a range of it.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let object = version::find(call, input)?;
    check_reading(&object, input)?;
    let (mut view, content) = (shown(&object), object.content.0.clone());
    let range = input
        .some_text("Range")
        .and_then(|it| range::of(it, content.len()));
    match range {
        None => call.reply.body = content,
        Some(Ok(range)) => {
            let (first, last) = (range.start, range.end - 1);
            view["ContentRange"] = format!("bytes {first}-{last}/{}", content.len()).into();
            view["ContentLength"] = range.len().into();
            forget_checksums(&mut view);
            call.reply.status = Some(206);
            call.reply.body = content.slice(range);
        }
        Some(Err(())) => {
            let message = "The requested range is not satisfiable";
            return Err(AwsError::new("InvalidRange", message).status(416));
        }
    }
    Ok(view)
}

/// HeadObject.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html>
pub(super) fn head(call: &mut Call<'_>, input: &Value) -> Outcome {
    let object = version::find(call, input)?;
    check_reading(&object, input)?;
    let view = shown(&object);
    Ok(call.keep("HeadObjectOutput", &view))
}

/// DeleteObject: what isn't there is deleted too.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    bucket::find(call, input)?;
    let (bucket, key) = (input.text("Bucket"), input.text("Key"));
    let gone = version::delete(call, bucket, key, input.some_text("VersionId"));
    call.reply.status = Some(204);
    let mut output = json!({"VersionId": gone.version});
    if gone.marker {
        output["DeleteMarker"] = true.into();
    }
    Ok(output)
}

/// Writes only if nothing, or the right thing, is there.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>
fn check_conditions(there: Option<&Object>, input: &Value) -> Result<(), AwsError> {
    let unwanted = input.some_text("IfNoneMatch").is_some() && there.is_some();
    let wanted = input.some_text("IfMatch");
    let other = match (wanted, there) {
        (Some(_), None) => return Err(no_such_key(input)),
        (Some(etag), Some(object)) => {
            object.view.text("ETag").trim_matches('"') != etag.trim_matches('"')
        }
        (None, _) => false,
    };
    if unwanted || other {
        let message = "At least one of the pre-conditions you specified did not hold";
        let condition = if unwanted {
            "If-None-Match"
        } else {
            "If-Match"
        };
        let error = AwsError::new("PreconditionFailed", message).status(412);
        return Err(error.with("Condition", condition));
    }
    Ok(())
}

/// A checksum is of the whole object, so that a range has none; SDKs check what they are told.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-download.html>
fn forget_checksums(view: &mut Value) {
    if let Some(members) = view.as_object_mut() {
        members.retain(|name, _| !name.starts_with("Checksum"));
    }
}

/// "This header can be used as a message integrity check to verify that the data is the same data that
/// was originally sent", `ContentMD5` of API_PutObject.
pub(super) fn check_digest(call: &Call<'_>, input: &Value) -> Result<(), AwsError> {
    let digest = base64_simd::STANDARD.encode_to_string(Md5::digest(&call.body));
    match input.some_text("ContentMD5") {
        Some(told) if told != digest => {
            let message = "The Content-MD5 you specified did not match what we received.";
            Err(AwsError::new("BadDigest", message))
        }
        _ => Ok(()),
    }
}

/// Reads only what is still wanted: status 304 or 412 otherwise, `IfMatch` and `IfNoneMatch` of
/// API_GetObject.
fn check_reading(object: &Object, input: &Value) -> Result<(), AwsError> {
    let etag = object.view.text("ETag").trim_matches('"');
    let names = |list: &str| {
        let mut names = list.split(',').map(|it| it.trim().trim_matches('"'));
        names.any(|it| it == "*" || it == etag)
    };
    if input.some_text("IfMatch").is_some_and(|it| !names(it)) {
        let message = "At least one of the pre-conditions you specified did not hold";
        let error = AwsError::new("PreconditionFailed", message).status(412);
        return Err(error.with("Condition", "If-Match"));
    }
    if input.some_text("IfNoneMatch").is_some_and(names) {
        return Err(AwsError::new("NotModified", "Not Modified").status(304));
    }
    Ok(())
}

/// With the number of its tags, if you have the relevant permission; see API_GetObject.
fn shown(object: &Object) -> Value {
    let mut view = object.view.clone();
    if !object.tags.is_empty() {
        view["TagCount"] = object.tags.len().into();
    }
    view
}

pub(super) fn no_such_key(input: &Value) -> AwsError {
    let error = AwsError::new("NoSuchKey", "The specified key does not exist.");
    error.status(404).with("Key", input.text("Key"))
}

pub(super) fn id(input: &Value) -> String {
    format!("{}/{}", input.text("Bucket"), input.text("Key"))
}

/// The MD5 of the content, in quotes.
pub(super) fn etag(content: &[u8]) -> String {
    let digits: String = Md5::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("\"{digits}\"")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{Request, testing::Aws};

    fn with_bucket() -> Aws {
        let aws = Aws::new();
        let here = json!({"LocationConstraint": "eu-west-3"});
        aws.ok(
            "s3",
            "CreateBucket",
            json!({"Bucket": "one", "CreateBucketConfiguration": here}),
        );
        aws
    }

    fn object(key: &str, more: Value) -> Value {
        let mut object = json!({"Bucket": "one", "Key": key});
        object
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        object
    }

    #[test]
    fn an_object_comes_back_with_its_headers() {
        let aws = with_bucket();
        let more = json!({
            "Body": "hello",
            "ContentType": "text/plain",
            "CacheControl": "no-cache",
            "Metadata": {"colour": "red"},
        });
        let put = aws.ok("s3", "PutObject", object("a/b c", more.clone()));
        assert_eq!(put["ETag"], "\"5d41402abc4b2a76b9719d911017c592\"");
        let got = aws.ok("s3", "GetObject", object("a/b c", json!({})));
        for (name, value) in more.as_object().unwrap() {
            assert_eq!(&got[name], value, "{name}");
        }
        let head = aws.ok("s3", "HeadObject", object("a/b c", json!({})));
        assert_eq!(head["ContentLength"], 5);
        let part = aws.ok(
            "s3",
            "GetObject",
            object("a/b c", json!({"Range": "bytes=1-3"})),
        );
        assert_eq!(
            (&part["Body"], &part["ContentRange"]),
            (&json!("ell"), &json!("bytes 1-3/5"))
        );
    }

    #[test]
    fn an_absent_object_is_not_found_and_deleted_anyway() {
        let aws = with_bucket();
        let absent = aws.refused("s3", "GetObject", object("a", json!({})));
        assert_eq!((absent.status, absent.code.as_str()), (404, "NoSuchKey"));
        let head = aws.refused("s3", "HeadObject", object("a", json!({})));
        assert_eq!((head.status, head.code.as_str()), (404, ""));
        aws.ok("s3", "DeleteObject", object("a", json!({})));
    }

    #[test]
    fn conditional_writes_protect_what_is_there() {
        let aws = with_bucket();
        let put = aws.ok(
            "s3",
            "PutObject",
            object("a", json!({"Body": "1", "IfNoneMatch": "*"})),
        );
        let again = object("a", json!({"Body": "2", "IfNoneMatch": "*"}));
        assert_eq!(aws.refused("s3", "PutObject", again).status, 412);
        let wrong = object("a", json!({"Body": "2", "IfMatch": "\"0\""}));
        assert_eq!(aws.code("s3", "PutObject", wrong), "PreconditionFailed");
        aws.ok(
            "s3",
            "PutObject",
            object("a", json!({"Body": "2", "IfMatch": put["ETag"]})),
        );
    }

    #[test]
    fn conditional_reads_answer_only_what_is_wanted() {
        let aws = with_bucket();
        let put = aws.ok("s3", "PutObject", object("a", json!({"Body": "1"})));
        let known = object("a", json!({"IfNoneMatch": put["ETag"]}));
        assert_eq!(aws.refused("s3", "GetObject", known.clone()).status, 304);
        assert_eq!(aws.refused("s3", "HeadObject", known).status, 304);
        let other = object("a", json!({"IfMatch": "\"0\""}));
        assert_eq!(aws.refused("s3", "GetObject", other).status, 412);
        aws.ok(
            "s3",
            "GetObject",
            object("a", json!({"IfMatch": put["ETag"]})),
        );
    }

    #[test]
    fn a_part_of_an_object_has_no_checksum_of_the_whole() {
        let aws = with_bucket();
        let put = json!({"Body": "hello", "ChecksumCRC32": "NhCmhg=="});
        aws.ok("s3", "PutObject", object("a", put));
        let whole = aws.ok("s3", "GetObject", object("a", json!({})));
        assert_eq!(whole["ChecksumCRC32"], "NhCmhg==");
        let part = aws.ok(
            "s3",
            "GetObject",
            object("a", json!({"Range": "bytes=1-3"})),
        );
        assert_eq!(part.get("ChecksumCRC32"), None);
    }

    #[test]
    fn a_body_that_changed_on_its_way_is_refused() {
        let aws = with_bucket();
        let right = json!({"Body": "hello", "ContentMD5": "XUFAKrxLKna5cZ2REBfFkg=="});
        aws.ok("s3", "PutObject", object("a", right));
        let wrong = json!({"Body": "hullo", "ContentMD5": "XUFAKrxLKna5cZ2REBfFkg=="});
        assert_eq!(aws.code("s3", "PutObject", object("a", wrong)), "BadDigest");
    }

    /// As the SDK sends it: virtual host, chunks and a trailing checksum.
    #[test]
    fn a_streamed_upload_is_unwrapped() {
        let aws = with_bucket();
        let request = Request::new("PUT", "/key?x-id=PutObject")
            .header("host", "one.s3.eu-west-3.amazonaws.com")
            .header("content-encoding", "aws-chunked")
            .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
            .header("x-amz-decoded-content-length", "5")
            .header("x-amz-trailer", "x-amz-checksum-crc32")
            .body("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n");
        let response = aws.send(aws.sign(request, "s3"));
        assert_eq!(response.status, 200);
        assert_eq!(response.get("x-amz-checksum-crc32"), Some("NhCmhg=="));
        let got = aws.ok("s3", "GetObject", object("key", json!({})));
        assert_eq!(got["Body"], "hello");
        assert_eq!(got.get("ContentEncoding"), None);
    }

    #[test]
    fn a_part_of_s3_that_is_not_there_is_named() {
        let aws = with_bucket();
        let analytics = aws.sign(Request::new("GET", "/one?analytics"), "s3");
        let response = aws.send(analytics);
        assert_eq!(response.status, 501);
        let text = String::from_utf8(response.body.to_vec()).unwrap();
        assert!(
            text.contains("doesn't answer s3 GET /one?analytics"),
            "{text}"
        );
    }
}
