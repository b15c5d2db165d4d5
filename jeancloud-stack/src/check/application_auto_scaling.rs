//! Rules for application_auto_scaling.

use super::Rule;

pub(super) const RULES: &[&Rule] = &[];
