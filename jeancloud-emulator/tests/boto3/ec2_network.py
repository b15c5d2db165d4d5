"""VPCs, subnets, their blocks, and tags."""

import contextlib

from check import expect, holds, only, pairs, refused, same, tags


@contextlib.contextmanager
def a_vpc(aws, block="10.0.0.0/16", **more):
    """A VPC for the block."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock=block, **more)["Vpc"]["VpcId"]
    aws.wait("ec2", "vpc_available", VpcIds=[vpc])
    yield vpc
    ec2.delete_vpc(VpcId=vpc)


@contextlib.contextmanager
def a_subnet(aws, vpc, block="10.0.1.0/24", zone="eu-west-3a"):
    """A subnet for the block."""
    ec2 = aws.client("ec2")
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"]
    aws.wait("ec2", "subnet_available", SubnetIds=[subnet])
    yield subnet
    ec2.delete_subnet(SubnetId=subnet)


def specified(kind, **pairs):
    """Tags in the call that creates something."""
    return [{"ResourceType": kind, "Tags": tags(**pairs)}]


def filtered(**filters):
    """Filters, with a dash where Python wants an underscore."""
    return [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]


def check_account(aws):
    """Regions, zones and limits are known without anything."""
    ec2 = aws.client("ec2")
    zones = ec2.describe_availability_zones()["AvailabilityZones"]
    same([zone["ZoneName"] for zone in zones], ["eu-west-3a", "eu-west-3b", "eu-west-3c"])
    regions = [region["RegionName"] for region in ec2.describe_regions()["Regions"]]
    expect({"eu-west-3", "eu-central-1", "us-east-1"} <= set(regions), f"regions are missing: {regions}")
    attributes = ec2.describe_account_attributes(AttributeNames=["supported-platforms"])["AccountAttributes"]
    same(only(attributes)["AttributeValues"], [{"AttributeValue": "VPC"}])
    same(aws.pages("ec2", "describe_instances", size=5), [])


def check_vpcs(aws):
    """VPCs are created, found by id, tag and filter, paged through, and deleted with what they came with."""
    ec2 = aws.client("ec2")
    made = []
    for number in range(5):
        vpc = ec2.create_vpc(
            CidrBlock=f"10.{number}.0.0/16", TagSpecifications=specified("vpc", Name=f"v{number}")
        )
        holds(vpc["Vpc"], CidrBlock=f"10.{number}.0.0/16", OwnerId="123456789012", InstanceTenancy="default")
        made.append(vpc["Vpc"]["VpcId"])
    aws.wait("ec2", "vpc_exists", VpcIds=made)
    aws.wait("ec2", "vpc_available", VpcIds=made)
    ours = [{"Name": "vpc-id", "Values": made}]
    same(
        sorted(vpc["VpcId"] for vpc in aws.pages("ec2", "describe_vpcs", size=5, Filters=ours)), sorted(made)
    )
    found = only(ec2.describe_vpcs(Filters=filtered(**{"tag:Name": "v3"}))["Vpcs"])
    holds(found, VpcId=made[3], State="available", IsDefault=False, Tags=tags(Name="v3"))
    with refused("InvalidVpc.Range", 400):
        ec2.create_vpc(CidrBlock="10.0.0.0/8")
    for vpc in made:
        ec2.delete_vpc(VpcId=vpc)
    with refused("InvalidVpcID.NotFound", 400):
        ec2.describe_vpcs(VpcIds=made[:1])
    with refused("InvalidVpcID.NotFound", 400):
        ec2.delete_vpc(VpcId=made[0])


def check_vpc_attributes(aws):
    """A VPC's attributes are changed one by one; its tenancy only back to default."""
    ec2 = aws.client("ec2")
    with a_vpc(aws, InstanceTenancy="dedicated") as vpc:
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        for attribute, member, value in [
            ("enableDnsHostnames", "EnableDnsHostnames", True),
            ("enableDnsSupport", "EnableDnsSupport", True),
            ("enableNetworkAddressUsageMetrics", "EnableNetworkAddressUsageMetrics", False),
        ]:
            answer = ec2.describe_vpc_attribute(VpcId=vpc, Attribute=attribute)
            holds(answer, VpcId=vpc, **{member: {"Value": value}})
        ec2.modify_vpc_tenancy(VpcId=vpc, InstanceTenancy="default")
        holds(only(ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]), InstanceTenancy="default")


