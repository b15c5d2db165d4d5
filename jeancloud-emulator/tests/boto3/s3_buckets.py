"""Buckets and their settings."""

import contextlib
import json

from check import expect, holds, refused, same, tags

HERE = {"LocationConstraint": "eu-west-3"}


@contextlib.contextmanager
def a_bucket(aws, name="a-bucket", **more):
    """A bucket; whoever uses it leaves it empty."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration=HERE, **more)
    aws.wait("s3", "bucket_exists", Bucket=name)
    yield name
    s3.delete_bucket(Bucket=name)
    aws.wait("s3", "bucket_not_exists", Bucket=name)


def check_buckets(aws):
    """Buckets have names that nobody else has, and a place."""
    s3 = aws.client("s3")
    with a_bucket(aws, "bucket-a"), a_bucket(aws, "bucket-b"), a_bucket(aws, "bucket-c"):
        same(
            [it["Name"] for it in aws.pages("s3", "list_buckets", size=2)],
            ["bucket-a", "bucket-b", "bucket-c"],
        )
        same(s3.get_bucket_location(Bucket="bucket-a")["LocationConstraint"], "eu-west-3")
        same(s3.head_bucket(Bucket="bucket-a")["BucketRegion"], "eu-west-3")
        with refused("BucketAlreadyOwnedByYou", 409):
            s3.create_bucket(Bucket="bucket-a", CreateBucketConfiguration=HERE)
        other = aws.elsewhere(key="210987654321").client("s3")
        with refused("BucketAlreadyExists", 409):
            other.create_bucket(Bucket="bucket-a", CreateBucketConfiguration=HERE)
        s3.put_object(Bucket="bucket-a", Key="k", Body=b"")
        with refused("BucketNotEmpty", 409):
            s3.delete_bucket(Bucket="bucket-a")
        s3.delete_object(Bucket="bucket-a", Key="k")
    with refused("NoSuchBucket", 404):
        s3.delete_bucket(Bucket="bucket-a")
    with refused("404", 404):
        s3.head_bucket(Bucket="bucket-a")


def check_virtual_hosts(aws):
    """The bucket may stand in the host's name."""
    s3 = aws._made("s3", s3={"addressing_style": "virtual"})
    host = aws.endpoint.removeprefix("http://")

    def by_host(request, **_):
        bucket, _, key = request.url.removeprefix(f"http://{host}/").partition("/")
        request.headers["Host"] = f"{bucket.partition('?')[0]}.localhost:{host.partition(':')[2]}"
        request.url = f"http://{host}/{key}"

    with a_bucket(aws, "by-host"):
        path = aws._made("s3", s3={"addressing_style": "path"})
        path.meta.events.register("before-send.s3", by_host)
        path.put_object(Bucket="by-host", Key="a/b", Body=b"content")
        same(s3.get_object(Bucket="by-host", Key="a/b")["Body"].read(), b"content")
        path.delete_object(Bucket="by-host", Key="a/b")


# What is put, got and deleted as it is: the operations' noun, the member of both, a value, and the code
# for a bucket that has none.
SETTINGS = [
    (
        "bucket_cors",
        {"CORSConfiguration": {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}},
        "NoSuchCORSConfiguration",
    ),
    (
        "bucket_tagging",
        {"Tagging": {"TagSet": tags(a="1", b="2")}},
        "NoSuchTagSet",
    ),
    (
        "bucket_website",
        {
            "WebsiteConfiguration": {
                "IndexDocument": {"Suffix": "index.html"},
                "ErrorDocument": {"Key": "404.html"},
            }
        },
        "NoSuchWebsiteConfiguration",
    ),
]


def check_bucket_settings(aws):
    """What is set on a bucket is told again, and what can be taken away is gone then."""
    s3 = aws.client("s3")
    with a_bucket(aws) as bucket:
        for noun, setting, code in SETTINGS:
            with refused(code, 404):
                getattr(s3, f"get_{noun}")(Bucket=bucket)
            getattr(s3, f"put_{noun}")(Bucket=bucket, **setting)
            holds(getattr(s3, f"get_{noun}")(Bucket=bucket), **next(iter(setting.values())))
            getattr(s3, f"delete_{noun}")(Bucket=bucket)
            with refused(code, 404):
                getattr(s3, f"get_{noun}")(Bucket=bucket)
        lifecycle(s3, bucket)
        encryption(s3, bucket)
        access(s3, bucket)
        switches(s3, bucket)
        notices(s3, bucket)


