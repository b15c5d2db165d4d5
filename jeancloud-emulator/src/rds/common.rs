//! What RDS's operations share.

use serde_json::Value;

use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

pub(super) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameterValue", message)
}

pub(super) fn combination(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameterCombination", message)
}

/// Identifiers must begin with a letter; see API_CreateDBInstance.
pub(super) fn check_identifier(parameter: &str, id: &str) -> Result<(), AwsError> {
    let letters = id
        .bytes()
        .all(|it| it.is_ascii_alphanumeric() || it == b'-');
    let begins = id.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    if begins && letters && !id.ends_with('-') && !id.contains("--") && id.len() <= 63 {
        return Ok(());
    }
    Err(invalid(format!(
        "The parameter {parameter} is not a valid identifier. Identifiers must begin with a \
         letter; must contain only ASCII letters, digits, and hyphens; and must not end with a \
         hyphen or contain two consecutive hyphens."
    )))
}

/// The input without members that are there and empty, which RDS takes for not given: Terraform's
/// provider has always sent `DBName` and `EngineVersion` so when nobody sets them.
pub(super) fn given(input: &Value) -> Value {
    let members = input.as_object().into_iter().flatten();
    let given = members.filter(|(_, value)| value.as_str() != Some(""));
    Value::Object(
        given
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}

/// A page. "Constraints: Minimum 20, maximum 100", of MaxRecords.
pub(super) fn page(
    call: &Call<'_>,
    input: &Value,
    rows: impl Iterator<Item = (String, Value)>,
) -> Outcome {
    if let Some(most) = input.int("MaxRecords")
        && !(20..=100).contains(&most)
    {
        return Err(invalid(format!(
            "Invalid value {most} for MaxRecords. Must be between 20 and 100"
        )));
    }
    call.page(input, 100, rows, |row| row)
}

/// Whether a value passes the filter of a name.
pub(super) fn passes(input: &Value, filter: &str, value: &str) -> bool {
    let filters = input.items("Filters").iter();
    let mut named = filters.filter(|it| it.text("Name") == filter);
    named.all(|it| {
        it.texts("Values")
            .any(|wanted| wanted.eq_ignore_ascii_case(value))
    })
}

/// Refuses filters that an operation doesn't know.
pub(super) fn check_filters(input: &Value, known: &[&str]) -> Result<(), AwsError> {
    let mut filters = input.items("Filters").iter().map(|it| it.text("Name"));
    match filters.find(|name| !known.contains(name)) {
        Some(name) => Err(invalid(format!("Unrecognized filter name: {name}"))),
        None => Ok(()),
    }
}
