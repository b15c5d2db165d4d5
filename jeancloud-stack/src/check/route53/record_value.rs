//! Rules for the values of record sets, by type.

use std::net::{Ipv4Addr, Ipv6Addr};

use jeancloud_model::{
    DnsName, Region, Value,
    route53::{RecordSet, RecordType},
};

use super::super::{Report, Rule};
use crate::View;

const TYPES: &str =
    "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html";

pub(super) const VALUES: Rule = Rule {
    name: "record-values",
    check: values_are_of_their_type,
};

fn values_are_of_their_type(view: &View, report: &mut Report) {
    for record in view.all::<RecordSet>() {
        let Some(kind) = record.record_type.known().copied() else {
            continue;
        };
        for (index, value) in record.resource_records.iter().enumerate() {
            let Some((form, hint)) = value.as_known().and_then(|value| fault(kind, value)) else {
                continue;
            };
            let value = value.as_known().unwrap_or_default();
            report
                .error(
                    record.declaration,
                    format!("ResourceRecords/{index}"),
                    format!("`{value}` is no value of type {kind}"),
                )
                .rule(format!(
                    "a value of type {kind} is {form} (InvalidChangeBatch)"
                ))
                .hint(hint)
                .document(TYPES);
        }
        let region = record.region.as_ref().and_then(|region| region.as_known());
        if let Some(region) = region.filter(|region| region.parse::<Region>().is_err()) {
            report
                .error(
                    record.declaration,
                    "Region",
                    format!("`{region}` is no AWS Region"),
                )
                .rule("latency is measured to an AWS Region (InvalidInput)")
                .hint("write `.region(Region::EuWest3.as_str())`")
                .document(TYPES);
        }
    }
}

/// What a value should be and is not, with an example.
fn fault(kind: RecordType, value: &str) -> Option<(&'static str, &'static str)> {
    let is_name = |name: &str| DnsName::new(name.to_owned()).check().is_ok();
    let words: Vec<&str> = value.split_whitespace().collect();
    let number = |word: &str| word.parse::<u16>().is_ok();
    let (fits, form, hint) = match kind {
        RecordType::A => (
            value.parse::<Ipv4Addr>().is_ok(),
            "an IPv4 address",
            "as 192.0.2.1; for a name, use a CNAME or an alias",
        ),
        RecordType::AAAA => (
            value.parse::<Ipv6Addr>().is_ok(),
            "an IPv6 address",
            "as 2001:db8::1",
        ),
        RecordType::CNAME | RecordType::NS | RecordType::PTR => {
            (is_name(value), "a domain name", "as www.example.com")
        }
        RecordType::MX => {
            let fits = matches!(words[..], [priority, host] if number(priority) && is_name(host));
            (
                fits,
                "a priority and a mail server",
                "as 10 mail.example.com",
            )
        }
        RecordType::TXT | RecordType::SPF => {
            let quoted = value.len() > 1 && value.starts_with('"') && value.ends_with('"');
            (quoted, "in quotes", "write `quoted(\"v=spf1 -all\")`")
        }
        RecordType::CAA => {
            let fits = matches!(words[..], [flags, _, value, ..] if flags.parse::<u8>().is_ok() && value.starts_with('"'));
            (
                fits,
                "flags, a tag and a value in quotes",
                "as 0 issue \"amazon.com\"",
            )
        }
        RecordType::SRV => {
            let fits = matches!(words[..], [one, two, three, host] if [one, two, three].into_iter().all(number) && is_name(host));
            (
                fits,
                "priority, weight, port and a host",
                "as 10 5 443 server.example.com",
            )
        }
        _ => return None,
    };
    (!fits).then_some((form, hint))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use jeancloud_model::route53::{HostedZone, RecordSet, RecordType, quoted};

    use super::fault;
    use crate::check::testing::broken;

    #[test]
    fn an_address_record_has_addresses() {
        assert_snapshot!(broken("record-values", |h| {
            let zone = h.stack.global().add("zone", HostedZone::builder().name("example.com").build());
            h.stack.global().add("a", RecordSet::builder().hosted_zone_id(&zone).name("a.example.com")
                .record_type(RecordType::A).resource_records(["server.example.org"]).ttl(60).build());
        }), @"
        error: global/a: ResourceRecords/0 `server.example.org` is no value of type A
          rule: a value of type A is an IPv4 address (InvalidChangeBatch)
          hint: as 192.0.2.1; for a name, use a CNAME or an alias
          see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
        ");
    }

    #[test]
    fn each_type_has_its_form() {
        let good = [
            (RecordType::A, "192.0.2.1".to_owned()),
            (RecordType::AAAA, "2001:db8::1".to_owned()),
            (RecordType::CNAME, "www.example.com.".to_owned()),
            (RecordType::MX, "10 mail.example.com".to_owned()),
            (RecordType::TXT, quoted("hello")),
            (RecordType::CAA, "0 issue \"amazon.com\"".to_owned()),
            (RecordType::SRV, "1 2 443 a.example.com".to_owned()),
        ];
        for (kind, value) in good {
            assert_eq!(fault(kind, &value), None, "{kind} {value}");
            assert!(
                kind == RecordType::CNAME || fault(kind, "nothing of it").is_some(),
                "{kind}"
            );
        }
        assert!(fault(RecordType::CNAME, "not a name").is_some());
    }
}
