//! Handlers for Amazon Route 53.

mod common;
mod hosted_zone;
pub(crate) mod proof;
mod record_set;
mod record_shape;

pub(crate) use common::{bare_id, bare_name};

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(hosted_zone::HostedZoneHandler);
    registry.add(record_set::RecordSetHandler);
}
