//! Handlers: lookup.

mod caller_identity;
mod kms_alias;

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add_lookup(caller_identity::CallerIdentityHandler);
    registry.add_lookup(kms_alias::KmsAliasHandler);
}
