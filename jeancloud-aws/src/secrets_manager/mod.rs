//! Handlers for AWS Secrets Manager.

mod secret;
mod value;

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(secret::SecretHandler);
}
