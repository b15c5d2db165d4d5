//! Answers that say no.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::{
    json as body,
    output::{common_headers, document_namespace},
    xml_out,
};
use crate::{
    error::AwsError,
    http::Response,
    model::{Fault, Location, Model, Protocol},
};

/// Writes an error. Without a model, when the service is unknown, XML of the most common form.
pub(crate) fn write_error(
    model: Option<&Model>,
    error: &AwsError,
    head: bool,
    request_id: &str,
) -> Response {
    let fault = model.and_then(|model| model.faults.get(&error.code));
    let status = error.status.or(fault.and_then(|fault| fault.status));
    let status = status.unwrap_or(400);
    let (mut headers, mut content) = (Vec::new(), Bytes::new());
    match model {
        None => {
            headers.push(("content-type".to_owned(), "text/xml".to_owned()));
            content = query(None, None, error, status, request_id).into();
        }
        Some(model) => {
            match model.protocol {
                Protocol::Json | Protocol::RestJson => {
                    // Clients know a JSON error by the name of its shape.
                    let code = match fault {
                        Some(fault) => &model.shape(fault.shape).name,
                        None => &error.code,
                    };
                    headers.push(("x-amzn-errortype".to_owned(), code.clone()));
                    content = json_body(model, fault, code, error).to_string().into();
                }
                _ if head => {}
                Protocol::Ec2 => content = ec2(error, request_id).into(),
                Protocol::RestXml if model.service == "s3" => {
                    content = s3(error, request_id).into();
                }
                Protocol::Query | Protocol::RestXml => {
                    content = query(Some(model), fault, error, status, request_id).into();
                }
            }
            common_headers(model, request_id, content.is_empty(), &mut headers);
        }
    }
    Response {
        status,
        headers,
        body: content,
    }
}

fn json_body(model: &Model, fault: Option<&Fault>, code: &str, error: &AwsError) -> Value {
    let mut members = Map::new();
    for (name, value) in &error.members {
        members.insert((*name).to_owned(), value.clone());
    }
    let mut written = match fault {
        Some(fault) => body::write(model, fault.shape, &members.into()),
        None => json!({}),
    };
    // Services spell it in both ways; clients read both.
    let message = match fault.and_then(|fault| model.structure(fault.shape)) {
        Some(structure) if structure.member("Message").is_some() => "Message",
        _ => "message",
    };
    written["__type"] = code.into();
    written[message] = error.message.as_str().into();
    written
}

fn ec2(error: &AwsError, request_id: &str) -> String {
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error>");
    code_and_message(error, &mut out);
    out.push_str("</Error></Errors>");
    xml_out::text_element("RequestID", request_id, &mut out);
    out.push_str("</Response>");
    out
}

fn s3(error: &AwsError, request_id: &str) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>");
    code_and_message(error, &mut out);
    for (name, value) in &error.members {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        xml_out::text_element(name, &text, &mut out);
    }
    xml_out::text_element("RequestId", request_id, &mut out);
    xml_out::text_element("HostId", &format!("{request_id}/emulated"), &mut out);
    out.push_str("</Error>");
    out
}

fn query(
    model: Option<&Model>,
    fault: Option<&Fault>,
    error: &AwsError,
    status: u16,
    request_id: &str,
) -> String {
    let space = model.and_then(|model| match model.protocol {
        Protocol::RestXml => Some(document_namespace(model)),
        _ => model.xml_namespace.clone(),
    });
    let space = space
        .map(|space| format!(" xmlns=\"{space}\""))
        .unwrap_or_default();
    let who = if status < 500 { "Sender" } else { "Receiver" };
    let mut out = format!("<ErrorResponse{space}><Error><Type>{who}</Type>");
    let error_with_code = AwsError {
        // Query errors go by their code, which may differ from the shape's name.
        code: fault.map_or_else(|| error.code.clone(), |fault| fault.code.clone()),
        ..error.clone()
    };
    code_and_message(&error_with_code, &mut out);
    let structure = model.zip(fault);
    let structure =
        structure.and_then(|(model, fault)| Some((model, model.structure(fault.shape)?)));
    if let Some((model, structure)) = structure {
        for member in structure
            .members
            .iter()
            .filter(|it| it.location == Location::Body)
        {
            if let Some(value) = error.members.get(member.name.as_str()) {
                xml_out::member(model, member, member.wire(), value, &mut out);
            }
        }
    }
    out.push_str("</Error>");
    xml_out::text_element("RequestId", request_id, &mut out);
    out.push_str("</ErrorResponse>");
    out
}

fn code_and_message(error: &AwsError, out: &mut String) {
    xml_out::text_element("Code", &error.code, out);
    xml_out::text_element("Message", &error.message, out);
}
