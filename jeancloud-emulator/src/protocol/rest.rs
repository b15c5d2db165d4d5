//! The protocols `rest-xml` and `rest-json`: path, query, headers and body.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::{
    Parsed, json,
    route::{self, Routed, Target},
    scalar, xml_in,
};
use crate::{
    error::AwsError,
    http::Request,
    model::{Kind, Location, Member, Model, Protocol, Structure},
};

/// Reads a request.
pub fn read(model: &'static Model, request: &Request) -> Result<Parsed, AwsError> {
    let target = Target::of(model, request);
    let Routed { operation, labels } = route::find(model, request, &target)?;
    let Some(structure) = operation.input.and_then(|shape| model.structure(shape)) else {
        return Ok(Parsed {
            operation,
            input: Map::new().into(),
            body: Bytes::new(),
        });
    };
    let (mut input, body) = body(model, structure, operation.input, request)?;
    for member in &structure.members {
        let value = match member.location {
            Location::Path => labels
                .get(member.wire())
                .map(|it| simple(model, member, it)),
            Location::Query => query(model, member, &target),
            Location::Header => {
                let value = request.get(&member.wire().to_ascii_lowercase());
                value.map(|it| simple(model, member, it))
            }
            Location::Headers => Some(Ok(headers(member, request))),
            Location::Body | Location::Status => None,
        };
        if let Some(value) = value.transpose()? {
            input.insert(member.name.clone(), value);
        }
    }
    Ok(Parsed {
        operation,
        input: input.into(),
        body,
    })
}

type Body = (Map<String, Value>, Bytes);

/// What the body holds: members, or bytes that stay apart.
fn body(
    model: &Model,
    structure: &Structure,
    shape: Option<crate::model::ShapeId>,
    request: &Request,
) -> Result<Body, AwsError> {
    let mut input = Map::new();
    let Some(payload) = structure.payload.map(|at| &structure.members[at]) else {
        let in_body = |member: &Member| member.location == Location::Body;
        if let Some(shape) = shape
            && !request.body.is_empty()
            && structure.members.iter().any(in_body)
            && let Value::Object(members) = document(model, shape, request)?
        {
            input = members;
        }
        return Ok((input, Bytes::new()));
    };
    match &model.shape(payload.shape).kind {
        Kind::Blob => return Ok((input, request.body.clone())),
        _ if request.body.is_empty() => {}
        Kind::String { .. } => {
            let text = String::from_utf8_lossy(&request.body).into_owned();
            input.insert(payload.name.clone(), text.into());
        }
        _ => {
            let value = document(model, payload.shape, request)?;
            input.insert(payload.name.clone(), value);
        }
    }
    Ok((input, Bytes::new()))
}

fn document(
    model: &Model,
    shape: crate::model::ShapeId,
    request: &Request,
) -> Result<Value, AwsError> {
    match model.protocol {
        Protocol::RestJson => json::value(model, shape, &json::parse(&request.body)?, ""),
        _ => xml_in::parsed(&request.body, |root| xml_in::value(model, shape, root)),
    }
}

fn query(model: &Model, member: &Member, target: &Target) -> Option<Result<Value, AwsError>> {
    if !matches!(model.shape(member.shape).kind, Kind::List { .. }) {
        return target
            .find(member.wire())
            .map(|it| simple(model, member, it));
    }
    let same = target.query.iter().filter(|(key, _)| key == member.wire());
    let values: Vec<Value> = same
        .map(|(_, value)| value.clone().unwrap_or_default().into())
        .collect();
    (!values.is_empty()).then_some(Ok(values.into()))
}

fn headers(member: &Member, request: &Request) -> Value {
    let prefix = member.wire().to_ascii_lowercase();
    let headers = request.headers.iter();
    let named = headers.filter_map(|(name, value)| {
        let name = name.strip_prefix(&prefix)?;
        Some((name.to_owned(), value.clone().into()))
    });
    Value::Object(named.collect())
}

fn simple(model: &Model, member: &Member, text: &str) -> Result<Value, AwsError> {
    let value = match &model.shape(member.shape).kind {
        Kind::List { member: item, .. } => {
            let items = text
                .split(',')
                .map(|it| scalar::read(model, item.shape, it.trim()));
            items.collect::<Option<Vec<_>>>().map(Value::Array)
        }
        _ => scalar::read(model, member.shape, text),
    };
    value.ok_or_else(|| {
        AwsError::new(
            "InvalidArgument",
            format!("{text} is not a valid value of {}", member.wire()),
        )
    })
}
