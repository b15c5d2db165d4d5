//! Rules for record sets of one name and type, one of which is chosen.

use jeancloud_model::route53::RecordSet;

use super::super::{Report, Rule};
use crate::View;

const ROUTING_DOCUMENT: &str =
    "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html";

pub(super) const ROUTING: Rule = Rule {
    name: "record-routing",
    check: one_way_to_choose_with_an_identifier,
};

/// The ways to choose that a record set uses.
fn ways(record: &RecordSet) -> Vec<&'static str> {
    let all = [
        ("Weight", record.weight.is_some()),
        ("Region", record.region.is_some()),
        ("Failover", record.failover.is_some()),
        ("GeoLocation", record.geo_location.is_some()),
        ("MultiValueAnswer", record.multi_value_answer.is_some()),
    ];
    all.into_iter()
        .filter(|(_, used)| *used)
        .map(|(name, _)| name)
        .collect()
}

fn one_way_to_choose_with_an_identifier(view: &View, report: &mut Report) {
    let records: Vec<_> = view.all::<RecordSet>().collect();
    for (index, record) in records.iter().enumerate() {
        let ways = ways(record);
        let named = record.set_identifier.is_some();
        let stranger = records[..index].iter().find(|other| {
            view.same(&other.hosted_zone_id, &record.hosted_zone_id)
                && other.name == record.name
                && other.record_type == record.record_type
                && other.set_identifier != record.set_identifier
                && self::ways(other) != ways
        });
        let (property, wrong) = match (&ways[..], named) {
            ([], true) => (
                "SetIdentifier",
                "is set, and nothing says how one is chosen".to_owned(),
            ),
            ([_], false) => ("SetIdentifier", format!("is left out beside {}", ways[0])),
            ([_, _, ..], _) => (ways[1], format!("stands beside {}", ways[0])),
            _ => match stranger {
                Some(other) => {
                    let wrong = format!("is chosen in another way than {}", other.address());
                    ("SetIdentifier", wrong)
                }
                None => continue,
            },
        };
        report
            .error(record.declaration, property, wrong)
            .rule("record sets of one name and type have an identifier each and one and the same way to choose: Weight, Region, Failover, GeoLocation or MultiValueAnswer (InvalidInput, InvalidChangeBatch)")
            .hint("write `.set_identifier(\"blue\").weight(90)` on each of them")
            .document(ROUTING_DOCUMENT);
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Handle,
        route53::{HostedZone, RecordSet, RecordType},
    };

    use crate::check::testing::{Healthy, broken, healthy};

    fn zone(h: &Healthy<'_>) -> Handle<HostedZone> {
        h.stack
            .global()
            .add("zone", HostedZone::builder().name("example.com").build())
    }

    #[test]
    fn weighted_records_are_healthy() {
        healthy(|h| {
            let zone = zone(h);
            for name in ["blue", "green"] {
                h.stack.global().add(
                    name,
                    RecordSet::builder()
                        .hosted_zone_id(&zone)
                        .name("a.example.com")
                        .record_type(RecordType::A)
                        .resource_records(["192.0.2.1"])
                        .ttl(60)
                        .set_identifier(name)
                        .weight(1)
                        .build(),
                );
            }
        });
    }

    #[test]
    fn a_weight_needs_an_identifier() {
        assert_snapshot!(broken("record-routing", |h| {
            h.stack.global().add("a", RecordSet::builder().hosted_zone_id(&zone(h))
                .name("a.example.com").record_type(RecordType::A).resource_records(["192.0.2.1"])
                .ttl(60).weight(1).build());
        }), @r#"
        error: global/a: SetIdentifier is left out beside Weight
          rule: record sets of one name and type have an identifier each and one and the same way to choose: Weight, Region, Failover, GeoLocation or MultiValueAnswer (InvalidInput, InvalidChangeBatch)
          hint: write `.set_identifier("blue").weight(90)` on each of them
          see: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
        "#);
    }

    #[test]
    fn there_is_one_way_to_choose() {
        assert_snapshot!(broken("record-routing", |h| {
            h.stack.global().add("a", RecordSet::builder().hosted_zone_id(&zone(h))
                .name("a.example.com").record_type(RecordType::A).resource_records(["192.0.2.1"])
                .ttl(60).set_identifier("one").weight(1).region("eu-west-3").build());
        }), @r#"
        error: global/a: Region stands beside Weight
          rule: record sets of one name and type have an identifier each and one and the same way to choose: Weight, Region, Failover, GeoLocation or MultiValueAnswer (InvalidInput, InvalidChangeBatch)
          hint: write `.set_identifier("blue").weight(90)` on each of them
          see: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
        "#);
    }
}
