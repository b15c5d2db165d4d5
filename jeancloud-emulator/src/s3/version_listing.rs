//! Versions listed.

use serde_json::{Value, json};

use super::{
    bucket::{self, owner_id},
    object::Object,
    version::{self, Version},
};
use crate::{call::Call, error::Outcome, fields::Fields};

/// The most versions of an answer.
const PAGE: i64 = 1000;

/// ListObjectVersions: by key, the newest of each first.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    bucket::find(call, input)?;
    let most = input.int("MaxKeys").unwrap_or(PAGE).clamp(0, PAGE);
    let (mut versions, mut markers, mut common) = (Vec::new(), Vec::new(), Vec::<String>::new());
    let mut last = None;
    let mut truncated = false;
    for entry in entries(call, input) {
        if (versions.len() + markers.len() + common.len()) as i64 >= most {
            truncated = most > 0;
            break;
        }
        last = Some((entry.key().to_owned(), entry.version().to_owned()));
        match entry {
            Entry::Common(prefix) => common.push(prefix),
            Entry::Marker(view) => markers.push(view),
            Entry::Version(view) => versions.push(view),
        }
    }
    let common: Vec<Value> = common.into_iter().map(|it| json!({"Prefix": it})).collect();
    let mut output = json!({
        "CommonPrefixes": common,
        "DeleteMarkers": markers,
        "IsTruncated": truncated,
        "KeyMarker": input.text("KeyMarker"),
        "MaxKeys": most,
        "Name": input["Bucket"],
        "Prefix": input.text("Prefix"),
        "VersionIdMarker": input.text("VersionIdMarker"),
        "Versions": versions,
    });
    output.take_over(input, &["Delimiter"]);
    if let Some((key, version)) = last.filter(|_| truncated) {
        output["NextKeyMarker"] = key.into();
        if !version.is_empty() {
            output["NextVersionIdMarker"] = version.into();
        }
    }
    Ok(output)
}

enum Entry {
    Version(Value),
    Marker(Value),
    Common(String),
}

impl Entry {
    fn key(&self) -> &str {
        match self {
            Self::Version(view) | Self::Marker(view) => view.text("Key"),
            Self::Common(prefix) => prefix,
        }
    }

    fn version(&self) -> &str {
        match self {
            Self::Version(view) | Self::Marker(view) => view.text("VersionId"),
            Self::Common(_) => "",
        }
    }
}

/// All that stand after the marks of an input.
fn entries(call: &Call<'_>, input: &Value) -> Vec<Entry> {
    let (name, prefix) = (input.text("Bucket"), input.text("Prefix"));
    let delimiter = input.some_text("Delimiter").filter(|it| !it.is_empty());
    let owner = json!({"ID": owner_id(&call.account)});
    let key_mark = input.some_text("KeyMarker").filter(|it| !it.is_empty());
    let version_mark = input
        .some_text("VersionIdMarker")
        .filter(|it| !it.is_empty());
    let (mut entries, mut past_mark) = (Vec::<Entry>::new(), false);
    for key in keys(call, name, prefix) {
        let rolled = delimiter.and_then(|delimiter| {
            let end = key[prefix.len()..].find(delimiter)?;
            Some(key[..prefix.len() + end + delimiter.len()].to_owned())
        });
        if let Some(rolled) = rolled {
            let told = entries.last().is_some_and(|it| it.key() == rolled);
            if !told && key_mark.is_none_or(|mark| rolled.as_str() > mark) {
                entries.push(Entry::Common(rolled));
            }
            continue;
        }
        let marked = key_mark == Some(key.as_str());
        if key_mark.is_some_and(|mark| key.as_str() < mark) || (marked && version_mark.is_none()) {
            continue;
        }
        for entry in of_key(call, &format!("{name}/{key}"), &key, &owner) {
            if marked && !past_mark {
                past_mark = version_mark == Some(entry.version());
                continue;
            }
            entries.push(entry);
        }
    }
    entries
}

fn keys(call: &Call<'_>, bucket: &str, prefix: &str) -> std::collections::BTreeSet<String> {
    let inside = format!("{bucket}/");
    let start = format!("{inside}{prefix}");
    let objects = call.table::<Object>().from(&start).map(|(id, _)| id);
    let objects = objects.take_while(|id| id.starts_with(&start));
    let versions = call.table::<Version>().from(&start).map(|(id, _)| id);
    let versions = versions.take_while(|id| id.starts_with(&start));
    let versions = versions.map(|id| id.split('\0').next().unwrap_or(id));
    objects
        .chain(versions)
        .filter_map(|id| id.strip_prefix(&inside))
        .map(str::to_owned)
        .collect()
}

fn of_key(call: &Call<'_>, id: &str, key: &str, owner: &Value) -> Vec<Entry> {
    let shown = |view: &Value, latest: bool, marker: bool| {
        let mut shown = json!({
            "IsLatest": latest,
            "Key": key,
            "LastModified": view["LastModified"],
            "Owner": owner,
            "VersionId": version::version_of(view),
        });
        if marker {
            return Entry::Marker(shown);
        }
        shown["ETag"] = view["ETag"].clone();
        shown["Size"] = view["ContentLength"].clone();
        shown["StorageClass"] = view.some_text("StorageClass").unwrap_or("STANDARD").into();
        Entry::Version(shown)
    };
    let current = call.get::<Object>(id);
    let mut entries: Vec<Entry> = current
        .iter()
        .map(|it| shown(&it.view, true, false))
        .collect();
    for (_, old) in version::archived(call, id) {
        let latest = entries.is_empty();
        entries.push(shown(&old.view, latest, old.marker));
    }
    entries
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    #[test]
    fn versions_are_listed_newest_first_and_by_page() {
        let aws = Aws::new().in_region("us-east-1");
        aws.ok("s3", "CreateBucket", json!({"Bucket": "one"}));
        let enabled = json!({"Status": "Enabled"});
        let put = json!({"Bucket": "one", "VersioningConfiguration": enabled});
        aws.ok("s3", "PutBucketVersioning", put);
        for key in ["a", "a", "b", "c/1", "c/2"] {
            aws.ok(
                "s3",
                "PutObject",
                json!({"Bucket": "one", "Key": key, "Body": ""}),
            );
        }
        aws.ok("s3", "DeleteObject", json!({"Bucket": "one", "Key": "a"}));
        let (mut told, mut marks) = (Vec::new(), json!({}));
        loop {
            let mut input = json!({"Bucket": "one", "MaxKeys": 1, "Delimiter": "/"});
            for (name, value) in marks.as_object().unwrap() {
                input[name] = value.clone();
            }
            let page = aws.ok("s3", "ListObjectVersions", input);
            for (list, kind) in [("Versions", "v"), ("DeleteMarkers", "d")] {
                for it in page[list].as_array().into_iter().flatten() {
                    let key = it["Key"].as_str().unwrap();
                    told.push(format!("{kind} {key} {}", it["IsLatest"]));
                }
            }
            for it in page["CommonPrefixes"].as_array().into_iter().flatten() {
                told.push(format!("p {}", it["Prefix"].as_str().unwrap()));
            }
            if page["IsTruncated"] != true {
                break;
            }
            marks = json!({"KeyMarker": page["NextKeyMarker"]});
            if page["NextVersionIdMarker"] != Value::Null {
                marks["VersionIdMarker"] = page["NextVersionIdMarker"].clone();
            }
        }
        assert_eq!(
            told,
            ["d a true", "v a false", "v a false", "v b true", "p c/"]
        );
    }
}
