//! Handlers for Amazon CloudFront.

mod alias;
mod behavior;
mod common;
mod config;
mod distribution;
mod origin;
mod origin_access_control;

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(distribution::DistributionHandler);
    registry.add(origin_access_control::OriginAccessControlHandler);
}
