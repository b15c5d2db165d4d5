"""Objects, their versions, and uploads in parts."""

import io
import urllib.error
import urllib.request

from check import expect, holds, only, refused, same, tags
from s3_buckets import a_bucket

PART = 5 * 1024 * 1024


def emptied(s3, bucket):
    """Deletes every version of everything."""
    listed = s3.list_object_versions(Bucket=bucket)
    versions = listed.get("Versions", []) + listed.get("DeleteMarkers", [])
    objects = [{"Key": it["Key"], "VersionId": it["VersionId"]} for it in versions]
    if objects:
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects})
        same(len(answer["Deleted"]), len(objects))


def check_objects(aws):
    """Objects come back with what was said of them, in listings with and without folders."""
    s3 = aws.client("s3")
    with a_bucket(aws) as bucket:
        put = s3.put_object(
            Bucket=bucket,
            Key="a b/ü+%.txt",
            Body=b"hello",
            ContentType="text/plain",
            Metadata={"made-by": "boto3"},
        )
        aws.wait("s3", "object_exists", Bucket=bucket, Key="a b/ü+%.txt")
        got = s3.get_object(Bucket=bucket, Key="a b/ü+%.txt")
        holds(got, ContentType="text/plain", Metadata={"made-by": "boto3"}, ETag=put["ETag"], ContentLength=5)
        same(got["Body"].read(), b"hello")
        head = s3.head_object(Bucket=bucket, Key="a b/ü+%.txt")
        holds(
            head, ContentType="text/plain", Metadata={"made-by": "boto3"}, ETag=put["ETag"], ContentLength=5
        )
        part = s3.get_object(Bucket=bucket, Key="a b/ü+%.txt", Range="bytes=1-3")
        holds(part, ContentRange="bytes 1-3/5")
        same(part["Body"].read(), b"ell")
        with refused("InvalidRange", 416):
            s3.get_object(Bucket=bucket, Key="a b/ü+%.txt", Range="bytes=7-9")
        s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "a b/ü+%.txt"})
        attributes = s3.get_object_attributes(
            Bucket=bucket, Key="copy", ObjectAttributes=["ETag", "ObjectSize"]
        )
        holds(attributes, ETag=put["ETag"].strip('"'), ObjectSize=5)
        grants = s3.get_object_acl(Bucket=bucket, Key="copy")["Grants"]
        same(only(grants)["Permission"], "FULL_CONTROL")
        listings(aws, bucket)
        s3.delete_object(Bucket=bucket, Key="copy")
        aws.wait("s3", "object_not_exists", Bucket=bucket, Key="copy")
        with refused("NoSuchKey", 404):
            s3.get_object(Bucket=bucket, Key="copy")
        with refused("404", 404):
            s3.head_object(Bucket=bucket, Key="copy")
        s3.delete_object(Bucket=bucket, Key="never was")
        emptied(s3, bucket)


def listings(aws, bucket):
    s3 = aws.client("s3")
    for number in range(5):
        s3.put_object(Bucket=bucket, Key=f"list/{number}", Body=b"x" * number)
    for operation in ["list_objects", "list_objects_v2"]:
        listed = aws.pages("s3", operation, size=2, Bucket=bucket, Prefix="list/")
        same([(it["Key"], it["Size"]) for it in listed], [(f"list/{number}", number) for number in range(5)])
    folders = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    same([it["Prefix"] for it in folders["CommonPrefixes"]], ["a b/", "list/"])
    same([it["Key"] for it in folders["Contents"]], ["copy"])
    after = s3.list_objects_v2(Bucket=bucket, StartAfter="list/3", MaxKeys=5)
    same([it["Key"] for it in after["Contents"]], ["list/4"])


