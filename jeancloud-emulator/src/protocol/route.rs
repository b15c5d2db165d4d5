//! Method, path and query select an operation of a REST service.

use std::collections::BTreeMap;

use super::scalar;
use crate::{
    error::AwsError,
    http::Request,
    model::{Location, Model, Operation, Segment},
};

/// A request's target, taken apart.
pub struct Target {
    /// The path without its first slash, still encoded.
    path: String,
    pub query: Vec<(String, Option<String>)>,
}

/// The operation that a request is for.
pub struct Routed {
    pub operation: &'static Operation,
    /// Labels of the path, decoded.
    pub labels: BTreeMap<String, String>,
}

impl Target {
    pub fn of(model: &Model, request: &Request) -> Self {
        let path = request.path.strip_prefix('/').unwrap_or(&request.path);
        let bucket = match model.service {
            "s3" => request.get("host").and_then(virtual_bucket),
            _ => None,
        };
        Self {
            path: match bucket {
                Some(bucket) => format!("{bucket}/{path}"),
                None => path.to_owned(),
            },
            query: scalar::pairs(&request.query).collect(),
        }
    }

    /// The value of a part of the query; a part without one has the value "".
    pub fn find(&self, name: &str) -> Option<&str> {
        let (_, value) = self.query.iter().find(|(key, _)| key == name)?;
        Some(value.as_deref().unwrap_or_default())
    }
}

/// The bucket in `bucket.s3.eu-west-3.amazonaws.com` and `bucket.localhost`.
fn virtual_bucket(host: &str) -> Option<&str> {
    let host = host.split(':').next()?;
    if let Some(bucket) = host.strip_suffix(".localhost") {
        return (bucket != "s3").then(|| bucket.strip_suffix(".s3").unwrap_or(bucket));
    }
    let head = host.strip_suffix(".amazonaws.com")?;
    let at = [".s3.", ".s3-"]
        .iter()
        .filter_map(|it| head.rfind(it))
        .max();
    match at {
        Some(at) => Some(&head[..at]),
        None => head.strip_suffix(".s3"),
    }
}

/// Finds the operation: the one that explains most of the target.
pub fn find(model: &'static Model, request: &Request, target: &Target) -> Result<Routed, AwsError> {
    // SDKs name the operation where the target alone is ambiguous.
    if let Some(named) = target.find("x-id")
        && model.operation(named).is_none()
    {
        return Err(AwsError::unknown_operation(model.service, named));
    }
    let fitting = model.operations.iter().filter_map(|operation| {
        let labels = labels(operation, request, target)?;
        Some((
            fitness(model, operation, request, target),
            operation,
            labels,
        ))
    });
    let best = fitting.max_by_key(|(fitness, _, _)| *fitness);
    let unknown = || {
        let what = format!("{} /{}?{}", request.method, target.path, request.query);
        AwsError::unknown_operation(model.service, &what)
    };
    let (_, operation, labels) = best.ok_or_else(unknown)?;
    match all_known(model, operation, target) {
        true => Ok(Routed { operation, labels }),
        false => Err(unknown()),
    }
}

fn labels(
    operation: &Operation,
    request: &Request,
    target: &Target,
) -> Option<BTreeMap<String, String>> {
    let route = &operation.route;
    if route.method != request.method {
        return None;
    }
    for (key, value) in &route.query {
        let found = target.find(key)?;
        if value.as_ref().is_some_and(|value| value != found) {
            return None;
        }
    }
    let mut labels = BTreeMap::new();
    let mut rest = Some(target.path.as_str()).filter(|path| !path.is_empty());
    for segment in &route.segments {
        let path = rest?;
        let (part, after) = match path.split_once('/') {
            Some((part, after)) => (part, Some(after)),
            None => (path, None),
        };
        match segment {
            Segment::Literal(literal) if literal == part => rest = after,
            Segment::Literal(_) => return None,
            Segment::Label(label) if !part.is_empty() => {
                labels.insert(label.clone(), scalar::decoded(part, false));
                rest = after;
            }
            Segment::Label(_) => return None,
            Segment::Greedy(label) if !path.is_empty() => {
                labels.insert(label.clone(), scalar::decoded(path, false));
                rest = None;
            }
            Segment::Greedy(_) => return None,
        }
    }
    // A slash at the end is the same place.
    rest.unwrap_or_default().is_empty().then_some(labels)
}

/// How much of the target an operation explains: required parts that are there count for it, those
/// that are missing against it, so that UploadPart and CopyObject win over PutObject exactly when
/// they are meant.
fn fitness(
    model: &Model,
    operation: &Operation,
    request: &Request,
    target: &Target,
) -> (i32, usize, usize) {
    let named = target.find("x-id") == Some(operation.name.as_str());
    let structure = operation.input.and_then(|shape| model.structure(shape));
    let members = structure.into_iter().flat_map(|it| &it.members);
    let required = members.filter(|member| member.required);
    let score: i32 = required
        .map(|member| match member.location {
            Location::Query => (target.find(member.wire()).is_some(), 1),
            Location::Header => (
                request.get(&member.wire().to_ascii_lowercase()).is_some(),
                1,
            ),
            _ => (true, 0),
        })
        .map(|(there, weight)| if there { weight } else { -weight })
        .sum();
    let literals = operation.route.segments.iter();
    let literals = literals.filter(|segment| matches!(segment, Segment::Literal(_)));
    (
        score + if named { 100 } else { 0 },
        operation.route.query.len(),
        literals.count(),
    )
}

/// Whether every flag of the query, as `?policy`, is known to the operation. One that isn't belongs
/// to an operation that the emulator doesn't have.
fn all_known(model: &Model, operation: &Operation, target: &Target) -> bool {
    let structure = operation.input.and_then(|shape| model.structure(shape));
    let is_member = |key: &str| {
        let mut members = structure.into_iter().flat_map(|it| &it.members);
        members.any(|member| member.location == Location::Query && member.wire() == key)
    };
    let mut flags = target
        .query
        .iter()
        .filter(|(_, value)| value.as_ref().is_none_or(String::is_empty));
    flags.all(|(key, _)| {
        operation
            .route
            .query
            .iter()
            .any(|(literal, _)| literal == key)
            || is_member(key)
    })
}
