//! Handlers: certificate_manager.

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(_registry: &mut Registry) {}
