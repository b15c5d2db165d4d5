//! Managed policies, of the account and of AWS.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    aws_policies, document,
    role::{PAGE, Role},
    role_tags,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::{Edit, Time, resource},
};

/// "A managed policy can have up to five versions", API_CreatePolicyVersion.
const MOST_VERSIONS: usize = 5;

resource! {
    /// A policy of the account, by its ARN.
    pub(crate) struct Policy: "iam/policy" in Account {
        /// By their numbers.
        versions: BTreeMap<u32, Version>,
        default: u32,
        last: u32,
    }
}

/// A version of a policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Version {
    document: String,
    created: Time,
}

/// CreatePolicy.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html>
pub(super) fn create(call: &mut Call<'_>, input: &Value) -> Outcome {
    let name = input.text("PolicyName");
    let path = input.some_text("Path").unwrap_or("/");
    document::check(input.text("PolicyDocument"))?;
    let arn = call.global_arn("iam", &format!("policy{path}{name}"));
    // Names are unique in the account, whatever their case and path.
    let mut policies = call.table::<Policy>().iter();
    if policies.any(|(_, it)| it.view.text("PolicyName").eq_ignore_ascii_case(name)) {
        let message =
            format!("A policy called {name} already exists. Duplicate names are not allowed.");
        return Err(AwsError::new("EntityAlreadyExists", message));
    }
    drop(policies);
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut view = json!({
        "Arn": arn,
        "CreateDate": call.now,
        "IsAttachable": true,
        "Path": path,
        "PolicyId": format!("ANPA{}", call.draw("policy").text(letters, 17)),
        "PolicyName": name,
        "UpdateDate": call.now,
    });
    view.take_over(input, &["Description"]);
    if !input.items("Tags").is_empty() {
        view["Tags"] = role_tags::merged(&[], input.items("Tags"))?;
    }
    let first = Version {
        document: input.text("PolicyDocument").to_owned(),
        created: call.now,
    };
    let policy = Policy {
        view,
        versions: BTreeMap::from([(1, first)]),
        default: 1,
        last: 1,
    };
    call.insert(arn.clone(), policy);
    let mut view = view_of(call, &arn)?;
    view.clear("Description");
    Ok(json!({"Policy": view}))
}

/// GetPolicy.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html>
pub(super) fn get(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut view = view_of(call, input.text("PolicyArn"))?;
    if view.at("Tags").is_none() {
        view["Tags"] = json!([]);
    }
    Ok(json!({"Policy": view}))
}

/// ListPolicies: AWS's, the account's, or both.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let scope = input.some_text("Scope").unwrap_or("All");
    let prefix = input.some_text("PathPrefix").unwrap_or("/");
    let local = call.table::<Policy>().iter().map(|(arn, _)| arn.to_owned());
    let mut arns: Vec<String> = local.filter(|_| scope != "AWS").collect();
    if scope != "Local" {
        arns.extend(aws_policies::arns());
    }
    arns.sort();
    let views = arns
        .into_iter()
        .filter_map(|arn| Some((arn.clone(), view_of(call, &arn).ok()?)));
    let views = views
        .filter(|(_, view)| view.text("Path").starts_with(prefix))
        .filter(|(_, view)| !input.flag("OnlyAttached") || view.int("AttachmentCount") > Some(0));
    call.page(input, PAGE, views, |mut view| {
        view.clear("Description");
        view.clear("Tags");
        view
    })
}

/// DeletePolicy: not while it is attached or has other versions.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html>
pub(super) fn delete(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("PolicyArn");
    let others = find(call, input)?.versions.len() > 1;
    let attached = call.table::<Role>().any_with(arn);
    let message = match (attached, others) {
        (true, _) => "Cannot delete a policy attached to entities.",
        (false, true) => {
            "This policy has more than one version. Before you delete a policy, you must delete \
             the policy's versions. The default version is deleted with the policy."
        }
        (false, false) => "",
    };
    if !message.is_empty() {
        return Err(AwsError::new("DeleteConflict", message));
    }
    call.table_mut::<Policy>().remove(arn);
    Ok(json!({}))
}

/// CreatePolicyVersion.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html>
pub(super) fn create_version(call: &mut Call<'_>, input: &Value) -> Outcome {
    let text = input.text("PolicyDocument");
    let now = call.now;
    let mut policy = find(call, input)?;
    document::check(text)?;
    if policy.versions.len() >= MOST_VERSIONS {
        let message = "A managed policy can have up to 5 versions. Before you create a new \
                       version, you must delete an existing version.";
        return Err(AwsError::new("LimitExceeded", message));
    }
    let number = policy.last + 1;
    policy.last = number;
    let version = Version {
        document: text.to_owned(),
        created: now,
    };
    policy.versions.insert(number, version);
    if input.flag("SetAsDefault") {
        policy.default = number;
    }
    policy.view["UpdateDate"] = now.into();
    let mut shown = shown(&policy, number);
    shown.clear("Document");
    Ok(json!({"PolicyVersion": shown}))
}

