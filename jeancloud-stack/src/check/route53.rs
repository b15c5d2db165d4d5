//! Rules for route53.

use super::Rule;

pub(super) const RULES: &[&Rule] = &[];
