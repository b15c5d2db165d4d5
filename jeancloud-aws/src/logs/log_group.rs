//! Log groups. Found again by name and tags, which `CreateLogGroup` sets: Logs has no call that
//! asks for tags, so the names that the stack gives are asked for.

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use aws_sdk_cloudwatchlogs::types::LogGroup as SdkLogGroup;
use futures_util::future::try_join_all;
use jeancloud_model::{
    Arn, Input, Resource, Tags,
    logs::{LogGroup, LogGroupClass, LogGroupName, Retention},
};
use jeancloud_stack::provider::{ErrorKind, Found, ProviderError};

use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    taken,
    wait::{self, Wait},
};

pub(super) struct LogGroupHandler;

/// The most names of one `DescribeLogGroups` call, by its API reference.
const GROUPS_PER_CALL: usize = 50;

/// How many groups' tags are asked for at once: Logs has no call about several.
const AT_ONCE: usize = 8;

/// How long a new log group may stay unknown.
///
/// AWS documents no bound. Terraform waits 2 min for new resources of eventually consistent APIs.
const VISIBLE: Wait = Wait {
    operation: "DescribeLogGroups",
    what: "the log group",
    at_most: Duration::from_secs(120),
    pause: Duration::from_secs(2),
};

#[async_trait]
impl Handler for LogGroupHandler {
    type Resource = LogGroup;

    const PERMISSIONS: &'static [&'static str] = &[
        "logs:AssociateKmsKey",
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:DeleteRetentionPolicy",
        "logs:DescribeLogGroups",
        "logs:DisassociateKmsKey",
        "logs:ListTagsForResource",
        "logs:PutLogGroupDeletionProtection",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<LogGroup>>> {
        let groups = describe(aws, ids).await?;
        let tags = all_tags(aws, &groups).await?;
        let seen = groups.iter().zip(tags);
        Ok(seen.filter_map(|(group, tags)| read(group, tags)).collect())
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let names: Vec<String> = (search.keyed(&["LogGroupName"]))
            .filter_map(|(_, keys)| Some(keys.get("LogGroupName")?.as_str()?.to_owned()))
            .collect();
        let groups = describe(aws, &names).await?;
        let tags = all_tags(aws, &groups).await?;
        let owned = |(group, tags): (&SdkLogGroup, HashMap<String, String>)| {
            search.owned(group.log_group_name()?, pairs(&tags))
        };
        Ok(groups.iter().zip(tags).filter_map(owned).collect())
    }

    async fn create(&self, aws: &Clients, new: &New<'_, LogGroup>) -> Result<String> {
        let group = &new.resource;
        let name = taken::name(group.log_group_name.as_ref(), "LogGroupName")?.to_string();
        let tags = new
            .tags()
            .map(|(key, value)| (key.to_owned(), value.to_owned()));
        let class = group.log_group_class.as_ref();
        let key = group.kms_key_id.as_ref();
        let call = aws
            .logs_once()
            .create_log_group()
            .log_group_name(&name)
            .set_kms_key_id(key.map(|key| key.value().to_string()))
            .set_log_group_class(class.map(|class| class.value().as_str().into()))
            .set_tags(Some(tags.collect()));
        match call.send().await.map_err(error::of("CreateLogGroup")) {
            Ok(_) => {}
            Err(refused) if refused.kind == ErrorKind::Conflict => {
                let tags = tags_of(aws, &name).await?;
                taken::ours(
                    refused,
                    &format!("the log group {name}"),
                    new.ownership,
                    pairs(&tags),
                )?;
            }
            Err(error) => return Err(error),
        }
        Ok(name)
    }

    async fn finish(&self, aws: &Clients, new: &New<'_, LogGroup>, name: &str) -> Result<()> {
        let group = &new.resource;
        let ids = [name.to_owned()];
        wait::until(VISIBLE, || async { Ok(describe(aws, &ids).await?.pop()) }).await?;
        if let Some(retention) = &group.retention_in_days {
            keep(aws, name, Some(*retention.value())).await?;
        }
        if let Some(protected) = &group.deletion_protection_enabled {
            protect(aws, name, *protected.value()).await?;
        }
        Ok(())
    }

    async fn update(&self, aws: &Clients, change: &Change<LogGroup>) -> Result<()> {
        let (name, group) = (&change.id, &change.after);
        if change.touches("LogGroupClass") {
            let wrong = format!("the class of the log group {name} can't be changed");
            return Err(
                ProviderError::new(ErrorKind::Invalid, "", wrong).with_hint(
                    "AWS fixes a log group's class when it is made: give it another LogGroupName too, and it is replaced",
                ),
            );
        }
        if change.touches("RetentionInDays") {
            let days = group.retention_in_days.as_ref();
            keep(aws, name, days.map(|days| *days.value())).await?;
        }
        if change.touches("KmsKeyId") {
            encrypt(aws, name, group.kms_key_id.as_ref().map(Input::value)).await?;
        }
        if change.touches("DeletionProtectionEnabled") {
            let protected = group.deletion_protection_enabled.as_ref();
            protect(aws, name, protected.is_some_and(|on| *on.value())).await?;
        }
        update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<LogGroup>) -> Result<()> {
        let call = aws
            .logs()
            .delete_log_group()
            .log_group_name(&old.id)
            .send()
            .await;
        error::or_gone(call.map_err(error::of("DeleteLogGroup")))
    }
}

