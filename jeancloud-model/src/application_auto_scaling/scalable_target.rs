//! [`ScalableTarget`]: `AWS::ApplicationAutoScaling::ScalableTarget`, what may be scaled, how far.

use crate::{
    Bounded, Facts, Handle, Text, Unique, choice, ecs::Service, id_value, outputs, properties,
    resource, text,
};

id_value! {
    /// What identifies a target, as `service/cluster/name|ecs:service:DesiredCount|ecs`.
    ScalableTargetId,
}

choice! {
    /// Whose resource a target is.
    ServiceNamespace {
        /// Amazon ECS.
        Ecs = "ecs",
        /// Amazon DynamoDB.
        DynamoDb = "dynamodb",
        /// AWS Lambda.
        Lambda = "lambda",
        /// Amazon Aurora.
        Rds = "rds",
        /// Amazon ElastiCache.
        ElastiCache = "elasticache",
        /// Somebody else's, behind an API of one's own.
        CustomResource = "custom-resource",
    }
    /// What of a resource is scaled.
    ScalableDimension {
        /// How many tasks an ECS service runs.
        EcsServiceDesiredCount = "ecs:service:DesiredCount",
        /// What a DynamoDB table reads.
        DynamoDbTableReadCapacityUnits = "dynamodb:table:ReadCapacityUnits",
        /// What a DynamoDB table writes.
        DynamoDbTableWriteCapacityUnits = "dynamodb:table:WriteCapacityUnits",
        /// How many instances of a Lambda function are ready.
        LambdaProvisionedConcurrency = "lambda:function:ProvisionedConcurrency",
        /// How many readers an Aurora cluster has.
        RdsClusterReadReplicaCount = "rds:cluster:ReadReplicaCount",
        /// How many node groups an ElastiCache replication group has.
        ElastiCacheNodeGroups = "elasticache:replication-group:NodeGroups",
        /// How many replicas an ElastiCache replication group has.
        ElastiCacheReplicas = "elasticache:replication-group:Replicas",
        /// What a resource of one's own says.
        CustomResourceProperty = "custom-resource:ResourceType:Property",
    }
}

properties! {
    /// What of a target's scaling rests for now.
    SuspendedState;
    /// Whether policies take nothing away. AWS's default: false.
    opt dynamic_scaling_in_suspended "DynamicScalingInSuspended": bool,
    /// Whether policies add nothing. AWS's default: false.
    opt dynamic_scaling_out_suspended "DynamicScalingOutSuspended": bool,
    /// Whether scheduled actions do nothing. AWS's default: false.
    opt scheduled_scaling_suspended "ScheduledScalingSuspended": bool,
}

resource! {
    /// What may be scaled, and how far.
    ///
    /// Follows [`AWS::ApplicationAutoScaling::ScalableTarget`] and [`RegisterScalableTarget`]. It
    /// carries no tags here: whose the scaled resource is, its target is.
    ///
    /// [`AWS::ApplicationAutoScaling::ScalableTarget`]: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalabletarget.html
    /// [`RegisterScalableTarget`]: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
    ScalableTarget = "AWS::ApplicationAutoScaling::ScalableTarget", id "Id": ScalableTargetId,
    facts Facts {
        create_only: &["ResourceId", "ScalableDimension", "ServiceNamespace"],
        defaults: &[
            (
                "SuspendedState",
                "{\"DynamicScalingInSuspended\":false,\"DynamicScalingOutSuspended\":false,\"ScheduledScalingSuspended\":false}",
            ),
            ("SuspendedState/DynamicScalingInSuspended", "false"),
            ("SuspendedState/DynamicScalingOutSuspended", "false"),
            ("SuspendedState/ScheduledScalingSuspended", "false"),
        ],
        name: Some(Unique {
            property: "ResourceId",
            within: &["ServiceNamespace", "ScalableDimension"],
            generated: None,
        }),
        ..Facts::UNTAGGED
    };

    /// The resource, as `service/cluster/name`. [`ScalableTarget::tasks_of`] writes it.
    text resource_id "ResourceId",
    /// What of it is scaled; it has to fit `service_namespace`. Another one replaces the target.
    one scalable_dimension "ScalableDimension": ScalableDimension,
    /// Of which service the resource is. Another one replaces the target.
    one service_namespace "ServiceNamespace": ServiceNamespace,
    /// The least that policies may scale in to: 0 or more, in the dimension's unit (tasks of an ECS
    /// service). Raising it above what runs scales out at once.
    one min_capacity "MinCapacity": Bounded<0, 1_000_000>,
    /// The most that policies may scale out to, in the dimension's unit; not less than the least.
    one max_capacity "MaxCapacity": Bounded<0, 1_000_000>,
    /// Which kinds of scaling rest for now. AWS's default: none.
    opt_plain suspended_state "SuspendedState": SuspendedState,
}

impl ScalableTarget {
    /// From `min` to `max` tasks of an ECS service.
    pub fn tasks_of(service: &Handle<Service>, min: u32, max: u32) -> Self {
        Self::builder()
            .resource_id(Self::resource_of(service))
            .scalable_dimension(ScalableDimension::EcsServiceDesiredCount)
            .service_namespace(ServiceNamespace::Ecs)
            .min_capacity(min)
            .max_capacity(max)
            .build()
    }

    /// How a service is named as a `ResourceId`: `service/cluster/name`.
    pub fn resource_of(service: &Handle<Service>) -> Text {
        text!("service/{}/{}", service.cluster(), service.name())
    }
}

outputs! { ScalableTarget {
    /// What identifies the target.
    target_id "Id": ScalableTargetId,
} }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Address;

    #[test]
    fn a_service_is_named_by_its_cluster_and_itself() {
        let service = Handle::<Service>::declared(Address::new("x/app"));
        let target = ScalableTarget::tasks_of(&service, 2, 10);
        assert_eq!(
            target.resource_id.pattern(),
            "service/${x/app.Cluster}/${x/app.Name}"
        );
    }
}
