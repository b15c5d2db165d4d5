//! Tags of zones.

use serde_json::{Value, json};

use super::{
    common,
    hosted_zone::{self, HostedZone},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// "You can add a maximum of 10 tags", API_ChangeTagsForResource: in one call.
const MOST_AT_ONCE: usize = 10;

/// ChangeTagsForResource.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeTagsForResource.html>
pub(super) fn change(call: &mut Call<'_>, input: &Value) -> Outcome {
    check(input, input.text("ResourceId"))?;
    let (set, gone) = (input.items("AddTags"), input.items("RemoveTagKeys"));
    if set.is_empty() && gone.is_empty() {
        let message = "You must specify either AddTags or RemoveTagKeys.";
        return Err(AwsError::new("InvalidInput", message));
    }
    if set.len() > MOST_AT_ONCE || gone.len() > MOST_AT_ONCE {
        let message = "The request exceeds the limit of 10 tags";
        return Err(AwsError::new("InvalidInput", message));
    }
    let mut zone = hosted_zone::named_mut(call, input.text("ResourceId"))?;
    for tag in set {
        let (key, value) = (tag.text("Key"), tag.text("Value"));
        zone.tags.insert(key.to_owned(), value.to_owned());
    }
    for key in input.texts("RemoveTagKeys") {
        zone.tags.remove(key);
    }
    Ok(json!({}))
}

/// ListTagsForResource.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTagsForResource.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = input.text("ResourceId");
    check(input, id)?;
    let zone = hosted_zone::named(call, id)?;
    Ok(json!({"ResourceTagSet": shown(id, zone)}))
}

/// ListTagsForResources.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTagsForResources.html>
pub(super) fn list_many(call: &mut Call<'_>, input: &Value) -> Outcome {
    let ids: Vec<&str> = input.texts("ResourceIds").collect();
    if ids.len() > MOST_AT_ONCE {
        let message = "The request exceeds the limit of 10 resources";
        return Err(AwsError::new("InvalidInput", message));
    }
    let sets = ids.into_iter().map(|id| {
        check(input, id)?;
        Ok(shown(id, hosted_zone::named(call, id)?))
    });
    let sets: Vec<Value> = sets.collect::<Result<_, AwsError>>()?;
    Ok(json!({"ResourceTagSets": sets}))
}

/// There are no health checks.
fn check(input: &Value, id: &str) -> Result<(), AwsError> {
    if input.text("ResourceType") == "hostedzone" {
        return Ok(());
    }
    let message = format!("No health check found with ID: {id}");
    Err(AwsError::new("NoSuchHealthCheck", message))
}

fn shown(id: &str, zone: &HostedZone) -> Value {
    let tags = zone.tags.iter();
    let tags = tags.map(|(key, value)| json!({"Key": key, "Value": value}));
    json!({
        "ResourceId": common::bare(id),
        "ResourceType": "hostedzone",
        "Tags": tags.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    #[test]
    fn tags_are_set_and_removed() {
        let aws = Aws::new();
        let zone = json!({"Name": "a.fr", "CallerReference": "1"});
        let made = aws.ok("route53", "CreateHostedZone", zone);
        let id = made["HostedZone"]["Id"].as_str().unwrap();
        let id = id.strip_prefix("/hostedzone/").unwrap();
        let mut change = json!({"ResourceType": "hostedzone", "ResourceId": id});
        assert_eq!(
            aws.code("route53", "ChangeTagsForResource", change.clone()),
            "InvalidInput"
        );
        change["AddTags"] = json!([{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]);
        aws.ok("route53", "ChangeTagsForResource", change.clone());
        change["AddTags"] = json!(null);
        change["RemoveTagKeys"] = json!(["a"]);
        aws.ok("route53", "ChangeTagsForResource", change);
        let one = json!({"ResourceType": "hostedzone", "ResourceId": id});
        let told = aws.ok("route53", "ListTagsForResource", one);
        let set = json!({
            "ResourceId": id,
            "ResourceType": "hostedzone",
            "Tags": [{"Key": "b", "Value": "2"}],
        });
        assert_eq!(told["ResourceTagSet"], set);
        let many = json!({"ResourceType": "hostedzone", "ResourceIds": [id]});
        let told = aws.ok("route53", "ListTagsForResources", many);
        assert_eq!(told["ResourceTagSets"], json!([set]));
        let absent = json!({"ResourceType": "hostedzone", "ResourceId": "Z0"});
        let code = aws.code("route53", "ListTagsForResource", absent);
        assert_eq!(code, "NoSuchHostedZone");
    }
}
