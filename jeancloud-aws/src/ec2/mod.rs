//! Handlers for Amazon EC2: networks.

mod common;
mod eip;
mod internet_gateway;
mod nat_gateway;
mod parent;
mod route;
mod route_table;
mod rule;
mod security_group;
mod security_group_egress;
mod security_group_ingress;
mod subnet;
mod subnet_route_table_association;
mod vpc;
mod vpc_endpoint;
mod vpc_gateway_attachment;

use std::marker::PhantomData;

use jeancloud_model::ec2::{SecurityGroupEgress, SecurityGroupIngress};

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(rule::RuleHandler::<SecurityGroupEgress>(PhantomData));
    registry.add(rule::RuleHandler::<SecurityGroupIngress>(PhantomData));
    registry.add(security_group::SecurityGroupHandler);
    registry.add(eip::EipHandler);
    registry.add(internet_gateway::InternetGatewayHandler);
    registry.add(nat_gateway::NatGatewayHandler);
    registry.add(route::RouteHandler);
    registry.add(route_table::RouteTableHandler);
    registry.add(subnet::SubnetHandler);
    registry.add(subnet_route_table_association::SubnetRouteTableAssociationHandler);
    registry.add(vpc::VpcHandler);
    registry.add(vpc_endpoint::VpcEndpointHandler);
    registry.add(vpc_gateway_attachment::VpcGatewayAttachmentHandler);
}
