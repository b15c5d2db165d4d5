//! Uploads, and their parts, listed.

use serde_json::{Value, json};

use super::{
    bucket::{self, owner_id},
    multipart::{self, Part, Upload},
};
use crate::{call::Call, error::Outcome, fields::Fields};

/// The most uploads, or parts, of an answer.
const PAGE: i64 = 1000;

/// ListMultipartUploads: by key, and by time where several are of one.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html>
pub(super) fn uploads(call: &mut Call<'_>, input: &Value) -> Outcome {
    bucket::find(call, input)?;
    let most = input.int("MaxUploads").unwrap_or(PAGE).clamp(1, PAGE);
    let (mut rows, mut common) = (Vec::new(), Vec::<String>::new());
    let (mut last, mut truncated) = (None, false);
    for (key, view) in after_marks(call, input) {
        let prefix = input.text("Prefix").len();
        let delimiter = input.some_text("Delimiter").filter(|it| !it.is_empty());
        let rolled = delimiter.and_then(|it| Some(prefix + key[prefix..].find(it)? + it.len()));
        let rolled = rolled.map(|end| key[..end].to_owned());
        if rolled.is_some() && common.last() == rolled.as_ref() {
            continue;
        }
        if (rows.len() + common.len()) as i64 == most {
            truncated = true;
            break;
        }
        last = Some((key, view["UploadId"].clone()));
        match rolled {
            Some(rolled) => common.push(rolled),
            None => rows.push(with_owner(call, view)),
        }
    }
    let common: Vec<Value> = common.into_iter().map(|it| json!({"Prefix": it})).collect();
    let mut output = json!({
        "Bucket": input["Bucket"],
        "CommonPrefixes": common,
        "IsTruncated": truncated,
        "KeyMarker": input.text("KeyMarker"),
        "MaxUploads": most,
        "UploadIdMarker": input.text("UploadIdMarker"),
        "Uploads": rows,
    });
    output.take_over(input, &["Delimiter", "Prefix"]);
    if let Some((key, upload)) = last.filter(|_| truncated) {
        output["NextKeyMarker"] = key.into();
        output["NextUploadIdMarker"] = upload;
    }
    Ok(output)
}

