//! Rules for elastic_load_balancing_v2.

use super::Rule;

pub(super) const RULES: &[&Rule] = &[];
