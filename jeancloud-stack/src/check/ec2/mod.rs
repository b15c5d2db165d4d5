//! Rules for Amazon EC2: networks. One file per resource type.

mod subnet;
mod vpc;

use super::Rule;

pub(super) const RULES: &[&Rule] = &[
    &subnet::INSIDE_VPC,
    &subnet::SIZE,
    &subnet::NO_OVERLAP,
    &vpc::SIZE,
];
