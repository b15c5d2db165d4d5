//! Roles. Found again by tags, which `CreateRole` sets; a second `CreateRole` of the same name is
//! refused by IAM, so a lost answer makes nothing twice.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use aws_sdk_iam::types::{EntityType, Role as SdkRole, RoleDetail};
use futures_util::future::try_join_all;
use jeancloud_model::{
    Arn, Bounded, Input, Tags, Text,
    iam::{Role, RoleName, RolePath},
};
use jeancloud_stack::provider::{ErrorKind, Found};

use super::{common, role_policies::RolePolicies};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    taken,
    wait::{self, Wait},
};

/// From how many roles on the two lists of the whole account are fewer calls than those of each
/// role. A page of either list has up to 1000 roles, AWS's default quota.
const IN_BULK: usize = 8;

/// How long a new role may stay unknown to IAM's own reads.
///
/// IAM is eventually consistent; AWS documents no bound. Terraform waits 2 min.
const VISIBLE: Wait = Wait {
    operation: "GetRole",
    what: "the role",
    at_most: Duration::from_secs(120),
    pause: Duration::from_secs(2),
};

pub(super) struct RoleHandler;

#[async_trait]
impl Handler for RoleHandler {
    type Resource = Role;

    const PERMISSIONS: &'static [&'static str] = &[
        "iam:AttachRolePolicy",
        "iam:CreateRole",
        "iam:DeleteRole",
        "iam:DeleteRolePermissionsBoundary",
        "iam:DeleteRolePolicy",
        "iam:DetachRolePolicy",
        "iam:GetAccountAuthorizationDetails",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListRolePolicies",
        "iam:ListRoles",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<Role>>> {
        if ids.len() >= IN_BULK {
            return observe_in_bulk(aws, ids).await;
        }
        let seen = try_join_all(ids.iter().map(|name| observe_one(aws, name))).await?;
        Ok(seen.into_iter().flatten().collect())
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let details = details(aws).await?;
        let owned =
            |detail: &RoleDetail| search.owned(detail.role_name()?, common::pairs(detail.tags()));
        Ok(details.iter().filter_map(owned).collect())
    }

    async fn create(&self, aws: &Clients, new: &New<'_, Role>) -> Result<String> {
        let role = &new.resource;
        let name = taken::name(role.role_name.as_ref(), "RoleName")?.as_str();
        let call = aws
            .iam_once()
            .create_role()
            .role_name(name)
            .set_path(role.path.as_ref().map(|path| path.value().to_string()))
            .assume_role_policy_document(role.assume_role_policy_document.to_aws())
            .set_description(
                role.description
                    .as_ref()
                    .map(|text| text.value().to_owned()),
            )
            .set_max_session_duration(
                role.max_session_duration
                    .as_ref()
                    .map(|seconds| seconds.value().to_i32()),
            )
            .set_permissions_boundary(
                role.permissions_boundary
                    .as_ref()
                    .map(|arn| arn.value().to_string()),
            )
            .set_tags(common::tags(new));
        let answer = call.send().await.map_err(error::of("CreateRole"));
        if let Err(refused) = answer.map_err(common::principal_may_come) {
            let there = match refused.kind {
                ErrorKind::Conflict => get(aws, name).await?,
                _ => None,
            };
            let Some(there) = there else {
                return Err(refused);
            };
            let tags = common::pairs(there.tags());
            taken::ours(refused, &format!("the role {name}"), new.ownership, tags)?;
        }
        Ok(name.to_owned())
    }

    async fn finish(&self, aws: &Clients, new: &New<'_, Role>, name: &str) -> Result<()> {
        wait::until(VISIBLE, || get(aws, name)).await?;
        let none = RolePolicies::default();
        RolePolicies::wanted(&new.resource)
            .replace(aws, name, &none)
            .await
    }

    async fn update(&self, aws: &Clients, change: &Change<Role>) -> Result<()> {
        let (name, after) = (&change.id, &change.after);
        if change.touches_any(&["Description", "MaxSessionDuration"]) {
            let seconds = after.max_session_duration.as_ref();
            let call = aws
                .iam()
                .update_role()
                .role_name(name)
                .description(after.description.as_ref().map_or("", Text::value))
                .set_max_session_duration(seconds.map(|seconds| seconds.value().to_i32()));
            call.send().await.map_err(error::of("UpdateRole"))?;
        }
        if change.touches("AssumeRolePolicyDocument") {
            let document = after.assume_role_policy_document.to_aws();
            let call = aws.iam().update_assume_role_policy().role_name(name);
            let answer = call.policy_document(document).send().await;
            let answer = answer.map_err(error::of("UpdateAssumeRolePolicy"));
            answer.map_err(common::principal_may_come)?;
        }
        if change.touches("PermissionsBoundary") {
            set_boundary(aws, name, after.permissions_boundary.as_ref()).await?;
        }
        if change.touches_any(&["ManagedPolicyArns", "Policies"]) {
            let mut wanted = RolePolicies::wanted(after);
            let there = RolePolicies::of(aws, name).await?;
            // Of a kind that the change does not touch, everything stays as it is.
            if !change.touches("ManagedPolicyArns") {
                wanted.managed.clone_from(&there.managed);
            }
            if !change.touches("Policies") {
                wanted.inline.clone_from(&there.inline);
            }
            wanted.replace(aws, name, &there).await?;
        }
        update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<Role>) -> Result<()> {
        if get(aws, &old.id).await?.is_none() {
            return Ok(());
        }
        // IAM deletes no role that still has policies.
        let there = RolePolicies::of(aws, &old.id).await?;
        RolePolicies::default()
            .replace(aws, &old.id, &there)
            .await?;
        let call = aws.iam().delete_role().role_name(&old.id).send().await;
        error::or_gone(call.map_err(error::of("DeleteRole")))
    }
}

