"""CloudFront: distributions, who may read their origins, and what they forget."""

from check import expect, holds, only, pairs, refused, same, tags
from service_acm import record_of

CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"


def configuration(reference, **more):
    return {
        "CallerReference": reference,
        "Comment": "a test",
        "Enabled": True,
        "Origins": {
            "Quantity": 1,
            "Items": [
                {
                    "Id": "bucket",
                    "DomainName": "a-bucket.s3.eu-west-3.amazonaws.com",
                    "S3OriginConfig": {"OriginAccessIdentity": ""},
                }
            ],
        },
        "DefaultCacheBehavior": {
            "TargetOriginId": "bucket",
            "ViewerProtocolPolicy": "redirect-to-https",
            "CachePolicyId": CACHING_OPTIMIZED,
        },
        **more,
    }


def switched_off(aws, distribution):
    """Deletes a distribution the long way: switched off, deployed, deleted with its newest ETag."""
    cloudfront = aws.client("cloudfront")
    got = cloudfront.get_distribution_config(Id=distribution)
    with refused("DistributionNotDisabled", 409):
        cloudfront.delete_distribution(Id=distribution, IfMatch=got["ETag"])
    off = {**got["DistributionConfig"], "Enabled": False}
    etag = cloudfront.update_distribution(Id=distribution, IfMatch=got["ETag"], DistributionConfig=off)[
        "ETag"
    ]
    aws.wait("cloudfront", "distribution_deployed", Id=distribution)
    with refused("PreconditionFailed", 412):
        cloudfront.delete_distribution(Id=distribution, IfMatch="none")
    cloudfront.delete_distribution(Id=distribution, IfMatch=etag)
    with refused("NoSuchDistribution", 404):
        cloudfront.get_distribution(Id=distribution)


def check_distributions(aws):
    """Distributions are deployed, changed by ETag, listed by page, and deleted when they are off."""
    cloudfront = aws.client("cloudfront")
    made = cloudfront.create_distribution_with_tags(
        DistributionConfigWithTags={"DistributionConfig": configuration("1"), "Tags": {"Items": tags(a="1")}}
    )["Distribution"]
    holds(made, Status="InProgress")
    expect(made["DomainName"].endswith(".cloudfront.net"), made["DomainName"])
    ids = [made["Id"]]
    ids += [
        cloudfront.create_distribution(DistributionConfig=configuration(reference))["Distribution"]["Id"]
        for reference in ["2", "3"]
    ]
    with refused("DistributionAlreadyExists", 409):
        cloudfront.create_distribution(DistributionConfig=configuration("2", Comment="another"))
    aws.wait("cloudfront", "distribution_deployed", Id=ids[0])
    same(sorted(it["Id"] for it in aws.pages("cloudfront", "list_distributions", size=2)), sorted(ids))
    got = cloudfront.get_distribution(Id=ids[0])
    changed = {**got["Distribution"]["DistributionConfig"], "DefaultRootObject": "index.html"}
    with refused("PreconditionFailed", 412):
        cloudfront.update_distribution(Id=ids[0], IfMatch="none", DistributionConfig=changed)
    cloudfront.update_distribution(Id=ids[0], IfMatch=got["ETag"], DistributionConfig=changed)
    holds(cloudfront.get_distribution_config(Id=ids[0])["DistributionConfig"], DefaultRootObject="index.html")
    cloudfront.tag_resource(Resource=made["ARN"], Tags={"Items": tags(b="2")})
    cloudfront.untag_resource(Resource=made["ARN"], TagKeys={"Items": ["a"]})
    same(pairs(cloudfront.list_tags_for_resource(Resource=made["ARN"])["Tags"]["Items"]), {"b": "2"})
    invalidations(aws, ids[0])
    for distribution in ids:
        switched_off(aws, distribution)


def invalidations(aws, distribution):
    cloudfront = aws.client("cloudfront")
    made = []
    for reference in ["1", "2", "3"]:
        batch = {"CallerReference": reference, "Paths": {"Quantity": 1, "Items": ["/*"]}}
        made.append(
            cloudfront.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)[
                "Invalidation"
            ]["Id"]
        )
    aws.wait("cloudfront", "invalidation_completed", DistributionId=distribution, Id=made[0])
    got = cloudfront.get_invalidation(DistributionId=distribution, Id=made[0])["Invalidation"]
    same((got["Status"], got["InvalidationBatch"]["Paths"]["Items"]), ("Completed", ["/*"]))
    listed = aws.pages("cloudfront", "list_invalidations", size=2, DistributionId=distribution)
    same(sorted(it["Id"] for it in listed), sorted(made))


