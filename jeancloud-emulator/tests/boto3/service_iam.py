"""IAM: roles, policies, instance profiles and OpenID Connect providers."""

import json
from urllib.parse import unquote

from check import expect, holds, only, pairs, refused, same, tags

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"

UNREACHED = {
    "GetUser": "there are no users; that one is missing is checked",
    "waiter user_exists": "there are no users",
    "paginator list_account_aliases": "its answer has nothing to count; it is called as it is",
}


def a_role(iam, name, **more):
    return iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST), **more)["Role"]


def document(given):
    """boto3 decodes some documents and leaves others as AWS sends them."""
    return given if isinstance(given, dict) else json.loads(unquote(given))


def check_account(aws):
    """An account without anything has AWS's policies."""
    iam = aws.client("iam")
    same(iam.list_account_aliases()["AccountAliases"], [])
    with refused("NoSuchEntity", 404):
        iam.get_user(UserName="nobody")
    aws_managed = aws.whole("iam", "list_policies", Scope="AWS")
    expect(ADMINISTRATOR in [it["Arn"] for it in aws_managed], "AWS's policies are missing")
    holds(
        iam.get_policy(PolicyArn=ADMINISTRATOR)["Policy"], PolicyName="AdministratorAccess", IsAttachable=True
    )


def check_roles(aws):
    """A role is what was said of it, and stays while it has policies."""
    iam = aws.client("iam")
    role = a_role(
        iam, "a-role", Path="/app/", Description="first", MaxSessionDuration=7200, Tags=tags(a="1", b="2")
    )
    holds(role, Arn="arn:aws:iam::123456789012:role/app/a-role", Path="/app/", RoleName="a-role")
    aws.wait("iam", "role_exists", RoleName="a-role")
    with refused("EntityAlreadyExists", 409):
        a_role(iam, "a-role")
    got = iam.get_role(RoleName="a-role")["Role"]
    holds(
        got,
        Description="first",
        MaxSessionDuration=7200,
        AssumeRolePolicyDocument=TRUST,
        RoleId=role["RoleId"],
    )
    iam.update_role(RoleName="a-role", Description="second", MaxSessionDuration=3600)
    iam.update_role_description(RoleName="a-role", Description="third")
    iam.update_assume_role_policy(RoleName="a-role", PolicyDocument=json.dumps({**TRUST, "Id": "x"}))
    iam.put_role_permissions_boundary(RoleName="a-role", PermissionsBoundary=ADMINISTRATOR)
    got = iam.get_role(RoleName="a-role")["Role"]
    holds(got, Description="third", MaxSessionDuration=3600, AssumeRolePolicyDocument={**TRUST, "Id": "x"})
    same(got["PermissionsBoundary"]["PermissionsBoundaryArn"], ADMINISTRATOR)
    iam.delete_role_permissions_boundary(RoleName="a-role")
    role_tags(aws)
    role_policies(aws)
    for name in ["b-role", "c-role"]:
        a_role(iam, name)
    same([it["RoleName"] for it in aws.pages("iam", "list_roles", size=2)], ["a-role", "b-role", "c-role"])
    with refused("MalformedPolicyDocument", 400):
        iam.create_role(RoleName="d", AssumeRolePolicyDocument="{")
    for name in ["a-role", "b-role", "c-role"]:
        iam.delete_role(RoleName=name)
    with refused("NoSuchEntity", 404):
        iam.get_role(RoleName="a-role")


def role_tags(aws):
    iam = aws.client("iam")
    iam.tag_role(RoleName="a-role", Tags=tags(b="two", c="3"))
    iam.untag_role(RoleName="a-role", TagKeys=["a"])
    same(pairs(aws.pages("iam", "list_role_tags", size=1, RoleName="a-role")), {"b": "two", "c": "3"})


