//! The client's half of the protocols, for tests.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::{json as json_body, scalar as simple, xml_in, xml_out};
use crate::model::{Kind, Location, Member, Model, Protocol, ShapeId, TimestampFormat};

/// Adds what `value` is in a form.
pub fn form(
    model: &Model,
    shape: ShapeId,
    value: &Value,
    path: &str,
    out: &mut Vec<(String, String)>,
) {
    let ec2 = model.protocol == Protocol::Ec2;
    let under = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match (&model.shape(shape).kind, value) {
        (Kind::Structure(structure), Value::Object(object)) => {
            for (name, value) in object {
                let member = structure.member(name);
                let member = member.unwrap_or_else(|| panic!("{path} has no member {name}"));
                let name = if ec2 { &member.ec2 } else { member.wire() };
                form(model, member.shape, value, &under(name), out);
            }
        }
        (Kind::List { member, flattened }, Value::Array(list)) => {
            let path = match ec2 || *flattened {
                true => path.to_owned(),
                false => under(member.wire.as_deref().unwrap_or("member")),
            };
            for (at, item) in list.iter().enumerate() {
                form(
                    model,
                    member.shape,
                    item,
                    &format!("{path}.{}", at + 1),
                    out,
                );
            }
        }
        (
            Kind::Map {
                key,
                value: member,
                flattened,
            },
            Value::Object(object),
        ) => {
            let path = if *flattened {
                path.to_owned()
            } else {
                under("entry")
            };
            for (at, (name, item)) in object.iter().enumerate() {
                let entry = format!("{path}.{}", at + 1);
                let key = key.wire.as_deref().unwrap_or("key");
                out.push((format!("{entry}.{key}"), name.clone()));
                let value = member.wire.as_deref().unwrap_or("value");
                form(model, member.shape, item, &format!("{entry}.{value}"), out);
            }
        }
        _ => {
            let text = simple::write(model, shape, None, TimestampFormat::Iso8601, value);
            out.push((path.to_owned(), text));
        }
    }
}

pub fn encoded(form: &[(String, String)]) -> String {
    let pairs = form
        .iter()
        .map(|(key, value)| format!("{}={}", percent(key), percent(value)));
    pairs.collect::<Vec<_>>().join("&")
}

pub fn percent(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

pub fn json(model: &Model, shape: ShapeId, value: &Value) -> Value {
    json_body::write(model, shape, value)
}

pub fn from_json(model: &Model, shape: ShapeId, body: &[u8]) -> Value {
    let body = json_body::parse(body).expect("an answer is JSON");
    json_body::value(model, shape, &body, "").expect("an answer has the model's form")
}

pub fn from_xml(model: &Model, shape: ShapeId, body: &[u8], wrapper: Option<&str>) -> Value {
    let read = xml_in::parsed(body, |root| {
        let mut elements = root.children();
        let inner = wrapper.map(|name| elements.find(|it| it.tag_name().name() == name));
        xml_in::value(model, shape, inner.flatten().unwrap_or(root))
    });
    read.expect("an answer has the model's form")
}

pub fn text(model: &Model, member: &Member, default: TimestampFormat, value: &Value) -> String {
    simple::write(model, member.shape, member.timestamp, default, value)
}

pub fn scalar(model: &Model, member: &Member, text: &str) -> Option<Value> {
    simple::read(model, member.shape, text)
}

/// The text of the first element of this name.
pub fn element(xml: &str, name: &str) -> Option<String> {
    let document = roxmltree::Document::parse(xml).ok()?;
    let mut all = document.descendants();
    let found = all.find(|it| it.tag_name().name() == name)?;
    found.text().map(str::to_owned)
}

/// A request's body in `rest-xml`.
pub fn rest_body(model: &Model, shape: ShapeId, input: &Value) -> Bytes {
    let structure = model.structure(shape).expect("an input is a structure");
    let Some(payload) = structure.payload.map(|at| &structure.members[at]) else {
        let in_body = |member: &Member| member.location == Location::Body;
        if !structure.members.iter().any(in_body) {
            return Bytes::new();
        }
        let mut out = String::new();
        xml_out::open("Request", &mut out);
        xml_out::members(model, structure, input, &mut out);
        xml_out::close("Request", &mut out);
        return out.into();
    };
    match (&model.shape(payload.shape).kind, input.get(&payload.name)) {
        (_, None) => Bytes::new(),
        (Kind::Structure(_), Some(value)) => {
            let mut out = String::new();
            xml_out::member(model, payload, payload.wire(), value, &mut out);
            out.into()
        }
        (_, Some(value)) => value.as_str().unwrap_or_default().to_owned().into(),
    }
}

/// What the body of an answer in `rest-xml` says.
pub fn from_rest_body(model: &Model, shape: ShapeId, body: &Bytes) -> Value {
    let structure = model.structure(shape).expect("an output is a structure");
    let mut output = Map::new();
    let payload = structure.payload.map(|at| &structure.members[at]);
    match payload.map(|payload| (payload, &model.shape(payload.shape).kind)) {
        _ if body.is_empty() => {}
        None if structure
            .members
            .iter()
            .any(|it| it.location == Location::Body) =>
        {
            return from_xml(model, shape, body, None);
        }
        None => {}
        Some((payload, Kind::Structure(_))) => {
            let value = from_xml(model, payload.shape, body, None);
            output.insert(payload.name.clone(), value);
        }
        Some((payload, _)) => {
            let text = String::from_utf8_lossy(body).into_owned();
            output.insert(payload.name.clone(), text.into());
        }
    }
    output.into()
}
