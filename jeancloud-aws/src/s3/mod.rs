//! Handlers for Amazon S3.

mod bucket;
mod bucket_policy;
mod common;
mod empty;
mod lifecycle;
mod settings;
mod website;

use crate::aws::Registry;

/// The handlers of this service.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(bucket::BucketHandler);
    registry.add(bucket_policy::BucketPolicyHandler);
}
