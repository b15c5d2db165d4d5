//! Task definitions. Found again by tags, which `RegisterTaskDefinition` sets, among the active
//! revisions of their families.
//!
//! A revision can't be changed, and deleting it means deregistering: AWS keeps the record, as
//! `INACTIVE`, which costs nothing and is left out of every answer here.

use async_trait::async_trait;
use aws_sdk_ecs::types::{
    EphemeralStorage as SdkStorage, RuntimePlatform as SdkPlatform, Tag,
    TaskDefinition as SdkDefinition, TaskDefinitionField, TaskDefinitionStatus,
};
use futures_util::future::try_join_all;
use jeancloud_model::{
    Arn, Bounded, Input, Tags,
    ecs::{
        Compatibility, CpuArchitecture, EphemeralStorage, FargateSize, NetworkMode,
        OperatingSystemFamily, PidMode, RuntimePlatform, TaskDefinition,
    },
};
use jeancloud_stack::provider::{ErrorKind, Found, ProviderError};
use std::collections::BTreeSet;

use super::{
    common::{self, copied},
    container, container_read,
};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
};

pub(super) struct TaskDefinitionHandler;

/// How many revisions are asked at once: ECS has no call about several.
const AT_ONCE: usize = 8;

#[async_trait]
impl Handler for TaskDefinitionHandler {
    type Resource = TaskDefinition;

