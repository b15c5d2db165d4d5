//! Access control lists of objects.

use serde_json::{Value, json};

use super::{
    object::{self, Object},
    settings::acl,
    version::{self, Version},
};
use crate::{call::Call, error::Outcome, fields::Fields};

/// PutObjectAcl: a list or the name of a canned one.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html>
pub(super) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let there = version::find(call, input)?;
    let asked = acl::asked(call, input)?;
    let (id, wanted) = (object::id(input), version::version_of(&there.view));
    let current = call.get::<Object>(&id);
    if current.is_some_and(|it| version::version_of(&it.view) == wanted) {
        if let Some(mut object) = call.table_mut::<Object>().get_mut(&id) {
            object.acl = asked;
        }
        return Ok(json!({}));
    }
    let old = version::archived(call, &id)
        .find(|(_, it)| version::version_of(&it.view) == wanted)
        .map(|(place, _)| place.to_owned());
    if let Some(place) = old
        && let Some(mut version) = call.table_mut::<Version>().get_mut(&place)
    {
        version.acl = asked;
    }
    Ok(json!({}))
}

/// GetObjectAcl.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let acl = version::find(call, input)?.acl;
    Ok(match acl {
        Value::Null => acl::private(call),
        acl => acl,
    })
}

/// The list that a write asks for, null if it asks for none.
pub(super) fn at_creation(call: &Call<'_>, input: &Value) -> Outcome {
    match input.at("ACL") {
        Some(_) => acl::asked(call, input),
        None => Ok(Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    /// "If your bucket uses the bucket owner enforced setting for S3 Object Ownership, ACLs are
    /// disabled", API_PutObjectAcl.
    #[test]
    fn an_object_has_a_list_of_its_own_where_lists_count() {
        let aws = Aws::new().in_region("us-east-1");
        aws.ok("s3", "CreateBucket", json!({"Bucket": "one"}));
        let object = json!({"Bucket": "one", "Key": "a"});
        aws.ok(
            "s3",
            "PutObject",
            json!({"Bucket": "one", "Key": "a", "Body": ""}),
        );
        let public = json!({"Bucket": "one", "Key": "a", "ACL": "public-read"});
        let code = aws.code("s3", "PutObjectAcl", public.clone());
        assert_eq!(code, "AccessControlListNotSupported");
        assert_eq!(
            aws.code("s3", "PutObject", public.clone()),
            "AccessControlListNotSupported"
        );
        aws.ok("s3", "DeletePublicAccessBlock", json!({"Bucket": "one"}));
        let rules = json!({"Rules": [{"ObjectOwnership": "ObjectWriter"}]});
        let controls = json!({"Bucket": "one", "OwnershipControls": rules});
        aws.ok("s3", "PutBucketOwnershipControls", controls);
        aws.ok("s3", "PutObjectAcl", public);
        let told = aws.ok("s3", "GetObjectAcl", object);
        assert_eq!(told["Grants"][1]["Permission"], "READ");
    }
}
