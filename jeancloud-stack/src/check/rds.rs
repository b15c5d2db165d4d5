//! Rules for rds.

use super::Rule;

pub(super) const RULES: &[&Rule] = &[];
