//! XML in requests.

use serde_json::{Map, Value};

use super::scalar;
use crate::{
    error::AwsError,
    model::{Kind, Location, Member, Model, ShapeId},
};

/// An element of a parsed document.
pub type Element<'a, 'input> = roxmltree::Node<'a, 'input>;

/// AWS's deepest inputs have fewer levels; more is nobody's honest request.
const DEEPEST: usize = 64;
/// More elements than S3's longest list of keys to delete needs.
const MOST_NODES: u32 = 200_000;

/// Parses a body and hands its root element on.
pub fn parsed<T>(
    body: &[u8],
    then: impl FnOnce(Element<'_, '_>) -> Result<T, AwsError>,
) -> Result<T, AwsError> {
    let text = std::str::from_utf8(body).map_err(|_| malformed())?;
    let options = roxmltree::ParsingOptions {
        nodes_limit: MOST_NODES,
        ..roxmltree::ParsingOptions::default()
    };
    let document =
        roxmltree::Document::parse_with_options(text, options).map_err(|_| malformed())?;
    then(document.root_element())
}

/// The value that an element stands for.
pub fn value(model: &Model, shape: ShapeId, element: Element<'_, '_>) -> Result<Value, AwsError> {
    nested(model, shape, element, 0)
}

fn nested(
    model: &Model,
    shape: ShapeId,
    element: Element<'_, '_>,
    depth: usize,
) -> Result<Value, AwsError> {
    if depth > DEEPEST {
        return Err(malformed());
    }
    match &model.shape(shape).kind {
        Kind::Structure(structure) => {
            let mut object = Map::new();
            let members = structure.members.iter();
            for member in members.filter(|member| member.location == Location::Body) {
                if let Some(value) = self::member(model, member, element, depth + 1)? {
                    object.insert(member.name.clone(), value);
                }
            }
            Ok(object.into())
        }
        Kind::List { member, .. } => {
            let items = children(element, member.wire.as_deref().unwrap_or("member"));
            let items = items.map(|item| nested(model, member.shape, item, depth + 1));
            items.collect::<Result<Vec<_>, _>>().map(Value::Array)
        }
        Kind::Map { .. } => entries(model, shape, children(element, "entry"), depth + 1),
        _ => {
            let text = text(element);
            scalar::read(model, shape, &text).ok_or_else(malformed)
        }
    }
}

fn member(
    model: &Model,
    member: &Member,
    element: Element<'_, '_>,
    depth: usize,
) -> Result<Option<Value>, AwsError> {
    let name = member.wire();
    if member.xml_attribute {
        // `xsi:type` is an attribute called `type` in a namespace.
        let local = name.rsplit(':').next().unwrap_or(name);
        let mut attributes = element.attributes();
        let found = attributes.find(|attribute| attribute.name() == local);
        return match found {
            Some(found) => scalar::read(model, member.shape, found.value())
                .ok_or_else(malformed)
                .map(Some),
            None => Ok(None),
        };
    }
    match &model.shape(member.shape).kind {
        Kind::List {
            member: item,
            flattened,
        } if *flattened || member.flattened => {
            let items = children(element, name);
            let items = items.map(|element| nested(model, item.shape, element, depth));
            let items = items.collect::<Result<Vec<_>, _>>()?;
            Ok((!items.is_empty()).then_some(Value::Array(items)))
        }
        Kind::Map { flattened, .. } if *flattened || member.flattened => {
            if children(element, name).next().is_none() {
                return Ok(None);
            }
            entries(model, member.shape, children(element, name), depth).map(Some)
        }
        _ => match children(element, name).next() {
            Some(found) => nested(model, member.shape, found, depth).map(Some),
            None => Ok(None),
        },
    }
}

fn entries<'a, 'input: 'a>(
    model: &Model,
    shape: ShapeId,
    entries: impl Iterator<Item = Element<'a, 'input>>,
    depth: usize,
) -> Result<Value, AwsError> {
    let mut object = Map::new();
    if let Kind::Map { key, value, .. } = &model.shape(shape).kind {
        for entry in entries {
            let name = children(entry, key.wire.as_deref().unwrap_or("key")).next();
            let content = children(entry, value.wire.as_deref().unwrap_or("value")).next();
            if let (Some(name), Some(content)) = (name, content) {
                object.insert(text(name), nested(model, value.shape, content, depth)?);
            }
        }
    }
    Ok(object.into())
}

fn children<'a, 'input>(
    element: Element<'a, 'input>,
    name: &str,
) -> impl Iterator<Item = Element<'a, 'input>> {
    element
        .children()
        .filter(move |child| child.is_element() && child.tag_name().name() == name)
}

/// All text directly inside an element: comments cut it in pieces.
fn text(element: Element<'_, '_>) -> String {
    let pieces = element.children().filter(|child| child.is_text());
    pieces.filter_map(|piece| piece.text()).collect()
}

fn malformed() -> AwsError {
    let message = "The XML you provided was not well-formed or did not validate against our \
                   published schema";
    AwsError::new("MalformedXML", message)
}
