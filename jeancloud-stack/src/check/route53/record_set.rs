//! Rules for record sets: where they are, what they hold, what they point to.

use jeancloud_model::{
    lookup,
    route53::{HostedZone, RecordSet, RecordType},
};

use super::super::{Report, Rule};
use crate::View;

const CHANGE: &str =
    "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html";
const SOA_AND_NS: &str =
    "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html";
const TYPES: &str =
    "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html";

pub(super) const IN_ZONE: Rule = Rule {
    name: "record-in-zone",
    check: names_are_inside_their_zone,
};
pub(super) const CONTENT: Rule = Rule {
    name: "record-content",
    check: records_are_an_alias_or_have_values,
};
pub(super) const APEX: Rule = Rule {
    name: "record-apex",
    check: a_zone_keeps_its_own_records,
};
pub(super) const CNAME: Rule = Rule {
    name: "record-cname",
    check: a_cname_is_alone,
};

/// The name of the zone that a record is in, where the stack says it.
pub(super) fn zone_name<'v>(view: &'v View, record: &RecordSet) -> Option<&'v str> {
    let own = view.target::<HostedZone>(&record.hosted_zone_id);
    let found = || view.target::<lookup::HostedZone>(&record.hosted_zone_id);
    let name = match own {
        Some(zone) => &zone.resource.name,
        None => &found()?.resource.name,
    };
    name.known().map(|name| name.as_str())
}

fn names_are_inside_their_zone(view: &View, report: &mut Report) {
    for record in view.all::<RecordSet>() {
        let (Some(zone), Some(name)) = (zone_name(view, &record), record.name.known()) else {
            continue;
        };
        let name = name.as_str();
        let inside = name
            .strip_suffix(zone)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        if !inside {
            report
                .error(record.declaration, "Name", format!("{name} is outside of the zone {zone}"))
                .rule("a record's name is its zone's name or ends with it (InvalidChangeBatch: not permitted in zone)")
                .hint(format!("write the whole name: {name}.{zone}"))
                .document(CHANGE);
        }
    }
}

fn records_are_an_alias_or_have_values(view: &View, report: &mut Report) {
    for record in view.all::<RecordSet>() {
        let alias = record.alias_target.is_some();
        let values = !record.resource_records.is_empty();
        let (property, wrong) = match (alias, values, record.ttl.is_some()) {
            (true, true, _) => ("ResourceRecords", "stand beside an AliasTarget"),
            (true, false, true) => ("TTL", "is set for an alias, which has its target's"),
            (false, false, _) => ("ResourceRecords", "are empty, and there is no AliasTarget"),
            (false, true, false) => ("TTL", "is left out"),
            (true, false, false) | (false, true, true) => continue,
        };
        report
            .error(record.declaration, property, wrong)
            .rule("a record set has either AliasTarget, or ResourceRecords with TTL (InvalidInput)")
            .hint("point to something: `.alias_target(&alb)`, or write `.resource_records([…]).ttl(300)`")
            .document(CHANGE);
    }
}

fn a_cname_is_alone(view: &View, report: &mut Report) {
    let records: Vec<_> = view.all::<RecordSet>().collect();
    for record in &records {
        if record.record_type.known() != Some(&RecordType::CNAME) {
            continue;
        }
        let name = record.name.known();
        if name.is_some_and(|name| zone_name(view, record) == Some(name.as_str())) {
            report
                .error(
                    record.declaration,
                    "Type",
                    "is CNAME at the zone's own name",
                )
                .rule("the name of a zone can't be a CNAME (InvalidChangeBatch)")
                .hint("an alias of type A does it: `.record_type(RecordType::A).alias_target(…)`")
                .document(TYPES);
        }
        if record.resource_records.len() > 1 {
            let wrong = format!("are {} for a CNAME", record.resource_records.len());
            report
                .error(record.declaration, "ResourceRecords", wrong)
                .rule("a CNAME has one value (InvalidChangeBatch)")
                .hint("keep one, or write several weighted record sets")
                .document(TYPES);
        }
        let beside = records.iter().find(|other| {
            other.address() != record.address()
                && other
                    .record_type
                    .known()
                    .is_some_and(|kind| *kind != RecordType::CNAME)
                && view.same(&other.hosted_zone_id, &record.hosted_zone_id)
                && name.is_some()
                && other.name.known() == name
        });
        if let Some(beside) = beside {
            let wrong = format!("is CNAME, and {} has the same name", beside.address());
            report
                .error(record.declaration, "Type", wrong)
                .rule("a name with a CNAME has no other records (InvalidChangeBatch: conflicts with other records)")
                .hint("give one of them another name")
                .document(TYPES);
        }
    }
}