def role_policies(aws):
    iam = aws.client("iam")
    for name in ["x", "y"]:
        iam.put_role_policy(RoleName="a-role", PolicyName=name, PolicyDocument=json.dumps(ALLOW))
    same(iam.get_role_policy(RoleName="a-role", PolicyName="x")["PolicyDocument"], ALLOW)
    same(aws.pages("iam", "list_role_policies", size=1, RoleName="a-role"), ["x", "y"])
    with refused("DeleteConflict", 409):
        iam.delete_role(RoleName="a-role")
    for name in ["x", "y"]:
        iam.delete_role_policy(RoleName="a-role", PolicyName=name)
    with refused("NoSuchEntity", 404):
        iam.get_role_policy(RoleName="a-role", PolicyName="x")
    for arn in [ADMINISTRATOR, "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"]:
        iam.attach_role_policy(RoleName="a-role", PolicyArn=arn)
    attached = aws.pages("iam", "list_attached_role_policies", size=1, RoleName="a-role")
    same({it["PolicyName"] for it in attached}, {"AdministratorAccess", "AmazonECSTaskExecutionRolePolicy"})
    with refused("DeleteConflict", 409):
        iam.delete_role(RoleName="a-role")
    for it in attached:
        iam.detach_role_policy(RoleName="a-role", PolicyArn=it["PolicyArn"])
    with refused("NoSuchEntity", 404):
        iam.detach_role_policy(RoleName="a-role", PolicyArn=ADMINISTRATOR)


def check_policies(aws):
    """A policy has up to five versions, one of which counts."""
    iam = aws.client("iam")
    made = [
        iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(ALLOW), Tags=tags(a="1", b="2"))[
            "Policy"
        ]
        for name in ["p", "q", "r"]
    ]
    arn = made[0]["Arn"]
    holds(made[0], Arn="arn:aws:iam::123456789012:policy/p", DefaultVersionId="v1", AttachmentCount=0)
    aws.wait("iam", "policy_exists", PolicyArn=arn)
    listed = aws.pages("iam", "list_policies", size=2, Scope="Local")
    same([it["PolicyName"] for it in listed], ["p", "q", "r"])
    iam.tag_policy(PolicyArn=arn, Tags=tags(c="3"))
    iam.untag_policy(PolicyArn=arn, TagKeys=["a"])
    same(pairs(aws.pages("iam", "list_policy_tags", size=1, PolicyArn=arn)), {"b": "2", "c": "3"})
    for number in range(2, 6):
        changed = {**ALLOW, "Id": str(number)}
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(changed), SetAsDefault=number == 3)
    with refused("LimitExceeded", 409):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(ALLOW))
    versions = aws.pages("iam", "list_policy_versions", size=2, PolicyArn=arn)
    same({it["VersionId"]: it["IsDefaultVersion"] for it in versions}["v3"], True)
    same(
        document(iam.get_policy_version(PolicyArn=arn, VersionId="v4")["PolicyVersion"]["Document"])["Id"],
        "4",
    )
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v5")
    with refused("DeleteConflict", 409):
        iam.delete_policy_version(PolicyArn=arn, VersionId="v5")
    with refused("DeleteConflict", 409):
        iam.delete_policy(PolicyArn=arn)
    for number in range(1, 5):
        iam.delete_policy_version(PolicyArn=arn, VersionId=f"v{number}")
    entities(aws, arn)
    for policy in made:
        iam.delete_policy(PolicyArn=policy["Arn"])
    with refused("NoSuchEntity", 404):
        iam.get_policy(PolicyArn=arn)


def entities(aws, arn):
    """Who has a policy, and everything about everybody."""
    iam = aws.client("iam")
    for name in ["e", "f", "g"]:
        a_role(iam, name)
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    with refused("DeleteConflict", 409):
        iam.delete_policy(PolicyArn=arn)
    pages = iam.get_paginator("list_entities_for_policy").paginate(
        PolicyArn=arn, PaginationConfig={"PageSize": 2}
    )
    pages = [page["PolicyRoles"] for page in pages]
    aws.reached.paginators.add("list_entities_for_policy")
    same([it["RoleName"] for page in pages for it in page], ["e", "f", "g"])
    pages = iam.get_paginator("get_account_authorization_details").paginate(Filter=["Role"])
    details = [it for page in pages for it in page["RoleDetailList"]]
    aws.reached.paginators.add("get_account_authorization_details")
    same([it["RoleName"] for it in details], ["e", "f", "g"])
    same(only(details[0]["AttachedManagedPolicies"])["PolicyArn"], arn)
    for name in ["e", "f", "g"]:
        iam.detach_role_policy(RoleName=name, PolicyArn=arn)
        iam.delete_role(RoleName=name)


