//! Rules for ecr.

use super::Rule;

pub(super) const RULES: &[&Rule] = &[];
