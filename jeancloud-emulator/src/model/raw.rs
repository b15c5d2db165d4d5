//! The files in `models/`, as `cargo xtask models` writes them.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Deserialize)]
pub struct RawModel {
    pub metadata: RawMetadata,
    pub operations: BTreeMap<String, RawOperation>,
    pub shapes: BTreeMap<String, RawShape>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RawMetadata {
    pub api_version: String,
    pub protocol: String,
    pub json_version: Option<String>,
    pub target_prefix: Option<String>,
    pub xml_namespace: Option<String>,
}

#[derive(Deserialize)]
pub struct RawOperation {
    pub http: RawHttp,
    pub input: Option<RawPlace>,
    pub output: Option<RawPlace>,
    pub page: Option<RawPage>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RawHttp {
    pub method: String,
    pub request_uri: String,
    pub response_code: Option<u16>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RawPlace {
    pub shape: String,
    pub result_wrapper: Option<String>,
}

/// One of botocore's paginators. Names stand alone or in a list.
#[derive(Deserialize)]
pub struct RawPage {
    pub input_token: OneOrMore,
    pub output_token: OneOrMore,
    pub result_key: OneOrMore,
    pub limit_key: Option<String>,
    pub more_results: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    /// The only name, or the first of several.
    pub fn first(self) -> String {
        match self {
            Self::One(name) => name,
            Self::More(names) => names.into_iter().next().unwrap_or_default(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RawShape {
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub members: BTreeMap<String, RawMember>,
    #[serde(default)]
    pub required: Vec<String>,
    pub member: Option<RawMember>,
    pub key: Option<RawMember>,
    pub value: Option<RawMember>,
    #[serde(default, rename = "enum")]
    pub choices: Vec<String>,
    pub pattern: Option<String>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    #[serde(default)]
    pub flattened: bool,
    pub payload: Option<String>,
    pub timestamp_format: Option<String>,
    #[serde(default)]
    pub exception: bool,
    pub error: Option<RawError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RawMember {
    pub shape: String,
    pub location: Option<String>,
    pub location_name: Option<String>,
    pub query_name: Option<String>,
    #[serde(default)]
    pub flattened: bool,
    #[serde(default)]
    pub xml_attribute: bool,
    pub timestamp_format: Option<String>,
    pub xml_namespace: Option<RawNamespace>,
}

#[derive(Clone, Deserialize)]
pub struct RawNamespace {
    pub prefix: Option<String>,
    pub uri: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RawError {
    pub code: Option<String>,
    pub http_status_code: Option<u16>,
}
