//! Conditions of rules.

use serde_json::{Value, json};

use super::common;
use crate::{error::AwsError, fields::Fields};

/// Condition values per rule: 5; see "Quotas for your Application Load Balancers".
const VALUES: usize = 5;

/// Fields and where their values stand.
const FIELDS: [(&str, &str); 6] = [
    ("host-header", "HostHeaderConfig"),
    ("http-header", "HttpHeaderConfig"),
    ("http-request-method", "HttpRequestMethodConfig"),
    ("path-pattern", "PathPatternConfig"),
    ("query-string", "QueryStringConfig"),
    ("source-ip", "SourceIpConfig"),
];

/// Conditions as AWS tells them: `Values` and the configuration of the same, where both exist.
pub(super) fn read(conditions: &[Value]) -> Result<Value, AwsError> {
    if conditions.is_empty() {
        return Err(common::invalid("A condition must be specified"));
    }
    let mut read = conditions.to_vec();
    let mut count = 0;
    for condition in &mut read {
        let field = condition.text("Field").to_owned();
        let Some((_, config)) = FIELDS.iter().find(|(name, _)| *name == field) else {
            let message = format!(
                "Condition field '{field}' must be one of '[path-pattern, \
                                   host-header, http-header, http-request-method, query-string, \
                                   source-ip]'"
            );
            return Err(common::invalid(message));
        };
        if condition.at(config).is_none() {
            if condition.items("Values").is_empty() {
                let message = format!("A condition value must be specified for field '{field}'");
                return Err(common::invalid(message));
            }
            condition[*config] = json!({"Values": condition["Values"]});
        }
        let values = condition[*config].clone();
        if matches!(field.as_str(), "host-header" | "path-pattern") {
            condition["Values"] = values["Values"].clone();
        } else {
            condition.clear("Values");
        }
        count += values.items("Values").len();
    }
    if count > VALUES {
        let message = format!("A rule can have at most '{VALUES}' condition values");
        return Err(common::invalid(message));
    }
    Ok(read.into())
}
