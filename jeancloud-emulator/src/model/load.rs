//! [`Model`]: a service, ready to be looked things up in.

use std::collections::{BTreeMap, HashMap};

use super::{
    pattern::Pattern,
    raw::{RawMember, RawModel, RawNamespace, RawOperation, RawPage, RawShape},
    shape::{Kind, Location, Member, Namespace, Shape, ShapeId, Structure, TimestampFormat},
};

/// The language that a service speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Ec2,
    Query,
    Json,
    RestJson,
    RestXml,
}

/// A service.
#[derive(Debug)]
pub(crate) struct Model {
    /// botocore's name, as `elbv2`.
    pub service: &'static str,
    pub protocol: Protocol,
    pub api_version: String,
    pub json_version: String,
    /// What stands before the dot in `X-Amz-Target`.
    pub target_prefix: Option<String>,
    pub xml_namespace: Option<String>,
    pub operations: Vec<Operation>,
    /// Errors by code, and by the name of their shape.
    pub faults: HashMap<String, Fault>,
    shapes: Vec<Shape>,
    shape_names: HashMap<String, ShapeId>,
    operation_names: HashMap<String, usize>,
}

/// One operation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub name: String,
    pub input: Option<ShapeId>,
    pub output: Option<ShapeId>,
    pub result_wrapper: Option<String>,
    pub route: Route,
    pub status: u16,
    pub page: Option<Page>,
}

/// Method, path and query that select an operation in REST protocols.
#[derive(Debug)]
pub(crate) struct Route {
    pub method: String,
    pub segments: Vec<Segment>,
    /// Parts of the query that have to be there, with their value where it matters.
    pub query: Vec<(String, Option<String>)>,
}

/// A part of a path between slashes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Literal(String),
    Label(String),
    /// The rest of the path.
    Greedy(String),
}

/// How an operation's answer is cut into pages.
#[derive(Debug)]
pub(crate) struct Page {
    pub input_token: String,
    pub output_token: String,
    pub result_key: String,
    pub limit_key: Option<String>,
    pub more_results: Option<String>,
}

/// An error that a service declares.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub code: String,
    pub status: Option<u16>,
    pub shape: ShapeId,
}

impl Model {
    /// Reads a file of `models/`. The content is ours: a broken one is a broken build.
    pub fn load(service: &'static str, deflated: &[u8]) -> Self {
        let json = miniz_oxide::inflate::decompress_to_vec(deflated)
            .expect("a model of the crate is deflated");
        let raw: RawModel =
            serde_json::from_slice(&json).expect("a model of the crate has the known form");
        Self::compile(service, raw)
    }

    fn compile(service: &'static str, raw: RawModel) -> Self {
        let names = raw.shapes.keys().cloned();
        let shape_names: HashMap<String, ShapeId> = names.zip((0..).map(ShapeId)).collect();
        let mut faults = HashMap::new();
        for (name, shape) in raw.shapes.iter().filter(|(_, shape)| shape.exception) {
            let error = shape.error.as_ref();
            let fault = Fault {
                code: error
                    .and_then(|error| error.code.clone())
                    .unwrap_or_else(|| name.clone()),
                status: error.and_then(|error| error.http_status_code),
                shape: shape_names[name],
            };
            faults.insert(fault.code.clone(), fault.clone());
            faults.insert(name.clone(), fault);
        }
        let operations: Vec<Operation> = raw
            .operations
            .into_iter()
            .map(|(name, operation)| compile_operation(name, operation, &shape_names))
            .collect();
        let names = operations.iter().map(|operation| operation.name.clone());
        Self {
            service,
            protocol: match raw.metadata.protocol.as_str() {
                "ec2" => Protocol::Ec2,
                "query" => Protocol::Query,
                "rest-json" => Protocol::RestJson,
                "rest-xml" => Protocol::RestXml,
                _ => Protocol::Json,
            },
            api_version: raw.metadata.api_version,
            json_version: raw.metadata.json_version.unwrap_or_else(|| "1.1".into()),
            target_prefix: raw.metadata.target_prefix,
            xml_namespace: raw.metadata.xml_namespace,
            operation_names: names.zip(0..).collect(),
            operations,
            faults,
            shapes: raw
                .shapes
                .into_iter()
                .map(|(name, shape)| compile_shape(name, shape, &shape_names))
                .collect(),
            shape_names,
        }
    }

    pub fn shape(&self, id: ShapeId) -> &Shape {
        &self.shapes[id.0]
    }

    /// A shape by its name in the model.
    pub fn shape_named(&self, name: &str) -> Option<ShapeId> {
        self.shape_names.get(name).copied()
    }

    /// The members of a shape, if it is a structure.
    pub fn structure(&self, id: ShapeId) -> Option<&Structure> {
        match &self.shape(id).kind {
            Kind::Structure(structure) => Some(structure),
            _ => None,
        }
    }

    pub fn operation(&self, name: &str) -> Option<&Operation> {
        let at = self.operation_names.get(name)?;
        Some(&self.operations[*at])
    }
}

