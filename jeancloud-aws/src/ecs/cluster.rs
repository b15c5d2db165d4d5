//! Clusters. Found again by tags, which `CreateCluster` sets, among the clusters of the region.
//!
//! `CreateCluster` of a name that exists answers with what exists, whatever its tags: so it is
//! looked for first.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_ecs::types::{
    CapacityProviderStrategyItem as SdkItem, Cluster as SdkCluster,
    ClusterConfiguration as SdkConfiguration, ClusterField, ClusterSetting as SdkSetting,
    ExecuteCommandConfiguration as SdkExecute, ExecuteCommandLogConfiguration as SdkExecuteLog,
};
use jeancloud_model::{
    Input, Tags,
    ecs::{
        CapacityProvider, CapacityProviderStrategyItem, Cluster, ClusterConfiguration,
        ClusterSetting, ClusterSettingName, ContainerInsights, ExecuteCommandConfiguration,
        ExecuteCommandLogConfiguration, ExecuteCommandLogging,
    },
    logs::LogGroupName,
};
use jeancloud_stack::provider::{ErrorKind, Found, ProviderError};

use super::common::{self, built, copied, string, text};
use crate::{
    Clients, error,
    handler::{Change, Handler, New, Old, Result, Search, Seen},
    taken,
    wait::{self, Wait},
};

pub(super) struct ClusterHandler;

/// The most clusters of one `DescribeClusters` call, by its API reference.
const CLUSTERS_PER_CALL: usize = 100;

/// How long a cluster may take to take its capacity providers, or to be deleted.
///
/// AWS documents no bound. Terraform waits 10 min.
const SETTLED: Wait = Wait {
    operation: "DescribeClusters",
    what: "the cluster",
    at_most: Duration::from_secs(600),
    pause: Duration::from_secs(5),
};

#[async_trait]
impl Handler for ClusterHandler {
    type Resource = Cluster;

    const PERMISSIONS: &'static [&'static str] = &[
        "ecs:CreateCluster",
        "ecs:DeleteCluster",
        "ecs:DescribeClusters",
        "ecs:ListClusters",
        "ecs:PutClusterCapacityProviders",
        "ecs:TagResource",
        "ecs:UntagResource",
        "ecs:UpdateCluster",
    ];

    async fn observe(&self, aws: &Clients, ids: &[String]) -> Result<Vec<Seen<Cluster>>> {
        let clusters = describe(aws, ids).await?;
        Ok(clusters.iter().filter_map(read).collect())
    }

    async fn find(&self, aws: &Clients, search: &Search<'_>) -> Result<Vec<Found>> {
        let mut arns = Vec::new();
        let mut pages = aws.ecs().list_clusters().into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(error::of("ListClusters"))?;
            arns.extend_from_slice(page.cluster_arns());
        }
        let clusters = describe(aws, &arns).await?;
        let owned = |cluster: &SdkCluster| {
            search.owned(cluster.cluster_name()?, common::pairs(cluster.tags()))
        };
        Ok(clusters.iter().filter_map(owned).collect())
    }

    async fn create(&self, aws: &Clients, new: &New<'_, Cluster>) -> Result<String> {
        let cluster = &new.resource;
        let name = taken::name(cluster.cluster_name.as_ref(), "ClusterName")?.to_string();
        if let Some(there) = describe(aws, std::slice::from_ref(&name)).await?.first() {
            let exists = ProviderError::new(ErrorKind::Conflict, "CreateCluster", "it exists");
            taken::ours(
                exists,
                &format!("the cluster {name}"),
                new.ownership,
                common::pairs(there.tags()),
            )?;
            return Ok(name);
        }
        let call = aws
            .ecs()
            .create_cluster()
            .cluster_name(&name)
            .set_tags(Some(common::tags(new)))
            .set_settings(common::some(cluster.cluster_settings.iter().map(setting)))
            .set_configuration(cluster.configuration.as_ref().map(configuration))
            .set_capacity_providers(common::some(providers(cluster)))
            .set_default_capacity_provider_strategy(common::some(strategy(cluster)));
        call.send().await.map_err(error::of("CreateCluster"))?;
        Ok(name)
    }

    async fn finish(&self, aws: &Clients, _: &New<'_, Cluster>, id: &str) -> Result<()> {
        settled(aws, id).await
    }

    async fn update(&self, aws: &Clients, change: &Change<Cluster>) -> Result<()> {
        let (name, cluster) = (&change.id, &change.after);
        if change.touches_any(&["ClusterSettings", "Configuration"]) {
            let call = aws
                .ecs()
                .update_cluster()
                .cluster(name)
                .set_settings(common::some(cluster.cluster_settings.iter().map(setting)))
                .set_configuration(cluster.configuration.as_ref().map(configuration));
            call.send().await.map_err(error::of("UpdateCluster"))?;
        }
        if change.touches_any(&["CapacityProviders", "DefaultCapacityProviderStrategy"]) {
            // Both are written whole: what is left out is taken away.
            let call = aws
                .ecs()
                .put_cluster_capacity_providers()
                .cluster(name)
                .set_capacity_providers(Some(providers(cluster).collect()))
                .set_default_capacity_provider_strategy(Some(strategy(cluster).collect()));
            call.send()
                .await
                .map_err(error::of("PutClusterCapacityProviders"))?;
            settled(aws, name).await?;
        }
        common::update_tags(aws, &aws.arn("ecs", &format!("cluster/{name}")), change).await
    }

    async fn delete(&self, aws: &Clients, old: &Old<Cluster>) -> Result<()> {
        let call = aws.ecs().delete_cluster().cluster(&old.id).send().await;
        error::or_gone(call.map_err(error::of("DeleteCluster")))?;
        let id = std::slice::from_ref(&old.id);
        wait::until(SETTLED, || async {
            Ok(describe(aws, id).await?.is_empty().then_some(()))
        })
        .await
    }
}

