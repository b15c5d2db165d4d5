//! Rules for Amazon CloudFront.

use super::Rule;

pub(super) const RULES: &[&Rule] = &[];
