//! Handlers for lookups.

mod availability_zones;
mod existing_vpc;

use crate::aws::Registry;

/// The handlers of lookups.
pub(crate) fn register(registry: &mut Registry) {
    registry.add_lookup(availability_zones::AvailabilityZonesHandler);
    registry.add_lookup(existing_vpc::ExistingVpcHandler);
}
