//! How a value that is known later stands inside a resource's properties.
//!
//! A resource serialises to JSON in CloudFormation's shape. Three markers stand for what the
//! author does not know yet:
//!
//! - `{"$output": ["france/vpc", "VpcId"]}`: an output of another resource. A third member is the
//!   number of the stack whose handle gave it; the stack takes it away when it is its own.
//! - `{"$text": ["s3:", {"$output": […]}]}`: a text with outputs in it,
//! - `{"$zone": "a"}`: an availability zone of the scope's own region.
//!
//! Objects with exactly one of these keys are markers wherever they stand.

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value as Json;

use crate::{Address, Region};

/// The key of an output's marker.
pub const OUTPUT: &str = "$output";
/// The key of a text's marker.
pub const TEXT: &str = "$text";
/// The key of a zone's marker.
pub const ZONE: &str = "$zone";

/// An output of a declared resource, by its CloudFormation attribute name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// Whose output it is.
    pub address: Address,
    /// The attribute, as `VpcId` or `Endpoint.Address`.
    pub output: &'static str,
    /// The number of the stack whose handle gave it; 0 where none is known.
    pub stack: u32,
}

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self.stack {
            0 => map.serialize_entry(OUTPUT, &(self.address, self.output))?,
            stack => map.serialize_entry(OUTPUT, &(self.address, self.output, stack))?,
        }
        map.end()
    }
}

/// What a marker in a resource's JSON stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Marker<'j> {
    /// The output `output` of the resource at `address`.
    Output {
        /// Whose output it is.
        address: &'j str,
        /// The attribute's name.
        output: &'j str,
    },
    /// A text made of these parts: strings and output markers.
    Text(&'j [Json]),
    /// The zone with this letter.
    Zone(&'j str),
}

impl<'j> Marker<'j> {
    /// The marker that `value` is, if it is one.
    pub fn of(value: &'j Json) -> Option<Self> {
        let object = value.as_object().filter(|object| object.len() == 1)?;
        let (key, inner) = object.iter().next()?;
        match (key.as_str(), inner) {
            (OUTPUT, Json::Array(pair)) => match &pair[..] {
                [Json::String(address), Json::String(output), ..] => {
                    Some(Marker::Output { address, output })
                }
                _ => None,
            },
            (TEXT, Json::Array(parts)) => Some(Marker::Text(parts)),
            (ZONE, Json::String(letter)) => Some(Marker::Zone(letter)),
            _ => None,
        }
    }
}

/// Calls `found` with the address and the attribute of every output that `value` refers to.
pub fn each<'j>(value: &'j Json, found: &mut impl FnMut(&'j str, &'j str)) {
    match (Marker::of(value), value) {
        (Some(Marker::Output { address, output }), _) => found(address, output),
        (Some(Marker::Text(parts)), _) => parts.iter().for_each(|part| each(part, found)),
        (Some(Marker::Zone(_)), _) => {}
        (None, Json::Object(object)) => object.values().for_each(|inner| each(inner, found)),
        (None, Json::Array(array)) => array.iter().for_each(|inner| each(inner, found)),
        (None, _) => {}
    }
}

/// Takes the stack's number out of every output marker under `value`, and calls `foreign` with the
/// address of each whose number is another than `own`.
pub fn own(value: &mut Json, own: u32, foreign: &mut impl FnMut(&str)) {
    match value {
        Json::Object(object) => {
            let marker = object.get_mut(OUTPUT).and_then(Json::as_array_mut);
            if let Some([Json::String(address), _, stack]) = marker.as_ref().map(|m| &m[..])
                && stack.as_u64() != Some(own.into())
            {
                foreign(address);
            }
            match marker {
                Some(marker) => marker.truncate(2),
                None => object
                    .values_mut()
                    .for_each(|inner| self::own(inner, own, foreign)),
            }
        }
        Json::Array(array) => array
            .iter_mut()
            .for_each(|inner| self::own(inner, own, foreign)),
        _ => {}
    }
}