fn compile_operation(
    name: String,
    raw: RawOperation,
    shapes: &HashMap<String, ShapeId>,
) -> Operation {
    let (path, query) = match raw.http.request_uri.split_once('?') {
        Some((path, query)) => (path, query),
        None => (raw.http.request_uri.as_str(), ""),
    };
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let query = query.split('&').filter(|part| !part.is_empty());
    let wrapper = raw.output.as_ref();
    Operation {
        result_wrapper: wrapper.and_then(|output| output.result_wrapper.clone()),
        input: raw.input.map(|place| shapes[&place.shape]),
        output: raw.output.map(|place| shapes[&place.shape]),
        route: Route {
            method: raw.http.method.clone(),
            segments: segments.map(compile_segment).collect(),
            query: query
                .map(|part| match part.split_once('=') {
                    Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
                    None => (part.to_owned(), None),
                })
                .collect(),
        },
        status: raw.http.response_code.unwrap_or(200),
        page: raw.page.map(compile_page),
        name,
    }
}

fn compile_segment(segment: &str) -> Segment {
    let label = segment
        .strip_prefix('{')
        .and_then(|it| it.strip_suffix('}'));
    match label {
        None => Segment::Literal(segment.to_owned()),
        Some(label) => match label.strip_suffix('+') {
            Some(label) => Segment::Greedy(label.to_owned()),
            None => Segment::Label(label.to_owned()),
        },
    }
}

fn compile_page(raw: RawPage) -> Page {
    // `Marker || NextMarker`: the second serves services that leave the first out.
    let token = raw.output_token.first();
    let token = token.split(" || ").next().unwrap_or_default();
    Page {
        input_token: raw.input_token.first(),
        output_token: token.to_owned(),
        result_key: raw.result_key.first(),
        limit_key: raw.limit_key,
        more_results: raw.more_results,
    }
}

fn compile_shape(name: String, raw: RawShape, shapes: &HashMap<String, ShapeId>) -> Shape {
    let member = |name: &str, raw: Option<RawMember>| {
        let raw = raw.unwrap_or_else(|| panic!("a list or map of {name} lacks its parts"));
        compile_member(name.to_owned(), raw, false, shapes)
    };
    let kind = match raw.kind.as_str() {
        "structure" => {
            let required = raw.required;
            let payload = raw.payload;
            let payload = payload.and_then(|name| raw.members.keys().position(|it| *it == name));
            Kind::Structure(Structure {
                members: compile_members(raw.members, &required, shapes),
                payload,
            })
        }
        "list" => Kind::List {
            flattened: raw.flattened,
            member: member("member", raw.member),
        },
        "map" => Kind::Map {
            flattened: raw.flattened,
            key: member("key", raw.key),
            value: member("value", raw.value),
        },
        "integer" | "long" | "short" | "byte" | "biginteger" => Kind::Integer,
        "float" | "double" | "bigdecimal" => Kind::Float,
        "boolean" => Kind::Boolean,
        "timestamp" => Kind::Timestamp(raw.timestamp_format.as_deref().and_then(format)),
        "blob" => Kind::Blob,
        _ => Kind::String {
            choices: raw.choices,
            pattern: raw.pattern.map(Pattern::new),
        },
    };
    Shape {
        name,
        kind,
        min: raw.min,
        max: raw.max,
    }
}

fn compile_members(
    raw: BTreeMap<String, RawMember>,
    required: &[String],
    shapes: &HashMap<String, ShapeId>,
) -> Vec<Member> {
    raw.into_iter()
        .map(|(name, raw)| {
            let required = required.contains(&name);
            compile_member(name, raw, required, shapes)
        })
        .collect()
}

fn compile_member(
    name: String,
    raw: RawMember,
    required: bool,
    shapes: &HashMap<String, ShapeId>,
) -> Member {
    let ec2 = raw
        .query_name
        .unwrap_or_else(|| capitalised(raw.location_name.as_ref().unwrap_or(&name)));
    Member {
        shape: shapes[&raw.shape],
        required,
        location: match raw.location.as_deref() {
            Some("header") => Location::Header,
            Some("headers") => Location::Headers,
            Some("querystring") => Location::Query,
            Some("uri") => Location::Path,
            Some("statusCode") => Location::Status,
            _ => Location::Body,
        },
        ec2,
        wire: raw.location_name,
        flattened: raw.flattened,
        xml_attribute: raw.xml_attribute,
        timestamp: raw.timestamp_format.as_deref().and_then(format),
        namespace: raw
            .xml_namespace
            .map(|RawNamespace { prefix, uri }| Namespace { prefix, uri }),
        name,
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn format(name: &str) -> Option<TimestampFormat> {
    match name {
        "iso8601" => Some(TimestampFormat::Iso8601),
        "rfc822" => Some(TimestampFormat::Rfc822),
        "unixTimestamp" => Some(TimestampFormat::Unix),
        _ => None,
    }
}
