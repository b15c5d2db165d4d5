"""Internet gateways, route tables, routes, and network ACLs."""

from check import expect, holds, only, refused, same
from ec2_network import a_subnet, a_vpc, filtered, specified


def check_gateways(aws):
    """A gateway is attached to one VPC, which can't go before it is detached."""
    ec2 = aws.client("ec2")
    made = [
        ec2.create_internet_gateway(TagSpecifications=specified("internet-gateway", Name=name))
        for name in ["a", "b", "c", "d", "e", "f"]
    ]
    made = [it["InternetGateway"]["InternetGatewayId"] for it in made]
    aws.wait("ec2", "internet_gateway_exists", InternetGatewayIds=made)
    ours = [{"Name": "internet-gateway-id", "Values": made}]
    same(len(aws.pages("ec2", "describe_internet_gateways", size=5, Filters=ours)), 6)
    with a_vpc(aws) as vpc:
        ec2.attach_internet_gateway(InternetGatewayId=made[0], VpcId=vpc)
        with refused("Resource.AlreadyAssociated", 400):
            ec2.attach_internet_gateway(InternetGatewayId=made[0], VpcId=vpc)
        found = only(
            ec2.describe_internet_gateways(Filters=filtered(**{"attachment.vpc-id": vpc}))["InternetGateways"]
        )
        same(found["Attachments"], [{"State": "available", "VpcId": vpc}])
        with refused("DependencyViolation", 400):
            ec2.delete_internet_gateway(InternetGatewayId=made[0])
        with refused("DependencyViolation", 400):
            ec2.delete_vpc(VpcId=vpc)
        ec2.detach_internet_gateway(InternetGatewayId=made[0], VpcId=vpc)
    for gateway in made:
        ec2.delete_internet_gateway(InternetGatewayId=gateway)
    with refused("InvalidInternetGatewayID.NotFound", 400):
        ec2.delete_internet_gateway(InternetGatewayId=made[0])


def check_route_tables(aws):
    """Tables have their routes and associations; those in use stay."""
    ec2 = aws.client("ec2")
    with a_vpc(aws) as vpc, a_subnet(aws, vpc) as subnet:
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        first, second, third = [
            ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(3)
        ]
        routes(ec2, first, gateway)
        associations(ec2, subnet, first, second)
        ours = filtered(vpc_id=vpc)
        more = [ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(3)]
        same(len(aws.pages("ec2", "describe_route_tables", size=5, Filters=ours)), 7)
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        ec2.delete_internet_gateway(InternetGatewayId=gateway)
        for table in [first, second, third, *more]:
            ec2.delete_route_table(RouteTableId=table)
        with refused("InvalidRouteTableID.NotFound", 400):
            ec2.delete_route_table(RouteTableId=first)


def routes(ec2, table, gateway):
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    with refused("RouteAlreadyExists", 400):
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="192.168.0.0/16", GatewayId=gateway)
    ec2.replace_route(
        RouteTableId=table, DestinationCidrBlock="192.168.0.0/16", LocalTarget=False, GatewayId=gateway
    )
    shown = only(ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"])["Routes"]
    same(
        {(route["DestinationCidrBlock"], route["GatewayId"], route["State"]) for route in shown},
        {
            ("10.0.0.0/16", "local", "active"),
            ("0.0.0.0/0", gateway, "active"),
            ("192.168.0.0/16", gateway, "active"),
        },
    )
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="192.168.0.0/16")
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    with refused("InvalidRoute.NotFound", 400):
        ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")


def associations(ec2, subnet, first, second):
    association = ec2.associate_route_table(RouteTableId=first, SubnetId=subnet)
    same(association["AssociationState"], {"State": "associated"})
    with refused("Resource.AlreadyAssociated", 400):
        ec2.associate_route_table(RouteTableId=second, SubnetId=subnet)
    with refused("DependencyViolation", 400):
        ec2.delete_route_table(RouteTableId=first)
    moved = ec2.replace_route_table_association(
        AssociationId=association["AssociationId"], RouteTableId=second
    )
    shown = only(ec2.describe_route_tables(RouteTableIds=[second])["RouteTables"])
    holds(
        only(shown["Associations"]),
        SubnetId=subnet,
        Main=False,
        RouteTableAssociationId=moved["NewAssociationId"],
    )
    ec2.disassociate_route_table(AssociationId=moved["NewAssociationId"])


def check_network_acls(aws):
    """A subnet has the VPC's default ACL, which lets everything through."""
    ec2 = aws.client("ec2")
    with a_vpc(aws) as vpc, a_subnet(aws, vpc) as subnet:
        acl = only(aws.pages("ec2", "describe_network_acls", size=5, Filters=filtered(vpc_id=vpc)))
        holds(acl, IsDefault=True, VpcId=vpc)
        association = only(acl["Associations"])
        same(association["SubnetId"], subnet)
        same({entry["RuleNumber"] for entry in acl["Entries"]}, {100, 32767})
        again = ec2.replace_network_acl_association(
            AssociationId=association["NetworkAclAssociationId"], NetworkAclId=acl["NetworkAclId"]
        )
        expect(again["NewAssociationId"].startswith("aclassoc-"), f"{again}")
