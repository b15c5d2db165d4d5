//! Buckets. Their names are unique among all accounts and regions.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    object::Object,
    settings::{acl, ownership, public_access, tagging},
    version::Version,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

/// The region whose buckets have no location constraint.
const FIRST: &str = "us-east-1";

resource! {
    /// A bucket, as ListBuckets shows it.
    pub(crate) struct Bucket: "s3/bucket" in World {
        owner: String,
        /// What it is set to, by the name of the setting.
        settings: BTreeMap<String, Value>,
    }
}

/// CreateBucket.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("Bucket");
    if !is_valid(name) {
        let message = "The specified bucket is not valid.";
        return Err(AwsError::new("InvalidBucketName", message).with("BucketName", name));
    }
    let location = input["CreateBucketConfiguration"].some_text("LocationConstraint");
    if location.unwrap_or(FIRST) != call.region {
        let location = location.unwrap_or("unspecified");
        let message = format!(
            "The {location} location constraint is incompatible for the region specific endpoint \
             this request was sent to."
        );
        return Err(AwsError::new("IllegalLocationConstraintException", message));
    }
    match call.get::<Bucket>(name) {
        Some(bucket) if bucket.owner != call.account => {
            let message = "The requested bucket name is not available. The bucket namespace is \
                           shared by all users of the system. Please select a different name and \
                           try again.";
            let error = AwsError::new("BucketAlreadyExists", message);
            return Err(error.status(409).with("BucketName", name));
        }
        // "in the North Virginia Region … Amazon S3 returns 200 OK", API_CreateBucket.
        Some(_) if call.region == FIRST => {}
        Some(_) => {
            let message = "Your previous request to create the named bucket succeeded and you \
                           already own it.";
            let error = AwsError::new("BucketAlreadyOwnedByYou", message);
            return Err(error.status(409).with("BucketName", name));
        }
        None => {
            let settings = settings_of_new(input)?;
            let bucket = Bucket {
                view: json!({
                    "BucketRegion": call.region,
                    "CreationDate": call.now,
                    "Name": name,
                }),
                owner: call.account.clone(),
                settings,
            };
            call.insert(name, bucket);
            if input.at("ACL").is_some() {
                let acl = acl::asked(call, input).inspect_err(|_| {
                    call.table_mut::<Bucket>().remove(name);
                })?;
                if let Some(mut bucket) = call.table_mut::<Bucket>().get_mut(name) {
                    bucket.settings.insert("acl".to_owned(), acl);
                }
            }
        }
    }
    Ok(json!({"Location": format!("/{name}")}))
}

fn settings_of_new(input: &Value) -> Result<BTreeMap<String, Value>, AwsError> {
    let mut settings = BTreeMap::new();
    settings.insert("ownership".to_owned(), ownership::of_new(input));
    settings.insert("public-access".to_owned(), public_access::of_new());
    // Object Lock requires S3 Versioning; see "Locking objects with Object Lock".
    if input.flag("ObjectLockEnabledForBucket") {
        let lock = json!({"ObjectLockEnabled": "Enabled"});
        settings.insert("object-lock".to_owned(), lock);
        settings.insert("versioning".to_owned(), json!({"Status": "Enabled"}));
    }
    let tags = input["CreateBucketConfiguration"].items("Tags");
    if !tags.is_empty() {
        tagging::check(tags)?;
        settings.insert("tags".to_owned(), tags.to_vec().into());
    }
    Ok(settings)
}

/// HeadBucket.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html>
pub(super) fn head(call: &mut Call<'_>, input: &Value) -> Outcome {
    let bucket = find(call, input)?;
    Ok(json!({"BucketRegion": bucket.view["BucketRegion"], "AccessPointAlias": false}))
}

/// GetBucketLocation.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html>
pub(super) fn location(call: &mut Call<'_>, input: &Value) -> Outcome {
    match find(call, input)?.view.text("BucketRegion") {
        FIRST => Ok(json!({})),
        region => Ok(json!({"LocationConstraint": region})),
    }
}

/// ListBuckets.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let prefix = input.text("Prefix");
    let buckets = call.table::<Bucket>().from(prefix);
    let buckets = buckets
        .take_while(|(name, _)| name.starts_with(prefix))
        .filter(|(_, bucket)| bucket.owner == call.account)
        .filter(|(_, bucket)| {
            let region = input.some_text("BucketRegion");
            region.is_none_or(|region| region == bucket.view.text("BucketRegion"))
        })
        .map(|(name, bucket)| (name.to_owned(), bucket));
    let mut output = call.page(input, 10_000, buckets, |bucket| bucket.view.clone())?;
    output["Owner"] = json!({"ID": owner_id(&call.account)});
    Ok(output)
}

/// DeleteBucket: not while anything is in it.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    find(call, input)?;
    let name = input.text("Bucket");
    let inside = format!("{name}/");
    let within = |id: Option<&str>| id.is_some_and(|id| id.starts_with(&inside));
    let object = call.table::<Object>().from(&inside).next();
    let version = call.table::<Version>().from(&inside).next();
    if within(version.map(|(id, _)| id)) {
        let message = "The bucket you tried to delete is not empty. You must delete all versions in the \
             bucket.";
        let error = AwsError::new("BucketNotEmpty", message).status(409);
        return Err(error.with("BucketName", name));
    }
    if within(object.map(|(id, _)| id)) {
        let message = "The bucket you tried to delete is not empty";
        let error = AwsError::new("BucketNotEmpty", message).status(409);
        return Err(error.with("BucketName", name));
    }
    call.table_mut::<Bucket>().remove(name);
    Ok(json!({}))
}

