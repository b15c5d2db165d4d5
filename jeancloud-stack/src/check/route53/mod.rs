//! Rules for Route 53. One file per subject.

mod hosted_zone;
mod record_routing;
mod record_set;
mod record_value;

use super::Rule;

pub(super) const RULES: &[&Rule] = &[
    &hosted_zone::KIND,
    &record_set::IN_ZONE,
    &record_set::CONTENT,
    &record_set::CNAME,
    &record_set::ALIAS,
    &record_set::ALIAS_ANSWERS,
    &record_routing::ROUTING,
    &record_value::VALUES,
];
