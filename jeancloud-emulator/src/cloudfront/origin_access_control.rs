//! Origin access controls: how CloudFront signs its requests to origins.

use serde_json::{Value, json};

use super::{
    common,
    distribution::{Distribution, control_key},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

resource! {
    /// An origin access control, by its id.
    pub(crate) struct OriginAccessControl: "cloudfront/origin-access-control" in Account {
        etag: String,
    }
    found by |control: &OriginAccessControl| {
        vec![name_key(control.view["OriginAccessControlConfig"].text("Name"))]
    }
}

/// CreateOriginAccessControl.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateOriginAccessControl.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let config = completed(input);
    check_name(call, &config, "")?;
    let id = common::new_id(call, "E", "origin-access-control");
    let etag = common::new_id(call, "E", "etag");
    let view = json!({"Id": id, "OriginAccessControlConfig": config});
    let control = OriginAccessControl {
        view: view.clone(),
        etag: etag.clone(),
    };
    call.insert(id.clone(), control);
    Ok(json!({
        "ETag": etag,
        "Location": common::location(&format!("origin-access-control/{id}")),
        "OriginAccessControl": view,
    }))
}

/// GetOriginAccessControl.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GetOriginAccessControl.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let found = find(call, input.text("Id"))?;
    Ok(json!({"ETag": found.etag, "OriginAccessControl": found.view}))
}

/// GetOriginAccessControlConfig.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GetOriginAccessControlConfig.html>
pub(super) fn get_config(call: &mut Call<'_>, input: &Value) -> Outcome {
    let found = find(call, input.text("Id"))?;
    let config = &found.view["OriginAccessControlConfig"];
    Ok(json!({"ETag": found.etag, "OriginAccessControlConfig": config}))
}

/// ListOriginAccessControls.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListOriginAccessControls.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let rows = call.table::<OriginAccessControl>().iter().map(|(id, it)| {
        let mut row = it.view["OriginAccessControlConfig"].clone();
        row["Id"] = id.into();
        (id, row)
    });
    common::page(input, "OriginAccessControlList", rows)
}

/// UpdateOriginAccessControl.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateOriginAccessControl.html>
pub(super) fn update(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("Id");
    common::check_version(input, &find(call, id)?.etag)?;
    let config = completed(input);
    check_name(call, &config, id)?;
    let etag = common::new_id(call, "E", "etag");
    let mut found = call
        .table_mut::<OriginAccessControl>()
        .get_mut(id)
        .ok_or_else(not_found)?;
    found.etag.clone_from(&etag);
    found.view["OriginAccessControlConfig"] = config;
    Ok(json!({"ETag": etag, "OriginAccessControl": found.view}))
}

/// DeleteOriginAccessControl: not one that a distribution uses.
///
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteOriginAccessControl.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("Id");
    common::check_version(input, &find(call, id)?.etag)?;
    if call.table::<Distribution>().any_with(&control_key(id)) {
        let message = "Cannot delete the origin access control because it's in use by one or more \
                       distributions.";
        return Err(AwsError::new("OriginAccessControlInUse", message));
    }
    call.table_mut::<OriginAccessControl>().remove(id);
    Ok(json!({}))
}

fn completed(input: &Value) -> Value {
    let mut config = input["OriginAccessControlConfig"].clone();
    if config.at("Description").is_none() {
        config["Description"] = "".into();
    }
    config
}

fn check_name(call: &Call<'_>, config: &Value, id: &str) -> Result<(), AwsError> {
    let key = name_key(config.text("Name"));
    let mut others = call.table::<OriginAccessControl>().with(&key);
    if others.any(|(other, _)| other != id) {
        let message = "An origin access control with this name already exists.";
        return Err(AwsError::new("OriginAccessControlAlreadyExists", message));
    }
    Ok(())
}

fn find<'c>(call: &'c Call<'_>, id: &str) -> Result<&'c OriginAccessControl, AwsError> {
    call.get::<OriginAccessControl>(id).ok_or_else(not_found)
}

fn not_found() -> AwsError {
    let message = "The specified origin access control does not exist.";
    AwsError::new("NoSuchOriginAccessControl", message)
}

fn name_key(name: &str) -> String {
    format!("name/{name}")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn control(name: &str) -> Value {
        json!({"OriginAccessControlConfig": {
            "Name": name,
            "OriginAccessControlOriginType": "s3",
            "SigningBehavior": "always",
            "SigningProtocol": "sigv4",
        }})
    }

    #[test]
    fn a_control_is_made_changed_and_listed() {
        let aws = Aws::new();
        let made = aws.ok("cloudfront", "CreateOriginAccessControl", control("a"));
        let id = &made["OriginAccessControl"]["Id"];
        assert_eq!(
            made["OriginAccessControl"]["OriginAccessControlConfig"]["Description"],
            ""
        );
        let mut change = control("b");
        change["Id"] = id.clone();
        change["IfMatch"] = made["ETag"].clone();
        aws.ok("cloudfront", "UpdateOriginAccessControl", change.clone());
        let code = aws.code("cloudfront", "UpdateOriginAccessControl", change);
        assert_eq!(code, "PreconditionFailed");
        let list = aws.ok("cloudfront", "ListOriginAccessControls", json!({}));
        let list = &list["OriginAccessControlList"];
        assert_eq!(
            (&list["Quantity"], &list["Items"][0]["Name"]),
            (&json!(1), &json!("b"))
        );
    }

    /// "OriginAccessControlAlreadyExists", API_CreateOriginAccessControl.
    #[test]
    fn names_are_unique() {
        let aws = Aws::new();
        aws.ok("cloudfront", "CreateOriginAccessControl", control("a"));
        let refusal = aws.refused("cloudfront", "CreateOriginAccessControl", control("a"));
        assert_eq!(
            (refusal.status, refusal.code.as_str()),
            (409, "OriginAccessControlAlreadyExists")
        );
    }

    /// "OriginAccessControlInUse", API_DeleteOriginAccessControl.
    #[test]
    fn a_control_that_is_used_stays() {
        let aws = Aws::new();
        let made = aws.ok("cloudfront", "CreateOriginAccessControl", control("a"));
        let id = &made["OriginAccessControl"]["Id"];
        let config = json!({
            "CallerReference": "1", "Comment": "", "Enabled": true,
            "Origins": {"Quantity": 1, "Items": [{
                "Id": "one", "DomainName": "a.s3.amazonaws.com", "OriginAccessControlId": id,
                "S3OriginConfig": {"OriginAccessIdentity": ""},
            }]},
            "DefaultCacheBehavior": {
                "TargetOriginId": "one", "ViewerProtocolPolicy": "allow-all",
                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            },
        });
        aws.ok(
            "cloudfront",
            "CreateDistribution",
            json!({"DistributionConfig": config}),
        );
        let gone = json!({"Id": id, "IfMatch": made["ETag"]});
        let code = aws.code("cloudfront", "DeleteOriginAccessControl", gone);
        assert_eq!(code, "OriginAccessControlInUse");
    }
}
