//! Handlers for AWS Identity and Access Management.

mod common;
mod oidc_provider;
mod role;
mod role_policies;

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(oidc_provider::OidcProviderHandler);
    registry.add(role::RoleHandler);
}