/// The bucket that an input names, if the caller may use it from where it calls.
pub(super) fn find<'c>(call: &'c Call<'_>, input: &Value) -> Result<&'c Bucket, AwsError> {
    let name = input.text("Bucket");
    let Some(bucket) = call.get::<Bucket>(name) else {
        let message = "The specified bucket does not exist";
        return Err(AwsError::new("NoSuchBucket", message)
            .status(404)
            .with("BucketName", name));
    };
    let expected = input.some_text("ExpectedBucketOwner");
    let as_expected = expected.is_none_or(|expected| expected == bucket.owner);
    if bucket.owner != call.account || !as_expected {
        return Err(AwsError::new("AccessDenied", "Access Denied").status(403));
    }
    if bucket.view.text("BucketRegion") != call.region {
        let message = "The bucket you are attempting to access must be addressed using the \
                       specified endpoint. Please send all future requests to this endpoint.";
        let error = AwsError::new("PermanentRedirect", message).status(301);
        return Err(error.with("Bucket", name));
    }
    Ok(bucket)
}

/// The canonical user id of an account: 64 hexadecimal digits.
pub(super) fn owner_id(account: &str) -> String {
    crate::world::Draw::new(0, ["owner", account]).hex(64)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
fn is_valid(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = [name.bytes().next(), name.bytes().next_back()];
    (3..=63).contains(&name.len())
        && name
            .bytes()
            .all(|byte| letter(byte) || matches!(byte, b'.' | b'-'))
        && ends.into_iter().all(|end| end.is_some_and(letter))
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn bucket(name: &str) -> Value {
        let here = json!({"LocationConstraint": "eu-west-3"});
        json!({"Bucket": name, "CreateBucketConfiguration": here})
    }

    #[test]
    fn a_bucket_is_made_listed_and_removed() {
        let aws = Aws::new();
        let made = aws.ok("s3", "CreateBucket", bucket("one"));
        assert_eq!(made["Location"], "/one");
        let head = aws.ok("s3", "HeadBucket", json!({"Bucket": "one"}));
        assert_eq!(head["BucketRegion"], "eu-west-3");
        let all = aws.ok("s3", "ListBuckets", json!({}));
        assert_eq!(all["Buckets"][0]["Name"], "one");
        aws.ok("s3", "DeleteBucket", json!({"Bucket": "one"}));
        let refusal = aws.refused("s3", "DeleteBucket", json!({"Bucket": "one"}));
        assert_eq!(
            (refusal.status, refusal.code.as_str()),
            (404, "NoSuchBucket")
        );
    }

    #[test]
    fn names_follow_the_naming_rules() {
        let aws = Aws::new();
        for name in [
            "ab",
            "Capital",
            "a_b_c",
            "-abc",
            "abc-",
            "a..b",
            "192.168.0.1",
        ] {
            assert_eq!(
                aws.code("s3", "CreateBucket", bucket(name)),
                "InvalidBucketName",
                "{name}"
            );
        }
    }

    #[test]
    fn a_name_is_taken_for_everyone() {
        let aws = Aws::new();
        aws.ok("s3", "CreateBucket", bucket("one"));
        assert_eq!(
            aws.code("s3", "CreateBucket", bucket("one")),
            "BucketAlreadyOwnedByYou"
        );
        let other = aws.with_key("210987654321");
        assert_eq!(
            other.code("s3", "CreateBucket", bucket("one")),
            "BucketAlreadyExists"
        );
        assert_eq!(
            other
                .refused("s3", "HeadBucket", json!({"Bucket": "one"}))
                .status,
            403
        );
    }

    #[test]
    fn the_location_is_the_region_that_is_called() {
        let aws = Aws::new();
        let nowhere = json!({"Bucket": "one"});
        let code = aws.code("s3", "CreateBucket", nowhere.clone());
        assert_eq!(code, "IllegalLocationConstraintException");
        let first = aws.in_region("us-east-1");
        first.ok("s3", "CreateBucket", nowhere.clone());
        first.ok("s3", "CreateBucket", nowhere.clone());
        assert_eq!(aws.refused("s3", "HeadBucket", nowhere).status, 301);
    }

    #[test]
    fn a_bucket_with_objects_stays() {
        let aws = Aws::new();
        aws.ok("s3", "CreateBucket", bucket("one"));
        aws.ok(
            "s3",
            "PutObject",
            json!({"Bucket": "one", "Key": "a", "Body": "x"}),
        );
        let name = json!({"Bucket": "one"});
        let refusal = aws.refused("s3", "DeleteBucket", name.clone());
        assert_eq!(
            (refusal.status, refusal.code.as_str()),
            (409, "BucketNotEmpty")
        );
        aws.ok("s3", "DeleteObject", json!({"Bucket": "one", "Key": "a"}));
        aws.ok("s3", "DeleteBucket", name);
    }
}
