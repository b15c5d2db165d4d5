//! Handlers for AWS Key Management Service.

mod key;

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(key::KeyHandler);
}