/// Waits until a cluster has taken its capacity providers.
async fn settled(aws: &Clients, name: &str) -> Result<()> {
    let id = [name.to_owned()];
    wait::until(SETTLED, || async {
        let there = describe(aws, &id).await?.pop();
        let settled = |cluster: SdkCluster| {
            cluster.status() == Some("ACTIVE")
                && cluster.attachments_status() != Some("UPDATE_IN_PROGRESS")
        };
        Ok(there.is_some_and(settled).then_some(()))
    })
    .await
}

/// Those of these clusters, by name or ARN, that exist. A deleted one stays to be seen for a while,
/// as `INACTIVE`.
async fn describe(aws: &Clients, clusters: &[String]) -> Result<Vec<SdkCluster>> {
    let mut all = Vec::new();
    for clusters in clusters.chunks(CLUSTERS_PER_CALL) {
        let call = aws
            .ecs()
            .describe_clusters()
            .set_clusters(Some(clusters.to_vec()))
            .include(ClusterField::Configurations)
            .include(ClusterField::Settings)
            .include(ClusterField::Tags);
        let answer = call.send().await.map_err(error::of("DescribeClusters"))?;
        all.extend(answer.clusters.unwrap_or_default());
    }
    all.retain(|cluster| cluster.status() != Some("INACTIVE"));
    Ok(all)
}

fn setting(setting: &ClusterSetting) -> SdkSetting {
    SdkSetting::builder()
        .name(setting.name.value().as_str().into())
        .value(setting.value.value().as_str())
        .build()
}

fn providers(cluster: &Cluster) -> impl Iterator<Item = String> + '_ {
    let providers = cluster.capacity_providers.iter();
    providers.map(|provider| provider.value().to_string())
}

fn strategy(cluster: &Cluster) -> impl Iterator<Item = SdkItem> + '_ {
    cluster.default_capacity_provider_strategy.iter().map(item)
}

/// A share of a strategy, as the SDK takes it.
pub(super) fn item(item: &CapacityProviderStrategyItem) -> SdkItem {
    let CapacityProviderStrategyItem {
        capacity_provider,
        base,
        weight,
    } = item;
    let item = SdkItem::builder()
        .capacity_provider(capacity_provider.value().as_str())
        .set_base(common::number(base))
        .set_weight(common::number(weight));
    built(item.build())
}

