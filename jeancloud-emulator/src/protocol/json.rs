//! The protocols `json` (the operation in a header) and the bodies of `rest-json`.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::{Parsed, scalar};
use crate::{
    error::AwsError,
    http::Request,
    model::{Kind, Location, Member, Model, Protocol, ShapeId},
};

/// Reads the operation in `X-Amz-Target` and the JSON in the body.
pub fn read(model: &'static Model, request: &Request) -> Result<Parsed, AwsError> {
    let Some(target) = request.get("x-amz-target") else {
        return Err(AwsError::new(
            "UnknownOperationException",
            "The header X-Amz-Target is missing",
        ));
    };
    let (prefix, action) = target.rsplit_once('.').unwrap_or(("", target));
    if model.target_prefix.as_deref() != Some(prefix) {
        let message = format!("{target} is no operation of {}", model.service);
        return Err(AwsError::new("UnknownOperationException", message));
    }
    let Some(operation) = model.operation(action) else {
        return Err(AwsError::unknown_operation(model.service, action));
    };
    let body = parse(&request.body)?;
    let input = match operation.input {
        Some(shape) => value(model, shape, &body, "")?,
        None => Map::new().into(),
    };
    Ok(Parsed {
        operation,
        input,
        body: Bytes::new(),
    })
}

/// The JSON in a body. An empty body is an empty object.
pub fn parse(body: &[u8]) -> Result<Value, AwsError> {
    if body.is_empty() {
        return Ok(Map::new().into());
    }
    let value: Value =
        serde_json::from_slice(body).map_err(|error| serialization(error.to_string()))?;
    match value.is_object() {
        true => Ok(value),
        false => Err(serialization(
            "Start of structure or map found where not expected.",
        )),
    }
}

/// What is known of `json`, in the model's names. Nulls and unknown members are left out.
pub fn value(model: &Model, shape: ShapeId, json: &Value, path: &str) -> Result<Value, AwsError> {
    match (&model.shape(shape).kind, json) {
        (Kind::Structure(structure), Value::Object(object)) => {
            let mut kept = Map::new();
            for member in &structure.members {
                if member.location != Location::Body {
                    continue;
                }
                let found = object.get(spelt(model, member));
                if let Some(json) = found.filter(|json| !json.is_null()) {
                    let value = value(model, member.shape, json, &member.name)?;
                    kept.insert(member.name.clone(), value);
                }
            }
            Ok(kept.into())
        }
        (Kind::List { member, .. }, Value::Array(list)) => {
            let items = list.iter().filter(|item| !item.is_null());
            let items = items.map(|item| value(model, member.shape, item, path));
            items.collect::<Result<Vec<_>, _>>().map(Value::Array)
        }
        (Kind::Map { value: member, .. }, Value::Object(object)) => {
            let entries = object.iter().filter(|(_, json)| !json.is_null());
            let entries = entries
                .map(|(key, json)| Ok((key.clone(), value(model, member.shape, json, key)?)));
            entries.collect::<Result<Map<_, _>, _>>().map(Value::Object)
        }
        (Kind::Integer, Value::Number(number)) => match number.as_i64() {
            Some(whole) => Ok(whole.into()),
            // Java's JSON readers cut the fraction off.
            None => Ok((number.as_f64().unwrap_or_default() as i64).into()),
        },
        (Kind::Float | Kind::Timestamp(_), Value::Number(_)) | (Kind::Boolean, Value::Bool(_)) => {
            Ok(json.clone())
        }
        (Kind::String { .. } | Kind::Blob | Kind::Timestamp(_), Value::String(text)) => {
            scalar::read(model, shape, text).ok_or_else(|| mismatch(path))
        }
        _ => Err(mismatch(path)),
    }
}

/// An output in the wire's names.
pub fn write(model: &Model, shape: ShapeId, value: &Value) -> Value {
    match (&model.shape(shape).kind, value) {
        (Kind::Structure(structure), Value::Object(object)) => {
            let members = structure.members.iter();
            let members = members.filter(|member| member.location == Location::Body);
            let written = members.filter_map(|member| {
                let value = object.get(&member.name).filter(|value| !value.is_null())?;
                let name = spelt(model, member).to_owned();
                Some((name, write(model, member.shape, value)))
            });
            Value::Object(written.collect())
        }
        (Kind::List { member, .. }, Value::Array(list)) => list
            .iter()
            .map(|item| write(model, member.shape, item))
            .collect(),
        (Kind::Map { value: member, .. }, Value::Object(object)) => {
            let entries = object.iter();
            let written =
                entries.map(|(key, item)| (key.clone(), write(model, member.shape, item)));
            Value::Object(written.collect())
        }
        _ => value.clone(),
    }
}

/// In `json`, members keep their names; in `rest-json` they have names for the wire.
fn spelt<'a>(model: &Model, member: &'a Member) -> &'a str {
    match model.protocol {
        Protocol::RestJson => member.wire(),
        _ => &member.name,
    }
}

fn mismatch(path: &str) -> AwsError {
    serialization(format!(
        "The value of {path} can not be converted to its type"
    ))
}

fn serialization(message: impl Into<String>) -> AwsError {
    AwsError::new("SerializationException", message)
}
