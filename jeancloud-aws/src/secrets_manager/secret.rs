//! Secrets. Found again by tags, which `CreateSecret` sets, and by name, because the list that can
//! be asked by tag lags behind. A second `CreateSecret` of the same name is refused, so a lost
//! answer makes nothing twice. No call here reads a value.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_secretsmanager::{
    operation::describe_secret::DescribeSecretOutput,
    types::{Filter, FilterNameStringType, ReplicaRegionType, ReplicationStatusType, Tag},
};
use futures_util::future::try_join_all;
use jeancloud_model::{
    Input, Region, Tags, Text,
    kms::KeyArn,
    secrets_manager::{ReplicaRegion, Secret, SecretName},
};
use jeancloud_stack::provider::{ErrorKind, Found, Ownership, ProviderError};

use super::value::SecretString;
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    taken,
    wait::{self, Wait},
};

/// How long a secret that is deleted without recovery may still be there.
///
/// `DeleteSecret`: "runs an asynchronous process"; no bound is documented. Terraform waits 2 min.
const GONE: Wait = Wait {
    operation: "DescribeSecret",
    what: "the end of the secret",
    at_most: Duration::from_secs(120),
    pause: Duration::from_secs(2),
};

/// How many secrets are read at once.
const AT_ONCE: usize = 8;

pub(super) struct SecretHandler;

#[async_trait]
impl Handler for SecretHandler {
    type Resource = Secret;

