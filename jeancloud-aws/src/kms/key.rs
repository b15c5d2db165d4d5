//! Keys. Found again by tags, which `CreateKey` sets. A key has no name and `CreateKey` no client
//! token: after a lost answer the keys' tags say whether there is one.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_kms::types::{KeyMetadata, KeyState, Tag};
use futures_util::future::try_join_all;
use jeancloud_model::{
    Bounded, Input, Tags, Text,
    iam::PolicyDocument,
    kms::{Key, KeyOrigin, KeySpec, KeyUsage},
};
use jeancloud_stack::provider::{ErrorKind, Found, ProviderError};

use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    wait::{self, Wait},
};

/// The only name that a key's policy can have.
const POLICY: &str = "default";

/// How long a new key may take until it can be used.
///
/// KMS's "Eventual consistency": "most changes propagate within a few seconds, but it might take
/// several minutes".
const READY: Wait = Wait {
    operation: "DescribeKey",
    what: "the key",
    at_most: Duration::from_secs(300),
    pause: Duration::from_secs(2),
};

/// How many keys' tags are read at once while looking for ours: KMS's quota for
/// `ListResourceTags` is 10 calls a second.
const AT_ONCE: usize = 8;

pub(super) struct KeyHandler;

#[async_trait]
impl Handler for KeyHandler {
    type Resource = Key;

    const PERMISSIONS: &'static [&'static str] = &[
        "kms:CreateKey",
        "kms:DescribeKey",
        "kms:DisableKey",
        "kms:DisableKeyRotation",
        "kms:EnableKey",
        "kms:EnableKeyRotation",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListKeys",
        "kms:ListResourceTags",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdateKeyDescription",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<Key>>> {
        // KMS tells about one key a call.
        let mut seen = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let read = ids.iter().map(|id| read(aws, id));
            seen.extend(try_join_all(read).await?.into_iter().flatten());
        }
        Ok(seen)
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        let mut pages = aws.kms().list_keys().limit(1000).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(error::of("ListKeys"))?;
            for keys in page.keys().chunks(AT_ONCE) {
                let owned = keys
                    .iter()
                    .filter_map(|key| key.key_id())
                    .map(|id| async move {
                        // Tags first: most keys are somebody's, and need no second call.
                        let owned = search.owned(id, pairs(&tags(aws, id).await?));
                        Ok(match owned {
                            Some(found) => there(aws, id).await?.map(|_| found),
                            None => None,
                        })
                    });
                found.extend(try_join_all(owned).await?.into_iter().flatten());
            }
        }
        Ok(found)
    }

    async fn create(&self, aws: &Clients, new: &New<'_, Key>) -> Result<String> {
        let key = &new.resource;
        let tags = new.tags().map(|(name, value)| tag(name, value)).collect();
        let call = aws
            .kms_once()
            .create_key()
            .set_description(key.description.as_ref().map(|text| text.value().to_owned()))
            .set_policy(key.key_policy.as_ref().map(PolicyDocument::to_aws))
            .set_bypass_policy_lockout_safety_check(bypass(key))
            .set_key_spec(
                key.key_spec
                    .as_ref()
                    .map(|spec| spec.value().as_str().into()),
            )
            .set_key_usage(
                key.key_usage
                    .as_ref()
                    .map(|usage| usage.value().as_str().into()),
            )
            .set_origin(
                key.origin
                    .as_ref()
                    .map(|origin| origin.value().as_str().into()),
            )
            .set_multi_region(key.multi_region.as_ref().map(|on| *on.value()))
            .set_tags(Some(tags));
        let answer = call.send().await.map_err(error::of("CreateKey"));
        let made = answer.map_err(principal_may_come)?.key_metadata;
        Ok(made.map(|key| key.key_id).unwrap_or_default())
    }

    async fn finish(&self, aws: &Clients, new: &New<'_, Key>, id: &str) -> Result<()> {
        let key = &new.resource;
        let ready = wait::until(READY, || async {
            let key = there(aws, id).await?;
            let state = key.as_ref().and_then(|key| key.key_state()).cloned();
            Ok(key.filter(|_| state != Some(KeyState::Creating)))
        })
        .await?;
        // A disabled key takes no rotation: then that was set before it was disabled.
        let rotates = key.enable_key_rotation.as_ref();
        if rotates.is_some_and(|on| *on.value()) && ready.enabled() {
            rotate(aws, id, key).await?;
        }
        if key.enabled.as_ref().is_some_and(|on| !on.value()) {
            enable(aws, id, false).await?;
        }
        Ok(())
    }

    async fn update(&self, aws: &Clients, change: &Change<Key>) -> Result<()> {
        let (id, after) = (&change.id, &change.after);
        let enabled = after.enabled.as_ref().is_none_or(|on| *on.value());
        // A disabled key refuses changes of its rotation: it is switched on first, or off last.
        if change.touches("Enabled") && enabled {
            enable(aws, id, true).await?;
        }
        if change.touches("Description") {
            let text = after.description.as_ref().map_or("", Text::value);
            let call = aws
                .kms()
                .update_key_description()
                .key_id(id)
                .description(text);
            call.send()
                .await
                .map_err(error::of("UpdateKeyDescription"))?;
        }
        if let Some(policy) = after
            .key_policy
            .as_ref()
            .filter(|_| change.touches("KeyPolicy"))
        {
            let call = aws
                .kms()
                .put_key_policy()
                .key_id(id)
                .policy_name(POLICY)
                .policy(policy.to_aws())
                .set_bypass_policy_lockout_safety_check(bypass(after));
            let answer = call.send().await.map_err(error::of("PutKeyPolicy"));
            answer.map_err(principal_may_come)?;
        }
        if change.touches_any(&["EnableKeyRotation", "RotationPeriodInDays"]) {
            rotate(aws, id, after).await?;
        }
        if change.touches("Enabled") && !enabled {
            enable(aws, id, false).await?;
        }
        update_tags(aws, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<Key>) -> Result<()> {
        if there(aws, &old.id).await?.is_none() {
            return Ok(());
        }
        let window = old.resource.pending_window_in_days.as_ref();
        let call = aws
            .kms()
            .schedule_key_deletion()
            .key_id(&old.id)
            .set_pending_window_in_days(window.map(|days| days.value().to_i32()));
        let answer = call.send().await;
        match error::or_gone(answer.map_err(error::of("ScheduleKeyDeletion"))) {
            // Where an answer gets lost, the SDK asks again, and is told that it is done already.
            Err(error) if error.code.as_deref() == Some("KMSInvalidStateException") => {
                match there(aws, &old.id).await? {
                    Some(_) => Err(error),
                    None => Ok(()),
                }
            }
            done => done,
        }
    }
}

