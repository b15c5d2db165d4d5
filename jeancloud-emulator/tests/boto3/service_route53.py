"""Route 53: zones and their records."""

from check import expect, holds, only, pairs, refused, same, tags
from ec2_network import a_vpc


def change(route53, zone, action, **record):
    batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
    return route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)["ChangeInfo"]["Id"]


def plain(name, kind, *values):
    return {"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value} for value in values]}


def check_zones(aws):
    """Zones are known by their caller's reference, and may share a name."""
    route53 = aws.client("route53")
    made = []
    for number, name in enumerate(["a.example", "b.example", "b.example"]):
        answer = route53.create_hosted_zone(
            Name=name, CallerReference=str(number), HostedZoneConfig={"Comment": "c"}
        )
        same(len(answer["DelegationSet"]["NameServers"]), 4)
        made.append(answer["HostedZone"]["Id"])
    with refused("HostedZoneAlreadyExists", 409):
        route53.create_hosted_zone(Name="a.example", CallerReference="0")
    listed = aws.pages("route53", "list_hosted_zones", size=2)
    same({it["Id"] for it in listed}, set(made))
    named = route53.list_hosted_zones_by_name(DNSName="b.example", MaxItems="1")
    same((named["IsTruncated"], only(named["HostedZones"])["Name"]), (True, "b.example."))
    same(route53.get_hosted_zone_count()["HostedZoneCount"], 3)
    route53.update_hosted_zone_comment(Id=made[0], Comment="changed")
    got = route53.get_hosted_zone(Id=made[0])["HostedZone"]
    holds(
        got, Name="a.example.", Config={"Comment": "changed", "PrivateZone": False}, ResourceRecordSetCount=2
    )
    same(route53.get_dnssec(HostedZoneId=made[0])["Status"]["ServeSignature"], "NOT_SIGNING")
    zone_tags(route53, made)
    for zone in made:
        route53.delete_hosted_zone(Id=zone)
    with refused("NoSuchHostedZone", 404):
        route53.get_hosted_zone(Id=made[0])


def zone_tags(route53, made):
    ids = [zone.removeprefix("/hostedzone/") for zone in made]
    of = {"ResourceType": "hostedzone", "ResourceId": ids[0]}
    route53.change_tags_for_resource(**of, AddTags=tags(a="1", b="2"))
    route53.change_tags_for_resource(**of, AddTags=tags(c="3"), RemoveTagKeys=["a"])
    same(pairs(route53.list_tags_for_resource(**of)["ResourceTagSet"]["Tags"]), {"b": "2", "c": "3"})
    sets = route53.list_tags_for_resources(ResourceType="hostedzone", ResourceIds=ids[:2])["ResourceTagSets"]
    same([len(it["Tags"]) for it in sets], [2, 0])


def check_records(aws):
    """Records are changed in batches, all or nothing, and listed in the order of their names."""
    route53 = aws.client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="r")["HostedZone"]["Id"]
    first = change(route53, zone, "CREATE", **plain("www.example.com", "A", "10.0.0.1", "10.0.0.2"))
    aws.wait("route53", "resource_record_sets_changed", Id=first)
    with refused("InvalidChangeBatch", 400):
        change(route53, zone, "CREATE", **plain("www.example.com", "A", "10.0.0.3"))
    change(route53, zone, "UPSERT", **plain("www.example.com", "A", "10.0.0.4"))
    change(route53, zone, "CREATE", **plain("example.com", "TXT", '"a text"'))
    alias = {
        "HostedZoneId": zone.removeprefix("/hostedzone/"),
        "DNSName": "www.example.com",
        "EvaluateTargetHealth": False,
    }
    change(route53, zone, "CREATE", Name="api.example.com", Type="A", AliasTarget=alias)
    listed = aws.pages("route53", "list_resource_record_sets", size=2, HostedZoneId=zone)
    same(
        [(it["Name"], it["Type"]) for it in listed],
        [
            ("example.com.", "NS"),
            ("example.com.", "SOA"),
            ("example.com.", "TXT"),
            ("api.example.com.", "A"),
            ("www.example.com.", "A"),
        ],
    )
    same(listed[4]["ResourceRecords"], [{"Value": "10.0.0.4"}])
    same(listed[3]["AliasTarget"]["DNSName"], "www.example.com.")
    begun = route53.list_resource_record_sets(
        HostedZoneId=zone, StartRecordName="www.example.com", StartRecordType="A"
    )
    same(len(begun["ResourceRecordSets"]), 1)
    with refused("HostedZoneNotEmpty", 400):
        route53.delete_hosted_zone(Id=zone)
    with refused("InvalidChangeBatch", 400):
        change(route53, zone, "DELETE", **plain("www.example.com", "A", "10.0.0.9"))
    change(route53, zone, "DELETE", Name="api.example.com", Type="A", AliasTarget=alias)
    change(route53, zone, "DELETE", **plain("example.com", "TXT", '"a text"'))
    change(route53, zone, "DELETE", **plain("www.example.com", "A", "10.0.0.4"))
    route53.delete_hosted_zone(Id=zone)


def check_private_zones(aws):
    """A private zone belongs to VPCs, the last of which stays."""
    route53 = aws.client("route53")
    with a_vpc(aws) as first, a_vpc(aws, "10.1.0.0/16") as second:
        one, two = [{"VPCRegion": "eu-west-3", "VPCId": vpc} for vpc in (first, second)]
        made = route53.create_hosted_zone(Name="inside", CallerReference="p", VPC=one)["HostedZone"]
        same(made["Config"]["PrivateZone"], True)
        zone = made["Id"]
        route53.associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=two)
        same(len(route53.get_hosted_zone(Id=zone)["VPCs"]), 2)
        listed = route53.list_hosted_zones_by_vpc(VPCId=second, VPCRegion="eu-west-3")["HostedZoneSummaries"]
        same(only(listed)["Name"], "inside.")
        route53.disassociate_vpc_from_hosted_zone(HostedZoneId=zone, VPC=one)
        with refused("LastVPCAssociation", 400):
            route53.disassociate_vpc_from_hosted_zone(HostedZoneId=zone, VPC=two)
        route53.delete_hosted_zone(Id=zone)


def check_delegation_sets(aws):
    """Name servers may be shared by zones."""
    route53 = aws.client("route53")
    made = route53.create_reusable_delegation_set(CallerReference="d")["DelegationSet"]
    got = route53.get_reusable_delegation_set(Id=made["Id"])["DelegationSet"]
    same(got["NameServers"], made["NameServers"])
    listed = route53.list_reusable_delegation_sets()["DelegationSets"]
    same(only(listed)["Id"], made["Id"])
    zone = route53.create_hosted_zone(Name="shared.example", CallerReference="z", DelegationSetId=made["Id"])
    same(zone["DelegationSet"]["NameServers"], made["NameServers"])
    with refused("DelegationSetInUse", 400):
        route53.delete_reusable_delegation_set(Id=made["Id"])
    route53.delete_hosted_zone(Id=zone["HostedZone"]["Id"])
    route53.delete_reusable_delegation_set(Id=made["Id"])
    expect(not route53.list_reusable_delegation_sets()["DelegationSets"], "the set is still there")
