//! Rules for Amazon S3. One file per resource type, and one for each part of a bucket that has many.

mod bucket;
mod bucket_policy;
mod lifecycle;
mod lifecycle_steps;
mod logging;
mod website;

use super::Rule;

const API: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API";
const GUIDE: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide";

pub(super) use bucket_policy::RULES as BUCKET_POLICY;

pub(super) const BUCKET: &[&Rule] = &[
    &bucket::ACCELERATION,
    &bucket::CORS,
    &bucket::ENCRYPTION,
    &bucket::OWNERSHIP,
    &logging::LOGGING,
    &logging::DELIVERY,
    &website::WEBSITE,
    &website::PARTS,
    &lifecycle::ACTIONS,
    &lifecycle::DAYS,
    &lifecycle::FILTERS,
    &lifecycle::IDS,
    &lifecycle_steps::ORDER,
    &lifecycle_steps::VERSIONS,
    &lifecycle_steps::UNVERSIONED,
    &lifecycle_steps::SIZES,
];
