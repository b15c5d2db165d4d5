//! What AWS moves on the author's behalf: a service's `DesiredCount` under a scalable target.

use jeancloud_model::{Address, Facts, reference};
use serde_json::Value as Json;

/// The properties that AWS moves of what is at `address`, where `declared` are all types and properties
/// of a stack.
pub(super) fn moved<'d>(
    address: Address,
    facts: &Facts,
    declared: impl Iterator<Item = (&'d str, &'d Json)> + Clone,
) -> Vec<&'static str> {
    let is_under = |wanted: &str| {
        let mut declared = declared.clone();
        declared
            .any(|(type_name, properties)| type_name == wanted && refers_to(properties, address))
    };
    let moved = facts.moved_by_aws.iter();
    let moved = moved.filter(|moved| moved.under.is_none_or(is_under));
    moved.map(|moved| moved.property).collect()
}

/// The properties of a type that AWS may move.
pub(super) fn movable(facts: &Facts) -> Vec<&'static str> {
    let moved = facts.moved_by_aws.iter();
    moved.map(|moved| moved.property).collect()
}

/// Whether no answer of AWS says, now or always, what the author last made of a property: AWS never tells
/// it, or moves it.
pub(super) fn is_untold(facts: &Facts, property: &str) -> bool {
    let movable = movable(facts);
    let mut places = facts.write_only.iter().chain(&movable);
    places.any(|place| place.split('/').next() == Some(property))
}

fn refers_to(properties: &Json, address: Address) -> bool {
    let mut found = false;
    reference::each(properties, &mut |other, _| {
        found |= other == address.as_str();
    });
    found
}
