//! Answers of operations.

use bytes::Bytes;
use serde_json::Value;

use super::{json, scalar, xml_out};
use crate::{
    error::AwsError,
    http::Response,
    model::{
        Kind, Location, Member, Model, Operation, Protocol, ShapeId, Structure, TimestampFormat,
    },
};

/// What an operation can say besides its output.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    /// Bytes for an output whose payload is a blob.
    pub body: Bytes,
    /// Another status than the model's.
    pub status: Option<u16>,
}

/// Writes an operation's output.
pub(crate) fn write_answer(
    model: &Model,
    operation: &Operation,
    output: &Value,
    reply: Reply,
    request_id: &str,
) -> Result<Response, AwsError> {
    if let Some(shape) = operation.output {
        all_known(model, operation, shape, output)?;
    }
    let structure = operation.output.and_then(|shape| model.structure(shape));
    let mut headers = Vec::new();
    let body: Bytes = match model.protocol {
        Protocol::Ec2 => {
            let open = format!("<requestId>{request_id}</requestId>");
            wrapped(model, operation, structure, output, &open, "").into()
        }
        Protocol::Query => {
            let wrapper = operation.result_wrapper.as_ref();
            let open = wrapper.map(|it| format!("<{it}>")).unwrap_or_default();
            let close = wrapper.map(|it| format!("</{it}>")).unwrap_or_default();
            let close = format!(
                "{close}<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
            );
            wrapped(model, operation, structure, output, &open, &close).into()
        }
        Protocol::Json => match operation.output {
            Some(shape) => json::write(model, shape, output).to_string().into(),
            None => "{}".into(),
        },
        Protocol::RestJson | Protocol::RestXml => match (structure, operation.output) {
            (Some(structure), Some(shape)) => {
                bind_headers(model, structure, output, &mut headers);
                rest_body(model, structure, shape, output, reply.body)
            }
            _ => Bytes::new(),
        },
    };
    let status = reply.status.unwrap_or(operation.status);
    common_headers(model, request_id, body.is_empty(), &mut headers);
    Ok(Response {
        status,
        headers,
        body: match operation.route.method.as_str() {
            "HEAD" => Bytes::new(),
            _ => body,
        },
    })
}

/// Headers that every answer carries.
pub fn common_headers(
    model: &Model,
    request_id: &str,
    empty: bool,
    headers: &mut Vec<(String, String)>,
) {
    let content = match model.protocol {
        Protocol::Ec2 | Protocol::Query => Some("text/xml;charset=UTF-8".to_owned()),
        Protocol::Json => Some(format!("application/x-amz-json-{}", model.json_version)),
        _ if empty || headers.iter().any(|(name, _)| name == "content-type") => None,
        Protocol::RestJson => Some("application/json".to_owned()),
        Protocol::RestXml => Some("application/xml".to_owned()),
    };
    headers.extend(content.map(|content| ("content-type".to_owned(), content)));
    if model.service == "s3" {
        headers.push(("x-amz-request-id".to_owned(), request_id.to_owned()));
        headers.push(("x-amz-id-2".to_owned(), format!("{request_id}/emulated")));
    } else {
        headers.push(("x-amzn-requestid".to_owned(), request_id.to_owned()));
    }
}

fn wrapped(
    model: &Model,
    operation: &Operation,
    structure: Option<&Structure>,
    output: &Value,
    open: &str,
    close: &str,
) -> String {
    let (name, space) = (
        &operation.name,
        model.xml_namespace.as_deref().unwrap_or_default(),
    );
    let mut out = format!("<{name}Response xmlns=\"{space}\">{open}");
    if let Some(structure) = structure {
        xml_out::members(model, structure, output, &mut out);
    }
    out.push_str(close);
    xml_out::close(&format!("{name}Response"), &mut out);
    out
}