/// SetDefaultPolicyVersion.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html>
pub(super) fn set_default(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut policy = find(call, input)?;
    let number = numbered(&policy, input)?;
    policy.default = number;
    Ok(json!({}))
}

/// GetPolicyVersion.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html>
pub(super) fn get_version(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("PolicyArn");
    if let Some(text) = aws_policies::document(arn) {
        return Ok(json!({"PolicyVersion": {
            "CreateDate": aws_policies::CREATED,
            "Document": document::encoded(text),
            "IsDefaultVersion": true,
            "VersionId": "v1",
        }}));
    }
    let policy = find(call, input)?;
    let number = numbered(&policy, input)?;
    Ok(json!({"PolicyVersion": shown(&policy, number)}))
}

/// ListPolicyVersions: without documents.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html>
pub(super) fn list_versions(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("PolicyArn");
    let policy = call.get::<Policy>(arn).ok_or_else(|| not_found(arn))?;
    let versions = policy.versions.keys().rev();
    // The newest first.
    let versions = versions.map(|number| (format!("{:010}", u32::MAX - number), *number));
    call.page(input, PAGE, versions, |number| {
        let mut shown = shown(policy, number);
        shown.clear("Document");
        shown
    })
}

/// DeletePolicyVersion: not the default one.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html>
pub(super) fn delete_version(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut policy = find(call, input)?;
    let number = numbered(&policy, input)?;
    if number == policy.default {
        let message = "Cannot delete the default version of a policy.";
        return Err(AwsError::new("DeleteConflict", message));
    }
    policy.versions.remove(&number);
    Ok(json!({}))
}

/// ListEntitiesForPolicy: roles.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html>
pub(super) fn entities(call: &mut Call<'_>, input: &Value) -> Outcome {
    let arn = input.text("PolicyArn");
    view_of(call, arn)?;
    let roles = call.table::<Role>().with(arn);
    let roles = roles.filter(|(_, role)| role.attached.iter().any(|it| it == arn));
    let roles = roles
        .map(|(_, role)| json!({"RoleId": role.view["RoleId"], "RoleName": role.view["RoleName"]}));
    let roles: Vec<Value> = roles.collect();
    Ok(json!({
        "IsTruncated": false,
        "PolicyGroups": [],
        "PolicyRoles": roles,
        "PolicyUsers": [],
    }))
}

/// TagPolicy.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html>
pub(super) fn tag(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut policy = find(call, input)?;
    let tags = role_tags::merged(policy.view.items("Tags"), input.items("Tags"))?;
    policy.view["Tags"] = tags;
    Ok(json!({}))
}

/// UntagPolicy.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagPolicy.html>
pub(super) fn untag(call: &mut Call<'_>, input: &Value) -> Outcome {
    let mut policy = find(call, input)?;
    let tags = role_tags::without(policy.view.items("Tags"), input);
    policy.view["Tags"] = tags;
    Ok(json!({}))
}

/// ListPolicyTags.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyTags.html>
pub(super) fn tags(call: &mut Call<'_>, input: &Value) -> Outcome {
    let view = view_of(call, input.text("PolicyArn"))?;
    let tags = view
        .items("Tags")
        .iter()
        .map(|tag| (tag.text("Key").to_owned(), tag));
    call.page(input, PAGE, tags, Value::clone)
}

/// Whether there is such a policy. Of AWS's own all are taken to exist: there are more than a
/// thousand.
pub(super) fn exists(call: &Call<'_>, arn: &str) -> bool {
    aws_policies::is_one(arn) || call.table::<Policy>().contains(arn)
}

pub(super) fn not_found(arn: &str) -> AwsError {
    let message = format!("Policy {arn} was not found.");
    AwsError::new("NoSuchEntity", message)
}

fn find<'c>(call: &'c mut Call<'_>, input: &Value) -> Result<Edit<'c, Policy>, AwsError> {
    let arn = input.text("PolicyArn");
    call.table_mut().get_mut(arn).ok_or_else(|| not_found(arn))
}

fn view_of(call: &Call<'_>, arn: &str) -> Outcome {
    let roles = call.table::<Role>().with(arn);
    let attached = roles
        .filter(|(_, role)| role.attached.iter().any(|it| it == arn))
        .count();
    let boundaries = call.table::<Role>().with(arn);
    let boundaries = boundaries
        .filter(|(_, it)| it.view["PermissionsBoundary"].text("PermissionsBoundaryArn") == arn)
        .count();
    let mut view = match call.get::<Policy>(arn) {
        Some(policy) => {
            let mut view = policy.view.clone();
            view["DefaultVersionId"] = format!("v{}", policy.default).into();
            view
        }
        None => aws_policies::view(arn).ok_or_else(|| not_found(arn))?,
    };
    view["AttachmentCount"] = attached.into();
    view["PermissionsBoundaryUsageCount"] = boundaries.into();
    Ok(view)
}