def check_conditions(aws):
    """A write, and a read, may depend on what is there."""
    s3 = aws.client("s3")
    with a_bucket(aws) as bucket:
        first = s3.put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
        with refused("PreconditionFailed", 412):
            s3.put_object(Bucket=bucket, Key="k", Body=b"2", IfNoneMatch="*")
        second = s3.put_object(Bucket=bucket, Key="k", Body=b"2", IfMatch=first)["ETag"]
        with refused("PreconditionFailed", 412):
            s3.put_object(Bucket=bucket, Key="k", Body=b"3", IfMatch=first)
        with refused("304", 304):
            s3.get_object(Bucket=bucket, Key="k", IfNoneMatch=second)
        with refused("PreconditionFailed", 412):
            s3.get_object(Bucket=bucket, Key="k", IfMatch=first)
        with refused("BadDigest", 400):
            s3.put_object(Bucket=bucket, Key="k", Body=b"3", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")
        same(s3.get_object(Bucket=bucket, Key="k")["Body"].read(), b"2")
        emptied(s3, bucket)


def check_versions(aws):
    """With versions, nothing is lost before it is deleted by its version."""
    s3 = aws.client("s3")
    with a_bucket(aws) as bucket:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        made = [s3.put_object(Bucket=bucket, Key="k", Body=str(n).encode())["VersionId"] for n in range(3)]
        marker = s3.delete_object(Bucket=bucket, Key="k")
        holds(marker, DeleteMarker=True)
        with refused("NoSuchKey", 404):
            s3.get_object(Bucket=bucket, Key="k")
        same(s3.get_object(Bucket=bucket, Key="k", VersionId=made[1])["Body"].read(), b"1")
        pages = s3.get_paginator("list_object_versions").paginate(
            Bucket=bucket, PaginationConfig={"PageSize": 2}
        )
        pages = list(pages)
        aws.reached.paginators.add("list_object_versions")
        same(len(pages), 2)
        same([it["VersionId"] for page in pages for it in page.get("Versions", [])], made[::-1])
        same([it["IsLatest"] for page in pages for it in page.get("DeleteMarkers", [])], [True])
        s3.delete_object(Bucket=bucket, Key="k", VersionId=marker["VersionId"])
        same(s3.get_object(Bucket=bucket, Key="k")["Body"].read(), b"2")
        with refused("BucketNotEmpty", 409):
            s3.delete_bucket(Bucket=bucket)
        emptied(s3, bucket)


def check_tags(aws):
    """An object's tags and grants are set and taken away."""
    s3 = aws.client("s3")
    with a_bucket(aws, ObjectOwnership="BucketOwnerPreferred") as bucket:
        s3.put_object(Bucket=bucket, Key="k", Body=b"", Tagging="a=1&b=2")
        same(s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"], tags(a="1", b="2"))
        same(s3.head_object(Bucket=bucket, Key="k")["TagCount"], 2)
        s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": tags(c="3")})
        same(s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"], tags(c="3"))
        s3.delete_object_tagging(Bucket=bucket, Key="k")
        same(s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"], [])
        s3.put_object_acl(Bucket=bucket, Key="k", ACL="private")
        s3.delete_object(Bucket=bucket, Key="k")


def check_uploads(aws):
    """An object may come in parts, from the client or from another object."""
    s3 = aws.client("s3")
    with a_bucket(aws) as bucket:
        s3.put_object(Bucket=bucket, Key="source", Body=b"z" * 10)
        upload = {"Bucket": bucket, "Key": "big"}
        upload["UploadId"] = s3.create_multipart_upload(Bucket=bucket, Key="big", ContentType="text/x")[
            "UploadId"
        ]
        first = s3.upload_part(**upload, PartNumber=1, Body=b"a" * PART)["ETag"]
        second = s3.upload_part(**upload, PartNumber=2, Body=b"b" * PART)["ETag"]
        third = s3.upload_part_copy(**upload, PartNumber=3, CopySource={"Bucket": bucket, "Key": "source"})
        same([it["PartNumber"] for it in aws.pages("s3", "list_parts", size=2, **upload)], [1, 2, 3])
        other = s3.create_multipart_upload(Bucket=bucket, Key="small")["UploadId"]
        more = s3.create_multipart_upload(Bucket=bucket, Key="third")["UploadId"]
        listed = aws.pages("s3", "list_multipart_uploads", size=2, Bucket=bucket)
        same([it["Key"] for it in listed], ["big", "small", "third"])
        for key, number in [("small", other), ("third", more)]:
            s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=number)
        with refused("NoSuchUpload", 404):
            s3.upload_part(Bucket=bucket, Key="small", UploadId=other, PartNumber=1, Body=b"")
        etags = [first, second, third["CopyPartResult"]["ETag"]]
        parts = [{"PartNumber": number + 1, "ETag": etag} for number, etag in enumerate(etags)]
        with refused("InvalidPart", 400):
            s3.complete_multipart_upload(
                **upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": '"0"'}]}
            )
        done = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
        expect(done["ETag"].endswith('-3"'), f"{done['ETag']}")
        holds(s3.head_object(Bucket=bucket, Key="big"), ContentLength=2 * PART + 10, ContentType="text/x")
        end = s3.get_object(Bucket=bucket, Key="big", Range="bytes=-12")["Body"].read()
        same(end, b"bb" + b"z" * 10)
        emptied(s3, bucket)


def check_big_objects(aws):
    """Megabytes pass in one request, and by boto3's own transfers in several at once."""
    s3 = aws.client("s3")
    content = bytes(range(256)) * (12 * 4096)
    with a_bucket(aws) as bucket:
        s3.put_object(Bucket=bucket, Key="one", Body=content)
        expect(s3.get_object(Bucket=bucket, Key="one")["Body"].read() == content, "the content has changed")
        s3.upload_fileobj(io.BytesIO(content), bucket, "several")
        back = io.BytesIO()
        s3.download_fileobj(bucket, "several", back)
        expect(back.getvalue() == content, "the content has changed on its way in parts")
        emptied(s3, bucket)


def check_presigned(aws):
    """A presigned address works without credentials, and chunks without a length."""
    s3 = aws.client("s3")
    with a_bucket(aws) as bucket:
        put = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "k"})
        request = urllib.request.Request(put, method="PUT", data=iter([b"hel", b"lo"]))
        request.add_header("Transfer-Encoding", "chunked")
        with urllib.request.urlopen(request) as answer:
            same(answer.status, 200)
        get = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
        with urllib.request.urlopen(get) as answer:
            same(answer.read(), b"hello")
        emptied(s3, bucket)
        try:
            urllib.request.urlopen(get)
        except urllib.error.HTTPError as error:
            same(error.code, 404)
            expect(b"<Code>NoSuchKey</Code>" in error.read(), "the answer names no code")
        else:
            raise AssertionError("what was deleted is still there")
