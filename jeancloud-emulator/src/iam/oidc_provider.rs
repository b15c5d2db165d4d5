//! OpenID Connect providers.

use serde_json::{Value, json};

use super::{role::PAGE, role_tags};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Edit, resource},
};

resource! {
    /// A provider, by its ARN.
    pub(crate) struct OidcProvider: "iam/oidc-provider" in Account {}
}

/// CreateOpenIDConnectProvider: "If you do not include" a thumbprint, "IAM will retrieve" it.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let Some(host) = input
        .text("Url")
        .strip_prefix("https://")
        .filter(|it| !it.is_empty())
    else {
        let message = "Invalid Open ID Connect Provider URL";
        return Err(AwsError::new("InvalidInput", message));
    };
    let arn = call.global_arn("iam", &format!("oidc-provider/{host}"));
    if call.get::<OidcProvider>(&arn).is_some() {
        let message = format!("Provider with url {} already exists.", input.text("Url"));
        return Err(AwsError::new("EntityAlreadyExists", message));
    }
    let tags = role_tags::merged(&[], input.items("Tags"))?;
    let thumbprints = match input.items("ThumbprintList") {
        [] => json!([call.draw("thumbprint").hex(40)]),
        given => given.to_vec().into(),
    };
    let view = json!({
        "ClientIDList": input.items("ClientIDList"),
        "CreateDate": call.now,
        "Tags": tags,
        "ThumbprintList": thumbprints,
        // "https://" isn't told, API_GetOpenIDConnectProvider.
        "Url": host,
    });
    call.insert(arn.clone(), OidcProvider { view });
    Ok(json!({"OpenIDConnectProviderArn": arn, "Tags": tags}))
}

/// GetOpenIDConnectProvider.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    Ok(find(call, input)?.view.clone())
}

/// ListOpenIDConnectProviders.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviders.html>
pub(super) fn list(call: &mut Call<'_>, _input: &Value) -> Outcome {
    let arns = call.table::<OidcProvider>().iter();
    let arns: Vec<Value> = arns.map(|(arn, _)| json!({"Arn": arn})).collect();
    Ok(json!({"OpenIDConnectProviderList": arns}))
}

/// DeleteOpenIDConnectProvider.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    drop(find(call, input)?);
    let arn = input.text("OpenIDConnectProviderArn");
    call.table_mut::<OidcProvider>().remove(arn);
    Ok(json!({}))
}

/// UpdateOpenIDConnectProviderThumbprint: all thumbprints at once.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateOpenIDConnectProviderThumbprint.html>
pub(super) fn update_thumbprint(call: &mut Call<'_>, input: &Value) -> Outcome {
    find(call, input)?
        .view
        .take_over(input, &["ThumbprintList"]);
    Ok(json!({}))
}

/// AddClientIDToOpenIDConnectProvider: "idempotent".
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html>
pub(super) fn add_client(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut provider = find(call, input)?;
    let mut ids = provider.view.items("ClientIDList").to_vec();
    if !ids.contains(&input["ClientID"]) {
        ids.push(input["ClientID"].clone());
    }
    provider.view["ClientIDList"] = ids.into();
    Ok(json!({}))
}

/// RemoveClientIDFromOpenIDConnectProvider: "idempotent".
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html>
pub(super) fn remove_client(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut provider = find(call, input)?;
    let mut ids = provider.view.items("ClientIDList").to_vec();
    ids.retain(|id| *id != input["ClientID"]);
    provider.view["ClientIDList"] = ids.into();
    Ok(json!({}))
}

/// TagOpenIDConnectProvider.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagOpenIDConnectProvider.html>
pub(super) fn tag(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut provider = find(call, input)?;
    let tags = role_tags::merged(provider.view.items("Tags"), input.items("Tags"))?;
    provider.view["Tags"] = tags;
    Ok(json!({}))
}

/// UntagOpenIDConnectProvider.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagOpenIDConnectProvider.html>
pub(super) fn untag(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut provider = find(call, input)?;
    let tags = role_tags::without(provider.view.items("Tags"), input);
    provider.view["Tags"] = tags;
    Ok(json!({}))
}

/// ListOpenIDConnectProviderTags.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviderTags.html>
pub(super) fn tags(call: &mut Call<'_>, input: &Value) -> Outcome {
    let view = find(call, input)?.view.clone();
    let tags = view.items("Tags").iter();
    let tags = tags.map(|tag| (tag.text("Key").to_owned(), tag));
    call.page(input, PAGE, tags, Value::clone)
}

fn find<'c>(call: &'c mut Call<'_>, input: &Value) -> Result<Edit<'c, OidcProvider>, AwsError> {
    let arn = input.text("OpenIDConnectProviderArn");
    let missing = || {
        let message = format!("OpenIDConnect Provider not found for arn {arn}");
        AwsError::new("NoSuchEntity", message)
    };
    call.table_mut().get_mut(arn).ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn a_provider_is_told_without_its_scheme_and_changed() {
        let aws = Aws::new();
        let url = "https://token.actions.githubusercontent.com";
        let input = json!({"Url": url, "ClientIDList": ["sts.amazonaws.com"]});
        let made = aws.ok("iam", "CreateOpenIDConnectProvider", input.clone());
        let arn = made["OpenIDConnectProviderArn"].clone();
        assert_eq!(
            arn,
            "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
        );
        let code = aws.code("iam", "CreateOpenIDConnectProvider", input);
        assert_eq!(code, "EntityAlreadyExists");
        let id = json!({"OpenIDConnectProviderArn": arn});
        let get = || aws.ok("iam", "GetOpenIDConnectProvider", id.clone());
        assert_eq!(get()["Url"], "token.actions.githubusercontent.com");
        assert_eq!(get()["ThumbprintList"][0].as_str().unwrap().len(), 40);
        let client = json!({"OpenIDConnectProviderArn": arn, "ClientID": "a"});
        for _ in 0..2 {
            aws.ok("iam", "AddClientIDToOpenIDConnectProvider", client.clone());
        }
        assert_eq!(get()["ClientIDList"], json!(["sts.amazonaws.com", "a"]));
        aws.ok("iam", "RemoveClientIDFromOpenIDConnectProvider", client);
        assert_eq!(get()["ClientIDList"], json!(["sts.amazonaws.com"]));
        let tags = json!({
            "OpenIDConnectProviderArn": arn,
            "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}],
        });
        aws.ok("iam", "TagOpenIDConnectProvider", tags);
        let page = json!({"OpenIDConnectProviderArn": arn, "MaxItems": 1});
        let page = aws.ok("iam", "ListOpenIDConnectProviderTags", page);
        assert_eq!(page["Tags"], json!([{"Key": "a", "Value": "1"}]));
        assert_eq!(page["IsTruncated"], true);
        aws.ok("iam", "DeleteOpenIDConnectProvider", id.clone());
        assert_eq!(
            aws.code("iam", "GetOpenIDConnectProvider", id),
            "NoSuchEntity"
        );
    }
}
