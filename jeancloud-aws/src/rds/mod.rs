//! Handlers for Amazon RDS.

mod backups;
mod common;
mod db_instance;
mod db_subnet_group;
mod modify;
mod read;
mod state;

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(db_instance::DbInstanceHandler);
    registry.add(db_subnet_group::DbSubnetGroupHandler);
}
