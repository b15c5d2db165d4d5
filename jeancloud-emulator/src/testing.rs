//! [`Aws`]: a tiny client for tests, which speaks every protocol by the models.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{
    Client, Emulator, Request, Response,
    model::{Location, Member, Model, Operation, Protocol, Segment, TimestampFormat},
    protocol::testing as codec,
    services,
};

/// A client with a key and a region.
pub(crate) struct Aws {
    client: Client,
    key: String,
    region: String,
}

/// AWS said no.
#[derive(Debug, PartialEq)]
pub(crate) struct Refusal {
    pub status: u16,
    pub code: String,
    pub message: String,
}

impl Aws {
    /// An empty AWS where nothing takes time, in eu-west-3, without default VPCs: tests count what
    /// they made.
    pub fn new() -> Self {
        let emulator = Emulator::builder().time_factor(0.0).default_vpcs(false);
        Self::of(emulator.build().client())
    }

    pub fn of(client: Client) -> Self {
        Self {
            client,
            key: "test".to_owned(),
            region: "eu-west-3".to_owned(),
        }
    }

    pub fn with_key(&self, key: &str) -> Self {
        Self {
            client: self.client.clone(),
            key: key.to_owned(),
            region: self.region.clone(),
        }
    }

    pub fn in_region(&self, region: &str) -> Self {
        Self {
            client: self.client.clone(),
            key: self.key.clone(),
            region: region.to_owned(),
        }
    }

    pub fn emulator(&self) -> &Emulator {
        self.client.emulator()
    }

    /// The output of a call that succeeds.
    #[track_caller]
    pub fn ok(&self, service: &str, operation: &str, input: Value) -> Value {
        match self.call(service, operation, input) {
            Ok(output) => output,
            Err(refusal) => panic!("{operation}: {refusal:?}"),
        }
    }

    /// The error of a call that fails.
    #[track_caller]
    pub fn refused(&self, service: &str, operation: &str, input: Value) -> Refusal {
        match self.call(service, operation, input) {
            Ok(output) => panic!("{operation} succeeds: {output}"),
            Err(refusal) => refusal,
        }
    }

    /// The code of the error of a call that fails.
    #[track_caller]
    pub fn code(&self, service: &str, operation: &str, input: Value) -> String {
        self.refused(service, operation, input).code
    }

    /// A call by botocore's name of the service. A body that is streamed is a member like others,
    /// as text.
    pub fn call(&self, service: &str, operation: &str, input: Value) -> Result<Value, Refusal> {
        let service = services::named(service);
        let model = service.model();
        let operation = model
            .operation(operation)
            .unwrap_or_else(|| panic!("{} has no {operation}", service.name));
        let request = self.sign(request(model, operation, &input), service.signing);
        let response = self.send(request);
        match response.status {
            ..300 => Ok(output(model, operation, &response)),
            _ => Err(refusal(model, &response)),
        }
    }

    /// A request as it is.
    pub fn send(&self, request: Request) -> Response {
        let answer = self.client.send(request);
        answer.response.expect("nothing gets lost in this test")
    }

    /// With the header that names key, region and service.
    pub fn sign(&self, request: Request, signing: &str) -> Request {
        let (key, region) = (&self.key, &self.region);
        let scope = format!("{key}/20260101/{region}/{signing}/aws4_request");
        request.header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={scope}, Signature=0"),
        )
    }
}

/// The request that asks for this.
pub(crate) fn request(model: &Model, operation: &Operation, input: &Value) -> Request {
    match model.protocol {
        Protocol::Ec2 | Protocol::Query => {
            let mut form = vec![
                ("Action".to_owned(), operation.name.clone()),
                ("Version".to_owned(), model.api_version.clone()),
            ];
            if let Some(shape) = operation.input {
                codec::form(model, shape, input, "", &mut form);
            }
            Request::new("POST", "/").body(codec::encoded(&form))
        }
        Protocol::Json => {
            let prefix = model.target_prefix.as_deref().unwrap_or_default();
            let body = operation
                .input
                .map(|shape| codec::json(model, shape, input));
            Request::new("POST", "/")
                .header("x-amz-target", format!("{prefix}.{}", operation.name))
                .body(body.unwrap_or_default().to_string())
        }
        Protocol::RestJson | Protocol::RestXml => rest(model, operation, input),
    }
}

