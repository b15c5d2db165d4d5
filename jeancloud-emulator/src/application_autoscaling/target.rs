//! Scalable targets.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::policy::ScalingPolicy;
use crate::{
    call::Call,
    ecs,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

/// "The default value is 50", API_DescribeScalableTargets.
const PAGE: usize = 50;

resource! {
    /// A scalable target, by namespace, resource and dimension.
    pub(crate) struct ScalableTarget: "application-autoscaling/scalable-target" in Region {
        tags: BTreeMap<String, String>,
    }
}

/// What a target is called: `NAMESPACE|RESOURCE|DIMENSION`.
pub(super) fn id(input: &Value) -> String {
    let parts = ["ServiceNamespace", "ResourceId", "ScalableDimension"];
    parts.map(|part| input.text(part)).join("|")
}

/// RegisterScalableTarget: of one that is there, what isn't given stays.
///
/// <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html>
pub(super) fn register(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = id(input);
    let there = call.get::<ScalableTarget>(&id).cloned();
    let mut target = match there {
        Some(target) => {
            if input.at("Tags").is_some() {
                let message = "Tags can only be specified when a scalable target is registered";
                return Err(invalid(message));
            }
            target
        }
        None => new(call, input)?,
    };
    let members = ["MinCapacity", "MaxCapacity", "RoleARN"];
    target.view.take_over(input, &members);
    for name in [
        "DynamicScalingInSuspended",
        "DynamicScalingOutSuspended",
        "ScheduledScalingSuspended",
    ] {
        if let Some(value) = input["SuspendedState"].at(name) {
            target.view["SuspendedState"][name] = value.clone();
        }
    }
    let (least, most) = (
        target.view.int("MinCapacity"),
        target.view.int("MaxCapacity"),
    );
    if least > most {
        return Err(invalid(
            "Maximum capacity cannot be less than minimum capacity",
        ));
    }
    let arn = target.view["ScalableTargetARN"].clone();
    call.insert(id, target);
    Ok(json!({"ScalableTargetARN": arn}))
}

fn new(call: &mut Call<'_>, input: &Value) -> Result<ScalableTarget, AwsError> {
    for (member, message) in [
        (
            "MinCapacity",
            "MinCapacity must be specified when registering a new scalable target",
        ),
        (
            "MaxCapacity",
            "MaxCapacity must be specified when registering a new scalable target",
        ),
    ] {
        if input.at(member).is_none() {
            return Err(invalid(message));
        }
    }
    let (namespace, resource) = (input.text("ServiceNamespace"), input.text("ResourceId"));
    let dimension = input.text("ScalableDimension");
    if dimension.split(':').next() != Some(namespace) {
        let message = format!(
            "Unsupported service namespace, resource type or scalable dimension: {dimension}"
        );
        return Err(invalid(message));
    }
    if namespace == "ecs" && !ecs::has_service(call, resource) {
        return Err(invalid(format!("ECS service doesn't exist: {resource}")));
    }
    let tags = input.at("Tags").cloned().unwrap_or_else(|| json!({}));
    let role = if namespace == "ecs" {
        "ECSService"
    } else {
        "Target"
    };
    let role = format!(
        "role/aws-service-role/{namespace}.application-autoscaling.amazonaws.com/\
         AWSServiceRoleForApplicationAutoScaling_{role}"
    );
    let number = call.draw("scalable-target").hex(36);
    let view = json!({
        "CreationTime": call.now,
        "ResourceId": resource,
        "RoleARN": call.global_arn("iam", &role),
        "ScalableDimension": dimension,
        "ScalableTargetARN":
            call.arn("application-autoscaling", &format!("scalable-target/{number}")),
        "ServiceNamespace": namespace,
        "SuspendedState": {
            "DynamicScalingInSuspended": false,
            "DynamicScalingOutSuspended": false,
            "ScheduledScalingSuspended": false,
        },
    });
    let tags = serde_json::from_value(tags).unwrap_or_default();
    Ok(ScalableTarget { view, tags })
}

/// DescribeScalableTargets.
///
/// <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let resources: Vec<&str> = input.texts("ResourceIds").collect();
    let dimension = input.some_text("ScalableDimension");
    let rows = call.table::<ScalableTarget>().iter();
    let rows = rows
        .filter(|(_, it)| it.view["ServiceNamespace"] == input["ServiceNamespace"])
        .filter(|(_, it)| resources.is_empty() || resources.contains(&it.view.text("ResourceId")))
        .filter(|(_, it)| dimension.is_none_or(|one| it.view.text("ScalableDimension") == one))
        .map(|(id, it)| (id.to_owned(), it));
    call.page(input, PAGE, rows, |it| it.view.clone())
}

