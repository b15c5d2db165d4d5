//! Rules for logs.

use super::Rule;

pub(super) const RULES: &[&Rule] = &[];