async fn get(aws: &Clients, name: &str) -> Result<Option<SdkRole>> {
    let call = aws.iam().get_role().role_name(name).send().await;
    let answer = error::if_there(call.map_err(error::of("GetRole")))?;
    Ok(answer.and_then(|answer| answer.role))
}

async fn observe_one(aws: &Clients, name: &str) -> Result<Option<Seen<Role>>> {
    let Some(role) = get(aws, name).await? else {
        return Ok(None);
    };
    let policies = RolePolicies::of(aws, name).await?;
    let boundary = role
        .permissions_boundary()
        .and_then(|b| b.permissions_boundary_arn());
    read(&role, policies, boundary, role.tags()).map(Some)
}

/// `GetAccountAuthorizationDetails` tells everything but description and session length, `ListRoles`
/// those.
async fn observe_in_bulk(aws: &Clients, ids: &[String]) -> Result<Vec<Seen<Role>>> {
    let details = details(aws).await?;
    let details: BTreeMap<&str, &RoleDetail> = details
        .iter()
        .filter_map(|detail| Some((detail.role_name()?, detail)))
        .collect();
    let mut seen = Vec::new();
    let mut pages = aws
        .iam()
        .list_roles()
        .max_items(1000)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        for role in page.map_err(error::of("ListRoles"))?.roles() {
            let detail = details.get(role.role_name());
            if let Some(detail) = detail.filter(|_| ids.iter().any(|id| id == role.role_name())) {
                let boundary = detail.permissions_boundary();
                let boundary = boundary.and_then(|boundary| boundary.permissions_boundary_arn());
                seen.push(read(role, policies_of(detail)?, boundary, detail.tags())?);
            }
        }
    }
    Ok(seen)
}

async fn details(aws: &Clients) -> Result<Vec<RoleDetail>> {
    const OPERATION: &str = "GetAccountAuthorizationDetails";
    let mut details = Vec::new();
    let call = aws.iam().get_account_authorization_details();
    let call = call.filter(EntityType::Role).max_items(1000);
    let mut pages = call.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(error::of(OPERATION))?;
        details.extend(page.role_detail_list.unwrap_or_default());
    }
    Ok(details)
}

fn policies_of(detail: &RoleDetail) -> Result<RolePolicies> {
    let mut policies = RolePolicies::default();
    for policy in detail.attached_managed_policies() {
        policies
            .managed
            .extend(policy.policy_arn().map(str::to_owned));
    }
    for policy in detail.role_policy_list() {
        let (name, text) = (
            policy.policy_name(),
            policy.policy_document().unwrap_or_default(),
        );
        let document = common::policy("GetAccountAuthorizationDetails", text)?;
        policies
            .inline
            .insert(name.unwrap_or_default().to_owned(), document);
    }
    Ok(policies)
}

fn read(
    role: &SdkRole,
    policies: RolePolicies,
    boundary: Option<&str>,
    tags: &[aws_sdk_iam::types::Tag],
) -> Result<Seen<Role>> {
    let trust = role.assume_role_policy_document().unwrap_or_default();
    let seconds = role
        .max_session_duration()
        .and_then(|seconds| u32::try_from(seconds).ok());
    let resource = Role {
        role_name: Some(Input::Known(RoleName::from(role.role_name()))),
        path: Some(Input::Known(RolePath::from(role.path()))),
        assume_role_policy_document: common::policy("GetRole", trust)?,
        description: Some(Text::known(role.description().unwrap_or_default())),
        managed_policy_arns: policies.managed_policy_arns(),
        policies: policies.policies(),
        permissions_boundary: boundary.map(|arn| Input::Known(Arn::from(arn))),
        max_session_duration: seconds.map(|seconds| Input::Known(Bounded::new(seconds))),
        tags: Tags::new(),
    };
    let seen = Seen::new(role.role_name(), resource)
        .output_text("Arn", Some(role.arn()))
        .output_text("RoleId", Some(role.role_id()))
        .tagged(common::pairs(tags));
    Ok(seen)
}

async fn set_boundary(aws: &Clients, name: &str, boundary: Option<&Input<Arn>>) -> Result<()> {
    match boundary {
        Some(arn) => {
            let call = aws.iam().put_role_permissions_boundary().role_name(name);
            let answer = call.permissions_boundary(arn.value().as_str()).send().await;
            answer.map_err(error::of("PutRolePermissionsBoundary"))?;
            Ok(())
        }
        None => {
            let call = aws.iam().delete_role_permissions_boundary().role_name(name);
            let answer = call.send().await;
            error::or_gone(answer.map_err(error::of("DeleteRolePermissionsBoundary")))
        }
    }
}

async fn update_tags(aws: &Clients, change: &Change<Role>) -> Result<()> {
    let set = change.tags_to_set();
    if !set.is_empty() {
        let tags = set
            .iter()
            .map(|(key, value)| common::tag(key, value))
            .collect();
        let call = aws
            .iam()
            .tag_role()
            .role_name(&change.id)
            .set_tags(Some(tags));
        call.send().await.map_err(error::of("TagRole"))?;
    }
    let removed = change.tags_to_remove();
    if !removed.is_empty() {
        let call = aws.iam().untag_role().role_name(&change.id);
        let answer = call.set_tag_keys(Some(removed)).send().await;
        answer.map_err(error::of("UntagRole"))?;
    }
    Ok(())
}
