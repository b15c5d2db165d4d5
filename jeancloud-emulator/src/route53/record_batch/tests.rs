//! Route 53's rules for batches of changes.

use serde_json::{Value, json};

use crate::testing::{Aws, Refusal};

fn zone() -> (Aws, Value) {
    let aws = Aws::new();
    let zone = json!({"Name": "a.fr", "CallerReference": "1"});
    let made = aws.ok("route53", "CreateHostedZone", zone);
    let id = made["HostedZone"]["Id"].as_str().unwrap();
    let id = id.strip_prefix("/hostedzone/").unwrap().into();
    (aws, id)
}

fn record(name: &str, kind: &str, values: &[&str]) -> Value {
    let values = values.iter().map(|value| json!({"Value": value}));
    let values: Vec<Value> = values.collect();
    json!({"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": values})
}

fn alias(name: &str, kind: &str, zone: &Value, target: &str) -> Value {
    let target = json!({"HostedZoneId": zone, "DNSName": target, "EvaluateTargetHealth": false});
    json!({"Name": name, "Type": kind, "AliasTarget": target})
}

fn batch(zone: &Value, changes: &[(&str, Value)]) -> Value {
    let changes = changes
        .iter()
        .map(|(action, record)| json!({"Action": action, "ResourceRecordSet": record}));
    let changes: Vec<Value> = changes.collect();
    json!({"HostedZoneId": zone, "ChangeBatch": {"Changes": changes}})
}

fn done(aws: &Aws, zone: &Value, changes: &[(&str, Value)]) {
    aws.ok("route53", "ChangeResourceRecordSets", batch(zone, changes));
}

fn refused(aws: &Aws, zone: &Value, changes: &[(&str, Value)]) -> Refusal {
    aws.refused("route53", "ChangeResourceRecordSets", batch(zone, changes))
}

fn told(aws: &Aws, zone: &Value) -> Vec<Value> {
    let list = json!({"HostedZoneId": zone});
    let list = aws.ok("route53", "ListResourceRecordSets", list);
    let records = list["ResourceRecordSets"].as_array().unwrap().iter();
    let own = |it: &&Value| it["Type"] != "NS" && it["Type"] != "SOA";
    records.filter(own).cloned().collect()
}

#[test]
fn a_record_comes_back_with_a_dot() {
    let (aws, zone) = zone();
    done(
        &aws,
        &zone,
        &[(
            "CREATE",
            record("WWW.a.fr", "A", &["192.0.2.2", "192.0.2.1"]),
        )],
    );
    let kept = record("www.a.fr.", "A", &["192.0.2.2", "192.0.2.1"]);
    assert_eq!(told(&aws, &zone), [kept]);
}

/// "a resource record set … that already exists", API_Change.
#[test]
fn creating_twice_is_refused_and_upserting_is_not() {
    let (aws, zone) = zone();
    let one = record("www.a.fr", "A", &["192.0.2.1"]);
    done(&aws, &zone, &[("CREATE", one.clone())]);
    let refusal = refused(&aws, &zone, &[("CREATE", one)]);
    assert_eq!(
        (
            refusal.status,
            refusal.code.as_str(),
            refusal.message.as_str()
        ),
        (
            400,
            "InvalidChangeBatch",
            "[Tried to create resource record set [name='www.a.fr.', type='A'] but it already \
             exists]"
        )
    );
    done(
        &aws,
        &zone,
        &[("UPSERT", record("www.a.fr", "A", &["192.0.2.9"]))],
    );
    assert_eq!(
        told(&aws, &zone),
        [record("www.a.fr.", "A", &["192.0.2.9"])]
    );
}

