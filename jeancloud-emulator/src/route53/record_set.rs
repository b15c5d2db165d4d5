//! Record sets.

use serde_json::{Value, json};

use super::{
    common::{self, cut, limit},
    hosted_zone, name,
};
use crate::{
    call::Call,
    error::{AwsError, Outcome},
    fields::Fields,
    world::resource,
};

resource! {
    /// A record set, by zone, reversed name, type and set identifier: the order of listings.
    pub(crate) struct RecordSet: "route53/record-set" in Account {}
    found by |record: &RecordSet| {
        vec![name_key(record.view.text("Type"), record.view.text("Name"))]
    }
}

/// ListResourceRecordSets: by reversed name, type and set identifier.
///
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html>
pub(super) fn list(call: &mut Call<'_>, input: &Value) -> Outcome {
    let zone = common::bare(input.text("HostedZoneId"));
    hosted_zone::named(call, zone)?;
    let start = start(zone, input)?;
    let within = format!("{zone} ");
    let rows = call.table::<RecordSet>().from(&start);
    let rows = rows.take_while(|(key, _)| key.starts_with(&within));
    let (rows, next) = cut(rows, limit(input)?);
    let next = next.map(|(_, record)| &record.view);
    Ok(json!({
        "IsTruncated": next.is_some(),
        "MaxItems": limit(input)?.to_string(),
        "NextRecordIdentifier": next.and_then(|next| next.at("SetIdentifier")),
        "NextRecordName": next.map(|next| &next["Name"]),
        "NextRecordType": next.map(|next| &next["Type"]),
        "ResourceRecordSets": rows.iter().map(|(_, record)| &record.view).collect::<Vec<_>>(),
    }))
}

/// The records that every zone begins with.
///
/// "NS and SOA records that Amazon Route 53 creates for a public hosted zone".
pub(super) fn begin_zone(call: &mut Call<'_>, zone: &str, name: &str, servers: &[String]) {
    let first = servers.first().cloned().unwrap_or_default();
    let soa = format!("{first}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400");
    let values = servers
        .iter()
        .map(|server| json!({"Value": format!("{server}.")}));
    let values: Vec<Value> = values.collect();
    for (kind, ttl, values) in [
        ("NS", 172_800, values),
        ("SOA", 900, vec![json!({"Value": soa})]),
    ] {
        let view = json!({"Name": name, "Type": kind, "TTL": ttl, "ResourceRecords": values});
        call.insert(key(zone, &view), RecordSet { view });
    }
}

/// Removes the records of a zone that goes.
pub(super) fn end_zone(call: &mut Call<'_>, zone: &str) {
    let within = format!("{zone} ");
    let keys: Vec<String> = of_zone(call, &within)
        .map(|(key, _)| key.to_owned())
        .collect();
    for key in keys {
        call.table_mut::<RecordSet>().remove(&key);
    }
}

/// Whether a zone has records besides those that it began with.
pub(super) fn more_than_own(call: &Call<'_>, zone: &str, name: &str) -> bool {
    let within = format!("{zone} ");
    of_zone(call, &within).any(|(_, record)| !is_own(&record.view, name))
}

/// Whether a record is the NS or SOA record of the zone called `zone` itself.
pub(super) fn is_own(record: &Value, zone: &str) -> bool {
    record.text("Name") == zone && matches!(record.text("Type"), "NS" | "SOA")
}

/// The id of a record set.
pub(super) fn key(zone: &str, record: &Value) -> String {
    let set = record.text("SetIdentifier");
    let name = name::reversed(record.text("Name"));
    format!("{zone} {name} {} {set}", record.text("Type"))
}

/// What record sets of a type and name are found by, in whatever zone.
pub(crate) fn name_key(kind: &str, name: &str) -> String {
    format!("{kind}/{name}")
}

/// The values of a type that public zones of this account have for a name.
pub(crate) fn public_values(call: &Call<'_>, kind: &str, name: &str) -> Vec<String> {
    let key = name_key(kind, &name::normal(name));
    let records = call.table::<RecordSet>().with(&key);
    let public = records.filter(|(key, _)| {
        let zone = key.split(' ').next().unwrap_or_default();
        hosted_zone::named(call, zone).is_ok_and(|zone| zone.vpcs.is_empty())
    });
    let values = public.flat_map(|(_, record)| record.view.items("ResourceRecords"));
    values.map(|value| value.text("Value").to_owned()).collect()
}

