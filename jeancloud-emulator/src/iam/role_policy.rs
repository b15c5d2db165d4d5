//! Policies of roles: inline, by name, and managed, by ARN.

use serde_json::{Value, json};

use super::{
    document, policy,
    role::{self, PAGE, Role},
    service_linked_role,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// PutRolePolicy: adds an inline policy or replaces it.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html>
pub(super) fn put(call: &mut Call<'_>, input: &Value) -> Outcome {
    let (name, policy) = (input.text("PolicyName"), input.text("PolicyDocument"));
    let mut role = role::named(call, input)?;
    service_linked_role::check_is_none(&role)?;
    document::check(policy)?;
    role.inline.insert(name.to_owned(), policy.to_owned());
    Ok(json!({}))
}

/// GetRolePolicy.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let (role, name) = (input.text("RoleName"), input.text("PolicyName"));
    let found = call
        .get::<Role>(role)
        .ok_or_else(|| role::not_found(role))?;
    let policy = found.inline.get(name).ok_or_else(|| no_policy(name))?;
    Ok(json!({
        "RoleName": role,
        "PolicyName": name,
        "PolicyDocument": document::encoded(policy),
    }))
}

/// ListRolePolicies.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("RoleName");
    let role = call
        .get::<Role>(name)
        .ok_or_else(|| role::not_found(name))?;
    let names = role.inline.keys().map(|name| (name.clone(), name));
    call.page(input, PAGE, names, |name| name.as_str().into())
}

/// DeleteRolePolicy.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("PolicyName");
    let mut role = role::named(call, input)?;
    service_linked_role::check_is_none(&role)?;
    let gone = role.inline.remove(name);
    gone.map(|_| json!({})).ok_or_else(|| no_policy(name))
}

/// AttachRolePolicy.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html>
pub(super) fn attach(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("PolicyArn");
    let exists = policy::exists(call, arn);
    let mut role = role::named(call, input)?;
    service_linked_role::check_is_none(&role)?;
    if !exists {
        let message = format!("Policy {arn} does not exist or is not attachable.");
        return Err(AwsError::new("NoSuchEntity", message));
    }
    if let Err(at) = role.attached.binary_search_by(|it| it.as_str().cmp(arn)) {
        role.attached.insert(at, arn.to_owned());
    }
    Ok(json!({}))
}

/// DetachRolePolicy.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html>
pub(super) fn detach(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("PolicyArn");
    let mut role = role::named(call, input)?;
    service_linked_role::check_is_none(&role)?;
    let Some(at) = role.attached.iter().position(|it| it == arn) else {
        let message = format!("Policy {arn} was not found.");
        return Err(AwsError::new("NoSuchEntity", message));
    };
    role.attached.remove(at);
    Ok(json!({}))
}

/// ListAttachedRolePolicies.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html>
pub(super) fn list_attached(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("RoleName");
    let role = call
        .get::<Role>(name)
        .ok_or_else(|| role::not_found(name))?;
    let prefix = input.some_text("PathPrefix").unwrap_or("/");
    let policies = role.attached.iter();
    let policies = policies
        .filter(|arn| path(arn).starts_with(prefix))
        .map(|arn| (arn.clone(), arn));
    call.page(
        input,
        PAGE,
        policies,
        |arn| json!({"PolicyArn": arn, "PolicyName": arn.rsplit('/').next()}),
    )
}

/// `/service-role/` in `arn:aws:iam::aws:policy/service-role/NAME`.
fn path(arn: &str) -> &str {
    let path = arn.find('/').zip(arn.rfind('/'));
    path.map_or("/", |(first, last)| &arn[first..=last])
}

fn no_policy(name: &str) -> AwsError {
    let message = format!("The role policy with name {name} cannot be found.");
    AwsError::new("NoSuchEntity", message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{iam::role::tests::role, testing::Aws};

    #[test]
    fn a_role_with_policies_stays() {
        let aws = Aws::new();
        aws.ok("iam", "CreateRole", role("web"));
        let name = json!({"RoleName": "web"});
        let document = r#"{"Statement":[]}"#;
        let inline = json!({"RoleName": "web", "PolicyName": "a", "PolicyDocument": document});
        aws.ok("iam", "PutRolePolicy", inline.clone());
        assert_eq!(
            aws.code("iam", "DeleteRole", name.clone()),
            "DeleteConflict"
        );
        let listed = aws.ok("iam", "ListRolePolicies", name.clone());
        assert_eq!(listed["PolicyNames"], json!(["a"]));
        let policy = json!({"RoleName": "web", "PolicyName": "a"});
        let got = aws.ok("iam", "GetRolePolicy", policy.clone());
        assert_eq!(got["PolicyDocument"], "%7B%22Statement%22%3A%5B%5D%7D");
        aws.ok("iam", "DeleteRolePolicy", policy.clone());
        assert_eq!(aws.code("iam", "DeleteRolePolicy", policy), "NoSuchEntity");

        let arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
        let managed = json!({"RoleName": "web", "PolicyArn": arn});
        aws.ok("iam", "AttachRolePolicy", managed.clone());
        aws.ok("iam", "AttachRolePolicy", managed.clone());
        let attached = aws.ok("iam", "ListAttachedRolePolicies", name.clone());
        let expected =
            json!([{"PolicyArn": arn, "PolicyName": "AmazonECSTaskExecutionRolePolicy"}]);
        assert_eq!(attached["AttachedPolicies"], expected);
        assert_eq!(
            aws.code("iam", "DeleteRole", name.clone()),
            "DeleteConflict"
        );
        aws.ok("iam", "DetachRolePolicy", managed);
        aws.ok("iam", "DeleteRole", name);
    }
}
