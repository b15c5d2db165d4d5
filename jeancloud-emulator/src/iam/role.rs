//! Roles.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{document, instance_profile::InstanceProfile, policy, role_tags, service_linked_role};
use crate::{
    call::Call,
    durations::IAM_PROPAGATION,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Edit, resource},
};

/// If you do not include this parameter, it defaults to 100; see API_ListRoles.
pub(super) const PAGE: usize = 100;

resource! {
    /// A role, by its name.
    pub(crate) struct Role: "iam/role" in Account {
        /// Documents by name.
        inline: BTreeMap<String, String>,
        /// ARNs of managed policies.
        attached: Vec<String>,
    }
    found by |role: &Role| {
        let name = name_key(role.view.text("RoleName"));
        role.attached.iter().cloned().chain([name]).collect()
    }
}

/// CreateRole.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("RoleName");
    document::check(input.text("AssumeRolePolicyDocument"))?;
    // "Names are not distinguished by case", the same.
    if call.table::<Role>().any_with(&name_key(name)) {
        let message = format!("Role with name {name} already exists.");
        return Err(AwsError::new("EntityAlreadyExists", message));
    }
    let path = input.some_text("Path").unwrap_or("/");
    let mut view = call.keep("Role", input);
    view["Path"] = path.into();
    view["Arn"] = call.global_arn("iam", &format!("role{path}{name}")).into();
    view["CreateDate"] = call.now.into();
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    view["RoleId"] = format!("AROA{}", call.draw("role").text(letters, 17)).into();
    let trust = document::encoded(input.text("AssumeRolePolicyDocument"));
    view["AssumeRolePolicyDocument"] = trust.into();
    if let Some(boundary) = input.at("PermissionsBoundary") {
        view["PermissionsBoundary"] = json!({
            "PermissionsBoundaryArn": boundary,
            "PermissionsBoundaryType": "Policy",
        });
    }
    if let Some(tags) = input.at("Tags") {
        view["Tags"] = role_tags::merged(&[], tags.as_array().map_or(&[], Vec::as_slice))?;
    }
    let answer = view.clone();
    if view.at("MaxSessionDuration").is_none() {
        view["MaxSessionDuration"] = 3600.into();
    }
    let role = Role {
        view,
        inline: BTreeMap::new(),
        attached: Vec::new(),
    };
    call.insert(name, role);
    Ok(json!({"Role": answer}))
}

/// GetRole.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("RoleName");
    let role = call
        .seen::<Role>(name, IAM_PROPAGATION)
        .ok_or_else(|| not_found(name))?;
    let mut view = role.view.clone();
    view["RoleLastUsed"] = json!({});
    Ok(json!({"Role": view}))
}

/// ListRoles: without tags and boundaries, as documented.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let prefix = input.some_text("PathPrefix").unwrap_or("/");
    let roles = call.table::<Role>().iter();
    let roles = roles
        .filter(|(_, role)| role.view.text("Path").starts_with(prefix))
        .map(|(name, role)| (name.to_owned(), role));
    call.page(input, PAGE, roles, |role| {
        let mut view = role.view.clone();
        view.clear("Tags");
        view.clear("PermissionsBoundary");
        view
    })
}

/// UpdateRole: what isn't given stays.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html>
pub(super) fn update(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut role = named(call, input)?;
    role.view
        .take_over(input, &["Description", "MaxSessionDuration"]);
    Ok(json!({}))
}

/// UpdateRoleDescription.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRoleDescription.html>
pub(super) fn update_description(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut role = named(call, input)?;
    role.view.take_over(input, &["Description"]);
    Ok(json!({"Role": role.view}))
}

/// PutRolePermissionsBoundary.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html>
pub(super) fn put_boundary(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("PermissionsBoundary");
    let exists = policy::exists(call, arn);
    let mut role = named(call, input)?;
    if !exists {
        let message = format!("Scope ARN: {arn} does not exist or is not attachable.");
        return Err(AwsError::new("NoSuchEntity", message));
    }
    role.view["PermissionsBoundary"] = json!({
        "PermissionsBoundaryArn": arn,
        "PermissionsBoundaryType": "Policy",
    });
    Ok(json!({}))
}

/// DeleteRolePermissionsBoundary.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html>
pub(super) fn delete_boundary(call: &mut Call<'_>, input: &Value) -> Outcome {
    named(call, input)?.view.clear("PermissionsBoundary");
    Ok(json!({}))
}