fn rest(model: &Model, operation: &Operation, input: &Value) -> Request {
    let structure = operation.input.and_then(|shape| model.structure(shape));
    let members = structure
        .map(|it| it.members.as_slice())
        .unwrap_or_default();
    let text = |member: &Member, default| {
        let value = input.get(&member.name)?;
        Some(codec::text(model, member, default, value))
    };
    let labels: BTreeMap<&str, String> = members
        .iter()
        .filter_map(|it| Some((it.wire(), text(it, TimestampFormat::Iso8601)?)))
        .collect();
    let mut path = String::new();
    for segment in &operation.route.segments {
        path.push('/');
        match segment {
            Segment::Literal(literal) => path.push_str(literal),
            Segment::Label(label) => path.push_str(&codec::percent(&labels[label.as_str()])),
            Segment::Greedy(label) => {
                let parts = labels[label.as_str()].split('/').map(codec::percent);
                path.push_str(&parts.collect::<Vec<_>>().join("/"));
            }
        }
    }
    let literals = operation.route.query.iter();
    let mut query: Vec<String> = literals
        .map(|(key, value)| match value {
            Some(value) => format!("{key}={value}"),
            None => key.clone(),
        })
        .collect();
    let mut request = Request::new(&operation.route.method, "/");
    for member in members {
        match (member.location, input.get(&member.name)) {
            (Location::Query, Some(Value::Array(list))) => query.extend(list.iter().map(|item| {
                let item = item.as_str().unwrap_or_default();
                format!("{}={}", member.wire(), codec::percent(item))
            })),
            (Location::Query, Some(_)) => {
                let text = text(member, TimestampFormat::Iso8601).unwrap_or_default();
                query.push(format!("{}={}", member.wire(), codec::percent(&text)));
            }
            (Location::Header, Some(_)) => {
                let text = text(member, TimestampFormat::Rfc822).unwrap_or_default();
                request = request.header(member.wire(), text);
            }
            (Location::Headers, Some(Value::Object(map))) => {
                for (key, value) in map {
                    let value = value.as_str().unwrap_or_default();
                    request = request.header(&format!("{}{key}", member.wire()), value);
                }
            }
            _ => {}
        }
    }
    request.path = path;
    request.query = query.join("&");
    match operation.input {
        Some(shape) => request.body(codec::rest_body(model, shape, input)),
        None => request,
    }
}

/// What a response says, by the model.
pub(crate) fn output(model: &Model, operation: &Operation, response: &Response) -> Value {
    let Some(shape) = operation.output else {
        return Map::new().into();
    };
    match model.protocol {
        Protocol::Json => codec::from_json(model, shape, &response.body),
        Protocol::Ec2 | Protocol::Query => {
            let wrapper = operation.result_wrapper.as_deref();
            codec::from_xml(model, shape, &response.body, wrapper)
        }
        Protocol::RestJson | Protocol::RestXml => {
            let mut output = codec::from_rest_body(model, shape, &response.body);
            let structure = model.structure(shape).expect("an output is a structure");
            for member in &structure.members {
                let value = match member.location {
                    Location::Header => {
                        let text = response.get(&member.wire().to_ascii_lowercase());
                        text.and_then(|text| codec::scalar(model, member, text))
                    }
                    Location::Headers => {
                        let prefix = member.wire().to_ascii_lowercase();
                        let headers = response.headers.iter();
                        let named = headers.filter_map(|(name, value)| {
                            let name = name.strip_prefix(&prefix)?;
                            Some((name.to_owned(), value.clone().into()))
                        });
                        Some(Value::Object(named.collect()))
                    }
                    _ => None,
                };
                if let Some(value) = value {
                    output[&member.name] = value;
                }
            }
            output
        }
    }
}

/// How a response says no.
pub(crate) fn refusal(model: &Model, response: &Response) -> Refusal {
    let (code, message) = match model.protocol {
        Protocol::Json | Protocol::RestJson => {
            let body: Value = serde_json::from_slice(&response.body).expect("an error is JSON");
            let message = body.get("message").or(body.get("Message"));
            let text = |value: Option<&Value>| value?.as_str().map(str::to_owned);
            (text(body.get("__type")), text(message))
        }
        _ => {
            let text = String::from_utf8_lossy(&response.body);
            (
                codec::element(&text, "Code"),
                codec::element(&text, "Message"),
            )
        }
    };
    Refusal {
        status: response.status,
        code: code.unwrap_or_default(),
        message: message.unwrap_or_default(),
    }
}
