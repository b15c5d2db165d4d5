"""ECR: repositories, images, and what is set on both."""

import hashlib
import json

from check import expect, holds, only, refused, same, tags

CONFIG = b'{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}'
LAYER = b"a layer" * 100
LIFECYCLE = {
    "rules": [
        {
            "rulePriority": 1,
            "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 1},
            "action": {"type": "expire"},
        }
    ]
}


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def manifest():
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": kind,
            "config": {
                "mediaType": "application/vnd.docker.container.image.v1+json",
                "size": len(CONFIG),
                "digest": digest(CONFIG),
            },
            "layers": [
                {
                    "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
                    "size": len(LAYER),
                    "digest": digest(LAYER),
                }
            ],
        }
    )


def upload(ecr, repository, content):
    """Uploads a layer in one part."""
    begun = ecr.initiate_layer_upload(repositoryName=repository)["uploadId"]
    of = {"repositoryName": repository, "uploadId": begun}
    ecr.upload_layer_part(**of, partFirstByte=0, partLastByte=len(content) - 1, layerPartBlob=content)
    done = ecr.complete_layer_upload(**of, layerDigests=[digest(content)])
    same(done["layerDigest"], digest(content))


def check_repositories(aws):
    """Repositories have settings, policies and tags."""
    ecr = aws.client("ecr")
    for name in ["app/a", "app/b", "app/c"]:
        made = ecr.create_repository(repositoryName=name, tags=tags(a="1"))["repository"]
        holds(
            made,
            repositoryUri=f"123456789012.dkr.ecr.eu-west-3.amazonaws.com/{name}",
            imageTagMutability="MUTABLE",
        )
    with refused("RepositoryAlreadyExistsException", 400):
        ecr.create_repository(repositoryName="app/a")
    listed = aws.pages("ecr", "describe_repositories", size=2)
    same([it["repositoryName"] for it in listed], ["app/a", "app/b", "app/c"])
    ecr.put_image_scanning_configuration(
        repositoryName="app/a", imageScanningConfiguration={"scanOnPush": True}
    )
    ecr.put_image_tag_mutability(repositoryName="app/a", imageTagMutability="IMMUTABLE")
    got = only(ecr.describe_repositories(repositoryNames=["app/a"])["repositories"])
    holds(got, imageScanningConfiguration={"scanOnPush": True}, imageTagMutability="IMMUTABLE")
    arn = got["repositoryArn"]
    ecr.tag_resource(resourceArn=arn, tags=tags(b="2"))
    ecr.untag_resource(resourceArn=arn, tagKeys=["a"])
    same(ecr.list_tags_for_resource(resourceArn=arn)["tags"], tags(b="2"))
    policies(ecr)
    for name in ["app/a", "app/b", "app/c"]:
        ecr.delete_repository(repositoryName=name)
    with refused("RepositoryNotFoundException", 400):
        ecr.delete_repository(repositoryName="app/a")


def policies(ecr):
    with refused("LifecyclePolicyNotFoundException", 400):
        ecr.get_lifecycle_policy(repositoryName="app/a")
    ecr.put_lifecycle_policy(repositoryName="app/a", lifecyclePolicyText=json.dumps(LIFECYCLE))
    same(json.loads(ecr.get_lifecycle_policy(repositoryName="app/a")["lifecyclePolicyText"]), LIFECYCLE)
    ecr.delete_lifecycle_policy(repositoryName="app/a")
    statement = {"Effect": "Allow", "Principal": "*", "Action": ["ecr:BatchGetImage"]}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    with refused("RepositoryPolicyNotFoundException", 400):
        ecr.get_repository_policy(repositoryName="app/a")
    ecr.set_repository_policy(repositoryName="app/a", policyText=policy)
    got = json.loads(ecr.get_repository_policy(repositoryName="app/a")["policyText"])
    same(only(got["Statement"])["Effect"], "Allow")
    ecr.delete_repository_policy(repositoryName="app/a")


def check_images(aws):
    """An image is pushed layer by layer, got by tag and digest, and listed by page."""
    ecr = aws.client("ecr")
    ecr.create_repository(repositoryName="images")
    with refused("LayersNotFoundException", 400):
        ecr.put_image(repositoryName="images", imageManifest=manifest(), imageTag="latest")
    for content in [CONFIG, LAYER]:
        upload(ecr, "images", content)
    there = ecr.batch_check_layer_availability(repositoryName="images", layerDigests=[digest(LAYER)])[
        "layers"
    ]
    holds(only(there), layerAvailability="AVAILABLE", layerSize=len(LAYER))
    url = ecr.get_download_url_for_layer(repositoryName="images", layerDigest=digest(LAYER))
    expect(url["downloadUrl"].startswith("https://"), f"{url}")
    for tag in ["latest", "v1", "v2"]:
        image = ecr.put_image(repositoryName="images", imageManifest=manifest(), imageTag=tag)["image"]
        same(image["imageId"], {"imageDigest": digest(manifest().encode()), "imageTag": tag})
    with refused("ImageAlreadyExistsException", 400):
        ecr.put_image(repositoryName="images", imageManifest=manifest(), imageTag="v1")
    listed = aws.pages("ecr", "list_images", size=2, repositoryName="images")
    same(sorted(it["imageTag"] for it in listed), ["latest", "v1", "v2"])
    shown = only(aws.pages("ecr", "describe_images", size=2, repositoryName="images"))
    same(sorted(shown["imageTags"]), ["latest", "v1", "v2"])
    got = ecr.batch_get_image(repositoryName="images", imageIds=[{"imageTag": "v1"}, {"imageTag": "v9"}])
    same(only(got["images"])["imageManifest"], manifest())
    same(only(got["failures"])["failureCode"], "ImageNotFound")
    with refused("RepositoryNotEmptyException", 400):
        ecr.delete_repository(repositoryName="images")
    gone = ecr.batch_delete_image(repositoryName="images", imageIds=[{"imageTag": "v1"}])
    same(only(gone["imageIds"])["imageTag"], "v1")
    with refused("ImageNotFoundException", 400):
        ecr.describe_images(repositoryName="images", imageIds=[{"imageTag": "v1"}])
    ecr.delete_repository(repositoryName="images", force=True)


def check_registry(aws):
    """The registry lets one in, and replicates what it is told to."""
    ecr = aws.client("ecr")
    same(ecr.describe_registry()["replicationConfiguration"], {"rules": []})
    rule = {"destinations": [{"region": "eu-central-1", "registryId": "123456789012"}]}
    ecr.put_replication_configuration(replicationConfiguration={"rules": [rule]})
    got = only(ecr.describe_registry()["replicationConfiguration"]["rules"])
    same(got["destinations"], rule["destinations"])
    ecr.put_replication_configuration(replicationConfiguration={"rules": []})
    token = only(ecr.get_authorization_token()["authorizationData"])
    same(token["proxyEndpoint"], "https://123456789012.dkr.ecr.eu-west-3.amazonaws.com")
