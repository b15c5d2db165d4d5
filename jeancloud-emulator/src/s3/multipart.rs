//! Uploads in parts.

use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::{bucket, content::Content, object, settings::malformed_xml};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

/// "Each part must be at least 5 MB in size, except the last part", API_UploadPart.
const LEAST: usize = 5 * 1024 * 1024;

resource! {
    /// An upload, by its id, as ListMultipartUploads shows it.
    pub(crate) struct Upload: "s3/upload" in World {
        bucket: String,
        /// What CreateMultipartUpload was given.
        given: Value,
    }
}

resource! {
    /// A part, by `UPLOAD/00001`, as ListParts shows it.
    pub(crate) struct Part: "s3/part" in World {
        content: Content,
    }
}

/// CreateMultipartUpload.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    bucket::find(call, input)?;
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.";
    let id = call.draw("upload").text(letters, 64);
    let upload = Upload {
        view: json!({"Initiated": call.now, "Key": input["Key"], "UploadId": id}),
        bucket: input.text("Bucket").to_owned(),
        given: input.clone(),
    };
    call.insert(id.clone(), upload);
    Ok(json!({"Bucket": input["Bucket"], "Key": input["Key"], "UploadId": id}))
}

/// UploadPart.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html>
pub(super) fn put_part(call: &mut Call<'_>, input: &Value) -> Outcome {
    object::check_digest(call, input)?;
    let content = Content(call.body.clone());
    Ok(json!({"ETag": store(call, input, content)?}))
}

/// Keeps a part, and answers its ETag.
pub(super) fn store(
    call: &mut Call<'_>,
    input: &Value,
    content: Content,
) -> Result<String, AwsError> {
    find(call, input)?;
    let number = input.int("PartNumber").unwrap_or_default();
    if !(1..=10_000).contains(&number) {
        let message = "Part number must be an integer between 1 and 10000, inclusive";
        return Err(AwsError::new("InvalidArgument", message));
    }
    let etag = object::etag(&content.0);
    let part = Part {
        view: json!({
            "ETag": etag,
            "LastModified": call.now,
            "PartNumber": number,
            "Size": content.0.len(),
        }),
        content,
    };
    call.insert(part_id(input.text("UploadId"), number), part);
    Ok(etag)
}

/// CompleteMultipartUpload.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html>
pub(super) fn complete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let given = find(call, input)?.given.clone();
    let parts = input["MultipartUpload"].items("Parts");
    if parts.is_empty() {
        return Err(malformed_xml());
    }
    let numbers: Vec<i64> = parts.iter().filter_map(|it| it.int("PartNumber")).collect();
    if !numbers.is_sorted_by(|one, other| one < other) {
        let message = "The list of parts was not in ascending order. Parts must be ordered by \
                       part number.";
        return Err(AwsError::new("InvalidPartOrder", message));
    }
    let (mut whole, mut digests) = (Vec::new(), Vec::new());
    for (at, part) in parts.iter().enumerate() {
        let number = part.int("PartNumber").unwrap_or_default();
        let there = call.get::<Part>(&part_id(input.text("UploadId"), number));
        let bare = |etag: &str| etag.trim_matches('"').to_owned();
        let same = |it: &&Part| bare(it.view.text("ETag")) == bare(part.text("ETag"));
        let Some(there) = there.filter(same) else {
            let message = "One or more of the specified parts could not be found.  The part may \
                           not have been uploaded, or the specified entity tag may not match the \
                           part's entity tag.";
            return Err(AwsError::new("InvalidPart", message));
        };
        if at + 1 < parts.len() && there.content.0.len() < LEAST {
            let message = "Your proposed upload is smaller than the minimum allowed size";
            return Err(AwsError::new("EntityTooSmall", message));
        }
        whole.extend_from_slice(&there.content.0);
        digests.extend(Md5::digest(&there.content.0));
    }
    let etag = object::etag(&digests);
    let etag = format!("\"{}-{}\"", etag.trim_matches('"'), parts.len());
    let view = call.keep("GetObjectOutput", &given);
    let content = Content(whole.into());
    let view = object::stored(call, view, content, etag.clone(), Vec::new(), &given)?;
    forget(call, input.text("UploadId"));
    let (bucket, key) = (input.text("Bucket"), input.text("Key"));
    Ok(json!({
        "Bucket": bucket,
        "ETag": etag,
        "Key": key,
        "Location": format!("https://{bucket}.s3.{}.amazonaws.com/{key}", call.region),
        "ServerSideEncryption": view["ServerSideEncryption"],
        "VersionId": view.get("VersionId"),
    }))
}

/// AbortMultipartUpload.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html>
pub(super) fn abort(call: &mut Call<'_>, input: &Value) -> Outcome {
    find(call, input)?;
    forget(call, input.text("UploadId"));
    call.reply.status = Some(204);
    Ok(json!({}))
}

pub(super) fn find<'c>(call: &'c Call<'_>, input: &Value) -> Result<&'c Upload, AwsError> {
    bucket::find(call, input)?;
    let upload = call.get::<Upload>(input.text("UploadId"));
    let same = |it: &&Upload| {
        it.bucket == input.text("Bucket") && it.view.text("Key") == input.text("Key")
    };
    upload.filter(same).ok_or_else(|| {
        let message = "The specified upload does not exist. The upload ID may be invalid, or the \
                       upload may have been aborted or completed.";
        AwsError::new("NoSuchUpload", message).status(404)
    })
}

fn forget(call: &mut Call<'_>, id: &str) {
    call.table_mut::<Upload>().remove(id);
    let start = format!("{id}/");
    let parts = call.table::<Part>().from(&start).map(|(part, _)| part);
    let parts = parts.take_while(|part| part.starts_with(&start));
    for part in parts.map(str::to_owned).collect::<Vec<_>>() {
        call.table_mut::<Part>().remove(&part);
    }
}

pub(super) fn part_id(upload: &str, number: i64) -> String {
    format!("{upload}/{number:05}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn parts_become_an_object() {
        let aws = Aws::new().in_region("us-east-1");
        aws.ok("s3", "CreateBucket", json!({"Bucket": "one"}));
        let a = json!({"Bucket": "one", "Key": "a"});
        let id = aws.ok("s3", "CreateMultipartUpload", a.clone())["UploadId"].clone();
        let part = json!({
            "Bucket": "one", "Key": "a", "UploadId": id, "PartNumber": 1, "Body": "hello",
        });
        let etag = aws.ok("s3", "UploadPart", part)["ETag"].clone();
        let complete = |etag| {
            let parts = json!({"Parts": [{"PartNumber": 1, "ETag": etag}]});
            json!({"Bucket": "one", "Key": "a", "UploadId": id, "MultipartUpload": parts})
        };
        let code = aws.code("s3", "CompleteMultipartUpload", complete(json!("\"0\"")));
        assert_eq!(code, "InvalidPart");
        let done = aws.ok("s3", "CompleteMultipartUpload", complete(etag.clone()));
        assert!(done["ETag"].as_str().unwrap().ends_with("-1\""));
        assert_eq!(aws.ok("s3", "GetObject", a)["Body"], "hello");
        let code = aws.code("s3", "CompleteMultipartUpload", complete(etag));
        assert_eq!(code, "NoSuchUpload");
    }
}