/// UpdateAssumeRolePolicy.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html>
pub(super) fn update_trust(call: &mut Call<'_>, input: &Value) -> Outcome {
    let policy = input.text("PolicyDocument");
    let mut role = named(call, input)?;
    service_linked_role::check_is_none(&role)?;
    document::check(policy)?;
    role.view["AssumeRolePolicyDocument"] = document::encoded(policy).into();
    Ok(json!({}))
}

/// DeleteRole: not with policies.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("RoleName");
    let role = call.get::<Role>(name).ok_or_else(|| not_found(name))?;
    service_linked_role::check_is_none(role)?;
    let message = match (role.attached.is_empty(), role.inline.is_empty()) {
        (true, true)
            if call
                .table::<InstanceProfile>()
                .any_with(&format!("role/{name}")) =>
        {
            Some("Cannot delete entity, must remove roles from instance profile first.")
        }
        (true, true) => None,
        (false, _) => Some("Cannot delete entity, must detach all policies first."),
        (true, false) => Some("Cannot delete entity, must delete policies first."),
    };
    if let Some(message) = message {
        return Err(AwsError::new("DeleteConflict", message));
    }
    call.table_mut::<Role>().remove(name);
    Ok(json!({}))
}

fn name_key(name: &str) -> String {
    format!("name/{}", name.to_ascii_lowercase())
}

/// The role that an input names.
pub(super) fn named<'c>(call: &'c mut Call<'_>, input: &Value) -> Result<Edit<'c, Role>, AwsError> {
    let name = input.text("RoleName");
    call.table_mut()
        .get_mut(name)
        .ok_or_else(|| not_found(name))
}

pub(super) fn not_found(name: &str) -> AwsError {
    let message = format!("The role with name {name} cannot be found.");
    AwsError::new("NoSuchEntity", message)
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::{Value, json};

    use crate::{Emulator, testing::Aws};

    const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;

    pub fn role(name: &str) -> Value {
        json!({"RoleName": name, "AssumeRolePolicyDocument": TRUST})
    }

    #[test]
    fn a_role_comes_back_with_its_document_encoded() {
        let aws = Aws::new();
        let mut input = role("web");
        input["Path"] = "/app/".into();
        aws.ok("iam", "CreateRole", input);
        let got = aws.ok("iam", "GetRole", json!({"RoleName": "web"}));
        assert_eq!(got["Role"]["Arn"], "arn:aws:iam::123456789012:role/app/web");
        let document = got["Role"]["AssumeRolePolicyDocument"].as_str().unwrap();
        assert!(
            document.starts_with("%7B%22Version%22%3A%222012-10-17%22"),
            "{document}"
        );
        assert_eq!(got["Role"]["MaxSessionDuration"], 3600);
        assert_eq!(got["Role"]["RoleId"].as_str().unwrap().len(), 21);
    }

    #[test]
    fn a_name_is_used_once_whatever_its_case() {
        let aws = Aws::new();
        aws.ok("iam", "CreateRole", role("web"));
        let refusal = aws.refused("iam", "CreateRole", role("Web"));
        assert_eq!(
            (refusal.status, refusal.code.as_str()),
            (409, "EntityAlreadyExists")
        );
    }

    #[test]
    fn a_document_is_json_with_statements() {
        let aws = Aws::new();
        for document in ["{", "{}", "[]"] {
            let input = json!({"RoleName": "web", "AssumeRolePolicyDocument": document});
            assert_eq!(
                aws.code("iam", "CreateRole", input),
                "MalformedPolicyDocument"
            );
        }
    }

    #[test]
    fn roles_are_the_same_in_all_regions() {
        let aws = Aws::new();
        aws.ok("iam", "CreateRole", role("web"));
        let roles = aws.in_region("us-east-1").ok("iam", "ListRoles", json!({}));
        assert_eq!(roles["Roles"][0]["RoleName"], "web");
        assert_eq!(roles["IsTruncated"], false);
    }

    #[test]
    fn an_absent_role_is_not_found() {
        let refusal = Aws::new().refused("iam", "GetRole", json!({"RoleName": "web"}));
        assert_eq!(
            (refusal.status, refusal.code.as_str()),
            (404, "NoSuchEntity")
        );
        assert_eq!(refusal.message, "The role with name web cannot be found.");
    }

    #[test]
    fn a_new_role_is_unknown_for_a_while_where_aws_is_eventually_consistent() {
        let emulator = Emulator::builder().eventually_consistent(true).build();
        let aws = Aws::of(emulator.client());
        aws.ok("iam", "CreateRole", role("web"));
        let name = json!({"RoleName": "web"});
        assert_eq!(aws.code("iam", "GetRole", name.clone()), "NoSuchEntity");
        emulator.advance(super::IAM_PROPAGATION);
        aws.ok("iam", "GetRole", name);
    }
}
