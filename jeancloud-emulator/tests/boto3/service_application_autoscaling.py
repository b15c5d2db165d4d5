"""Application Auto Scaling: what may grow, and when."""

from check import expect, holds, only, refused, same
from ec2_network import a_subnet, a_vpc
from service_ecs import a_cluster, an_image, definition, forget, in_subnet

OF = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount"}
CPU = {
    "TargetValue": 50.0,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
}


def check_targets(aws):
    """Services may grow between bounds, by policies, and forget both."""
    ecs, scaling = aws.client("ecs"), aws.client("application-autoscaling")
    with an_image(aws) as (image, role), a_vpc(aws) as vpc, a_subnet(aws, vpc) as subnet, a_cluster(
        aws
    ) as cluster:
        ecs.register_task_definition(**definition("web", f"{image}:latest", role))
        names = ["a", "b", "c"]
        for name in names:
            ecs.create_service(
                cluster=cluster,
                serviceName=name,
                taskDefinition="web:1",
                desiredCount=0,
                launchType="FARGATE",
                networkConfiguration=in_subnet(subnet),
            )
        ids = [f"service/{cluster}/{name}" for name in names]
        for resource in ids:
            scaling.register_scalable_target(
                **OF, ResourceId=resource, MinCapacity=0, MaxCapacity=4, Tags={"a": "1"}
            )
        listed = aws.pages(
            "application-autoscaling", "describe_scalable_targets", size=2, ServiceNamespace="ecs"
        )
        same(sorted(it["ResourceId"] for it in listed), ids)
        tagging(scaling, next(it for it in listed if it["ResourceId"] == ids[0])["ScalableTargetARN"])
        policies(aws, ids[0])
        for resource in ids:
            scaling.deregister_scalable_target(**OF, ResourceId=resource)
        with refused("ObjectNotFoundException", 400):
            scaling.deregister_scalable_target(**OF, ResourceId=ids[0])
        for name in names:
            ecs.delete_service(cluster=cluster, service=name, force=True)
        aws.wait("ecs", "services_inactive", cluster=cluster, services=names)
        forget(ecs, "web:1")


def tagging(scaling, arn):
    scaling.tag_resource(ResourceARN=arn, Tags={"b": "2"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["a"])
    same(scaling.list_tags_for_resource(ResourceARN=arn)["Tags"], {"b": "2"})


def policies(aws, resource):
    scaling = aws.client("application-autoscaling")
    for name in ["x", "y", "z"]:
        made = scaling.put_scaling_policy(
            **OF,
            PolicyName=name,
            ResourceId=resource,
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration=CPU,
        )
        expect(":scalingPolicy:" in made["PolicyARN"], f"{made}")
    listed = aws.pages("application-autoscaling", "describe_scaling_policies", size=2, ServiceNamespace="ecs")
    same(sorted(it["PolicyName"] for it in listed), ["x", "y", "z"])
    holds(listed[0]["TargetTrackingScalingPolicyConfiguration"], TargetValue=50.0)
    activities = aws.whole("application-autoscaling", "describe_scaling_activities", ServiceNamespace="ecs")
    same(activities, [])
    for name in ["x", "y"]:
        scaling.delete_scaling_policy(**OF, PolicyName=name, ResourceId=resource)
    with refused("ObjectNotFoundException", 400):
        scaling.delete_scaling_policy(**OF, PolicyName="x", ResourceId=resource)
    same(
        only(scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"])["PolicyName"], "z"
    )
