//! [`Cluster`]: `AWS::ECS::Cluster`, the name under which services and tasks run.

use crate::{
    Arn, Facts, GeneratedName, Unique, choice, logs::LogGroupName, outputs, properties, resource,
    text_value,
};

use super::{CapacityProvider, CapacityProviderStrategyItem};

text_value! {
    /// The name of a cluster.
    ClusterName {
        rule: "a cluster's name has 1 to 255 letters, digits, underscores and hyphens",
        document: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html",
        check: |text| super::name_fault(text),
    },
}

choice! {
    /// What a cluster's setting sets.
    ClusterSettingName {
        /// Whether CloudWatch collects metrics of the cluster's tasks and containers.
        ContainerInsights = "containerInsights",
    }
    /// How much CloudWatch collects of a cluster's tasks and containers, at its price.
    ContainerInsights {
        /// Everything, with the enhanced view of tasks and containers.
        Enhanced = "enhanced",
        /// Metrics of clusters, services and tasks.
        Enabled = "enabled",
        /// Nothing.
        Disabled = "disabled",
    }
    /// Where the logs of `ExecuteCommand` sessions go.
    ExecuteCommandLogging {
        /// Nowhere.
        None = "NONE",
        /// Where the task's own logs go.
        Default = "DEFAULT",
        /// To what `LogConfiguration` names.
        Override = "OVERRIDE",
    }
}

properties! {
    /// One setting of a cluster.
    ClusterSetting;
    /// Which setting: ECS knows one.
    one name "Name": ClusterSettingName,
    /// Its value.
    one value "Value": ContainerInsights,
}

impl From<ContainerInsights> for ClusterSetting {
    fn from(value: ContainerInsights) -> Self {
        Self::builder()
            .name(ClusterSettingName::ContainerInsights)
            .value(value)
            .build()
    }
}

properties! {
    /// How commands are executed in the cluster's containers.
    ClusterConfiguration;
    /// Encryption and logs of the sessions.
    opt_plain execute_command_configuration "ExecuteCommandConfiguration": ExecuteCommandConfiguration,
}

properties! {
    /// Encryption and logs of `ExecuteCommand` sessions.
    ExecuteCommandConfiguration;
    /// The KMS key that encrypts what goes between the client and the container.
    opt_text kms_key_id "KmsKeyId",
    /// Where their logs go. AWS's default: where the task's own logs go.
    opt logging "Logging": ExecuteCommandLogging,
    /// The places, where `logging` is `Override`.
    opt_plain log_configuration "LogConfiguration": ExecuteCommandLogConfiguration,
}

properties! {
    /// The places where the logs of `ExecuteCommand` sessions go.
    ExecuteCommandLogConfiguration;
    /// The log group that they go to. Left out: none.
    opt cloud_watch_log_group_name "CloudWatchLogGroupName": LogGroupName,
    /// Whether logs are encrypted on their way to CloudWatch. AWS's default: false.
    opt cloud_watch_encryption_enabled "CloudWatchEncryptionEnabled": bool,
    /// The bucket that they go to. Left out: none.
    opt_text s3_bucket_name "S3BucketName",
    /// Whether logs in the bucket are encrypted. AWS's default: false.
    opt s3_encryption_enabled "S3EncryptionEnabled": bool,
    /// A folder in the bucket. Left out: its root.
    opt_text s3_key_prefix "S3KeyPrefix",
}

resource! {
    /// The name under which services and tasks run. On Fargate it costs nothing by itself.
    ///
    /// Follows [`AWS::ECS::Cluster`] and ECS's [`CreateCluster`]. A cluster with services or tasks
    /// in it can't be deleted.
    ///
    /// [`AWS::ECS::Cluster`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-cluster.html
    /// [`CreateCluster`]: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html
    Cluster = "AWS::ECS::Cluster", id "ClusterName": ClusterName,
    facts Facts {
        create_only: &["ClusterName"],
        outputs: &["Arn"],
        unordered: &["CapacityProviders", "DefaultCapacityProviderStrategy", "ClusterSettings"],
        defaults: &[
            ("CapacityProviders", "[]"),
            // `UpdateCluster` takes the configuration whole: what it no longer says is gone.
            ("Configuration", "{\"ExecuteCommandConfiguration\":{\"Logging\":\"DEFAULT\"}}"),
            ("Configuration/ExecuteCommandConfiguration", "{\"Logging\":\"DEFAULT\"}"),
            ("Configuration/ExecuteCommandConfiguration/KmsKeyId", "null"),
            ("Configuration/ExecuteCommandConfiguration/LogConfiguration", "null"),
            ("Configuration/ExecuteCommandConfiguration/LogConfiguration/CloudWatchEncryptionEnabled", "false"),
            ("Configuration/ExecuteCommandConfiguration/LogConfiguration/CloudWatchLogGroupName", "null"),
            ("Configuration/ExecuteCommandConfiguration/LogConfiguration/S3BucketName", "null"),
            ("Configuration/ExecuteCommandConfiguration/LogConfiguration/S3EncryptionEnabled", "false"),
            ("Configuration/ExecuteCommandConfiguration/LogConfiguration/S3KeyPrefix", "null"),
            ("Configuration/ExecuteCommandConfiguration/Logging", "\"DEFAULT\""),
            ("DefaultCapacityProviderStrategy", "[]"),
        ],
        name: Some(Unique {
            property: "ClusterName",
            within: &[],
            generated: Some(GeneratedName { max: 255, lower_case: false }),
        }),
        ..Facts::DEFAULT
    };

    /// Its name, unique in its account and region; another one replaces it. Left out: a generated
    /// one.
    opt cluster_name "ClusterName": ClusterName,
    /// Its settings: `[ContainerInsights::Enabled]`. Left out: the account's.
    plain_list cluster_settings "ClusterSettings": ClusterSetting,
    /// The capacity providers that its services may name: `FARGATE`, `FARGATE_SPOT`, or an Auto
    /// Scaling group's.
    opt_list capacity_providers "CapacityProviders": CapacityProvider,
    /// What services take that name neither a launch type nor capacity providers.
    plain_list default_capacity_provider_strategy "DefaultCapacityProviderStrategy": CapacityProviderStrategyItem,
    /// How commands are executed in its containers.
    opt_plain configuration "Configuration": ClusterConfiguration,
    tags,
}

outputs! { Cluster {
    /// The cluster's name.
    cluster_name "ClusterName": ClusterName,
    /// The cluster's ARN.
    arn "Arn": Arn,
} }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    #[test]
    fn cluster_names_follow_awss_rule() {
        assert!(ClusterName::new("jeancloud-cluster_france").check().is_ok());
        assert!(ClusterName::new("a".repeat(255)).check().is_ok());
        assert!(ClusterName::new("a".repeat(256)).check().is_err());
        assert!(ClusterName::new("a b").check().is_err());
        assert!(ClusterName::new("").check().is_err());
    }
}
