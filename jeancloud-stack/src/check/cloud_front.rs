//! Rules for cloud_front.

use super::Rule;

pub(super) const RULES: &[&Rule] = &[];
