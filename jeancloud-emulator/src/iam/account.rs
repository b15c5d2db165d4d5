//! What an account holds, told in one listing.

use serde_json::{Value, json};

use super::{
    document,
    role::{PAGE, Role},
};
use crate::{call::Call, error::Outcome, fields::Fields};

/// GetAccountAuthorizationDetails: roles by page. Users and groups there are none; managed policies
/// are told by ListPolicies, instance profiles by ListInstanceProfilesForRole.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>
pub(super) fn details(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut kinds = input.texts("Filter");
    let none = kinds.next().is_none();
    let wanted = none || input.texts("Filter").any(|kind| kind == "Role");
    let roles = call.table::<Role>().iter();
    let roles = roles
        .filter(|_| wanted)
        .map(|(name, role)| (name.to_owned(), role));
    let mut output = call.page(input, PAGE, roles, detail)?;
    // The model pages four lists and names this one first.
    output["RoleDetailList"] = output["UserDetailList"].take();
    for list in ["UserDetailList", "GroupDetailList", "Policies"] {
        output[list] = json!([]);
    }
    Ok(output)
}

fn detail(role: &Role) -> Value {
    let mut detail = role.view.clone();
    for told_elsewhere in ["Description", "MaxSessionDuration"] {
        detail.clear(told_elsewhere);
    }
    let inline = role.inline.iter().map(
        |(name, policy)| json!({"PolicyName": name, "PolicyDocument": document::encoded(policy)}),
    );
    let attached = role
        .attached
        .iter()
        .map(|arn| json!({"PolicyArn": arn, "PolicyName": arn.rsplit('/').next()}));
    detail["RolePolicyList"] = inline.collect();
    detail["AttachedManagedPolicies"] = attached.collect();
    detail
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Aws;

    const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

    /// Retrieves information about all IAM users, groups, roles, and policies in your AWS account,
    /// including their relationships to one another; see API_GetAccountAuthorizationDetails.
    #[test]
    fn a_role_is_told_with_its_policies() {
        let aws = Aws::new();
        for name in ["one", "two"] {
            let role = json!({"RoleName": name, "AssumeRolePolicyDocument": TRUST});
            aws.ok("iam", "CreateRole", role);
        }
        let policy = json!({"RoleName": "one", "PolicyName": "p", "PolicyDocument": TRUST});
        aws.ok("iam", "PutRolePolicy", policy);
        let first = aws.ok(
            "iam",
            "GetAccountAuthorizationDetails",
            json!({"MaxItems": 1}),
        );
        assert_eq!(first["IsTruncated"], true);
        let role = &first["RoleDetailList"][0];
        assert_eq!(role["RoleName"], "one");
        assert_eq!(role["RolePolicyList"][0]["PolicyName"], "p");
        let rest = json!({"Filter": ["Role"], "Marker": first["Marker"]});
        let rest = aws.ok("iam", "GetAccountAuthorizationDetails", rest);
        assert_eq!(rest["RoleDetailList"][0]["RoleName"], "two");
        let others = json!({"Filter": ["User"]});
        let others = aws.ok("iam", "GetAccountAuthorizationDetails", others);
        assert_eq!(others["RoleDetailList"], json!([]));
    }
}
