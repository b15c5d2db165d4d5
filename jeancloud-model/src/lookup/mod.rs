//! Lookups: what a stack needs and does not own.

mod managed_prefix_list;

mod availability_zones;
mod caller_identity;
mod existing_vpc;
mod hosted_zone;
mod kms_alias;

pub use availability_zones::{AvailabilityZones, RegionName, ZoneType};

pub use existing_vpc::{ExistingVpc, VpcQuestion};
pub use managed_prefix_list::{AddressFamily, ManagedPrefixList, PrefixListId, PrefixListName};

pub use hosted_zone::HostedZone;

pub use caller_identity::CallerIdentity;
pub use kms_alias::{KmsAlias, KmsAliasName};
