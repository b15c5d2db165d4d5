//! Conditions: from the model to the SDK and back.

use aws_sdk_elasticloadbalancingv2::types::{
    HostHeaderConditionConfig, HttpHeaderConditionConfig, HttpRequestMethodConditionConfig,
    PathPatternConditionConfig, QueryStringConditionConfig, QueryStringKeyValuePair, RuleCondition,
    SourceIpConditionConfig,
};
use jeancloud_model::{
    Text,
    elastic_load_balancing_v2::{
        Condition, HttpHeaderConfig, QueryString, QueryStringConfig, ValuesConfig,
    },
};

use super::common::{sent, text};

/// A condition as AWS takes it.
pub(super) fn to_sdk(condition: &Condition) -> RuleCondition {
    let sdk = RuleCondition::builder().field(condition.field());
    let values: Vec<String> = condition
        .values()
        .into_iter()
        .map(|value| value.value().to_owned())
        .collect();
    let values = Some(values);
    let sdk = match condition {
        Condition::HostHeader { .. } => sdk.host_header_config(
            HostHeaderConditionConfig::builder()
                .set_values(values)
                .build(),
        ),
        Condition::PathPattern { .. } => sdk.path_pattern_config(
            PathPatternConditionConfig::builder()
                .set_values(values)
                .build(),
        ),
        Condition::HttpRequestMethod { .. } => sdk.http_request_method_config(
            HttpRequestMethodConditionConfig::builder()
                .set_values(values)
                .build(),
        ),
        Condition::SourceIp { .. } => sdk.source_ip_config(
            SourceIpConditionConfig::builder()
                .set_values(values)
                .build(),
        ),
        Condition::HttpHeader { config } => sdk.http_header_config(
            HttpHeaderConditionConfig::builder()
                .http_header_name(config.http_header_name.value())
                .set_values(values)
                .build(),
        ),
        Condition::QueryString { config } => sdk.query_string_config(query(config)),
    };
    sdk.build()
}

fn query(config: &QueryStringConfig) -> QueryStringConditionConfig {
    let parts = config.values.iter().map(|part| {
        QueryStringKeyValuePair::builder()
            .set_key(sent(&part.key))
            .value(part.value.value())
            .build()
    });
    QueryStringConditionConfig::builder()
        .set_values(Some(parts.collect()))
        .build()
}

/// A condition as AWS tells it; `None` where its kind is not modelled.
pub(super) fn from_sdk(condition: &RuleCondition) -> Option<Condition> {
    // Conditions made the old way have their values beside the field.
    let values = |config: Option<&[String]>| ValuesConfig {
        values: texts(config.unwrap_or(condition.values())),
    };
    match condition.field()? {
        "host-header" => {
            let config = values(condition.host_header_config().map(|config| config.values()));
            Some(Condition::HostHeader { config })
        }
        "path-pattern" => {
            let config = values(
                condition
                    .path_pattern_config()
                    .map(|config| config.values()),
            );
            Some(Condition::PathPattern { config })
        }
        "http-request-method" => {
            let methods = condition.http_request_method_config();
            let config = values(methods.map(|config| config.values()));
            Some(Condition::HttpRequestMethod { config })
        }
        "source-ip" => {
            let config = values(condition.source_ip_config().map(|config| config.values()));
            Some(Condition::SourceIp { config })
        }
        "http-header" => {
            let header = condition.http_header_config()?;
            let config = HttpHeaderConfig {
                http_header_name: Text::known(header.http_header_name().unwrap_or_default()),
                values: texts(header.values()),
            };
            Some(Condition::HttpHeader { config })
        }
        "query-string" => {
            let parts = condition.query_string_config()?.values().iter();
            let part = |part: &QueryStringKeyValuePair| QueryString {
                key: text(part.key()),
                value: Text::known(part.value().unwrap_or_default()),
            };
            let config = QueryStringConfig {
                values: parts.map(part).collect(),
            };
            Some(Condition::QueryString { config })
        }
        _ => None,
    }
}

fn texts(values: &[String]) -> Vec<Text> {
    values.iter().map(Text::known).collect()
}
