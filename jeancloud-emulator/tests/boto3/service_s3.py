"""S3: buckets, what is set on them, objects, their versions, and uploads in parts."""

from s3_buckets import check_bucket_settings, check_buckets, check_replication, check_virtual_hosts
from s3_objects import (
    check_big_objects,
    check_conditions,
    check_objects,
    check_presigned,
    check_tags,
    check_uploads,
    check_versions,
)

__all__ = [
    "check_big_objects",
    "check_bucket_settings",
    "check_buckets",
    "check_conditions",
    "check_objects",
    "check_presigned",
    "check_replication",
    "check_tags",
    "check_uploads",
    "check_versions",
    "check_virtual_hosts",
]