/// A key that waits for its deletion is as good as gone: it can't be used, and costs nothing.
async fn there(aws: &Clients, id: &str) -> Result<Option<KeyMetadata>> {
    let call = aws.kms().describe_key().key_id(id).send().await;
    let answer = error::if_there(call.map_err(error::of("DescribeKey")))?;
    let key = answer.and_then(|answer| answer.key_metadata);
    Ok(key.filter(|key| {
        let state = key.key_state();
        !matches!(
            state,
            Some(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion)
        )
    }))
}

async fn read(aws: &Clients, id: &str) -> Result<Option<Seen<Key>>> {
    let Some(key) = there(aws, id).await? else {
        return Ok(None);
    };
    let call = aws.kms().get_key_policy().key_id(id).policy_name(POLICY);
    let answer = call.send().await.map_err(error::of("GetKeyPolicy"));
    let policy = error::if_there(answer)?.and_then(|answer| answer.policy);
    let (rotates, period) = rotation(aws, &key).await?;
    let known = |text: Option<&str>| text.map(str::to_owned);
    let spec = key
        .key_spec()
        .and_then(|spec| KeySpec::from_aws(spec.as_str()));
    let usage = key
        .key_usage()
        .and_then(|usage| KeyUsage::from_aws(usage.as_str()));
    let origin = key
        .origin()
        .and_then(|origin| KeyOrigin::from_aws(origin.as_str()));
    let resource = Key {
        description: Some(Text::known(known(key.description()).unwrap_or_default())),
        key_policy: policy.as_deref().map(parse).transpose()?,
        bypass_policy_lockout_safety_check: None,
        enabled: Some(Input::Known(key.enabled())),
        enable_key_rotation: rotates.map(Input::Known),
        rotation_period_in_days: period.map(|days| Input::Known(Bounded::new(days))),
        key_spec: spec.map(Input::Known),
        key_usage: usage.map(Input::Known),
        multi_region: key.multi_region().map(Input::Known),
        origin: origin.map(Input::Known),
        pending_window_in_days: None,
        tags: Tags::new(),
    };
    let tags = tags(aws, id).await?;
    let seen = Seen::new(key.key_id(), resource)
        .output_text("Arn", key.arn())
        .tagged(pairs(&tags));
    Ok(Some(seen))
}

