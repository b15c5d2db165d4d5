"""VPC endpoints, the services behind them, and prefix lists."""

import json

from check import expect, holds, only, refused, same, tags, until
from ec2_network import a_subnet, a_vpc, filtered, specified

S3 = "com.amazonaws.eu-west-3.s3"
LOGS = "com.amazonaws.eu-west-3.logs"


def state(ec2, endpoint):
    shown = ec2.describe_vpc_endpoints(Filters=filtered(vpc_endpoint_id=endpoint))["VpcEndpoints"]
    return only(shown)["State"] if shown else "gone"


def check_endpoint_services(aws):
    """Services have names and prefix lists before anybody uses them."""
    ec2 = aws.client("ec2")
    details = aws.pages("ec2", "describe_vpc_endpoint_services", size=5)
    names = [service["ServiceName"] if isinstance(service, dict) else service for service in details]
    expect({S3, LOGS} <= set(names), f"services are missing: {names}")
    services = ec2.describe_vpc_endpoint_services(ServiceNames=[LOGS])["ServiceDetails"]
    holds(only(services), ServiceName=LOGS, PrivateDnsName="logs.eu-west-3.amazonaws.com")
    listed = ec2.describe_prefix_lists(Filters=filtered(prefix_list_name=S3))["PrefixLists"]
    prefix = only(listed)["PrefixListId"]
    same(only(aws.whole("ec2", "describe_prefix_lists", PrefixListIds=[prefix]))["PrefixListName"], S3)
    managed = aws.whole("ec2", "describe_managed_prefix_lists", Filters=filtered(prefix_list_name=S3))
    holds(only(managed), PrefixListId=prefix, OwnerId="AWS", State="create-complete")
    entries = aws.whole("ec2", "get_managed_prefix_list_entries", PrefixListId=prefix)
    expect(entries, "the prefix list of S3 is empty")


def check_gateway_endpoints(aws):
    """A gateway endpoint is a route in the tables that it is given."""
    ec2 = aws.client("ec2")
    with a_vpc(aws) as vpc:
        first, second = [ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2)]
        made = ec2.create_vpc_endpoint(
            VpcId=vpc,
            ServiceName=S3,
            RouteTableIds=[first],
            TagSpecifications=specified("vpc-endpoint", Name="s3"),
        )["VpcEndpoint"]
        holds(made, VpcEndpointType="Gateway", ServiceName=S3, RouteTableIds=[first], Tags=tags(Name="s3"))
        endpoint = made["VpcEndpointId"]
        until(lambda: state(ec2, endpoint) == "available", "the gateway endpoint")
        routes = only(ec2.describe_route_tables(RouteTableIds=[first])["RouteTables"])["Routes"]
        expect(any(route.get("GatewayId") == endpoint for route in routes), f"no route to it: {routes}")
        policy = json.dumps(
            {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
        )
        ec2.modify_vpc_endpoint(
            VpcEndpointId=endpoint,
            AddRouteTableIds=[second],
            RemoveRouteTableIds=[first],
            PolicyDocument=policy,
        )
        found = only(ec2.describe_vpc_endpoints(Filters=filtered(vpc_id=vpc))["VpcEndpoints"])
        same(found["RouteTableIds"], [second])
        same(json.loads(found["PolicyDocument"])["Statement"], json.loads(policy)["Statement"])
        same(ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])["Unsuccessful"], [])
        until(lambda: state(ec2, endpoint) in ("gone", "deleted"), "the end of the gateway endpoint")
        for table in [first, second]:
            ec2.delete_route_table(RouteTableId=table)


def check_interface_endpoints(aws):
    """An interface endpoint has an interface in each of its subnets."""
    ec2 = aws.client("ec2")
    with a_vpc(aws) as vpc, a_subnet(aws, vpc) as a, a_subnet(aws, vpc, "10.0.2.0/24", "eu-west-3b") as b:
        group = ec2.create_security_group(GroupName="endpoints", Description="a test", VpcId=vpc)["GroupId"]
        wanted = {
            "VpcId": vpc,
            "VpcEndpointType": "Interface",
            "ServiceName": LOGS,
            "SecurityGroupIds": [group],
        }
        with refused("InvalidParameter", 400):
            ec2.create_vpc_endpoint(**wanted, SubnetIds=[a], PrivateDnsEnabled=True)
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        made = ec2.create_vpc_endpoint(**wanted, SubnetIds=[a], PrivateDnsEnabled=True)["VpcEndpoint"]
        endpoint = made["VpcEndpointId"]
        until(lambda: state(ec2, endpoint) == "available", "the interface endpoint")
        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddSubnetIds=[b])
        until(lambda: state(ec2, endpoint) == "available", "the changed endpoint")
        found = only(aws.pages("ec2", "describe_vpc_endpoints", size=5, Filters=filtered(vpc_id=vpc)))
        same(set(found["SubnetIds"]), {a, b})
        same(len(found["NetworkInterfaceIds"]), 2)
        expect(found["DnsEntries"][0]["DnsName"].startswith(endpoint), f"{found['DnsEntries']}")
        with refused("DependencyViolation", 400):
            ec2.delete_security_group(GroupId=group)
        ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
        until(lambda: state(ec2, endpoint) in ("gone", "deleted"), "the end of the interface endpoint")
        ec2.delete_security_group(GroupId=group)
        missing = ec2.delete_vpc_endpoints(VpcEndpointIds=["vpce-0123456789abcdef0"])["Unsuccessful"]
        same(only(missing)["Error"]["Code"], "InvalidVpcEndpoint.NotFound")
