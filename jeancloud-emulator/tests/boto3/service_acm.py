"""ACM: certificates, issued once their record stands in the zone."""

from check import expect, holds, pairs, refused, same, tags, until


def record_of(acm, arn):
    """The record that proves the name; it comes a moment after the request."""

    def look():
        options = acm.describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"]
        return options[0].get("ResourceRecord")

    return until(look, "the validation record")


def change(route53, zone, action, record):
    rrset = {**record, "TTL": 60, "ResourceRecords": [{"Value": record["Value"]}]}
    del rrset["Value"]
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": rrset}]}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)


def check_certificates(aws):
    """A certificate waits for its record, and is issued then."""
    acm, route53 = aws.client("acm"), aws.client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="c")["HostedZone"]["Id"]
    wanted = {
        "DomainName": "example.com",
        "SubjectAlternativeNames": ["www.example.com"],
        "ValidationMethod": "DNS",
    }
    arn = acm.request_certificate(**wanted, IdempotencyToken="once", Tags=tags(a="1"))["CertificateArn"]
    same(acm.request_certificate(**wanted, IdempotencyToken="once")["CertificateArn"], arn, "the same token")
    got = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    holds(got, Status="PENDING_VALIDATION", DomainName="example.com", Type="AMAZON_ISSUED")
    with refused("RequestInProgressException", 400):
        acm.get_certificate(CertificateArn=arn)
    record_of(acm, arn)
    options = acm.describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"]
    records = [option["ResourceRecord"] for option in options]
    for record in records:
        change(route53, zone, "CREATE", record)
    aws.wait("acm", "certificate_validated", CertificateArn=arn)
    got = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    holds(got, Status="ISSUED", SubjectAlternativeNames=["example.com", "www.example.com"])
    expect(
        acm.get_certificate(CertificateArn=arn)["Certificate"].startswith("-----BEGIN CERTIFICATE"),
        "no certificate",
    )
    acm.add_tags_to_certificate(CertificateArn=arn, Tags=tags(b="2"))
    acm.remove_tags_from_certificate(CertificateArn=arn, Tags=tags(a="1"))
    same(pairs(acm.list_tags_for_certificate(CertificateArn=arn)["Tags"]), {"b": "2"})
    options = {"CertificateTransparencyLoggingPreference": "DISABLED"}
    acm.update_certificate_options(CertificateArn=arn, Options=options)
    holds(acm.describe_certificate(CertificateArn=arn)["Certificate"]["Options"], **options)
    for record in records:
        change(route53, zone, "DELETE", record)
    acm.delete_certificate(CertificateArn=arn)
    with refused("ResourceNotFoundException", 400):
        acm.describe_certificate(CertificateArn=arn)
    route53.delete_hosted_zone(Id=zone)


def check_pages(aws):
    """Certificates are listed by page and by status."""
    acm = aws.client("acm")
    made = [
        acm.request_certificate(DomainName=f"{name}.example.com", ValidationMethod="DNS")["CertificateArn"]
        for name in "abc"
    ]
    listed = aws.pages("acm", "list_certificates", size=2, CertificateStatuses=["PENDING_VALIDATION"])
    same({it["CertificateArn"] for it in listed}, set(made))
    same(acm.list_certificates(CertificateStatuses=["ISSUED"])["CertificateSummaryList"], [])
    for arn in made:
        acm.delete_certificate(CertificateArn=arn)
