//! GetObjectAttributes: as much of an object as is asked for, without its content.

use serde_json::{Value, json};

use super::version;
use crate::{call::Call, error::Outcome, fields::Fields};

/// GetObjectAttributes. Checksums and parts are not kept, so that they are never answered.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let view = version::find(call, input)?.view;
    let mut output = json!({"LastModified": view["LastModified"]});
    output.take_over(&view, &["VersionId"]);
    for wanted in input.texts("ObjectAttributes") {
        match wanted {
            "ETag" => output["ETag"] = view.text("ETag").trim_matches('"').into(),
            "ObjectSize" => output["ObjectSize"] = view["ContentLength"].clone(),
            "StorageClass" => {
                let class = view.some_text("StorageClass").unwrap_or("STANDARD");
                output["StorageClass"] = class.into();
            }
            _ => {}
        }
    }
    Ok(output)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{Request, testing::Aws};

    #[test]
    fn only_what_is_asked_for_is_told() {
        let aws = Aws::new().in_region("us-east-1");
        aws.ok("s3", "CreateBucket", json!({"Bucket": "one"}));
        aws.ok(
            "s3",
            "PutObject",
            json!({"Bucket": "one", "Key": "a", "Body": "hello"}),
        );
        let request = Request::new("GET", "/one/a?attributes")
            .header("x-amz-object-attributes", "ETag,ObjectSize");
        let response = aws.send(aws.sign(request, "s3"));
        let text = String::from_utf8(response.body.to_vec()).unwrap();
        assert!(
            text.contains("<ETag>5d41402abc4b2a76b9719d911017c592</ETag>"),
            "{text}"
        );
        assert!(text.contains("<ObjectSize>5</ObjectSize>"), "{text}");
        assert!(!text.contains("StorageClass"), "{text}");
    }
}
