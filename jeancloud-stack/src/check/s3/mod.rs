//! Rules for Amazon S3. One file per resource type.

mod bucket;
mod bucket_policy;
mod lifecycle;

use super::Rule;

pub(super) const RULES: &[&Rule] = &[
    &bucket::ACCELERATION,
    &bucket::CORS,
    &bucket::ENCRYPTION,
    &bucket::LOGGING,
    &bucket::OWNERSHIP,
    &bucket::WEBSITE,
    &bucket_policy::ACTIONS,
    &bucket_policy::DOCUMENT,
    &bucket_policy::ONCE,
    &bucket_policy::PUBLIC,
    &bucket_policy::RESOURCES,
    &lifecycle::ACTIONS,
    &lifecycle::DAYS,
    &lifecycle::FILTERS,
    &lifecycle::IDS,
];
