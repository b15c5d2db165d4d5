//! Instance profiles: what lets an instance have a role.

use serde_json::{Value, json};

use super::{
    role::{self, PAGE, Role},
    role_tags,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Edit, resource},
};

resource! {
    /// An instance profile, by its name, without its role.
    pub(crate) struct InstanceProfile: "iam/instance-profile" in Account {
        /// The name of the role that it has.
        role: Option<String>,
    }
    found by |it: &InstanceProfile| it.role.iter().map(|role| format!("role/{role}")).collect()
}

/// CreateInstanceProfile.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("InstanceProfileName");
    if call.get::<InstanceProfile>(name).is_some() {
        let message = format!("Instance Profile {name} already exists.");
        return Err(AwsError::new("EntityAlreadyExists", message));
    }
    let path = input.some_text("Path").unwrap_or("/");
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut view = json!({
        "Arn": call.global_arn("iam", &format!("instance-profile{path}{name}")),
        "CreateDate": call.now,
        "InstanceProfileId": format!("AIPA{}", call.draw("instance-profile").text(letters, 17)),
        "InstanceProfileName": name,
        "Path": path,
    });
    if !input.items("Tags").is_empty() {
        view["Tags"] = role_tags::merged(&[], input.items("Tags"))?;
    }
    call.insert(name, InstanceProfile { view, role: None });
    get(call, input)
}

/// GetInstanceProfile.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("InstanceProfileName");
    let profile = call
        .get::<InstanceProfile>(name)
        .ok_or_else(|| not_found(name))?;
    Ok(json!({"InstanceProfile": shown(call, profile)}))
}

/// ListInstanceProfiles.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let prefix = input.some_text("PathPrefix").unwrap_or("/");
    let profiles = call.table::<InstanceProfile>().iter();
    let profiles = profiles
        .filter(|(_, profile)| profile.view.text("Path").starts_with(prefix))
        .map(|(name, profile)| (name.to_owned(), profile));
    call.page(input, PAGE, profiles, |profile| shown(call, profile))
}

/// ListInstanceProfilesForRole.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html>
pub(super) fn list_for_role(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("RoleName");
    call.get::<Role>(name)
        .ok_or_else(|| role::not_found(name))?;
    let profiles = call.table::<InstanceProfile>();
    let key = format!("role/{name}");
    let profiles = profiles
        .with(&key)
        .map(|(name, profile)| (name.to_owned(), profile));
    call.page(input, PAGE, profiles, |profile| shown(call, profile))
}

/// DeleteInstanceProfile: not with a role.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteInstanceProfile.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    if find(call, input)?.role.is_some() {
        let message = "Cannot delete entity, must remove roles from instance profile first.";
        return Err(AwsError::new("DeleteConflict", message));
    }
    let name = input.text("InstanceProfileName");
    call.table_mut::<InstanceProfile>().remove(name);
    Ok(json!({}))
}

/// AddRoleToInstanceProfile: "An instance profile can contain only one role".
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html>
pub(super) fn add_role(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("RoleName");
    let there = call.get::<Role>(name).is_some();
    let mut profile = find(call, input)?;
    if !there {
        return Err(role::not_found(name));
    }
    if profile.role.is_some() {
        let message = "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1";
        return Err(AwsError::new("LimitExceeded", message));
    }
    profile.role = Some(name.to_owned());
    Ok(json!({}))
}

/// RemoveRoleFromInstanceProfile.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html>
pub(super) fn remove_role(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("RoleName");
    let mut profile = find(call, input)?;
    if profile.role.as_deref() != Some(name) {
        return Err(role::not_found(name));
    }
    profile.role = None;
    Ok(json!({}))
}

fn shown(call: &Call<'_>, profile: &InstanceProfile) -> Value {
    let mut view = profile.view.clone();
    let role = profile
        .role
        .as_deref()
        .and_then(|name| call.get::<Role>(name));
    view["Roles"] = role
        .iter()
        .map(|role| call.keep("Role", &role.view))
        .collect();
    view
}

fn find<'c>(call: &'c mut Call<'_>, input: &Value) -> Result<Edit<'c, InstanceProfile>, AwsError> {
    let name = input.text("InstanceProfileName");
    call.table_mut()
        .get_mut(name)
        .ok_or_else(|| not_found(name))
}

fn not_found(name: &str) -> AwsError {
    let message = format!("Instance Profile {name} cannot be found.");
    AwsError::new("NoSuchEntity", message)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{iam::role::tests::role, testing::Aws};

    #[test]
    fn a_profile_has_one_role_which_stays_while_it_does() {
        let aws = Aws::new();
        aws.ok("iam", "CreateRole", role("web"));
        let profile = json!({"InstanceProfileName": "p"});
        aws.ok("iam", "CreateInstanceProfile", profile.clone());
        let both = json!({"InstanceProfileName": "p", "RoleName": "web"});
        aws.ok("iam", "AddRoleToInstanceProfile", both.clone());
        assert_eq!(
            aws.code("iam", "AddRoleToInstanceProfile", both.clone()),
            "LimitExceeded"
        );
        let name = json!({"RoleName": "web"});
        let listed = aws.ok("iam", "ListInstanceProfilesForRole", name.clone());
        assert_eq!(listed["InstanceProfiles"][0]["Roles"][0]["RoleName"], "web");
        assert_eq!(
            aws.code("iam", "DeleteRole", name.clone()),
            "DeleteConflict"
        );
        let code = aws.code("iam", "DeleteInstanceProfile", profile.clone());
        assert_eq!(code, "DeleteConflict");
        aws.ok("iam", "RemoveRoleFromInstanceProfile", both);
        aws.ok("iam", "DeleteRole", name);
        aws.ok("iam", "DeleteInstanceProfile", profile.clone());
        assert_eq!(
            aws.code("iam", "GetInstanceProfile", profile),
            "NoSuchEntity"
        );
    }
}
