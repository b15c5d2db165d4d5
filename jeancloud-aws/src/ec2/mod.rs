//! Handlers for Amazon EC2: networks.

mod common;
mod subnet;
mod vpc;

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(subnet::SubnetHandler);
    registry.add(vpc::VpcHandler);
}