    const PERMISSIONS: &'static [&'static str] = &[
        "secretsmanager:CreateSecret",
        "secretsmanager:DeleteSecret",
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetRandomPassword",
        "secretsmanager:ListSecrets",
        "secretsmanager:PutSecretValue",
        "secretsmanager:RemoveRegionsFromReplication",
        "secretsmanager:ReplicateSecretToRegions",
        "secretsmanager:TagResource",
        "secretsmanager:UntagResource",
        "secretsmanager:UpdateSecret",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<Secret>>> {
        // `ListSecrets` could tell of a hundred a call, but minutes late.
        let mut seen = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let secrets = try_join_all(ids.iter().map(|id| describe(aws, id))).await?;
            seen.extend(secrets.iter().flatten().map(read));
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        let filter = |key, value: &str| Filter::builder().key(key).values(value).build();
        let call = aws
            .secrets_manager()
            .list_secrets()
            .filters(filter(FilterNameStringType::TagKey, Ownership::STACK_TAG))
            .filters(filter(FilterNameStringType::TagValue, search.stack));
        let mut pages = call.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(error::of("ListSecrets"))?;
            for secret in page
                .secret_list()
                .iter()
                .filter(|s| s.deleted_date().is_none())
            {
                let owned = |arn: &str| search.owned(arn, pairs(secret.tags()));
                found.extend(secret.arn().and_then(owned));
            }
        }
        for (_, keys) in search.keyed(&["Name"]) {
            let Some(name) = keys.get("Name").and_then(|name| name.as_str()) else {
                continue;
            };
            if let Some(secret) = describe(aws, name).await? {
                let owned = |arn: &str| search.owned(arn, pairs(secret.tags()));
                let one = secret.arn().and_then(owned);
                found.extend(one.filter(|one| !found.contains(one)));
            }
        }
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, Secret>) -> Result<String> {
        let secret = &new.resource;
        let name = taken::name(secret.name.as_ref(), "Name")?.as_str();
        let value = match &secret.generate_secret_string {
            Some(how) => Some(SecretString::generate(aws, how).await?),
            None => None,
        };
        let regions: Vec<_> = secret.replica_regions.iter().map(replica).collect();
        let tags = new.tags().map(|(key, value)| tag(key, value)).collect();
        // The SDK makes the client request token: with the same token and value, its own retries
        // make nothing twice. A later attempt has another value, and finds the name taken.
        let call = aws
            .secrets_manager()
            .create_secret()
            .name(name)
            .set_description(
                secret
                    .description
                    .as_ref()
                    .map(|text| text.value().to_owned()),
            )
            .set_kms_key_id(
                secret
                    .kms_key_id
                    .as_ref()
                    .map(|key| key.value().to_string()),
            )
            .set_secret_string(value.map(SecretString::into_inner))
            .set_add_replica_regions((!regions.is_empty()).then_some(regions))
            .set_tags(Some(tags));
        let arn = match call.send().await.map_err(error::of("CreateSecret")) {
            Ok(answer) => answer.arn.unwrap_or_default(),
            Err(refused) => adopt(aws, new, name, refused).await?,
        };
        Ok(arn)
    }

    async fn update(&self, aws: &Clients, change: &Change<Secret>) -> Result<()> {
        let (arn, after) = (&change.id, &change.after);
        if change.touches_any(&["Description", "KmsKeyId"]) {
            let call = aws
                .secrets_manager()
                .update_secret()
                .secret_id(arn)
                .description(after.description.as_ref().map_or("", Text::value))
                .set_kms_key_id(after.kms_key_id.as_ref().map(|key| key.value().to_string()));
            call.send().await.map_err(error::of("UpdateSecret"))?;
        }
        let how = after.generate_secret_string.as_ref();
        if let Some(how) = how.filter(|_| change.touches("GenerateSecretString")) {
            let value = SecretString::generate(aws, how).await?;
            let call = aws.secrets_manager().put_secret_value().secret_id(arn);
            let answer = call.secret_string(value.into_inner()).send().await;
            answer.map_err(error::of("PutSecretValue"))?;
        }
        if change.touches("ReplicaRegions") {
            replicate(aws, arn, &after.replica_regions).await?;
        }
        update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<Secret>) -> Result<()> {
        let Some(there) = describe(aws, &old.id).await? else {
            return Ok(());
        };
        if !there.replication_status().is_empty() {
            // `DeleteSecret` refuses a secret that has replicas.
            replicate(aws, &old.id, &[]).await?;
        }
        let Secret {
            force_delete_without_recovery,
            recovery_window_in_days,
            ..
        } = &old.resource;
        let force = force_delete_without_recovery
            .as_ref()
            .is_some_and(|on| *on.value());
        let days = recovery_window_in_days
            .as_ref()
            .map(|days| days.value().number());
        let call = aws
            .secrets_manager()
            .delete_secret()
            .secret_id(&old.id)
            .set_force_delete_without_recovery(force.then_some(true))
            .set_recovery_window_in_days(days.filter(|_| !force).map(i64::from));
        let answer = call.send().await;
        error::or_gone(answer.map_err(error::of("DeleteSecret")))?;
        wait::until(GONE, || async {
            Ok(describe(aws, &old.id).await?.is_none().then_some(()))
        })
        .await
    }
}

/// A secret that waits for its deletion is as good as gone: its value can't be read.
async fn describe(aws: &Clients, id: &str) -> Result<Option<DescribeSecretOutput>> {
    let call = aws
        .secrets_manager()
        .describe_secret()
        .secret_id(id)
        .send()
        .await;
    let secret = error::if_there(call.map_err(error::of("DescribeSecret")))?;
    Ok(secret.filter(|secret| secret.deleted_date().is_none()))
}

/// The secret of this name, if it is ours: an earlier call made it, whose answer was lost.
async fn adopt(
    aws: &Clients,
    new: &New<'_, Secret>,
    name: &str,
    refused: ProviderError,
) -> Result<String> {
    if refused.message.contains("scheduled for deletion") {
        let hint = format!(
            "bring it back with `aws secretsmanager restore-secret --secret-id {name}`, or choose another name"
        );
        return Err(ProviderError {
            kind: ErrorKind::Conflict,
            ..refused
        }
        .with_hint(hint));
    }
    if refused.code.as_deref() != Some("ResourceExistsException") {
        return Err(refused);
    }
    let Some(there) = describe(aws, name).await? else {
        return Err(refused);
    };
    taken::ours(
        refused,
        &format!("the secret {name}"),
        new.ownership,
        pairs(there.tags()),
    )?;
    Ok(there.arn.unwrap_or_default())
}

