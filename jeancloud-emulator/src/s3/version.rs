//! Versions of objects and delete markers.
//!
//! What an object is now stands in the table of objects; what it was, and that it was deleted,
//! here.

use serde_json::{Value, json};

use super::{
    bucket::{self, Bucket},
    content::Content,
    object::{self, Object},
};
use crate::{call::Call, error::AwsError, fields::Fields, world::resource};

resource! {
    /// A version that isn't current or a delete marker, by `BUCKET/KEY`, a zero and a number that
    /// falls: newer ones stand before older ones.
    pub(crate) struct Version: "s3/version" in World {
        content: Content,
        tags: Vec<Value>,
        #[serde(default)]
        acl: Value,
        /// Whether it is a delete marker.
        marker: bool,
    }
}

/// The id of what has been written while a bucket had no versioning.
pub(super) const NULL: &str = "null";

/// What a deletion did.
#[derive(Default)]
pub(super) struct Gone {
    /// The version that was deleted, or the delete marker that was made.
    pub version: Option<String>,
    /// Whether that is a delete marker.
    pub marker: bool,
}

#[derive(PartialEq)]
enum Versioning {
    Never,
    Enabled,
    Suspended,
}

/// Puts an object in the place of what is current, and answers it as it is then.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersioningEnabledBuckets.html>
pub(super) fn put(call: &mut Call<'_>, input: &Value, mut object: Object) -> Value {
    let (id, versioning) = (object::id(input), versioning(call, input.text("Bucket")));
    make_way(call, &id, &versioning);
    if let Some(version) = new_id(call, &versioning) {
        object.view["VersionId"] = version.into();
    }
    let view = object.view.clone();
    call.insert(id, object);
    view
}

/// Deletes a version for good, or what is current: which in a bucket with versions makes a marker.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html>
pub(super) fn delete(call: &mut Call<'_>, bucket: &str, key: &str, version: Option<&str>) -> Gone {
    let id = format!("{bucket}/{key}");
    if let Some(version) = version {
        let marker = erase(call, &id, version);
        promote(call, &id);
        return Gone {
            version: Some(version.to_owned()),
            marker,
        };
    }
    let versioning = versioning(call, bucket);
    if versioning == Versioning::Never {
        call.table_mut::<Object>().remove(&id);
        return Gone::default();
    }
    make_way(call, &id, &versioning);
    let version = new_id(call, &versioning);
    let marker = Version {
        view: json!({"LastModified": call.now, "VersionId": version}),
        content: Content::default(),
        tags: Vec::new(),
        acl: Value::Null,
        marker: true,
    };
    let place = next_place(call, &id);
    call.insert(place, marker);
    Gone {
        version,
        marker: true,
    }
}

/// The object, or its version, that an input names.
pub(super) fn find(call: &Call<'_>, input: &Value) -> Result<Object, AwsError> {
    bucket::find(call, input)?;
    let id = object::id(input);
    let current = call.get::<Object>(&id);
    let Some(version) = input.some_text("VersionId") else {
        return current.cloned().ok_or_else(|| object::no_such_key(input));
    };
    if let Some(current) = current.filter(|it| version_of(&it.view) == version) {
        return Ok(current.clone());
    }
    match archived(call, &id).find(|(_, it)| version_of(&it.view) == version) {
        Some((_, old)) if old.marker => {
            let message = "The specified method is not allowed against this resource.";
            Err(AwsError::new("MethodNotAllowed", message).status(405))
        }
        Some((_, old)) => Ok(Object {
            view: old.view.clone(),
            content: old.content.clone(),
            tags: old.tags.clone(),
            acl: old.acl.clone(),
        }),
        None => {
            let error = AwsError::new("NoSuchVersion", "The specified version does not exist.");
            Err(error
                .status(404)
                .with("Key", input.text("Key"))
                .with("VersionId", version))
        }
    }
}

/// Versions that aren't current and markers of an object, newest first.
pub(super) fn archived<'c>(
    call: &'c Call<'_>,
    id: &str,
) -> impl Iterator<Item = (&'c str, &'c Version)> {
    let start = format!("{id}\0");
    let versions = call.table::<Version>().from(&start);
    versions.take_while(move |(place, _)| place.starts_with(&start))
}

/// The version that a view tells of.
pub(super) fn version_of(view: &Value) -> &str {
    view.some_text("VersionId").unwrap_or(NULL)
}

fn versioning(call: &Call<'_>, bucket: &str) -> Versioning {
    let bucket = call.get::<Bucket>(bucket);
    let status = bucket.and_then(|it| it.settings.get("versioning"));
    match status.map(|it| it.text("Status")) {
        Some("Enabled") => Versioning::Enabled,
        Some(_) => Versioning::Suspended,
        None => Versioning::Never,
    }
}

fn new_id(call: &mut Call<'_>, versioning: &Versioning) -> Option<String> {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.";
    match versioning {
        Versioning::Never => None,
        Versioning::Enabled => Some(call.draw("object-version").text(letters, 32)),
        Versioning::Suspended => Some(NULL.to_owned()),
    }
}

