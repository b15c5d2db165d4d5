//! Rules for kms.

use super::Rule;

pub(super) const RULES: &[&Rule] = &[];