fn numbered(policy: &Policy, input: &Value) -> Result<u32, AwsError> {
    let id = input.text("VersionId");
    let number = id.strip_prefix('v').and_then(|number| number.parse().ok());
    let number = number.filter(|number| policy.versions.contains_key(number));
    number.ok_or_else(|| {
        let arn = policy.view.text("Arn");
        let message = format!("Policy {arn} version {id} does not exist or is not attachable.");
        AwsError::new("NoSuchEntity", message)
    })
}

fn shown(policy: &Policy, number: u32) -> Value {
    let version = policy.versions.get(&number);
    json!({
        "CreateDate": version.map(|it| it.created),
        "Document": version.map(|it| document::encoded(&it.document)),
        "IsDefaultVersion": number == policy.default,
        "VersionId": format!("v{number}"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{iam::role::tests::role, testing::Aws};

    const ARN: &str = "arn:aws:iam::123456789012:policy/app/read";
    const DOCUMENT: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;

    fn with_policy() -> Aws {
        let aws = Aws::new();
        let policy = json!({"PolicyName": "read", "Path": "/app/", "PolicyDocument": DOCUMENT});
        let made = aws.ok("iam", "CreatePolicy", policy);
        assert_eq!(made["Policy"]["Arn"], ARN);
        aws
    }

    fn arn() -> Value {
        json!({"PolicyArn": ARN})
    }

    #[test]
    fn an_attached_policy_stays() {
        let aws = with_policy();
        aws.ok("iam", "CreateRole", role("web"));
        let attach = json!({"RoleName": "web", "PolicyArn": ARN});
        aws.ok("iam", "AttachRolePolicy", attach.clone());
        assert_eq!(
            aws.ok("iam", "GetPolicy", arn())["Policy"]["AttachmentCount"],
            1
        );
        let entities = aws.ok("iam", "ListEntitiesForPolicy", arn());
        assert_eq!(entities["PolicyRoles"][0]["RoleName"], "web");
        let refusal = aws.refused("iam", "DeletePolicy", arn());
        assert_eq!(
            (refusal.status, refusal.code.as_str()),
            (409, "DeleteConflict")
        );
        aws.ok("iam", "DetachRolePolicy", attach.clone());
        aws.ok("iam", "DeletePolicy", arn());
        assert_eq!(aws.code("iam", "GetPolicy", arn()), "NoSuchEntity");
        assert_eq!(aws.code("iam", "AttachRolePolicy", attach), "NoSuchEntity");
    }

    #[test]
    fn a_policy_has_five_versions_at_most() {
        let aws = with_policy();
        let next = json!({"PolicyArn": ARN, "PolicyDocument": DOCUMENT, "SetAsDefault": true});
        for number in 2..=5 {
            let made = aws.ok("iam", "CreatePolicyVersion", next.clone());
            assert_eq!(made["PolicyVersion"]["VersionId"], format!("v{number}"));
        }
        assert_eq!(
            aws.code("iam", "CreatePolicyVersion", next.clone()),
            "LimitExceeded"
        );
        let version = |id: &str| json!({"PolicyArn": ARN, "VersionId": id});
        assert_eq!(
            aws.code("iam", "DeletePolicyVersion", version("v5")),
            "DeleteConflict"
        );
        assert_eq!(aws.code("iam", "DeletePolicy", arn()), "DeleteConflict");
        aws.ok("iam", "DeletePolicyVersion", version("v1"));
        assert_eq!(
            aws.code("iam", "GetPolicyVersion", version("v1")),
            "NoSuchEntity"
        );
        let made = aws.ok("iam", "CreatePolicyVersion", next);
        assert_eq!(made["PolicyVersion"]["VersionId"], "v6");
        let got = aws.ok("iam", "GetPolicyVersion", version("v6"));
        let document = got["PolicyVersion"]["Document"].as_str().unwrap();
        assert!(document.starts_with("%7B%22Version%22"), "{document}");
        let listed = aws.ok("iam", "ListPolicyVersions", arn());
        assert_eq!(listed["Versions"][0]["VersionId"], "v6");
    }

    #[test]
    fn a_name_is_used_once() {
        let aws = with_policy();
        let again = json!({"PolicyName": "Read", "PolicyDocument": DOCUMENT});
        assert_eq!(
            aws.code("iam", "CreatePolicy", again),
            "EntityAlreadyExists"
        );
    }

    #[test]
    fn policies_of_aws_exist_with_their_documents() {
        let aws = Aws::new();
        let arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
        let got = aws.ok("iam", "GetPolicy", json!({"PolicyArn": arn}));
        assert_eq!(got["Policy"]["Path"], "/service-role/");
        let version = json!({"PolicyArn": arn, "VersionId": got["Policy"]["DefaultVersionId"]});
        let got = aws.ok("iam", "GetPolicyVersion", version);
        let document = got["PolicyVersion"]["Document"].as_str().unwrap();
        assert!(
            document.contains("ecr%3AGetAuthorizationToken"),
            "{document}"
        );
        let listed = aws.ok("iam", "ListPolicies", json!({"Scope": "AWS"}));
        assert!(!listed["Policies"].as_array().unwrap().is_empty());
    }
}
