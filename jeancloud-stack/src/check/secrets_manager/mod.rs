//! Rules for AWS Secrets Manager.

mod secret;
mod value;

use super::Rule;

pub(super) const RULES: &[&Rule] = &[
    &value::TEMPLATE,
    &value::CHARACTERS,
    &value::CLEAR_TEXT,
    &secret::RECOVERY,
    &secret::REPLICAS,
    &secret::REPLICA_NAMES,
    &secret::KEYS,
    &secret::LIMITS,
];