/// Those of these groups that exist. What is asked for is looked at again: an endpoint that doesn't
/// know `logGroupIdentifiers` answers with every group.
async fn describe(aws: &Clients, names: &[String]) -> Result<Vec<SdkLogGroup>> {
    let mut there = Vec::new();
    for names in names.chunks(GROUPS_PER_CALL) {
        let call = aws
            .logs()
            .describe_log_groups()
            .set_log_group_identifiers(Some(names.to_vec()));
        let mut pages = call.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(error::of("DescribeLogGroups"))?;
            let groups = page.log_groups.unwrap_or_default().into_iter();
            there.extend(groups.filter(|group| {
                let name = group.log_group_name();
                name.is_some_and(|name| names.iter().any(|wanted| wanted == name))
            }));
        }
    }
    Ok(there)
}

async fn all_tags(aws: &Clients, groups: &[SdkLogGroup]) -> Result<Vec<HashMap<String, String>>> {
    let mut tags = Vec::new();
    for groups in groups.chunks(AT_ONCE) {
        let names = groups.iter().filter_map(|group| group.log_group_name());
        tags.extend(try_join_all(names.map(|name| tags_of(aws, name))).await?);
    }
    Ok(tags)
}

/// A group's tags; none where it has just gone.
async fn tags_of(aws: &Clients, name: &str) -> Result<HashMap<String, String>> {
    let call = aws
        .logs()
        .list_tags_for_resource()
        .resource_arn(arn(aws, name));
    let answer = call.send().await.map_err(error::of("ListTagsForResource"));
    let tags = error::if_there(answer)?.and_then(|answer| answer.tags);
    Ok(tags.unwrap_or_default())
}

/// The ARN by which tags are set: without the `:*` of the one that policies want.
fn arn(aws: &Clients, name: &str) -> String {
    aws.arn("logs", &format!("log-group:{name}"))
}

fn pairs(tags: &HashMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
    tags.iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
}

async fn keep(aws: &Clients, name: &str, retention: Option<Retention>) -> Result<()> {
    let Some(retention) = retention else {
        let call = aws
            .logs()
            .delete_retention_policy()
            .log_group_name(name)
            .send()
            .await;
        return call.map(|_| ()).map_err(error::of("DeleteRetentionPolicy"));
    };
    let days = i32::try_from(retention.days()).unwrap_or(i32::MAX);
    let call = aws
        .logs()
        .put_retention_policy()
        .log_group_name(name)
        .retention_in_days(days);
    call.send()
        .await
        .map(|_| ())
        .map_err(error::of("PutRetentionPolicy"))
}

async fn encrypt(aws: &Clients, name: &str, key: Option<&Arn>) -> Result<()> {
    let Some(key) = key else {
        let call = aws
            .logs()
            .disassociate_kms_key()
            .log_group_name(name)
            .send()
            .await;
        return call.map(|_| ()).map_err(error::of("DisassociateKmsKey"));
    };
    let call = aws
        .logs()
        .associate_kms_key()
        .log_group_name(name)
        .kms_key_id(key.as_str());
    call.send()
        .await
        .map(|_| ())
        .map_err(error::of("AssociateKmsKey"))
}

async fn protect(aws: &Clients, name: &str, on: bool) -> Result<()> {
    let call = aws
        .logs()
        .put_log_group_deletion_protection()
        .log_group_identifier(name)
        .deletion_protection_enabled(on);
    let answer = call.send().await;
    answer
        .map(|_| ())
        .map_err(error::of("PutLogGroupDeletionProtection"))
}

async fn update_tags<R: Resource>(aws: &Clients, change: &Change<R>) -> Result<()> {
    let arn = arn(aws, &change.id);
    let set = change.tags_to_set();
    if !set.is_empty() {
        let call = aws
            .logs()
            .tag_resource()
            .resource_arn(&arn)
            .set_tags(Some(set.into_iter().collect()));
        call.send().await.map_err(error::of("TagResource"))?;
    }
    let removed = change.tags_to_remove();
    if !removed.is_empty() {
        let call = aws
            .logs()
            .untag_resource()
            .resource_arn(&arn)
            .set_tag_keys(Some(removed));
        call.send().await.map_err(error::of("UntagResource"))?;
    }
    Ok(())
}

fn read(group: &SdkLogGroup, tags: HashMap<String, String>) -> Option<Seen<LogGroup>> {
    let name = group.log_group_name()?.to_owned();
    let days = group.retention_in_days();
    let class = group.log_group_class();
    let key = group.kms_key_id();
    let resource = LogGroup {
        log_group_name: Some(Input::Known(LogGroupName::new(name.clone()))),
        retention_in_days: days
            .and_then(|days| Retention::from_days(u32::try_from(days).ok()?).ok())
            .map(Input::Known),
        kms_key_id: key.map(|key| Input::Known(Arn::new(key.to_owned()))),
        log_group_class: class
            .and_then(|class| LogGroupClass::from_aws(class.as_str()))
            .map(Input::Known),
        deletion_protection_enabled: group.deletion_protection_enabled().map(Input::Known),
        tags: Tags::new(),
    };
    let seen = Seen::new(name, resource)
        .output_text("Arn", group.arn())
        .tagged(tags);
    Some(seen)
}