def check_subnets(aws):
    """Subnets keep to their VPC, to their zone and out of one another's way."""
    ec2 = aws.client("ec2")
    with a_vpc(aws) as vpc:
        made = []
        for number in range(6):
            subnet = ec2.create_subnet(
                VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone="eu-west-3b"
            )
            made.append(subnet["Subnet"]["SubnetId"])
        aws.wait("ec2", "subnet_available", SubnetIds=made)
        ours = filtered(vpc_id=vpc)
        same(
            sorted(it["SubnetId"] for it in aws.pages("ec2", "describe_subnets", size=5, Filters=ours)),
            sorted(made),
        )
        with refused("InvalidSubnet.Conflict", 400):
            ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.128/25")
        with refused("InvalidSubnet.Range", 400):
            ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")
        with refused("DependencyViolation", 400):
            ec2.delete_vpc(VpcId=vpc)
        ec2.modify_subnet_attribute(SubnetId=made[0], MapPublicIpOnLaunch={"Value": True})
        found = only(ec2.describe_subnets(SubnetIds=made[:1])["Subnets"])
        holds(
            found,
            MapPublicIpOnLaunch=True,
            AvailableIpAddressCount=251,
            AvailabilityZone="eu-west-3b",
            VpcId=vpc,
        )
        for subnet in made:
            ec2.delete_subnet(SubnetId=subnet)
        with refused("InvalidSubnetID.NotFound", 400):
            ec2.delete_subnet(SubnetId=made[0])


def check_more_blocks(aws):
    """A VPC takes more blocks, of both kinds, and a subnet a block of IPv6."""
    ec2 = aws.client("ec2")
    with a_vpc(aws) as vpc:
        second = ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="10.1.0.0/16")["CidrBlockAssociation"]
        six = ec2.associate_vpc_cidr_block(VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)[
            "Ipv6CidrBlockAssociation"
        ]
        shown = only(ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"])
        same(len(shown["CidrBlockAssociationSet"]), 2)
        block = only(shown["Ipv6CidrBlockAssociationSet"])["Ipv6CidrBlock"]
        with a_subnet(aws, vpc) as subnet:
            of_subnet = block.replace("::/56", "::/64")
            given = ec2.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock=of_subnet)
            given = given["Ipv6CidrBlockAssociation"]["AssociationId"]
            shown = only(ec2.describe_subnets(SubnetIds=[subnet])["Subnets"])
            same(only(shown["Ipv6CidrBlockAssociationSet"])["Ipv6CidrBlock"], of_subnet)
            ec2.disassociate_subnet_cidr_block(AssociationId=given)
        ec2.disassociate_vpc_cidr_block(AssociationId=six["AssociationId"])
        ec2.disassociate_vpc_cidr_block(AssociationId=second["AssociationId"])


def check_tags(aws):
    """Tags are set, replaced and taken away in bulk, and described by themselves."""
    ec2 = aws.client("ec2")
    with a_vpc(aws) as vpc, a_subnet(aws, vpc) as subnet:
        ec2.create_tags(Resources=[vpc, subnet], Tags=tags(Name="both", a="1", b="2", c="3"))
        ec2.create_tags(Resources=[subnet], Tags=tags(a="one"))
        ec2.delete_tags(Resources=[subnet], Tags=[{"Key": "b"}, {"Key": "c", "Value": "4"}])
        shown = only(ec2.describe_subnets(SubnetIds=[subnet])["Subnets"])["Tags"]
        same(pairs(shown), {"Name": "both", "a": "one", "c": "3"})
        listed = aws.pages(
            "ec2", "describe_tags", size=5, Filters=[{"Name": "key", "Values": ["Name", "a", "b", "c"]}]
        )
        same(len(listed), 7)
        same({tag["ResourceType"] for tag in listed}, {"vpc", "subnet"})
        with refused("InvalidParameterValue", 400):
            ec2.create_tags(Resources=[vpc], Tags=tags(**{"aws:mine": "no"}))