def check_aliases(aws):
    """An alias moves to another distribution once a record names that one."""
    cloudfront, route53 = aws.client("cloudfront"), aws.client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="aliases")["HostedZone"]["Id"]

    def change(action, name, kind, value):
        record = {"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}]}
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)

    acm = aws.elsewhere(region="us-east-1").client("acm")
    certificate = acm.request_certificate(DomainName="www.example.com", ValidationMethod="DNS")["CertificateArn"]
    record = record_of(acm, certificate)
    change("CREATE", record["Name"], "CNAME", record["Value"])
    acm.get_waiter("certificate_validated").wait(
        CertificateArn=certificate, WaiterConfig={"Delay": 0.05, "MaxAttempts": 400}
    )
    covered = {
        "ACMCertificateArn": certificate,
        "SSLSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1.2_2021",
    }
    alias = {"Quantity": 1, "Items": ["www.example.com"]}
    old, new = [
        cloudfront.create_distribution(
            DistributionConfig=configuration(reference, ViewerCertificate=covered, **more)
        )["Distribution"]
        for reference, more in [("old", {"Aliases": alias}), ("new", {})]
    ]
    moved = {"Alias": "www.example.com", "TargetDistributionId": new["Id"]}
    with refused("IllegalUpdate", 400):
        cloudfront.associate_alias(**moved)
    proof = "_www.example.com", "TXT", f'"{new["DomainName"]}"'
    change("CREATE", *proof)
    cloudfront.associate_alias(**moved)
    for distribution, aliases in [(old, 0), (new, 1)]:
        got = cloudfront.get_distribution_config(Id=distribution["Id"])["DistributionConfig"]
        holds(got["Aliases"], Quantity=aliases)
        switched_off(aws, distribution["Id"])
    change("DELETE", *proof)
    change("DELETE", record["Name"], "CNAME", record["Value"])
    acm.delete_certificate(CertificateArn=certificate)
    route53.delete_hosted_zone(Id=zone)


def check_access_controls(aws):
    """An access control has a name of its own, and stays while an origin names it."""
    cloudfront = aws.client("cloudfront")
    wanted = lambda name: {
        "Name": name,
        "SigningProtocol": "sigv4",
        "SigningBehavior": "always",
        "OriginAccessControlOriginType": "s3",
    }
    made = [
        cloudfront.create_origin_access_control(OriginAccessControlConfig=wanted(name))[
            "OriginAccessControl"
        ]["Id"]
        for name in ["a", "b", "c"]
    ]
    with refused("OriginAccessControlAlreadyExists", 409):
        cloudfront.create_origin_access_control(OriginAccessControlConfig=wanted("a"))
    same(
        sorted(it["Id"] for it in aws.pages("cloudfront", "list_origin_access_controls", size=2)),
        sorted(made),
    )
    got = cloudfront.get_origin_access_control_config(Id=made[0])
    cloudfront.update_origin_access_control(
        Id=made[0], IfMatch=got["ETag"], OriginAccessControlConfig={**wanted("a"), "Description": "changed"}
    )
    got = cloudfront.get_origin_access_control(Id=made[0])
    holds(got["OriginAccessControl"]["OriginAccessControlConfig"], Description="changed")
    origin = {**only(configuration("x")["Origins"]["Items"]), "OriginAccessControlId": made[0]}
    using = configuration("x", Origins={"Quantity": 1, "Items": [origin]})
    distribution = cloudfront.create_distribution(DistributionConfig=using)["Distribution"]["Id"]
    with refused("OriginAccessControlInUse", 409):
        cloudfront.delete_origin_access_control(Id=made[0], IfMatch=got["ETag"])
    switched_off(aws, distribution)
    for control in made:
        etag = cloudfront.get_origin_access_control(Id=control)["ETag"]
        cloudfront.delete_origin_access_control(Id=control, IfMatch=etag)
    with refused("NoSuchOriginAccessControl", 404):
        cloudfront.get_origin_access_control(Id=made[0])


def check_policies(aws):
    """AWS's own policies are there."""
    cloudfront = aws.client("cloudfront")
    for listing, getting, member, name in [
        ("list_cache_policies", "get_cache_policy", "CachePolicy", "Managed-CachingOptimized"),
        (
            "list_origin_request_policies",
            "get_origin_request_policy",
            "OriginRequestPolicy",
            "Managed-AllViewer",
        ),
        (
            "list_response_headers_policies",
            "get_response_headers_policy",
            "ResponseHeadersPolicy",
            "Managed-SimpleCORS",
        ),
    ]:
        listed = getattr(cloudfront, listing)(Type="managed")[f"{member}List"]["Items"]
        found = [it[member]["Id"] for it in listed if it[member][f"{member}Config"]["Name"] == name]
        got = getattr(cloudfront, getting)(Id=only(found))[member]
        same(got[f"{member}Config"]["Name"], name)