/// The bucket's uploads after the marks of an input, by their keys.
fn after_marks(call: &Call<'_>, input: &Value) -> Vec<(String, Value)> {
    let (bucket, prefix) = (input.text("Bucket"), input.text("Prefix"));
    let uploads = call.table::<Upload>().iter().map(|(_, upload)| upload);
    let uploads =
        uploads.filter(|it| it.bucket == bucket && it.view.text("Key").starts_with(prefix));
    let mut rows: Vec<(String, f64, Value)> = uploads
        .map(|it| {
            let begun = it.view["Initiated"].as_f64().unwrap_or_default();
            (it.view.text("Key").to_owned(), begun, it.view.clone())
        })
        .collect();
    rows.sort_by(|one, other| {
        (&one.0, one.1)
            .partial_cmp(&(&other.0, other.1))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let mark = input.text("KeyMarker");
    let of_mark = input
        .some_text("UploadIdMarker")
        .filter(|it| !it.is_empty());
    let marked = |(key, _, view): &(String, f64, Value)| {
        key == mark && Some(view.text("UploadId")) == of_mark
    };
    let begin = match rows.iter().position(marked) {
        Some(at) => at + 1,
        None => rows.partition_point(|(key, ..)| !mark.is_empty() && key.as_str() <= mark),
    };
    let rest = rows.into_iter().skip(begin);
    rest.map(|(key, _, view)| (key, view)).collect()
}

/// ListParts: by number.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html>
pub(super) fn parts(call: &mut Call<'_>, input: &Value) -> Outcome {
    let upload = with_owner(call, multipart::find(call, input)?.view.clone());
    let most = input.int("MaxParts").unwrap_or(PAGE).clamp(1, PAGE);
    let mark = input.int("PartNumberMarker").unwrap_or(0);
    let id = input.text("UploadId");
    let all = call.table::<Part>().from(&multipart::part_id(id, mark + 1));
    let mut all = all.take_while(|(part, _)| part.starts_with(&format!("{id}/")));
    let size = usize::try_from(most).unwrap_or_default();
    let shown: Vec<Value> = all
        .by_ref()
        .take(size)
        .map(|(_, it)| it.view.clone())
        .collect();
    let mut output = json!({
        "Bucket": input["Bucket"],
        "Initiator": upload["Initiator"],
        "IsTruncated": all.next().is_some(),
        "Key": input["Key"],
        "MaxParts": most,
        "NextPartNumberMarker": shown.last().map_or(json!(0), |it| it["PartNumber"].clone()),
        "Owner": upload["Owner"],
        "PartNumberMarker": mark,
        "StorageClass": upload["StorageClass"],
        "UploadId": id,
    });
    output["Parts"] = shown.into();
    Ok(output)
}

fn with_owner(call: &Call<'_>, mut view: Value) -> Value {
    let owner = json!({"ID": owner_id(&call.account)});
    view["Initiator"] = owner.clone();
    view["Owner"] = owner;
    if view.at("StorageClass").is_none() {
        view["StorageClass"] = "STANDARD".into();
    }
    view
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn begin(aws: &Aws, key: &str) -> Value {
        let begun = json!({"Bucket": "one", "Key": key});
        aws.ok("s3", "CreateMultipartUpload", begun)["UploadId"].clone()
    }

    fn keys(page: &Value) -> Vec<&str> {
        let uploads = page["Uploads"].as_array().into_iter().flatten();
        uploads.map(|it| it["Key"].as_str().unwrap()).collect()
    }

    /// "For uploads that share the same object key, they are further sorted in ascending order based
    /// on the upload initiation time", API_ListMultipartUploads.
    #[test]
    fn uploads_are_listed_by_page_and_by_folder() {
        let aws = Aws::new().in_region("us-east-1");
        aws.ok("s3", "CreateBucket", json!({"Bucket": "one"}));
        for key in ["b", "a", "c/1", "c/2", "a"] {
            begin(&aws, key);
        }
        let first = aws.ok(
            "s3",
            "ListMultipartUploads",
            json!({"Bucket": "one", "MaxUploads": 1}),
        );
        assert_eq!(
            (keys(&first), &first["IsTruncated"]),
            (vec!["a"], &json!(true))
        );
        let rest = json!({
            "Bucket": "one",
            "Delimiter": "/",
            "KeyMarker": first["NextKeyMarker"],
            "UploadIdMarker": first["NextUploadIdMarker"],
        });
        let rest = aws.ok("s3", "ListMultipartUploads", rest);
        assert_eq!(keys(&rest), ["a", "b"]);
        assert_eq!(rest["CommonPrefixes"], json!([{"Prefix": "c/"}]));
        assert_eq!(rest["IsTruncated"], false);
    }

    #[test]
    fn parts_are_listed_by_number_and_page() {
        let aws = Aws::new().in_region("us-east-1");
        aws.ok("s3", "CreateBucket", json!({"Bucket": "one"}));
        let id = begin(&aws, "a");
        let of = |more: Value| {
            let mut input = json!({"Bucket": "one", "Key": "a", "UploadId": id});
            for (name, value) in more.as_object().into_iter().flatten() {
                input[name] = value.clone();
            }
            input
        };
        for number in [3, 1, 2] {
            aws.ok(
                "s3",
                "UploadPart",
                of(json!({"PartNumber": number, "Body": "x"})),
            );
        }
        let first = aws.ok("s3", "ListParts", of(json!({"MaxParts": 2})));
        assert_eq!(first["NextPartNumberMarker"], 2);
        assert_eq!(first["IsTruncated"], true);
        let second = aws.ok("s3", "ListParts", of(json!({"PartNumberMarker": 2})));
        assert_eq!(second["Parts"][0]["PartNumber"], 3);
        assert_eq!(second["IsTruncated"], false);
    }
}
