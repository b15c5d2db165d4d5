//! Rules for Route 53. One file per subject.

mod hosted_zone;
mod record_alias;
mod record_choice;
mod record_routing;
mod record_set;
mod record_value;

use super::Rule;

pub(super) const RULES: &[&Rule] = &[
    &hosted_zone::KIND,
    &hosted_zone::COMMENT,
    &hosted_zone::ONCE,
    &record_set::IN_ZONE,
    &record_set::CONTENT,
    &record_set::CNAME,
    &record_set::APEX,
    &record_alias::ALIAS,
    &record_alias::ZONE,
    &record_alias::TARGET,
    &record_alias::ALIAS_ANSWERS,
    &record_routing::ROUTING,
    &record_choice::TWICE,
    &record_choice::FAILOVER,
    &record_choice::PLACES,
    &record_value::VALUES,
    &record_value::COUNT,
];
