"""Secrets Manager: secrets, their versions and their replicas."""

import json

from check import expect, holds, only, pairs, refused, same, tags, until


def check_secrets(aws):
    """Secrets are told of without their value, and come back within their recovery window."""
    secrets = aws.client("secretsmanager")
    for name in ["a", "b", "c"]:
        made = secrets.create_secret(
            Name=f"app/{name}", SecretString="s3cret", Description=name, Tags=tags(a="1")
        )
        expect(
            made["ARN"].startswith(f"arn:aws:secretsmanager:eu-west-3:123456789012:secret:app/{name}-"),
            f"{made}",
        )
    with refused("ResourceExistsException", 400):
        secrets.create_secret(Name="app/a")
    listed = aws.pages("secretsmanager", "list_secrets", size=2)
    same(sorted(it["Name"] for it in listed), ["app/a", "app/b", "app/c"])
    expect(all("SecretString" not in it for it in listed), "a listing tells the secret")
    secrets.update_secret(SecretId="app/a", Description="changed")
    secrets.tag_resource(SecretId="app/a", Tags=tags(b="2"))
    secrets.untag_resource(SecretId="app/a", TagKeys=["a"])
    got = secrets.describe_secret(SecretId="app/a")
    holds(got, Name="app/a", Description="changed")
    same(pairs(got["Tags"]), {"b": "2"})
    policies(secrets)
    secrets.delete_secret(SecretId="app/a", RecoveryWindowInDays=7)
    with refused("InvalidRequestException", 400):
        secrets.get_secret_value(SecretId="app/a")
    secrets.restore_secret(SecretId="app/a")
    same(secrets.get_secret_value(SecretId="app/a")["SecretString"], "s3cret")
    for name in ["a", "b", "c"]:
        secrets.delete_secret(SecretId=f"app/{name}", ForceDeleteWithoutRecovery=True)
    gone(secrets, "app/a")


def gone(secrets, name):
    """A forced deletion takes a moment."""

    def looked():
        try:
            return "DeletedDate" not in secrets.describe_secret(SecretId=name) and None
        except secrets.exceptions.ResourceNotFoundException:
            return True

    until(looked, f"the end of {name}")


def policies(secrets):
    statement = {"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:DeleteSecret", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    secrets.put_resource_policy(SecretId="app/a", ResourcePolicy=json.dumps(policy))
    same(json.loads(secrets.get_resource_policy(SecretId="app/a")["ResourcePolicy"]), policy)
    secrets.delete_resource_policy(SecretId="app/a")
    expect("ResourcePolicy" not in secrets.get_resource_policy(SecretId="app/a"), "the policy is still there")


def check_values(aws):
    """A secret has a current and a previous value, and stages of one's own."""
    secrets = aws.client("secretsmanager")
    first = secrets.create_secret(Name="v", SecretString="one")["VersionId"]
    second = secrets.put_secret_value(SecretId="v", SecretBinary=b"\x00two")["VersionId"]
    holds(secrets.get_secret_value(SecretId="v"), SecretBinary=b"\x00two", VersionId=second)
    previous = secrets.get_secret_value(SecretId="v", VersionStage="AWSPREVIOUS")
    holds(previous, SecretString="one", VersionId=first)
    secrets.update_secret_version_stage(SecretId="v", VersionStage="MINE", MoveToVersionId=first)
    same(secrets.get_secret_value(SecretId="v", VersionStage="MINE")["SecretString"], "one")
    listed = secrets.list_secret_version_ids(SecretId="v")["Versions"]
    same(
        {it["VersionId"]: sorted(it["VersionStages"]) for it in listed},
        {
            first: ["AWSPREVIOUS", "MINE"],
            second: ["AWSCURRENT"],
        },
    )
    with refused("ResourceNotFoundException", 400):
        secrets.get_secret_value(SecretId="v", VersionStage="NONE")
    password = secrets.get_random_password(PasswordLength=20, ExcludePunctuation=True)["RandomPassword"]
    same((len(password), password.isalnum()), (20, True), password)
    secrets.delete_secret(SecretId="v", ForceDeleteWithoutRecovery=True)
    gone(secrets, "v")


def check_replicas(aws):
    """A replica has the value, and goes before its secret."""
    secrets, far = aws.client("secretsmanager"), aws.elsewhere("eu-central-1").client("secretsmanager")
    secrets.create_secret(Name="r", SecretString="one")
    secrets.replicate_secret_to_regions(SecretId="r", AddReplicaRegions=[{"Region": "eu-central-1"}])
    look = lambda: only(secrets.describe_secret(SecretId="r")["ReplicationStatus"])["Status"] == "InSync"
    until(look, "the replica")
    same(far.get_secret_value(SecretId="r")["SecretString"], "one")
    with refused("InvalidRequestException", 400):
        far.put_secret_value(SecretId="r", SecretString="two")
    with refused("InvalidRequestException", 400):
        secrets.delete_secret(SecretId="r")
    secrets.remove_regions_from_replication(SecretId="r", RemoveReplicaRegions=["eu-central-1"])
    secrets.delete_secret(SecretId="r", ForceDeleteWithoutRecovery=True)
    gone(secrets, "r")
