//! Rules for every type: addresses, references, values, names.

mod declarations;
mod lifecycle;
mod names;
mod references;
mod stack;

use super::Rule;

pub(super) const RULES: &[&Rule] = &[
    &declarations::ONCE,
    &declarations::TEXT,
    &declarations::VALUES,
    &references::DECLARED,
    &references::REGION,
    &references::CYCLE,
    &names::ONCE,
    &lifecycle::PROPERTIES,
    &lifecycle::LOOKUPS,
    &lifecycle::MOVES,
    &stack::NAME,
    &stack::OUTPUTS,
    &declarations::PLACEMENT,
];
