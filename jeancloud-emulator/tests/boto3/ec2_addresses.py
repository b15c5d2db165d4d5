"""Elastic IP addresses, network interfaces and NAT gateways."""

from check import expect, holds, only, refused, same, tags, until
from ec2_network import a_subnet, a_vpc, filtered, specified


def check_addresses(aws):
    """An address is given out, found again by its tag, and released."""
    ec2 = aws.client("ec2")
    given = ec2.allocate_address(Domain="vpc", TagSpecifications=specified("elastic-ip", Name="a"))
    allocation = given["AllocationId"]
    found = only(ec2.describe_addresses(Filters=filtered(**{"tag:Name": "a"}))["Addresses"])
    holds(found, AllocationId=allocation, PublicIp=given["PublicIp"], Domain="vpc", Tags=tags(Name="a"))
    same(
        aws.pages("ec2", "describe_addresses_attribute", AllocationIds=[allocation], Attribute="domain-name")[
            1:
        ],
        [],
    )
    ec2.release_address(AllocationId=allocation)
    with refused("InvalidAllocationID.NotFound", 400):
        ec2.release_address(AllocationId=allocation)


def check_network_interfaces(aws):
    """An interface takes an address of its subnet, and an elastic one."""
    ec2 = aws.client("ec2")
    with a_vpc(aws) as vpc, a_subnet(aws, vpc) as subnet:
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        made = [
            ec2.create_network_interface(SubnetId=subnet, Description=f"n{number}") for number in range(6)
        ]
        made = [it["NetworkInterface"]["NetworkInterfaceId"] for it in made]
        aws.wait("ec2", "network_interface_available", NetworkInterfaceIds=made)
        of_subnet = filtered(subnet_id=subnet)
        same(len(aws.pages("ec2", "describe_network_interfaces", size=5, Filters=of_subnet)), 6)
        with refused("DependencyViolation", 400):
            ec2.delete_subnet(SubnetId=subnet)
        given = ec2.allocate_address(Domain="vpc")["AllocationId"]
        taken = ec2.associate_address(AllocationId=given, NetworkInterfaceId=made[0])["AssociationId"]
        with refused("InvalidIPAddress.InUse", 400):
            ec2.release_address(AllocationId=given)
        shown = only(ec2.describe_network_interfaces(NetworkInterfaceIds=made[:1])["NetworkInterfaces"])
        holds(shown["Association"], AllocationId=given, AssociationId=taken)
        ec2.disassociate_address(AssociationId=taken)
        ec2.release_address(AllocationId=given)
        for interface in made:
            ec2.delete_network_interface(NetworkInterfaceId=interface)
        with refused("InvalidNetworkInterfaceID.NotFound", 400):
            ec2.delete_network_interface(NetworkInterfaceId=made[0])
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        ec2.delete_internet_gateway(InternetGatewayId=gateway)


def check_nat_gateways(aws):
    """A NAT gateway comes up with its interface and its address, and is told of after it has gone."""
    ec2 = aws.client("ec2")
    with a_vpc(aws) as vpc, a_subnet(aws, vpc) as subnet:
        internet = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=internet, VpcId=vpc)
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        made = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address, ClientToken="once")["NatGateway"]
        again = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address, ClientToken="once")[
            "NatGateway"
        ]
        same(again["NatGatewayId"], made["NatGatewayId"], "the same token")
        private = ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"][
            "NatGatewayId"
        ]
        both = [made["NatGatewayId"], private]
        aws.wait("ec2", "nat_gateway_available", NatGatewayIds=both)
        shown = aws.pages("ec2", "describe_nat_gateways", size=5, Filters=filtered(vpc_id=vpc))
        same(sorted(it["NatGatewayId"] for it in shown), sorted(both))
        public = next(it for it in shown if it["ConnectivityType"] == "public")
        holds(only(public["NatGatewayAddresses"]), AllocationId=address, IsPrimary=True)
        interface = only(public["NatGatewayAddresses"])["NetworkInterfaceId"]
        with refused("InvalidParameterValue", 400):
            ec2.delete_network_interface(NetworkInterfaceId=interface)
        attached = only(ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"])
        with refused("AuthFailure", 400):
            ec2.detach_network_interface(AttachmentId=attached["Attachment"]["AttachmentId"])
        with refused("DependencyViolation", 400):
            ec2.detach_internet_gateway(InternetGatewayId=internet, VpcId=vpc)
        for gateway in both:
            ec2.delete_nat_gateway(NatGatewayId=gateway)
        aws.wait("ec2", "nat_gateway_deleted", NatGatewayIds=both)
        none = lambda: not ec2.describe_network_interfaces(Filters=filtered(subnet_id=subnet))[
            "NetworkInterfaces"
        ]
        expect(until(none, "the end of its interfaces"), "")
        ec2.release_address(AllocationId=address)
        ec2.detach_internet_gateway(InternetGatewayId=internet, VpcId=vpc)
        ec2.delete_internet_gateway(InternetGatewayId=internet)
