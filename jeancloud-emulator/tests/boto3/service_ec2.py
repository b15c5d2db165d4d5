"""EC2: networks, in the order in which one builds them."""

from ec2_addresses import check_addresses, check_nat_gateways, check_network_interfaces
from ec2_endpoints import check_endpoint_services, check_gateway_endpoints, check_interface_endpoints
from ec2_groups import check_group_rules, check_groups
from ec2_network import (
    check_account,
    check_more_blocks,
    check_subnets,
    check_tags,
    check_vpc_attributes,
    check_vpcs,
)
from ec2_routes import check_gateways, check_network_acls, check_route_tables

__all__ = [
    "check_account",
    "check_addresses",
    "check_endpoint_services",
    "check_gateway_endpoints",
    "check_gateways",
    "check_group_rules",
    "check_groups",
    "check_interface_endpoints",
    "check_more_blocks",
    "check_nat_gateways",
    "check_network_acls",
    "check_network_interfaces",
    "check_route_tables",
    "check_subnets",
    "check_tags",
    "check_vpc_attributes",
    "check_vpcs",
]

NO_INSTANCES = "the emulator runs none, so that it can only say so"
UNREACHED = {
    "DetachNetworkInterface": "it takes an instance to be attached to; that AWS's interfaces stay is checked",
    "waiter instance_exists": NO_INSTANCES,
    "waiter instance_running": NO_INSTANCES,
    "waiter instance_stopped": NO_INSTANCES,
    "waiter instance_terminated": NO_INSTANCES,
}
