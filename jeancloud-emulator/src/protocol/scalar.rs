//! Simple values as text, in both directions.

use serde_json::{Number, Value};

use crate::{
    model::{Kind, Model, ShapeId, TimestampFormat},
    world::Time,
};

/// The value that `text` stands for, or nothing if it stands for none of this shape.
pub fn read(model: &Model, shape: ShapeId, text: &str) -> Option<Value> {
    match &model.shape(shape).kind {
        Kind::String { .. } => Some(text.into()),
        Kind::Blob => {
            // Kept as the base64 that it comes in; only its form is checked.
            base64_simd::STANDARD.check(text.as_bytes()).ok()?;
            Some(text.into())
        }
        Kind::Integer => text.trim().parse::<i64>().ok().map(Value::from),
        Kind::Float => {
            let number = text.trim().parse().ok().and_then(Number::from_f64);
            number.map(Value::Number)
        }
        Kind::Boolean => match text.trim() {
            "true" | "True" | "TRUE" | "1" => Some(true.into()),
            "false" | "False" | "FALSE" | "0" => Some(false.into()),
            _ => None,
        },
        Kind::Timestamp(_) => Time::parse(text.trim()).map(Value::from),
        Kind::Structure(_) | Kind::List { .. } | Kind::Map { .. } => None,
    }
}

/// How a value is spelt where there is only text.
pub fn write(
    model: &Model,
    shape: ShapeId,
    format: Option<TimestampFormat>,
    default: TimestampFormat,
    value: &Value,
) -> String {
    match (&model.shape(shape).kind, value) {
        (Kind::Timestamp(of_shape), Value::Number(number)) => {
            let time = Time::from_seconds(number.as_f64().unwrap_or_default());
            match format.or(*of_shape).unwrap_or(default) {
                TimestampFormat::Iso8601 => time.iso8601(),
                TimestampFormat::Rfc822 => time.rfc822(),
                TimestampFormat::Unix => Value::from(time).to_string(),
            }
        }
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

/// Takes `%41` and, in forms, `+` apart. Bytes that are no UTF-8 are replaced.
pub fn decoded(text: &str, plus_is_space: bool) -> String {
    let bytes: Vec<u8> = match plus_is_space {
        true => text
            .bytes()
            .map(|byte| if byte == b'+' { b' ' } else { byte })
            .collect(),
        false => text.as_bytes().to_vec(),
    };
    percent_encoding::percent_decode(&bytes)
        .decode_utf8_lossy()
        .into_owned()
}

/// The pairs of a query or a form. A key without `=` has no value.
pub fn pairs(text: &str) -> impl Iterator<Item = (String, Option<String>)> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts.map(|part| match part.split_once('=') {
        Some((key, value)) => (decoded(key, true), Some(decoded(value, true))),
        None => (decoded(part, true), None),
    })
}
