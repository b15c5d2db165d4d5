//! Handlers of CloudWatch Logs: log groups.

mod log_group;

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(log_group::LogGroupHandler);
}