/// Whether a key rotates, and how often. Only symmetric keys of KMS's own making can.
async fn rotation(aws: &Clients, key: &KeyMetadata) -> Result<(Option<bool>, Option<u32>)> {
    let symmetric = key
        .key_spec()
        .is_some_and(|spec| spec.as_str() == "SYMMETRIC_DEFAULT");
    let own = key
        .origin()
        .is_some_and(|origin| origin.as_str() == "AWS_KMS");
    if !symmetric || !own {
        return Ok((None, None));
    }
    let call = aws.kms().get_key_rotation_status().key_id(key.key_id());
    let answer = call.send().await.map_err(error::of("GetKeyRotationStatus"));
    let Some(status) = error::if_there(answer)? else {
        return Ok((None, None));
    };
    let period = status.rotation_period_in_days();
    let period = period.and_then(|days| u32::try_from(days).ok());
    Ok((Some(status.key_rotation_enabled()), period))
}

async fn rotate(aws: &Clients, id: &str, key: &Key) -> Result<()> {
    if key
        .enable_key_rotation
        .as_ref()
        .is_some_and(|on| *on.value())
    {
        let period = key.rotation_period_in_days.as_ref();
        let call = aws.kms().enable_key_rotation().key_id(id);
        let call = call.set_rotation_period_in_days(period.map(|days| days.value().to_i32()));
        call.send().await.map_err(error::of("EnableKeyRotation"))?;
    } else {
        let call = aws.kms().disable_key_rotation().key_id(id);
        call.send().await.map_err(error::of("DisableKeyRotation"))?;
    }
    Ok(())
}

async fn enable(aws: &Clients, id: &str, on: bool) -> Result<()> {
    if on {
        let call = aws.kms().enable_key().key_id(id).send().await;
        call.map_err(error::of("EnableKey"))?;
    } else {
        let call = aws.kms().disable_key().key_id(id).send().await;
        call.map_err(error::of("DisableKey"))?;
    }
    Ok(())
}

fn bypass(key: &Key) -> Option<bool> {
    let bypass = key.bypass_policy_lockout_safety_check.as_ref();
    bypass.map(|on| *on.value())
}

fn parse(text: &str) -> Result<PolicyDocument> {
    PolicyDocument::from_aws(text).map_err(|error| {
        let message = format!("AWS gave a policy that can't be read: {error}");
        ProviderError::new(ErrorKind::Other, "GetKeyPolicy", message)
    })
}

/// A role that was made a moment ago is no valid principal yet.
fn principal_may_come(error: ProviderError) -> ProviderError {
    let principal = error.message.contains("principal");
    match error.code.as_deref() {
        Some("MalformedPolicyDocumentException") if principal => ProviderError {
            kind: ErrorKind::NotYetConsistent,
            ..error
        },
        _ => error,
    }
}

async fn tags(aws: &Clients, id: &str) -> Result<Vec<Tag>> {
    let mut tags = Vec::new();
    let call = aws.kms().list_resource_tags().key_id(id);
    let mut pages = call.into_paginator().send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(error::of("ListResourceTags"));
        // A key whose policy keeps the account out tells nothing, and is none of ours.
        let page = match page {
            Err(error) if error.kind == ErrorKind::Denied => return Ok(Vec::new()),
            page => error::if_there(page)?,
        };
        tags.extend(page.and_then(|page| page.tags).unwrap_or_default());
    }
    Ok(tags)
}

fn pairs(tags: &[Tag]) -> impl Iterator<Item = (&str, &str)> {
    tags.iter().map(|tag| (tag.tag_key(), tag.tag_value()))
}

fn tag(key: &str, value: &str) -> Tag {
    let tag = Tag::builder().tag_key(key).tag_value(value).build();
    tag.expect("broken invariant: a tag has a key and a value")
}

async fn update_tags(aws: &Clients, change: &Change<Key>) -> Result<()> {
    let set = change.tags_to_set();
    if !set.is_empty() {
        let tags = set.iter().map(|(key, value)| tag(key, value)).collect();
        let call = aws
            .kms()
            .tag_resource()
            .key_id(&change.id)
            .set_tags(Some(tags));
        call.send().await.map_err(error::of("TagResource"))?;
    }
    let removed = change.tags_to_remove();
    if !removed.is_empty() {
        let call = aws.kms().untag_resource().key_id(&change.id);
        let answer = call.set_tag_keys(Some(removed)).send().await;
        answer.map_err(error::of("UntagResource"))?;
    }
    Ok(())
}
