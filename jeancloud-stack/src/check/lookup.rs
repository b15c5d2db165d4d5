//! Rules for lookup.

use super::Rule;

pub(super) const RULES: &[&Rule] = &[];
