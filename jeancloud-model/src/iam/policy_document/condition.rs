//! [`Condition`]: what must hold of a request for a statement to apply.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Text;

use super::members::{IntoMembers, Members};

/// What must hold of a request: an operator, a key of the request's context, and values of which
/// one must match.
///
/// Follows "IAM JSON policy elements: Condition operators".
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    operator: String,
    key: String,
    values: Vec<Text>,
}

macro_rules! operators {
    ($($(#[$meta:meta])* $method:ident = $operator:literal),* $(,)?) => {
        impl Condition {
            $($(#[$meta])* pub fn $method(key: impl Into<String>, values: impl IntoMembers) -> Self {
                Self { operator: $operator.to_owned(), key: key.into(), values: values.into_members() }
            })*
        }

        /// The operators, as AWS writes them.
        pub(super) const OPERATORS: &[&str] = &[$($operator,)* "Bool", "Null"];
    };
}

operators! {
    /// The key is one of these texts.
    string_equals = "StringEquals",
    /// The key is none of these texts.
    string_not_equals = "StringNotEquals",
    /// The key is one of these texts, in any case.
    string_equals_ignore_case = "StringEqualsIgnoreCase",
    /// The key is none of these texts, in any case.
    string_not_equals_ignore_case = "StringNotEqualsIgnoreCase",
    /// The key matches one of these patterns of `*` and `?`.
    string_like = "StringLike",
    /// The key matches none of these patterns of `*` and `?`.
    string_not_like = "StringNotLike",
    /// The key is one of these numbers.
    numeric_equals = "NumericEquals",
    /// The key is none of these numbers.
    numeric_not_equals = "NumericNotEquals",
    /// The key is less than this number.
    numeric_less_than = "NumericLessThan",
    /// The key is this number or less.
    numeric_less_than_equals = "NumericLessThanEquals",
    /// The key is more than this number.
    numeric_greater_than = "NumericGreaterThan",
    /// The key is this number or more.
    numeric_greater_than_equals = "NumericGreaterThanEquals",
    /// The key is one of these dates (ISO 8601).
    date_equals = "DateEquals",
    /// The key is none of these dates.
    date_not_equals = "DateNotEquals",
    /// The key is before this date.
    date_less_than = "DateLessThan",
    /// The key is this date or before.
    date_less_than_equals = "DateLessThanEquals",
    /// The key is after this date.
    date_greater_than = "DateGreaterThan",
    /// The key is this date or after.
    date_greater_than_equals = "DateGreaterThanEquals",
    /// The key is one of these base64 texts.
    binary_equals = "BinaryEquals",
    /// The key lies in one of these CIDR blocks.
    ip_address = "IpAddress",
    /// The key lies in none of these CIDR blocks.
    not_ip_address = "NotIpAddress",
    /// The key is one of these ARNs, with `*` and `?` as wildcards.
    arn_equals = "ArnEquals",
    /// The key is none of these ARNs.
    arn_not_equals = "ArnNotEquals",
    /// The key matches one of these ARNs, with `*` and `?` as wildcards.
    arn_like = "ArnLike",
    /// The key matches none of these ARNs.
    arn_not_like = "ArnNotLike",
}

impl Condition {
    /// The key has this truth value.
    pub fn bool(key: impl Into<String>, value: bool) -> Self {
        Self {
            operator: "Bool".to_owned(),
            key: key.into(),
            values: vec![Text::known(value.to_string())],
        }
    }

    /// The key is absent from the request (`true`), or present (`false`).
    pub fn null(key: impl Into<String>, absent: bool) -> Self {
        Self {
            operator: "Null".to_owned(),
            ..Self::bool(key, absent)
        }
    }

    /// Holds as well where the request has no such key.
    #[must_use]
    pub fn if_exists(mut self) -> Self {
        self.operator.push_str("IfExists");
        self
    }

    /// For a key with several values: one of them must match.
    #[must_use]
    pub fn for_any_value(mut self) -> Self {
        self.operator.insert_str(0, "ForAnyValue:");
        self
    }

    /// For a key with several values: all of them must match. Holds where there is none.
    #[must_use]
    pub fn for_all_values(mut self) -> Self {
        self.operator.insert_str(0, "ForAllValues:");
        self
    }
}

/// The conditions of a statement: by operator, by key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Conditions(BTreeMap<String, BTreeMap<String, Members>>);

impl Conditions {
    pub fn add(&mut self, condition: Condition) {
        let Condition {
            operator,
            key,
            values,
        } = condition;
        self.0
            .entry(operator)
            .or_default()
            .entry(key)
            .or_default()
            .add(values);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Operator, key and values of each.
    pub fn each(&self) -> impl Iterator<Item = (&str, &str, &[Text])> {
        self.0.iter().flat_map(|(operator, keys)| {
            keys.iter()
                .map(move |(key, values)| (&**operator, &**key, values.all()))
        })
    }
}
