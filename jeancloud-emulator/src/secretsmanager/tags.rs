//! Tags of secrets.

use serde_json::{Value, json};

use super::secret;
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// 50 tags per secret; see API_TagResource.
const MOST: usize = 50;

/// TagResource.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html>
pub(super) fn tag(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = secret::usable(call, input)?;
    let secret = call.get::<secret::Secret>(&name);
    let old = secret.map(|it| it.view.items("Tags")).unwrap_or_default();
    let tags = merged(old, input.items("Tags"))?;
    secret::change(call, &name, |secret| secret.view["Tags"] = tags.into());
    Ok(json!({}))
}

/// UntagResource.
///
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UntagResource.html>
pub(super) fn untag(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = secret::usable(call, input)?;
    secret::change(call, &name, |secret| {
        let tags = secret.view.items("Tags").iter();
        let kept = tags.filter(|tag| !input.texts("TagKeys").any(|key| key == tag.text("Key")));
        let kept: Vec<Value> = kept.cloned().collect();
        secret.view["Tags"] = kept.into();
    });
    Ok(json!({}))
}

/// `old` with `new` in their places.
pub(super) fn merged(old: &[Value], new: &[Value]) -> Result<Vec<Value>, AwsError> {
    let mut tags = old.to_vec();
    for tag in new {
        match tags.iter_mut().find(|it| it["Key"] == tag["Key"]) {
            Some(there) => *there = tag.clone(),
            None => tags.push(tag.clone()),
        }
    }
    if tags.len() > MOST {
        let message = "The number of tags exceeds the limit of 50.";
        return Err(AwsError::new("InvalidParameterException", message));
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::secret::tests::with_secret;

    const SERVICE: &str = "secretsmanager";

    #[test]
    fn tags_are_set_replaced_and_removed() {
        let aws = with_secret();
        for value in ["1", "2"] {
            let tags = json!([{"Key": "a", "Value": value}, {"Key": "b", "Value": ""}]);
            let tag = json!({"SecretId": "db/password", "Tags": tags});
            aws.ok(SERVICE, "TagResource", tag);
        }
        let untag = json!({"SecretId": "db/password", "TagKeys": ["b"]});
        aws.ok(SERVICE, "UntagResource", untag);
        let told = aws.ok(
            SERVICE,
            "DescribeSecret",
            json!({"SecretId": "db/password"}),
        );
        assert_eq!(told["Tags"], json!([{"Key": "a", "Value": "2"}]));
    }
}