fn bind_headers(
    model: &Model,
    structure: &Structure,
    output: &Value,
    headers: &mut Vec<(String, String)>,
) {
    for member in &structure.members {
        let Some(value) = output.get(&member.name).filter(|value| !value.is_null()) else {
            continue;
        };
        let name = member.wire().to_ascii_lowercase();
        match (member.location, value) {
            (Location::Headers, Value::Object(map)) => {
                let entries = map.iter();
                headers.extend(entries.map(|(key, value)| (format!("{name}{key}"), plain(value))));
            }
            (Location::Header, Value::Array(list)) => {
                let list: Vec<String> = list.iter().map(plain).collect();
                headers.push((name, list.join(",")));
            }
            (Location::Header, _) => {
                let format = member.timestamp;
                let default = TimestampFormat::Rfc822;
                let text = scalar::write(model, member.shape, format, default, value);
                headers.push((name, text));
            }
            _ => {}
        }
    }
    // A header ends at its line's end.
    for (_, value) in headers {
        value.retain(|letter| !letter.is_control());
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn rest_body(
    model: &Model,
    structure: &Structure,
    shape: ShapeId,
    output: &Value,
    bytes: Bytes,
) -> Bytes {
    let Some(payload) = structure.payload.map(|at| &structure.members[at]) else {
        let in_body = |member: &Member| member.location == Location::Body;
        return match structure.members.iter().any(in_body) {
            true if model.protocol == Protocol::RestJson => {
                json::write(model, shape, output).to_string().into()
            }
            true => document(model, &root_name(model, shape), structure, output),
            false => Bytes::new(),
        };
    };
    let value = output.get(&payload.name);
    match (&model.shape(payload.shape).kind, value) {
        (Kind::Blob, _) => bytes,
        (_, None | Some(Value::Null)) => Bytes::new(),
        (Kind::Structure(_), Some(value)) if model.protocol == Protocol::RestJson => {
            json::write(model, payload.shape, value).to_string().into()
        }
        (Kind::Structure(inner), Some(value)) => {
            let name = payload.wire.clone();
            let name = name.unwrap_or_else(|| model.shape(payload.shape).name.clone());
            document(model, &name, inner, value)
        }
        (_, Some(value)) => plain(value).into(),
    }
}

/// The root elements of S3's answers that aren't named after their operations: some clients check
/// them. From the syntax of the responses in the Amazon S3 API Reference.
const S3_ROOTS: [(&str, &str); 18] = [
    (
        "CreateMultipartUploadOutput",
        "InitiateMultipartUploadResult",
    ),
    ("DeleteObjectsOutput", "DeleteResult"),
    (
        "GetBucketAccelerateConfigurationOutput",
        "AccelerateConfiguration",
    ),
    ("GetBucketAclOutput", "AccessControlPolicy"),
    ("GetBucketCorsOutput", "CORSConfiguration"),
    (
        "GetBucketLifecycleConfigurationOutput",
        "LifecycleConfiguration",
    ),
    ("GetBucketLoggingOutput", "BucketLoggingStatus"),
    (
        "GetBucketRequestPaymentOutput",
        "RequestPaymentConfiguration",
    ),
    ("GetBucketTaggingOutput", "Tagging"),
    ("GetBucketVersioningOutput", "VersioningConfiguration"),
    ("GetBucketWebsiteOutput", "WebsiteConfiguration"),
    ("GetObjectAclOutput", "AccessControlPolicy"),
    ("GetObjectAttributesOutput", "GetObjectAttributesResponse"),
    ("GetObjectTaggingOutput", "Tagging"),
    ("ListBucketsOutput", "ListAllMyBucketsResult"),
    ("ListObjectVersionsOutput", "ListVersionsResult"),
    ("ListObjectsOutput", "ListBucketResult"),
    ("ListObjectsV2Output", "ListBucketResult"),
];

/// The root element of an answer. S3's location is an element with text and nothing else.
fn root_name(model: &Model, shape: ShapeId) -> String {
    let name = &model.shape(shape).name;
    if let Some((_, root)) = S3_ROOTS.iter().find(|(output, _)| output == name) {
        return (*root).to_owned();
    }
    match name.strip_suffix("Output") {
        Some(name) => format!("{name}Result"),
        None => name.clone(),
    }
}

/// The namespace of a rest-xml service's documents.
pub fn document_namespace(model: &Model) -> String {
    match model.service {
        "s3" => "http://s3.amazonaws.com/doc/2006-03-01/".to_owned(),
        "route53" => format!("https://route53.amazonaws.com/doc/{}/", model.api_version),
        service => format!("http://{service}.amazonaws.com/doc/{}/", model.api_version),
    }
}

fn document(model: &Model, name: &str, structure: &Structure, value: &Value) -> Bytes {
    let space = document_namespace(model);
    let mut out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{name} xmlns=\"{space}\">");
    if name == "GetBucketLocationResult" {
        out.push_str(value["LocationConstraint"].as_str().unwrap_or_default());
    } else {
        xml_out::members(model, structure, value, &mut out);
    }
    xml_out::close(name, &mut out);
    out.replace("GetBucketLocationResult", "LocationConstraint")
        .into()
}

/// Refuses members that the model doesn't know: they would be lost on the way without a word.
fn all_known(
    model: &Model,
    operation: &Operation,
    shape: ShapeId,
    value: &Value,
) -> Result<(), AwsError> {
    match (&model.shape(shape).kind, value) {
        (_, Value::Null) => Ok(()),
        (Kind::Structure(structure), Value::Object(object)) => {
            for (name, value) in object {
                let Some(member) = structure.member(name) else {
                    let shape = &model.shape(shape).name;
                    let message = format!(
                        "{} answers {shape} with {name}, which the model doesn't know",
                        operation.name
                    );
                    return Err(AwsError::internal(message));
                };
                all_known(model, operation, member.shape, value)?;
            }
            Ok(())
        }
        (Kind::List { member, .. }, Value::Array(list)) => list
            .iter()
            .try_for_each(|item| all_known(model, operation, member.shape, item)),
        (Kind::Map { value: member, .. }, Value::Object(object)) => object
            .values()
            .try_for_each(|item| all_known(model, operation, member.shape, item)),
        (Kind::String { .. } | Kind::Blob, Value::String(_))
        | (Kind::Integer | Kind::Float | Kind::Timestamp(_), Value::Number(_))
        | (Kind::Boolean, Value::Bool(_)) => Ok(()),
        (_, value) => {
            let shape = &model.shape(shape).name;
            let message = format!("{} answers {value} for a {shape}", operation.name);
            Err(AwsError::internal(message))
        }
    }
}