    const PERMISSIONS: &'static [&'static str] = &[
        "ecs:DeregisterTaskDefinition",
        "ecs:DescribeTaskDefinition",
        "ecs:ListTaskDefinitions",
        "ecs:RegisterTaskDefinition",
        "ecs:TagResource",
        "ecs:UntagResource",
        "iam:PassRole",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<TaskDefinition>>> {
        let there = describe(aws, ids).await?;
        there.iter().map(|(one, tags)| read(one, tags)).collect()
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let families: BTreeSet<String> = (search.keyed(&["Family"]))
            .filter_map(|(_, keys)| Some(keys.get("Family")?.as_str()?.to_owned()))
            .collect();
        let mut arns = Vec::new();
        for family in families {
            // A prefix, says the name; the whole family, says the API reference.
            let call = aws.ecs().list_task_definitions().family_prefix(&family);
            let mut pages = call.into_paginator().send();
            while let Some(page) = pages.next().await {
                let page = page.map_err(error::of("ListTaskDefinitions"))?;
                arns.extend_from_slice(page.task_definition_arns());
            }
        }
        let there = describe(aws, &arns).await?;
        let owned = |(one, tags): &(SdkDefinition, Vec<Tag>)| {
            search.owned(one.task_definition_arn()?, common::pairs(tags))
        };
        Ok(there.iter().filter_map(owned).collect())
    }

    async fn create(&self, aws: &Clients, new: &New<'_, TaskDefinition>) -> Result<String> {
        let TaskDefinition {
            family,
            container_definitions,
            size,
            network_mode,
            requires_compatibilities,
            execution_role_arn,
            task_role_arn,
            volumes,
            ephemeral_storage,
            runtime_platform,
            pid_mode,
            enable_fault_injection,
            tags: _,
        } = &new.resource;
        let compatibilities = requires_compatibilities.iter();
        let call = aws
            .ecs_once()
            .register_task_definition()
            .family(family.value().as_str())
            .set_container_definitions(Some(
                container_definitions
                    .iter()
                    .map(container::definition)
                    .collect(),
            ))
            .cpu(size.cpu().to_string())
            .memory(size.memory().to_string())
            .set_network_mode(copied(network_mode).map(|mode| mode.as_str().into()))
            .set_requires_compatibilities(common::some(
                compatibilities.map(|one| one.as_str().into()),
            ))
            .set_execution_role_arn(role(execution_role_arn))
            .set_task_role_arn(role(task_role_arn))
            .set_volumes(common::some(volumes.iter().map(container::volume)))
            .set_ephemeral_storage(ephemeral_storage.as_ref().map(storage))
            .set_runtime_platform(runtime_platform.as_ref().map(platform))
            .set_pid_mode(copied(pid_mode).map(|mode| mode.as_str().into()))
            .set_enable_fault_injection(copied(enable_fault_injection))
            .set_tags(Some(common::tags(new)));
        let answer = call
            .send()
            .await
            .map_err(error::of("RegisterTaskDefinition"))?;
        let id = answer
            .task_definition()
            .and_then(|definition| definition.task_definition_arn())
            .unwrap_or_default()
            .to_owned();
        Ok(id)
    }

    async fn update(&self, aws: &Clients, change: &Change<TaskDefinition>) -> Result<()> {
        common::update_tags(aws, &change.id, change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<TaskDefinition>) -> Result<()> {
        let call = aws
            .ecs()
            .deregister_task_definition()
            .task_definition(&old.id);
        let answer = call
            .send()
            .await
            .map_err(error::of("DeregisterTaskDefinition"));
        match answer {
            Err(error) if is_unknown(&error) => Ok(()),
            other => error::or_gone(other),
        }
    }
}

/// Those of these revisions that are active, with their tags.
async fn describe(aws: &Clients, arns: &[String]) -> Result<Vec<(SdkDefinition, Vec<Tag>)>> {
    let mut there = Vec::new();
    for arns in arns.chunks(AT_ONCE) {
        let answers = try_join_all(arns.iter().map(|arn| describe_one(aws, arn))).await?;
        there.extend(answers.into_iter().flatten());
    }
    Ok(there)
}

async fn describe_one(aws: &Clients, arn: &str) -> Result<Option<(SdkDefinition, Vec<Tag>)>> {
    let call = aws
        .ecs()
        .describe_task_definition()
        .task_definition(arn)
        .include(TaskDefinitionField::Tags);
    let answer = call
        .send()
        .await
        .map_err(error::of("DescribeTaskDefinition"));
    let answer = match answer {
        Err(error) if is_unknown(&error) => return Ok(None),
        other => error::if_there(other)?,
    };
    let there =
        answer.and_then(|answer| Some((answer.task_definition?, answer.tags.unwrap_or_default())));
    Ok(there.filter(|(one, _)| one.status() == Some(&TaskDefinitionStatus::Active)))
}

/// ECS says of a revision that does not exist "ClientException: Unable to describe task
/// definition", and uses the code for much else.
fn is_unknown(error: &ProviderError) -> bool {
    error.code.as_deref() == Some("ClientException")
        && error
            .message
            .to_ascii_lowercase()
            .contains("unable to describe")
}

fn role(arn: &Option<Input<Arn>>) -> Option<String> {
    arn.as_ref().map(|arn| arn.value().to_string())
}

fn storage(storage: &EphemeralStorage) -> SdkStorage {
    SdkStorage::builder()
        .size_in_gib(storage.size_in_gib.value().to_i32())
        .build()
}

fn platform(platform: &RuntimePlatform) -> SdkPlatform {
    let RuntimePlatform {
        cpu_architecture,
        operating_system_family,
    } = platform;
    SdkPlatform::builder()
        .set_cpu_architecture(copied(cpu_architecture).map(|one| one.as_str().into()))
        .set_operating_system_family(copied(operating_system_family).map(|one| one.as_str().into()))
        .build()
}

fn read(definition: &SdkDefinition, tags: &[Tag]) -> Result<Seen<TaskDefinition>> {
    let arn = definition.task_definition_arn().unwrap_or_default();
    let (cpu, memory) = (
        definition.cpu().unwrap_or_default(),
        definition.memory().unwrap_or_default(),
    );
    let size = FargateSize::from_aws(cpu, memory).ok_or_else(|| {
        let message = format!(
            "{arn} has {cpu:?} CPU units and {memory:?} MiB, which is no size of Fargate's"
        );
        ProviderError::new(ErrorKind::Invalid, "DescribeTaskDefinition", message)
    })?;
    let arn_of = |arn: Option<&str>| arn.map(|arn| Input::Known(Arn::new(arn.to_owned())));
    let compatibilities = definition.requires_compatibilities().iter();
    let resource = TaskDefinition {
        family: Input::Known(definition.family().unwrap_or_default().into()),
        container_definitions: (definition.container_definitions().iter())
            .map(container_read::definition)
            .collect(),
        size,
        network_mode: (definition.network_mode())
            .and_then(|mode| NetworkMode::from_aws(mode.as_str()))
            .map(Input::Known),
        requires_compatibilities: compatibilities
            .filter_map(|one| Compatibility::from_aws(one.as_str()))
            .collect(),
        execution_role_arn: arn_of(definition.execution_role_arn()),
        task_role_arn: arn_of(definition.task_role_arn()),
        volumes: definition
            .volumes()
            .iter()
            .map(container_read::volume)
            .collect(),
        ephemeral_storage: definition.ephemeral_storage().and_then(|storage| {
            let size = u32::try_from(storage.size_in_gib()).ok()?;
            Some(EphemeralStorage {
                size_in_gib: Input::Known(Bounded::new(size)),
            })
        }),
        runtime_platform: definition
            .runtime_platform()
            .map(|platform| RuntimePlatform {
                cpu_architecture: (platform.cpu_architecture())
                    .and_then(|one| CpuArchitecture::from_aws(one.as_str()))
                    .map(Input::Known),
                operating_system_family: (platform.operating_system_family())
                    .and_then(|one| OperatingSystemFamily::from_aws(one.as_str()))
                    .map(Input::Known),
            }),
        pid_mode: (definition.pid_mode())
            .and_then(|mode| PidMode::from_aws(mode.as_str()))
            .map(Input::Known),
        enable_fault_injection: definition.enable_fault_injection().map(Input::Known),
        tags: Tags::new(),
    };
    let seen = Seen::new(arn, resource)
        .output_text("Family", definition.family())
        .tagged(common::pairs(tags));
    Ok(seen)
}