/// Those whose ids begin with `within`: a zone and a space.
fn of_zone<'c>(
    call: &'c Call<'_>,
    within: &'c str,
) -> impl Iterator<Item = (&'c str, &'c RecordSet)> {
    let rows = call.table::<RecordSet>().from(within);
    rows.take_while(move |(key, _)| key.starts_with(within))
}

/// The key at which a listing begins.
fn start(zone: &str, input: &Value) -> Result<String, AwsError> {
    let (name, kind) = (
        input.some_text("StartRecordName"),
        input.some_text("StartRecordType"),
    );
    let set = input.some_text("StartRecordIdentifier");
    let why = match (name, kind, set) {
        (None, Some(_), _) => "StartRecordType without StartRecordName",
        (_, None, Some(_)) => "StartRecordIdentifier without StartRecordType",
        _ => {
            let mut start = format!("{zone} ");
            let name = name.map(|name| name::reversed(&name::normal(name)));
            for part in [name.as_deref(), kind].into_iter().flatten() {
                start.push_str(part);
                start.push(' ');
            }
            start.push_str(set.unwrap_or_default());
            return Ok(start);
        }
    };
    let message = format!("The input is not valid: {why}");
    Err(AwsError::new("InvalidInput", message))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::Aws;

    fn with_records(names: &[&str]) -> (Aws, Value) {
        let aws = Aws::new();
        let zone = json!({"Name": "a.fr", "CallerReference": "1"});
        let made = aws.ok("route53", "CreateHostedZone", zone);
        let id = made["HostedZone"]["Id"].as_str().unwrap();
        let id: Value = id.strip_prefix("/hostedzone/").unwrap().into();
        let changes = names.iter().map(|name| {
            json!({"Action": "CREATE", "ResourceRecordSet": {
                "Name": name, "Type": "TXT", "TTL": 60,
                "ResourceRecords": [{"Value": "\"x\""}],
            }})
        });
        let batch = json!({"Changes": changes.collect::<Vec<_>>()});
        let input = json!({"HostedZoneId": id, "ChangeBatch": batch});
        aws.ok("route53", "ChangeResourceRecordSets", input);
        (aws, id)
    }

    fn names(page: &Value) -> Vec<(&str, &str)> {
        let records = page["ResourceRecordSets"].as_array().unwrap().iter();
        records
            .map(|it| (it["Name"].as_str().unwrap(), it["Type"].as_str().unwrap()))
            .collect()
    }

    /// "sorts results first by DNS name with the labels reversed … Note the trailing dot",
    /// API_ListResourceRecordSets.
    #[test]
    fn records_are_listed_in_dns_order_and_by_page() {
        let (aws, zone) = with_records(&["b.a.fr", "x.b.a.fr", "*.a.fr", "c.a.fr."]);
        let page = json!({"HostedZoneId": zone, "MaxItems": "4"});
        let first = aws.ok("route53", "ListResourceRecordSets", page);
        let all = [
            ("a.fr.", "NS"),
            ("a.fr.", "SOA"),
            ("\\052.a.fr.", "TXT"),
            ("b.a.fr.", "TXT"),
        ];
        assert_eq!(names(&first), all);
        assert_eq!(first["NextRecordName"], "x.b.a.fr.");
        let page = json!({
            "HostedZoneId": zone,
            "StartRecordName": first["NextRecordName"],
            "StartRecordType": first["NextRecordType"],
        });
        let second = aws.ok("route53", "ListResourceRecordSets", page);
        assert_eq!(names(&second), [("x.b.a.fr.", "TXT"), ("c.a.fr.", "TXT")]);
        assert_eq!(second["IsTruncated"], false);
    }

    /// StartRecordType without StartRecordName: returns InvalidInput; see
    /// API_ListResourceRecordSets.
    #[test]
    fn a_start_needs_a_name() {
        let (aws, zone) = with_records(&["b.a.fr"]);
        let page = json!({"HostedZoneId": zone, "StartRecordType": "TXT"});
        let code = aws.code("route53", "ListResourceRecordSets", page);
        assert_eq!(code, "InvalidInput");
    }
}
