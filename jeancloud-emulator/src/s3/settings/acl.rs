//! Access control lists.

use serde_json::{Value, json};

use super::{
    super::bucket::{self, owner_id},
    store, stored,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

const ALL_USERS: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
const AUTHENTICATED: &str = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
const LOG_DELIVERY: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";

/// PutBucketAcl: a list or the name of a canned one.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html>
pub(crate) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let acl = asked(call, input)?;
    store(call, input, "acl", acl)
}

/// GetBucketAcl.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html>
pub(crate) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let found = stored(call, input, "acl")?.cloned();
    Ok(found.unwrap_or_else(|| private(call)))
}

/// The list that an input asks for.
pub(crate) fn asked(call: &Call<'_>, input: &Value) -> Outcome {
    let bucket = bucket::find(call, input)?;
    let canned = input.some_text("ACL");
    let ownership = bucket.settings.get("ownership");
    let enforced =
        ownership.is_some_and(|it| it["Rules"][0].text("ObjectOwnership") == "BucketOwnerEnforced");
    // "ACLs are disabled … you must use policies", "Controlling ownership of objects"; requests
    // for what the owner has anyway are fulfilled.
    let usual = matches!(canned, Some("private" | "bucket-owner-full-control"));
    if enforced && !usual && input.at("AccessControlPolicy") != Some(&private(call)) {
        let message = "The bucket does not allow ACLs";
        return Err(AwsError::new("AccessControlListNotSupported", message));
    }
    let mut acl = private(call);
    if let Some(policy) = input.at("AccessControlPolicy") {
        acl.take_over(policy, &["Grants", "Owner"]);
    }
    let grants: &[(&str, &str)] = match canned {
        Some("public-read") => &[(ALL_USERS, "READ")],
        Some("public-read-write") => &[(ALL_USERS, "READ"), (ALL_USERS, "WRITE")],
        Some("authenticated-read") => &[(AUTHENTICATED, "READ")],
        Some("log-delivery-write") => &[(LOG_DELIVERY, "WRITE"), (LOG_DELIVERY, "READ_ACP")],
        _ => &[],
    };
    let block = bucket.settings.get("public-access");
    let blocked = block.is_some_and(|it| it.flag("BlockPublicAcls"));
    let list = acl["Grants"].as_array_mut();
    if let Some(list) = list {
        list.extend(grants.iter().map(|(group, permission)| {
            json!({"Grantee": {"Type": "Group", "URI": group}, "Permission": permission})
        }));
        let public =
            |grant: &Value| [ALL_USERS, AUTHENTICATED].contains(&grant["Grantee"].text("URI"));
        if blocked && list.iter().any(public) {
            return Err(AwsError::new("AccessDenied", "Access Denied").status(403));
        }
    }
    Ok(acl)
}

/// The owner may do everything, and nobody else anything.
pub(crate) fn private(call: &Call<'_>) -> Value {
    let owner = owner_id(&call.account);
    let grantee = json!({"ID": owner, "Type": "CanonicalUser"});
    json!({
        "Grants": [{"Grantee": grantee, "Permission": "FULL_CONTROL"}],
        "Owner": {"ID": owner},
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{bare, one, with_bucket};

    #[test]
    fn lists_are_off_until_objects_have_owners_of_their_own() {
        let aws = with_bucket();
        let acl = aws.ok("s3", "GetBucketAcl", bare());
        assert_eq!(acl["Grants"][0]["Permission"], "FULL_CONTROL");
        assert_eq!(acl["Grants"][0]["Grantee"]["ID"], acl["Owner"]["ID"]);
        aws.ok("s3", "PutBucketAcl", one("ACL", "private".into()));
        let public = one("ACL", "public-read".into());
        let code = aws.code("s3", "PutBucketAcl", public.clone());
        assert_eq!(code, "AccessControlListNotSupported");
        let rules = json!({"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]});
        aws.ok(
            "s3",
            "PutBucketOwnershipControls",
            one("OwnershipControls", rules),
        );
        assert_eq!(
            aws.refused("s3", "PutBucketAcl", public.clone()).status,
            403
        );
        aws.ok("s3", "DeletePublicAccessBlock", bare());
        aws.ok("s3", "PutBucketAcl", public);
        let acl = aws.ok("s3", "GetBucketAcl", bare());
        assert_eq!(acl["Grants"][1]["Permission"], "READ");
        assert_eq!(acl["Grants"][1]["Grantee"]["URI"], super::ALL_USERS);
    }
}
