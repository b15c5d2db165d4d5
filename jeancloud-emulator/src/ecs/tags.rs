//! Tags of anything, by ARN.

use serde_json::{Value, json};

use super::{cluster::Cluster, common, definition::Definition, service::Service, task::Task};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// TagResource.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TagResource.html>
pub(super) fn tag(call: &mut Call<'_>, input: &Value) -> Outcome {
    on(call, input.text("resourceArn"), |tags| {
        *tags = common::merged(
            tags.as_array().map_or(&[], Vec::as_slice),
            input.items("tags"),
        )?;
        Ok(())
    })?;
    Ok(json!({}))
}

/// UntagResource.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UntagResource.html>
pub(super) fn untag(call: &mut Call<'_>, input: &Value) -> Outcome {
    on(call, input.text("resourceArn"), |tags| {
        let gone: Vec<&str> = input.texts("tagKeys").collect();
        if let Some(tags) = tags.as_array_mut() {
            tags.retain(|tag| !gone.contains(&tag.text("key")));
        }
        Ok(())
    })?;
    Ok(json!({}))
}

/// ListTagsForResource.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTagsForResource.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut all = json!([]);
    on(call, input.text("resourceArn"), |tags| {
        all = tags.clone();
        Ok(())
    })?;
    Ok(json!({"tags": all}))
}

fn on(
    call: &mut Call<'_>,
    arn: &str,
    mut change: impl FnMut(&mut Value) -> Result<(), AwsError>,
) -> Result<(), AwsError> {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    let (kind, rest) = resource.split_once('/').unwrap_or_default();
    let gone = |what: &str| common::invalid(format!("The specified {what} is not found."));
    match kind {
        "cluster" => match call.table_mut::<Cluster>().get_mut(rest) {
            Some(mut it) => change(&mut it.view["tags"]),
            None => Err(AwsError::new(
                "ClusterNotFoundException",
                "Cluster not found.",
            )),
        },
        "service" => match call.table_mut::<Service>().get_mut(rest) {
            Some(mut it) => change(&mut it.view["tags"]),
            None => Err(gone("service")),
        },
        "task-definition" => match call.table_mut::<Definition>().get_mut(rest) {
            Some(mut it) => change(&mut it.tags),
            None => Err(gone("task definition")),
        },
        "task" => match call.table_mut::<Task>().get_mut(common::name_of(rest)) {
            Some(mut it) => change(&mut it.view["tags"]),
            None => Err(gone("task")),
        },
        _ => Err(common::invalid("Invalid resource ARN")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    /// Clusters, services, task definitions and more have tags; see API_TagResource; "aws:" is
    /// reserved.
    #[test]
    fn tags_are_set_and_removed_by_arn() {
        let aws = Aws::new();
        let made = aws.ok("ecs", "CreateCluster", json!({"clusterName": "main"}));
        let arn = &made["cluster"]["clusterArn"];
        let tags = json!([{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]);
        aws.ok(
            "ecs",
            "TagResource",
            json!({"resourceArn": arn, "tags": tags}),
        );
        aws.ok(
            "ecs",
            "UntagResource",
            json!({"resourceArn": arn, "tagKeys": ["a"]}),
        );
        let told = aws.ok("ecs", "ListTagsForResource", json!({"resourceArn": arn}));
        assert_eq!(told, json!({"tags": [{"key": "b", "value": "2"}]}));
        let reserved = json!({"resourceArn": arn, "tags": [{"key": "aws:x", "value": ""}]});
        let code = aws.code("ecs", "TagResource", reserved);
        assert_eq!(code, "InvalidParameterException");
        let absent = json!({"resourceArn": format!("{}0", arn.as_str().unwrap())});
        let code = aws.code("ecs", "ListTagsForResource", absent);
        assert_eq!(code, "ClusterNotFoundException");
    }
}
