//! Handlers for Amazon EC2: networks.

mod common;
mod rule;
mod security_group;
mod security_group_egress;
mod security_group_ingress;
mod subnet;
mod vpc;
mod vpc_endpoint;

use std::marker::PhantomData;

use jeancloud_model::ec2::{SecurityGroupEgress, SecurityGroupIngress};

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(rule::RuleHandler::<SecurityGroupEgress>(PhantomData));
    registry.add(rule::RuleHandler::<SecurityGroupIngress>(PhantomData));
    registry.add(security_group::SecurityGroupHandler);
    registry.add(subnet::SubnetHandler);
    registry.add(vpc::VpcHandler);
    registry.add(vpc_endpoint::VpcEndpointHandler);
}
