//! Tags of objects.

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::{
    object::{self, Object},
    settings::tagging,
    version::{self, Version},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// You can associate up to 10 tags with an object; see API_PutObjectTagging.
const MOST: usize = 10;

/// PutObjectTagging: all tags at once.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html>
pub(super) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let tags = input["Tagging"].items("TagSet").to_vec();
    check(&tags)?;
    set(call, input, tags)
}

/// GetObjectTagging.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let object = version::find(call, input)?;
    Ok(json!({"TagSet": object.tags, "VersionId": object.view.get("VersionId")}))
}

/// DeleteObjectTagging.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjectTagging.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    call.reply.status = Some(204);
    set(call, input, Vec::new())
}

/// The tags that PutObject has in a header, "encoded as URL Query parameters", API_PutObject.
pub(super) fn from_header(input: &Value) -> Result<Vec<Value>, AwsError> {
    let text = |it: &str| {
        let spaced = it.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    };
    let pairs = input.text("Tagging").split('&').filter(|it| !it.is_empty());
    let tags = pairs.map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        json!({"Key": text(key), "Value": text(value)})
    });
    let tags: Vec<Value> = tags.collect();
    check(&tags)?;
    Ok(tags)
}

fn check(tags: &[Value]) -> Result<(), AwsError> {
    tagging::check(tags)?;
    if tags.len() > MOST {
        let message = "Object tags cannot be greater than 10";
        return Err(AwsError::new("BadRequest", message));
    }
    Ok(())
}

fn set(call: &mut Call<'_>, input: &Value, tags: Vec<Value>) -> Outcome {
    let found = version::find(call, input)?;
    let (id, wanted) = (object::id(input), version::version_of(&found.view));
    let place =
        version::archived(call, &id).find(|(_, it)| version::version_of(&it.view) == wanted);
    let place = place.map(|(place, _)| place.to_owned());
    if let Some(place) = place {
        if let Some(mut old) = call.table_mut::<Version>().get_mut(&place) {
            old.tags = tags;
        }
    } else if let Some(mut object) = call.table_mut::<Object>().get_mut(&id) {
        object.tags = tags;
    }
    Ok(json!({"VersionId": found.view.get("VersionId")}))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn an_object_has_tags_from_the_start_or_later() {
        let aws = Aws::new().in_region("us-east-1");
        aws.ok("s3", "CreateBucket", json!({"Bucket": "one"}));
        let a = json!({"Bucket": "one", "Key": "a"});
        assert_eq!(aws.code("s3", "GetObjectTagging", a.clone()), "NoSuchKey");
        let put = json!({"Bucket": "one", "Key": "a", "Body": "", "Tagging": "x=1&y%20z=2"});
        aws.ok("s3", "PutObject", put);
        let tags = || aws.ok("s3", "GetObjectTagging", a.clone())["TagSet"].clone();
        let both = json!([{"Key": "x", "Value": "1"}, {"Key": "y z", "Value": "2"}]);
        assert_eq!(tags(), both);
        assert_eq!(aws.ok("s3", "GetObject", a.clone())["TagCount"], 2);
        let other = json!({"TagSet": [{"Key": "b", "Value": "3"}]});
        let put = json!({"Bucket": "one", "Key": "a", "Tagging": other});
        aws.ok("s3", "PutObjectTagging", put);
        assert_eq!(tags(), other["TagSet"]);
        aws.ok("s3", "DeleteObjectTagging", a.clone());
        assert_eq!(tags(), json!([]));
    }
}