def check_instance_profiles(aws):
    """A profile has at most one role, which stays while it has it."""
    iam = aws.client("iam")
    a_role(iam, "machine")
    for name in ["i", "j", "k"]:
        iam.create_instance_profile(InstanceProfileName=name)
        aws.wait("iam", "instance_profile_exists", InstanceProfileName=name)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName="machine")
    with refused("LimitExceeded", 409):
        iam.add_role_to_instance_profile(InstanceProfileName="i", RoleName="machine")
    same(
        only(iam.get_instance_profile(InstanceProfileName="i")["InstanceProfile"]["Roles"])["RoleName"],
        "machine",
    )
    for operation, of in [
        ("list_instance_profiles", {}),
        ("list_instance_profiles_for_role", {"RoleName": "machine"}),
    ]:
        listed = aws.pages("iam", operation, size=2, **of)
        same([it["InstanceProfileName"] for it in listed], ["i", "j", "k"])
    with refused("DeleteConflict", 409):
        iam.delete_role(RoleName="machine")
    with refused("DeleteConflict", 409):
        iam.delete_instance_profile(InstanceProfileName="i")
    for name in ["i", "j", "k"]:
        iam.remove_role_from_instance_profile(InstanceProfileName=name, RoleName="machine")
        iam.delete_instance_profile(InstanceProfileName=name)
    iam.delete_role(RoleName="machine")
    with refused("NoSuchEntity", 404):
        iam.get_instance_profile(InstanceProfileName="i")


def check_openid_providers(aws):
    """A provider has clients, thumbprints and tags."""
    iam = aws.client("iam")
    made = iam.create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com",
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=["6938fd4d98bab03faadb97b34396831e3780aea1"],
        Tags=tags(a="1", b="2"),
    )
    arn = made["OpenIDConnectProviderArn"]
    same(arn, "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com")
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="another")
    iam.remove_client_id_from_open_id_connect_provider(
        OpenIDConnectProviderArn=arn, ClientID="sts.amazonaws.com"
    )
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=["0" * 40])
    iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=arn, Tags=tags(c="3"))
    iam.untag_open_id_connect_provider(OpenIDConnectProviderArn=arn, TagKeys=["a"])
    got = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    holds(got, Url="token.actions.githubusercontent.com", ClientIDList=["another"], ThumbprintList=["0" * 40])
    listed = aws.pages("iam", "list_open_id_connect_provider_tags", size=1, OpenIDConnectProviderArn=arn)
    same(pairs(listed), {"b": "2", "c": "3"})
    same([it["Arn"] for it in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]], [arn])
    with refused("EntityAlreadyExists", 409):
        iam.create_open_id_connect_provider(Url="https://token.actions.githubusercontent.com")
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    with refused("NoSuchEntity", 404):
        iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)


def check_service_linked_roles(aws):
    """A service's own role is made for it and deleted by a task."""
    iam = aws.client("iam")
    role = iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]
    same(role["RoleName"], "AWSServiceRoleForECS")
    with refused("InvalidInput", 400):
        iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")
    with refused("UnmodifiableEntity", 400):
        iam.delete_role(RoleName=role["RoleName"])
    task = iam.delete_service_linked_role(RoleName=role["RoleName"])["DeletionTaskId"]
    status = iam.get_service_linked_role_deletion_status(DeletionTaskId=task)
    same(status["Status"], "SUCCEEDED")