/// DeregisterScalableTarget: Deregistering a scalable target deletes the scaling policies that are
/// associated with it.
///
/// <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html>
pub(super) fn deregister(call: &mut Call<'_>, input: &Value) -> Outcome {
    let id = id(input);
    if call.table_mut::<ScalableTarget>().remove(&id).is_none() {
        return Err(absent("No scalable target found", input, ""));
    }
    let policies = call.table::<ScalingPolicy>().iter();
    let policies: Vec<String> = policies
        .filter(|(_, it)| self::id(&it.view) == id)
        .map(|(key, _)| key.to_owned())
        .collect();
    for key in policies {
        call.table_mut::<ScalingPolicy>().remove(&key);
    }
    Ok(json!({}))
}

pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("ValidationException", message)
}

/// ObjectNotFoundException in AWS's words.
pub(super) fn absent(what: &str, input: &Value, rest: &str) -> AwsError {
    let message = format!(
        "{what} for service namespace: {}, resource ID: {}, scalable dimension: {}{rest}",
        input.text("ServiceNamespace"),
        input.text("ResourceId"),
        input.text("ScalableDimension"),
    );
    AwsError::new("ObjectNotFoundException", message)
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    /// Something that scales and isn't a service of ECS.
    pub fn target() -> Value {
        json!({
            "ServiceNamespace": "dynamodb", "ResourceId": "table/one",
            "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
        })
    }

    pub fn register(aws: &Aws, more: Value) -> Result<Value, crate::testing::Refusal> {
        let mut input = target();
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        aws.call("application-autoscaling", "RegisterScalableTarget", input)
    }

    /// This parameter is required if you are registering a scalable target, and what isn't given
    /// stays, API_RegisterScalableTarget.
    #[test]
    fn bounds_are_given_once_and_stay() {
        let aws = Aws::new();
        let refusal = register(&aws, json!({"MinCapacity": 1})).unwrap_err();
        assert_eq!(refusal.code, "ValidationException");
        let made = register(&aws, json!({"MinCapacity": 1, "MaxCapacity": 3})).unwrap();
        assert_eq!(register(&aws, json!({"MaxCapacity": 5})).unwrap(), made);
        let refusal = register(&aws, json!({"MinCapacity": 9})).unwrap_err();
        assert_eq!(refusal.code, "ValidationException");
        let all = json!({"ServiceNamespace": "dynamodb"});
        let told = aws.ok("application-autoscaling", "DescribeScalableTargets", all);
        let told = &told["ScalableTargets"][0];
        assert_eq!(
            (&told["MinCapacity"], &told["MaxCapacity"]),
            (&json!(1), &json!(5))
        );
    }

    #[test]
    fn a_service_of_ecs_has_to_exist() {
        let input = json!({
            "ServiceNamespace": "ecs", "ResourceId": "service/main/app",
            "ScalableDimension": "ecs:service:DesiredCount", "MinCapacity": 1, "MaxCapacity": 2,
        });
        let aws = Aws::new();
        let refusal = aws.refused("application-autoscaling", "RegisterScalableTarget", input);
        assert_eq!(refusal.code, "ValidationException");
        assert_eq!(
            refusal.message,
            "ECS service doesn't exist: service/main/app"
        );
    }

    #[test]
    fn an_absent_target_is_not_found() {
        let aws = Aws::new();
        let refusal = aws.refused(
            "application-autoscaling",
            "DeregisterScalableTarget",
            target(),
        );
        assert_eq!(refusal.code, "ObjectNotFoundException");
    }
}
