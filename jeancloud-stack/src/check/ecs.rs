//! Rules for ecs.

use super::Rule;

pub(super) const RULES: &[&Rule] = &[];
