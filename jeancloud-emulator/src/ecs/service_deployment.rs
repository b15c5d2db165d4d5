//! The record of a service's deployments.

use serde_json::{Value, json};

use super::{common, service::Service};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

resource! {
    /// A service deployment, by its ARN.
    pub(crate) struct ServiceDeployment: "ecs/service-deployment" in Region {
        /// The id of the deployment that the service tells.
        deployment: String,
    }
    found by |it: &ServiceDeployment| vec![format!("deployment/{}", it.deployment)]
}

/// Writes down that a deployment began.
pub(super) fn began(call: &mut Call<'_>, service: &str, deployment: &str, view: &Value) {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let number = call.draw("service-deployment").text(letters, 21);
    let arn = call.arn("ecs", &format!("service-deployment/{service}/{number}"));
    let revision = call.draw("service-revision").text("0123456789", 19);
    let revision = call.arn("ecs", &format!("service-revision/{service}/{revision}"));
    let mut kept = json!({
        "alarms": {"status": "DISABLED"},
        "clusterArn": view["clusterArn"],
        "createdAt": call.now,
        "serviceArn": view["serviceArn"],
        "serviceDeploymentArn": arn,
        "sourceServiceRevisions": [],
        "startedAt": call.now,
        "status": "IN_PROGRESS",
        "targetServiceRevision": {"arn": revision, "requestedTaskCount": view["desiredCount"]},
        "updatedAt": call.now,
    });
    kept.take_over(view, &["deploymentConfiguration"]);
    let record = ServiceDeployment {
        view: kept,
        deployment: deployment.to_owned(),
    };
    call.insert(arn, record);
}

/// Writes down how a deployment ended.
pub(super) fn ended(call: &mut Call<'_>, deployment: &str, status: &str, reason: &str) {
    let now = call.now;
    let key = format!("deployment/{deployment}");
    let found = call.table::<ServiceDeployment>().with(&key).next();
    let arn = found.map(|(arn, _)| arn.to_owned()).unwrap_or_default();
    if let Some(mut record) = call.table_mut::<ServiceDeployment>().get_mut(&arn) {
        record.view["status"] = status.into();
        record.view["statusReason"] = reason.into();
        record.view["finishedAt"] = now.into();
        record.view["updatedAt"] = now.into();
    }
}

/// DescribeServiceDeployments.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html>
pub(super) fn describe(call: &mut Call<'_>, input: &Value) -> Outcome {
    let (mut all, mut failures) = (Vec::new(), Vec::new());
    for arn in input.texts("serviceDeploymentArns") {
        match call.get::<ServiceDeployment>(arn) {
            Some(record) => all.push(record.view.clone()),
            None => failures.push(common::missing(arn)),
        }
    }
    Ok(json!({"serviceDeployments": all, "failures": failures}))
}

/// ListServiceDeployments: newest first.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServiceDeployments.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let cluster = common::cluster(call, input)?;
    let key = format!("{cluster}/{}", common::name_of(input.text("service")));
    let service = call
        .get::<Service>(&key)
        .map(|it| it.view["serviceArn"].clone());
    let service =
        service.ok_or_else(|| AwsError::new("ServiceNotFoundException", "Service not found."))?;
    let wanted: Vec<&str> = input.texts("status").collect();
    let of_service = call.table::<ServiceDeployment>();
    let of_service = of_service.with(service.as_str().unwrap_or_default());
    let mut rows: Vec<Value> = of_service
        .filter(|(_, it)| wanted.is_empty() || wanted.contains(&it.view.text("status")))
        .map(|(_, it)| {
            let mut brief = call.keep("ServiceDeploymentBrief", &it.view);
            brief["targetServiceRevisionArn"] = it.view["targetServiceRevision"]["arn"].clone();
            brief
        })
        .collect();
    rows.sort_by(|one, other| {
        let moment = |it: &Value| it["createdAt"].as_f64().unwrap_or_default();
        moment(other).total_cmp(&moment(one))
    });
    Ok(json!({"serviceDeployments": rows}))
}