fn read(secret: &DescribeSecretOutput) -> Seen<Secret> {
    let name = secret.name().unwrap_or_default();
    let regions = secret.replication_status().iter();
    let resource = Secret {
        name: Some(Input::Known(SecretName::from(name))),
        description: Some(Text::known(secret.description().unwrap_or_default())),
        kms_key_id: secret
            .kms_key_id()
            .map(|key| Input::Known(KeyArn::from(key))),
        generate_secret_string: None,
        replica_regions: regions.filter_map(read_replica).collect(),
        recovery_window_in_days: None,
        force_delete_without_recovery: None,
        tags: Tags::new(),
    };
    Seen::new(secret.arn().unwrap_or_default(), resource)
        .output_text("Name", secret.name())
        .tagged(pairs(secret.tags()))
}

fn read_replica(status: &ReplicationStatusType) -> Option<ReplicaRegion> {
    let region: Region = status.region()?.parse().ok()?;
    // The default key is given back by its alias.
    let key = status.kms_key_id().filter(|key| key.starts_with("arn:"));
    let key = key.map(KeyArn::from);
    Some(
        ReplicaRegion::builder()
            .region(region)
            .kms_key_id(key)
            .build(),
    )
}

fn replica(replica: &ReplicaRegion) -> ReplicaRegionType {
    let ReplicaRegion { region, kms_key_id } = replica;
    ReplicaRegionType::builder()
        .region(region.value().as_str())
        .set_kms_key_id(kms_key_id.as_ref().map(|key| key.value().to_string()))
        .build()
}

/// Copies the secret to these regions, and takes back every other copy.
async fn replicate(aws: &Clients, arn: &str, wanted: &[ReplicaRegion]) -> Result<()> {
    let there = describe(aws, arn).await?;
    let there = there.iter().flat_map(|secret| secret.replication_status());
    let there: Vec<_> = there.filter_map(read_replica).collect();
    // A copy's key can't be changed: the copy is made anew.
    let old: Vec<_> = there.iter().filter(|copy| !wanted.contains(copy)).collect();
    let new: Vec<_> = wanted.iter().filter(|copy| !there.contains(copy)).collect();
    if !old.is_empty() {
        let regions = old
            .iter()
            .map(|copy| copy.region.value().to_string())
            .collect();
        let call = aws.secrets_manager().remove_regions_from_replication();
        let call = call
            .secret_id(arn)
            .set_remove_replica_regions(Some(regions));
        let answer = call.send().await;
        answer.map_err(error::of("RemoveRegionsFromReplication"))?;
    }
    if !new.is_empty() {
        let regions = new.into_iter().map(replica).collect();
        let call = aws.secrets_manager().replicate_secret_to_regions();
        let call = call.secret_id(arn).set_add_replica_regions(Some(regions));
        call.send()
            .await
            .map_err(error::of("ReplicateSecretToRegions"))?;
    }
    Ok(())
}

fn pairs(tags: &[Tag]) -> impl Iterator<Item = (&str, &str)> {
    tags.iter()
        .filter_map(|tag| Some((tag.key()?, tag.value()?)))
}

fn tag(key: &str, value: &str) -> Tag {
    Tag::builder().key(key).value(value).build()
}

async fn update_tags(aws: &Clients, change: &Change<Secret>) -> Result<()> {
    let set = change.tags_to_set();
    if !set.is_empty() {
        let tags = set.iter().map(|(key, value)| tag(key, value)).collect();
        let call = aws.secrets_manager().tag_resource().secret_id(&change.id);
        let answer = call.set_tags(Some(tags)).send().await;
        answer.map_err(error::of("TagResource"))?;
    }
    let removed = change.tags_to_remove();
    if !removed.is_empty() {
        let call = aws.secrets_manager().untag_resource().secret_id(&change.id);
        let answer = call.set_tag_keys(Some(removed)).send().await;
        answer.map_err(error::of("UntagResource"))?;
    }
    Ok(())
}
