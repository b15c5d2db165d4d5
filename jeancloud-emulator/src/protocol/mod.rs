//! AWS's protocols: a request becomes an operation and a tree of values, a tree becomes an answer.
//!
//! Values are JSON, by the names of the model: times are numbers of seconds, blobs base64. A body
//! that is streamed stays bytes and apart from the tree.

mod chunked;
mod errors;
mod form;
mod json;
mod output;
mod rest;
mod route;
pub mod scalar;
mod scope;
#[cfg(test)]
pub(crate) mod testing;
mod xml_in;
mod xml_out;

use bytes::Bytes;
use serde_json::Value;

use crate::{
    error::AwsError,
    http::Request,
    model::{Model, Operation, Protocol},
};

pub(crate) use errors::write_error;
pub(crate) use output::{Reply, write_answer};
pub(crate) use scope::{host_service, scope_of};

/// A request, read.
pub(crate) struct Parsed {
    pub operation: &'static Operation,
    pub input: Value,
    /// The body, where the model says that it is a payload of bytes.
    pub body: Bytes,
}

/// Which operation a request is for, and its input.
pub(crate) fn read(model: &'static Model, request: &mut Request) -> Result<Parsed, AwsError> {
    chunked::unwrap(request)?;
    match model.protocol {
        Protocol::Ec2 | Protocol::Query => form::read(model, request),
        Protocol::Json => json::read(model, request),
        Protocol::RestJson | Protocol::RestXml => rest::read(model, request),
    }
}

/// The operation's name as far as it can be told without the model.
pub(crate) fn action(request: &Request) -> Option<String> {
    let target = request.get("x-amz-target");
    match target.and_then(|target| target.rsplit('.').next()) {
        Some(action) => Some(action.to_owned()),
        None => form::action(request),
    }
}
