"""STS: who one is, and being somebody else."""

import json

from check import expect, holds, same
from service_iam import TRUST


def check_identity(aws):
    """A key of twelve digits is an account's; another is nobody's in particular."""
    same(aws.client("sts").get_caller_identity()["Account"], "123456789012")
    same(aws.elsewhere(key="210987654321").client("sts").get_caller_identity()["Account"], "210987654321")
    session = aws.client("sts").get_session_token()["Credentials"]
    holds(
        aws.elsewhere(key=session["AccessKeyId"]).client("sts").get_caller_identity(), Account="123456789012"
    )


def check_roles(aws):
    """An assumed role is another identity, with keys of its account."""
    iam, sts = aws.client("iam"), aws.client("sts")
    role = iam.create_role(RoleName="other", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    assumed = sts.assume_role(RoleArn=role, RoleSessionName="me")
    same(assumed["AssumedRoleUser"]["Arn"], "arn:aws:sts::123456789012:assumed-role/other/me")
    keys = aws.elsewhere(key=assumed["Credentials"]["AccessKeyId"])
    expect(
        keys.client("sts").get_caller_identity()["Account"] == "123456789012", "the role's keys are of nobody"
    )
    far = sts.assume_role(RoleArn="arn:aws:iam::210987654321:role/far", RoleSessionName="me")
    keys = aws.elsewhere(key=far["Credentials"]["AccessKeyId"])
    same(keys.client("sts").get_caller_identity()["Account"], "210987654321")
    web = sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="web", WebIdentityToken="token")
    same(web["AssumedRoleUser"]["Arn"], "arn:aws:sts::123456789012:assumed-role/other/web")
    iam.delete_role(RoleName="other")
