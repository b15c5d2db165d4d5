//! How a record set in a request has to look, and how Route 53 keeps it.

use serde_json::Value;

use super::{name, record_value};
use crate::{error::AwsError, fields::Fields};

/// The zone of all distributions of CloudFront.
///
/// Z2FDTNDATAQYW2 for CloudFront's distributions; see API_AliasTarget.
const CLOUDFRONT_ZONE: &str = "Z2FDTNDATAQYW2";

/// What makes a record set one of several for a name and type.
const POLICIES: [&str; 7] = [
    "CidrRoutingConfig",
    "Failover",
    "GeoLocation",
    "GeoProximityLocation",
    "MultiValueAnswer",
    "Region",
    "Weight",
];

/// Refuses a change that isn't one, as InvalidInput.
pub(super) fn check(change: &Value) -> Result<(), AwsError> {
    let record = &change["ResourceRecordSet"];
    let alias = record.at("AliasTarget").is_some();
    let (ttl, values) = (
        record.int("TTL").is_some(),
        !record.items("ResourceRecords").is_empty(),
    );
    let policy = record.at("TrafficPolicyInstanceId").is_some();
    let found = match (alias, ttl || values, policy) {
        (true, false, false) | (false, false, true) => return Ok(()),
        (false, true, false) if ttl && values => return Ok(()),
        (true, true, _) | (_, true, true) | (true, _, true) => "more than one",
        _ => "none",
    };
    let set = record.some_text("SetIdentifier").unwrap_or("null");
    let message = format!(
        "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], \
         or TrafficPolicyInstanceId], but found {found} in Change with [Action={}, Name={}, \
         Type={}, SetIdentifier={set}]",
        change.text("Action"),
        record.text("Name"),
        record.text("Type")
    );
    Err(AwsError::new("InvalidInput", message))
}

/// A record set as it is kept: names normal, values as they are.
pub(super) fn kept(mut record: Value) -> Value {
    record["Name"] = name::normal(record.text("Name")).into();
    if let Some(alias) = record.get_mut("AliasTarget") {
        alias["DNSName"] = name::normal(alias.text("DNSName")).into();
    }
    // An empty list is none.
    if record.items("ResourceRecords").is_empty() {
        record.clear("ResourceRecords");
    }
    record
}

/// What is wrong with a kept record set by itself, in the zone called `zone`.
pub(super) fn problem(record: &Value, zone: &str) -> Option<String> {
    let (name, kind) = (record.text("Name"), record.text("Type"));
    if !name::is_in(name, zone) {
        return Some(format!(
            "RRSet with DNS name {name} is not permitted in zone {zone}"
        ));
    }
    if let Err(error) = name::check(name) {
        return Some(error.message);
    }
    if kind == "CNAME" && name == zone {
        return Some(format!(
            "RRSet of type CNAME with DNS name {name} is not permitted at apex in zone {zone}"
        ));
    }
    let values = record.items("ResourceRecords");
    if matches!(kind, "CNAME" | "SOA") && values.len() > 1 {
        return Some(format!(
            "RRSet with DNS name {name}, type {kind} contains more than one resource record"
        ));
    }
    let texts = values.iter().map(|value| value.text("Value"));
    let texts: Vec<&str> = texts.collect();
    let twice = (1..texts.len()).find(|at| texts[..*at].contains(&texts[*at]));
    if let Some(at) = twice {
        return Some(format!("Duplicate Resource Record: '{}'", texts[at]));
    }
    let wrong = texts
        .iter()
        .find_map(|value| record_value::problem(kind, value));
    wrong.or_else(|| routing(record)).or_else(|| alias(record))
}

/// A SetIdentifier is required for records that have a routing policy other than simple; see
/// API_ResourceRecordSet.
fn routing(record: &Value) -> Option<String> {
    let policies = POLICIES.iter().filter(|policy| record.at(policy).is_some());
    let count = policies.count();
    let (name, kind) = (record.text("Name"), record.text("Type"));
    match (count, record.some_text("SetIdentifier")) {
        (0, None) | (1, Some(_)) => None,
        (0, Some(set)) => Some(format!(
            "RRSet with DNS name {name}, type {kind}, SetIdentifier {set} must specify a routing \
             policy"
        )),
        (1, None) => Some(format!(
            "Missing field 'SetIdentifier' in RRSet with DNS name {name}, type {kind}"
        )),
        _ => Some(format!(
            "RRSet with DNS name {name}, type {kind} specifies more than one routing policy"
        )),
    }
}

/// Rules for aliases, API_AliasTarget.
fn alias(record: &Value) -> Option<String> {
    let alias = record.at("AliasTarget")?;
    let (target, zone) = (alias.text("DNSName"), alias.text("HostedZoneId"));
    let kind = record.text("Type");
    if matches!(kind, "NS" | "SOA") {
        return Some(format!("Alias records of type {kind} are not permitted"));
    }
    if zone != CLOUDFRONT_ZONE {
        return None;
    }
    if !target.ends_with(".cloudfront.net.") {
        return Some(outside(record));
    }
    if !matches!(kind, "A" | "AAAA" | "HTTPS") {
        return Some(format!(
            "Tried to create an alias that targets {target}, type {kind} in zone {zone}, but that \
             target was not found"
        ));
    }
    // "You can't set EvaluateTargetHealth to true when the alias target is a CloudFront
    // distribution."
    alias.flag("EvaluateTargetHealth").then(|| {
        "EvaluateTargetHealth cannot be set to true when the alias target is a CloudFront \
         distribution"
            .to_owned()
    })
}

/// An alias whose target isn't in the zone that it names.
pub(super) fn outside(record: &Value) -> String {
    let alias = &record["AliasTarget"];
    format!(
        "Tried to create an alias that targets {}, type {} in zone {}, but the alias target name \
         does not lie within the target zone",
        alias.text("DNSName"),
        record.text("Type"),
        alias.text("HostedZoneId")
    )
}
