//! What CloudFront's operations share: ids, versions and pages.

use serde_json::{Value, json};

use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
};

/// "The maximum number … 100", as API_ListDistributions answers without a limit.
const PAGE: usize = 100;

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// An id or a version as CloudFront makes them: `E1ABCDEFGHIJK2`.
pub(super) fn new_id(call: &mut Call<'_>, prefix: &str, purpose: &str) -> String {
    let letters = call.draw(purpose).text(LETTERS, 13);
    format!("{prefix}{letters}")
}

/// Where a new resource is: the header Location.
pub(super) fn location(path: &str) -> String {
    format!("https://cloudfront.amazonaws.com/2020-05-31/{path}")
}

/// Refuses a change by someone who hasn't seen the current version.
pub(super) fn check_version(input: &Value, current: &str) -> Result<(), AwsError> {
    match input.some_text("IfMatch") {
        None => {
            let message = "The If-Match version is missing or not valid for the resource.";
            Err(AwsError::new("InvalidIfMatchVersion", message))
        }
        Some(version) if version.trim_matches('"') == current => Ok(()),
        Some(_) => {
            let message = "The request failed because it didn't meet the preconditions in one or \
                           more request-header fields.";
            Err(AwsError::new("PreconditionFailed", message))
        }
    }
}

/// A page of `rows`, sorted by id, after the marker: the last id of the page before.
pub(super) fn page<'v>(
    input: &Value,
    list: &str,
    rows: impl Iterator<Item = (&'v str, Value)>,
) -> Outcome {
    let marker = input.text("Marker");
    let limit = match input.some_text("MaxItems").map(str::parse) {
        None => PAGE,
        Some(Ok(limit @ 1..)) => limit,
        Some(_) => {
            let message = "The parameter MaxItems is not valid.";
            return Err(AwsError::new("InvalidArgument", message));
        }
    };
    let mut rows = rows.filter(|(id, _)| marker.is_empty() || *id > marker);
    let (mut shown, mut last) = (Vec::new(), "");
    for (id, row) in rows.by_ref().take(limit) {
        shown.push(row);
        last = id;
    }
    let more = rows.next().is_some();
    let mut page = counted(shown);
    page["IsTruncated"] = more.into();
    page["Marker"] = marker.into();
    page["MaxItems"] = limit.into();
    if more {
        page["NextMarker"] = last.into();
    }
    Ok(json!({list: page}))
}

/// A list as CloudFront tells it: with its length, and without items when it is empty.
pub(super) fn counted(items: Vec<Value>) -> Value {
    match items.len() {
        0 => json!({"Quantity": 0}),
        length => json!({"Items": items, "Quantity": length}),
    }
}
