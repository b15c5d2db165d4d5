//! Rules for AWS Key Management Service.

mod encrypting;
mod key;
mod policy;
mod region;

use super::Rule;

pub(super) use region::{arn_in_region, key_in_region};

pub(super) const RULES: &[&Rule] = &[
    &key::USAGE,
    &key::ROTATION,
    &key::LIMITS,
    &policy::WHOLE,
    &policy::LOCKOUT,
    &policy::SIZE,
    &policy::RESOURCES,
    &encrypting::KEYS,
];
