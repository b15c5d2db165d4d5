//! Roles of AWS's services, which only they can change.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    document,
    role::{self, Role},
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// Where these roles are, "Create a service-linked role", IAM User Guide.
const PATH: &str = "/aws-service-role/";

/// Services and the names of their roles, "AWS services that work with IAM" and each service's own
/// guide, under "Using service-linked roles".
const NAMES: [(&str, &str); 10] = [
    ("autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling"),
    (
        "dynamodb.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
    ),
    ("ecs.amazonaws.com", "AWSServiceRoleForECS"),
    (
        "ecs.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_ECSService",
    ),
    ("elasticache.amazonaws.com", "AWSServiceRoleForElastiCache"),
    (
        "elasticloadbalancing.amazonaws.com",
        "AWSServiceRoleForElasticLoadBalancing",
    ),
    (
        "logger.cloudfront.amazonaws.com",
        "AWSServiceRoleForCloudFrontLogger",
    ),
    ("rds.amazonaws.com", "AWSServiceRoleForRDS"),
    (
        "replication.ecr.amazonaws.com",
        "AWSServiceRoleForECRReplication",
    ),
    ("spot.amazonaws.com", "AWSServiceRoleForEC2Spot"),
];

/// CreateServiceLinkedRole.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let service = input.text("AWSServiceName");
    let known = NAMES.iter().find(|(name, _)| *name == service);
    let (_, name) = known
        .ok_or_else(|| invalid(format!("Service Linked Roles are not known for {service}")))?;
    let name = match input.some_text("CustomSuffix") {
        Some(suffix) => format!("{name}_{suffix}"),
        None => (*name).to_owned(),
    };
    if call.get::<Role>(&name).is_some() {
        return Err(invalid(format!(
            "Service role name {name} has been taken in this account, please try a different \
             suffix."
        )));
    }
    let path = format!("{PATH}{service}/");
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sts:AssumeRole",
        }],
    });
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let id = format!("AROA{}", call.draw("role").text(letters, 17));
    let mut view = json!({
        "Arn": call.global_arn("iam", &format!("role{path}{name}")),
        "AssumeRolePolicyDocument": document::encoded(&trust.to_string()),
        "CreateDate": call.now,
        "MaxSessionDuration": 3600,
        "Path": path,
        "RoleId": id,
        "RoleName": name,
    });
    view.take_over(input, &["Description"]);
    let role = Role {
        view: view.clone(),
        inline: BTreeMap::new(),
        attached: Vec::new(),
    };
    call.insert(name, role);
    Ok(json!({"Role": view}))
}

/// DeleteServiceLinkedRole: at once. Nobody is asked whether the service still needs it.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("RoleName");
    let role = call
        .get::<Role>(name)
        .ok_or_else(|| role::not_found(name))?;
    if !is_one(role) {
        return Err(role::not_found(name));
    }
    let path = role.view.text("Path").trim_matches('/').to_owned();
    call.table_mut::<Role>().remove(name);
    let task = call.draw("deletion-task").uuid();
    Ok(json!({"DeletionTaskId": format!("task/{path}/{name}/{task}")}))
}

/// GetServiceLinkedRoleDeletionStatus: of a task, it has succeeded.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html>
pub(super) fn deletion_status(_call: &mut Call<'_>, input: &Value) -> Outcome {
    let task = input.text("DeletionTaskId");
    let parts = task
        .strip_prefix("task")
        .and_then(|it| it.strip_prefix(PATH));
    match parts.map(|it| it.split('/').count()) {
        Some(3) => Ok(json!({"Status": "SUCCEEDED"})),
        _ => Err(invalid(format!("{task} is not a deletion task"))),
    }
}

/// "The service controls the attached policies and when the role can be deleted",
/// API_CreateServiceLinkedRole.
pub(super) fn check_is_none(role: &Role) -> Result<(), AwsError> {
    if !is_one(role) {
        return Ok(());
    }
    let name = role.view.text("RoleName");
    let message = format!(
        "Cannot perform the operation on the protected role '{name}' - this role is only \
         modifiable by AWS"
    );
    Err(AwsError::new("UnmodifiableEntity", message))
}

fn is_one(role: &Role) -> bool {
    role.view.text("Path").starts_with(PATH)
}

fn invalid(message: String) -> AwsError {
    AwsError::new("InvalidInput", message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    /// "The service controls the attached policies and when the role can be deleted",
    /// API_CreateServiceLinkedRole.
    #[test]
    fn a_services_role_is_its_own() {
        let aws = Aws::new();
        let ecs = json!({"AWSServiceName": "ecs.amazonaws.com"});
        let made = aws.ok("iam", "CreateServiceLinkedRole", ecs.clone());
        assert_eq!(
            made["Role"]["Arn"],
            "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
        );
        assert_eq!(
            aws.code("iam", "CreateServiceLinkedRole", ecs),
            "InvalidInput"
        );
        let name = json!({"RoleName": "AWSServiceRoleForECS"});
        assert_eq!(
            aws.code("iam", "DeleteRole", name.clone()),
            "UnmodifiableEntity"
        );
        let policy = json!({"RoleName": "AWSServiceRoleForECS",
            "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"});
        assert_eq!(
            aws.code("iam", "AttachRolePolicy", policy),
            "UnmodifiableEntity"
        );
        let task = aws.ok("iam", "DeleteServiceLinkedRole", name.clone());
        let done = aws.ok("iam", "GetServiceLinkedRoleDeletionStatus", task);
        assert_eq!(done["Status"], "SUCCEEDED");
        assert_eq!(
            aws.code("iam", "DeleteServiceLinkedRole", name),
            "NoSuchEntity"
        );
    }
}
