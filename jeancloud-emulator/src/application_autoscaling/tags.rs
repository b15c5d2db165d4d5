//! Tags of scalable targets.

use serde_json::{Value, json};

use super::target::ScalableTarget;
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::Edit,
};

/// TagResource.
///
/// <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TagResource.html>
pub(super) fn tag(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut target = by_arn(call, input)?;
    for (key, value) in input["Tags"].as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default().to_owned();
        target.tags.insert(key.clone(), value);
    }
    Ok(json!({}))
}

/// UntagResource.
///
/// <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_UntagResource.html>
pub(super) fn untag(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut target = by_arn(call, input)?;
    for key in input.texts("TagKeys") {
        target.tags.remove(key);
    }
    Ok(json!({}))
}

/// ListTagsForResource.
///
/// <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ListTagsForResource.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    Ok(json!({"Tags": by_arn(call, input)?.tags}))
}

fn by_arn<'c>(call: &'c mut Call<'_>, input: &Value) -> Result<Edit<'c, ScalableTarget>, AwsError> {
    let arn = input.text("ResourceARN");
    let found = call.table::<ScalableTarget>().with(arn).next();
    let id = found.map(|(id, _)| id.to_owned()).unwrap_or_default();
    call.table_mut().get_mut(&id).ok_or_else(|| {
        let message = format!("The specified resource doesn't exist: {arn}");
        AwsError::new("ResourceNotFoundException", message).with("ResourceName", arn)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::target::tests::register;
    use crate::testing::Aws;

    #[test]
    fn targets_have_tags() {
        let aws = Aws::new();
        let more = json!({"MinCapacity": 1, "MaxCapacity": 3, "Tags": {"a": "1"}});
        let arn = register(&aws, more).unwrap()["ScalableTargetARN"].clone();
        let service = "application-autoscaling";
        aws.ok(
            service,
            "TagResource",
            json!({"ResourceARN": arn, "Tags": {"b": "2"}}),
        );
        aws.ok(
            service,
            "UntagResource",
            json!({"ResourceARN": arn, "TagKeys": ["a"]}),
        );
        let told = aws.ok(service, "ListTagsForResource", json!({"ResourceARN": arn}));
        assert_eq!(told, json!({"Tags": {"b": "2"}}));
    }
}