/// `value` with every output that `known` can name put in, texts joined where nothing unknown is
/// left in them, and zones completed with `region`. What `known` can't name stays a marker. An output
/// that is a list, as a zone's name servers, is one text here: `a, b`.
pub fn resolve(value: &Json, region: Region, known: &impl Fn(&str, &str) -> Option<Json>) -> Json {
    match (Marker::of(value), value) {
        (Some(Marker::Output { address, output }), _) => {
            known(address, output).map_or_else(|| value.clone(), in_text)
        }
        (Some(Marker::Zone(letter)), _) => Json::String(format!("{region}{letter}")),
        (Some(Marker::Text(parts)), _) => join(parts.iter().map(|p| resolve(p, region, known))),
        (None, Json::Object(object)) => object
            .iter()
            .map(|(key, inner)| (key.clone(), resolve(inner, region, known)))
            .collect(),
        (None, Json::Array(array)) => array
            .iter()
            .map(|inner| resolve(inner, region, known))
            .collect(),
        (None, plain) => plain.clone(),
    }
}

/// The same for what a stack puts out: an output that stands alone is what AWS says, a list where
/// AWS says a list.
pub fn resolve_alone(
    value: &Json,
    region: Region,
    known: &impl Fn(&str, &str) -> Option<Json>,
) -> Json {
    match Marker::of(value) {
        Some(Marker::Output { address, output }) => {
            known(address, output).unwrap_or_else(|| value.clone())
        }
        _ => resolve(value, region, known),
    }
}

fn in_text(value: Json) -> Json {
    let Json::Array(items) = value else {
        return value;
    };
    let text = |item: &Json| {
        item.as_str()
            .map_or_else(|| item.to_string(), str::to_owned)
    };
    Json::String(items.iter().map(text).collect::<Vec<_>>().join(", "))
}

/// Whether `value` still holds something that is known later.
pub fn is_unknown(value: &Json) -> bool {
    let mut unknown = false;
    each(value, &mut |_, _| unknown = true);
    unknown
}

fn join(parts: impl Iterator<Item = Json>) -> Json {
    let mut joined: Vec<Json> = Vec::new();
    for part in parts {
        let text = match part {
            Json::String(text) => text,
            Json::Number(number) => number.to_string(),
            Json::Bool(truth) => truth.to_string(),
            unknown => {
                joined.push(unknown);
                continue;
            }
        };
        match joined.last_mut() {
            Some(Json::String(before)) => before.push_str(&text),
            _ => joined.push(Json::String(text)),
        }
    }
    match &mut joined[..] {
        [] => Json::String(String::new()),
        [one] => one.take(),
        _ => Json::Object(
            [(TEXT.to_owned(), Json::Array(joined))]
                .into_iter()
                .collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_join_once_everything_is_known() {
        let text = json!({TEXT: ["a:", {OUTPUT: ["x/y", "Arn"]}, "/*"]});
        assert!(is_unknown(&text));
        let unknown = resolve(&text, Region::EuWest3, &|_, _| None);
        assert_eq!(unknown, text);
        let known = resolve(&text, Region::EuWest3, &|_, _| Some(json!("b")));
        assert_eq!(known, json!("a:b/*"));
    }

    #[test]
    fn a_list_is_one_text_in_a_property_and_a_list_where_a_stack_puts_it_out() {
        let output = json!({OUTPUT: ["x/zone", "NameServers"]});
        let text = json!({TEXT: ["to ", output]});
        let known = |_: &str, _: &str| Some(json!(["a.com", "b.org"]));
        let region = Region::EuWest3;
        assert_eq!(resolve(&output, region, &known), json!("a.com, b.org"));
        assert_eq!(
            resolve_alone(&text, region, &known),
            json!("to a.com, b.org")
        );
        assert_eq!(
            resolve_alone(&output, region, &known),
            json!(["a.com", "b.org"])
        );
        assert_eq!(resolve_alone(&output, region, &|_, _| None), output);
    }

    #[test]
    fn zones_take_the_region() {
        let zone = resolve(&json!({ZONE: "b"}), Region::EuWest3, &|_, _| None);
        assert_eq!(zone, json!("eu-west-3b"));
    }
}