/// "Deletes an existing resource record set": "you must specify … the same", API_Change.
#[test]
fn deletion_needs_the_current_values() {
    let (aws, zone) = zone();
    let one = record("www.a.fr", "A", &["192.0.2.1", "192.0.2.2"]);
    let refusal = refused(&aws, &zone, &[("DELETE", one.clone())]);
    assert!(
        refusal.message.contains("but it was not found"),
        "{}",
        refusal.message
    );
    done(&aws, &zone, &[("CREATE", one)]);
    let other = record("www.a.fr", "A", &["192.0.2.3"]);
    let refusal = refused(&aws, &zone, &[("DELETE", other)]);
    let part = "but the values provided do not match the current values";
    assert!(refusal.message.contains(part), "{}", refusal.message);
    let turned = record("www.a.fr", "A", &["192.0.2.2", "192.0.2.1"]);
    done(&aws, &zone, &[("DELETE", turned)]);
    assert_eq!(told(&aws, &zone), [] as [Value; 0]);
}

/// "Route 53 … either makes all or none of the changes", API_ChangeResourceRecordSets.
#[test]
fn a_batch_happens_whole_or_not_at_all() {
    let (aws, zone) = zone();
    let one = record("one.a.fr", "A", &["192.0.2.1"]);
    let absent = record("two.a.fr", "A", &["192.0.2.1"]);
    let refusal = refused(&aws, &zone, &[("CREATE", one), ("DELETE", absent)]);
    assert_eq!(refusal.code, "InvalidChangeBatch");
    assert_eq!(told(&aws, &zone), [] as [Value; 0]);
}

/// Replace a record: delete and create in one batch, API_ChangeResourceRecordSets.
#[test]
fn a_batch_may_replace_a_record_by_another_type() {
    let (aws, zone) = zone();
    let address = record("www.a.fr", "A", &["192.0.2.1"]);
    let name = record("www.a.fr.", "CNAME", &["b.fr"]);
    done(&aws, &zone, &[("CREATE", address.clone())]);
    done(
        &aws,
        &zone,
        &[("DELETE", address), ("CREATE", name.clone())],
    );
    assert_eq!(told(&aws, &zone), [name]);
}

/// You can't create a CNAME for the top node, and no others of its name, "CNAME record type".
#[test]
fn a_cname_stands_alone_and_not_at_the_apex() {
    let (aws, zone) = zone();
    let refusal = refused(
        &aws,
        &zone,
        &[("CREATE", record("a.fr", "CNAME", &["b.fr"]))],
    );
    let message =
        "[RRSet of type CNAME with DNS name a.fr. is not permitted at apex in zone a.fr.]";
    assert_eq!(refusal.message, message);
    done(
        &aws,
        &zone,
        &[("CREATE", record("www.a.fr", "A", &["192.0.2.1"]))],
    );
    let refusal = refused(
        &aws,
        &zone,
        &[("CREATE", record("www.a.fr", "CNAME", &["b.fr"]))],
    );
    assert_eq!(
        refusal.message,
        "[RRSet of type CNAME with DNS name www.a.fr. is not permitted as it conflicts with other \
         records with the same DNS name in zone a.fr.]"
    );
}

#[test]
fn records_lie_in_their_zone() {
    let (aws, zone) = zone();
    let refusal = refused(
        &aws,
        &zone,
        &[("CREATE", record("b.fr", "A", &["192.0.2.1"]))],
    );
    let message = "[RRSet with DNS name b.fr. is not permitted in zone a.fr.]";
    assert_eq!(refusal.message, message);
}

#[test]
fn values_are_checked() {
    let (aws, zone) = zone();
    let refusal = refused(
        &aws,
        &zone,
        &[("CREATE", record("t.a.fr", "TXT", &["bare"]))],
    );
    assert_eq!(
        refusal.message,
        "[Invalid Resource Record: 'FATAL problem: InvalidCharacterString (Value should be \
         enclosed in quotation marks) encountered with 'bare'']"
    );
}

/// "exactly one of", API_ResourceRecordSet: TTL and records, or an alias.
#[test]
fn a_record_has_values_or_a_target() {
    let (aws, zone) = zone();
    let bare = json!({"Name": "www.a.fr", "Type": "A"});
    let refusal = refused(&aws, &zone, &[("CREATE", bare)]);
    assert_eq!(refusal.code, "InvalidInput");
    assert!(refusal.message.contains("but found none in Change with"));
    let mut both = alias("www.a.fr", "A", &zone, "b.a.fr");
    both["TTL"] = 60.into();
    let refusal = refused(&aws, &zone, &[("CREATE", both)]);
    assert!(
        refusal
            .message
            .contains("but found more than one in Change with")
    );
}

