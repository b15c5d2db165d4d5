"""CloudWatch Logs: groups, streams, events."""

import json

from check import holds, only, refused, same

UNREACHED = {}


def check_groups(aws):
    """Groups keep their events for as long as they are told."""
    logs = aws.client("logs")
    for name in ["/ecs/a", "/ecs/b", "/ecs/c"]:
        logs.create_log_group(logGroupName=name, tags={"a": "1", "b": "2"})
    with refused("ResourceAlreadyExistsException", 400):
        logs.create_log_group(logGroupName="/ecs/a")
    listed = aws.pages("logs", "describe_log_groups", size=2, logGroupNamePrefix="/ecs/")
    same([it["logGroupName"] for it in listed], ["/ecs/a", "/ecs/b", "/ecs/c"])
    same(listed[0]["arn"], "arn:aws:logs:eu-west-3:123456789012:log-group:/ecs/a:*")
    logs.put_retention_policy(logGroupName="/ecs/a", retentionInDays=30)
    holds(only(logs.describe_log_groups(logGroupNamePrefix="/ecs/a")["logGroups"]), retentionInDays=30)
    logs.delete_retention_policy(logGroupName="/ecs/a")
    shown = only(logs.describe_log_groups(logGroupNamePrefix="/ecs/a")["logGroups"])
    same("retentionInDays" in shown, False, "whether the retention is still told")
    with refused("InvalidParameterException", 400):
        logs.put_retention_policy(logGroupName="/ecs/a", retentionInDays=31)
    keys(aws)
    tagging(logs)
    logs.put_log_group_deletion_protection(logGroupIdentifier="/ecs/a", deletionProtectionEnabled=True)
    with refused("ValidationException", 400):
        logs.delete_log_group(logGroupName="/ecs/a")
    logs.put_log_group_deletion_protection(logGroupIdentifier="/ecs/a", deletionProtectionEnabled=False)
    for name in ["/ecs/a", "/ecs/b", "/ecs/c"]:
        logs.delete_log_group(logGroupName=name)
    with refused("ResourceNotFoundException", 400):
        logs.delete_log_group(logGroupName="/ecs/a")


def keys(aws):
    logs, kms = aws.client("logs"), aws.client("kms")
    key = kms.create_key()["KeyMetadata"]
    logs.associate_kms_key(logGroupName="/ecs/a", kmsKeyId=key["Arn"])
    holds(only(logs.describe_log_groups(logGroupNamePrefix="/ecs/a")["logGroups"]), kmsKeyId=key["Arn"])
    logs.disassociate_kms_key(logGroupName="/ecs/a")
    kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)


def tagging(logs):
    arn = "arn:aws:logs:eu-west-3:123456789012:log-group:/ecs/a"
    logs.tag_resource(resourceArn=arn, tags={"c": "3"})
    logs.untag_resource(resourceArn=arn, tagKeys=["a"])
    logs.tag_log_group(logGroupName="/ecs/a", tags={"d": "4"})
    logs.untag_log_group(logGroupName="/ecs/a", tags=["b"])
    same(logs.list_tags_for_resource(resourceArn=arn)["tags"], {"c": "3", "d": "4"})
    same(logs.list_tags_log_group(logGroupName="/ecs/a")["tags"], {"c": "3", "d": "4"})


def check_events(aws):
    """Events go into streams and come out in their order, also filtered."""
    logs = aws.client("logs")
    logs.create_log_group(logGroupName="g")
    for name in ["s1", "s2", "s3"]:
        logs.create_log_stream(logGroupName="g", logStreamName=name)
    with refused("ResourceAlreadyExistsException", 400):
        logs.create_log_stream(logGroupName="g", logStreamName="s1")
    listed = aws.pages("logs", "describe_log_streams", size=2, logGroupName="g")
    same([it["logStreamName"] for it in listed], ["s1", "s2", "s3"])
    now = only(logs.describe_log_groups(logGroupNamePrefix="g")["logGroups"])["creationTime"]
    events = [{"timestamp": now + n, "message": f"line {n}"} for n in range(5)]
    logs.put_log_events(logGroupName="g", logStreamName="s1", logEvents=events)
    got = logs.get_log_events(logGroupName="g", logStreamName="s1", startFromHead=True)["events"]
    same(
        [(it["timestamp"], it["message"]) for it in got], [(it["timestamp"], it["message"]) for it in events]
    )
    with refused("InvalidParameterException", 400):
        logs.put_log_events(logGroupName="g", logStreamName="s1", logEvents=events[::-1])
    found = aws.pages("logs", "filter_log_events", size=2, logGroupName="g")
    same(len(found), 5)
    matching = logs.filter_log_events(logGroupName="g", filterPattern='"line 3"')["events"]
    same([it["message"] for it in matching], ["line 3"])
    logs.delete_log_stream(logGroupName="g", logStreamName="s2")
    with refused("ResourceNotFoundException", 400):
        logs.get_log_events(logGroupName="g", logStreamName="s2")
    logs.delete_log_group(logGroupName="g")


def check_resource_policies(aws):
    """A policy lets services write."""
    logs = aws.client("logs")
    policy = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "es.amazonaws.com"},
                    "Action": "logs:PutLogEvents",
                    "Resource": "*",
                }
            ],
        }
    )
    for name in ["a", "b", "c"]:
        logs.put_resource_policy(policyName=name, policyDocument=policy)
    listed = aws.pages("logs", "describe_resource_policies", size=2)
    same([it["policyName"] for it in listed], ["a", "b", "c"])
    for name in ["a", "b", "c"]:
        logs.delete_resource_policy(policyName=name)
    with refused("ResourceNotFoundException", 400):
        logs.delete_resource_policy(policyName="a")