/// Takes what is current out of the way of something new. S3 adds a null version ID and
/// overwrites the one that has it, "Working with objects in a versioning-suspended bucket".
fn make_way(call: &mut Call<'_>, id: &str, versioning: &Versioning) {
    match versioning {
        Versioning::Never => return,
        Versioning::Suspended => {
            erase(call, id, NULL);
        }
        Versioning::Enabled => {}
    }
    if let Some(Object {
        mut view,
        content,
        tags,
        acl,
    }) = call.table_mut::<Object>().remove(id)
    {
        view["VersionId"] = version_of(&view).to_owned().into();
        let place = next_place(call, id);
        let version = Version {
            view,
            content,
            tags,
            acl,
            marker: false,
        };
        call.insert(place, version);
    }
}

/// Removes a version wherever it stands. Whether it was a marker.
fn erase(call: &mut Call<'_>, id: &str, version: &str) -> bool {
    let current = call.get::<Object>(id);
    if current.is_some_and(|it| version_of(&it.view) == version) {
        call.table_mut::<Object>().remove(id);
        return false;
    }
    let place = archived(call, id).find(|(_, it)| version_of(&it.view) == version);
    let place = place.map(|(place, _)| place.to_owned());
    let gone = place.and_then(|place| call.table_mut::<Version>().remove(&place));
    gone.is_some_and(|gone| gone.marker)
}

/// Makes the newest version current again, where nothing is and no marker stands before it.
fn promote(call: &mut Call<'_>, id: &str) {
    if call.get::<Object>(id).is_some() {
        return;
    }
    let newest = archived(call, id).next().filter(|(_, it)| !it.marker);
    let place = newest.map(|(place, _)| place.to_owned());
    if let Some(old) = place.and_then(|place| call.table_mut::<Version>().remove(&place)) {
        let object = Object {
            view: old.view,
            content: old.content,
            tags: old.tags,
            acl: old.acl,
        };
        call.insert(id, object);
    }
}

/// Where the next version of an object goes: before all others.
fn next_place(call: &Call<'_>, id: &str) -> String {
    let newest = archived(call, id).next();
    let newest = newest.and_then(|(place, _)| place.rsplit_once('\0'));
    let number = newest.and_then(|(_, number)| u64::from_str_radix(number, 16).ok());
    format!("{id}\0{:016x}", number.unwrap_or(u64::MAX) - 1)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn with_versions() -> Aws {
        let aws = Aws::new().in_region("us-east-1");
        aws.ok("s3", "CreateBucket", json!({"Bucket": "one"}));
        versioning(&aws, "Enabled");
        aws
    }

    fn versioning(aws: &Aws, status: &str) {
        let status = json!({"Status": status});
        let put = json!({"Bucket": "one", "VersioningConfiguration": status});
        aws.ok("s3", "PutBucketVersioning", put);
    }

    fn put(aws: &Aws, body: &str) -> Value {
        let put = json!({"Bucket": "one", "Key": "a", "Body": body});
        aws.ok("s3", "PutObject", put)["VersionId"].clone()
    }

    fn a() -> Value {
        json!({"Bucket": "one", "Key": "a"})
    }

    fn version(version: &Value) -> Value {
        json!({"Bucket": "one", "Key": "a", "VersionId": version})
    }

    #[test]
    fn what_was_is_kept_and_what_is_deleted_can_come_back() {
        let aws = with_versions();
        let (first, second) = (put(&aws, "1"), put(&aws, "2"));
        assert_ne!(first, second);
        assert_eq!(aws.ok("s3", "GetObject", a())["Body"], "2");
        assert_eq!(aws.ok("s3", "GetObject", version(&first))["Body"], "1");
        let gone = aws.ok("s3", "DeleteObject", a());
        assert_eq!(gone["DeleteMarker"], true);
        assert_eq!(aws.code("s3", "GetObject", a()), "NoSuchKey");
        let marker = version(&gone["VersionId"]);
        assert_eq!(aws.refused("s3", "GetObject", marker.clone()).status, 405);
        let undone = aws.ok("s3", "DeleteObject", marker);
        assert_eq!(undone["DeleteMarker"], true);
        assert_eq!(aws.ok("s3", "GetObject", a())["Body"], "2");
        aws.ok("s3", "DeleteObject", version(&second));
        assert_eq!(aws.ok("s3", "GetObject", a())["Body"], "1");
        assert_eq!(
            aws.code("s3", "GetObject", version(&second)),
            "NoSuchVersion"
        );
    }

    #[test]
    fn a_bucket_with_versions_is_not_empty() {
        let aws = with_versions();
        let first = put(&aws, "1");
        let marker = aws.ok("s3", "DeleteObject", a())["VersionId"].clone();
        let bucket = json!({"Bucket": "one"});
        assert_eq!(
            aws.code("s3", "DeleteBucket", bucket.clone()),
            "BucketNotEmpty"
        );
        for id in [&first, &marker] {
            aws.ok("s3", "DeleteObject", version(id));
        }
        aws.ok("s3", "DeleteBucket", bucket);
    }

    #[test]
    fn a_suspended_bucket_overwrites_what_has_no_version() {
        let aws = with_versions();
        let first = put(&aws, "1");
        versioning(&aws, "Suspended");
        for body in ["2", "3"] {
            assert_eq!(put(&aws, body), "null");
        }
        let told = aws.ok("s3", "ListObjectVersions", json!({"Bucket": "one"}));
        let versions = told["Versions"].as_array().unwrap();
        let ids: Vec<_> = versions.iter().map(|it| &it["VersionId"]).collect();
        assert_eq!(ids, [&json!("null"), &first]);
    }
}
