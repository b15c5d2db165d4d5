//! [`Condition`]: which requests a rule is for.

use serde::{Deserialize, Serialize};

use crate::{
    Checked, IntoText, Invalid, Text, properties,
    shape::{Member, Shape, Shaped},
    text::IntoTexts,
};

properties! {
    /// Values, one of which has to match.
    ValuesConfig;
    /// The values.
    texts values "Values",
}

properties! {
    /// A header and the values, one of which has to match.
    HttpHeaderConfig;
    /// The header's name, at most 40 characters; not `Host`.
    text http_header_name "HttpHeaderName",
    /// The values, at most 128 characters each; `*` and `?` are wildcards.
    texts values "Values",
}

properties! {
    /// A part of a query.
    QueryString;
    /// The key; left out, any key matches.
    opt_text key "Key",
    /// The value.
    text value "Value",
}

properties! {
    /// Parts of a query, one of which has to be there.
    QueryStringConfig;
    /// The parts.
    plain_list values "Values": QueryString,
}

/// Which requests a rule is for. A rule's conditions all have to hold.
///
/// A rule has at most five values over all its conditions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "Field")]
pub enum Condition {
    /// Requests for one of these hosts; `*` and `?` are wildcards.
    #[serde(rename = "host-header")]
    HostHeader {
        /// The hosts.
        #[serde(rename = "HostHeaderConfig")]
        config: ValuesConfig,
    },
    /// Requests for one of these paths; `*` and `?` are wildcards.
    #[serde(rename = "path-pattern")]
    PathPattern {
        /// The paths.
        #[serde(rename = "PathPatternConfig")]
        config: ValuesConfig,
    },
    /// Requests with one of these methods.
    #[serde(rename = "http-request-method")]
    HttpRequestMethod {
        /// The methods, in capital letters.
        #[serde(rename = "HttpRequestMethodConfig")]
        config: ValuesConfig,
    },
    /// Requests from one of these blocks of addresses.
    #[serde(rename = "source-ip")]
    SourceIp {
        /// The blocks.
        #[serde(rename = "SourceIpConfig")]
        config: ValuesConfig,
    },
    /// Requests with this header.
    #[serde(rename = "http-header")]
    HttpHeader {
        /// The header.
        #[serde(rename = "HttpHeaderConfig")]
        config: HttpHeaderConfig,
    },
    /// Requests with one of these parts in their query.
    #[serde(rename = "query-string")]
    QueryString {
        /// The parts.
        #[serde(rename = "QueryStringConfig")]
        config: QueryStringConfig,
    },
}

impl Condition {
    /// Requests for one of these hosts: `Condition::host(["api.example.com"])`.
    pub fn host(hosts: impl IntoTexts) -> Self {
        let config = values(hosts);
        Self::HostHeader { config }
    }

    /// Requests for one of these paths: `Condition::path(["/admin/*"])`.
    pub fn path(paths: impl IntoTexts) -> Self {
        let config = values(paths);
        Self::PathPattern { config }
    }

    /// Requests with one of these methods: `Condition::method(["GET"])`.
    pub fn method(methods: impl IntoTexts) -> Self {
        let config = values(methods);
        Self::HttpRequestMethod { config }
    }

    /// Requests from one of these blocks: `Condition::source_ip(["203.0.113.0/24"])`.
    pub fn source_ip(blocks: impl IntoTexts) -> Self {
        let config = values(blocks);
        Self::SourceIp { config }
    }

    /// Requests whose header `name` has one of these values.
    pub fn header(name: impl IntoText, values: impl IntoTexts) -> Self {
        let config = HttpHeaderConfig {
            http_header_name: name.into_text(),
            values: values.into_texts(),
        };
        Self::HttpHeader { config }
    }

    /// Requests whose query has `key=value`.
    pub fn query(key: impl IntoText, value: impl IntoText) -> Self {
        let part = QueryString {
            key: Some(key.into_text()),
            value: value.into_text(),
        };
        let config = QueryStringConfig { values: vec![part] };
        Self::QueryString { config }
    }

    /// AWS's name of what is looked at, as `host-header`.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::HostHeader { .. } => "host-header",
            Self::PathPattern { .. } => "path-pattern",
            Self::HttpRequestMethod { .. } => "http-request-method",
            Self::SourceIp { .. } => "source-ip",
            Self::HttpHeader { .. } => "http-header",
            Self::QueryString { .. } => "query-string",
        }
    }

    /// The values, one of which has to match; those of a query without their keys.
    pub fn values(&self) -> Vec<&Text> {
        match self {
            Self::HostHeader { config }
            | Self::PathPattern { config }
            | Self::HttpRequestMethod { config }
            | Self::SourceIp { config } => config.values.iter().collect(),
            Self::HttpHeader { config } => config.values.iter().collect(),
            Self::QueryString { config } => config.values.iter().map(|part| &part.value).collect(),
        }
    }
}

fn values(values: impl IntoTexts) -> ValuesConfig {
    ValuesConfig {
        values: values.into_texts(),
    }
}

impl Shaped for Condition {
    fn shape() -> Shape {
        let alternative = |name, shape| {
            Shape::Object(vec![
                Member::value("Field"),
                Member::new(name, shape, false),
            ])
        };
        Shape::either([
            alternative("HostHeaderConfig", ValuesConfig::shape()),
            alternative("PathPatternConfig", ValuesConfig::shape()),
            alternative("HttpRequestMethodConfig", ValuesConfig::shape()),
            alternative("SourceIpConfig", ValuesConfig::shape()),
            alternative("HttpHeaderConfig", HttpHeaderConfig::shape()),
            alternative("QueryStringConfig", QueryStringConfig::shape()),
        ])
    }
}

impl Checked for Condition {
    /// Its values are texts; the stack's check knows their rules.
    fn check_values(&self, _: &str, _: &mut dyn FnMut(&str, Invalid)) {}
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_are_written_as_cloudformation_has_them() {
        let host = Condition::host(["api.example.com"]);
        let written = serde_json::to_value(&host).unwrap();
        let expected =
            json!({"Field": "host-header", "HostHeaderConfig": {"Values": ["api.example.com"]}});
        assert_eq!(written, expected);
        assert_eq!(serde_json::from_value::<Condition>(written).unwrap(), host);
        let query = Condition::query("a", "b");
        let written = serde_json::to_value(&query).unwrap();
        assert_eq!(written["QueryStringConfig"]["Values"][0]["Key"], "a");
        assert_eq!(serde_json::from_value::<Condition>(written).unwrap(), query);
    }
}
