"""ECS: clusters, what runs in them, and what it is made of."""

import contextlib
import json

from check import expect, holds, only, refused, same, until
from ec2_network import a_subnet, a_vpc
from service_ecr import CONFIG, LAYER, manifest, upload
from service_iam import TRUST


@contextlib.contextmanager
def a_cluster(aws, name="a-cluster"):
    """A cluster; whoever uses it leaves it empty."""
    ecs = aws.client("ecs")
    ecs.create_cluster(clusterName=name)
    yield name
    ecs.delete_cluster(cluster=name)


@contextlib.contextmanager
def an_image(aws):
    """An image in ECR, and the role that may pull it."""
    ecr, iam = aws.client("ecr"), aws.client("iam")
    ecr.create_repository(repositoryName="app")
    for content in [CONFIG, LAYER]:
        upload(ecr, "app", content)
    ecr.put_image(repositoryName="app", imageManifest=manifest(), imageTag="latest")
    role = iam.create_role(RoleName="execution", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    yield "123456789012.dkr.ecr.eu-west-3.amazonaws.com/app", role
    iam.delete_role(RoleName="execution")
    ecr.delete_repository(repositoryName="app", force=True)


def definition(family, image, role, **more):
    return {
        "family": family,
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "executionRoleArn": role,
        "containerDefinitions": [{"name": "app", "image": image, "portMappings": [{"containerPort": 8000}]}],
        **more,
    }


def in_subnet(subnet):
    return {"awsvpcConfiguration": {"subnets": [subnet], "assignPublicIp": "DISABLED"}}


def named(arns):
    return sorted(arn.rsplit("/", 1)[1] for arn in arns)


def check_clusters(aws):
    """Clusters have settings, capacity providers and tags."""
    ecs = aws.client("ecs")
    for name in ["a", "b", "c"]:
        ecs.create_cluster(clusterName=name, tags=[{"key": "a", "value": "1"}])
    same(named(aws.pages("ecs", "list_clusters", size=2)), ["a", "b", "c"])
    ecs.update_cluster_settings(cluster="a", settings=[{"name": "containerInsights", "value": "enabled"}])
    ecs.update_cluster(cluster="a", configuration={"executeCommandConfiguration": {"logging": "NONE"}})
    ecs.put_cluster_capacity_providers(
        cluster="a",
        capacityProviders=["FARGATE", "FARGATE_SPOT"],
        defaultCapacityProviderStrategy=[{"capacityProvider": "FARGATE", "weight": 1, "base": 0}],
    )
    got = only(
        ecs.describe_clusters(clusters=["a"], include=["SETTINGS", "TAGS", "CONFIGURATIONS"])["clusters"]
    )
    holds(got, status="ACTIVE", settings=[{"name": "containerInsights", "value": "enabled"}])
    same(sorted(got["capacityProviders"]), ["FARGATE", "FARGATE_SPOT"])
    arn = got["clusterArn"]
    ecs.tag_resource(resourceArn=arn, tags=[{"key": "b", "value": "2"}])
    ecs.untag_resource(resourceArn=arn, tagKeys=["a"])
    same(ecs.list_tags_for_resource(resourceArn=arn)["tags"], [{"key": "b", "value": "2"}])
    providers = ecs.describe_capacity_providers(capacityProviders=["FARGATE"])["capacityProviders"]
    holds(only(providers), name="FARGATE", status="ACTIVE")
    same(only(ecs.describe_clusters(clusters=["none"])["failures"])["reason"], "MISSING")
    for name in ["a", "b", "c"]:
        same(ecs.delete_cluster(cluster=name)["cluster"]["status"], "INACTIVE")
    with refused("ClusterNotFoundException", 400):
        ecs.delete_cluster(cluster="none")


def check_definitions(aws):
    """A definition has revisions, which are deregistered before they are deleted."""
    ecs = aws.client("ecs")
    role = "arn:aws:iam::123456789012:role/execution"
    for number in range(3):
        made = ecs.register_task_definition(**definition("fam", f"app:{number}", role))["taskDefinition"]
        holds(made, family="fam", revision=number + 1, status="ACTIVE")
    listed = aws.pages("ecs", "list_task_definitions", size=2, familyPrefix="fam")
    same(named(listed), ["fam:1", "fam:2", "fam:3"])
    got = ecs.describe_task_definition(taskDefinition="fam")["taskDefinition"]
    holds(got, revision=3, cpu="256", memory="512", networkMode="awsvpc")
    holds(only(got["containerDefinitions"]), image="app:2", essential=True, cpu=0)
    with refused("ClientException", 400):
        ecs.register_task_definition(**definition("fam", "app", role, cpu="256", memory="8192"))
    failed = ecs.delete_task_definitions(taskDefinitions=["fam:1"])["failures"]
    same(len(failed), 1, "failures of deleting what is active")
    for number in [1, 2, 3]:
        ecs.deregister_task_definition(taskDefinition=f"fam:{number}")
    same(ecs.describe_task_definition(taskDefinition="fam:1")["taskDefinition"]["status"], "INACTIVE")
    done = ecs.delete_task_definitions(taskDefinitions=["fam:1", "fam:2", "fam:3"])["taskDefinitions"]
    same({it["status"] for it in done}, {"DELETE_IN_PROGRESS"})


def forget(ecs, *definitions):
    for name in definitions:
        ecs.deregister_task_definition(taskDefinition=name)
    ecs.delete_task_definitions(taskDefinitions=list(definitions))


def check_tasks(aws):
    """A task runs, and is stopped; one whose image isn't there stops by itself."""
    ecs = aws.client("ecs")
    with an_image(aws) as (image, role), a_vpc(aws) as vpc, a_subnet(aws, vpc) as subnet, a_cluster(
        aws
    ) as cluster:
        ecs.register_task_definition(**definition("good", f"{image}:latest", role))
        ecs.register_task_definition(**definition("bad", f"{image}:none", role))
        of = {"cluster": cluster, "launchType": "FARGATE", "networkConfiguration": in_subnet(subnet)}
        tasks = [it["taskArn"] for it in ecs.run_task(**of, taskDefinition="good", count=3)["tasks"]]
        aws.wait("ecs", "tasks_running", cluster=cluster, tasks=tasks)
        same(sorted(aws.pages("ecs", "list_tasks", size=2, cluster=cluster)), sorted(tasks))
        for task in tasks:
            ecs.stop_task(cluster=cluster, task=task, reason="enough")
        aws.wait("ecs", "tasks_stopped", cluster=cluster, tasks=tasks)
        shown = ecs.describe_tasks(cluster=cluster, tasks=tasks)["tasks"]
        same({it["stoppedReason"] for it in shown}, {"enough"})
        failing = only(ecs.run_task(**of, taskDefinition="bad")["tasks"])["taskArn"]
        aws.wait("ecs", "tasks_stopped", cluster=cluster, tasks=[failing])
        shown = only(ecs.describe_tasks(cluster=cluster, tasks=[failing])["tasks"])
        expect("CannotPullContainerError" in shown["stoppedReason"], shown["stoppedReason"])
        forget(ecs, "good:1", "bad:1")


def check_services(aws):
    """A service keeps its tasks running, through a deployment, and drains at its end."""
    ecs = aws.client("ecs")
    with an_image(aws) as (image, role), a_vpc(aws) as vpc, a_subnet(aws, vpc) as subnet, a_cluster(
        aws
    ) as cluster:
        for _ in range(2):
            ecs.register_task_definition(**definition("web", f"{image}:latest", role))
        of = {"cluster": cluster, "launchType": "FARGATE", "networkConfiguration": in_subnet(subnet)}
        names = ["one", "two", "three"]
        for name in names:
            ecs.create_service(
                **of, serviceName=name, taskDefinition="web:1", desiredCount=int(name == "one")
            )
        with refused("InvalidParameterException", 400):
            ecs.create_service(**of, serviceName="one", taskDefinition="web:2", desiredCount=1)
        aws.wait("ecs", "services_stable", cluster=cluster, services=names)
        same(named(aws.pages("ecs", "list_services", size=2, cluster=cluster)), sorted(names))
        with refused("ClusterContainsServicesException", 400):
            ecs.delete_cluster(cluster=cluster)
        ecs.update_service(cluster=cluster, service="one", taskDefinition="web:2", desiredCount=2)
        aws.wait("ecs", "services_stable", cluster=cluster, services=["one"])
        shown = only(ecs.describe_services(cluster=cluster, services=["one"])["services"])
        holds(shown, runningCount=2, desiredCount=2, status="ACTIVE")
        deployment = only(shown["deployments"])
        expect(deployment["taskDefinition"].endswith("web:2"), f"{deployment}")
        deployed(ecs, cluster)
        with refused("InvalidParameterException", 400):
            ecs.delete_service(cluster=cluster, service="one")
        for name in names:
            ecs.delete_service(cluster=cluster, service=name, force=True)
        aws.wait("ecs", "services_inactive", cluster=cluster, services=names)
        empty = lambda: not ecs.list_tasks(cluster=cluster)["taskArns"]
        until(empty, "the end of the tasks")
        forget(ecs, "web:1", "web:2")


def deployed(ecs, cluster):
    done = lambda: ecs.list_service_deployments(cluster=cluster, service="one", status=["SUCCESSFUL"])[
        "serviceDeployments"
    ]
    listed = until(done, "the deployment")
    arn = listed[0]["serviceDeploymentArn"]
    got = only(ecs.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"])
    same(got["status"], "SUCCESSFUL")
