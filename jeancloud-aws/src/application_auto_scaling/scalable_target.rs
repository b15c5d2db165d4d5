//! Scalable targets. Found again by what they scale: a target has no tags here, and is whose its
//! resource is.
//!
//! `RegisterScalableTarget` overwrites, so it reads first. The physical id is the target's key,
//! `resource|dimension|namespace`.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use aws_sdk_applicationautoscaling::types::{
    ScalableTarget as SdkTarget, SuspendedState as SdkSuspended,
};
use jeancloud_model::{
    Bounded, Input, Text,
    application_auto_scaling::{
        ScalableDimension, ScalableTarget, ServiceNamespace, SuspendedState,
    },
};
use jeancloud_stack::provider::{ErrorKind, Found};

use super::TargetId;
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    wait::{self, Wait},
};

pub(super) struct ScalableTargetHandler;

/// How many resources one `DescribeScalableTargets` call takes, by its API reference.
const TARGETS_PER_CALL: usize = 50;

/// How long a new ECS service may stay unknown to Application Auto Scaling, and a new target to its
/// own `Describe…` call.
///
/// AWS documents no bound. Terraform waits 2 min for what IAM and ECS just made.
const KNOWN: Wait = Wait {
    operation: "RegisterScalableTarget",
    what: "the scalable target",
    at_most: Duration::from_secs(120),
    pause: Duration::from_secs(5),
};

#[async_trait]
impl Handler for ScalableTargetHandler {
    type Resource = ScalableTarget;

    const PERMISSIONS: &'static [&'static str] = &[
        "application-autoscaling:DeregisterScalableTarget",
        "application-autoscaling:DescribeScalableTargets",
        "application-autoscaling:RegisterScalableTarget",
        "ecs:DescribeServices",
        "ecs:UpdateService",
        "iam:CreateServiceLinkedRole",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<ScalableTarget>>> {
        let ids: Vec<TargetId> = ids.iter().filter_map(|id| TargetId::of(id)).collect();
        let there = describe(aws, &ids).await?;
        Ok(there.iter().filter_map(read).collect())
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let wanted: Vec<_> = (search.known::<ScalableTarget>())
            .map(|(wanted, target)| (wanted, id_of(&target)))
            .collect();
        let ids: Vec<TargetId> = wanted.iter().map(|(_, id)| id.clone()).collect();
        let there: Vec<TargetId> = describe(aws, &ids).await?.iter().map(sdk_id).collect();
        let found = wanted.into_iter().filter(|(_, id)| there.contains(id));
        Ok(found
            .map(|(wanted, id)| Found {
                ownership: wanted.ownership.clone(),
                id: id.physical(),
            })
            .collect())
    }

    async fn create(&self, aws: &Clients, new: &New<'_, ScalableTarget>) -> Result<String> {
        let id = id_of(&new.resource);
        // The service may be too young to be known.
        wait::until(KNOWN, || async {
            match register(aws, &new.resource).await {
                Err(error) if is_unknown_service(&error) => Ok(None),
                other => other.map(Some),
            }
        })
        .await?;
        Ok(id.physical())
    }

    async fn finish(&self, aws: &Clients, new: &New<'_, ScalableTarget>, _: &str) -> Result<()> {
        let id = id_of(&new.resource);
        wait::until(KNOWN, || async {
            Ok(describe(aws, std::slice::from_ref(&id)).await?.pop())
        })
        .await?;
        Ok(())
    }

    async fn update(&self, aws: &Clients, change: &Change<ScalableTarget>) -> Result<()> {
        register(aws, &change.after).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<ScalableTarget>) -> Result<()> {
        let Some(id) = TargetId::of(&old.id) else {
            return Ok(());
        };
        let call = aws
            .auto_scaling()
            .deregister_scalable_target()
            .resource_id(id.resource)
            .scalable_dimension(id.dimension.as_str().into())
            .service_namespace(id.namespace.as_str().into());
        let answer = call
            .send()
            .await
            .map_err(error::of("DeregisterScalableTarget"));
        match answer {
            Err(error) if is_gone(&error) => Ok(()),
            answer => error::or_gone(answer),
        }
    }
}

/// AWS says `ObjectNotFoundException`; moto "ValidationException: No scalable target found".
fn is_gone(error: &jeancloud_stack::provider::ProviderError) -> bool {
    error.kind == ErrorKind::Invalid && error.message.starts_with("No scalable target found")
}

