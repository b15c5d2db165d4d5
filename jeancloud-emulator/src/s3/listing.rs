//! Objects listed.

use serde_json::{Value, json};

use super::{bucket, object::Object};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// The most keys of an answer.
const PAGE: i64 = 1000;

/// ListObjectsV2: by prefix, with what lies behind a delimiter rolled up, by pages.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let after = input.some_text("ContinuationToken");
    let after = after.or(input.some_text("StartAfter"));
    let (mut output, last) = page(call, input, after)?;
    output.take_over(input, &["ContinuationToken", "StartAfter"]);
    if let Some(last) = last {
        output["NextContinuationToken"] = last.into();
    }
    Ok(output)
}

/// ListObjects: of former times. "NextMarker … is returned only if you have the delimiter".
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html>
pub(super) fn list_first(call: &mut Call<'_>, input: &Value) -> Outcome {
    let after = input.some_text("Marker").filter(|it| !it.is_empty());
    let (mut output, last) = page(call, input, after)?;
    output.clear("KeyCount");
    output["Marker"] = input.text("Marker").into();
    if let Some(last) = last.filter(|_| input.at("Delimiter").is_some()) {
        output["NextMarker"] = last.into();
    }
    Ok(output)
}

/// A page, and the last that it tells if there are more.
fn page(
    call: &Call<'_>,
    input: &Value,
    after: Option<&str>,
) -> Result<(Value, Option<String>), AwsError> {
    bucket::find(call, input)?;
    let (name, prefix) = (input.text("Bucket"), input.text("Prefix"));
    let delimiter = input.some_text("Delimiter").filter(|it| !it.is_empty());
    let most = input.int("MaxKeys").unwrap_or(PAGE).clamp(0, PAGE);
    let inside = format!("{name}/");
    let (mut contents, mut common) = (Vec::new(), Vec::<String>::new());
    let (mut last, mut truncated) = (String::new(), false);
    for (id, object) in call.table::<Object>().from(&format!("{inside}{prefix}")) {
        let Some(key) = id
            .strip_prefix(&inside)
            .filter(|key| key.starts_with(prefix))
        else {
            break;
        };
        let rolled = delimiter.and_then(|delimiter| {
            let end = key[prefix.len()..].find(delimiter)?;
            Some(key[..prefix.len() + end + delimiter.len()].to_owned())
        });
        // A token is the last key or common prefix that was told.
        let told = rolled.as_deref().unwrap_or(key);
        if after.is_some_and(|after| told <= after) || common.last().is_some_and(|it| it == told) {
            continue;
        }
        if (contents.len() + common.len()) as i64 >= most {
            truncated = most > 0;
            break;
        }
        last = told.to_owned();
        match rolled {
            Some(rolled) => common.push(rolled),
            None => contents.push(shown(key, object)),
        }
    }
    let count = contents.len() + common.len();
    let common: Vec<Value> = common.into_iter().map(|it| json!({"Prefix": it})).collect();
    let mut output = json!({
        "CommonPrefixes": common,
        "Contents": contents,
        "IsTruncated": truncated,
        "KeyCount": count,
        "MaxKeys": most,
        "Name": name,
        "Prefix": prefix,
    });
    output.take_over(input, &["Delimiter"]);
    Ok((output, truncated.then_some(last)))
}

fn shown(key: &str, object: &Object) -> Value {
    let view = &object.view;
    json!({
        "ETag": view["ETag"],
        "Key": key,
        "LastModified": view["LastModified"],
        "Size": view["ContentLength"],
        "StorageClass": view.some_text("StorageClass").unwrap_or("STANDARD"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn keys(answer: &Value) -> Vec<&str> {
        let contents = answer["Contents"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        contents
            .iter()
            .map(|object| object["Key"].as_str().unwrap())
            .collect()
    }

    #[test]
    fn objects_are_listed_by_prefix_delimiter_and_page() {
        let aws = Aws::new().in_region("us-east-1");
        aws.ok("s3", "CreateBucket", json!({"Bucket": "one"}));
        for key in ["a", "b/1", "b/2", "c/1", "d"] {
            aws.ok(
                "s3",
                "PutObject",
                json!({"Bucket": "one", "Key": key, "Body": "x"}),
            );
        }
        let list = |more: Value| {
            let mut input = more;
            input["Bucket"] = "one".into();
            aws.ok("s3", "ListObjectsV2", input)
        };
        assert_eq!(keys(&list(json!({"Prefix": "b/"}))), ["b/1", "b/2"]);
        let rolled = list(json!({"Delimiter": "/"}));
        assert_eq!(keys(&rolled), ["a", "d"]);
        assert_eq!(
            rolled["CommonPrefixes"],
            json!([{"Prefix": "b/"}, {"Prefix": "c/"}])
        );
        let first = list(json!({"Delimiter": "/", "MaxKeys": 2}));
        assert_eq!(
            (keys(&first), &first["IsTruncated"]),
            (vec!["a"], &json!(true))
        );
        let token = &first["NextContinuationToken"];
        let second = list(json!({"Delimiter": "/", "MaxKeys": 2, "ContinuationToken": token}));
        assert_eq!(second["CommonPrefixes"], json!([{"Prefix": "c/"}]));
        assert_eq!(
            (keys(&second), &second["IsTruncated"]),
            (vec!["d"], &json!(false))
        );
    }
}
