//! Rules for s3.

use super::Rule;

pub(super) const RULES: &[&Rule] = &[];
