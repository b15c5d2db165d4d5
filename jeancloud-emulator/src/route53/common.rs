//! What Route 53's operations share: ids and pages.

use serde_json::Value;

use crate::{call::Call, error::AwsError, fields::Fields};

/// "the maximum number … If you specify a value greater than 100, Route 53 returns only the first
/// 100", API_ListHostedZones.
const MOST: usize = 100;

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// An id as Route 53 makes them: `Z0123456789ABCDEFGHIJ`.
pub(super) fn new_id(call: &mut Call<'_>, prefix: &str) -> String {
    let letters = call.draw(prefix).text(LETTERS, 19);
    format!("{prefix}0{letters}")
}

/// An id without the path that is part of it in answers: `/hostedzone/Z…`.
pub(super) fn bare(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// How many rows a page may have: `MaxItems` is a text.
pub(super) fn limit(input: &Value) -> Result<usize, AwsError> {
    let Some(text) = input.some_text("MaxItems") else {
        return Ok(MOST);
    };
    match text.parse::<usize>() {
        Ok(limit @ 1..) => Ok(limit.min(MOST)),
        _ => {
            let message = format!("{text} is not a valid value of maxitems");
            Err(AwsError::new("InvalidInput", message))
        }
    }
}

/// The first `limit` rows, and the one after them.
pub(super) fn cut<T>(rows: impl Iterator<Item = T>, limit: usize) -> (Vec<T>, Option<T>) {
    let mut rows: Vec<T> = rows.take(limit + 1).collect();
    let next = if rows.len() > limit { rows.pop() } else { None };
    (rows, next)
}