def lifecycle(s3, bucket):
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 3}}
    with refused("NoSuchLifecycleConfiguration", 404):
        s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    same(s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"], [rule])
    s3.delete_bucket_lifecycle(Bucket=bucket)


def encryption(s3, bucket):
    def algorithm():
        rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        return rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]

    same(algorithm(), "AES256", "how every bucket is encrypted")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    same(algorithm(), "aws:kms")
    s3.delete_bucket_encryption(Bucket=bucket)
    same(algorithm(), "AES256")


def access(s3, bucket):
    blocked = dict.fromkeys(
        ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"], True
    )
    same(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"], blocked)
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    with refused("AccessDenied", 403):
        s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    s3.delete_public_access_block(Bucket=bucket)
    with refused("NoSuchPublicAccessBlockConfiguration", 404):
        s3.get_public_access_block(Bucket=bucket)
    with refused("NoSuchBucketPolicy", 404):
        s3.get_bucket_policy(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    same(json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"], [statement])
    same(s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"], {"IsPublic": True})
    with refused("MalformedPolicy", 400):
        s3.put_bucket_policy(Bucket=bucket, Policy="{")
    s3.delete_bucket_policy(Bucket=bucket)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=blocked)
    same(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"], blocked)
    controls(s3, bucket)


def controls(s3, bucket):
    with refused("AccessControlListNotSupported", 400):
        s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    preferred = {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=preferred)
    same(s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"], preferred)
    s3.put_bucket_acl(Bucket=bucket, ACL="private")
    grants = s3.get_bucket_acl(Bucket=bucket)["Grants"]
    same([grant["Permission"] for grant in grants], ["FULL_CONTROL"])
    s3.delete_bucket_ownership_controls(Bucket=bucket)
    with refused("OwnershipControlsNotFoundError", 404):
        s3.get_bucket_ownership_controls(Bucket=bucket)


def switches(s3, bucket):
    expect("Status" not in s3.get_bucket_versioning(Bucket=bucket), "a new bucket has versions")
    expect(
        "Status" not in s3.get_bucket_accelerate_configuration(Bucket=bucket), "a new bucket is accelerated"
    )
    s3.put_bucket_accelerate_configuration(Bucket=bucket, AccelerateConfiguration={"Status": "Enabled"})
    same(s3.get_bucket_accelerate_configuration(Bucket=bucket)["Status"], "Enabled")
    same(s3.get_bucket_request_payment(Bucket=bucket)["Payer"], "BucketOwner")
    s3.put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"})
    same(s3.get_bucket_request_payment(Bucket=bucket)["Payer"], "Requester")
    with refused("ObjectLockConfigurationNotFoundError", 404):
        s3.get_object_lock_configuration(Bucket=bucket)


def notices(s3, bucket):
    expect("LoggingEnabled" not in s3.get_bucket_logging(Bucket=bucket), "a new bucket is logged")
    logging = {"TargetBucket": bucket, "TargetPrefix": "logs/"}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": logging})
    holds(s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"], **logging)
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={})
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    holds(s3.get_bucket_notification_configuration(Bucket=bucket), EventBridgeConfiguration={})


def check_replication(aws):
    """A bucket with versions may be replicated, and one with a lock has them."""
    s3 = aws.client("s3")
    with a_bucket(aws, "from-here") as source, a_bucket(
        aws, "locked", ObjectLockEnabledForBucket=True
    ) as locked:
        same(s3.get_bucket_versioning(Bucket=locked)["Status"], "Enabled")
        lock = {
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
        }
        s3.put_object_lock_configuration(Bucket=locked, ObjectLockConfiguration=lock)
        same(s3.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"], lock)
        rule = {
            "ID": "all",
            "Priority": 1,
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "DeleteMarkerReplication": {"Status": "Disabled"},
            "Destination": {"Bucket": f"arn:aws:s3:::{locked}"},
        }
        configuration = {"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [rule]}
        with refused("InvalidRequest", 400):
            s3.put_bucket_replication(Bucket=source, ReplicationConfiguration=configuration)
        s3.put_bucket_versioning(Bucket=source, VersioningConfiguration={"Status": "Enabled"})
        s3.put_bucket_replication(Bucket=source, ReplicationConfiguration=configuration)
        same(s3.get_bucket_replication(Bucket=source)["ReplicationConfiguration"], configuration)
        s3.delete_bucket_replication(Bucket=source)
        with refused("ReplicationConfigurationNotFoundError", 404):
            s3.get_bucket_replication(Bucket=source)
