//! The policies of a role, of both kinds: reading them, and changing them.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join_all;
use jeancloud_model::{
    Arn, Input,
    iam::{Policy, PolicyDocument, Role},
};

use super::common;
use crate::{Clients, error, handler::Result};

/// The policies of a role.
#[derive(Debug, Default)]
pub(super) struct RolePolicies {
    /// ARNs of policies that stand by themselves.
    pub(super) managed: BTreeSet<String>,
    /// Policies that are part of the role, by name.
    pub(super) inline: BTreeMap<String, PolicyDocument>,
}

impl RolePolicies {
    /// Those that the role is to have.
    pub(super) fn wanted(role: &Role) -> Self {
        let inline = |policy: &Policy| {
            let name = policy.policy_name.value().as_str().to_owned();
            (name, policy.policy_document.clone())
        };
        Self {
            managed: role
                .managed_policy_arns
                .iter()
                .map(|arn| arn.value().as_str().to_owned())
                .collect(),
            inline: role.policies.iter().map(inline).collect(),
        }
    }

    /// Those that the role has. One that is deleted meanwhile has none.
    pub(super) async fn of(aws: &Clients, role: &str) -> Result<Self> {
        let mut managed = BTreeSet::new();
        let call = aws.iam().list_attached_role_policies().role_name(role);
        let mut pages = call.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = error::if_there(page.map_err(error::of("ListAttachedRolePolicies")))?;
            let page = page.as_ref().map(|page| page.attached_policies());
            let arns = page
                .into_iter()
                .flatten()
                .filter_map(|policy| policy.policy_arn());
            managed.extend(arns.map(str::to_owned));
        }
        let names = inline_names(aws, role).await?;
        let read = names.iter().map(|name| inline(aws, role, name));
        let inline = try_join_all(read).await?.into_iter().flatten().collect();
        Ok(Self { managed, inline })
    }

    pub(super) fn managed_policy_arns(&self) -> Vec<Input<Arn>> {
        let arn = |arn: &String| Input::Known(Arn::new(arn.clone()));
        self.managed.iter().map(arn).collect()
    }

    pub(super) fn policies(&self) -> Vec<Policy> {
        let policy = |(name, document): (&String, &PolicyDocument)| {
            Policy::new(name.as_str(), document.clone())
        };
        self.inline.iter().map(policy).collect()
    }

    /// Gives the role these and takes from it what `before` has beside them: first gives, so that
    /// what moves from one policy to another is never missing.
    pub(super) async fn replace(&self, aws: &Clients, role: &str, before: &Self) -> Result<()> {
        for arn in self.managed.difference(&before.managed) {
            let call = aws
                .iam()
                .attach_role_policy()
                .role_name(role)
                .policy_arn(arn);
            call.send().await.map_err(error::of("AttachRolePolicy"))?;
        }
        for (name, document) in &self.inline {
            if before.inline.get(name) != Some(document) {
                let call = aws.iam().put_role_policy().role_name(role);
                let call = call.policy_name(name).policy_document(document.to_aws());
                call.send().await.map_err(error::of("PutRolePolicy"))?;
            }
        }
        for arn in before.managed.difference(&self.managed) {
            let call = aws
                .iam()
                .detach_role_policy()
                .role_name(role)
                .policy_arn(arn);
            error::or_gone(call.send().await.map_err(error::of("DetachRolePolicy")))?;
        }
        for name in before
            .inline
            .keys()
            .filter(|name| !self.inline.contains_key(*name))
        {
            let call = aws
                .iam()
                .delete_role_policy()
                .role_name(role)
                .policy_name(name);
            error::or_gone(call.send().await.map_err(error::of("DeleteRolePolicy")))?;
        }
        Ok(())
    }
}

async fn inline_names(aws: &Clients, role: &str) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let call = aws.iam().list_role_policies().role_name(role);
    let mut pages = call.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = error::if_there(page.map_err(error::of("ListRolePolicies")))?;
        names.extend(page.iter().flat_map(|page| page.policy_names()).cloned());
    }
    Ok(names)
}

async fn inline(aws: &Clients, role: &str, name: &str) -> Result<Option<(String, PolicyDocument)>> {
    let call = aws
        .iam()
        .get_role_policy()
        .role_name(role)
        .policy_name(name);
    let answer = error::if_there(call.send().await.map_err(error::of("GetRolePolicy")))?;
    answer
        .map(|answer| {
            let document = common::policy("GetRolePolicy", answer.policy_document())?;
            Ok((name.to_owned(), document))
        })
        .transpose()
}
