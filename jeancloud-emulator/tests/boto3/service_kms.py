"""KMS: keys, their aliases, and what they encrypt."""

import json

from check import expect, holds, refused, same


def a_key(kms, **more):
    return kms.create_key(**more)["KeyMetadata"]["KeyId"]


def check_keys(aws):
    """Keys are described, switched off and on, rotated, and deleted after a while."""
    kms = aws.client("kms")
    made = [a_key(kms, Description=f"key {n}", Tags=[{"TagKey": "a", "TagValue": "1"}]) for n in range(3)]
    key = made[0]
    got = kms.describe_key(KeyId=key)["KeyMetadata"]
    holds(got, KeyId=key, Description="key 0", Enabled=True, KeyState="Enabled", KeyManager="CUSTOMER")
    same({it["KeyId"] for it in aws.pages("kms", "list_keys", size=2)}, set(made))
    kms.update_key_description(KeyId=key, Description="changed")
    kms.disable_key(KeyId=key)
    holds(
        kms.describe_key(KeyId=key)["KeyMetadata"], Description="changed", Enabled=False, KeyState="Disabled"
    )
    with refused("DisabledException"):
        kms.encrypt(KeyId=key, Plaintext=b"secret")
    kms.enable_key(KeyId=key)
    same(kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"], False)
    kms.enable_key_rotation(KeyId=key)
    same(kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"], True)
    kms.disable_key_rotation(KeyId=key)
    tags_and_policy(aws, key)
    deletion(kms, key)
    for key in made:
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    with refused("NotFoundException", 400):
        kms.describe_key(KeyId="00000000-0000-0000-0000-000000000000")


def tags_and_policy(aws, key):
    kms = aws.client("kms")
    kms.tag_resource(KeyId=key, Tags=[{"TagKey": "b", "TagValue": "2"}, {"TagKey": "c", "TagValue": "3"}])
    kms.untag_resource(KeyId=key, TagKeys=["a"])
    listed = aws.pages("kms", "list_resource_tags", size=1, KeyId=key)
    same({tag["TagKey"]: tag["TagValue"] for tag in listed}, {"b": "2", "c": "3"})
    same(aws.pages("kms", "list_key_policies", KeyId=key), ["default"])
    policy = json.loads(kms.get_key_policy(KeyId=key)["Policy"])
    expect(policy["Statement"], "a new key has no policy")
    policy["Id"] = "changed"
    kms.put_key_policy(KeyId=key, Policy=json.dumps(policy))
    same(json.loads(kms.get_key_policy(KeyId=key)["Policy"])["Id"], "changed")


def deletion(kms, key):
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    same(kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"], "PendingDeletion")
    with refused("KMSInvalidStateException"):
        kms.encrypt(KeyId=key, Plaintext=b"secret")
    kms.cancel_key_deletion(KeyId=key)
    same(kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"], "Disabled")


def check_aliases(aws):
    """An alias names one key, and moves to another."""
    kms = aws.client("kms")
    first, second = a_key(kms), a_key(kms)
    for name in ["alias/a", "alias/b", "alias/c"]:
        kms.create_alias(AliasName=name, TargetKeyId=first)
    with refused("AlreadyExistsException", 400):
        kms.create_alias(AliasName="alias/a", TargetKeyId=second)
    listed = aws.pages("kms", "list_aliases", size=2, KeyId=first)
    same([it["AliasName"] for it in listed], ["alias/a", "alias/b", "alias/c"])
    kms.update_alias(AliasName="alias/a", TargetKeyId=second)
    same(kms.describe_key(KeyId="alias/a")["KeyMetadata"]["KeyId"], second)
    for name in ["alias/a", "alias/b", "alias/c"]:
        kms.delete_alias(AliasName=name)
    with refused("NotFoundException", 400):
        kms.delete_alias(AliasName="alias/a")
    for key in [first, second]:
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)


def check_encryption(aws):
    """What is encrypted comes out again, with the same context only."""
    kms = aws.client("kms")
    key = a_key(kms)
    secret = kms.encrypt(KeyId=key, Plaintext=b"secret", EncryptionContext={"for": "a test"})[
        "CiphertextBlob"
    ]
    expect(b"secret" not in secret, "the secret is in the clear")
    got = kms.decrypt(CiphertextBlob=secret, EncryptionContext={"for": "a test"})
    same(got["Plaintext"], b"secret")
    with refused("InvalidCiphertextException", 400):
        kms.decrypt(CiphertextBlob=secret)
    data = kms.generate_data_key(KeyId=key, KeySpec="AES_256")
    same(len(data["Plaintext"]), 32)
    same(kms.decrypt(CiphertextBlob=data["CiphertextBlob"])["Plaintext"], data["Plaintext"])
    hidden = kms.generate_data_key_without_plaintext(KeyId=key, NumberOfBytes=20)["CiphertextBlob"]
    same(len(kms.decrypt(CiphertextBlob=hidden)["Plaintext"]), 20)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
