//! Tags of anything, by ARN, several at once.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    common, listener::Listener, load_balancer::LoadBalancer, rule::Rule, target_group::TargetGroup,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// AddTags.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddTags.html>
pub(super) fn add(call: &mut Call<'_>, input: &Value) -> Outcome {
    let new = input.items("Tags");
    change(call, input, |tags| common::merge_tags(tags, new))
}

/// RemoveTags.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RemoveTags.html>
pub(super) fn remove(call: &mut Call<'_>, input: &Value) -> Outcome {
    change(call, input, |tags| {
        for key in input.texts("TagKeys") {
            tags.remove(key);
        }
        Ok(())
    })
}

/// DescribeTags: of at most 20.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    if input.items("ResourceArns").len() > 20 {
        return Err(common::invalid(
            "You can describe up to 20 resources at a time",
        ));
    }
    let mut described = Vec::new();
    for arn in input.texts("ResourceArns") {
        let mut tags = Vec::new();
        on(call, arn, &mut |all| {
            tags = all
                .iter()
                .map(|(key, value)| json!({"Key": key, "Value": value}))
                .collect();
            Ok(())
        })?;
        described.push(json!({"ResourceArn": arn, "Tags": tags}));
    }
    Ok(json!({"TagDescriptions": described}))
}

/// All or none: an ARN of nothing fails the call before it changes anything.
fn change(
    call: &mut Call<'_>,
    input: &Value,
    change: impl Fn(&mut BTreeMap<String, String>) -> Result<(), AwsError>,
) -> Outcome {
    for arn in input.texts("ResourceArns") {
        on(call, arn, &mut |tags| change(&mut tags.clone()))?;
    }
    for arn in input.texts("ResourceArns") {
        on(call, arn, &mut |tags| change(tags))?;
    }
    Ok(json!({}))
}

type Change<'a> = &'a mut dyn FnMut(&mut BTreeMap<String, String>) -> Result<(), AwsError>;

fn on(call: &mut Call<'_>, arn: &str, change: Change<'_>) -> Result<(), AwsError> {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    match resource.split('/').next().unwrap_or_default() {
        "loadbalancer" => match call.table_mut::<LoadBalancer>().get_mut(arn) {
            Some(mut it) => change(&mut it.tags),
            None => Err(common::no_load_balancer()),
        },
        "targetgroup" => match call.table_mut::<TargetGroup>().get_mut(arn) {
            Some(mut it) => change(&mut it.tags),
            None => Err(common::no_target_group()),
        },
        "listener" => match call.table_mut::<Listener>().get_mut(arn) {
            Some(mut it) => change(&mut it.tags),
            None => Err(common::no_listener()),
        },
        "listener-rule" => match call.table_mut::<Rule>().get_mut(arn) {
            Some(mut it) => change(&mut it.tags),
            None => Err(common::no_rule()),
        },
        _ => Err(common::invalid(format!(
            "'{arn}' is not a valid resource ARN"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::load_balancer::tests::Net;

    #[test]
    fn tags_are_told_in_bulk() {
        let net = Net::new();
        let (one, other) = (net.balancer("one"), net.balancer("other"));
        let arns = json!([one, other]);
        let tags = json!({"ResourceArns": arns, "Tags": [{"Key": "a", "Value": "1"}]});
        net.aws.ok("elbv2", "AddTags", tags);
        let gone = json!({"ResourceArns": [one], "TagKeys": ["a"]});
        net.aws.ok("elbv2", "RemoveTags", gone);
        let told = net
            .aws
            .ok("elbv2", "DescribeTags", json!({"ResourceArns": arns}));
        assert_eq!(told["TagDescriptions"][0]["Tags"], json!([]));
        assert_eq!(
            told["TagDescriptions"][1]["Tags"],
            json!([{"Key": "a", "Value": "1"}])
        );
        let absent = json!({"ResourceArns": [format!("{one}0")]});
        let code = net.aws.code("elbv2", "DescribeTags", absent);
        assert_eq!(code, "LoadBalancerNotFound");
    }
}
