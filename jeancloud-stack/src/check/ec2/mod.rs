//! Rules for Amazon EC2: networks. One file per resource type.

mod internet_gateway;
mod managed_prefix_list;
mod nat_gateway;
pub(super) mod network;
mod route;
mod route_table;
mod security_group;
mod subnet;
mod subnet_attributes;
pub(super) mod traffic;
mod vpc;
mod vpc_endpoint;

use super::Rule;

pub(super) const RULES: &[&Rule] = &[
    &managed_prefix_list::REGION,
    &security_group::BOTH_SIDES,
    &security_group::ICMP_FAMILY,
    &security_group::LIMIT,
    &security_group::ONCE,
    &security_group::OPEN,
    &security_group::SAME_VPC,
    &internet_gateway::ATTACHED,
    &internet_gateway::ONE_GATEWAY,
    &internet_gateway::ONE_VPC,
    &nat_gateway::ADDRESS_ONCE,
    &nat_gateway::ADDRESS_QUOTA,
    &nat_gateway::ADDRESS_USED,
    &nat_gateway::PRIVATE_IP,
    &nat_gateway::PUBLIC_SUBNET,
    &nat_gateway::VPC_HAS_GATEWAY,
    &route::ENDPOINT_KIND,
    &route::FAMILY,
    &route::GATEWAY_ATTACHED,
    &route::GATEWAY_KIND,
    &route::LOCAL,
    &route::NAT_VPC,
    &route::ONCE,
    &route::RESERVED,
    &route_table::ONE_TABLE,
    &route_table::ONE_VPC,
    &route_table::USED,
    &subnet::INSIDE_VPC,
    &subnet::SIZE,
    &subnet::NO_OVERLAP,
    &subnet_attributes::IPV6_NEEDED,
    &subnet_attributes::IPV6_SIZE,
    &subnet_attributes::IPV6_VPC,
    &subnet_attributes::ONE_ZONE,
    &subnet_attributes::PUBLIC_ADDRESSES,
    &subnet_attributes::ZONE_IN_REGION,
    &vpc::HOSTNAMES_NEED_SUPPORT,
    &vpc::PRIVATE_BLOCK,
    &vpc::QUOTA,
    &vpc::SIZE,
    &vpc_endpoint::GATEWAY_SERVICE,
    &vpc_endpoint::GROUPS,
    &vpc_endpoint::INBOUND_ONLY,
    &vpc_endpoint::ONCE,
    &vpc_endpoint::PRIVATE_DNS,
    &vpc_endpoint::REGION,
    &vpc_endpoint::ROUTES,
    &vpc_endpoint::SAME_VPC,
    &vpc_endpoint::SUBNETS,
];
