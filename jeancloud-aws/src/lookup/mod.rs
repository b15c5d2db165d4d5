//! Handlers for lookups.

mod availability_zones;
mod existing_vpc;
mod hosted_zone;

mod caller_identity;
mod kms_alias;
mod managed_prefix_list;

use crate::aws::Registry;

/// The handlers of lookups.
pub(crate) fn register(registry: &mut Registry) {
    registry.add_lookup(availability_zones::AvailabilityZonesHandler);
    registry.add_lookup(existing_vpc::ExistingVpcHandler);
    registry.add_lookup(hosted_zone::HostedZoneHandler);
    registry.add_lookup(managed_prefix_list::ManagedPrefixListHandler);
    registry.add_lookup(caller_identity::CallerIdentityHandler);
    registry.add_lookup(kms_alias::KmsAliasHandler);
}