/// A share of a strategy of the SDK's.
pub(super) fn read_item(item: &SdkItem) -> CapacityProviderStrategyItem {
    CapacityProviderStrategyItem {
        capacity_provider: Input::Known(CapacityProvider::new(item.capacity_provider().to_owned())),
        base: common::bounded(Some(item.base())),
        weight: common::bounded(Some(item.weight())),
    }
}

fn configuration(configuration: &ClusterConfiguration) -> SdkConfiguration {
    let ClusterConfiguration {
        execute_command_configuration,
    } = configuration;
    let execute = execute_command_configuration.as_ref().map(|execute| {
        let ExecuteCommandConfiguration {
            kms_key_id,
            logging,
            log_configuration,
        } = execute;
        SdkExecute::builder()
            .set_kms_key_id(string(kms_key_id))
            .set_logging(copied(logging).map(|logging| logging.as_str().into()))
            .set_log_configuration(log_configuration.as_ref().map(execute_log))
            .build()
    });
    SdkConfiguration::builder()
        .set_execute_command_configuration(execute)
        .build()
}

fn execute_log(log: &ExecuteCommandLogConfiguration) -> SdkExecuteLog {
    let ExecuteCommandLogConfiguration {
        cloud_watch_log_group_name,
        cloud_watch_encryption_enabled,
        s3_bucket_name,
        s3_encryption_enabled,
        s3_key_prefix,
    } = log;
    let group = cloud_watch_log_group_name.as_ref();
    SdkExecuteLog::builder()
        .set_cloud_watch_log_group_name(group.map(|name| name.value().to_string()))
        .set_cloud_watch_encryption_enabled(copied(cloud_watch_encryption_enabled))
        .set_s3_bucket_name(string(s3_bucket_name))
        .set_s3_encryption_enabled(copied(s3_encryption_enabled))
        .set_s3_key_prefix(string(s3_key_prefix))
        .build()
}

fn read(cluster: &SdkCluster) -> Option<Seen<Cluster>> {
    let name = cluster.cluster_name()?;
    let resource = Cluster {
        cluster_name: Some(Input::Known(name.to_owned().into())),
        cluster_settings: cluster.settings().iter().filter_map(read_setting).collect(),
        capacity_providers: (cluster.capacity_providers().iter())
            .map(|provider| Input::Known(CapacityProvider::new(provider.clone())))
            .collect(),
        default_capacity_provider_strategy: (cluster.default_capacity_provider_strategy().iter())
            .map(read_item)
            .collect(),
        configuration: cluster.configuration().map(read_configuration),
        tags: Tags::new(),
    };
    let seen = Seen::new(name, resource)
        .output_text("Arn", cluster.cluster_arn())
        .tagged(common::pairs(cluster.tags()));
    Some(seen)
}

fn read_setting(setting: &SdkSetting) -> Option<ClusterSetting> {
    Some(ClusterSetting {
        name: Input::Known(ClusterSettingName::from_aws(setting.name()?.as_str())?),
        value: Input::Known(ContainerInsights::from_aws(setting.value()?)?),
    })
}

fn read_configuration(configuration: &SdkConfiguration) -> ClusterConfiguration {
    let read_log = |log: &SdkExecuteLog| ExecuteCommandLogConfiguration {
        cloud_watch_log_group_name: (log.cloud_watch_log_group_name())
            .map(|name| Input::Known(LogGroupName::new(name.to_owned()))),
        cloud_watch_encryption_enabled: Some(Input::Known(log.cloud_watch_encryption_enabled())),
        s3_bucket_name: text(log.s3_bucket_name()),
        s3_encryption_enabled: Some(Input::Known(log.s3_encryption_enabled())),
        s3_key_prefix: text(log.s3_key_prefix()),
    };
    let execute = configuration
        .execute_command_configuration()
        .map(|execute| {
            let logging = execute.logging();
            ExecuteCommandConfiguration {
                kms_key_id: text(execute.kms_key_id()),
                logging: logging
                    .and_then(|logging| ExecuteCommandLogging::from_aws(logging.as_str()))
                    .map(Input::Known),
                log_configuration: execute.log_configuration().map(read_log),
            }
        });
    ClusterConfiguration {
        execute_command_configuration: execute,
    }
}
