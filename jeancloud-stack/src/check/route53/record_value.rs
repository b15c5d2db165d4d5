//! Rules for the values of record sets, by type.

use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, Ipv6Addr},
};

use jeancloud_model::{
    DnsName, Region, Text, Value,
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

pub(super) const COUNT: Rule = Rule {
    name: "record-values-count",
    check: values_are_few_and_different,
};

fn values_are_few_and_different(view: &View, report: &mut Report) {
    for record in view.all::<RecordSet>() {
        let values = &record.resource.resource_records;
        let mut seen = BTreeSet::new();
        let twice = values
            .iter()
            .map(Text::pattern)
            .find(|value| !seen.insert(value.clone()));
        let (wrong, rule, hint) = if let Some(value) = twice {
            (
                format!("have `{value}` twice"),
                "the values of a record set are different (InvalidChangeBatch: Duplicate Resource Record)",
                "leave one of them out",
            )
        } else if values.len() > 400 {
            (
                format!("are {}", values.len()),
                "a record set has at most 400 values (InvalidInput)",
                "make several record sets of them",
            )
        } else {
            continue;
        };
        report
            .error(record.declaration, "ResourceRecords", wrong)
            .rule(rule)
            .hint(hint)
            .document(TYPES);
    }
}

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
    // The root says that there is none: a null MX, a service that is not offered.
    let is_host = |name: &str| name == "." || is_name(name);
    let hex = |words: &[&str]| {
        let digits = words.concat();
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit())
    };
    let byte = |word: &str| word.parse::<u8>().is_ok();
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
            let fits = matches!(words[..], [priority, host] if number(priority) && is_host(host));
            (
                fits,
                "a priority and a mail server",
                "as 10 mail.example.com",
            )
        }
        RecordType::TXT | RecordType::SPF => (
            strings(value).is_some_and(|strings| strings.iter().all(|length| *length <= 255)),
            "strings in quotes, each of at most 255 characters",
            "write `quoted(\"v=spf1 -all\")`, which cuts long ones",
        ),
        RecordType::CAA => {
            let fits = matches!(words[..], [flags, _, value, ..] if flags.parse::<u8>().is_ok() && value.starts_with('"'));
            (
                fits,
                "flags, a tag and a value in quotes",
                "as 0 issue \"amazon.com\"",
            )
        }
        RecordType::SRV => {
            let fits = matches!(words[..], [one, two, three, host] if [one, two, three].into_iter().all(number) && is_host(host));
            (
                fits,
                "priority, weight, port and a host",
                "as 10 5 443 server.example.com",
            )
        }
        RecordType::DS => {
            let fits = matches!(words[..], [tag, algorithm, kind, ref digest @ ..]
                if number(tag) && byte(algorithm) && byte(kind) && hex(digest));
            (
                fits,
                "a key tag, an algorithm, a digest's type and the digest",
                "as 12345 13 2 49FD46E6C4B45C55D4AC",
            )
        }
        RecordType::SSHFP => {
            let fits = matches!(words[..], [algorithm, kind, ref print @ ..] if byte(algorithm) && byte(kind) && hex(print));
            (
                fits,
                "an algorithm, a type and a fingerprint",
                "as 4 2 123456789abcdef67890",
            )
        }
        RecordType::TLSA => {
            let fits = matches!(words[..], [usage, selector, kind, ref data @ ..]
                if byte(usage) && byte(selector) && byte(kind) && hex(data));
            (
                fits,
                "a usage, a selector, a type and data",
                "as 3 1 1 0123456789abcdef",
            )
        }
        RecordType::NAPTR => {
            let fits = matches!(words[..], [order, preference, _, _, _, ..] if number(order) && number(preference))
                && words.len() >= 6;
            (
                fits,
                "an order, a preference, flags, a service, an expression and a replacement",
                "as 100 50 \"u\" \"E2U+sip\" \"!^.*$!sip:info@example.com!\" .",
            )
        }
        RecordType::HTTPS | RecordType::SVCB => {
            let fits =
                matches!(words[..], [priority, target, ..] if number(priority) && is_host(target));
            (
                fits,
                "a priority, a target and parameters",
                "as 1 . alpn=\"h2,h3\"",
            )
        }
        RecordType::SOA => return None,
    };
    (!fits).then_some((form, hint))
}

/// The lengths of the quoted strings of a value, where it consists of such; `\"`, `\\` and `\ooo`
/// count as one character.
fn strings(value: &str) -> Option<Vec<usize>> {
    let mut lengths = Vec::new();
    let mut rest = value.trim();
    while !rest.is_empty() {
        rest = rest.strip_prefix('"')?;
        let mut length = 0;
        loop {
            let letter = rest.chars().next()?;
            rest = &rest[letter.len_utf8()..];
            match letter {
                '"' => break,
                '\\' if rest.len() >= 3 && rest.bytes().take(3).all(|b| b.is_ascii_digit()) => {
                    rest = &rest[3..];
                }
                '\\' => rest = &rest[rest.chars().next()?.len_utf8()..],
                _ => {}
            }
            length += 1;
        }
        lengths.push(length);
        rest = rest.trim_start();
    }
    (!lengths.is_empty()).then_some(lengths)
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

    #[test]
    fn values_are_different() {
        let twice = |h: &crate::check::testing::Healthy<'_>| {
            let zone = h
                .stack
                .global()
                .add("zone", HostedZone::builder().name("example.com").build());
            h.stack.global().add(
                "record",
                RecordSet::builder()
                    .hosted_zone_id(&zone)
                    .name("a.example.com")
                    .record_type(RecordType::A)
                    .resource_records(["192.0.2.1", "192.0.2.1"])
                    .ttl(60)
                    .build(),
            );
        };
        assert_snapshot!(broken("record-values-count", twice), @"
        error: global/record: ResourceRecords have `192.0.2.1` twice
          rule: the values of a record set are different (InvalidChangeBatch: Duplicate Resource Record)
          hint: leave one of them out
          see: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
        ");
    }

    #[test]
    fn values_of_rare_types_have_their_forms() {
        let good = |kind, value: &str| fault(kind, value).is_none();
        assert!(good(RecordType::MX, "0 .") && good(RecordType::SRV, "0 0 0 ."));
        assert!(good(RecordType::HTTPS, r#"1 . alpn="h2,h3""#) && !good(RecordType::HTTPS, "h2"));
        assert!(good(RecordType::DS, "12345 13 2 49FD46E6C4B45C55") && !good(RecordType::DS, "x"));
        assert!(good(RecordType::TLSA, "3 1 1 abcdef") && !good(RecordType::TLSA, "3 1 abcxyz"));
        assert!(good(RecordType::SSHFP, "4 2 123456") && !good(RecordType::SSHFP, "4"));
    }

    #[test]
    fn a_text_is_cut_into_strings() {
        let good = |value: &str| fault(RecordType::TXT, value).is_none();
        let long = "x".repeat(256);
        assert!(good(&quoted(&long)) && !good(&format!("\"{long}\"")));
        assert!(good(r#""a \"b\" \\ \303\251" "c""#) && !good(r#""a"b""#) && !good("a"));
    }
}
