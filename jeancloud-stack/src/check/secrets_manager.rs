//! Rules for secrets_manager.

use super::Rule;

pub(super) const RULES: &[&Rule] = &[];
