//! Handlers: lookup.

mod managed_prefix_list;

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add_lookup(managed_prefix_list::ManagedPrefixListHandler);
}
