//! Rules for certificate_manager.

use super::Rule;

pub(super) const RULES: &[&Rule] = &[];