/// "ValidationException: ECS service doesn't exist: service/cluster/name".
fn is_unknown_service(error: &jeancloud_stack::provider::ProviderError) -> bool {
    error.kind == ErrorKind::Invalid && error.message.contains("ECS service doesn't exist")
}

async fn register(aws: &Clients, target: &ScalableTarget) -> Result<()> {
    let ScalableTarget {
        resource_id,
        scalable_dimension,
        service_namespace,
        min_capacity,
        max_capacity,
        suspended_state,
    } = target;
    let suspended = suspended_state.as_ref().map(|suspended| {
        let SuspendedState {
            dynamic_scaling_in_suspended,
            dynamic_scaling_out_suspended,
            scheduled_scaling_suspended,
        } = suspended;
        let on = |on: &Option<Input<bool>>| on.as_ref().map(|on| *on.value());
        SdkSuspended::builder()
            .set_dynamic_scaling_in_suspended(on(dynamic_scaling_in_suspended))
            .set_dynamic_scaling_out_suspended(on(dynamic_scaling_out_suspended))
            .set_scheduled_scaling_suspended(on(scheduled_scaling_suspended))
            .build()
    });
    let call = aws
        .auto_scaling()
        .register_scalable_target()
        .resource_id(resource_id.value())
        .scalable_dimension(scalable_dimension.value().as_str().into())
        .service_namespace(service_namespace.value().as_str().into())
        .min_capacity(min_capacity.value().to_i32())
        .max_capacity(max_capacity.value().to_i32())
        .set_suspended_state(suspended);
    call.send()
        .await
        .map(|_| ())
        .map_err(error::of("RegisterScalableTarget"))
}

/// Those of these targets that exist.
async fn describe(aws: &Clients, ids: &[TargetId]) -> Result<Vec<SdkTarget>> {
    let mut by_namespace: BTreeMap<&str, Vec<&TargetId>> = BTreeMap::new();
    for id in ids {
        by_namespace.entry(&id.namespace).or_default().push(id);
    }
    let mut there = Vec::new();
    for (namespace, ids) in by_namespace {
        for ids in ids.chunks(TARGETS_PER_CALL) {
            let resources = ids.iter().map(|id| id.resource.clone()).collect();
            let call = aws
                .auto_scaling()
                .describe_scalable_targets()
                .service_namespace(namespace.into())
                .set_resource_ids(Some(resources));
            let mut pages = call.into_paginator().send();
            while let Some(page) = pages.next().await {
                let page = page.map_err(error::of("DescribeScalableTargets"))?;
                let targets = page.scalable_targets.unwrap_or_default().into_iter();
                there.extend(targets.filter(|target| ids.contains(&&sdk_id(target))));
            }
        }
    }
    Ok(there)
}

fn id_of(target: &ScalableTarget) -> TargetId {
    TargetId {
        resource: target.resource_id.value().to_owned(),
        dimension: target.scalable_dimension.value().to_string(),
        namespace: target.service_namespace.value().to_string(),
    }
}

fn sdk_id(target: &SdkTarget) -> TargetId {
    TargetId {
        resource: target.resource_id().to_owned(),
        dimension: target.scalable_dimension().as_str().to_owned(),
        namespace: target.service_namespace().as_str().to_owned(),
    }
}

fn read(target: &SdkTarget) -> Option<Seen<ScalableTarget>> {
    let capacity = |capacity: i32| Some(Input::Known(Bounded::new(u32::try_from(capacity).ok()?)));
    let dimension = ScalableDimension::from_aws(target.scalable_dimension().as_str())?;
    let namespace = ServiceNamespace::from_aws(target.service_namespace().as_str())?;
    let resource = ScalableTarget {
        resource_id: Text::known(target.resource_id()),
        scalable_dimension: Input::Known(dimension),
        service_namespace: Input::Known(namespace),
        min_capacity: capacity(target.min_capacity())?,
        max_capacity: capacity(target.max_capacity())?,
        suspended_state: target.suspended_state().map(|suspended| SuspendedState {
            dynamic_scaling_in_suspended: suspended
                .dynamic_scaling_in_suspended()
                .map(Input::Known),
            dynamic_scaling_out_suspended: suspended
                .dynamic_scaling_out_suspended()
                .map(Input::Known),
            scheduled_scaling_suspended: suspended.scheduled_scaling_suspended().map(Input::Known),
        }),
    };
    Some(Seen::new(sdk_id(target).physical(), resource))
}