/// "the record … must already exist" and be "of the same type", "Choosing between alias and
/// non-alias records".
#[test]
fn an_alias_in_the_zone_needs_its_target() {
    let (aws, zone) = zone();
    let one = alias("www.a.fr", "A", &zone, "Host.a.fr");
    let refusal = refused(&aws, &zone, &[("CREATE", one.clone())]);
    assert!(
        refusal.message.contains("but that target was not found"),
        "{}",
        refusal.message
    );
    let far = alias("www.a.fr", "A", &zone, "host.b.fr");
    let refusal = refused(&aws, &zone, &[("CREATE", far)]);
    let part = "but the alias target name does not lie within the target zone";
    assert!(refusal.message.contains(part), "{}", refusal.message);
    done(
        &aws,
        &zone,
        &[
            ("CREATE", record("host.a.fr", "A", &["192.0.2.1"])),
            ("CREATE", one),
        ],
    );
    let kept = alias("www.a.fr.", "A", &zone, "host.a.fr.");
    assert_eq!(told(&aws, &zone)[1], kept);
}

/// "CloudFront … Specify Z2FDTNDATAQYW2", "You can't set EvaluateTargetHealth to true",
/// API_AliasTarget.
#[test]
fn an_alias_to_cloudfront_names_a_distribution() {
    let (aws, zone) = zone();
    let cloudfront = json!("Z2FDTNDATAQYW2");
    let wrong = alias("www.a.fr", "A", &cloudfront, "www.b.fr");
    refused(&aws, &zone, &[("CREATE", wrong)]);
    let mut watched = alias("www.a.fr", "A", &cloudfront, "d1.cloudfront.net");
    watched["AliasTarget"]["EvaluateTargetHealth"] = true.into();
    refused(&aws, &zone, &[("CREATE", watched)]);
    let right = alias("www.a.fr", "A", &cloudfront, "d1.cloudfront.net");
    done(&aws, &zone, &[("CREATE", right)]);
    assert_eq!(
        told(&aws, &zone)[0]["AliasTarget"]["DNSName"],
        "d1.cloudfront.net."
    );
}

/// "SetIdentifier … must be unique", no simple record stands beside weighted ones; see
/// API_ResourceRecordSet.
#[test]
fn weighted_records_have_identifiers_and_no_simple_sibling() {
    let (aws, zone) = zone();
    let weighted = |set: &str| {
        let mut one = record("www.a.fr", "A", &["192.0.2.1"]);
        one["SetIdentifier"] = set.into();
        one["Weight"] = 1.into();
        one
    };
    done(
        &aws,
        &zone,
        &[("CREATE", weighted("b")), ("CREATE", weighted("a"))],
    );
    let sets: Vec<Value> = told(&aws, &zone)
        .iter()
        .map(|it| it["SetIdentifier"].clone())
        .collect();
    assert_eq!(sets, ["a", "b"]);
    let simple = record("www.a.fr", "A", &["192.0.2.1"]);
    let refusal = refused(&aws, &zone, &[("CREATE", simple)]);
    assert!(
        refusal
            .message
            .contains("cannot be created as other RRSets exist")
    );
    let mut nameless = weighted("c");
    nameless.as_object_mut().unwrap().remove("SetIdentifier");
    refused(&aws, &zone, &[("CREATE", nameless)]);
}

/// You can't delete the NS and SOA records; see "Deleting records".
#[test]
fn a_zone_keeps_its_own_records() {
    let (aws, zone) = zone();
    let list = json!({"HostedZoneId": zone, "MaxItems": "1"});
    let list = aws.ok("route53", "ListResourceRecordSets", list);
    let servers = list["ResourceRecordSets"][0].clone();
    let refusal = refused(&aws, &zone, &[("DELETE", servers)]);
    let message = "[A HostedZone must contain at least one NS record for the zone itself.]";
    assert_eq!(refusal.message, message);
}
