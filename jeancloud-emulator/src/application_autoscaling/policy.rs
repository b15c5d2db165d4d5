//! Scaling policies.

use serde_json::{Value, json};

use super::target::{self, ScalableTarget};
use crate::{call::Call, error::Outcome, fields::Fields, world::resource};

/// "The default value is 10", API_DescribeScalingPolicies.
const PAGE: usize = 10;

resource! {
    /// A scaling policy, by its target and its name.
    pub(crate) struct ScalingPolicy: "application-autoscaling/scaling-policy" in Region {}
}

fn id(input: &Value) -> String {
    format!("{}|{}", target::id(input), input.text("PolicyName"))
}

/// PutScalingPolicy: in the place of the one with its name.
///
/// <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html>
pub(super) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    if !call.table::<ScalableTarget>().contains(&target::id(input)) {
        return Err(target::absent("No scalable target registered", input, ""));
    }
    let id = id(input);
    let there = call.get::<ScalingPolicy>(&id).map(|it| it.view.clone());
    let kind = input.some_text("PolicyType");
    let kind = kind.or(there.as_ref().map(|it| it.text("PolicyType")));
    let kind = kind.unwrap_or("StepScaling").to_owned();
    let kind = kind.as_str();
    let members = [
        ("StepScaling", "StepScalingPolicyConfiguration"),
        (
            "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration",
        ),
        ("PredictiveScaling", "PredictiveScalingPolicyConfiguration"),
    ];
    for (of, member) in members {
        if (of == kind) != input.at(member).is_some() && (of != kind || there.is_none()) {
            let verb = if of == kind { "must" } else { "cannot" };
            let message = format!("{member} {verb} be specified for policy type {kind}");
            return Err(target::invalid(message));
        }
    }
    let tracked = &input["TargetTrackingScalingPolicyConfiguration"];
    let metrics = [
        "PredefinedMetricSpecification",
        "CustomizedMetricSpecification",
    ];
    if tracked.is_object() && metrics.iter().filter(|it| tracked.at(it).is_some()).count() != 1 {
        let message = "Exactly one of PredefinedMetricSpecification and \
                       CustomizedMetricSpecification must be specified";
        return Err(target::invalid(message));
    }
    let mut view = there.unwrap_or_else(|| {
        let (namespace, resource) = (input.text("ServiceNamespace"), input.text("ResourceId"));
        let number = call.draw("scaling-policy").uuid();
        let name = input.text("PolicyName");
        let arn =
            format!("scalingPolicy:{number}:resource/{namespace}/{resource}:policyName/{name}");
        json!({"PolicyARN": call.arn("autoscaling", &arn), "CreationTime": call.now})
    });
    let kept = call.keep("ScalingPolicy", input);
    for (name, value) in kept.as_object().into_iter().flatten() {
        view[name] = value.clone();
    }
    view["PolicyType"] = kind.into();
    if kind == "TargetTrackingScaling" && view.at("Alarms").is_none() {
        let alarms = ["AlarmHigh", "AlarmLow"].map(|which| {
            let number = call.draw("alarm").uuid();
            let name = format!(
                "TargetTracking-{}-{which}-{number}",
                input.text("ResourceId")
            );
            let arn = call.arn("cloudwatch", &format!("alarm:{name}"));
            json!({"AlarmARN": arn, "AlarmName": name})
        });
        // "Whether scale in by the target tracking scaling policy is disabled" takes the second.
        let count = if tracked.flag("DisableScaleIn") { 1 } else { 2 };
        view["Alarms"] = json!(alarms[..count]);
    }
    let alarms = view.at("Alarms").cloned().unwrap_or_else(|| json!([]));
    let answer = json!({"PolicyARN": view["PolicyARN"], "Alarms": alarms});
    call.insert(id, ScalingPolicy { view });
    Ok(answer)
}

/// DescribeScalingPolicies.
///
/// <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalingPolicies.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let names: Vec<&str> = input.texts("PolicyNames").collect();
    let rows = call.table::<ScalingPolicy>().iter();
    let rows = rows
        .filter(|(_, it)| {
            let parts = ["ServiceNamespace", "ResourceId", "ScalableDimension"];
            parts
                .iter()
                .all(|part| input.at(part).is_none_or(|wanted| it.view[part] == *wanted))
        })
        .filter(|(_, it)| names.is_empty() || names.contains(&it.view.text("PolicyName")))
        .map(|(id, it)| (id.to_owned(), it));
    call.page(input, PAGE, rows, |it| it.view.clone())
}

/// DeleteScalingPolicy.
///
/// <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeleteScalingPolicy.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    if call
        .table_mut::<ScalingPolicy>()
        .remove(&id(input))
        .is_none()
    {
        let rest = format!(", policy name: {}", input.text("PolicyName"));
        return Err(target::absent("No scaling policy found", input, &rest));
    }
    Ok(json!({}))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::target::tests::{register, target};
    use crate::testing::Aws;

    const SERVICE: &str = "application-autoscaling";

    fn policy() -> Value {
        let mut input = target();
        input["PolicyName"] = "cpu".into();
        input["PolicyType"] = "TargetTrackingScaling".into();
        let metric = json!({"PredefinedMetricType": "DynamoDBReadCapacityUtilization"});
        input["TargetTrackingScalingPolicyConfiguration"] =
            json!({"TargetValue": 50.0, "PredefinedMetricSpecification": metric});
        input
    }

    /// ObjectNotFoundException: The specified object could not be found; see API_PutScalingPolicy.
    #[test]
    fn a_policy_has_a_target_and_two_alarms() {
        let aws = Aws::new();
        let code = aws.code(SERVICE, "PutScalingPolicy", policy());
        assert_eq!(code, "ObjectNotFoundException");
        register(&aws, json!({"MinCapacity": 1, "MaxCapacity": 3})).unwrap();
        let made = aws.ok(SERVICE, "PutScalingPolicy", policy());
        assert_eq!(made["Alarms"].as_array().unwrap().len(), 2);
        let again = aws.ok(SERVICE, "PutScalingPolicy", policy());
        assert_eq!(again, made);
        let all = json!({"ServiceNamespace": "dynamodb"});
        let told = aws.ok(SERVICE, "DescribeScalingPolicies", all.clone());
        assert_eq!(told["ScalingPolicies"][0]["PolicyARN"], made["PolicyARN"]);
        aws.ok(SERVICE, "DeregisterScalableTarget", target());
        let told = aws.ok(SERVICE, "DescribeScalingPolicies", all);
        assert_eq!(told["ScalingPolicies"], json!([]));
        let mut absent = target();
        absent["PolicyName"] = "cpu".into();
        let code = aws.code(SERVICE, "DeleteScalingPolicy", absent);
        assert_eq!(code, "ObjectNotFoundException");
    }

    #[test]
    fn the_configuration_is_the_types() {
        let aws = Aws::new();
        register(&aws, json!({"MinCapacity": 1, "MaxCapacity": 3})).unwrap();
        let mut wrong = policy();
        wrong["PolicyType"] = "StepScaling".into();
        assert_eq!(
            aws.code(SERVICE, "PutScalingPolicy", wrong),
            "ValidationException"
        );
    }
}