/// AWS writes a zone's own SOA and NS records, and keeps them as long as the zone.
fn a_zone_keeps_its_own_records(view: &View, report: &mut Report) {
    for record in view.all::<RecordSet>() {
        let name = record.resource.name.known();
        if name.is_none_or(|name| zone_name(view, record.resource) != Some(name.as_str())) {
            continue;
        }
        match record.resource.record_type.known() {
            Some(RecordType::SOA) => {
                report
                    .error(record.declaration, "Type", "is SOA at the zone's own name, where AWS has written one")
                    .rule("a zone has exactly one SOA record, which AWS writes and which can't be deleted (InvalidChangeBatch)")
                    .hint("leave it out")
                    .document(SOA_AND_NS);
            }
            Some(RecordType::NS) => {
                report
                    .warning(record.declaration, "Type", "is NS at the zone's own name, where AWS has written one")
                    .rule("a zone always has an NS record of its own: it can be changed and not be deleted, so that destroying the stack fails (InvalidChangeBatch)")
                    .hint("leave it out; NS records of a name below hand that name to another zone")
                    .document(SOA_AND_NS);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::{
        Handle,
        route53::{AliasTarget, HostedZone, HostedZoneId, RecordSet, RecordType},
    };

    use crate::check::testing::{Healthy, broken, healthy};

    fn zone(h: &Healthy<'_>) -> Handle<HostedZone> {
        h.stack
            .global()
            .add("zone", HostedZone::builder().name("example.com").build())
    }

    fn cloud_front() -> AliasTarget {
        AliasTarget::new("d1.cloudfront.net", HostedZoneId::new("Z2FDTNDATAQYW2"))
    }

    #[test]
    fn records_of_a_zone_are_healthy() {
        healthy(|h| {
            let zone = zone(h);
            for name in ["example.com", "www.example.com", "*.example.com"] {
                h.stack.global().add(
                    &name.replace('*', "star"),
                    RecordSet::builder()
                        .hosted_zone_id(&zone)
                        .name(name)
                        .record_type(RecordType::A)
                        .alias_target(cloud_front())
                        .build(),
                );
            }
        });
    }

    #[test]
    fn a_record_is_inside_its_zone() {
        assert_snapshot!(broken("record-in-zone", |h| {
            h.stack.global().add("api", RecordSet::builder().hosted_zone_id(&zone(h)).name("api")
                .record_type(RecordType::A).resource_records(["192.0.2.1"]).ttl(60).build());
        }), @"
        error: global/api: Name api is outside of the zone example.com
          rule: a record's name is its zone's name or ends with it (InvalidChangeBatch: not permitted in zone)
          hint: write the whole name: api.example.com
          see: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
        ");
    }

    #[test]
    fn a_record_has_a_ttl() {
        assert_snapshot!(broken("record-content", |h| {
            h.stack.global().add("api", RecordSet::builder().hosted_zone_id(&zone(h))
                .name("api.example.com").record_type(RecordType::A)
                .resource_records(["192.0.2.1"]).build());
        }), @"
        error: global/api: TTL is left out
          rule: a record set has either AliasTarget, or ResourceRecords with TTL (InvalidInput)
          hint: point to something: `.alias_target(&alb)`, or write `.resource_records([…]).ttl(300)`
          see: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
        ");
    }

    #[test]
    fn an_alias_has_no_ttl() {
        assert_snapshot!(broken("record-content", |h| {
            h.stack.global().add("api", RecordSet::builder().hosted_zone_id(&zone(h))
                .name("api.example.com").record_type(RecordType::A)
                .alias_target(cloud_front()).ttl(60).build());
        }), @"
        error: global/api: TTL is set for an alias, which has its target's
          rule: a record set has either AliasTarget, or ResourceRecords with TTL (InvalidInput)
          hint: point to something: `.alias_target(&alb)`, or write `.resource_records([…]).ttl(300)`
          see: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
        ");
    }

    #[test]
    fn a_zone_s_own_name_is_no_cname() {
        assert_snapshot!(broken("record-cname", |h| {
            h.stack.global().add("apex", RecordSet::builder().hosted_zone_id(&zone(h))
                .name("example.com").record_type(RecordType::CNAME)
                .resource_records(["example.org"]).ttl(60).build());
        }), @"
        error: global/apex: Type is CNAME at the zone's own name
          rule: the name of a zone can't be a CNAME (InvalidChangeBatch)
          hint: an alias of type A does it: `.record_type(RecordType::A).alias_target(…)`
          see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
        ");
    }

    #[test]
    fn a_cname_stands_alone() {
        assert_snapshot!(broken("record-cname", |h| {
            let zone = zone(h);
            h.stack.global().add("one", RecordSet::builder().hosted_zone_id(&zone)
                .name("a.example.com").record_type(RecordType::CNAME)
                .resource_records(["example.org"]).ttl(60).build());
            h.stack.global().add("two", RecordSet::builder().hosted_zone_id(&zone)
                .name("a.example.com").record_type(RecordType::A)
                .resource_records(["192.0.2.1"]).ttl(60).build());
        }), @"
        error: global/one: Type is CNAME, and global/two has the same name
          rule: a name with a CNAME has no other records (InvalidChangeBatch: conflicts with other records)
          hint: give one of them another name
          see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
        ");
    }

    #[test]
    fn a_zone_has_its_own_records_from_aws() {
        let own = |kind, value: &'static str| {
            move |h: &Healthy<'_>| {
                let record = RecordSet::builder()
                    .hosted_zone_id(&zone(h))
                    .name("example.com")
                    .record_type(kind)
                    .resource_records([value])
                    .ttl(60);
                h.stack.global().add("own", record.build());
            }
        };
        let soa = "ns.example.com. a.example.com. 1 7200 900 1209600 86400";
        assert_snapshot!(broken("record-apex", own(RecordType::SOA, soa)), @"
        error: global/own: Type is SOA at the zone's own name, where AWS has written one
          rule: a zone has exactly one SOA record, which AWS writes and which can't be deleted (InvalidChangeBatch)
          hint: leave it out
          see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html
        ");
        assert_snapshot!(broken("record-apex", own(RecordType::NS, "ns.example.com")), @"
        warning: global/own: Type is NS at the zone's own name, where AWS has written one
          rule: a zone always has an NS record of its own: it can be changed and not be deleted, so that destroying the stack fails (InvalidChangeBatch)
          hint: leave it out; NS records of a name below hand that name to another zone
          see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html
        ");
    }
}
