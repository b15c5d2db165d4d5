//! Rules for Amazon EC2: networks. One file per resource type.

mod managed_prefix_list;
mod security_group;
mod subnet;
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
    &subnet::INSIDE_VPC,
    &subnet::SIZE,
    &subnet::NO_OVERLAP,
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
